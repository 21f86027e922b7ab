import './today.css';
import { get, useGet } from '../../api/index.ts';
import { useSession } from '../../app/session.tsx';
import { addDays, today, useFormat } from '../../format/index.ts';
import { CopyLine, Empty, LinkButton, Loaded, Page, Segmented, useUrlState } from '../../kit/index.ts';
import type { Indicator, IndicatorValues } from '../../shared/indicators.ts';
import { usePins } from '../../shared/pins.ts';
import { useTexts } from '../../texts/texts.ts';
import { Figures } from './figures.tsx';
import { FourWeeks } from './four-weeks.tsx';
import { InWords } from './in-words.tsx';
import { LastLearning } from './last-learning.tsx';
import { WhyWeek } from './last-week.tsx';
import { NeedsALook } from './needs-a-look.tsx';
import { type Span, spanBefore, spanOf } from './span.ts';
import { texts } from './texts.ts';
import { WhatIsMissing } from './what-is-missing.tsx';

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
  const now = today(shop.time_zone);
  const [grain, setGrain] = useUrlState<Span['grain']>('span', 'day');
  const span = spanOf(grain === 'week' ? 'week' : 'day', now);
  const definitions = useGet(get('/v1/indicators'));
  const daily = definitions.data?.items.filter((one) => one.grains.includes(span.grain));
  const wanted = [...new Set([...steering, ...watched, ...pins])].filter((id) =>
    daily?.some((one) => one.indicator_id === id),
  );
  const query = {
    indicator_ids: wanted.join(','),
    grain: span.grain,
    from: spanBefore(span, span.grain === 'day' ? 56 : 26),
    to: now,
  } as const;
  const values = useGet(get('/v1/indicator-values', { query }), { when: wanted.length > 0 });
  const isEmpty = values.data?.items.every((one) => one.status === 'unavailable');
  if (isEmpty) return <NoFacts />;
  const steered = [...steering, ...pins.filter((id) => !steering.includes(id))];
  return (
    <Page
      title={t.title}
      purpose={t.purpose}
      actions={
        <Segmented<Span['grain']>
          label={t.span}
          value={span.grain}
          onChange={setGrain}
          choices={[
            { value: 'day', label: t.yesterday },
            { value: 'week', label: t.week },
          ]}
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
            <section className="today-figures" aria-label={span.grain === 'day' ? t.yesterday : t.week}>
              <p className="today-when">
                {span.grain === 'day'
                  ? t.yesterdayWas(format.day(span.at, 'long'))
                  : t.weekWas(format.day(span.at), format.day(addDays(span.at, 6)))}
              </p>
              <Figures ids={steered} definitions={daily} items={items} source={values.source} span={span} />
            </section>
            <div className="span-8 today-column">
              <FourWeeks definitions={daily} ids={steered} items={items} source={values.source} span={span} />
              {span.grain === 'week' && <WhyWeek span={span} items={items} source={values.source} />}
              <LastLearning />
            </div>
            <div className="span-4 today-column">
              <InWords definitions={daily} ids={wanted} items={items} source={values.source} span={span} />
              <NeedsALook definitions={daily} />
              <WhatIsMissing />
            </div>
          </div>
        )}
      </Loaded>
    </Page>
  );
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
