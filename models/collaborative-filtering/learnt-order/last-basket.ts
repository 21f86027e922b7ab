import type { Knowledge } from '../../ranking/index.ts';
import type { ItemNeighbours } from '../graphs/item-neighbours.ts';

/** Of an item of the last basket so many neighbours are asked. */
const basketNeighbours = 100;

/** Days within which what was bought is of the last basket. */
const sameBasket = 0.5;

/** Places that nobody reads: neighbours that are not asked for add to them in turn, for at one alone each would wait for the one before. */
const aside = 8;

/**
 * What the graph makes of the customer's last basket alone. Scratch: 4 bytes an item.
 *
 * @param most items at a time
 * @returns the scores beside the items, a view that holds until the next call
 */
export function createLastBasketScorer(
  graph: ItemNeighbours,
  { habits, shoppers }: Knowledge,
  most: number,
): (customer: number, items: Uint32Array) => Float64Array {
  /** by item: its place among the sums, one aside where it is not asked for */
  const places = Uint32Array.from({ length: graph.itemCount }, (_, item) => item % aside);
  const sums = new Float64Array(aside + most);

  return (customer, items) => {
    sums.fill(0, 0, aside + items.length);
    for (let place = 0; place < items.length; place++) places[items[place]] = aside + place;
    const newest = shoppers.order_age[customer];
    for (let entry = habits.offsets[customer]; entry < habits.offsets[customer + 1]; entry++) {
      if (!(habits.lastAge[entry] - newest < sameBasket)) continue;
      const start = graph.offsets[habits.items[entry]];
      const end = Math.min(graph.offsets[habits.items[entry] + 1], start + basketNeighbours);
      for (let cell = start; cell < end; cell++) sums[places[graph.neighbours[cell]]] += graph.weights[cell];
    }
    for (let place = 0; place < items.length; place++) places[items[place]] = items[place] % aside;
    return sums.subarray(aside, aside + items.length);
  };
}
