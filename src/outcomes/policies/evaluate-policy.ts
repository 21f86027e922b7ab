import {
  chooseEstimate,
  type DecisionLog,
  type Estimator,
  estimateDifference,
  leastEffectiveDecisions,
  type PolicyValue,
} from '../../../models/off-policy/index.ts';
import {
  type LoggedChoice,
  readChoices,
  readJudgedChoices,
  selectPolicyVersion,
  selectPublishedVersion,
} from '../../coupons/index.ts';
import type { Database } from '../../db/index.ts';
import { notFound, PannierError } from '../../errors.ts';
import { sumPurchases } from '../../intake/index.ts';
import { dayMs } from '../../shop/days.ts';
import { readPolicy, wantedCampaign } from './policy-rule.ts';

export const rewards = ['profit', 'revenue', 'orders'] as const;
export type Reward = (typeof rewards)[number];

export interface PolicyEstimate extends PolicyValue {
  low: number;
  high: number;
}

export interface PolicyEvaluation {
  /** in the log, each customer's first one by chance */
  decisions: number;
  /** of those, where the rule says what was done */
  agreeing: number;
  /** where the rule wants a campaign that was not open: it gives none */
  notOpen: number;
  /** mean reward of a decision as it was decided */
  logged: number;
  /** of those that agree, as if they were no selection: for comparison */
  naive: number;
  ips: PolicyEstimate;
  snips: PolicyEstimate;
  doublyRobust: PolicyEstimate;
  /** the one of least reckoned error among these and those that give large weights less to say */
  chosen: PolicyEstimate & { estimator: Estimator };
}

/** Of a version of a policy. */
export interface PolicyVersionValue extends PolicyEvaluation {
  /** more decisions by chance, with which it was not logged what the policy asks for */
  notLogged: number;
  /** how much more it is worth than the version that is published; null: that is it, or none is */
  difference: { version: number; value: number; low: number; high: number } | null;
}

export interface ValueQuestion {
  reward: Reward;
  /** after each decision, in which its reward is counted */
  days: number;
  from: Date;
  /** now: younger decisions than `days` before it are left out */
  now: Date;
  minorDigits: number;
}

export interface PolicyQuestion extends ValueQuestion {
  policy: unknown;
}

/**
 * What decisions by a proposed rule would have been worth, out of the log and its probabilities. Where the log gave an action
 * of the rule no chance, nothing can be said of it.
 *
 * @throws PannierError `invalid_request` for a rule that cannot be read, or a log with nothing to judge it by
 */
export async function evaluatePolicy(db: Database, question: PolicyQuestion): Promise<PolicyEvaluation> {
  const policy = readPolicy(question.policy);
  const { days, from, now } = question;
  const choices = await readChoices(db, from, new Date(now.getTime() - days * dayMs));
  const values = await readRewards(db, choices, question);
  const wanted = choices.map((choice) => wantedCampaign(policy, choice));
  return evaluate(choices, values, judge(choices, values, wanted));
}

/**
 * The same of a version of a policy, had it decided above all campaigns, beside the version that is published.
 * @throws PannierError `not_found`, `invalid_request` for a log with nothing to judge it by
 */
export async function valuePolicy(
  db: Database,
  { policyId, version, ...question }: ValueQuestion & { policyId: string; version: number },
): Promise<PolicyVersionValue> {
  const asked = await selectPolicyVersion(db, policyId, version);
  if (!asked) throw notFound('version of this policy');
  const published = await selectPublishedVersion(db, policyId);
  const other = published && published.version !== version ? published : undefined;
  const { days, from, now } = question;
  const policies = other ? [asked, other] : [asked];
  const { choices, notLogged } = await readJudgedChoices(db, policies, from, new Date(now.getTime() - days * dayMs));
  if (choices.length === 0) {
    throw new PannierError(
      'invalid_request',
      'No decision by chance is logged with what this policy asks for: nothing can be said of it.',
    );
  }
  const values = await readRewards(db, choices, question);
  const judgeAt = (place: number) => {
    const wanted = choices.map((choice) => choice.wanted[place]);
    return judge(choices, values, wanted);
  };
  const judged = judgeAt(0);
  const evaluation = evaluate(choices, values, judged);
  if (!other) return { ...evaluation, notLogged, difference: null };
  const { value, standardError } = estimateDifference(logOf(choices, values), judged, judgeAt(1));
  const margin = 1.96 * standardError;
  const difference = { version: other.version, value, low: value - margin, high: value + margin };
  return { ...evaluation, notLogged, difference };
}

/** What a policy would have done, beside what was done. */
interface Judged {
  notOpen: number;
  chances: Float64Array;
  expected: ReturnType<typeof expectRewards>;
}

function judge(choices: readonly LoggedChoice[], values: Float64Array, asked: readonly (string | null)[]): Judged {
  const { wanted, notOpen } = openOnly(choices, asked);
  return { notOpen, chances: chancesOf(choices, wanted), expected: expectRewards(choices, values, wanted) };
}

function evaluate(
  choices: readonly LoggedChoice[],
  values: Float64Array,
  { notOpen, chances, expected }: Judged,
): PolicyEvaluation {
  const agreeing = chances.reduce((sum, chance) => sum + chance, 0);
  if (agreeing < 2) {
    throw new PannierError(
      'invalid_request',
      `Of ${choices.length} logged decisions by chance the rule agrees with ${agreeing}: nothing can be said of it.`,
    );
  }
  const log = logOf(choices, values);
  const estimate = chooseEstimate(log, chances, expected);
  if ('refusal' in estimate) {
    const effective = estimate.effectiveDecisions.toFixed(1);
    throw new PannierError(
      'invalid_request',
      `Of ${choices.length} logged decisions by chance the rule agrees with ${agreeing}, which say as much as ${effective} of its own; ${leastEffectiveDecisions} are needed: nothing can be said of it.`,
    );
  }
  const { chosen, judged } = estimate;
  const by = (estimator: Estimator) => withInterval(judged.find((one) => one.estimator === estimator)!);
  const total = values.reduce((sum, value) => sum + value, 0);
  return {
    decisions: choices.length,
    agreeing,
    notOpen,
    logged: total / choices.length,
    naive: values.reduce((sum, value, place) => sum + chances[place] * value, 0) / agreeing,
    ips: by('ips'),
    snips: by('snips'),
    doublyRobust: by('doubly-robust'),
    chosen: { ...withInterval(chosen, chosen.bias), estimator: chosen.estimator },
  };
}

function logOf(choices: readonly LoggedChoice[], rewards: Float64Array): DecisionLog {
  return { propensities: Float64Array.from(choices, ({ probability }) => probability), rewards };
}

/** Of what was done: 1 where it is what is wanted. */
function chancesOf(choices: readonly LoggedChoice[], wanted: readonly (string | null)[]): Float64Array {
  return Float64Array.from(choices, ({ campaignId }, place) => Number(campaignId === wanted[place]));
}

/** What each decision brought in the days after it, in units of the currency or as a number of orders. */
async function readRewards(
  db: Database,
  choices: readonly LoggedChoice[],
  { reward, days, minorDigits }: Pick<ValueQuestion, 'reward' | 'days' | 'minorDigits'>,
): Promise<Float64Array> {
  const windows = choices.map(({ customerKey, decidedAt }) => {
    return { customerKey, from: decidedAt, until: new Date(decidedAt.getTime() + days * dayMs) };
  });
  const bought = await sumPurchases(db, windows, minorDigits);
  const scale = 10 ** minorDigits;
  // Prices are those paid: what coupons took off is off the margin already.
  return Float64Array.from(bought, ({ orders, revenueMinor, marginMinor }) => {
    if (reward === 'orders') return orders;
    return (reward === 'profit' ? marginMinor : revenueMinor) / scale;
  });
}

/** Where the campaign that is wanted was not open, no coupon. */
function openOnly(choices: readonly LoggedChoice[], asked: readonly (string | null)[]) {
  let notOpen = 0;
  const wanted = choices.map((choice, place) => {
    const action = asked[place];
    if (action === null || choice.open.includes(action)) return action;
    notOpen++;
    return null;
  });
  return { wanted, notOpen };
}

/** Means by group and action, of all other decisions: a decision says nothing of what is expected of itself. */
function expectRewards(choices: readonly LoggedChoice[], values: Float64Array, wanted: readonly (string | null)[]) {
  const sums = new Map<string, { count: number; sum: number }>();
  const cellOf = ({ group }: LoggedChoice, action: string | null) => JSON.stringify([group, action]);
  const all = { count: choices.length, sum: values.reduce((sum, value) => sum + value, 0) };
  choices.forEach((choice, place) => {
    const cell = cellOf(choice, choice.campaignId);
    const { count, sum } = sums.get(cell) ?? { count: 0, sum: 0 };
    sums.set(cell, { count: count + 1, sum: sum + values[place] });
  });
  const expect = (place: number, action: string | null) => {
    const choice = choices[place];
    const without = (of: { count: number; sum: number }) => ({ count: of.count - 1, sum: of.sum - values[place] });
    const cell = sums.get(cellOf(choice, action));
    const others = cell && (choice.campaignId === action ? without(cell) : cell);
    const { count, sum } = others && others.count > 0 ? others : without(all);
    return sum / count;
  };
  return {
    logged: Float64Array.from(choices, ({ campaignId }, place) => expect(place, campaignId)),
    policy: Float64Array.from(wanted, (action, place) => expect(place, action)),
  };
}

/** @param bias how far weights that were changed may have moved it */
function withInterval(estimate: PolicyValue, bias = 0): PolicyEstimate {
  const margin = 1.96 * estimate.standardError + bias;
  return { ...estimate, low: estimate.value - margin, high: estimate.value + margin };
}
