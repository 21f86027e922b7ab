/** Draws from a generator of uniform numbers in [0, 1). */
export type Random = () => number;

/** A whole number from `lowest` to `highest`, both possible. */
export function drawInteger(random: Random, lowest: number, highest: number): number {
  return lowest + Math.floor(random() * (highest - lowest + 1));
}

export function drawOne<T>(random: Random, choices: readonly T[]): T {
  return choices[Math.floor(random() * choices.length)]!;
}

/** An exponential waiting time with the mean given. */
export function drawWait(random: Random, mean: number): number {
  return -Math.log(1 - random()) * mean;
}

/** Numbers to draw from, each with a chance in proportion to its weight. */
export interface Pool {
  readonly members: Uint32Array;
  /** running sums of the weights */
  readonly sums: Float64Array;
}

export function createPool(members: readonly number[], weightOf: (member: number) => number): Pool {
  const sums = new Float64Array(members.length);
  let sum = 0;
  for (let index = 0; index < members.length; index++) {
    sum += weightOf(members[index]);
    sums[index] = sum;
  }
  return { members: Uint32Array.from(members), sums };
}

export function drawMember(random: Random, { members, sums }: Pool): number {
  const sought = random() * sums[sums.length - 1];
  let low = 0;
  let high = sums.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (sums[middle] > sought) high = middle;
    else low = middle + 1;
  }
  return members[low];
}
