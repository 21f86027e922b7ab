import { type ReactNode, useState } from 'react';
import { kitTexts } from '../../texts/kit.ts';
import { useTexts } from '../../texts/texts.ts';
import { IconButton } from '../forms/button.tsx';

/** The figures of a chart as rows: for who cannot see it, or wants to read them. */
export interface ChartTable {
  columns: readonly string[];
  rows: readonly (readonly (string | number)[])[];
}

/** A picture with its name, what it says in a sentence, and the same figures as a table behind a button. */
export function ChartFrame({
  describe,
  table,
  height,
  legend,
  children,
}: {
  describe: string;
  table: ChartTable;
  height: number;
  legend?: ReactNode;
  children: ReactNode;
}) {
  const t = useTexts(kitTexts);
  const [isTable, setTable] = useState(false);
  return (
    <figure className="chart" aria-label={describe}>
      <div className="chart-bar">
        {legend}
        <IconButton
          icon={isTable ? 'chart' : 'table'}
          small
          label={isTable ? t.asChart : t.asTable}
          aria-pressed={isTable}
          onClick={() => setTable(!isTable)}
        />
      </div>
      {isTable ? <FigureTable table={table} caption={describe} height={height} /> : children}
    </figure>
  );
}

function FigureTable({ table, caption, height }: { table: ChartTable; caption: string; height: number }) {
  const end = (place: number) => (place > 0 ? 'is-end' : undefined);
  return (
    <section
      className="table-scroll chart-table"
      aria-label={caption}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: a part that scrolls has to be reached by keyboard
      tabIndex={0}
      style={{ maxHeight: Math.max(height, 240) }}
    >
      <table className="table">
        <thead>
          <tr>
            {table.columns.map((column, place) => (
              <th scope="col" key={column} className={end(place)}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row) => (
            <tr key={row.join('\t')}>
              {row.map((cell, place) => (
                <td key={table.columns[place]} className={end(place)}>
                  {cell}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
