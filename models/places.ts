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

/** The values at these places, in their order. */
export function valuesAt<Values extends Float64Array | Float32Array | Uint32Array | Int32Array | Uint8Array>(
  values: Values,
  places: Uint32Array,
): Values {
  const found = new (values.constructor as new (length: number) => Values)(places.length);
  for (let at = 0; at < places.length; at++) found[at] = values[places[at]];
  return found;
}
