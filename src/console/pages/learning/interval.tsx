import { useFormat } from '../../format/index.ts';

/** A figure with its 95 % interval, drawn on a scale that all rows share. */
export function Interval({
  value,
  low,
  high,
  scale,
  digits = 3,
}: {
  value: number;
  low: number;
  high: number;
  scale: readonly [from: number, to: number];
  digits?: number;
}) {
  const format = useFormat();
  const place = (of: number) =>
    `${(Math.min(Math.max((of - scale[0]) / (scale[1] - scale[0] || 1), 0), 1) * 100).toFixed(2)}%`;
  const length = `${((Math.max(high - low, 0) / (scale[1] - scale[0] || 1)) * 100).toFixed(2)}%`;
  return (
    <span className="learning-interval">
      <span className="learning-interval-words">
        <strong>{format.number(value, digits)}</strong>{' '}
        <span className="muted">
          {format.number(low, digits)} – {format.number(high, digits)}
        </span>
      </span>
      <span className="learning-interval-track" aria-hidden="true">
        {scale[0] < 0 && <span className="learning-interval-zero" style={{ insetInlineStart: place(0) }} />}
        <span className="learning-interval-band" style={{ insetInlineStart: place(low), width: length }} />
        <span className="learning-interval-dot" style={{ insetInlineStart: place(value) }} />
      </span>
    </span>
  );
}

/** From 0, or below it, to a little above the largest. */
export function scaleOf(ends: readonly number[]): [from: number, to: number] {
  const [least, most] = [Math.min(0, ...ends), Math.max(0, ...ends)];
  const room = (most - least) * 0.04 || 1;
  return [least < 0 ? least - room : 0, most > 0 ? most + room : room];
}
