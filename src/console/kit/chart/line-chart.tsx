import { useMemo } from 'react';
import { nothing, type Unit, useFormat } from '../../format/index.ts';
import { Chart } from './chart.tsx';
import { type ChartColours, faded } from './theme.ts';
import { tooltipNode } from './tooltip.ts';

export interface Series {
  name: string;
  /** one a label; null: nobody knows, which leaves a gap */
  points: readonly (number | null)[];
  /** what is compared with: drawn lighter and dashed */
  isBeside?: boolean;
  /** low and high around each point: an interval */
  band?: readonly (readonly [low: number, high: number] | null)[];
}

export interface LineChartProps {
  describe: string;
  /** of the points, oldest first, as they are written */
  labels: readonly string[];
  series: readonly Series[];
  unit: Unit;
  height?: number;
  /** lines over time, or bars of things beside each other */
  kind?: 'line' | 'bar' | 'area';
  /** bars upon each other */
  isStacked?: boolean;
  /** begins with 0 where the values are far from it: always for bars */
  fromZero?: boolean;
  /** the label that was pressed, by its place */
  onPick?: (place: number) => void;
}

/** Figures over time, one line a series, up to eight. */
export function LineChart({
  describe,
  labels,
  series,
  unit,
  height,
  kind = 'line',
  isStacked,
  fromZero,
  onPick,
}: LineChartProps) {
  const format = useFormat();
  const shown = series.slice(0, 8);
  const table = {
    columns: ['', ...shown.map(({ name }) => name)],
    rows: labels.map((label, place) => [label, ...shown.map(({ points }) => format.figure(points[place], unit))]),
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is drawn is said by what it is drawn from
  const option = useMemo(
    () => (colours: ChartColours) => ({
      grid: { left: 4, right: 12, top: shown.length > 1 ? 34 : 12, bottom: 2, containLabel: true },
      ...(shown.length > 1 ? { legend: legendOf(colours) } : {}),
      xAxis: {
        type: 'category',
        data: [...labels],
        boundaryGap: kind === 'bar',
        axisLine: { lineStyle: { color: colours.line } },
        axisTick: { show: false },
        axisLabel: { color: colours.muted, fontSize: 12, hideOverlap: true },
      },
      yAxis: {
        type: 'value',
        scale: kind === 'line' && !fromZero,
        splitNumber: 4,
        splitLine: { lineStyle: { color: colours.line } },
        axisLabel: { color: colours.muted, fontSize: 12, formatter: (value: number) => format.compact(value, unit) },
      },
      tooltip: {
        trigger: 'axis',
        axisPointer: {
          type: kind === 'bar' ? 'shadow' : 'line',
          lineStyle: { color: colours.muted },
          shadowStyle: { color: faded(colours.muted, 0.12) },
        },
        formatter: (points: { dataIndex: number }[]) => {
          const place = points[0]?.dataIndex ?? 0;
          const lines = shown.map(({ name, points: values, band }, which) => {
            const around = band?.[place];
            const value = values[place] === null ? nothing : format.figure(values[place], unit);
            const between = around ? ` (${format.figure(around[0], unit)} – ${format.figure(around[1], unit)})` : '';
            return { name, value: `${value}${between}`, colour: colours.series[which] as string };
          });
          return tooltipNode(labels[place] ?? '', lines);
        },
      },
      series: shown.flatMap((one, which) => drawn(one, colours.series[which] as string, kind, isStacked)),
    }),
    [JSON.stringify([labels, series]), unit, kind, isStacked, fromZero, format],
  );
  return (
    <Chart
      describe={describe}
      table={table}
      option={option}
      height={height}
      {...(onPick ? { onPick: ({ dataIndex }) => onPick(dataIndex) } : {})}
    />
  );
}

const legendOf = (colours: ChartColours) => ({
  type: 'plain',
  top: 0,
  left: 0,
  right: 36,
  icon: 'roundRect',
  itemWidth: 10,
  itemHeight: 4,
  itemGap: 14,
  inactiveColor: colours.line,
  textStyle: { color: colours.muted, fontSize: 12 },
});

function drawn({ name, points, band, isBeside }: Series, colour: string, kind: string, isStacked?: boolean): object[] {
  const line = {
    name,
    type: kind === 'bar' ? 'bar' : 'line',
    data: [...points],
    itemStyle: { color: colour, ...(kind === 'bar' ? { borderRadius: isStacked ? 0 : [2, 2, 0, 0] } : {}) },
    lineStyle: { width: isBeside ? 1.5 : 2, type: isBeside ? 'dashed' : 'solid', opacity: isBeside ? 0.75 : 1 },
    showSymbol: points.length === 1,
    symbol: 'circle',
    symbolSize: 6,
    barMaxWidth: 28,
    emphasis: { focus: 'none' },
    ...(isStacked ? { stack: 'all' } : {}),
    ...(kind === 'area' || (isStacked && kind === 'line') ? { areaStyle: { color: faded(colour, 0.18) } } : {}),
  };
  if (!band) return [line];
  const common = {
    type: 'line',
    stack: `band ${name}`,
    silent: true,
    symbol: 'none',
    lineStyle: { opacity: 0 },
    stackStrategy: 'all',
  };
  return [
    { ...common, name: '', data: band.map((around) => around?.[0] ?? null) },
    {
      ...common,
      name: '',
      data: band.map((around) => (around ? around[1] - around[0] : null)),
      areaStyle: { color: faded(colour, 0.16) },
    },
    line,
  ];
}
