import type { Source } from '../../api/index.ts';
import { useFormat } from '../../format/index.ts';
import { Change, type Column, Notice, Panel, Table } from '../../kit/index.ts';
import { byDay, changeOf, type IndicatorValue } from '../../shared/indicators.ts';
import { useTexts } from '../../texts/texts.ts';
import { expect } from './expectation.ts';
import { type Span, spanBefore } from './span.ts';
import { texts } from './texts.ts';
import { type Factor, partsOfChange } from './why.ts';

interface Props {
  span: Span;
  grain: 'week' | 'month';
  items: readonly IndicatorValue[];
  source: Source;
}

/** Why net sales are other than those of the week or month before: how many came, how many of them ordered, for how much. */
export function WhySales({ span, grain, items, source }: Props) {
  const t = useTexts(texts);
  const format = useFormat();
  const valueOn = (id: string) => byDay(items, id);
  const [sales, orders, visitors] = ['net-sales', 'orders-placed', 'visitors'].map(valueOn) as [Of, Of, Of];
  const before = spanBefore(span, 1);
  const [then, now] = [sales(before), sales(span.at)];
  if (then === null || now === null) return null;
  const factors = factorsOf(span, { sales, orders, visitors });
  const expectation = expect(span, sales);
  return (
    <Panel title={t.whyTitle} note={t.whyNote[grain]} about={t.whyAbout} source={source}>
      <div className="stack">
        <p>
          {t.whySales[grain](
            format.money(now),
            format.money(then),
            (now < then ? '−' : '+') + format.money(Math.abs(now - then)),
          )}{' '}
          {expectation && (
            <span className="muted">{Math.abs(expectation.distance) > 1 ? t.whyBeyond[grain] : t.whyUsual[grain]}</span>
          )}
        </p>
        {factors ? <Factors factors={factors} grain={grain} /> : <Notice>{t.whyUnknown[grain]}</Notice>}
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

function Factors({ factors, grain }: { factors: readonly Factor<FactorName>[]; grain: Props['grain'] }) {
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
    { key: 'before', header: t.whyBefore[grain], align: 'end', cell: ({ name, before }) => write(name, before) },
    { key: 'after', header: t.whyAfter[grain], align: 'end', cell: ({ name, after }) => write(name, after) },
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
