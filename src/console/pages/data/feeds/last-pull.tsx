import { Link } from 'wouter';
import { useFormat } from '../../../format/index.ts';
import { Badge } from '../../../kit/index.ts';
import { useSaid } from '../../../shared/use-said.ts';
import { useTexts } from '../../../texts/texts.ts';
import { feedTexts } from './texts.ts';
import { type Feed, tones } from './types.ts';

/** When it was pulled, what became of it, and what went wrong. */
export function LastPull({ feed: { last_pull: pull, last_success_at: success } }: { feed: Feed }) {
  const t = useTexts(feedTexts);
  const format = useFormat();
  const say = useSaid();
  if (!pull) return <Badge tone="accent">{t.yetToCome}</Badge>;
  return (
    <span className="data-feed-pull">
      <span className="row">
        <Badge tone={tones[pull.outcome]}>{t.outcomes[pull.outcome]}</Badge>
        <span className="nowrap">{format.moment(pull.started_at)}</span>
      </span>
      {pull.problem && <span>{say(pull.problem)}</span>}
      {pull.outcome === 'failed' && (
        <span className="muted">{success ? t.lastSuccess(format.moment(success)) : t.neverGood}</span>
      )}
    </span>
  );
}

/** What the last pull found in the file, and what became of it. */
export function WhatCame({ feed: { last_pull: pull } }: { feed: Feed }) {
  const t = useTexts(feedTexts);
  const format = useFormat();
  if (!pull) return null;
  const { items, counts, hidden, shown, import_id: id, outcome } = pull;
  return (
    <span className="data-feed-pull">
      {outcome === 'unchanged' && <span>{t.sameFile}</span>}
      {items !== null && <span>{t.items(items, format.count(items))}</span>}
      {counts && (
        <span className="muted">
          {t.counts(format.count(counts.facts), format.count(counts.merged), format.count(counts.quarantined))}
        </span>
      )}
      {hidden > 0 && <span>{t.hidden(format.count(hidden))}</span>}
      {shown > 0 && <span>{t.shown(format.count(shown))}</span>}
      {id !== null && (
        <Link className="data-open" href={`/data?import=${id}`}>
          {t.seeImport(String(id))}
        </Link>
      )}
    </span>
  );
}
