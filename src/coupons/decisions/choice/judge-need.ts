import type { CustomerSegment, Group, SegmentationSummary } from '../../../segments/index.ts';
import { say } from '../../../sentences/index.ts';
import { barredAmong } from '../../../shop/barred-attributes.ts';
import { fromMinor, trimPrice } from '../../../shop/money.ts';

export type Cause =
  | 'weak-discount'
  | 'weak-purse'
  | 'no-need'
  | 'profiling-not-allowed'
  | 'guest'
  | 'unknown-customer'
  | 'no-orders'
  | 'undetermined';

export type Action = 'coupon' | 'lower-priced-goods' | 'none';

/** What a customer needs, and the figures that say so. */
export interface NeedJudgement {
  action: Action;
  cause: Cause;
  /** a sentence for people */
  reason: string;
  group: Group | null;
  evidence: Record<string, number | string | null>;
}

/** What is known of a customer when a decision is asked for. */
export interface JudgedCustomer {
  profilingAllowed: boolean;
  /** of the published segmentation; null: nothing is published */
  version: number | null;
  segment: Omit<CustomerSegment, 'customerKey'> | null;
}

/**
 * Whom a decision is about: guest is somebody of whom nothing is known, visitor one who is nobody by name, and whom the shop has seen; null
 * has an id that nobody has told of.
 */
export type Judged = Readonly<JudgedCustomer> | 'guest' | 'visitor' | null;

/** What is known of who is a customer by name; null: nothing. */
export function customerOf(judged: Judged): Readonly<JudgedCustomer> | null {
  return judged === 'guest' || judged === 'visitor' ? null : judged;
}

/** The shop's average purse. null: not known. */
export interface ShopAverages {
  orderMinor: number | null;
  unitPrice: number | null;
}

/** Where a cause begins: values of the policy by cause. */
export interface CauseThresholds {
  /** A good customer with at most this recency score is about to be lost; 5: each of them is, 0: none. */
  readonly lapsingRecencyScore: { readonly 'high-value': number; readonly 'high-quality': number };
  /** A purse is weak when average order and average unit price are both below this part of the shop's. */
  readonly weakPurse: number;
  /** From this share of lines bought below list price on, a customer buys mostly at a discount. */
  readonly discountProne: number;
}

/** R + F + M ≥ 13 leaves 3 as the lowest recency score of a high-value customer. */
export const usualThresholds: CauseThresholds = {
  lapsingRecencyScore: { 'high-value': 3, 'high-quality': 2 },
  weakPurse: 0.75,
  discountProne: 0.5,
};

/**
 * The strategy of the four groups:
 * - high-value and high-quality: nothing without need; about to be lost: a coupon;
 * - ordinary and low-contribution: a coupon where the discount is what is missing (mostly buys discounted, or the purse is
 *   fine), goods of a lower price where the purse is weak; where order value and unit price disagree, a coupon for
 *   low-contribution and nothing for ordinary customers.
 *
 * @param barred names of attributes that must not count, as the evidence names them, with those that are made of them
 *   (`barDerived`); they are left out of the evidence too
 * @param upToFourth as rules up to the fourth version judged: by the average order as it is told, rounded
 * @param thresholds where the causes begin
 */
export function judgeNeed(
  customer: Judged,
  shop: ShopAverages,
  digits: number,
  barred: ReadonlySet<string> = new Set(),
  upToFourth = false,
  thresholds: CauseThresholds = usualThresholds,
): NeedJudgement {
  const judgement = judge(customer, shop, digits, barred, { upToFourth, thresholds });
  if (barred.size === 0) return judgement;
  const evidence = Object.fromEntries(
    Object.entries(judgement.evidence).filter(([name]) => barredAmong([name], barred) === undefined),
  );
  return { ...judgement, evidence };
}

const scoreNames = ['recency_score', 'frequency_score', 'monetary_score'];
/** By the three scores together, or by what they stand for. */
const madeOfScores = ['group', 'klaviyo_group', 'cluster'];

/** Where a score is barred, what it is part of must not count either. @returns those that were given first */
export function barDerived(barred: readonly string[]): string[] {
  const isScoreBarred = barredAmong(scoreNames, new Set(barred)) !== undefined;
  return [...new Set([...barred, ...(isScoreBarred ? madeOfScores : [])])];
}

interface JudgedBy {
  upToFourth: boolean;
  thresholds: CauseThresholds;
}

function judge(
  customer: Judged,
  shop: ShopAverages,
  digits: number,
  barred: ReadonlySet<string>,
  { upToFourth, thresholds }: JudgedBy,
): NeedJudgement {
  const nothing = (cause: Cause, reason: string): NeedJudgement => ({
    action: 'none',
    cause,
    reason,
    group: null,
    evidence: {},
  });
  if (customer === 'guest') return nothing('guest', say('decision.guest', {}));
  if (customer === 'visitor') return nothing('guest', say('decision.visitor', {}));
  if (!customer) return nothing('unknown-customer', say('decision.unknown-customer', {}));
  if (!customer.profilingAllowed) {
    return nothing('profiling-not-allowed', say('decision.no-profiling', {}));
  }
  const { segment, version } = customer;
  if (version === null) return nothing('undetermined', say('decision.no-segmentation', {}));
  if (!segment) return nothing('no-orders', say('decision.no-orders', {}));
  if (barred.has('group')) {
    return nothing('undetermined', say('decision.group-barred', {}));
  }

  const { group } = segment;
  const scores = {
    segmentation_version: version,
    recency_score: segment.recencyScore,
    frequency_score: segment.frequencyScore,
    monetary_score: segment.monetaryScore,
  };
  if (group === 'high-value' || group === 'high-quality') {
    // Only in decisions from before what is barred had its group with it.
    if (barred.has('recency_score')) {
      return { ...nothing('undetermined', say('decision.recency-barred', {})), group };
    }
    const limit = thresholds.lapsingRecencyScore[group];
    const evidence = { ...scores, lapsing_recency_score: limit };
    if (segment.recencyScore > limit) {
      return {
        action: 'none',
        cause: 'no-need',
        reason: say('decision.buys-anyway', { group }),
        group,
        evidence,
      };
    }
    const reason = say('decision.about-to-leave', { group });
    return { action: 'coupon', cause: 'weak-discount', reason, group, evidence };
  }
  const seen = {
    orderMinor: barred.has('average_order_value') ? null : shop.orderMinor,
    unitPrice: barred.has('average_unit_price') ? null : shop.unitPrice,
  };
  const purse = judgePurse(segment, seen, digits, { upToFourth, thresholds });
  const isProne =
    !barred.has('discount_share') &&
    segment.discountShare !== null &&
    segment.discountShare >= thresholds.discountProne;
  return {
    ...weighPurse(group, purse.strength, isProne),
    group,
    evidence: { ...scores, ...purse.evidence },
  };
}

function weighPurse(
  group: 'ordinary' | 'low-contribution',
  purse: Purse,
  isDiscountProne: boolean,
): Pick<NeedJudgement, 'action' | 'cause' | 'reason'> {
  if (isDiscountProne) {
    return {
      action: 'coupon',
      cause: 'weak-discount',
      reason: say('decision.likes-discounts', {}),
    };
  }
  if (purse === 'weak') {
    const reason = say('decision.weak-purse', {});
    return { action: 'lower-priced-goods', cause: 'weak-purse', reason };
  }
  if (purse === 'fine') {
    const reason = say('decision.fine-purse', {});
    return { action: 'coupon', cause: 'weak-discount', reason };
  }
  return group === 'low-contribution'
    ? {
        action: 'coupon',
        cause: 'undetermined',
        reason: say('decision.unclear-coupon', {}),
      }
    : { action: 'none', cause: 'undetermined', reason: say('decision.unclear-none', {}) };
}

type Purse = 'weak' | 'fine' | 'unclear';

/** An average that is not known for the shop is left out of the judgement. */
function judgePurse(
  segment: Omit<CustomerSegment, 'customerKey'>,
  shop: ShopAverages,
  digits: number,
  { upToFourth, thresholds }: JudgedBy,
): { strength: Purse; evidence: NeedJudgement['evidence'] } {
  const orderLimit = shop.orderMinor === null ? null : thresholds.weakPurse * shop.orderMinor;
  const unitLimit = shop.unitPrice === null ? null : thresholds.weakPurse * shop.unitPrice;
  const averageOrderMinor = upToFourth ? segment.averageOrderMinor : segment.monetaryMinor / segment.frequency;
  const low = [
    ...(orderLimit === null ? [] : [averageOrderMinor < orderLimit]),
    ...(unitLimit === null ? [] : [Number(segment.averageUnitPrice) < unitLimit]),
  ];
  const strength = low.length === 0 ? 'unclear' : low.every(Boolean) ? 'weak' : low.some(Boolean) ? 'unclear' : 'fine';
  return {
    strength,
    evidence: {
      average_order_value: fromMinor(segment.averageOrderMinor, digits),
      low_average_order_value: orderLimit === null ? null : fromMinor(Math.round(orderLimit), digits),
      average_unit_price: trimPrice(segment.averageUnitPrice, digits),
      low_average_unit_price: unitLimit === null ? null : trimPrice(unitLimit.toFixed(6), digits),
      discount_share: segment.discountShare,
      high_discount_share: thresholds.discountProne,
    },
  };
}

/** The shop's averages out of a segmentation's figures: revenue over orders, and the average unit price where it is told. */
export function shopAveragesOf(summary: SegmentationSummary | undefined): ShopAverages {
  if (!summary) return { orderMinor: null, unitPrice: null };
  const orders = summary.groups.reduce((sum, group) => sum + group.customers * (group.mean_frequency ?? 0), 0);
  return {
    orderMinor: orders > 0 ? summary.revenue_minor / orders : null,
    unitPrice: summary.average_unit_price === null ? null : Number(summary.average_unit_price),
  };
}
