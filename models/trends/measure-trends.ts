import { adjustPValues } from '../association-rules/rules/false-discovery.ts';
import type { SparseMatrix } from '../sparse-matrix.ts';
import { type Count, compareRates } from './compare-rates.ts';
import { estimateOverdispersion } from './overdispersion.ts';
import type { TrendsRecipe } from './recipe.ts';

/** What rises and what falls: a value a member, in the order of the counts. */
export interface Trends {
  /** by member: the recent rate over its own past one; NaN where the member is not judged */
  readonly index: Float64Array;
  /** by member: 95 % credible interval of the index */
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** by member: counts a unit of exposure, recently and before; of those not judged too */
  readonly recentRate: Float64Array;
  readonly pastRate: Float64Array;
  /** by member: the variance of its counts over that of Poisson's, 1 or more */
  readonly overdispersion: Float64Array;
  /** by member: the least false discovery rate at which it would be called rising or falling (Benjamini and Hochberg 1995) */
  readonly falseDiscovery: Float64Array;
  /** members called rising and falling, those whose interval is furthest from 1 first */
  readonly rising: Uint32Array;
  readonly falling: Uint32Array;
}

/** Why nothing is measured. */
export interface TrendRefusal {
  readonly refusal: 'past-too-short';
}

const week = 7;

/**
 * What rises and what falls: of each member the decayed rate of the last days over that of all days before them.
 *
 * @param counts members × days, with values of 0 or more; the last day is the latest
 * @param exposure by day, 0 or more: what a day would count if nothing changed, to any scale (see `weekdayExposure`); with
 *   the counts of all members together the index tells who rises more than all do
 * @throws RangeError where they contradict each other
 */
export function measureTrends(
  counts: SparseMatrix,
  exposure: Float64Array,
  recipe: TrendsRecipe,
): Trends | TrendRefusal {
  check(counts, exposure);
  const days = counts.columns;
  if (days - recipe.recentDays < recipe.minimumPastDays) return { refusal: 'past-too-short' };
  const firstRecent = days - recipe.recentDays;
  const recentWeights = decay(days, firstRecent, days, recipe.recentHalfLifeDays);
  const pastWeights = decay(days, 0, firstRecent, recipe.pastHalfLifeDays);
  const overdispersion = estimateOverdispersion(counts, exposure, firstRecent, recipe.pooledWeeks);
  const members = counts.rows;
  const [index, low, high, tails] = [0, 1, 2, 3].map(() => new Float64Array(members).fill(Number.NaN));
  const [recentRate, pastRate] = [new Float64Array(members), new Float64Array(members)];
  for (let member = 0; member < members; member++) {
    const recent = weigh(counts, member, exposure, recentWeights);
    const past = weigh(counts, member, exposure, pastWeights);
    recentRate[member] = recent.count / recent.exposure;
    pastRate[member] = past.count / past.exposure;
    if (!(totalOf(counts, member) >= recipe.minimumCount) || recent.exposure === 0 || past.exposure === 0) continue;
    const thin = ({ count, exposure }: Count) => ({
      count: count / overdispersion[member],
      exposure: exposure / overdispersion[member],
    });
    const found = compareRates(thin(recent), thin(past), recipe.priorCount);
    index[member] = found.ratio;
    low[member] = found.low;
    high[member] = found.high;
    tails[member] = found.tails;
  }
  const falseDiscovery = adjust(tails);
  const called = Uint32Array.from(index.keys()).filter((member) => falseDiscovery[member] <= recipe.falseDiscoveryRate);
  const rising = called
    .filter((member) => index[member] > 1)
    .sort((one, other) => low[other] - low[one] || one - other);
  const falling = called
    .filter((member) => index[member] < 1)
    .sort((one, other) => high[one] - high[other] || one - other);
  return { index, low, high, recentRate, pastRate, overdispersion, falseDiscovery, rising, falling };
}

/**
 * What each day would count if nothing but the weekday mattered: the mean of all members' counts on its weekday, over all days
 * on which anything was counted; 0 on the others, when the shop was closed.
 *
 * @param counts members × days
 */
export function weekdayExposure(counts: SparseMatrix): Float64Array {
  const totals = new Float64Array(counts.columns);
  for (let at = 0; at < counts.indices.length; at++) totals[counts.indices[at]] += counts.values![at];
  const [sums, opened] = [new Float64Array(week), new Float64Array(week)];
  for (const [place, total] of totals.entries()) {
    sums[place % week] += total;
    opened[place % week] += Number(total > 0);
  }
  return totals.map((total, place) => (total > 0 ? sums[place % week] / opened[place % week] : 0));
}

/** Weights by day: 1 on the last of the days from `first` to before `last`, half of it a half-life before; 0 on others. */
function decay(days: number, first: number, last: number, halfLifeDays: number): Float64Array {
  return Float64Array.from({ length: days }, (_, place) =>
    place >= first && place < last ? 0.5 ** ((last - 1 - place) / halfLifeDays) : 0,
  );
}

/**
 * A weighted sum as the count that says as much: with A = Σ w y, W1 = Σ w e and W2 = Σ w² e, the rate is A / W1 and its variance
 * rate × W2 / W1², which is that of A × W1 / W2 counts in W1² / W2 of exposure.
 */
function weigh(counts: SparseMatrix, member: number, exposure: Float64Array, weights: Float64Array): Count {
  let [first, second, sum] = [0, 0, 0];
  for (const [place, weight] of weights.entries()) {
    first += weight * exposure[place];
    second += weight * weight * exposure[place];
  }
  for (let at = counts.offsets[member]; at < counts.offsets[member + 1]; at++) {
    // What is counted while nothing could be expected has nothing to be compared with.
    if (exposure[counts.indices[at]] > 0) sum += weights[counts.indices[at]] * counts.values![at];
  }
  if (second === 0) return { count: 0, exposure: 0 };
  return { count: (sum * first) / second, exposure: (first * first) / second };
}

function totalOf({ offsets, values }: SparseMatrix, member: number): number {
  let sum = 0;
  for (let at = offsets[member]; at < offsets[member + 1]; at++) sum += values![at];
  return sum;
}

/** Of the members that are compared; of the others NaN. */
function adjust(tails: Float64Array): Float64Array {
  const compared = tails.filter((value) => !Number.isNaN(value));
  const adjusted = adjustPValues(compared, compared.length);
  let next = 0;
  return tails.map((value) => (Number.isNaN(value) ? value : adjusted[next++]));
}

function check(counts: SparseMatrix, exposure: Float64Array): void {
  if (!counts.values) throw new RangeError('counts must have values');
  const faulty = counts.values.findIndex((count) => !(count >= 0 && count < Infinity));
  if (faulty >= 0) throw new RangeError(`counts.values[${faulty}] must be 0 or more, not ${counts.values[faulty]}`);
  if (exposure.length !== counts.columns) {
    throw new RangeError(`exposure must hold ${counts.columns} values, one a day, not ${exposure.length}`);
  }
  const wrong = exposure.findIndex((value) => !(value >= 0 && value < Infinity));
  if (wrong >= 0) throw new RangeError(`exposure[${wrong}] must be 0 or more, not ${exposure[wrong]}`);
}
