import { seededRandom } from '../random.ts';
import { type Features, requireFeatures, takeRows } from './features.ts';
import { judgeScores, type ResponseJudgement } from './judge-scores.ts';
import { type NetworkTrainer, predict } from './network.ts';
import { type RandomisedTrial, requireTrial } from './qini.ts';
import type { CouponResponseRecipe } from './recipe.ts';
import { fitResponse, fitTLearner, predictUplift, type UpliftModel } from './t-learner.ts';

/** What a campaign with a control group left behind, a row a customer. */
export interface CampaignTrial extends RandomisedTrial {
  /** as they were when the customer was assigned */
  readonly features: Features;
}

/** What a trial came to: its arms, and how well models of its other parts rank its customers. */
export interface ResponseReport {
  readonly customers: { readonly treated: number; readonly control: number };
  /** customers who had the outcome */
  readonly outcomes: { readonly treated: number; readonly control: number };
  /** out of fold */
  readonly judgement: ResponseJudgement;
}

/** A model that is used or not, and why. */
export interface LearntResponse {
  /** null: it is not beyond chance better, and the simple policy stays */
  readonly model: UpliftModel | null;
  /** whether the model is used and why, a sentence */
  readonly verdict: string;
  readonly report: ResponseReport;
}

/** Why nothing was learnt. */
export interface ResponseRefusal {
  readonly refusal: string;
}

/**
 * Who responds because of the coupon: a T-learner, judged on customers it has not seen. It is used only where the paired 95 %
 * bootstrap interval of its Qini coefficient less the better of the response model's and zero lies above zero.
 *
 * @param trial customers who were treated or left alone by chance
 * @param learning the trainer of the networks, and the seed of folds, networks and bootstrap
 * @throws RangeError naming the field that cannot be
 */
export async function learnResponse(
  trial: CampaignTrial,
  recipe: CouponResponseRecipe,
  { trainer, seed }: { readonly trainer: NetworkTrainer; readonly seed: number },
): Promise<LearntResponse | ResponseRefusal> {
  const { features, treated, outcomes } = trial;
  requireFeatures(features);
  const counts = countArms(trial);
  const refusal = refuse(counts, recipe);
  if (refusal) return { refusal };
  requireTrial(trial, features.values.length / features.columns);

  const learning = { settings: recipe.network, trainer, seed };
  const scores = { uplift: new Float64Array(treated.length), response: new Float64Array(treated.length) };
  const folds = dealFolds(trial, recipe.folds, seed);
  const everybody = Uint32Array.from(treated.keys());
  for (let fold = 0; fold < recipe.folds; fold++) {
    const seen = everybody.filter((row) => folds[row] !== fold);
    const unseen = everybody.filter((row) => folds[row] === fold);
    const ofUnseen = takeRows(features, unseen);
    const uplift = predictUplift(await fitTLearner(features, trial, seen, learning), ofUnseen);
    const response = predict(await fitResponse(features, trial, seen, learning), ofUnseen);
    for (const [place, row] of unseen.entries()) {
      scores.uplift[row] = uplift[place];
      scores.response[row] = response[place];
    }
  }
  const judgement = judgeScores(scores, { treated, outcomes }, { samples: recipe.bootstrapSamples, seed });
  const isUsed = judgement.advantage.low > 0;
  return {
    model: isUsed ? await fitTLearner(features, trial, everybody, learning) : null,
    verdict: phraseVerdict(judgement, isUsed),
    report: { ...counts, judgement },
  };
}

function countArms({ treated, outcomes }: RandomisedTrial): Omit<ResponseReport, 'judgement'> {
  const count = (arm: number, least: number) =>
    treated.reduce((sum, is, row) => sum + Number(is === arm && outcomes[row] >= least), 0);
  return {
    customers: { treated: count(1, 0), control: count(0, 0) },
    outcomes: { treated: count(1, 1), control: count(0, 1) },
  };
}

function refuse(
  { customers, outcomes }: Omit<ResponseReport, 'judgement'>,
  { minimumArmCustomers, minimumArmOutcomes }: CouponResponseRecipe,
): string | undefined {
  if (customers.control === 0) return 'the campaign has no control, so it cannot be seen who responded because of it';
  if (Math.min(customers.treated, customers.control) < minimumArmCustomers) {
    const sizes = `${customers.treated} customers are treated and ${customers.control} control`;
    return `${sizes}; both must be at least ${minimumArmCustomers}`;
  }
  const without = {
    treated: customers.treated - outcomes.treated,
    control: customers.control - outcomes.control,
  };
  if (Math.min(outcomes.treated, outcomes.control, without.treated, without.control) >= minimumArmOutcomes) return;
  const responded = `${outcomes.treated} of the treated and ${outcomes.control} of the control responded`;
  return `${responded}; in each arm at least ${minimumArmOutcomes} must have, and as many not`;
}

/** The fold of each customer, by chance; every fold has its share of both arms with and without the outcome. */
function dealFolds({ treated, outcomes }: RandomisedTrial, folds: number, seed: number): Uint8Array {
  if (!Number.isInteger(folds) || folds < 2 || folds > 100) {
    throw new RangeError(`folds must be a whole number from 2 to 100, not ${folds}`);
  }
  const random = seededRandom(seed);
  const draws = Float64Array.from(treated, random);
  const kind = (row: number) => 2 * treated[row] + outcomes[row];
  const order = Uint32Array.from(treated.keys()).sort((a, b) => kind(a) - kind(b) || draws[a] - draws[b]);
  const dealt = new Uint8Array(treated.length);
  for (const [place, row] of order.entries()) dealt[row] = place % folds;
  return dealt;
}

function phraseVerdict({ policies, advantage }: ResponseJudgement, isUsed: boolean): string {
  const qini = (name: string) => policies.find(({ policy }) => policy === name)!.qini.value;
  const rival = qini('response') > 0 ? `the response model's ${qini('response').toFixed(3)}` : 'zero';
  const lead = `its Qini coefficient of ${qini('uplift').toFixed(3)} less ${rival} is ${advantage.value.toFixed(3)}`;
  const interval = `95 % interval ${advantage.low.toFixed(3)} to ${advantage.high.toFixed(3)}`;
  return isUsed
    ? `The uplift model is used: ${lead} (${interval}), beyond chance above zero.`
    : `The simple policy stays: for the uplift model ${lead} (${interval}), which may be chance.`;
}
