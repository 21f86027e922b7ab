import './today.css';
import { get, useGet } from '../../api/index.ts';
import { useSession } from '../../app/session.tsx';
import { today, useFormat } from '../../format/index.ts';
import { CopyLine, Empty, LinkButton, Loaded, Page, Segmented, useUrlState } from '../../kit/index.ts';
import type { Indicator, IndicatorValues } from '../../shared/indicators.ts';
import { usePins } from '../../shared/pins.ts';
import { useTexts } from '../../texts/texts.ts';
import { Figures } from './figures.tsx';
import { FourWeeks } from './four-weeks.tsx';
import { InWords } from './in-words.tsx';
import { LastLearning } from './last-learning.tsx';
import { movedTexts } from './moved/moved-texts.ts';
import { ChangedFigures, useSalesChange } from './moved/what-moved.tsx';
import { NeedsALook } from './needs-a-look.tsx';
import { daysOf, type Span, type SpanKind, spanBefore, spanKinds, spanOf } from './span.ts';
import { texts } from './texts.ts';
import { WhatIsMissing } from './what-is-missing.tsx';
import { WhySales } from './why-sales.tsx';

/** What a shop is steered by, first; then what only matters when it is out of the ordinary. */
const steering = [
  'net-sales',
  'orders-placed',
  'visitors',
  'visit-to-order-conversion',
  'average-order-value',
  'gross-margin',
  'new-customers',
  'list-revenue-share',
];
const watched = [
  'bounce-rate',
  'cart-abandonment-rate',
  'order-to-pay-rate',
  'refunded-orders-share',
  'bad-review-share',
  'complaints',
  'stock-out-rate',
  'list-click-rate',
];

export default function Today() {
  const t = useTexts(texts);
  const format = useFormat();
  const { shop } = useSession();
  const { pins } = usePins();
  const moved = useTexts(movedTexts);
  const now = today(shop.time_zone);
  const [wantedKind, setKind] = useUrlState<SpanKind>('span', 'day');
  const span = spanOf(spanKinds.includes(wantedKind) ? wantedKind : 'day', now);
  const definitions = useGet(get('/v1/indicators'));
  const daily = definitions.data?.items.filter((one) => one.grains.includes(span.grain));
  const wanted = [...new Set([...steering, ...watched, ...pins])].filter((id) =>
    daily?.some((one) => one.indicator_id === id),
  );
  const query = {
    indicator_ids: wanted.join(','),
    grain: span.grain,
    from: spanBefore(span, { day: 56, week: 26, month: 13 }[span.grain]),
    to: now,
  } as const;
  const values = useGet(get('/v1/indicator-values', { query }), { when: wanted.length > 0 });
  const change = useSalesChange(span, span.kind !== 'day');
  const isEmpty = values.data?.items.every((one) => one.status === 'unavailable');
  if (isEmpty) return <NoFacts />;
  const { now: days, before } = daysOf(span);
  const when = {
    day: t.yesterdayWas(format.day(span.at, 'long')),
    week: t.weekWas(format.day(days.from), format.day(days.to)),
    month: t.monthWas(format.period(span.at, 'month')),
    days: t.daysWere(format.day(days.from), format.day(days.to), format.day(before.from), format.day(before.to)),
  }[span.kind];
  const unknown = (items: IndicatorValues['items']) => unknownBefore(span, items, moved, format.day);
  const steered = [...steering, ...pins.filter((id) => !steering.includes(id))];
  return (
    <Page
      title={t.title}
      purpose={t.purpose}
      actions={
        <Segmented<SpanKind>
          label={t.span}
          value={span.kind}
          onChange={setKind}
          choices={spanKinds.map((value) => ({ value, label: t.spans[value] }))}
        />
      }
    >
      <Loaded
        asked={{
          ...values,
          error: definitions.error ?? values.error,
          data: daily && values.data && { daily, values: values.data },
        }}
        height={520}
      >
        {({ daily, values: { items } }: { daily: Indicator[]; values: IndicatorValues }) => (
          <div className="grid">
            <section className="today-figures" aria-label={t.spans[span.kind]}>
              <p className="today-when">{when}</p>
              {span.kind === 'days' ? (
                <ChangedFigures asked={change} isComparable={unknown(items) === undefined} />
              ) : (
                <Figures ids={steered} definitions={daily} items={items} source={values.source} span={span} />
              )}
            </section>
            <div className="span-8 today-column">
              <FourWeeks definitions={daily} ids={steered} items={items} source={values.source} span={span} />
              {span.kind !== 'day' && <WhySales span={span} items={items} asked={change} unknown={unknown(items)} />}
              <LastLearning />
            </div>
            <div className="span-4 today-column">
              {span.kind !== 'days' && (
                <InWords definitions={daily} ids={wanted} items={items} source={values.source} span={span} />
              )}
              <NeedsALook definitions={daily} />
              <WhatIsMissing />
            </div>
          </div>
        )}
      </Loaded>
    </Page>
  );
}

/** Why the time before the span is not to be compared with: orders began within it, or after it. undefined: it is known whole. */
function unknownBefore(
  span: Span,
  items: IndicatorValues['items'],
  t: typeof movedTexts.en,
  write: (day: string) => string,
): string | undefined {
  const orders = items.filter(({ indicator_id }) => indicator_id === 'orders-placed');
  const at = span.kind === 'days' ? daysOf(span).before.from : spanBefore(span, 1);
  const found = orders.find(({ period }) => period === at);
  if (found?.status === 'ok' && found.partial === null) return undefined;
  const first = span.kind === 'days' ? orders.find(({ status }) => status === 'ok') : undefined;
  return first ? t.partly(write(first.period)) : t.partlyUnknown;
}

/** A shop that has just begun sees what to do next. */
function NoFacts() {
  const t = useTexts(texts);
  return (
    <Page title={t.title} purpose={t.purpose}>
      <section className="panel">
        <Empty
          icon="data"
          title={t.emptyTitle}
          text={t.emptyText}
          command="npx pannier import orders orders.csv"
          actions={
            <LinkButton href="/data" icon="data" kind="main">
              {t.emptyOpenData}
            </LinkButton>
          }
        />
        <div className="today-sample">
          <p className="muted">{t.emptySample}</p>
          <CopyLine text="npm run demo" />
        </div>
      </section>
      <WhatIsMissing />
    </Page>
  );
}
