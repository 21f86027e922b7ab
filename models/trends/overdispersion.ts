import type { SparseMatrix } from '../sparse-matrix.ts';

const week = 7;

/**
 * How much more than Poisson's each member's counts vary: Pearson's statistic of its weeks before `until` about a rate that does
 * not change, over its degrees of freedom (McCullagh and Nelder 1989), drawn to that of all members; at least 1. Whatever moved
 * from week to week in the past is taken for noise.
 *
 * @param counts members × days
 * @param exposure by day
 * @param until the first day that is left out; days that fill no week are left out at the beginning
 */
export function estimateOverdispersion(
  counts: SparseMatrix,
  exposure: Float64Array,
  until: number,
  pooledWeeks: number,
): Float64Array {
  const weeks = Math.floor(until / week);
  const first = until - weeks * week;
  const exposures = new Float64Array(weeks);
  for (let day = first; day < until; day++) exposures[Math.floor((day - first) / week)] += exposure[day];
  const statistics = new Float64Array(counts.rows);
  const freedom = new Float64Array(counts.rows);
  const sums = new Float64Array(weeks);
  for (let member = 0; member < counts.rows; member++) {
    sums.fill(0);
    for (let at = counts.offsets[member]; at < counts.offsets[member + 1]; at++) {
      const day = counts.indices[at];
      if (day >= first && day < until && exposure[day] > 0)
        sums[Math.floor((day - first) / week)] += counts.values![at];
    }
    [statistics[member], freedom[member]] = pearson(sums, exposures);
  }
  const all = freedom.reduce((sum, value) => sum + value, 0);
  const pooled = all > 0 ? statistics.reduce((sum, value) => sum + value, 0) / all : 1;
  return statistics.map((statistic, member) =>
    Math.max(1, (statistic + pooledWeeks * pooled) / (freedom[member] + pooledWeeks)),
  );
}

/** Pearson's statistic and its degrees of freedom; both 0 where nothing was counted. */
function pearson(sums: Float64Array, exposures: Float64Array): [number, number] {
  const total = sums.reduce((sum, value) => sum + value, 0);
  const rate = total / exposures.reduce((sum, value) => sum + value, 0);
  if (!(rate > 0)) return [0, 0];
  let [statistic, weeks] = [0, 0];
  for (const [place, sum] of sums.entries()) {
    const expected = rate * exposures[place];
    if (expected === 0) continue;
    statistic += (sum - expected) ** 2 / expected;
    weeks++;
  }
  return [statistic, weeks - 1];
}
