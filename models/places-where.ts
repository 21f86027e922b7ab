/**
 * The places below `count` that are wanted, ascending. A loop over typed arrays: what their own `filter` keeps, and what
 * `from` is given one by one, is first gathered in a list that takes eight bytes and more for each.
 */
export function placesWhere(count: number, isWanted: (place: number) => boolean): Uint32Array {
  const places = new Uint32Array(count);
  let end = 0;
  for (let place = 0; place < count; place++) if (isWanted(place)) places[end++] = place;
  return places.slice(0, end);
}
