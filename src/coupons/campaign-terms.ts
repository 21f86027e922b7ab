import { createHash } from 'node:crypto';
import { type FieldFault, PannierError } from '../errors.ts';
import { fromMinor, toMinor } from '../money.ts';
import type { Group } from '../segments/index.ts';
import type { CampaignElement, DiscountElement } from './elements.ts';

export type Discount =
  | { type: 'percent'; percent: number /** null: no cap */; maximumMinor: number | null }
  | { type: 'amount'; amountMinor: number };

/** What a campaign promises; fixed from its creation. */
export interface CampaignTerms {
  campaignId: string;
  name: string;
  discount: Discount;
  validFrom: Date;
  validUntil: Date;
  couponValidDays: number;
  /** null: no limit */
  couponBudget: number | null;
  moneyBudgetMinor: number | null;
  limitPerCustomer: number;
  minimumSpendMinor: number | null;
  /** empty: every group */
  targetGroups: Group[];
  /** both empty: the whole cart */
  itemIds: string[];
  categories: string[];
  priority: number;
}

export interface Campaign extends CampaignTerms {
  campaignKey: number;
  paused: boolean;
  createdAt: Date;
  counters: CampaignCounters;
}

export interface CampaignCounters {
  /** open and redeemed */
  issued: number;
  redeemed: number;
  expired: number;
  moneyReservedMinor: number;
  moneyRedeemedMinor: number;
}

export type CampaignStatus = 'scheduled' | 'active' | 'paused' | 'ended';

const percentPlaces = 4;

/**
 * Reads a campaign as sent into its terms, lists without repetitions and in order.
 * @param digits digits after the point of the currency's minor unit
 * @throws PannierError `invalid_request` naming every field that contradicts another or the currency
 */
export function readTerms(element: CampaignElement, digits: number): CampaignTerms {
  const faults: FieldFault[] = [];
  const fault = (field: string, message: string) => void faults.push({ field, message });
  const money = (value: string | undefined, field: string, least: number): number | null => {
    if (value === undefined) return null;
    const minor = toMinor(value, digits);
    if (!isWhole(value, digits)) fault(field, `has more than the ${digits} decimals of the currency`);
    else if (minor < least) fault(field, `must be at least ${fromMinor(least, digits)}`);
    return minor;
  };

  const discount = readDiscount(element.discount, money, fault);
  const validFrom = readTime(element.valid_from);
  const validUntil = readTime(element.valid_until);
  if (validUntil <= validFrom) fault('/valid_until', 'must be later than valid_from');
  const moneyBudgetMinor = money(element.budget?.money, '/budget/money', 1);
  if (moneyBudgetMinor !== null) {
    if (discount.type === 'percent' && discount.maximumMinor === null) {
      fault('/discount/maximum_discount', 'is required for a percent discount with a money budget');
    } else if (reservationOf(discount) > moneyBudgetMinor) {
      fault('/budget/money', 'is less than the discount of one coupon');
    }
  }
  const terms: CampaignTerms = {
    campaignId: element.campaign_id,
    name: element.name,
    discount,
    validFrom,
    validUntil,
    couponValidDays: element.coupon_valid_days ?? 14,
    couponBudget: element.budget?.coupons ?? null,
    moneyBudgetMinor,
    limitPerCustomer: element.limit_per_customer ?? 1,
    minimumSpendMinor: money(element.minimum_spend, '/minimum_spend', 0),
    targetGroups: asSet(element.target_groups),
    itemIds: asSet(element.applies_to?.item_ids),
    categories: asSet(element.applies_to?.categories),
    priority: element.priority ?? 0,
  };
  if (faults.length > 0) {
    const detail = faults.map(({ field, message }) => `${field} ${message}`).join('; ');
    throw new PannierError('invalid_request', `${detail}.`, faults);
  }
  return terms;
}

function readDiscount(
  element: DiscountElement,
  money: (value: string | undefined, field: string, least: number) => number | null,
  fault: (field: string, message: string) => void,
): Discount {
  const { type, percent, amount, maximum_discount: maximum } = element;
  if (type === 'amount') {
    if (percent !== undefined) fault('/discount/percent', 'is not for a discount of type amount');
    if (maximum !== undefined) fault('/discount/maximum_discount', 'is not for a discount of type amount');
    if (amount === undefined) fault('/discount/amount', 'is required for a discount of type amount');
    return { type, amountMinor: money(amount, '/discount/amount', 1) ?? 0 };
  }
  if (amount !== undefined) fault('/discount/amount', 'is not for a discount of type percent');
  if (percent === undefined) fault('/discount/percent', 'is required for a discount of type percent');
  else if (Number(percent.toFixed(percentPlaces)) !== percent) {
    fault('/discount/percent', `has more than ${percentPlaces} decimals`);
  }
  return { type, percent: percent ?? 0, maximumMinor: money(maximum, '/discount/maximum_discount', 1) };
}

function isWhole(value: string, digits: number): boolean {
  const [, fraction = ''] = value.split('.');
  return /^0*$/.test(fraction.slice(digits));
}

/** RFC 3339 lets T and Z be small; `Date` promises to read the large ones. */
function readTime(text: string): Date {
  return new Date(text.toUpperCase());
}

function asSet<Value extends string>(values: readonly Value[] = []): Value[] {
  return [...new Set(values)].sort();
}

/** SHA-256 of the terms: the same campaign sent again has the same. */
export function contentHash(terms: CampaignTerms): Buffer {
  return createHash('sha256').update(JSON.stringify(terms)).digest();
}

/** Dates decide before the pause: an ended campaign is ended, paused or not. */
export function statusOf(campaign: Pick<Campaign, 'validFrom' | 'validUntil' | 'paused'>, now: Date): CampaignStatus {
  if (now >= campaign.validUntil) return 'ended';
  if (campaign.paused) return 'paused';
  return now < campaign.validFrom ? 'scheduled' : 'active';
}

/** What issuing one coupon sets aside, in minor units: the most it can cost; 0 where that has no bound. */
export function reservationOf(discount: Discount): number {
  return discount.type === 'amount' ? discount.amountMinor : (discount.maximumMinor ?? 0);
}

/** When a coupon issued now expires: after the campaign's days, at the latest with the campaign. */
export function couponValidUntil(terms: Pick<CampaignTerms, 'validUntil' | 'couponValidDays'>, now: Date): Date {
  return new Date(Math.min(now.getTime() + terms.couponValidDays * 86_400_000, terms.validUntil.getTime()));
}
