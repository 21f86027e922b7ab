const [width, height, inset] = [120, 28, 2];

/** How a figure went, without scale: the figures themselves are beside it. A gap is a value that nobody knows. */
export function Sparkline({ points }: { points: readonly (number | null)[] }) {
  const known = points.filter((point): point is number => point !== null);
  if (known.length === 0) return null;
  const low = Math.min(...known);
  const spread = Math.max(...known) - low || 1;
  const x = (place: number) => inset + (place * (width - 2 * inset)) / Math.max(points.length - 1, 1);
  const y = (value: number) => height - inset - ((value - low) * (height - 2 * inset)) / spread;
  let path = '';
  let isOn = false;
  points.forEach((point, place) => {
    if (point !== null) path += `${isOn ? 'L' : 'M'}${x(place).toFixed(1)} ${y(point).toFixed(1)}`;
    isOn = point !== null;
  });
  const last = points.findLastIndex((point) => point !== null);
  return (
    <svg className="sparkline" viewBox={`0 0 ${width} ${height}`} preserveAspectRatio="none" aria-hidden="true">
      <path d={path} vectorEffect="non-scaling-stroke" />
      <path
        className="sparkline-end"
        d={`M${x(last).toFixed(1)} ${y(points[last] as number).toFixed(1)}h0.01`}
        vectorEffect="non-scaling-stroke"
      />
    </svg>
  );
}
