import type { Itemsets } from '../itemsets/itemsets.ts';

/**
 * How many rules are looked for: each frequent itemset as antecedent with each other frequent item as consequent, whether
 * or not the two were ever bought together. To count only those that are frequent together would be to choose the tests by
 * their outcome: among rare items every pair that comes together often enough to be counted looks like no chance.
 *
 * @param shortest items in antecedent and consequent together, 2 or more
 * @param longest the same
 */
export function countTests({ countsByLength }: Itemsets, shortest: number, longest: number): number {
  const frequentItems = countsByLength[0] ?? 0;
  let tests = 0;
  for (const [i, antecedents] of countsByLength.entries()) {
    const length = i + 2;
    if (length >= shortest && length <= longest) tests += antecedents * (frequentItems - (i + 1));
  }
  return tests;
}

/**
 * The q-value of every p-value: the least share of false discoveries at which the test, with all of smaller p-value, counts
 * as a discovery. Tests that are not given count as failed, so of what is given and called a discovery at most the stated
 * share is false in expectation.
 *
 * Source: Benjamini & Hochberg 1995.
 *
 * @param tests how many there are, no fewer than p-values
 * @returns by p-value, 0 to 1
 */
export function adjustPValues(pValues: Float64Array, tests: number): Float64Array {
  if (!(tests >= pValues.length)) throw new RangeError(`tests must be at least the number of p-values: ${tests}`);
  const sorted = pValues.slice().sort();
  const adjusted = new Float64Array(sorted.length);
  let least = 1;
  for (let i = sorted.length - 1; i >= 0; i--) {
    least = Math.min(least, (sorted[i] * tests) / (i + 1));
    adjusted[i] = least;
  }
  return pValues.map((pValue) => adjusted[findFirst(sorted, pValue)]);
}

/** Where a value begins in ascending values that hold it. */
function findFirst(sorted: Float64Array, value: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
