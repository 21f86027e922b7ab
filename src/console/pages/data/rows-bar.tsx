import { useFormat } from '../../format/index.ts';
import { useTexts } from '../../texts/texts.ts';
import type { Report } from './import-state.ts';
import { texts } from './texts.ts';

/** What became of the rows, as parts of a bar, with how many. */
export function RowsBar({ rows }: { rows: Report['rows'] }) {
  const t = useTexts(texts);
  const format = useFormat();
  const parts = [
    ['stored', rows.facts, t.stored],
    ['kept', rows.quarantined + (rows.refused ?? 0), t.kept],
    ['merged', rows.merged, t.merged],
  ] as const;
  return (
    <span className="data-rows">
      <span className="nowrap">
        <strong>{format.count(rows.in)}</strong>{' '}
        <span className="muted">
          {parts
            .filter(([, count]) => count > 0)
            .map(([, count, name]) => `${format.count(count)} ${name}`)
            .join(' · ')}
        </span>
      </span>
      <span className="data-rows-bar" aria-hidden="true">
        {parts.map(([name, count]) => (
          <span
            key={name}
            className={`data-rows-part is-${name}`}
            style={{ width: `${(count / Math.max(rows.in, 1)) * 100}%` }}
          />
        ))}
      </span>
    </span>
  );
}
