import type { Knowledge, TreeTable } from '../../ranking/index.ts';
import type { SparseMatrix } from '../../sparse-matrix.ts';
import type { ItemNeighbours } from '../graphs/item-neighbours.ts';
import type { Blend } from '../recipe.ts';
import type { TrainedModel } from '../trained-model.ts';

/** Where a candidate may come from, in the order of their indices. */
export const candidateSources = ['repurchase', 'collaborative-filtering', 'popularity'] as const;
/** Where a candidate comes from. */
export type Source = (typeof candidateSources)[number];

/** A list, best first, ties by ascending item. */
export interface Candidates {
  readonly items: Uint32Array;
  readonly scores: Float32Array;
  /** positions in candidateSources */
  readonly sources: Uint8Array;
  /**
   * repurchase: the item itself; collaborative filtering: the history item that contributed most in the graph, noItem where
   * the graph does not know; popularity: noItem
   */
  readonly because: Uint32Array;
  /** what brought an item up in the learnt order (see `createOrderReasons`); 0: nothing that has words */
  readonly reasons: Uint8Array;
}

/** What lists are ranked from; all matrices have the same customers and items. */
export interface CandidateInput {
  /** the graph, which also names the item that it recommends another for */
  readonly neighbours: ItemNeighbours;
  /** the graph's part in the blend, 1 if absent */
  readonly weight?: number;
  /** other methods of the blend */
  readonly others?: readonly WeightedMethod[];
  /** customers × items, of buildInteractions */
  readonly interactions: SparseMatrix;
  /** customers × items, of buildRepurchases */
  readonly repurchases: SparseMatrix;
  /** by item: time-decayed popularity (popularityHalfLifeDays), on any scale, at least 0 */
  readonly popularity: Float64Array;
  /** by item: 1 where it may be in a list; all may if absent */
  readonly eligible?: Uint8Array;
  readonly recipe: CandidateRecipe;
  /** what orders the blend's best anew; absent: they stay as they are */
  readonly ranking?: LearntOrder | undefined;
}

/** An order that was learnt, and what it looks at. */
export interface LearntOrder {
  readonly trees: TreeTable;
  readonly knowledge: Knowledge;
  /** so many of the blend's best compete */
  readonly candidates: number;
}

/** A trained model beside the graph, with its part in the blend. */
export interface WeightedMethod {
  readonly model: TrainedModel;
  readonly weight: number;
}

/** What the recipe sets for the lists. */
export interface CandidateRecipe {
  readonly repurchase: 'allow' | 'exclude';
  readonly blend: Blend;
  /** length of a list */
  readonly candidates: number;
}
