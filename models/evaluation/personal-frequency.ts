/**
 * The baseline that shops with repeat purchase must beat: what a customer bought most often, equal ones by the latest
 * purchase, then by general popularity; after them the most popular of the rest.
 *
 * @param popular the sellable items, most popular first; what is not among them is never listed
 * @param itemCount items are numbered from 0 to itemCount - 1
 * @returns a function of one customer's purchases (entry `n` of `items` and `ageDays` is one purchase) and a limit,
 *   giving at most that many items, best first
 */
export function personalFrequency(
  popular: Uint32Array,
  itemCount: number,
): (items: ArrayLike<number>, ageDays: ArrayLike<number>, limit: number) => Uint32Array {
  const unlisted = popular.length;
  const places = new Uint32Array(itemCount).fill(unlisted);
  for (const [place, item] of popular.entries()) places[item] = place;

  return (items, ageDays, limit) => {
    const counts = new Map<number, { times: number; latest: number }>();
    for (let index = 0; index < items.length; index++) {
      const item = items[index];
      if (places[item] === unlisted) continue;
      const count = counts.get(item) ?? { times: 0, latest: Infinity };
      counts.set(item, { times: count.times + 1, latest: Math.min(count.latest, ageDays[index]) });
    }
    const list = [...counts]
      .sort(
        ([a, { times, latest }], [b, other]) => other.times - times || latest - other.latest || places[a] - places[b],
      )
      .slice(0, limit)
      .map(([item]) => item);
    for (let place = 0; place < popular.length && list.length < limit; place++) {
      if (!counts.has(popular[place])) list.push(popular[place]);
    }
    return Uint32Array.from(list);
  };
}
