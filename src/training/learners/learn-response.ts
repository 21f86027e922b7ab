import {
  type CouponResponseRecipe,
  learnResponse,
  type NetworkTrainer,
  writeModel,
} from '../../../models/coupon-response/index.ts';
import { type ControlledCampaign, findCampaigns } from '../../coupons/index.ts';
import type { Database, Transaction } from '../../db/index.ts';
import {
  type CampaignResponse,
  type KnownCustomers,
  priceScores,
  readKnownCustomers,
  readTrial,
  replaceFeatures,
  rowsOf,
  saveResponse,
} from '../../outcomes/index.ts';
import type { Job } from '../runs/run.ts';

/** `asOf` is the run's only clock. */
export interface ResponseJob extends Pick<Job, 'seed' | 'minorDigits'> {
  asOf: Date;
  recipe: CouponResponseRecipe;
}

type LearntResponse = Omit<CampaignResponse, 'learntAt'>;

export interface LearntResponses {
  responses: ReadonlyMap<ControlledCampaign, LearntResponse>;
  /** of every customer, for decisions; undefined: none uses a model */
  known: KnownCustomers | undefined;
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
 * Learns from each of these campaigns who responds because of its coupon: verdict, figures and, where it is used, the model. For
 * campaigns that are not over and have one in use also what decisions need: what is known of every customer, and the least score
 * that still gets a coupon. Writes nothing.
 */
export async function learnResponses(
  db: Database,
  campaigns: readonly ControlledCampaign[],
  { asOf, seed, minorDigits, recipe }: ResponseJob,
  trainer = trainByTensorflow,
): Promise<LearntResponses> {
  const responses = new Map<ControlledCampaign, LearntResponse>();
  for (const campaign of campaigns) {
    const trial = await readTrial(db, campaign, { asOf, minorDigits });
    const learnt = await learnResponse(trial, recipe, { trainer, seed });
    const told =
      'refusal' in learnt
        ? { verdict: `The simple policy stays: ${learnt.refusal}.`, report: null, model: null }
        : { verdict: learnt.verdict, report: learnt.report, model: learnt.model && writeModel(learnt.model) };
    responses.set(campaign, { asOf, ...told, leastScore: null });
  }
  return { responses, known: await priceAll(db, responses, { asOf, minorDigits }) };
}

/** Lets reports and decisions have it. @param tx holds off erasure, so that whoever was erased meanwhile does not come back */
export async function keepResponses(
  tx: Transaction,
  trainingRunId: number,
  { responses, known }: LearntResponses,
): Promise<void> {
  await replaceFeatures(tx, known ? rowsOf(known) : []);
  for (const [{ campaignKey }, response] of responses) {
    await saveResponse(tx, campaignKey, { trainingRunId, ...response });
  }
}

/** In a sentence each, by campaign. */
export function verdictsOf({ responses }: LearntResponses): Record<string, string> {
  return Object.fromEntries(Array.from(responses, ([{ campaignId }, { verdict }]) => [campaignId, verdict]));
}

/** Gives every response that decides its least score. @returns what is known of customers; undefined: none decides */
async function priceAll(
  db: Database,
  responses: ReadonlyMap<ControlledCampaign, LearntResponse>,
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
