import './today.css';
import { get, useGet } from '../../api/index.ts';
import { useSession } from '../../app/session.tsx';
import { addDays, today, useFormat } from '../../format/index.ts';
import { CopyLine, Empty, LinkButton, Loaded, Page } from '../../kit/index.ts';
import type { Indicator, IndicatorValues } from '../../shared/indicators.ts';
import { usePins } from '../../shared/pins.ts';
import { useTexts } from '../../texts/texts.ts';
import { Figures } from './figures.tsx';
import { FourWeeks } from './four-weeks.tsx';
import { InWords } from './in-words.tsx';
import { LastLearning } from './last-learning.tsx';
import { NeedsALook } from './needs-a-look.tsx';
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
  const yesterday = addDays(now, -1);
  const definitions = useGet(get('/v1/indicators'));
  const daily = definitions.data?.items.filter((one) => one.grains.includes('day'));
  const wanted = [...new Set([...steering, ...watched, ...pins])].filter((id) =>
    daily?.some((one) => one.indicator_id === id),
  );
  const query = { indicator_ids: wanted.join(','), grain: 'day', from: addDays(now, -57), to: now } as const;
  const values = useGet(get('/v1/indicator-values', { query }), { when: wanted.length > 0 });
  const isEmpty = values.data?.items.every((one) => one.status === 'unavailable');
  if (isEmpty) return <NoFacts />;
  const steered = [...steering, ...pins.filter((id) => !steering.includes(id))];
  return (
    <Page title={t.title} purpose={t.purpose}>
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
            <section className="today-figures" aria-label={t.yesterday}>
              <p className="today-when">{t.yesterdayWas(format.day(yesterday, 'long'))}</p>
              <Figures ids={steered} definitions={daily} items={items} source={values.source} yesterday={yesterday} />
            </section>
            <div className="span-8 today-column">
              <FourWeeks definitions={daily} ids={steered} items={items} source={values.source} yesterday={yesterday} />
              <LastLearning />
            </div>
            <div className="span-4 today-column">
              <InWords definitions={daily} ids={wanted} items={items} source={values.source} yesterday={yesterday} />
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
