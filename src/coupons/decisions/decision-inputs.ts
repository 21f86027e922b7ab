import type { RecommendedItem } from '../../recommendations/index.ts';
import type { Discount } from '../campaigns/campaign-terms.ts';
import type { PolicyFacts } from '../policies/policy.ts';
import type { CartLineElement } from '../request-elements.ts';
import type { LoggedScore } from './choice/expected-gain.ts';
import type { Isolator } from './choice/isolation.ts';
import type { Judged, NeedJudgement, ShopAverages } from './choice/judge-need.ts';
import type { Choice } from './choice/situation.ts';

/**
 * All that a decision is made from, read once and never written to: the same inputs give the same answer, whenever. Nothing in it
 * says who it was: of holdout and control groups it has what came of them, because the numbers themselves would name the customer.
 */
export interface DecisionInputs {
  /** version of the rules */
  readonly rules: string;
  readonly at: string;
  readonly digits: number;
  readonly barred: readonly string[];
  readonly customer: Judged;
  readonly shop: Readonly<ShopAverages>;
  /** `within`: those of the campaigns' categories that the item was in or below */
  readonly cart: readonly Readonly<CartLineElement & { within: readonly string[] }>[] | null;
  /** null: the coupon is issued for the campaign's days */
  readonly reserveSeconds: number | null;
  readonly set: string;
  /** those that its campaigns aim at, or its policies ask for, and the customer is in; absent: none */
  readonly segments?: readonly string[];
  /** of the campaigns whose model of response decides for this customer; absent: none does */
  readonly scores?: readonly LoggedScore[];
  /** what its policies ask for beside; absent: nothing, or of nobody who is known */
  readonly facts?: PolicyFacts;
  /** a barred attribute that keeps models of response from deciding; absent: none does */
  readonly scoreBar?: string;
  /** campaigns in whose control group the customer is, and which keep it from others' coupons; absent: none does */
  readonly isolators?: readonly Isolator[];
  /** what stood against each campaign of the set for everybody */
  readonly closed: string;
  /** and for this customer: place and code */
  readonly blocked: readonly (readonly [place: number, code: number])[];
  /** of group offers that are not open: how many are missing; absent: there are none */
  readonly missing?: readonly (readonly [place: number, joiners: number])[];
  readonly holdoutShare: number;
  readonly explorationShare: number;
  /** whether the customer is held out, and the chance of this decision alone */
  readonly drawn: { readonly inHoldout: boolean; readonly draw: number; readonly pick: number };
}

/** What an answer has that no rule finds: made or read while it is given. */
export interface AnswerParts {
  readonly goods: readonly RecommendedItem[];
  readonly code: string | null;
  readonly left: BudgetLeft | null;
}

/** Inputs as the log has them, as JSON: with the arms that were asked for, and what the answer repeats. */
export interface LoggedInputs extends DecisionInputs {
  readonly drawn: DecisionInputs['drawn'] & {
    readonly control: readonly (readonly [place: number, isControl: boolean])[];
  };
  readonly given: AnswerParts;
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
export interface DecisionAnswer extends NeedJudgement {
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
  /** how many group offers that are not open wait for, by place; absent: there are none */
  missing?: DecisionInputs['missing'];
}

/** What is decided before anything is taken. */
export interface Draft {
  readonly judgement: NeedJudgement;
  readonly choice: Choice;
}
