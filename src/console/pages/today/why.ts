/** A figure that is the product of others, before and after. */
export interface Factor<Name extends string> {
  name: Name;
  before: number;
  after: number;
  /** what its change alone is worth of the whole change */
  worth: number;
}

/**
 * What of the change of a product each of its factors brings: ln(after / before) of the factor, weighed with the logarithmic mean
 * of the product (LMDI), so that the parts sum up to the change whatever the order. undefined: a factor is unknown or nothing.
 */
export function partsOfChange<Name extends string>(
  factors: readonly (readonly [name: Name, before: number | null, after: number | null])[],
): Factor<Name>[] | undefined {
  const known = factors.flatMap(([name, before, after]) =>
    before !== null && after !== null && before > 0 && after > 0 ? [{ name, before, after }] : [],
  );
  if (known.length < factors.length) return undefined;
  const product = (side: 'before' | 'after') => known.reduce((whole, factor) => whole * factor[side], 1);
  const weight = logarithmicMean(product('before'), product('after'));
  return known.map((factor) => ({ ...factor, worth: weight * Math.log(factor.after / factor.before) }));
}

function logarithmicMean(one: number, other: number): number {
  const ratio = Math.log(other / one);
  return Math.abs(ratio) < 1e-9 ? one : (other - one) / ratio;
}
