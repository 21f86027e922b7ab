/**
 * The order after one more press on a column's head: the useful one first (from the largest down for figures, from A to Z for names,
 * unless the column says so), then the other way round; the third press takes the order away.
 */
export function nextOrder(
  { key, align, first }: { key: string; align?: 'start' | 'end'; first?: 'least' | 'most' },
  order: string,
): string {
  const isLeastFirst = first ? first === 'least' : align !== 'end';
  const cycle = isLeastFirst ? [key, `-${key}`, ''] : [`-${key}`, key, ''];
  return cycle[(cycle.indexOf(order) + 1) % 3] as string;
}
