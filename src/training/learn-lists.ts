import {
  buildInteractions,
  buildRepurchases,
  type CandidateInput,
  type Candidates,
  createCandidateRanker,
  type ItemNeighbours,
  trainItemNeighbours,
} from '../../models/collaborative-filtering/index.ts';
import { type Popularity, rankPopularity } from '../../models/popularity/index.ts';
import type { SparseMatrix } from '../../models/sparse-matrix.ts';
import type { Recipes } from './recipes.ts';
import { type Snapshot, tasteBehaviours } from './snapshot.ts';

const dayMs = 86_400_000;

export type ListRecipes = Pick<Recipes, 'popularity' | 'collaborative-filtering'>;

/** What lists are made of, fitted on the facts before one moment. */
export interface FittedLists {
  popularity: Popularity;
  /** by item: lines sold */
  purchases: Uint32Array;
  neighbours: ItemNeighbours;
  interactions: SparseMatrix;
  repurchases: SparseMatrix;
  /** the candidates of a customer index, best first */
  candidatesOf: (customer: number) => Candidates;
}

/**
 * Fits popularity and collaborative filtering on goods bought or looked at before `moment`; nothing later is looked at.
 * Every sale line counts for popularity, also of orders without a customer. What was refunded later was wanted once, so
 * refunds do not change taste.
 */
export function fitLists(snapshot: Snapshot, moment: number, recipes: ListRecipes): FittedLists {
  const recipe = recipes['collaborative-filtering'];
  const { lines, isProduct } = snapshot;
  const sold = selectLines(lines.times, (line) => lines.times[line]! < moment && isProduct[lines.items[line]!] === 1);
  const items = pick(Uint32Array, sold, lines.items);
  const ageDays = Float64Array.from(sold, (line) => (moment - lines.times[line]!) / dayMs);
  const weights = new Float32Array(sold.length).fill(1);
  const itemCount = snapshot.itemKeys.length;
  const popularity = rankPopularity({ itemCount, items, ageDays, weights }, recipes.popularity);
  const demand = rankPopularity(
    { itemCount, items, ageDays, weights },
    { halfLifeDays: recipe.popularityHalfLifeDays },
  );
  const purchases = new Uint32Array(itemCount);
  for (const item of items) purchases[item]!++;

  const interactions = buildInteractions(behavioursBefore(snapshot, moment, recipe.behaviourWeights), recipe);
  const repurchases = buildRepurchases(purchasesBefore(snapshot, moment), {
    halfLifeDays: recipe.repurchaseHalfLifeDays,
  });
  const neighbours = trainItemNeighbours(interactions, recipe);
  const input: CandidateInput = {
    neighbours,
    interactions,
    repurchases,
    popularity: demand.scores,
    eligible: isProduct,
    recipe,
  };
  return { popularity, purchases, neighbours, interactions, repurchases, candidatesOf: createCandidateRanker(input) };
}

/** Purchases of known customers (more of one item says more, by its logarithm), and what they looked at, before `moment`. */
function behavioursBefore(
  { lines, events, isProduct, customerKeys, itemKeys }: Snapshot,
  moment: number,
  weightOf: Recipes['collaborative-filtering']['behaviourWeights'],
) {
  const bought = selectLines(lines.times, (line) => isKnownSale(lines, isProduct, line, moment));
  const seen = selectLines(
    events.times,
    (event) => events.times[event]! < moment && isProduct[events.items[event]!] === 1,
  );
  const count = bought.length + seen.length;
  const customers = new Uint32Array(count);
  const items = new Uint32Array(count);
  const ageDays = new Float64Array(count);
  const weights = new Float32Array(count);
  const put = (at: number, customer: number, item: number, time: number, weight: number) => {
    customers[at] = customer;
    items[at] = item;
    ageDays[at] = (moment - time) / dayMs;
    weights[at] = weight;
  };
  for (const [at, line] of bought.entries()) {
    const weight = weightOf.purchase * (1 + Math.log(Math.max(1, lines.quantities[line]!)));
    put(at, lines.customers[line]!, lines.items[line]!, lines.times[line]!, weight);
  }
  for (const [at, event] of seen.entries()) {
    const weight = weightOf[tasteBehaviours[events.types[event]!]!];
    put(bought.length + at, events.customers[event]!, events.items[event]!, events.times[event]!, weight);
  }
  return { customers, items, ageDays, weights, customerCount: customerKeys.length, itemCount: itemKeys.length };
}

export function purchasesBefore({ lines, isProduct, customerKeys, itemKeys, orderCount }: Snapshot, moment: number) {
  const bought = selectLines(lines.times, (line) => isKnownSale(lines, isProduct, line, moment));
  return {
    customers: Uint32Array.from(bought, (line) => lines.customers[line]!),
    items: pick(Uint32Array, bought, lines.items),
    orders: pick(Uint32Array, bought, lines.orders),
    ageDays: Float64Array.from(bought, (line) => (moment - lines.times[line]!) / dayMs),
    times: pick(Float64Array, bought, lines.times),
    customerCount: customerKeys.length,
    itemCount: itemKeys.length,
    orderCount,
  };
}

function isKnownSale(lines: Snapshot['lines'], isProduct: Uint8Array, line: number, moment: number): boolean {
  return lines.customers[line]! >= 0 && lines.times[line]! < moment && isProduct[lines.items[line]!] === 1;
}

function selectLines(times: Float64Array, isWanted: (line: number) => boolean): Uint32Array {
  return Uint32Array.from(times.keys()).filter(isWanted);
}

function pick<Values extends Uint32Array | Float64Array>(
  kind: { from(source: Uint32Array, map: (line: number) => number): Values },
  lines: Uint32Array,
  values: ArrayLike<number>,
): Values {
  return kind.from(lines, (line) => values[line]!);
}
