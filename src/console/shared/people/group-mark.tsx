import './people.css';
import { useFormat } from '../../format/index.ts';
import { peopleTexts } from '../../texts/people.ts';
import { useTexts } from '../../texts/texts.ts';
import { wordOf } from './names.ts';

/** The colour that a group has wherever it is drawn. */
export const groupClass = (group: string | null): string => `group-${group ?? 'none'}`;

/** One of the four groups, with its colour. */
export function GroupMark({ group }: { group: string | null }) {
  const t = useTexts(peopleTexts);
  return (
    <span className={`group-mark${group === null ? ' muted' : ''}`}>
      <span className={`group-dot ${groupClass(group)}`} />
      {group === null ? t.noOrders : wordOf(t.groups, group)}
    </span>
  );
}

/** Scores for recency, frequency and money beside each other; 4 and 5 stand out. */
export function Scores({ scores }: { scores: readonly [number, number, number] }) {
  const format = useFormat();
  const names = ['R', 'F', 'M'] as const;
  return (
    <span className="rfm-scores">
      {scores.map((score, place) => (
        <span key={names[place]} className={`rfm-score${score >= 4 ? ' is-high' : ''}`}>
          <span className="visually-hidden">{names[place]} </span>
          {format.count(score)}
        </span>
      ))}
    </span>
  );
}
