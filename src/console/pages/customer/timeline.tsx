import { get, usePages } from '../../api/index.ts';
import { useSession } from '../../app/session.tsx';
import { today as dayOf, useFormat } from '../../format/index.ts';
import { Button, Empty, Panel, Problem, Skeleton, useUrlState } from '../../kit/index.ts';
import { useTexts } from '../../texts/texts.ts';
import { Entry } from './entry.tsx';
import { texts } from './texts.ts';
import type { TimelineEntry } from './types.ts';

type Kind = TimelineEntry['kind'];

/** What is shown or not with one press. */
const choices = {
  order: ['order'],
  refund: ['refund'],
  coupon: ['coupon_decision', 'coupon_redemption'],
  segment_change: ['segment_change'],
  list: ['list'],
  event: ['event'],
  exposure: ['exposure'],
} as const satisfies Record<string, readonly Kind[]>;
type Choice = keyof typeof choices;
const all = Object.keys(choices) as Choice[];
/** Impressions and page views are many, and nobody meant them. */
const usual = all.filter((choice) => choice !== 'exposure').join('.');

export function Timeline({ customerId }: { customerId: string }) {
  const t = useTexts(texts);
  const [shown, setShown] = useUrlState('show', usual);
  const chosen = all.filter((choice) => shown.split('.').includes(choice));
  const kinds = chosen.flatMap((choice): readonly Kind[] => choices[choice]);
  const pages = usePages(
    get('/v1/customers/{customer_id}/timeline', {
      path: { customer_id: customerId },
      query: { kind: kinds, limit: 40 },
    }),
    { when: kinds.length > 0 },
  );
  const turn = (choice: Choice) =>
    setShown(all.filter((one) => (one === choice) !== chosen.includes(one)).join('.') || 'none');
  return (
    <Panel title={t.timeline} about={t.timelineAbout} source={pages.source}>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset cannot be laid out as a row in all browsers */}
      <div className="timeline-kinds" role="group" aria-label={t.show}>
        {all.map((choice) => (
          <Button
            key={choice}
            small
            aria-pressed={chosen.includes(choice)}
            className={chosen.includes(choice) ? 'is-on' : ''}
            icon={chosen.includes(choice) ? 'check' : 'plus'}
            onClick={() => turn(choice)}
          >
            {t.kinds[choice]}
          </Button>
        ))}
      </div>
      {pages.first && !pages.first.profiling_allowed && <p className="panel-note">{t.onlyMoney}</p>}
      {pages.error ? (
        <Problem error={pages.error} onRetry={pages.again} />
      ) : kinds.length === 0 || pages.rows?.length === 0 ? (
        <Empty icon="clock" title={t.nothingTitle} text={t.nothingText} />
      ) : pages.rows ? (
        <Days entries={pages.rows} pages={pages} />
      ) : (
        <Skeleton lines={10} />
      )}
    </Panel>
  );
}

function Days({
  entries,
  pages,
}: {
  entries: readonly TimelineEntry[];
  pages: { hasMore: boolean; isFetching: boolean; more(): void };
}) {
  const t = useTexts(texts);
  const format = useFormat();
  const { shop } = useSession();
  const days = new Map<string, TimelineEntry[]>();
  for (const entry of entries) {
    const day = dayOf(shop.time_zone, new Date(entry.at));
    days.set(day, [...(days.get(day) ?? []), entry]);
  }
  return (
    <div aria-busy={pages.isFetching}>
      {[...days].map(([day, those]) => (
        <section key={day} className="timeline-day">
          <h3>{format.day(day, 'long')}</h3>
          <ol>
            {those.map((entry, place) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: entries never change places, and not all have an id
              <Entry key={`${entry.kind} ${entry.at} ${place}`} entry={entry} />
            ))}
          </ol>
        </section>
      ))}
      {pages.hasMore && (
        <div className="timeline-more">
          <Button working={pages.isFetching} onClick={pages.more}>
            {t.more}
          </Button>
        </div>
      )}
    </div>
  );
}
