import type { SparseMatrix } from '../sparse-matrix.ts';
import { planEase, trainEase } from './ease/ease.ts';
import { trainGraphFilter } from './graphs/graph-filter.ts';
import { trainItemNeighbours } from './graphs/item-neighbours.ts';
import { trainNextBaskets } from './graphs/next-baskets.ts';
import { whyNoDirections } from './graphs/principal-directions.ts';
import { trainIals, whyNoFactors } from './ials/ials.ts';
import type { IalsRecipe } from './ials/settings.ts';
import type { Purchases } from './interactions.ts';
import type { MethodName, MethodSettings } from './recipe.ts';
import { buildOrderVectors } from './tifu-knn/customer-vectors.ts';
import { trainTifuKnn } from './tifu-knn/tifu-knn.ts';
import type { TrainedModel } from './trained-model.ts';

/** Why something is not trained, in words. */
export interface MethodRefusal {
  readonly refused: string;
}

export interface TrainingInput {
  /** customers × items */
  readonly interactions: SparseMatrix;
  readonly purchases: Purchases;
  readonly seed: number;
  /** that share the work, where a method can; results do not depend on it */
  readonly threads?: number;
  /** factors of the items, where they were learnt elsewhere */
  readonly itemFactors?: ((settings: IalsRecipe) => Float32Array | undefined) | undefined;
}

interface Definition<Settings> {
  /** seconds that one training takes on one core of a plain server, roughly */
  estimateWork(input: TrainingInput, settings: Settings): number;
  /** seconds beyond the usual that the best items of one customer take to find, roughly */
  estimateJudging?(input: TrainingInput, settings: Settings): number;
  /** of what is learnt, at most; little where absent */
  estimateBytes?(input: TrainingInput, settings: Settings): number;
  train(input: TrainingInput, settings: Settings): TrainedModel | MethodRefusal;
}

const definitions: { readonly [Name in MethodName]: Definition<MethodSettings[Name]> } = {
  rp3beta: {
    estimateWork: reckonPairs,
    estimateJudging: reckonSums,
    estimateBytes: reckonGraph,
    train: ({ interactions }, settings) => ({
      graph: trainItemNeighbours(interactions, { method: 'rp3beta', ...settings }),
    }),
  },
  'item-knn': {
    estimateWork: reckonPairs,
    estimateJudging: reckonSums,
    estimateBytes: reckonGraph,
    train: ({ interactions }, settings) => ({
      graph: trainItemNeighbours(interactions, { method: 'item-knn', ...settings }),
    }),
  },
  ials: {
    // Of many dimensions most of the time goes into diagonalising their Gram matrix, twice an epoch.
    estimateWork: ({ interactions: { rows, columns, indices } }, { dimensions, epochs }) =>
      0.05 +
      4e-9 * epochs * dimensions * (indices.length + rows + columns) +
      1.5e-8 * (2 * epochs + 1) * dimensions ** 3,
    // Factors are scored against every item.
    estimateJudging: ({ interactions }, { dimensions }) => 1e-10 * interactions.columns * dimensions,
    estimateBytes: ({ interactions }, { dimensions }) => 4 * dimensions * (interactions.rows + interactions.columns),
    train(input, settings) {
      const { interactions, seed, itemFactors } = input;
      const refused = whyNoFactors(interactions, settings);
      if (refused !== undefined) return { refused };
      const threads = threadsFor('ials', input, settings);
      return { factors: trainIals(interactions, settings, { seed, threads, items: itemFactors?.(settings) }) };
    },
  },
  ease: {
    // An inversion is shared by two threads; gathering its input and its best weights is not.
    estimateWork({ interactions }, settings) {
      const { seconds, items } = planEase(interactions, settings);
      return seconds / 2 + 4e-8 * items.length ** 2;
    },
    train: (input, settings) => {
      const { interactions } = input;
      const { refused } = planEase(interactions, settings);
      if (refused !== undefined) return { refused };
      return { graph: trainEase(interactions, settings, { threads: threadsFor('ease', input, settings) }) };
    },
  },
  'tifu-knn': {
    estimateWork: ({ purchases }) => 2e-6 * purchases.items.length,
    train: ({ purchases, seed }, settings) => ({
      baskets: trainTifuKnn(buildOrderVectors(purchases, settings), settings, { seed }),
    }),
  },
  'gf-cf': {
    // The passes of the directions over the cells, and what makes them orthonormal.
    estimateWork(input, { dimensions }) {
      const { rows, columns, indices } = input.interactions;
      const directions = Math.min(dimensions, columns, rows);
      const found =
        1.3e-8 * directions * indices.length + 3.5e-9 * directions ** 2 * columns + 1.5e-7 * directions ** 3;
      return reckonPairs(input) + found;
    },
    estimateJudging: (input, settings) =>
      reckonSums(input, settings) + 1e-10 * input.interactions.columns * settings.dimensions,
    estimateBytes: (input, settings) =>
      reckonGraph(input, settings) +
      4 * settings.dimensions * (input.interactions.rows + 2 * input.interactions.columns),
    train(input, settings) {
      const { interactions, seed } = input;
      const refused = whyNoDirections(interactions, settings.dimensions);
      if (refused !== undefined) return { refused };
      return {
        filter: trainGraphFilter(interactions, settings, { seed, threads: threadsFor('gf-cf', input, settings) }),
      };
    },
  },
  'next-baskets': {
    estimateWork: ({ purchases }, { baskets }) =>
      1e-6 * purchases.items.length + 1.1e-8 * baskets * countBasketPairs(purchases),
    estimateJudging: reckonNewest,
    estimateBytes: reckonGraph,
    train: ({ purchases }, settings) => ({ next: trainNextBaskets(purchases, settings) }),
  },
};

/** Trains one member of the family, or says why not. */
export function trainMember<Name extends MethodName>(
  name: Name,
  input: TrainingInput,
  settings: MethodSettings[Name],
): TrainedModel | MethodRefusal {
  return definitions[name].train(input, settings);
}

/**
 * Seconds that one training is reckoned to take: a measure of work that is the same on every machine, so that what is tried
 * within a budget does not hang on how busy the machine is.
 */
export function estimateWork<Name extends MethodName>(
  name: Name,
  input: TrainingInput,
  settings: MethodSettings[Name],
): number {
  return definitions[name].estimateWork(input, settings);
}

/** Seconds that judging one customer's list is reckoned to take. */
export function estimateJudging<Name extends MethodName>(
  name: Name,
  input: TrainingInput,
  settings: MethodSettings[Name],
): number {
  return secondsPerList + (definitions[name].estimateJudging?.(input, settings) ?? 0);
}

/** Bytes of what is learnt, at most. */
export function estimateBytes<Name extends MethodName>(
  name: Name,
  input: TrainingInput,
  settings: MethodSettings[Name],
): number {
  return definitions[name].estimateBytes?.(input, settings) ?? 0;
}

/** What a list takes on a plain server, roughly. */
const secondsPerList = 1e-4;

/** Starting a thread takes longer than so much work. */
const leastSharedSeconds = 0.2;

function threadsFor<Name extends MethodName>(name: Name, input: TrainingInput, settings: MethodSettings[Name]) {
  return estimateWork(name, input, settings) < leastSharedSeconds ? 1 : input.threads;
}

/** Pairs of items in customers' rows are what takes the time. */
function reckonPairs({ interactions }: TrainingInput): number {
  return 1.1e-8 * countPairs(interactions);
}

/** Each item of a history has so many neighbours to add up. */
function reckonSums({ interactions }: TrainingInput, { neighbours }: { neighbours: number }): number {
  const { indices, rows, columns } = interactions;
  return 1.5e-9 * (indices.length / Math.max(1, rows)) * Math.min(neighbours, columns);
}

/** The same of some baskets alone. */
function reckonNewest(
  { purchases, interactions }: TrainingInput,
  settings: { neighbours: number; baskets: number },
): number {
  const { items, orderCount } = purchases;
  return (
    1.5e-9 *
    settings.baskets *
    (items.length / Math.max(1, orderCount)) *
    Math.min(settings.neighbours, interactions.columns)
  );
}

function reckonGraph({ interactions }: TrainingInput, { neighbours }: { neighbours: number }): number {
  return 8 * Math.min(neighbours * interactions.columns, countPairs(interactions));
}

/** Pairs of lines of one order: a basket and the next are about as large. */
function countBasketPairs({ orders, orderCount }: Purchases): number {
  const lines = new Uint32Array(orderCount);
  for (const order of orders) lines[order]++;
  return lines.reduce((pairs, count) => pairs + count ** 2, 0);
}

function countPairs({ rows, offsets }: SparseMatrix): number {
  let pairs = 0;
  for (let row = 0; row < rows; row++) pairs += (offsets[row + 1] - offsets[row]) ** 2;
  return pairs;
}
