import { type Unit, useFormat } from '../../format/index.ts';

export interface HeatMapProps {
  describe: string;
  /** what the rows are, above their names */
  corner?: string;
  columns: readonly string[];
  rows: readonly { name: string; note?: string }[];
  /** by row, then column; null: not yet, or nobody knows */
  values: readonly (readonly (number | null)[])[];
  unit: Unit;
  onPick?: (row: number, column: number) => void;
}

/** A figure by two things: the stronger the colour, the more. It is a table, and reads as one. */
export function HeatMap({ describe, corner, columns, rows, values, unit, onPick }: HeatMapProps) {
  const format = useFormat();
  const write = (value: number) => (unit === 'share' ? format.percent(value, 0) : format.compact(value, unit));
  const most = Math.max(...values.flat().map((value) => value ?? 0), Number.MIN_VALUE);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls has to be reached by keyboard
    <section className="table-scroll" aria-label={describe} tabIndex={0}>
      <table className="heat">
        <thead>
          <tr>
            <th scope="col">{corner}</th>
            {columns.map((column) => (
              <th scope="col" key={column}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ name, note }, row) => (
            <tr key={name}>
              <th scope="row">
                {name} {note && <span className="muted">{note}</span>}
              </th>
              {columns.map((column, place) => {
                const value = values[row]?.[place];
                if (value === null || value === undefined) return <td key={column} />;
                const share = Math.max(value, 0) / most;
                const colour = `color-mix(in oklab, var(--heat) ${Math.round(6 + 94 * share)}%, var(--surface))`;
                const text = write(value);
                return (
                  <td
                    key={column}
                    className={share > 0.55 ? 'is-strong' : undefined}
                    style={{ background: colour }}
                    title={`${name} · ${column}: ${format.figure(value, unit)}`}
                  >
                    {onPick ? (
                      <button type="button" className="heat-pick" onClick={() => onPick(row, place)}>
                        {text}
                      </button>
                    ) : (
                      text
                    )}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
