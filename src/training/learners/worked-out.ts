import type { MinedItemsets } from '../../../models/association-rules/index.ts';
import type { CollaborativeFilteringRecipe, IalsRecipe } from '../../../models/collaborative-filtering/index.ts';

/** What an engine has worked out beforehand on the run's facts, in plain data; what is absent is learnt where it is needed. */
export interface WorkedOut {
  /** of all baskets */
  mined?: MinedItemsets;
  /** by number of clusters, of all customers */
  centroids?: ReadonlyMap<number, Float64Array>;
  factors: readonly ItemFactors[];
}

/** On which facts and by which settings factors are learnt. */
export interface FactorFit extends BehaviourSettings {
  /** epoch milliseconds: on the facts before this time */
  cut: number;
  /** epoch milliseconds: from when ages count back */
  agedAt: number;
  halfLifeDays: number;
  /** the snapshot's; undefined: all places alike */
  placeWeights?: readonly number[] | undefined;
  ials: IalsRecipe;
}

/** Factors of the items, rows of `ials.dimensions` numbers in the snapshot's order. */
export interface ItemFactors {
  fit: FactorFit;
  items: Float32Array;
}

type BehaviourSettings = Pick<
  CollaborativeFilteringRecipe,
  'behaviourWeights' | 'quantityEffect' | 'refundedPurchases'
>;

/** The facts and settings of a fit, with nothing else. */
export function factorFit(
  { behaviourWeights, quantityEffect, refundedPurchases }: BehaviourSettings,
  rest: Omit<FactorFit, keyof BehaviourSettings>,
): FactorFit {
  const { dimensions, epochs, unobservedWeight, regularisation, frequencyExponent, regularisedBy, initialDeviation } =
    rest.ials;
  const ials = {
    ...{ dimensions, epochs, unobservedWeight, regularisation, frequencyExponent, regularisedBy, initialDeviation },
  };
  const { view, click, favourite, cart_add, purchase } = behaviourWeights;
  const weights = { view, click, favourite, cart_add, purchase };
  const { cut, agedAt, halfLifeDays, placeWeights } = rest;
  return {
    behaviourWeights: weights,
    quantityEffect,
    refundedPurchases,
    cut,
    agedAt,
    halfLifeDays,
    placeWeights,
    ials,
  };
}

/** The factors that were worked out by this fit; undefined: none were. */
export function findFactors(workedOut: WorkedOut | undefined, fit: FactorFit): Float32Array | undefined {
  const wanted = JSON.stringify(fit);
  return workedOut?.factors.find((known) => JSON.stringify(known.fit) === wanted)?.items;
}
