import type { Asked } from '../../api/index.ts';
import { useFormat } from '../../format/index.ts';
import { Change, type Column, Loaded, Notice, Panel, Table } from '../../kit/index.ts';
import { byDay, changeOf, type IndicatorValue } from '../../shared/indicators.ts';
import { useTexts } from '../../texts/texts.ts';
import { expect } from './expectation.ts';
import { movedTexts } from './moved/moved-texts.ts';
import { type SalesChange, useChangeInWords, WhatMoved } from './moved/what-moved.tsx';
import { daysOf, type Span, spanBefore } from './span.ts';
import { texts } from './texts.ts';
import { type Factor, type FactorName, factorsOfFigures, factorsOfPeriod } from './why.ts';

interface Props {
  /** a week, a month or the last 28 days */
  span: Span;
  items: readonly IndicatorValue[];
  asked: Asked<SalesChange>;
  /** why the time before cannot be compared with */
  unknown: string | undefined;
}

/**
 * Why net sales are other than those of the time before: what they are made of, and which groups, categories and items the change
 * came from; then the same of orders and customers.
 */
export function WhySales({ span, items, asked, unknown }: Props) {
  const t = useTexts(texts);
  const moved = useTexts(movedTexts);
  const format = useFormat();
  const { now, before } = daysOf(span);
  const [from, to, beforeFrom, beforeTo] = [now.from, now.to, before.from, before.to].map((day) => format.day(day));
  return (
    <Panel
      title={t.whyTitle}
      note={moved.note(from ?? '', to ?? '', beforeFrom ?? '', beforeTo ?? '')}
      about={`${t.whyAbout} ${moved.about}`}
      source={asked.source}
    >
      {unknown ? (
        <Notice>{unknown}</Notice>
      ) : (
        <Loaded asked={asked} lines={10}>
          {({ figures }) => <Story span={span} items={items} figures={figures} />}
        </Loaded>
      )}
    </Panel>
  );
}

function Story({ span, items, figures }: Pick<Props, 'span' | 'items'> & Pick<SalesChange, 'figures'>) {
  const t = useTexts(texts);
  const inWords = useChangeInWords();
  const sales = figures.find(({ figure }) => figure === 'net-sales');
  if (!sales) return null;
  const { grain } = span;
  const isPeriod = grain !== 'day';
  const expectation = isPeriod ? expect(span, byDay(items, 'net-sales')) : undefined;
  return (
    <div className="stack">
      <p>
        <strong>{inWords(sales)}</strong>{' '}
        {isPeriod && expectation && (
          <span className="muted">{Math.abs(expectation.distance) > 1 ? t.whyBeyond[grain] : t.whyUsual[grain]}</span>
        )}
      </p>
      <MadeOf span={span} items={items} figures={figures} />
      <section className="today-why">
        <h3>{t.whyFrom}</h3>
        <WhatMoved changed={sales} />
      </section>
      {figures
        .filter((changed) => changed !== sales)
        .map((changed) => (
          <details key={changed.figure} className="today-why">
            <summary>{inWords(changed)}</summary>
            <WhatMoved changed={changed} />
          </details>
        ))}
    </div>
  );
}

/** What net sales are the product of, and what the change of each is worth. */
function MadeOf({ span, items, figures }: Pick<Props, 'span' | 'items'> & Pick<SalesChange, 'figures'>) {
  const t = useTexts(texts);
  const sides = [spanBefore(span, 1), span.at] as const;
  const factors =
    span.grain === 'day'
      ? factorsOfFigures(figures)
      : factorsOfPeriod(sides, (indicatorId) => byDay(items, indicatorId));
  return (
    <section className="today-why">
      <h3>{t.whyMadeOf}</h3>
      {factors ? (
        <>
          <Factors factors={factors} span={span} />
          <AverageOrder span={span} items={items} salesAnOrder={factors.find(({ name }) => name === 'salesAnOrder')} />
        </>
      ) : (
        <Notice>{t.whyUnknown}</Notice>
      )}
    </section>
  );
}

/** How net sales an order stand to the average order value, which is among the figures above. */
function AverageOrder({
  span,
  items,
  salesAnOrder,
}: Pick<Props, 'span' | 'items'> & { salesAnOrder: Factor<FactorName> | undefined }) {
  const t = useTexts(texts);
  const format = useFormat();
  const average = span.grain === 'day' ? null : byDay(items, 'average-order-value')(span.at);
  if (average === null || !salesAnOrder) return null;
  const net = salesAnOrder.after;
  return (
    <p className="field-hint">
      {t.whyAverage(format.money(net), format.money(average), format.money(Math.max(average - net, 0)))}
    </p>
  );
}

function Factors({ factors, span: { grain } }: { factors: readonly Factor<FactorName>[]; span: Span }) {
  const t = useTexts(texts);
  const moved = useTexts(movedTexts);
  const format = useFormat();
  const write = (name: FactorName, value: number) =>
    name === 'salesAnOrder'
      ? format.money(value)
      : name === 'ordersAVisitor' || name === 'ordersACustomer'
        ? format.number(value, 3)
        : format.count(value);
  const columns: Column<Factor<FactorName>>[] = [
    { key: 'name', header: t.whyPart, cell: ({ name }) => t.whyParts[name] },
    {
      key: 'before',
      header: grain === 'day' ? moved.before : t.whyBefore[grain],
      align: 'end',
      cell: ({ name, before }) => write(name, before),
    },
    {
      key: 'after',
      header: grain === 'day' ? moved.now : t.whyAfter[grain],
      align: 'end',
      cell: ({ name, after }) => write(name, after),
    },
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
  return <Table caption={t.whyMadeOf} rows={{ rows: factors }} columns={columns} rowKey={({ name }) => name} />;
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
