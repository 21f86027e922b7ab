import type { CountedFacts, CountedType, LastFact } from '../../../intake/index.ts';
import type { Period } from '../../../shop/calendar.ts';

export const tagFields = [
  'preferred-category',
  'preferred-brand',
  'price-band',
  'price-sensitivity',
  'discount-share',
  'coupon-share',
  'abandonment-at-full-price',
  'shopping-hours',
  'shopping-weekday',
  'channel',
  'life-cycle-stage',
  'expected-next-order',
] as const;
export type TagField = (typeof tagFields)[number];

export const rfmFields = [
  'recency_days',
  'frequency',
  'monetary',
  'recency_score',
  'frequency_score',
  'monetary_score',
  'average_order_value',
] as const;
export type RfmField = (typeof rfmFields)[number];

export const valueFields = [
  'expected_orders',
  'expected_order_value',
  'expected_revenue',
  'alive_probability',
  'likelier_than',
] as const;
export type ValueField = (typeof valueFields)[number];

/** Both ends inclusive; undefined: open. */
export interface Bounds {
  atLeast: number | undefined;
  atMost: number | undefined;
}

/** Of which time facts count: all end at the moment that a rule is asked for. Days are local, `before` is exclusive. */
export type AskedWindow = { withinDays: number } | { during: Period } | { since: string; before: string | undefined };

/** Behaviours that are counted within one and the same: the most of any. */
export const sameOfEvents = ['item', 'category', 'brand', 'session'] as const;

/** A condition that a customer meets or not; money in minor units, of which a bound may have a part. */
export type Condition =
  | ({ kind: 'tag'; tag: TagField; is: string[] | undefined; withinDays: number | undefined } & Bounds)
  | ({ kind: 'rfm'; field: RfmField } & Bounds)
  | ({ kind: 'value'; field: ValueField } & Bounds)
  | { kind: 'segment'; segmentIds: string[] }
  | ({
      kind: 'attribute';
      name: string;
      /** yes and no as `true` and `false` */
      is: string[] | undefined;
      /** local days; `before` exclusive */
      since: string | undefined;
      before: string | undefined;
      /** its day comes again within so many days, or came so many days ago at most; today is in both */
      anniversaryWithinDays: number | undefined;
      anniversaryPastDays: number | undefined;
    } & Bounds)
  /** that one of these is the customer's value of an attribute that they have not declared */
  | { kind: 'prediction'; name: string; is: string[]; atLeast: number }
  | ({ kind: 'behaviour'; behaviour: CountedType; window: AskedWindow } & CountedFacts & Bounds)
  | ({ kind: 'spend'; window: AskedWindow; inOneOrder: boolean } & Omit<CountedFacts, 'same'> & Bounds)
  /** when it was last: within so many days and not within so many, where they are given; `orNever`: also who never was */
  | {
      kind: 'last';
      what: LastFact;
      withinDays: number | undefined;
      notWithinDays: number | undefined;
      orNever: boolean;
    }
  | ({ kind: 'coupons'; what: 'issued' | 'redeemed'; window: AskedWindow; campaignId: string | undefined } & Bounds)
  /** a share of all customers, drawn by a hash of their ids with the salt: `from` inclusive, `below` exclusive */
  | { kind: 'random'; salt: string; from: number; below: number };

/** A rule that customers meet or not, with the place of each part in the definition as a JSON pointer. */
export type SegmentRule =
  | { at: string; all: SegmentRule[] }
  | { at: string; any: SegmentRule[] }
  | { at: string; not: SegmentRule }
  | { at: string; condition: Condition };

/** The conditions of a rule, with their places. */
export function conditionsOf(rule: SegmentRule): { at: string; condition: Condition }[] {
  if ('condition' in rule) return [rule];
  if ('not' in rule) return conditionsOf(rule.not);
  return ('all' in rule ? rule.all : rule.any).flatMap(conditionsOf);
}

/** The segments that a rule asks about, with their places. */
export function segmentsNamed(rule: SegmentRule): { field: string; segmentId: string }[] {
  return conditionsOf(rule).flatMap(({ at, condition }) => {
    if (condition.kind !== 'segment') return [];
    return condition.segmentIds.map((segmentId, index) => ({ field: `${at}/segment/${index}`, segmentId }));
  });
}
