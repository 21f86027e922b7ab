/** One thing that was known of customers when they first ordered, and does not change. */
export interface Covariate {
  readonly name: string;
  readonly values: readonly string[];
  /** by customer: a place in `values`, -1: not known */
  readonly numbers: Int32Array;
}

/** A value of a covariate. */
export interface CovariateValue {
  readonly covariate: string;
  readonly value: string;
}

/** Customers told apart by values that enough of them share. */
export interface CovariatePatterns {
  /** the values that are looked at */
  readonly values: readonly CovariateValue[];
  /** by pattern: places in `values` that customers of it have; at most one of a covariate */
  readonly rows: readonly (readonly number[])[];
  /** by customer: the pattern */
  readonly patterns: Uint32Array;
}

/** A value that fewer customers share tells too little of them. */
const leastOfValue = 50;
/** The most frequent of a covariate are looked at; what is rarer is like what is not known. */
const mostValues = 12;

/**
 * Tells customers apart by their covariates. A value counts where at least 50 customers have it and as many have not.
 *
 * @returns rows in the order in which customers first have them
 */
export function findPatterns(covariates: readonly Covariate[], customers: number): CovariatePatterns {
  const values: CovariateValue[] = [];
  const placesOf = covariates.map(({ name, values: names, numbers }) => {
    const counts = new Uint32Array(names.length);
    for (const number of numbers) if (number >= 0) counts[number]++;
    const places = new Int32Array(names.length).fill(-1);
    const most = Array.from(counts.keys())
      .filter((value) => counts[value] >= leastOfValue && customers - counts[value] >= leastOfValue)
      .sort((one, other) => counts[other] - counts[one] || (names[one] < names[other] ? -1 : 1))
      .slice(0, mostValues);
    for (const value of most) places[value] = values.push({ covariate: name, value: names[value] }) - 1;
    return places;
  });
  const known = new Map<string, number>();
  const rows: number[][] = [];
  const patterns = Uint32Array.from({ length: customers }, (_, customer) => {
    const row = covariates.flatMap(({ numbers }, covariate) => {
      const place = numbers[customer] < 0 ? -1 : placesOf[covariate][numbers[customer]];
      return place < 0 ? [] : [place];
    });
    const key = row.join(' ');
    if (!known.has(key)) known.set(key, rows.push(row) - 1);
    return known.get(key)!;
  });
  return { values, rows, patterns };
}
