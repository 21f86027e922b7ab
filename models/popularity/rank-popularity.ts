import type { PopularityRecipe } from './recipe.ts';

/** What is popular. */
export interface Popularity {
  /** by item */
  readonly scores: Float64Array;
  /** items with a score above 0, best first, equal ones by ascending index */
  readonly ranking: Uint32Array;
}

/**
 * Scores each item by what happened to it: the sum of weight × 0.5^(age / half-life) over all behaviours. Entry `n` of
 * `items`, `ageDays` and `weights` is one behaviour.
 *
 * @param behaviours.itemCount items are numbered from 0 to itemCount - 1
 * @param behaviours.ageDays days between the behaviour and the run's as_of, 0 or more
 * @param behaviours.weights what the behaviour counts when new, 0 or more
 * @throws RangeError when lengths differ or a number is out of range
 */
export function rankPopularity(
  behaviours: {
    itemCount: number;
    items: Uint32Array;
    ageDays: Float64Array | Float32Array;
    weights: Float64Array | Float32Array;
  },
  { halfLifeDays }: PopularityRecipe,
): Popularity {
  const { itemCount, items, ageDays, weights } = behaviours;
  if (!(halfLifeDays > 0)) throw new RangeError(`recipe.halfLifeDays must be above 0, not ${halfLifeDays}`);
  for (const [name, values] of Object.entries({ ageDays, weights })) {
    if (values.length !== items.length) {
      throw new RangeError(`${name} must hold ${items.length} values as items does, not ${values.length}`);
    }
    const faulty = values.findIndex((value) => !(value >= 0 && value < Infinity));
    if (faulty >= 0) throw new RangeError(`${name}[${faulty}] must be 0 or more, not ${values[faulty]}`);
  }
  const scores = new Float64Array(itemCount);
  for (let index = 0; index < items.length; index++) {
    const item = items[index];
    if (item >= itemCount) throw new RangeError(`items[${index}] must be below ${itemCount}, not ${item}`);
    scores[item] += weights[index] * 0.5 ** (ageDays[index] / halfLifeDays);
  }
  const ranking = Uint32Array.from(scores.keys())
    .filter((item) => scores[item] > 0)
    .sort((a, b) => scores[b] - scores[a] || a - b);
  return { scores, ranking };
}
