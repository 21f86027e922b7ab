/**
 * Levels of what is foreseen, each four times the one before, from 1/8 of a unit to 2,048. What is learnt of sums is learnt at
 * these, and between them lies between in the logarithm.
 */
export const levels = 8;
const lowest = Math.log2(1 / 8);
const step = 2;

/** Where a mean lies among the levels: from 0 to levels − 1, its fraction being the share of the next one. */
export function levelOf(mean: number): number {
  return Math.min(levels - 1, Math.max(0, (Math.log2(mean) - lowest) / step));
}

/** Of values by level the one at a place among them. */
export function valueAt(values: ArrayLike<number>, level: number): number {
  const below = Math.min(levels - 2, Math.floor(level));
  return values[below] + (level - below) * (values[below + 1] - values[below]);
}
