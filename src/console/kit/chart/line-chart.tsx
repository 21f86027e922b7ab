import { useState } from 'react';
import { nothing, useFormat } from '../../format/index.ts';
import { ChartFrame } from './chart-frame.tsx';
import { Plot } from './plot.tsx';
import { isBandOnly, type LineChartProps, writePoint } from './series.ts';

/** Figures over time, one line a series, up to eight; a press on a name takes its line away. */
export function LineChart({ describe, height = 260, ...props }: LineChartProps) {
  const { labels, series, unit } = props;
  const format = useFormat();
  const [hidden, setHidden] = useState<readonly string[]>([]);
  const all = series
    .slice(0, 8)
    .map((one, place) => ({ ...one, colour: one.colour ?? (one.isBeside ? 6 : place + 1) }));
  const shown = all.filter(({ name }) => !hidden.includes(name));
  const write = (value: number | null | undefined) => (value == null ? nothing : format.figure(value, unit));
  const table = {
    columns: ['', ...all.map(({ name }) => name)],
    rows: labels.map((label, place) => [label, ...all.map((one) => writePoint(one, place, write))]),
  };
  const toggle = (name: string) =>
    setHidden((before) => (before.includes(name) ? before.filter((one) => one !== name) : [...before, name]));
  return (
    <ChartFrame
      describe={describe}
      table={table}
      height={height}
      legend={
        all.length > 1 && (
          <div className="legend">
            {all.map((one) => (
              <button
                type="button"
                key={one.name}
                className={`legend-item series-${one.colour}`}
                aria-pressed={!hidden.includes(one.name)}
                onClick={() => toggle(one.name)}
              >
                <span className={`legend-mark${one.isBeside ? ' is-beside' : isBandOnly(one) ? ' is-band' : ''}`} />
                {one.name}
              </button>
            ))}
          </div>
        )
      }
    >
      <Plot {...props} describe={describe} series={shown} height={height} write={write} />
    </ChartFrame>
  );
}
