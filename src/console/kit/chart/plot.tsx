import { useState } from 'react';
import { useFormat } from '../../format/index.ts';
import { ChartTip } from './chart-tip.tsx';
import { labelStep, roundTicks, scale, widthOf } from './scale.ts';
import { isBandOnly, type LineChartProps, type Series, writePoint } from './series.ts';
import { useWidth } from './use-width.ts';

type Drawn = Series & { colour: number };

interface PlotProps extends Omit<LineChartProps, 'series' | 'height'> {
  series: readonly Drawn[];
  height: number;
  write: (value: number | null | undefined) => string;
}

/** Where on the picture things are. */
interface Frame {
  x: (place: number) => number;
  y: (value: number) => number;
  /** of one label */
  step: number;
  left: number;
  right: number;
  top: number;
  bottom: number;
}

/** The picture itself: axes, lines or bars, and what is under the pointer. */
export function Plot(props: PlotProps) {
  const { describe, labels, series, unit, height, kind = 'line', isStacked, fromZero, isOpen, onPick, write } = props;
  const format = useFormat();
  const [element, width] = useWidth<HTMLDivElement>();
  const [at, setAt] = useState<number>();
  const layers = isStacked ? stacked(series) : series.map((one) => ({ ...one, from: undefined }));
  const ticks = ticksOf(layers, kind !== 'line' || Boolean(isStacked) || Boolean(fromZero));
  const written = ticks.map((tick) => format.compact(tick, unit));
  const frame = frameOf({ labels, ticks, written, width, height, isBar: kind === 'bar' });
  const placeAt = (clientX: number, box: DOMRect) => {
    const place = Math.round((clientX - box.left - frame.x(0)) / (frame.step || 1));
    return Math.min(Math.max(place, 0), labels.length - 1);
  };
  return (
    <div className="plot" ref={element} style={{ height }}>
      {width > 0 && labels.length > 0 && (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the table behind the button has the same for the keyboard
        <svg
          width={width}
          height={height}
          role="img"
          aria-label={describe}
          className={onPick ? 'is-pickable' : undefined}
          onPointerMove={(event) => setAt(placeAt(event.clientX, event.currentTarget.getBoundingClientRect()))}
          onPointerLeave={() => setAt(undefined)}
          onClick={(event) => onPick?.(placeAt(event.clientX, event.currentTarget.getBoundingClientRect()))}
        >
          <Axes frame={frame} labels={labels} ticks={ticks} written={written} />
          {layers.map((one, place) =>
            kind === 'bar' ? (
              <Bars
                key={one.name}
                layer={one}
                frame={frame}
                among={isStacked ? [0, 1] : [place, layers.length]}
                at={at}
              />
            ) : (
              <Line
                key={one.name}
                layer={one}
                frame={frame}
                isFilled={kind === 'area' || Boolean(isStacked)}
                isOpen={Boolean(isOpen)}
              />
            ),
          )}
          {at !== undefined && <Pointer frame={frame} layers={layers} at={at} isBar={kind === 'bar'} />}
        </svg>
      )}
      {at !== undefined && width > 0 && (
        <Tip at={at} frame={frame} width={width} labels={labels} series={series} write={write} />
      )}
    </div>
  );
}

type Layer = Drawn & { from: readonly number[] | undefined };

function stacked(series: readonly Drawn[]): Layer[] {
  let below: number[] = [];
  return series.map((one) => {
    const from = one.points.map((_, place) => below[place] ?? 0);
    below = one.points.map((point, place) => (below[place] ?? 0) + (point ?? 0));
    return { ...one, from, points: below };
  });
}

function ticksOf(layers: readonly Layer[], isFromZero: boolean): number[] {
  const values = layers.flatMap(({ points, band = [] }) => [...points, ...band.flatMap((around) => around ?? [])]);
  const known = values.filter((value): value is number => value !== null);
  if (known.length === 0) return [0, 1];
  const [least, most] = [Math.min(...known), Math.max(...known)];
  // A line is read by its slope: zero is left out only where all of it is far from there.
  const needsZero = isFromZero || least < most * 0.5;
  return needsZero ? roundTicks(Math.min(0, least), Math.max(0, most)) : roundTicks(least, most);
}

function frameOf(given: {
  labels: readonly string[];
  ticks: readonly number[];
  written: readonly string[];
  width: number;
  height: number;
  isBar: boolean;
}): Frame {
  const { labels, ticks, written, width, height, isBar } = given;
  const left = Math.max(...written.map(widthOf)) + 10;
  const [right, top, bottom] = [width - Math.max(10, widthOf(labels.at(-1) as string) / 2), 8, height - 24];
  const step = isBar ? (right - left) / labels.length : (right - left) / Math.max(labels.length - 1, 1);
  const first = isBar ? left + step / 2 : labels.length === 1 ? (left + right) / 2 : left;
  return {
    x: (place) => first + place * step,
    y: scale([ticks[0] as number, ticks.at(-1) as number], [bottom, top]),
    step,
    left,
    right,
    top,
    bottom,
  };
}

function Axes({
  frame,
  labels,
  ticks,
  written,
}: {
  frame: Frame;
  labels: readonly string[];
  ticks: readonly number[];
  written: readonly string[];
}) {
  const every = labelStep(labels, frame.right - frame.left);
  // Counted from the last, which is the one that is looked for.
  const isWritten = (place: number) => (labels.length - 1 - place) % every === 0;
  const anchorOf = (place: number) => (frame.x(place) < widthOf(labels[place] as string) / 2 ? 'start' : 'middle');
  return (
    <g className="plot-axes">
      {ticks.map((tick, place) => (
        <g key={tick}>
          <line
            x1={frame.left}
            x2={frame.right}
            y1={frame.y(tick)}
            y2={frame.y(tick)}
            className={tick === 0 ? 'is-zero' : undefined}
          />
          <text x={frame.left - 8} y={frame.y(tick)} dy="0.35em" textAnchor="end">
            {written[place]}
          </text>
        </g>
      ))}
      {labels.map(
        (label, place) =>
          isWritten(place) && (
            // biome-ignore lint/suspicious/noArrayIndexKey: labels stand where they stand, and two may be the same
            <text key={place} x={frame.x(place)} y={frame.bottom + 18} textAnchor={anchorOf(place)}>
              {label}
            </text>
          ),
      )}
    </g>
  );
}

function Line({ layer, frame, isFilled, isOpen }: { layer: Layer; frame: Frame; isFilled: boolean; isOpen: boolean }) {
  const { points, band, colour, isBeside, from } = layer;
  const at = (place: number, value: number) => `${frame.x(place).toFixed(1)} ${frame.y(value).toFixed(1)}`;
  const last = points.length - 1;
  const isDotted = isOpen && points[last] != null && points[last - 1] != null;
  const runs = runsOf(isDotted ? points.slice(0, -1) : points);
  const area = (low: (place: number) => number, high: (place: number) => number, run: readonly number[]) =>
    `M${run.map((place) => at(place, high(place))).join('L')}L${run
      .toReversed()
      .map((place) => at(place, low(place)))
      .join('L')}Z`;
  return (
    <g className={`series-${colour}`}>
      {band &&
        runsOf(band).map((run) => (
          <path
            key={run[0]}
            className="plot-band"
            d={area(
              (place) => band[place]?.[0] as number,
              (place) => band[place]?.[1] as number,
              run,
            )}
          />
        ))}
      {isFilled &&
        runs.map((run) => (
          <path
            key={run[0]}
            className="plot-area"
            d={area(
              (place) => from?.[place] ?? 0,
              (place) => points[place] as number,
              run,
            )}
          />
        ))}
      {runs.map((run) =>
        run.length === 1 ? (
          <circle
            key={run[0]}
            className="plot-dot"
            r={3}
            cx={frame.x(run[0] as number)}
            cy={frame.y(points[run[0] as number] as number)}
          />
        ) : (
          <path
            key={run[0]}
            className={`plot-line${isBeside ? ' is-beside' : ''}`}
            d={`M${run.map((place) => at(place, points[place] as number)).join('L')}`}
          />
        ),
      )}
      {isDotted && (
        <path
          className="plot-line is-open"
          d={`M${at(last - 1, points[last - 1] as number)}L${at(last, points[last] as number)}`}
        />
      )}
    </g>
  );
}

/** Places that follow each other without a gap. */
function runsOf(points: readonly unknown[]): number[][] {
  const runs: number[][] = [];
  points.forEach((point, place) => {
    if (point === null || point === undefined) return;
    const last = runs.at(-1);
    if (last?.at(-1) === place - 1) last.push(place);
    else runs.push([place]);
  });
  return runs;
}

function Bars({
  layer,
  frame,
  among: [which, of],
  at,
}: {
  layer: Layer;
  frame: Frame;
  among: readonly [number, number];
  at: number | undefined;
}) {
  const room = Math.min(frame.step * 0.72, 44 * of);
  const width = Math.max(room / of - (of > 1 ? 1 : 0), 1);
  return (
    <g className={`series-${layer.colour}`}>
      {layer.points.map((point, place) => {
        if (point === null) return null;
        const [low, high] = [layer.from?.[place] ?? 0, point].sort((a, b) => a - b) as [number, number];
        return (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: bars stand where they stand
            key={place}
            className={`plot-bar${at !== undefined && at !== place ? ' is-aside' : ''}`}
            x={frame.x(place) - room / 2 + which * (room / of)}
            y={frame.y(high)}
            width={width}
            height={Math.max(frame.y(low) - frame.y(high), 0)}
          />
        );
      })}
    </g>
  );
}

function Pointer({ frame, layers, at, isBar }: { frame: Frame; layers: readonly Layer[]; at: number; isBar: boolean }) {
  if (isBar) return null;
  return (
    <g>
      <line className="plot-pointer" x1={frame.x(at)} x2={frame.x(at)} y1={frame.top} y2={frame.bottom} />
      {layers.map(
        ({ name, points, colour }) =>
          points[at] != null && (
            <circle
              key={name}
              className={`plot-dot series-${colour}`}
              r={3.5}
              cx={frame.x(at)}
              cy={frame.y(points[at] as number)}
            />
          ),
      )}
    </g>
  );
}

/** The band around a point, where it is not the band alone that is drawn. */
function moreOf(one: Drawn, at: number, write: PlotProps['write']): string | undefined {
  const band = one.band?.[at];
  return band && !isBandOnly(one) ? `${write(band[0])} – ${write(band[1])}` : undefined;
}

function Tip({
  at,
  frame,
  width,
  labels,
  series,
  write,
}: {
  at: number;
  frame: Frame;
  width: number;
  labels: readonly string[];
  series: readonly Drawn[];
  write: (value: number | null | undefined) => string;
}) {
  const isLeft = frame.x(at) > width / 2;
  const place = isLeft ? { right: width - frame.x(at) + 12 } : { left: frame.x(at) + 12 };
  return (
    <ChartTip
      style={{ ...place, top: 8, maxWidth: Math.max(width / 2, 160) }}
      title={labels[at] ?? ''}
      lines={series
        .filter(({ points, band }) => points[at] != null || band?.[at])
        .map((one) => ({
          colour: one.colour,
          name: one.name,
          value: writePoint(one, at, write),
          more: moreOf(one, at, write),
        }))}
    />
  );
}
