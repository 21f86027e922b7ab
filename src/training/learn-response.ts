import {
  type CouponResponseRecipe,
  learnResponse,
  type NetworkTrainer,
  writeModel,
} from '../../models/coupon-response/index.ts';
import { type ControlledCampaign, findCampaigns } from '../coupons/index.ts';
import type { Database } from '../db/index.ts';
import {
  type CampaignResponse,
  type KnownCustomers,
  priceScores,
  readKnownCustomers,
  readTrial,
  replaceFeatures,
  rowsOf,
  saveResponse,
} from '../outcomes/index.ts';
import { holdOffErasure } from '../recommendations/index.ts';
import type { Job } from './runs.ts';

/** `asOf` is the run's only clock. */
export interface ResponseJob extends Pick<Job, 'trainingRunId' | 'seed' | 'minorDigits' | 'publish'> {
  asOf: Date;
  recipe: CouponResponseRecipe;
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
 * Learns from each of these campaigns who responds because of its coupon, and keeps verdict, figures and, where it is used, the
 * model with the campaign. For campaigns that are not over and have one in use, it also keeps what decisions need: what is
 * known of every customer, and the least score that still gets a coupon. All of it is kept together or not at all; of a run
 * that never publishes nothing is.
 *
 * @returns the verdicts by campaign
 */
export async function learnResponses(
  db: Database,
  campaigns: readonly ControlledCampaign[],
  { trainingRunId, asOf, seed, minorDigits, publish, recipe }: ResponseJob,
  trainer = trainByTensorflow,
): Promise<Map<string, string>> {
  const responses = new Map<ControlledCampaign, Omit<CampaignResponse, 'learntAt'>>();
  for (const campaign of campaigns) {
    const trial = await readTrial(db, campaign, { asOf, minorDigits });
    const learnt = await learnResponse(trial, recipe, { trainer, seed });
    const told =
      'refusal' in learnt
        ? { verdict: `The simple policy stays: ${learnt.refusal}.`, report: null, model: null }
        : { verdict: learnt.verdict, report: learnt.report, model: learnt.model && writeModel(learnt.model) };
    responses.set(campaign, { asOf, ...told, leastScore: null });
  }
  if (publish !== 'never') {
    const known = await priceAll(db, responses, { asOf, minorDigits });
    await db.transaction(async (tx) => {
      // Whoever was erased meanwhile must not come back with it.
      await holdOffErasure(tx);
      await replaceFeatures(tx, known ? rowsOf(known) : []);
      for (const [{ campaignKey }, response] of responses) {
        await saveResponse(tx, campaignKey, { trainingRunId, ...response });
      }
    });
  }
  return new Map(Array.from(responses, ([{ campaignId }, { verdict }]) => [campaignId, verdict]));
}

/** Gives every response that decides its least score. @returns what is known of customers; undefined: none decides */
async function priceAll(
  db: Database,
  responses: ReadonlyMap<ControlledCampaign, Omit<CampaignResponse, 'learntAt'>>,
  when: { asOf: Date; minorDigits: number },
): Promise<KnownCustomers | undefined> {
  const deciding = [...responses].filter(([{ validUntil }, { model }]) => model !== null && validUntil > when.asOf);
  const known = deciding.length > 0 ? await readKnownCustomers(db, when) : undefined;
  if (!known) return undefined;
  const terms = await findCampaigns(
    db,
    deciding.map(([{ campaignId }]) => campaignId),
  );
  for (const [{ campaignId }, response] of deciding) {
    const campaign = terms.find((one) => one.campaignId === campaignId)!;
    response.leastScore = await priceScores(db, campaign, response.model!, known);
  }
  return known;
}
