import { methods } from './methods/methods.ts';
import type { OwnErrors } from './rolling-origin.ts';

/** Which method foresees an item, and by what error it was chosen. */
export interface Choice {
  /** by item: place in `methods` */
  readonly chosen: Uint8Array;
  /** items × methods: mean |sold − foreseen| of a week in units, drawn to what it is in the item's category; NaN
   * where the item's own past is too short to say */
  readonly errors: Float64Array;
}

/**
 * Chooses the method with the least error. An item's few weeks say little, so its errors, as shares of the mean of all methods',
 * are drawn to those of its category as if that had added `pooledWeeks` weeks, and those of the category to the shop's
 * likewise. Seasonal naive is the first of equals, and so is used where nothing beats it.
 *
 * @param categories by item
 */
export function chooseMethods({ weeks, absolute }: OwnErrors, categories: Uint32Array, pooledWeeks: number): Choice {
  const count = methods.length;
  const items = weeks.length;
  const scales = new Float64Array(items);
  for (let item = 0; item < items; item++) {
    for (let method = 0; method < count; method++) scales[item] += absolute[item * count + method] / count;
  }
  const shares = absolute.map((error, place) => {
    const item = Math.floor(place / count);
    return scales[item] > 0 ? (weeks[item] * error) / scales[item] : 0;
  });
  const known = weeks.map((judged, item) => (scales[item] > 0 ? judged : 0));
  const ofShop = pool(shares, known, new Uint32Array(items), {
    prior: new Float64Array(count).fill(1),
    pooledWeeks: 0,
  });
  const ofCategories = pool(shares, known, categories, { prior: ofShop, pooledWeeks });
  const chosen = new Uint8Array(items);
  const errors = new Float64Array(items * count);
  for (let item = 0; item < items; item++) {
    let least = Infinity;
    for (let method = 0; method < count; method++) {
      const ofCategory = ofCategories[categories[item] * count + method];
      const drawn = (shares[item * count + method] + pooledWeeks * ofCategory) / (known[item] + pooledWeeks);
      errors[item * count + method] = weeks[item] > 0 ? (drawn * scales[item]) / weeks[item] : Number.NaN;
      if (drawn >= least) continue;
      least = drawn;
      chosen[item] = method;
    }
  }
  return { chosen, errors };
}

/** The mean shares of groups of items, groups × methods, drawn to `prior`. */
function pool(
  shares: Float64Array,
  weeks: Uint32Array,
  groups: Uint32Array,
  { prior, pooledWeeks }: { prior: Float64Array; pooledWeeks: number },
): Float64Array {
  const count = prior.length;
  const groupWeeks = new Float64Array(groups.reduce((most, one) => Math.max(most, one + 1), 1));
  const sums = new Float64Array(groupWeeks.length * count);
  for (let item = 0; item < weeks.length; item++) {
    groupWeeks[groups[item]] += weeks[item];
    for (let method = 0; method < count; method++) sums[groups[item] * count + method] += shares[item * count + method];
  }
  return sums.map((sum, place) => {
    const [group, method] = [Math.floor(place / count), place % count];
    const total = groupWeeks[group] + pooledWeeks;
    return total > 0 ? (sum + pooledWeeks * prior[method]) / total : prior[method];
  });
}
