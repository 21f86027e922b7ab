/** Round values from below the least to above the most, so many or a few more. */
export function roundTicks(least: number, most: number, wanted = 4): number[] {
  if (!(most > least)) return most === 0 ? [0, 1] : roundTicks(Math.min(0, least), Math.max(0, most) || 1, wanted);
  const rough = (most - least) / wanted;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 2.5, 5, 10].find((one) => one * power >= rough) ?? 10) * power;
  const first = Math.floor(least / step + 1e-9);
  const last = Math.ceil(most / step - 1e-9);
  // Multiplied rather than summed: 0.1 + 0.2 is not 0.3.
  return Array.from({ length: last - first + 1 }, (_, place) => Number(((first + place) * step).toPrecision(12)));
}

/** From values to pixels. */
export function scale(from: readonly [number, number], to: readonly [number, number]): (value: number) => number {
  const factor = (to[1] - to[0]) / (from[1] - from[0] || 1);
  return (value) => to[0] + (value - from[0]) * factor;
}

/** How wide a text of 12 pixels is, about: enough to leave room for it. */
export function widthOf(text: string): number {
  let width = 0;
  for (const letter of text) width += (letter.codePointAt(0) as number) > 0x2e80 ? 12 : 7;
  return width;
}

/** Which labels are written, so that none touches the next: every so many, the last with them. */
export function labelStep(labels: readonly string[], room: number): number {
  const widest = Math.max(1, ...labels.map(widthOf)) + 14;
  return Math.max(1, Math.ceil((labels.length * widest) / Math.max(room, 1)));
}
