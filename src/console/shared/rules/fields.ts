import { type Condition, kindOf } from './rule.ts';

/** What can be asked of customers, as the contract has it. */
export const behaviours = ['purchase', 'view', 'click', 'favourite', 'cart_add', 'search'] as const;
export const rfmFields = [
  'recency_days',
  'frequency',
  'monetary',
  'average_order_value',
  'recency_score',
  'frequency_score',
  'monetary_score',
] as const;
export const valueFields = [
  'expected_orders',
  'expected_order_value',
  'expected_revenue',
  'alive_probability',
  'likelier_than',
] as const;
export const tagFields = [
  'life-cycle-stage',
  'preferred-category',
  'preferred-brand',
  'price-sensitivity',
  'price-band',
  'discount-share',
  'coupon-share',
  'abandonment-at-full-price',
  'shopping-hours',
  'shopping-weekday',
  'channel',
  'expected-next-order',
] as const;

/** Tags whose values are a closed list. */
export const tagValues: Readonly<Record<string, readonly string[]>> = {
  'price-band': ['low', 'middle', 'high'],
  'price-sensitivity': ['low', 'middle', 'high'],
  'shopping-hours': ['night', 'morning', 'afternoon', 'evening'],
  'shopping-weekday': ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'],
  'life-cycle-stage': ['new', 'active', 'at-risk', 'lapsed', 'won-back'],
};
/** Tags whose values the shop has. */
export const openTags: readonly string[] = ['preferred-category', 'preferred-brand', 'channel'];
/** Tags that are a share or a level, and so can be bounded. */
export const boundedTags: readonly string[] = [
  'preferred-category',
  'preferred-brand',
  'channel',
  'price-band',
  'price-sensitivity',
  'shopping-hours',
  'shopping-weekday',
  'discount-share',
  'coupon-share',
  'abandonment-at-full-price',
];
export const moneyFields: readonly string[] = [
  'monetary',
  'average_order_value',
  'expected_order_value',
  'expected_revenue',
  'net',
];
/** What is asked when it was last. */
export const lastFacts = ['seen', 'ordered'] as const;
/** Longest window that a condition may have: for a shop, ever. */
export const everDays = 3_650;
/** Periods of the calendar within which something is counted. */
export const periods = [
  'today',
  'yesterday',
  'this_week',
  'last_week',
  'this_month',
  'last_month',
  'this_year',
  'last_year',
] as const;
/** Within one and the same of which it is counted. */
export function samesOf(what: string): readonly string[] {
  if (what === 'net') return ['order'];
  return what === 'purchase' ? ['item', 'category', 'brand'] : ['item', 'category', 'brand', 'session'];
}
/** Behaviours of an item, of which one can ask whether it was bought afterwards. */
export const itemBehaviours: readonly string[] = ['view', 'click', 'favourite', 'cart_add'];

/** Is all there that the service needs? What is asked for without a bound finds nobody or everybody. */
export function isComplete(condition: Condition): boolean {
  const kind = kindOf(condition);
  const has = (name: string) => condition[name] !== undefined && condition[name] !== '';
  if (kind === 'segment') return ((condition['segment'] as unknown[]) ?? []).length > 0;
  if (kind === 'rfm' || kind === 'value') return has(kind) && (has('at_least') || has('at_most'));
  const hasWindow = has('within_days') || has('during') || has('since');
  if (kind === 'behaviour' || kind === 'coupons') return has(kind) && hasWindow;
  if (kind === 'spend') return hasWindow && (has('at_least') || has('at_most'));
  if (kind === 'prediction') return has('at_least') && ((condition['is'] as unknown[] | undefined) ?? []).length > 0;
  if (kind === 'last') return has('not_within_days') || has('within_days');
  if (kind === 'random') return has('random') && has('below');
  // Alone it asks whether there is one.
  if (kind === 'attribute') return has('attribute');
  const tag = condition['tag'] as string;
  const values = (condition['is'] as unknown[] | undefined) ?? [];
  if (tag === 'expected-next-order') return has('within_days');
  if (tag in tagValues || openTags.includes(tag)) return values.length > 0;
  return has('at_least') || has('at_most');
}
