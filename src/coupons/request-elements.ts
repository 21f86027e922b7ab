import type { Group, TagKind } from '../segments/index.ts';
import type { Weekday } from './campaigns/opening-hours.ts';
import type { Cause } from './decisions/choice/judge-need.ts';

/** What the shop sends, field by field as the contract says. */
export interface DiscountElement {
  type: 'percent' | 'amount' | 'free-shipping' | 'buy-x-get-y';
  percent?: number;
  amount?: string;
  maximum_discount?: string;
  /** buy-x-get-y: of so many and so many more, the cheapest of the latter */
  buy?: number;
  get?: number;
}

/** So many units in each period, by campaign, customer or code; `total` is the campaign's whole life. */
export interface LimitElement {
  per: 'campaign' | 'customer' | 'code';
  period: 'total' | 'day' | 'week' | 'month';
  units: number;
}

/** Times of the day on some weekdays, as `17:00`; an `until` that is not later is on the day after. */
export interface HoursElement {
  /** absent: every day */
  weekdays?: Weekday[];
  from: string;
  until: string;
}

/** A campaign's terms as the shop sends them; `campaign_id` is that of the path, where one is named. */
export interface TermsElement {
  campaign_id?: string;
  name: string;
  discount: DiscountElement;
  valid_from: string;
  valid_until: string;
  /** 14 when absent */
  coupon_valid_days?: number;
  budget?: { coupons?: number; money?: string };
  /** 1 when absent */
  limit_per_customer?: number;
  minimum_spend?: string;
  /** empty or absent: every group */
  target_groups?: Group[];
  /** rule segments and lists, of which a customer must be in one; empty or absent: everybody */
  target_segments?: string[];
  /** empty or absent: the whole cart; a bundle, or the items of a rule, stand alone */
  applies_to?: { item_ids?: string[]; categories?: string[]; bundle?: string[]; rule_id?: string };
  /** the highest is tried first; 0 when absent */
  priority?: number;
  limits?: LimitElement[];
  /** of the periods of its limits and its hours; the shop's when absent */
  time_zone?: string;
  /** monday when absent */
  week_start?: 'monday' | 'sunday';
  /** exclusive when absent */
  stacking?: 'exclusive' | 'stackable';
  /** stackable coupons apply in ascending order; 0 when absent */
  stacking_order?: number;
  /** share of customers who get none of it, so that its effect can be measured; 0 when absent */
  control_share?: number;
  /** from whose coupons its control group is kept besides; campaign, from no others, when absent */
  isolation?: 'campaign' | 'channel' | 'all';
  /** whether visitors who are nobody by name may have it; they may not when absent */
  guests?: boolean;
  /** by which its coupons reach customers */
  channel?: string | null;
  /** by its name; null or absent: the default of the shop */
  policy?: string | null;
  /** by the clocks of its zone; empty or absent: at any hour */
  hours?: HoursElement[];
  /** null or absent: its coupons are given by decisions and codes, and not handed on */
  referral?: ReferralElement | null;
  /** null or absent: it gives without anybody having to join */
  group_offer?: { joiners: number; join_until: string } | null;
}

/** What whoever hands a code on gets, and for whom. */
export interface ReferralElement {
  reward_campaign_id: string;
  /** true when absent */
  first_order_only?: boolean;
  /** null or absent: no limit of the code's own */
  uses_per_code?: number | null;
  /** 0 when absent */
  confirm_days?: number;
}

/** What of a campaign another one is made with. */
export interface CopyElement {
  campaign_id: string;
  /** those of the copied campaign when absent */
  name?: string;
  valid_from?: string;
  valid_until?: string;
}

/** A new campaign. */
export interface CampaignElement extends TermsElement {
  campaign_id: string;
}

/** A line of a cart or an order; the price is for one piece. */
export interface CartLineElement {
  item_id: string;
  quantity: number;
  unit_price: string;
}

/** For whom and with which cart a coupon is asked for. */
export interface DecisionElement {
  /** absent: a guest */
  customer_id?: string;
  /** who a guest is as far as is known; counts where no customer is named */
  visitor_id?: string;
  cart?: CartLineElement[];
  campaign_ids?: string[];
  /** the coupon is only held for so long, instead of issued for the campaign's days */
  reserve_seconds?: number;
}

/** For whom and with which cart it is asked what would apply; nothing is issued. */
export interface QualificationElement {
  customer_id?: string;
  visitor_id?: string;
  cart?: CartLineElement[];
  campaign_ids?: string[];
  codes?: string[];
}

/** One code used with an order. */
export interface RedemptionElement {
  code: string;
  order_id: string;
  customer_id?: string;
  visitor_id?: string;
  lines: CartLineElement[];
}

/** Several codes of one order. */
export interface OrderRedemptionElement extends Omit<RedemptionElement, 'code'> {
  codes: string[];
}

/** Either of one redemption, or of all of an order. */
export interface ReversalElement {
  reversal_id: string;
  redemption_id?: string;
  order_id?: string;
  /** absent: all that is left */
  amount?: string;
}

export interface ReleaseElement {
  code: string;
}

/** A batch of codes to be made: so many, or one of the shop's own. */
export interface CodesElement {
  batch_id: string;
  count?: number;
  /** one code of the shop's own making, instead of `count` */
  code?: string;
  kind: 'single' | 'shared';
  usage_limit?: number;
  customer_id?: string;
  valid_until?: string;
}

/** What is asked of customers before a rule of a policy fits; money as decimal text. */
export interface ConditionsElement {
  groups?: Group[];
  causes?: Cause[];
  segments?: string[];
  not_segments?: string[];
  tags?: { tag: TagKind; values: string[] }[];
  attributes?: { attribute: string; values: (string | number | boolean)[] }[];
  ordered?: boolean;
  value?: { least?: string; below?: string };
  cart?: { least?: string; below?: string };
}

export interface RuleElement {
  when: ConditionsElement;
  action: 'give' | 'refuse';
  largest_discount?: string;
}

/** What a policy decides by; which fields belong to which kind is said in `policies/policy.ts`. */
export interface PolicyElement {
  kind: 'by-cause' | 'everyone' | 'first-order' | 'uplift' | 'largest-incremental-margin' | 'rules';
  lapsing_recency_score?: { 'high-value'?: number; 'high-quality'?: number };
  weak_purse?: number;
  discount_prone?: number;
  least_uplift?: number;
  least_margin?: string;
  rules?: RuleElement[];
  otherwise?: 'give' | 'refuse';
}
