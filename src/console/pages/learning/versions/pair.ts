/**
 * The two versions that stand beside each other, whichever way they were chosen: what was before comes first, so that
 * what came, who moved and by how much figures differ is always told of the newer one.
 * @param numbers of the versions that there are, the newest first
 * @param wanted as the address has them; what names no version chooses none
 * @returns nothing where there are not two
 */
export function pairOf(
  numbers: readonly number[],
  wanted: readonly [one: string, other: string],
  served: number | undefined,
): [older: number, newer: number] | undefined {
  const [one, other] = wanted.map((text) => numbers.find((number) => String(number) === text));
  const first = one ?? numbers.find((number) => number === served && number !== other);
  const chosen = first ?? numbers.find((number) => number !== other);
  const beside = other !== undefined && other !== chosen ? other : numbers.find((number) => number !== chosen);
  if (chosen === undefined || beside === undefined) return undefined;
  return [Math.min(chosen, beside), Math.max(chosen, beside)];
}
