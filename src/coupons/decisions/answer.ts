import { fromMinor } from '../../shop/money.ts';
import { codeOf } from '../budgets/budget-left.ts';
import { type CampaignTerms, couponValidUntil, type Discount } from '../campaigns/campaign-terms.ts';
import type { RuleSet } from '../campaigns/sets/campaign-sets.ts';
import { priceLines } from '../discounts/priced-lines.ts';
import type { CartLineElement, RecommendedItem } from '../requests.ts';
import { type Choice, choose, packOutcomes, type Situation, unpackOutcomes } from './choice/choose-campaign.ts';
import { type LoggedScore, readScore } from './choice/expected-gain.ts';
import { type Judgement, judgeNeed, type KnownCustomer, type ShopAverages } from './choice/judge-need.ts';

/**
 * All that a decision was made from, as JSON: the same inputs give the same answer, whenever. Nothing in it tells who it was: of
 * holdout and control groups it has what came of them, because the numbers themselves would name the customer.
 */
export interface DecisionInputs {
  /** version of the rules */
  rules: string;
  at: string;
  digits: number;
  barred: readonly string[];
  customer: KnownCustomer | 'guest' | null;
  shop: ShopAverages;
  /** `within`: those of the campaigns' categories that the item was in or below */
  cart: (CartLineElement & { within: readonly string[] })[] | null;
  /** null: the coupon is issued for the campaign's days */
  reserveSeconds: number | null;
  set: string;
  /** those that its campaigns aim at and the customer is in; absent: none */
  segments?: readonly string[];
  /** of the campaigns whose model of response decides for this customer; absent: none does */
  scores?: readonly LoggedScore[];
  /** a barred attribute that keeps models of response from deciding; absent: none does */
  scoreBar?: string;
  /** what stood against each campaign of the set for everybody */
  closed: string;
  /** and for this customer: place and code */
  blocked: [place: number, code: number][];
  holdoutShare: number;
  explorationShare: number;
  /** arms, where they were asked for, and the chance of this decision alone */
  drawn: { inHoldout: boolean; control: [place: number, isControl: boolean][]; draw: number; pick: number };
  /** what the answer repeats from elsewhere */
  given: { goods: readonly RecommendedItem[]; code: string | null; left: BudgetLeft | null };
}

export interface BudgetLeft {
  coupons: number | null;
  moneyMinor: number | null;
}

export interface GrantedCoupon {
  code: string;
  campaignId: string;
  discount: Discount;
  minimumSpendMinor: number | null;
  validUntil: string;
}

/** What was answered, without whom, as JSON. */
export interface DecisionAnswer extends Judgement {
  coupon: GrantedCoupon | null;
  lowerPricedItems: readonly RecommendedItem[];
  modelVersion: number | null;
  rulesVersion: string;
  probability: number;
  holdout: Choice['holdout'];
  explored: boolean;
  budgetLeft: BudgetLeft | null;
  /** the set of campaigns, and the outcome of each */
  set: string;
  outcomes: string;
  /** what decided for campaigns with a model of response; absent: none did */
  scores?: readonly LoggedScore[];
}

/** What is decided before anything is taken. */
export interface Draft {
  judgement: Judgement;
  choice: Choice;
}

/**
 * @param set that of `inputs.set`
 * @param isControl whether the customer is in the control group of the campaign at a place; without it, as logged
 */
export function draftFrom(inputs: DecisionInputs, set: RuleSet, isControl?: Situation['isControl']): Draft {
  const { customer, shop, digits, barred, rules } = inputs;
  const judgement = judgeNeed(customer ?? undefined, shop, digits, new Set(barred), Number(rules) <= 4);
  const logged = new Map(inputs.drawn.control);
  const situation = situationOf(inputs, judgement, isControl ?? ((place) => logged.get(place)!));
  return { judgement, choice: choose(set.compiled, situation) };
}

export function situationOf(
  inputs: DecisionInputs,
  { action, group }: Pick<Judgement, 'action' | 'group'>,
  isControl: Situation['isControl'],
): Situation {
  const priced = inputs.cart && priceLines(inputs.cart, inputs.digits);
  return {
    now: Date.parse(inputs.at),
    action,
    group,
    segments: inputs.segments && new Set(inputs.segments),
    scores: inputs.scores && new Map(inputs.scores.map((score) => [score[0], readScore(score)])),
    closed: unpackOutcomes(inputs.closed),
    blocked: inputs.blocked.length > 0 ? new Map(inputs.blocked) : null,
    cart: priced?.map((line, index) => ({ ...line, within: inputs.cart![index]!.within })) ?? null,
    holdoutShare: inputs.holdoutShare,
    explorationShare: inputs.explorationShare,
    inHoldout: inputs.drawn.inHoldout,
    isControl,
    draw: inputs.drawn.draw,
    pick: inputs.drawn.pick,
    upToThird: Number(inputs.rules) <= 3,
    upToFifth: Number(inputs.rules) <= 5,
  };
}

/** The answer of a draft, once what it takes has been taken: `inputs.given` is then complete. */
export function answerFrom(inputs: DecisionInputs, set: RuleSet, { judgement, choice }: Draft): DecisionAnswer {
  const { given } = inputs;
  const campaign = set.campaigns[choice.chosen];
  const coupon: GrantedCoupon | null =
    campaign && given.code !== null
      ? {
          code: given.code,
          campaignId: campaign.campaignId,
          discount: campaign.discount,
          minimumSpendMinor: campaign.minimumSpendMinor,
          validUntil: validUntilOf(inputs, campaign).toISOString(),
        }
      : null;
  const goods = choice.action === 'lower-priced-goods' ? given.goods : [];
  const action = choice.action === 'lower-priced-goods' && goods.length === 0 ? 'none' : choice.action;
  return {
    ...judgement,
    action,
    reason: reasonOf(inputs, judgement, action, choice),
    coupon,
    lowerPricedItems: goods,
    modelVersion: inputs.customer === null || inputs.customer === 'guest' ? null : inputs.customer.version,
    rulesVersion: inputs.rules,
    probability: choice.probability,
    holdout: choice.holdout,
    explored: choice.explored,
    budgetLeft: coupon && given.left,
    set: inputs.set,
    outcomes: packOutcomes(choice.outcomes),
    ...(inputs.scores && { scores: inputs.scores }),
  };
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

function reasonOf(inputs: DecisionInputs, judgement: Judgement, action: Judgement['action'], choice: Choice): string {
  const reason = tellChoice(inputs, judgement, action, choice);
  if (inputs.scoreBar === undefined) return reason;
  return `${reason} What nights have learnt of who responds is not used: ${inputs.scoreBar} is barred from decisions.`;
}

/** The offer that fits may not be there to give, and a score may give one that need does not ask for. */
function tellChoice(
  inputs: DecisionInputs,
  { reason, action: fitting }: Judgement,
  action: Judgement['action'],
  { holdout, reached, chosen, outcomes }: Choice,
): string {
  if (action === 'coupon') {
    if (!inputs.scores?.some(([place]) => place === chosen)) return reason;
    return `${reason} ${fitting === 'coupon' ? 'And' : 'But'} ${gainOf(inputs, chosen)}`;
  }
  if (action === 'lower-priced-goods' || (action === fitting && reached.length === 0)) return reason;
  if (holdout === 'global') {
    return `${reason} But the customer is one of those who are left alone, so that the effect of offers can be measured.`;
  }
  if (holdout === 'control') {
    return `${reason} But the customer is in the control group, so that the campaign's effect can be measured.`;
  }
  if (fitting === 'lower-priced-goods') return `${reason} But there are none for sale.`;
  if (outcomes.includes(codeOf['no-expected-gain'])) {
    return `${reason} But no campaign that can give one now is expected to gain by it.`;
  }
  return outcomes.includes(codeOf['gives-nothing'])
    ? `${reason} But no campaign gives a discount on this cart.`
    : `${reason} But no campaign can give one now.`;
}

function gainOf({ scores, digits }: DecisionInputs, chosen: number): string {
  const { expectedMinor, leastMinor } = readScore(scores!.find(([place]) => place === chosen)!);
  const gain = fromMinor(Math.round(expectedMinor), digits);
  return expectedMinor > 0 && expectedMinor >= leastMinor
    ? `this customer is expected to bring ${gain} more because of the coupon, its discount taken off.`
    : `the coupon was given to keep learning: ${gain} is expected of it.`;
}
