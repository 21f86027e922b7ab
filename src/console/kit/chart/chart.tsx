import type { ECharts, EChartsCoreOption } from 'echarts/core';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useShownTheme } from '../../app/preferences.ts';
import { kitTexts } from '../../texts/kit.ts';
import { useTexts } from '../../texts/texts.ts';
import { IconButton } from '../forms/button.tsx';
import { type ChartColours, readColours } from './theme.ts';
import { tooltipStyle } from './tooltip.ts';

/** The figures of a chart as rows: for who cannot see it, or wants to read them. */
export interface ChartTable {
  columns: readonly string[];
  rows: readonly (readonly (string | number)[])[];
}

export interface ChartProps {
  /** what it shows, in a sentence: read aloud in its place */
  describe: string;
  table: ChartTable;
  /** drawn anew whenever this function is another one: wrap it in useCallback or useMemo */
  option: (colours: ChartColours) => EChartsCoreOption;
  height?: number;
  /** a point, bar, node or cell was pressed; the table has the same as buttons where it matters */
  onPick?: (picked: { name: string; seriesName?: string; dataIndex: number; dataType?: string; data: unknown }) => void;
}

/** Draws what the chart library understands, in the tokens' colours, with the same figures as a table behind a button. */
export function Chart({ describe, table, option, height = 260, onPick }: ChartProps) {
  const t = useTexts(kitTexts);
  const [isTable, setTable] = useState(false);
  return (
    <figure className="chart" aria-label={describe}>
      <IconButton
        className="chart-toggle"
        icon={isTable ? 'chart' : 'table'}
        small
        label={isTable ? t.asChart : t.asTable}
        aria-pressed={isTable}
        onClick={() => setTable(!isTable)}
      />
      {isTable ? (
        <FigureTable table={table} caption={describe} height={height} />
      ) : (
        <Canvas describe={describe} option={option} height={height} onPick={onPick} />
      )}
    </figure>
  );
}

function Canvas({
  describe,
  option,
  height,
  onPick,
}: Pick<ChartProps, 'describe' | 'option' | 'onPick'> & { height: number }) {
  const element = useRef<HTMLDivElement>(null);
  const chart = useRef<ECharts>(undefined);
  const pick = useRef(onPick);
  pick.current = onPick;
  const theme = useShownTheme();
  const [isReady, setReady] = useState(false);

  useEffect(() => {
    let isGone = false;
    let watcher: ResizeObserver | undefined;
    import('./echarts.ts').then(({ init }) => {
      if (isGone || !element.current) return;
      const made = init(element.current, null, { renderer: 'canvas' });
      made.on('click', (event) => pick.current?.(event as never));
      watcher = new ResizeObserver(() => made.resize());
      watcher.observe(element.current);
      chart.current = made;
      setReady(true);
    });
    return () => {
      isGone = true;
      watcher?.disconnect();
      chart.current?.dispose();
      chart.current = undefined;
    };
  }, []);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the colours are other ones in the other theme
  const colours = useMemo(() => readColours(), [theme]);
  useEffect(() => {
    if (!isReady) return;
    const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches;
    chart.current?.setOption(
      {
        animation: !isStill,
        animationDuration: 250,
        textStyle: { fontFamily: colours.font, color: colours.text },
        ...option(colours),
        ...tooltipStyle(option(colours)),
      },
      { notMerge: true },
    );
  }, [isReady, option, colours]);

  return (
    <div className="chart-canvas" style={{ height }} role="img" aria-label={describe}>
      <div ref={element} style={{ height }} aria-hidden="true" />
    </div>
  );
}

function FigureTable({ table, caption, height }: { table: ChartTable; caption: string; height: number }) {
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
              <th scope="col" key={column} className={place > 0 ? 'is-end' : undefined}>
                {column}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {table.rows.map((row) => (
            <tr key={row.join('\t')}>
              {row.map((cell, place) => (
                <td key={table.columns[place]} className={place > 0 ? 'is-end' : undefined}>
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
