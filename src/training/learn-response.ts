import { learnResponse, type NetworkTrainer, recipe, writeModel } from '../../models/coupon-response/index.ts';
import type { Database } from '../db/index.ts';
import { findTrials, readTrial, saveResponse } from '../outcomes/index.ts';

export interface ResponseJob {
  trainingRunId: number;
  /** the run's only clock */
  asOf: Date;
  seed: number;
  minorDigits: number;
}

/** TensorFlow.js is loaded by the first network that is trained, and not at all where no campaign has enough outcomes. */
let loading: Promise<NetworkTrainer> | undefined;
const trainByTensorflow: NetworkTrainer = async (...network) => {
  loading ??= import('./response-network.ts')
    .then(({ loadNetworkLearner }) => loadNetworkLearner())
    .then(({ train }) => train);
  return (await loading)(...network);
};

/**
 * Learns from every campaign with a control who responds because of its coupon, and keeps verdict, figures and, where it is
 * used, the model with the campaign.
 *
 * @returns the verdicts by campaign
 */
export async function learnResponses(
  db: Database,
  { trainingRunId, asOf, seed, minorDigits }: ResponseJob,
  trainer = trainByTensorflow,
): Promise<Map<string, string>> {
  const verdicts = new Map<string, string>();
  for (const campaign of await findTrials(db, asOf)) {
    const trial = await readTrial(db, campaign, { asOf, minorDigits });
    const learnt = await learnResponse(trial, recipe, { trainer, seed });
    const told =
      'refusal' in learnt
        ? { verdict: `The simple policy stays: ${learnt.refusal}.`, report: null, model: null }
        : { verdict: learnt.verdict, report: learnt.report, model: learnt.model && writeModel(learnt.model) };
    await saveResponse(db, campaign.campaignKey, { trainingRunId, asOf, ...told });
    verdicts.set(campaign.campaignId, told.verdict);
  }
  return verdicts;
}
