/**
 * The adjusted p-value of every p-value: the least rate of families with any false find at which it is a find (Holm 1979). However
 * many are compared and however they hang together, at a level of 0.05 at most one family in twenty, in which nothing differs,
 * has a find at all.
 *
 * @returns by p-value, 0 to 1
 */
export function adjustForFamily(pValues: readonly number[]): number[] {
  const order = [...pValues.keys()].sort((one, other) => pValues[one] - pValues[other]);
  const adjusted = new Array<number>(pValues.length);
  let most = 0;
  for (const [place, index] of order.entries()) {
    most = Math.max(most, Math.min(1, (pValues.length - place) * pValues[index]));
    adjusted[index] = most;
  }
  return adjusted;
}
