import { rankPopularity } from '../popularity/index.ts';
import type { SparseMatrix } from '../sparse-matrix.ts';
import {
  arrangeInteractions,
  arrangeRepurchases,
  type Behaviours,
  type Decay,
  type Purchases,
} from './interactions.ts';
import type { HalfLives } from './recipe.ts';

/** All facts before a time, as rows whose ages in days count back from it. */
export interface Facts {
  /** whatever shows taste, weighed; purchases among it */
  readonly behaviours: Behaviours;
  /** lines of customers who were named */
  readonly purchases: Purchases;
  /** every line sold, by whomever */
  readonly sales: SoldLines;
  /** by item: its category's number, -1 for none; nothing is known of them if absent */
  readonly categories?: Int32Array | undefined;
  /** by item: what a piece costs the shop, NaN where it is not known; nothing is known of costs if absent */
  readonly unitCosts?: Float64Array | undefined;
  /** by item: 1 where it may be in a list; all may if absent */
  readonly eligible?: Uint8Array;
}

/** One sold line a position. */
export interface SoldLines {
  readonly items: Uint32Array;
  readonly ageDays: Float64Array;
  /** what a piece cost; absent: nothing is known of prices */
  readonly unitPrices?: Float64Array | undefined;
}

/** The matrices of one set of facts. */
export interface Matrices {
  /** customers × items, what methods learn from */
  readonly interactions: SparseMatrix;
  /** customers × items, what comes back */
  readonly repurchases: SparseMatrix;
  /** by item: what is selling */
  readonly popularity: Float64Array;
}

/**
 * The matrices of facts at any half-lives, in days; each half-life is built once and kept.
 *
 * @param keep puts what is built where it is kept
 * @returns a function that throws a RangeError naming the column or half-life that is out of range
 */
export function createMatrices(
  facts: Facts,
  keep: <Built>(built: Built) => Built = (built) => built,
): (halfLives: HalfLives) => Matrices {
  const once = <Value>(build: (halfLifeDays: number) => Value) => {
    const built = new Map<number, Value>();
    return (halfLifeDays: number) => {
      if (!built.has(halfLifeDays)) built.set(halfLifeDays, keep(build(halfLifeDays)));
      return built.get(halfLifeDays)!;
    };
  };
  // Which cells there are does not hang on a half-life: their places are kept once, only their values by half-life.
  const onceOfCells = (arrange: () => (decay: Decay) => SparseMatrix) => {
    let build: ReturnType<typeof arrange> | undefined;
    let first: SparseMatrix | undefined;
    return once((halfLifeDays) => {
      build ??= arrange();
      const built = build({ halfLifeDays });
      if (first) return { ...built, offsets: first.offsets, indices: first.indices };
      first = keep(built);
      return first;
    });
  };
  const interactions = onceOfCells(() => arrangeInteractions(facts.behaviours));
  const repurchases = onceOfCells(() => arrangeRepurchases(facts.purchases));
  const popularity = once((halfLifeDays) => scoreSales(facts, halfLifeDays));
  return ({ halfLifeDays, repurchaseHalfLifeDays, popularityHalfLifeDays }) => ({
    interactions: interactions(halfLifeDays),
    repurchases: repurchases(repurchaseHalfLifeDays),
    popularity: popularity(popularityHalfLifeDays),
  });
}

/** Whether anything happened at different times; where nothing did, half-lives mean nothing. */
export function hasTimes({ behaviours, purchases }: Facts): boolean {
  return [behaviours.ageDays, purchases.ageDays].some((ages) => ages.some((age) => age !== ages[0]));
}

function scoreSales({ sales, behaviours }: Facts, halfLifeDays: number): Float64Array {
  const weights = new Float32Array(sales.items.length).fill(1);
  return rankPopularity({ ...sales, weights, itemCount: behaviours.itemCount }, { halfLifeDays }).scores;
}
