import {
  type CampaignTrial,
  type CouponResponseRecipe,
  learnResponse,
  type NetworkTrainer,
  recipe,
  recipeSchema,
  writeModel,
} from '../../../models/coupon-response/index.ts';
import { type ControlledCampaign, findCampaigns } from '../../coupons/index.ts';
import type { Database } from '../../db/index.ts';
import {
  type CampaignResponse,
  findTrials,
  type ProfiledCustomers,
  priceScores,
  readProfiledCustomers,
  readTrial,
  replaceFeatures,
  rowsOf,
  saveResponse,
} from '../../outcomes/index.ts';
import type { KeptLearner, RunSettings, Task } from './learner.ts';

/** Campaigns with a control group, and what each left behind: read one by one, because all of them may be too much at once. */
interface Trials {
  campaigns: readonly ControlledCampaign[];
  readTrial(campaign: ControlledCampaign): Promise<CampaignTrial>;
}

export type LearntResponses = ReadonlyMap<ControlledCampaign, Omit<CampaignResponse, 'learntAt'>>;

/** What reports and decisions read. */
interface PreparedResponses {
  responses: LearntResponses;
  /** of every customer, for decisions; undefined: no model decides */
  customers: ProfiledCustomers | undefined;
}

/** TensorFlow.js is loaded by the first network that is trained, and not at all where no campaign has enough outcomes. */
let loading: Promise<NetworkTrainer> | undefined;
const trainByTensorflow: NetworkTrainer = async (...network) => {
  loading ??= import('./response-network.ts')
    .then(({ loadNetworkLearner }) => loadNetworkLearner())
    .then(({ train }) => train);
  return (await loading)(...network);
};

/** Learns from each campaign with a control who responds because of its coupon. */
export const couponResponse = {
  kind: 'coupon-response',
  recipe,
  schema: recipeSchema,
  needs: [],
  onlyInWholeRuns: true,
  hasWork: async (db, { asOf }) => (await findTrials(db, asOf)).length > 0,
  gather: async ({ db, settings }) => ({
    campaigns: await findTrials(db, settings.asOf),
    readTrial: (campaign) => readTrial(db, campaign, settings),
  }),
  learn: learnResponses,
  metrics: (learnt) => ({ 'coupon-response': verdictsOf(learnt) }),
  kept: {
    prepare: async (db, responses, settings) => priceResponses(db, responses, settings),
    async keep(tx, trainingRunId, { responses, customers }) {
      await replaceFeatures(tx, customers ? rowsOf(customers) : []);
      for (const [{ campaignKey }, response] of responses) {
        await saveResponse(tx, campaignKey, { trainingRunId, ...response });
      }
    },
  },
} satisfies KeptLearner<'coupon-response', CouponResponseRecipe, LearntResponses, Trials, PreparedResponses>;

/** Of each campaign the verdict, the figures and, where it is used, the model. */
async function learnResponses({
  recipe,
  beside,
  settings,
}: Task<CouponResponseRecipe, Trials>): Promise<LearntResponses> {
  const responses = new Map<ControlledCampaign, Omit<CampaignResponse, 'learntAt'>>();
  for (const campaign of beside.campaigns) {
    const trial = await beside.readTrial(campaign);
    const learnt = await learnResponse(trial, recipe, { trainer: trainByTensorflow, seed: settings.seed });
    const outcome =
      'refusal' in learnt
        ? { verdict: `The simple policy stays: ${learnt.refusal}.`, report: null, model: null }
        : { verdict: learnt.verdict, report: learnt.report, model: learnt.model && writeModel(learnt.model) };
    responses.set(campaign, { asOf: settings.asOf, ...outcome, leastScore: null });
  }
  return responses;
}

/** In a sentence each, by campaign. */
function verdictsOf(responses: LearntResponses): Record<string, string> {
  return Object.fromEntries(Array.from(responses, ([{ campaignId }, { verdict }]) => [campaignId, verdict]));
}

/**
 * Gives every response that decides, one of a campaign that is not over with a model in use, the least score that still gets a
 * coupon, and adds the figures of every customer that decisions read.
 */
async function priceResponses(
  db: Database,
  responses: LearntResponses,
  settings: Pick<RunSettings, 'asOf' | 'minorDigits'>,
): Promise<PreparedResponses> {
  const deciding = [...responses].filter(([{ validUntil }, { model }]) => model !== null && validUntil > settings.asOf);
  const customers = deciding.length > 0 ? await readProfiledCustomers(db, settings) : undefined;
  if (!customers) return { responses, customers };
  const terms = await findCampaigns(
    db,
    deciding.map(([{ campaignId }]) => campaignId),
  );
  const priced = new Map(responses);
  for (const [campaign, response] of deciding) {
    const { campaignId } = campaign;
    const leastScore = await priceScores(
      db,
      terms.find((one) => one.campaignId === campaignId)!,
      response.model!,
      customers,
    );
    priced.set(campaign, { ...response, leastScore });
  }
  return { responses: priced, customers };
}
