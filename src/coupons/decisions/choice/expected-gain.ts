import { expectIncrementalMargin } from '../../../../models/coupon-response/index.ts';
import { say } from '../../../sentences/index.ts';
import { fromMinor } from '../../../shop/money.ts';
import type { Discount } from '../../campaigns/campaign-terms.ts';
import type { Score } from './situation.ts';

/** What a coupon of one campaign is expected to do with one customer; in minor units, as logged. */
export interface ExpectedResponse {
  /** the training run whose model it is */
  run: number;
  /** what the coupon adds to the probability of an order until the campaign's end */
  uplift: number;
  /** of an order with the coupon */
  withCoupon: number;
  /** of an order */
  marginMinor: number;
  /** that the coupon takes off an order */
  discountMinor: number;
  /** what must at least be expected for a coupon */
  leastMinor: number;
}

/** An expectation by the place of its campaign, as short as it can be logged. */
export type LoggedScore = readonly [
  place: number,
  run: number,
  uplift: number,
  withCoupon: number,
  marginMinor: number,
  discountMinor: number,
  leastMinor: number,
];

/** What a model of response says of a customer. */
export interface ResponseScorer {
  run: number;
  leastMinor: number;
  predict(features: Float64Array): { uplift: number; withCoupon: number };
}

/** What the last night knew of a customer. */
export interface ResponseFeatures {
  features: Float64Array;
  /** means of an order and of its margin */
  orderMinor: number;
  marginMinor: number;
}

/** What nights have learnt of who responds because of a coupon. */
export interface Responses {
  /** what is known of customers that scores are derived from; where one is barred, no score decides */
  readonly attributes: readonly string[];
  /** Of campaigns whose model decides, by campaign key. */
  scorers(): Promise<ReadonlyMap<number, ResponseScorer>>;
  /** By customer key; whoever a night does not know is absent. */
  featuresOf(customerKeys: readonly number[]): Promise<ReadonlyMap<number, ResponseFeatures>>;
}

/** Where no night has learnt anything. */
export const noResponses: Responses = {
  attributes: [],
  scorers: async () => new Map(),
  featuresOf: async () => new Map(),
};

export function logScore(
  place: number,
  { run, leastMinor, predict }: ResponseScorer,
  { features, orderMinor, marginMinor }: ResponseFeatures,
  discount: Discount,
): LoggedScore {
  const { uplift, withCoupon } = predict(features);
  const discountMinor = expectDiscount(discount, orderMinor);
  const figures = [uplift, withCoupon, marginMinor, discountMinor].map(asLogged);
  return [place, run, figures[0], figures[1], figures[2], figures[3], leastMinor];
}

/** What a coupon takes off an order of this amount; of buy-x-get-y the most it can of pieces that cost the same. */
export function expectDiscount(discount: Discount, orderMinor: number): number {
  if (discount.type === 'free-shipping') return 0;
  if (discount.type === 'amount') return Math.min(discount.amountMinor, orderMinor);
  const pieces = discount.type === 'percent' ? 1 : discount.get / (discount.buy + discount.get);
  return Math.min((discount.percent / 100) * pieces * orderMinor, discount.maximumMinor ?? Number.POSITIVE_INFINITY);
}

export function readScore([, run, uplift, withCoupon, marginMinor, discountMinor, leastMinor]: LoggedScore): Score &
  ExpectedResponse {
  const [expectedMinor] = expectIncrementalMargin(
    Float64Array.of(uplift),
    Float64Array.of(withCoupon),
    Float64Array.of(marginMinor),
    Float64Array.of(discountMinor),
  );
  return { run, uplift, withCoupon, marginMinor, discountMinor, leastMinor, expectedMinor: expectedMinor };
}

/** A sentence: what is expected of the coupon, and of what. */
export function describeScore(score: Score & ExpectedResponse, digits: number): string {
  const money = (minor: number) => fromMinor(Math.round(minor), digits);
  const { uplift, withCoupon, marginMinor, discountMinor, expectedMinor, leastMinor } = score;
  const found = {
    chance: (100 * withCoupon).toFixed(1),
    added: (100 * uplift).toFixed(1),
    margin: money(marginMinor),
    discount: money(discountMinor),
    expected: money(expectedMinor),
  };
  return leastMinor > 0
    ? say('decision.score', { ...found, least: money(leastMinor) })
    : say('decision.score-any', found);
}

/** So precisely figures count: what a night judges by and what a decision logs must be the same. */
export function asLogged(value: number): number {
  return Math.round(value * 1e6) / 1e6;
}
