import { type Features, takeRows } from './features.ts';
import { fitNetwork, type Network, type NetworkSettings, type NetworkTrainer, predict } from './network.ts';
import type { RandomisedTrial } from './qini.ts';

/** Probability of the outcome with the coupon and without it. */
export interface UpliftModel {
  readonly treated: Network;
  readonly control: Network;
}

/** How networks are trained: their settings, who trains them, and the seed. */
export interface Learning {
  readonly settings: NetworkSettings;
  readonly trainer: NetworkTrainer;
  readonly seed: number;
}

/**
 * The T-learner (Künzel et al. 2019): a model of each arm, whose difference is the uplift.
 *
 * @param features a row a customer
 * @param trial beside the rows: who was treated, and who had the outcome
 * @param rows of the customers to learn from, some of each arm
 */
export async function fitTLearner(
  features: Features,
  trial: RandomisedTrial,
  rows: Uint32Array,
  learning: Learning,
): Promise<UpliftModel> {
  const ofArm = (arm: number) => rows.filter((row) => trial.treated[row] === arm);
  return {
    treated: await fitResponse(features, trial, ofArm(1), learning),
    control: await fitResponse(features, trial, ofArm(0), learning),
  };
}

/**
 * The response model: who has the outcome, whatever it comes from.
 *
 * @param features a row a customer
 * @param rows of the customers to learn from, of either arm
 */
export function fitResponse(
  features: Features,
  { outcomes }: RandomisedTrial,
  rows: Uint32Array,
  { settings, trainer, seed }: Learning,
): Promise<Network> {
  const ofRows = Uint8Array.from(rows, (row) => outcomes[row]);
  return fitNetwork(trainer, takeRows(features, rows), ofRows, settings, seed);
}

/**
 * What the coupon adds to the probability of each row of features; below 0: it takes away.
 *
 * @returns by row, -1 to 1
 * @throws RangeError where the features are not as wide as the model's
 */
export function predictUplift({ treated, control }: UpliftModel, features: Features): Float64Array {
  const without = predict(control, features);
  return predict(treated, features).map((probability, row) => probability - without[row]);
}
