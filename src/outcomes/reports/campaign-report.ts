import type { Campaign } from '../../coupons/index.ts';
import type { Measured } from '../effects/measure-trial.ts';
import type { ResponseUse } from '../responses/response-use.ts';
import type { CampaignResponse } from '../responses/store.ts';

/** Orders that used a coupon: what they brought is not what the coupon added. */
export interface Attributed {
  orders: number;
  /** redemptions whose order was never recorded */
  withoutOrder: number;
  revenueMinor: number;
  /** null: no cost of any of the items is known */
  marginMinor: number | null;
}

/** From whose coupons a control was kept, and what its comparison with the treated says. */
export interface Comparison {
  isolation: Campaign['isolation'];
  channel: string | null;
  text: string;
}

export interface CampaignReport {
  campaignId: string;
  name: string;
  /** as far as `asOf` knows */
  asOf: Date;
  /** units ever given out */
  issued: number;
  redeemed: number;
  reversed: number;
  /** discounts given, less what was reversed; null: the imported history does not say */
  costMinor: number | null;
  /** sending and media */
  otherCostsMinor: number;
  attributed: Attributed;
  /** null: there is no control */
  measured: Measured | null;
  /** what the control could get meanwhile; null: there is none */
  comparison: Comparison | null;
  /** null: no night has learnt from the campaign */
  response: (CampaignResponse & ResponseUse) | null;
  statement: string;
}
