import type { Unit } from '../../format/index.ts';

export interface Series {
  name: string;
  /** one a label; null: nobody knows, which leaves a gap */
  points: readonly (number | null)[];
  /** what is compared with: drawn lighter and dashed */
  isBeside?: boolean;
  /** low and high around each point: an interval; a series without any point is an interval of another one's points */
  band?: readonly (readonly [low: number, high: number] | null)[];
  /** which of the eight colours, from 1; its place otherwise */
  colour?: number;
}

export interface LineChartProps {
  describe: string;
  /** of the points, oldest first, as they are written */
  labels: readonly string[];
  series: readonly Series[];
  unit: Unit;
  height?: number;
  /** lines over time, the same filled, or bars of things beside each other */
  kind?: 'line' | 'area' | 'bar';
  /** upon each other: parts of a whole */
  isStacked?: boolean;
  /** begins with 0 also where all values are far from it; bars and areas always do */
  fromZero?: boolean;
  /** the last period is not over: the way to its value is drawn dotted */
  isOpen?: boolean;
  /** the label that was pressed, by its place */
  onPick?: (place: number) => void;
}

/** An interval alone: of points that another series has. */
export const isBandOnly = ({ points, band }: Series): boolean =>
  band !== undefined && points.every((point) => point === null);

/** A value as it is written; of an interval alone where it begins and ends. */
export function writePoint(series: Series, place: number, write: (value: number | null | undefined) => string): string {
  const around = series.band?.[place];
  return isBandOnly(series) && around ? `${write(around[0])} – ${write(around[1])}` : write(series.points[place]);
}
