import { type Features, takeRows } from './features.ts';
import { fitNetwork, type Network, type NetworkSettings, type NetworkTrainer, predict } from './network.ts';
import type { Trial } from './qini.ts';

/** Probability of the outcome with the coupon and without it. */
export interface UpliftModel {
  readonly treated: Network;
  readonly control: Network;
}

export interface Learning {
  readonly settings: NetworkSettings;
  readonly trainer: NetworkTrainer;
  readonly seed: number;
}

/** The T-learner (Künzel et al. 2019): a model of each arm, from the customers whose rows are given. */
export async function fitTLearner(
  features: Features,
  trial: Trial,
  rows: Uint32Array,
  learning: Learning,
): Promise<UpliftModel> {
  const ofArm = (arm: number) => rows.filter((row) => trial.treated[row] === arm);
  return {
    treated: await fitResponse(features, trial, ofArm(1), learning),
    control: await fitResponse(features, trial, ofArm(0), learning),
  };
}

/** The response model: who has the outcome, whatever it comes from. */
export function fitResponse(
  features: Features,
  { outcomes }: Trial,
  rows: Uint32Array,
  { settings, trainer, seed }: Learning,
): Promise<Network> {
  const ofRows = Uint8Array.from(rows, (row) => outcomes[row]);
  return fitNetwork(trainer, takeRows(features, rows), ofRows, settings, seed);
}

/** What the coupon adds to the probability of each row of features; below 0: it takes away. */
export function predictUplift({ treated, control }: UpliftModel, features: Features): Float64Array {
  const without = predict(control, features);
  return predict(treated, features).map((probability, row) => probability - without[row]);
}
