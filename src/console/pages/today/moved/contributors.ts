/** A part of a change. */
export interface Part {
  member: string;
  change: number;
}

/** Who brought most of a change, and who worked most against it; undefined: nobody did. */
export function contributorsTo<P extends Part>(
  change: number,
  parts: readonly P[],
): { most: P | undefined; against: P | undefined } {
  const along = change < 0 ? -1 : 1;
  const sorted = parts
    .filter((part) => part.change !== 0)
    .toSorted((one, other) => along * (other.change - one.change));
  const [first, last] = [sorted[0], sorted.at(-1)];
  return {
    most: first && along * first.change > 0 ? first : undefined,
    against: last && along * last.change < 0 ? last : undefined,
  };
}
