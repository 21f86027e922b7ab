/** Scores 1 (worst) to 5 (best), one for each customer. */
export interface RfmScores {
  readonly recency: Uint8Array;
  readonly frequency: Uint8Array;
  readonly monetary: Uint8Array;
}

/** Best first. */
export const groups = ['high-value', 'high-quality', 'ordinary', 'low-contribution'] as const;
/** One of the four groups by R + F + M. */
export type Group = (typeof groups)[number];

/** The least R + F + M of each group. */
export const groupFloors: Readonly<Record<Group, number>> = {
  'high-value': 13,
  'high-quality': 10,
  ordinary: 7,
  'low-contribution': 3,
};

/** The raw values that got one score: from `minimum` to `maximum`, both reached by some customer. */
export interface ScoreRange {
  readonly score: number;
  readonly customers: number;
  readonly minimum: number;
  readonly maximum: number;
}

/**
 * Scores every customer 1 to 5 in each dimension: 1 + floor(5 × customers strictly worse / customers). Equal values get
 * equal scores whatever the order of the customers, which cutting a sorted list into fifths (NTILE) does not give.
 *
 * @param recencyDays whole days since the last order; more days are worse
 * @param frequency orders; fewer are worse
 * @param monetary money in any one unit; less is worse, refunds may have made it negative
 * @throws RangeError when the lengths differ or a value is not finite
 */
export function scoreRfm(
  recencyDays: ArrayLike<number>,
  frequency: ArrayLike<number>,
  monetary: ArrayLike<number>,
): RfmScores {
  requireRfm(recencyDays, frequency, monetary);
  return {
    recency: scoreHigherIsBetter(Float64Array.from(recencyDays, (days) => -days)),
    frequency: scoreHigherIsBetter(Float64Array.from(frequency)),
    monetary: scoreHigherIsBetter(Float64Array.from(monetary)),
  };
}

/**
 * The group of a customer by S = R + F + M (`groupFloors`).
 *
 * @throws RangeError when a score is not a whole number from 1 to 5
 */
export function groupOf(recency: number, frequency: number, monetary: number): Group {
  for (const [name, score] of Object.entries({ recency, frequency, monetary })) {
    if (!(Number.isInteger(score) && score >= 1 && score <= 5)) {
      throw new RangeError(`${name} must be a score from 1 to 5, not ${score}`);
    }
  }
  const sum = recency + frequency + monetary;
  return groups.find((group) => sum >= groupFloors[group])!;
}

/**
 * The group of every customer. With a margin, a customer who had a group last night changes it only where the ranks of R,
 * F and M, shifted by that share of the customers towards it, would not give it any more; with none, groups are `groupOf`.
 *
 * @param margin share of the customers, such as 0.02
 * @param previous last night's groups; undefined for those who had none
 * @throws RangeError as `scoreRfm`
 */
export function groupCustomers(
  recencyDays: ArrayLike<number>,
  frequency: ArrayLike<number>,
  monetary: ArrayLike<number>,
  options: { margin?: number; previous?: ArrayLike<Group | undefined> } = {},
): { scores: RfmScores; groups: Group[] } {
  const { margin = 0, previous } = options;
  const scores = scoreRfm(recencyDays, frequency, monetary);
  const groupAt = (customer: number) =>
    groupOf(scores.recency[customer], scores.frequency[customer], scores.monetary[customer]);
  const tonight = Array.from(scores.recency, (_, customer) => groupAt(customer));
  if (margin === 0 || !previous) return { scores, groups: tonight };

  const ranks = [Float64Array.from(recencyDays, (days) => -days), frequency, monetary].map(countWorse);
  const count = tonight.length;
  const shifted = (customer: number, shift: number) =>
    groupOf(...(ranks.map((rank) => scoreOf(rank[customer] + shift * count, count)) as [number, number, number]));
  const kept = tonight.map((group, customer) => {
    const before = previous[customer];
    if (before === undefined || before === group) return group;
    const [place, best, worst] = [before, shifted(customer, margin), shifted(customer, -margin)].map((one) =>
      groups.indexOf(one),
    );
    return place >= best && place <= worst ? before : group;
  });
  return { scores, groups: kept };
}

/**
 * The thresholds of one dimension as the data set them: for each score that somebody got, ascending, the range of raw
 * values that got it. The ranges never overlap, because equal values have equal scores.
 *
 * @param values one dimension's raw values
 * @param scores the scores that `scoreRfm` gave them
 * @throws RangeError when the lengths differ
 */
export function rangesByScore(values: ArrayLike<number>, scores: Uint8Array): ScoreRange[] {
  if (values.length !== scores.length) {
    throw new RangeError(`scores must be as many as values (${values.length}), not ${scores.length}`);
  }
  const ranges: ScoreRange[] = [];
  for (let score = 1; score <= 5; score++) {
    let customers = 0;
    let minimum = Infinity;
    let maximum = -Infinity;
    for (let index = 0; index < scores.length; index++) {
      if (scores[index] !== score) continue;
      customers++;
      minimum = Math.min(minimum, values[index]);
      maximum = Math.max(maximum, values[index]);
    }
    if (customers > 0) ranges.push({ score, customers, minimum, maximum });
  }
  return ranges;
}

/** @throws RangeError when the lengths differ or a value is not finite */
export function requireRfm(
  recencyDays: ArrayLike<number>,
  frequency: ArrayLike<number>,
  monetary: ArrayLike<number>,
): void {
  for (const [name, values] of Object.entries({ recencyDays, frequency, monetary })) {
    if (values.length !== recencyDays.length) {
      throw new RangeError(`${name} must hold ${recencyDays.length} values as recencyDays does, not ${values.length}`);
    }
    for (let index = 0; index < values.length; index++) {
      if (!Number.isFinite(values[index])) {
        throw new RangeError(`${name}[${index}] must be a finite number, not ${values[index]}`);
      }
    }
  }
}

function scoreHigherIsBetter(values: Float64Array): Uint8Array {
  return Uint8Array.from(countWorse(values), (worse) => scoreOf(worse, values.length));
}

/** By customer how many have a lower value. */
function countWorse(values: ArrayLike<number>): Float64Array {
  const sorted = Float64Array.from(values).sort();
  return Float64Array.from(values, (value) => countBelow(sorted, value));
}

/** The score of who is better than `worse` of `count` customers, also where a margin has moved that beyond them all. */
function scoreOf(worse: number, count: number): number {
  return 1 + Math.min(4, Math.max(0, Math.floor((5 * worse) / count)));
}

function countBelow(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
