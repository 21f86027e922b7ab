import { useMemo } from 'react';
import { nothing, type Unit, useFormat } from '../../format/index.ts';
import { Chart } from './chart.tsx';
import { type ChartColours, faded } from './theme.ts';
import { tooltipNode } from './tooltip.ts';

export interface HeatMapProps {
  describe: string;
  columns: readonly string[];
  rows: readonly string[];
  /** by row, then column; null: not yet, or nobody knows */
  values: readonly (readonly (number | null)[])[];
  unit: Unit;
  /** the value is written into its cell: where there are few */
  isWritten?: boolean;
  height?: number;
  onPick?: (row: number, column: number) => void;
}

/** A figure by two things: the darker, the more. */
export function HeatMap({
  describe,
  columns,
  rows,
  values,
  unit,
  isWritten = columns.length <= 14,
  height,
  onPick,
}: HeatMapProps) {
  const format = useFormat();
  const write = (value: number | null | undefined) =>
    unit === 'share' ? format.percent(value, 0) : format.compact(value, unit);
  const table = {
    columns: ['', ...columns],
    rows: rows.map((name, row) => [name, ...columns.map((_, column) => format.figure(values[row]?.[column], unit))]),
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is drawn is said by what it is drawn from
  const option = useMemo(
    () => (colours: ChartColours) => {
      const cells = values.flatMap((line, row) =>
        line.flatMap((value, column) => (value === null ? [] : [[column, row, value]])),
      );
      const most = Math.max(...cells.map(([, , value]) => value as number), Number.MIN_VALUE);
      return {
        grid: { left: 4, right: 4, top: 28, bottom: 2, containLabel: true },
        xAxis: { type: 'category', position: 'top', data: [...columns], ...quiet(colours) },
        yAxis: { type: 'category', inverse: true, data: [...rows], ...quiet(colours) },
        visualMap: {
          show: false,
          min: 0,
          max: most,
          inRange: { color: [faded(colours.accent, 0.06), faded(colours.accent, 0.8)] },
        },
        tooltip: {
          trigger: 'item',
          formatter: ({ value: [column, row, value] }: { value: [number, number, number] }) =>
            tooltipNode(rows[row] ?? '', [
              { name: columns[column] ?? '', value: value === null ? nothing : format.figure(value, unit) },
            ]),
        },
        series: [
          {
            type: 'heatmap',
            data: cells.map(([column, row, value]) => ({
              value: [column, row, value],
              label: { color: (value as number) > most * 0.62 ? colours.surface : colours.text },
            })),
            label: { show: isWritten, fontSize: 11, formatter: ({ value }: { value: number[] }) => write(value[2]) },
            itemStyle: { borderColor: colours.surface, borderWidth: 2, borderRadius: 3 },
            emphasis: { itemStyle: { borderColor: colours.text, borderWidth: 1 } },
          },
        ],
      };
    },
    [JSON.stringify([columns, rows, values]), unit, isWritten, format],
  );
  const fallback = 34 + rows.length * 28;
  return (
    <Chart
      describe={describe}
      table={table}
      option={option}
      height={height ?? fallback}
      {...(onPick
        ? {
            onPick: ({ data }) => {
              const [column, row] = (data as { value: [number, number] }).value;
              onPick(row, column);
            },
          }
        : {})}
    />
  );
}

const quiet = (colours: ChartColours) => ({
  axisLine: { show: false },
  axisTick: { show: false },
  splitArea: { show: false },
  axisLabel: { color: colours.muted, fontSize: 12 },
});
