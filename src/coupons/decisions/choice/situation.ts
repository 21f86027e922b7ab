import type { Arm } from '../../../experiments/index.ts';
import type { Group } from '../../../segments/index.ts';
import type { PricedLine } from '../../discounts/priced-lines.ts';
import type { Verdict } from '../../policies/judge-policy.ts';
import type { Isolator } from './isolation.ts';
import type { Action } from './judge-need.ts';

/** A cart line as the rules see it; `within`: those of the campaigns' categories that its item lies in or below. */
export interface ScopedLine extends PricedLine {
  within: readonly string[];
}

/** What a coupon of a campaign is expected to add, its discount taken off, and the least that still gets one; in minor units. */
export interface Score {
  expectedMinor: number;
  leastMinor: number;
  /** what it adds to the probability of an order; absent: no policy asks */
  uplift?: number;
}

/** All that a choice among campaigns depends on. */
export interface Situation {
  readonly now: number;
  readonly action: Action;
  /** whether a coupon can be given to anybody at all: absent of guests and of ids that nobody has told of */
  readonly isKnown: boolean;
  /** whether it is a visitor who is nobody by name; absent: it is not */
  readonly isGuest?: boolean;
  readonly group: Group | null;
  /** what the policies say, by their places; absent: need and being known is all that they ask */
  readonly verdicts?: readonly Verdict[];
  /** those that the campaigns aim at and the customer is in; absent: none */
  readonly segments?: ReadonlySet<string>;
  /** by place, of campaigns whose score decides for this customer, whatever the action; absent: none does */
  readonly scores?: ReadonlyMap<number, Score>;
  /** by place: code of the outcome that stands against the campaign for everybody, 0 for none */
  readonly closed: Uint8Array;
  /** place → code of what stands against it for this customer */
  readonly blocked: ReadonlyMap<number, number> | null;
  /** campaigns in whose control group the customer is, and which keep it from others' coupons; absent: none does */
  readonly isolators?: readonly Isolator[];
  /** null: no cart to judge by, so scope and minimum spend are left to the redemption */
  readonly cart: readonly ScopedLine[] | null;
  readonly holdoutShare: number;
  readonly explorationShare: number;
  /** whether the customer is in the global holdout */
  readonly inHoldout: boolean;
  /** the same for the control group of the campaign at a place */
  readonly isControl: (place: number) => boolean;
  /** chance of this decision, in [0, 1): whether it explores, and what it then draws */
  readonly draw: number;
  readonly pick: number;
  /** whether it is made again as rules up to the third, the fifth or the tenth made it; absent: it is not */
  readonly upToThird?: boolean;
  readonly upToFifth?: boolean;
  readonly upToTenth?: boolean;
}

export interface Choice {
  action: Action;
  /** place of the campaign that is to give a coupon; −1: none */
  chosen: number;
  /** by place: code of the outcome */
  outcomes: Uint8Array;
  /** with which this coupon, or none, was chosen in this situation, over the chance of arms and exploration */
  probability: number;
  holdout: 'global' | 'control' | 'none';
  explored: boolean;
  /** campaigns that were to give a coupon, with the customer's arm, in turn */
  reached: { place: number; arm: Arm }[];
}
