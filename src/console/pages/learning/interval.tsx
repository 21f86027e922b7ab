import { useFormat } from '../../format/index.ts';

/** A figure with its 95 % interval, drawn on a scale that all rows share. */
export function Interval({
  value,
  low,
  high,
  scale,
  digits = 3,
  isDifference = false,
  over,
}: {
  value: number;
  low: number;
  high: number;
  scale: readonly [from: number, to: number];
  digits?: number;
  /** of two figures: it is written with its sign, so that it is not taken for one of them */
  isDifference?: boolean;
  /** what it is more than, in words */
  over?: string;
}) {
  const format = useFormat();
  const write = (of: number) => (isDifference ? format.signed(of, digits) : format.number(of, digits));
  const place = (of: number) =>
    `${(Math.min(Math.max((of - scale[0]) / (scale[1] - scale[0] || 1), 0), 1) * 100).toFixed(2)}%`;
  const length = `${((Math.max(high - low, 0) / (scale[1] - scale[0] || 1)) * 100).toFixed(2)}%`;
  return (
    <span className="learning-interval">
      <span className="learning-interval-words">
        <strong>{write(value)}</strong> {over}{' '}
        <span className="muted">
          {write(low)} – {write(high)}
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
