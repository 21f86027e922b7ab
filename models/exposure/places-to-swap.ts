/**
 * Two places of a list whose items are put there by chance: where the one that ranked higher goes, and where the other. Each order of
 * each two is as likely, so that half of those that are drawn stay as they were: beside them the others are judged.
 *
 * @param length of the list
 * @param share of lists in which two are drawn
 * @param random uniform in [0, 1)
 * @returns places from 0; undefined: none are drawn
 */
export function placesToSwap(length: number, share: number, random: () => number): [number, number] | undefined {
  if (length < 2 || random() >= share) return undefined;
  const one = Math.floor(random() * length);
  const other = Math.floor(random() * (length - 1));
  return [one, other < one ? other : other + 1];
}
