import { Link } from 'wouter';
import { get, type Source, useGet } from '../../api/index.ts';
import { useFormat } from '../../format/index.ts';
import { Change, type Column, Loaded, Notice, Panel, Table } from '../../kit/index.ts';
import { byDay, changeOf, type IndicatorValue, numberOf } from '../../shared/indicators.ts';
import { indicatorTexts } from '../../texts/indicators.ts';
import { useTexts } from '../../texts/texts.ts';
import { expect } from './expectation.ts';
import { type Span, spanBefore } from './span.ts';
import { texts } from './texts.ts';
import { type Factor, moversOf, partsOfChange } from './why.ts';

interface Props {
  span: Span;
  items: readonly IndicatorValue[];
  source: Source;
}

/** Why net sales of the week are other than those of the week before: how many came, how many of them ordered, for how much. */
export function WhyWeek({ span, items, source }: Props) {
  const t = useTexts(texts);
  const format = useFormat();
  const valueOn = (id: string) => byDay(items, id);
  const [sales, orders, visitors] = ['net-sales', 'orders-placed', 'visitors'].map(valueOn) as [Of, Of, Of];
  const before = spanBefore(span, 1);
  const [then, now] = [sales(before), sales(span.at)];
  if (then === null || now === null) return null;
  const factors = factorsOf(span, { sales, orders, visitors });
  const expectation = expect(span.at, sales);
  return (
    <Panel title={t.whyTitle} note={t.whyNote} about={t.whyAbout} source={source}>
      <div className="stack">
        <p>
          {t.whySales(
            format.money(now),
            format.money(then),
            (now < then ? '−' : '+') + format.money(Math.abs(now - then)),
          )}{' '}
          {expectation && (
            <span className="muted">{Math.abs(expectation.distance) > 1 ? t.whyBeyond : t.whyUsual}</span>
          )}
        </p>
        {factors ? <Factors factors={factors} /> : <Notice>{t.whyUnknown}</Notice>}
        <Movers span={span} />
      </div>
    </Panel>
  );
}

type Of = (period: string) => number | null;
type FactorName = 'visitors' | 'orders' | 'ordersAVisitor' | 'salesAnOrder';

/** Where visitors are not known, orders stand for them and how many of them ordered. */
function factorsOf(span: Span, of: Record<'sales' | 'orders' | 'visitors', Of>): Factor<FactorName>[] | undefined {
  const sides = [spanBefore(span, 1), span.at];
  const ratio = (one: Of, other: Of) =>
    sides.map((period) => {
      const [above, below] = [one(period), other(period)];
      return above === null || !below ? null : above / below;
    }) as [number | null, number | null];
  const sum = (one: Of) => sides.map(one) as [number | null, number | null];
  const anOrder = ['salesAnOrder', ...ratio(of.sales, of.orders)] as const;
  return (
    partsOfChange<FactorName>([
      ['visitors', ...sum(of.visitors)],
      ['ordersAVisitor', ...ratio(of.orders, of.visitors)],
      anOrder,
    ]) ?? partsOfChange<FactorName>([['orders', ...sum(of.orders)], anOrder])
  );
}

function Factors({ factors }: { factors: readonly Factor<FactorName>[] }) {
  const t = useTexts(texts);
  const format = useFormat();
  const write = (name: FactorName, value: number) =>
    name === 'salesAnOrder'
      ? format.money(value)
      : name === 'ordersAVisitor'
        ? format.number(value, 3)
        : format.count(value);
  const columns: Column<Factor<FactorName>>[] = [
    { key: 'name', header: t.whyPart, cell: ({ name }) => t.whyParts[name] },
    { key: 'before', header: t.whyBefore, align: 'end', cell: ({ name, before }) => write(name, before) },
    { key: 'after', header: t.whyAfter, align: 'end', cell: ({ name, after }) => write(name, after) },
    {
      key: 'change',
      header: t.whyChange,
      align: 'end',
      wideOnly: true,
      cell: ({ before, after }) => <Change value={changeOf(after, before)} />,
    },
    {
      key: 'worth',
      header: t.whyWorth,
      help: t.whyWorthHelp,
      align: 'end',
      cell: ({ worth }) => <Signed value={worth} />,
    },
  ];
  return <Table caption={t.whyTitle} rows={{ rows: factors }} columns={columns} rowKey={({ name }) => name} />;
}

function Signed({ value }: { value: number }) {
  const format = useFormat();
  const isLess = value < 0;
  return (
    <span className={`nowrap ${isLess ? 'change-bad' : 'change-good'}`}>
      {isLess ? '−' : '+'}
      {format.money(Math.abs(value))}
    </span>
  );
}

/** Which categories sold more and which less than the week before. */
function Movers({ span }: { span: Span }) {
  const t = useTexts(texts);
  const words = useTexts(indicatorTexts);
  const format = useFormat();
  const before = spanBefore(span, 1);
  const asked = useGet(
    get('/v1/indicators/{indicator_id}/values', {
      path: { indicator_id: 'net-sales' },
      query: { by: 'category', grain: 'week', from: before, to: spanBefore(span, -1), limit: 200 },
    }),
  );
  return (
    <Loaded asked={asked} lines={6}>
      {({ items }) => {
        const on = (period: string) =>
          new Map(items.filter((one) => one.period === period).map((one) => [one.member ?? '', one]));
        const [then, now] = [on(before), on(span.at)];
        const rows = [...new Set([...then.keys(), ...now.keys()])].map((member) => ({
          member,
          before: numberOf(then.get(member)?.value) ?? 0,
          after: numberOf(now.get(member)?.value) ?? 0,
        }));
        const movers = moversOf(rows, 3);
        if (movers.length === 0) return null;
        return (
          <div>
            <h3 className="today-why-movers">{t.whyMovers}</h3>
            <ul className="today-why">
              {movers.map(({ member, before: from, after }) => (
                <li key={member}>
                  <span>{member || words.notTold}</span>
                  <span className="muted">{t.whyFromTo(format.money(from), format.money(after))}</span>
                  <Signed value={after - from} />
                </li>
              ))}
            </ul>
            <Link href="/indicators?indicator=net-sales&grain=week&by=category&days=90">{t.whyAll}</Link>
          </div>
        );
      }}
    </Loaded>
  );
}
