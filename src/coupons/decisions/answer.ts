import { type CampaignTerms, couponValidUntil } from '../campaigns/campaign-terms.ts';
import type { CampaignSet } from '../campaigns/sets/campaign-sets.ts';
import { priceLines } from '../discounts/priced-lines.ts';
import { judgePolicy, type Verdict } from '../policies/judge-policy.ts';
import type { PolicyVersion } from '../policies/policy.ts';
import { choose } from './choice/choose-campaign.ts';
import { readScore } from './choice/expected-gain.ts';
import { customerOf, type Judged, judgeNeed, type NeedJudgement, usualThresholds } from './choice/judge-need.ts';
import { packOutcomes, unpackOutcomes } from './choice/outcome-codes.ts';
import type { Situation } from './choice/situation.ts';
import type {
  AnswerParts,
  DecisionAnswer,
  DecisionInputs,
  Draft,
  GrantedCoupon,
  LoggedInputs,
} from './decision-inputs.ts';
import { reasonOf } from './reason.ts';

/**
 * @param set that of `inputs.set`
 * @param isControl whether the customer is in the control group of the campaign at a place
 */
export function draftFrom(inputs: DecisionInputs, set: CampaignSet, isControl: Situation['isControl']): Draft {
  const judgement = judgeBy(inputs, set.compiled.causes);
  const situation = situationOf(inputs, judgement, isControl);
  if (set.compiled.isByNeedAlone) return { judgement, choice: choose(set.compiled, situation) };
  const { verdicts, judgements } = judgePolicies(inputs, set, judgement);
  const choice = choose(set.compiled, { ...situation, verdicts });
  return { judgement: judgements.get(policyAt(set, choice.chosen)) ?? judgement, choice };
}

/** Judges what the customer needs by the thresholds of a version, or by the usual ones where it has none. */
function judgeBy({ customer, shop, digits, barred, rules }: DecisionInputs, { policy }: PolicyVersion): NeedJudgement {
  const bars = barred.length === 0 ? noBars : new Set(barred);
  const thresholds = policy.kind === 'by-cause' ? policy : usualThresholds;
  return judgeNeed(customer, shop, digits, bars, Number(rules) <= 4, thresholds);
}

const noBars: ReadonlySet<string> = new Set();

/**
 * What the policies of a set say of the customer, by their places; where one decides by causes with thresholds of its own, also what
 * the customer needs by them.
 * @param judgement by the set's thresholds
 */
export function judgePolicies(
  inputs: DecisionInputs,
  set: CampaignSet,
  judgement: NeedJudgement,
): { verdicts: Verdict[]; judgements: ReadonlyMap<PolicyVersion, NeedJudgement> } {
  const { customer, facts = {} } = inputs;
  const { policies, causes } = set.compiled;
  const profile = customerOf(customer);
  const judgements = new Map<PolicyVersion, NeedJudgement>();
  const shared = {
    isKnown: isSomebody(customer),
    judgement,
    segments: profile?.profilingAllowed ? new Set(inputs.segments) : null,
    facts,
    cartMinor: inputs.cart && priceLines(inputs.cart, inputs.digits).reduce((sum, line) => sum + line.amountMinor, 0),
  };
  const verdicts = policies.map((version) => {
    if (version.policy.kind !== 'by-cause' || version === causes) return judgePolicy(version.policy, shared);
    const own = judgeBy(inputs, version);
    judgements.set(version, own);
    return judgePolicy(version.policy, { ...shared, judgement: own });
  });
  return { verdicts, judgements };
}

/** Whether a coupon can be given to them at all. */
const isSomebody = (customer: Judged) => customer !== null && customer !== 'guest';

/** The version that decides above the campaign at a place; where there is none, that which says what the customer needs. */
export function policyAt({ compiled: { policies, policyOf, causes } }: CampaignSet, place: number): PolicyVersion {
  return place >= 0 ? policies[policyOf[place]] : causes;
}

export function situationOf(
  inputs: DecisionInputs,
  { action, group }: Pick<NeedJudgement, 'action' | 'group'>,
  isControl: Situation['isControl'],
): Situation {
  const priced = inputs.cart && priceLines(inputs.cart, inputs.digits);
  return {
    now: Date.parse(inputs.at),
    action,
    isKnown: isSomebody(inputs.customer),
    isGuest: inputs.customer === 'visitor',
    group,
    segments: inputs.segments && new Set(inputs.segments),
    scores: inputs.scores && new Map(inputs.scores.map((score) => [score[0], readScore(score)])),
    closed: unpackOutcomes(inputs.closed),
    isolators: inputs.isolators,
    blocked: inputs.blocked.length > 0 ? new Map(inputs.blocked) : null,
    cart: priced?.map((line, index) => ({ ...line, within: inputs.cart![index].within })) ?? null,
    holdoutShare: inputs.holdoutShare,
    explorationShare: inputs.explorationShare,
    inHoldout: inputs.drawn.inHoldout,
    isControl,
    draw: inputs.drawn.draw,
    pick: inputs.drawn.pick,
    upToThird: Number(inputs.rules) <= 3,
    upToFifth: Number(inputs.rules) <= 5,
    upToTenth: Number(inputs.rules) <= 10,
  };
}

/** The answer of a draft, once what it takes has been taken. */
export function answerFrom(
  inputs: DecisionInputs,
  set: CampaignSet,
  { judgement, choice }: Draft,
  parts: AnswerParts,
): DecisionAnswer {
  const campaign = set.campaigns[choice.chosen];
  const coupon: GrantedCoupon | null =
    campaign && parts.code !== null
      ? {
          code: parts.code,
          campaignId: campaign.campaignId,
          discount: campaign.discount,
          minimumSpendMinor: campaign.minimumSpendMinor,
          validUntil: validUntilOf(inputs, campaign).toISOString(),
        }
      : null;
  const goods = choice.action === 'lower-priced-goods' ? parts.goods : [];
  const action = choice.action === 'lower-priced-goods' && goods.length === 0 ? 'none' : choice.action;
  return {
    ...judgement,
    action,
    reason: reasonOf(inputs, judgement, action, choice, policyAt(set, choice.chosen)),
    coupon,
    lowerPricedItems: goods,
    modelVersion: customerOf(inputs.customer)?.version ?? null,
    rulesVersion: inputs.rules,
    probability: choice.probability,
    holdout: choice.holdout,
    explored: choice.explored,
    budgetLeft: coupon && parts.left,
    set: inputs.set,
    outcomes: packOutcomes(choice.outcomes),
    ...(inputs.scores && { scores: inputs.scores }),
    ...(inputs.missing && { missing: inputs.missing }),
  };
}

/** What the log keeps of a decision, out of which `answerFrom` gives the same answer again. */
export function logOf(inputs: DecisionInputs, set: CampaignSet, { choice }: Draft, given: AnswerParts): LoggedInputs {
  const { inHoldout, draw, pick } = inputs.drawn;
  // Arms are asked for in turn, and only of campaigns that have a control group.
  const asked = choice.reached.filter(({ place, arm }) => arm !== 'holdout' && set.compiled.controlShare[place] > 0);
  const control = asked.map(({ place, arm }) => [place, arm === 'control'] as const);
  return { ...inputs, drawn: { inHoldout, control, draw, pick }, given };
}

/** Arms as they were logged. */
export function loggedArms({ drawn }: LoggedInputs): Situation['isControl'] {
  const arms = new Map(drawn.control);
  return (place) => arms.get(place)!;
}

/** When the coupon of a decision stops being good: after its hold, or the campaign's days. */
export function validUntilOf(
  inputs: Pick<DecisionInputs, 'at' | 'reserveSeconds'>,
  campaign: Pick<CampaignTerms, 'validUntil' | 'couponValidDays'>,
): Date {
  const now = new Date(inputs.at);
  if (inputs.reserveSeconds === null) return couponValidUntil(campaign, now);
  return new Date(Math.min(now.getTime() + inputs.reserveSeconds * 1_000, campaign.validUntil.getTime()));
}
