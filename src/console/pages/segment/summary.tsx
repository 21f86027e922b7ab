import type { Source } from '../../api/index.ts';
import { nothing, useFormat } from '../../format/index.ts';
import { Stat } from '../../kit/index.ts';
import { useTexts } from '../../texts/texts.ts';
import { wordTexts } from '../../texts/words.ts';
import { texts } from './texts.ts';
import type { Defined, Published } from './types.ts';

export function PublishedSummary({ segment, source }: { segment: Published; source: Source }) {
  const t = useTexts(texts);
  const format = useFormat();
  const about = (name: string, definition: string) => ({ name, definition, source });
  const days = segment.mean_recency_days;
  return (
    <div className="stats segment-stats">
      <Stat
        about={about(t.customers, t.membersAbout)}
        value={format.count(segment.customers)}
        note={t.share(format.percent(segment.share))}
      />
      <Stat about={about(t.revenue, t.revenueAbout)} value={format.percent(segment.revenue_share)} />
      <Stat about={about(t.recency, t.recencyAbout)} value={days === null ? nothing : format.days(days)} />
      <Stat about={about(t.frequency, t.frequencyAbout)} value={format.number(segment.mean_frequency, 1)} />
      <Stat about={about(t.monetary, t.monetaryAbout)} value={format.money(segment.mean_monetary)} />
    </div>
  );
}

export function DefinedSummary({ segment, source }: { segment: Defined; source: Source }) {
  const t = useTexts(texts);
  const words = useTexts(wordTexts);
  const format = useFormat();
  const about = (name: string, definition: string) => ({ name, definition, source });
  return (
    <div className="stats segment-stats">
      <Stat about={about(t.customers, t.membersAbout)} value={format.count(segment.members)} />
      <Stat
        about={about(t.lastChange, t.lastChangeAbout)}
        value={`+${format.count(segment.entered)} −${format.count(segment.left)}`}
      />
      <Stat
        about={about(t.refreshed, `${t.refreshedAbout} ${words.snapshot}`)}
        value={format.ago(segment.refreshed_at)}
        note={
          segment.live?.corrected
            ? t.corrected(
                format.count(segment.live.corrected),
                format.moment(segment.live.reconciled_at ?? segment.as_of),
              )
            : segment.live
              ? t.isLive
              : t.windowsEnd(format.moment(segment.as_of))
        }
      />
    </div>
  );
}
