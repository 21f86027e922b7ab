import {
  attributeQuery,
  type Bind,
  behaviourCountsQuery,
  declaredValuesQuery,
  drawnCustomersQuery,
  type FactWindow,
  lastFactsQuery,
  profiledCustomersQuery,
  spendQuery,
} from '../../../intake/index.ts';
import { barredAmong } from '../../../shop/barred-attributes.ts';
import { periodOf, type ShopCalendar, startOfDay } from '../../../shop/calendar.ts';
import { addDays, dayMs } from '../../../shop/days.ts';
import { createLocalDates } from '../../../shop/time-zone.ts';
import type { ModelKind } from '../../../versions/index.ts';
import { learntMembersQuery } from '../../published/store.ts';
import { isDefined, type LearntSegment, parseSegmentId } from '../../segment-id.ts';
import type {
  AskedWindow,
  Bounds,
  Condition,
  RfmField,
  SegmentRule,
  TagField,
  ValueField,
} from '../rules/segment-rule.ts';

/** What of the shop every rule needs. */
export interface RuleShop extends ShopCalendar {
  minorDigits: number;
  /** attributes by which nothing is predicted; absent: none */
  barredAttributes?: readonly string[] | undefined;
  /** SQL of relations of coupons, which the station that has them tells of; absent: there are none */
  couponRelations?: { issued: string; redeemed: string } | undefined;
}

/** What a rule is asked of: the time at which its windows end, the zone of its days, and the published versions. */
export interface RuleBasis {
  asOf: Date;
  shop: RuleShop;
  versions: Partial<Record<ModelKind, number>>;
}

/** A rule as SQL. */
export interface CompiledRule {
  /** every customer who may be profiled with a truth value for each condition: `customer_key`, `c0`, `c1` … */
  flagged: string;
  /** over `c0`, `c1` … */
  formula: string;
  /** every part of the rule with its formula, the whole first */
  parts: { at: string; formula: string }[];
  values: unknown[];
}

/**
 * Compiles a rule to one statement with parameters. The customers of each condition are put under one another and grouped:
 * that takes as long as there are rows, whatever the planner believes of them. Joined, OR and NOT made it expect one row and
 * compare every customer with every other.
 *
 * @param customerKeys it is asked of these alone; absent: of everybody
 */
export function compileRule(rule: SegmentRule, basis: RuleBasis, customerKeys?: readonly number[]): CompiledRule {
  const values: unknown[] = [];
  const bind: Bind = (value) => `$${values.push(value)}`;
  const flags: string[] = [];
  const sets: string[] = [];
  const parts: CompiledRule['parts'] = [];
  const among = customerKeys && `customer_key = any(${bind(customerKeys)}::int[])`;

  function compile(part: SegmentRule): string {
    const place = parts.push({ at: part.at, formula: '' }) - 1;
    const formula = formulaOf(part);
    parts[place].formula = formula;
    return formula;
  }

  function formulaOf(part: SegmentRule): string {
    if ('all' in part) return `(${part.all.map(compile).join(' and ')})`;
    if ('any' in part) return `(${part.any.map(compile).join(' or ')})`;
    if ('not' in part) return `(not ${compile(part.not)})`;
    const { keys, isOutside } = keysOf(part.condition, basis, bind, customerKeys);
    const index = flags.length;
    flags.push(`${isOutside ? 'not ' : ''}bool_or(met = ${index}) as c${index}`);
    sets.push(`select customer_key, ${index} from (${keys}) as set${index} ${among ? `where ${among}` : ''}`);
    return `c${index}`;
  }

  const formula = compile(rule);
  const flagged = `
    select customer_key, ${flags.join(', ')}
    from (select customer_key, -1 as met from (${profiledCustomersQuery} ${among ? `and ${among}` : ''}) as everybody
          union all ${sets.join('\n union all ')}) as flags
    group by customer_key having bool_or(met = -1)`;
  return { flagged, formula, parts, values };
}

/** SQL of the customers who meet a condition, each once; `isOutside`: of those who do not. */
function keysOf(
  condition: Condition,
  basis: RuleBasis,
  bind: Bind,
  customerKeys?: readonly number[],
): { keys: string; isOutside?: boolean } {
  const { asOf, versions } = basis;
  // A model that has no version yet says nothing of anybody.
  const from = (table: string, kind: ModelKind, where: string) =>
    `select customer_key from ${table} where version = ${bind(versions[kind] ?? 0)}::int and ${where}`;
  switch (condition.kind) {
    case 'tag':
      return { keys: from('customer_tags', 'customer-tags', tagCondition(condition, basis, bind)) };
    case 'rfm':
      return { keys: from('customer_segments', 'segmentation', within(rfmColumns[condition.field], condition, bind)) };
    case 'value': {
      const { column, type } = valueColumns[condition.field];
      return { keys: from('customer_values', 'customer-value', within(column, condition, bind, type)) };
    }
    case 'segment':
      return { keys: membersQuery(condition.segmentIds, versions.segmentation ?? 0, bind) };
    case 'attribute': {
      const { anniversaryWithinDays: ahead, anniversaryPastDays: past } = condition;
      const isYearly = ahead !== undefined || past !== undefined;
      const anniversaries = isYearly ? daysOfYear(past ?? 0, ahead ?? 0, asOf, basis.shop.timeZone) : undefined;
      return { keys: attributeQuery({ ...condition, anniversaries }, bind) };
    }
    case 'prediction':
      return { keys: predictedKeys(condition, basis, bind) };
    case 'behaviour': {
      const counts = behaviourCountsQuery(
        { ...condition, ...boundsOf(condition.window, basis), asOf, customerKeys },
        bind,
      );
      return countedKeys(counts, 'count', condition, bind);
    }
    case 'spend': {
      const amounts = spendQuery({ ...condition, ...boundsOf(condition.window, basis), asOf, customerKeys }, bind);
      return countedKeys(amounts, 'amount', condition, bind);
    }
    case 'last':
      return lastKeys(condition, asOf, bind, customerKeys);
    case 'coupons':
      return countedKeys(couponCounts(condition, basis, bind), 'count', condition, bind);
    case 'random':
      return { keys: drawnCustomersQuery(condition, bind) };
  }
}

/** Who has not declared it, and is likely enough to have one of these values. Of what was barred since nobody is. */
function predictedKeys(
  { name, is, atLeast }: Extract<Condition, { kind: 'prediction' }>,
  { shop }: RuleBasis,
  bind: Bind,
): string {
  if (barredAmong([name], new Set(shop.barredAttributes)) !== undefined)
    return 'select null::int as customer_key where false';
  return `
    select told.customer_key from predicted_labels as told join predicted_attributes as model using (name)
    where told.name = ${bind(name)}::text
      and (select sum(own.probability) from unnest(model.labels, told.probabilities) as own (value, probability)
           where own.value = any(${bind(is)}::text[])) >= ${bind(Math.fround(atLeast))}::real
      and told.customer_key not in (select customer_key from (${declaredValuesQuery(name, bind)}) as declared)`;
}

/** Who did it last within the bounds; only as much of the past is read as tells. */
function lastKeys(
  { what, withinDays, notWithinDays, orNever }: Extract<Condition, { kind: 'last' }>,
  asOf: Date,
  bind: Bind,
  customerKeys: readonly number[] | undefined,
): { keys: string; isOutside?: boolean } {
  const daysAgo = (days: number) => new Date(asOf.getTime() - days * dayMs);
  const longest = orNever && withinDays === undefined ? notWithinDays : orNever ? undefined : withinDays;
  const from = longest === undefined ? new Date(0) : daysAgo(longest);
  const isWithin = [
    ...(withinDays === undefined ? [] : [`last_at >= ${bind(daysAgo(withinDays))}::timestamptz`]),
    ...(notWithinDays === undefined ? [] : [`last_at < ${bind(daysAgo(notWithinDays))}::timestamptz`]),
  ].join(' and ');
  const rows = lastFactsQuery({ what, from, until: asOf, asOf, customerKeys }, bind);
  const keys = `select customer_key from (${rows}) as lately where ${orNever ? `not (${isWithin})` : isWithin}`;
  return { keys, isOutside: orNever };
}

/** Who is within bounds of a figure. Who never did it is in no row, and has none of it. */
function countedKeys(rows: string, figure: string, { atLeast, atMost }: Bounds, bind: Bind) {
  const counted = (where: string) => `select customer_key from (${rows}) as counted where ${where}`;
  if ((atLeast ?? 0) > 0) return { keys: counted(within(figure, { atLeast, atMost }, bind)) };
  return { keys: counted(`not ${within(figure, { atLeast, atMost }, bind)}`), isOutside: true };
}

function couponCounts(
  { what, window, campaignId }: Extract<Condition, { kind: 'coupons' }>,
  basis: RuleBasis,
  bind: Bind,
): string {
  const relation = basis.shop.couponRelations?.[what];
  if (!relation) return 'select null::int as customer_key, 0 as count where false';
  const { from, until } = boundsOf(window, basis);
  const at = what === 'issued' ? 'fact.issued_at' : 'fact.redeemed_at';
  return `
    select fact.customer_key, count(*)::int as count from ${relation} as fact
    where fact.customer_key is not null and ${at} >= ${bind(from)}::timestamptz and ${at} < ${bind(until)}::timestamptz
      ${what === 'redeemed' ? 'and not fact.is_reversed' : ''}
      ${campaignId === undefined ? '' : `and fact.campaign_id = ${bind(campaignId)}::text`} group by 1`;
}

/** When a window begins and ends; none goes on after the moment that the rule is asked for. */
export function boundsOf(window: AskedWindow, { asOf, shop }: Pick<RuleBasis, 'asOf' | 'shop'>): FactWindow {
  const untilNow = (until: Date) => (until < asOf ? until : asOf);
  if ('withinDays' in window) return { from: new Date(asOf.getTime() - window.withinDays * dayMs), until: asOf };
  if ('during' in window) {
    const { from, until } = periodOf(window.during, asOf, shop);
    return { from, until: untilNow(until) };
  }
  const until = window.before === undefined ? asOf : untilNow(startOfDay(window.before, shop.timeZone));
  return { from: startOfDay(window.since, shop.timeZone), until };
}

/** `MM-DD` of today, so many days before and so many after it. Whose day is the 29th of February has it on the 28th where there is no 29th. */
function daysOfYear(past: number, ahead: number, asOf: Date, timeZone: string): string[] {
  const today = createLocalDates(timeZone)(asOf.getTime());
  const days = Array.from({ length: past + 1 + ahead }, (_, place) => addDays(today, place - past));
  const found = days.flatMap((day) => {
    const isLastOfFebruary = day.endsWith('-02-28') && addDays(day, 1).endsWith('-03-01');
    return isLastOfFebruary ? ['02-28', '02-29'] : [day.slice(5)];
  });
  return [...new Set(found)];
}

const rfmColumns: Record<RfmField, string> = {
  recency_days: 'recency_days',
  frequency: 'frequency',
  monetary: 'monetary_minor',
  recency_score: 'recency_score',
  frequency_score: 'frequency_score',
  monetary_score: 'monetary_score',
  // The stored average is rounded.
  average_order_value: 'monetary_minor::float8 / frequency',
};

const valueColumns: Record<ValueField, { column: string; type: 'real' | 'float8' }> = {
  expected_orders: { column: 'expected_orders', type: 'real' },
  expected_order_value: { column: 'order_value_minor', type: 'float8' },
  expected_revenue: { column: 'revenue_minor', type: 'float8' },
  alive_probability: { column: 'alive_probability', type: 'real' },
  likelier_than: { column: 'likelier_than', type: 'real' },
};

/** `value`: the column of what it says; `measure`: that of the figure that bounds are about. */
const tagColumns: Record<
  Exclude<TagField, 'preferred-category' | 'preferred-brand'>,
  { value: string; measure: string }
> = {
  'price-band': { value: 'price_band', measure: 'price_level' },
  'price-sensitivity': { value: 'price_sensitivity', measure: 'sensitivity_score' },
  'discount-share': { value: 'discount_share', measure: 'discount_share' },
  'coupon-share': { value: 'coupon_share', measure: 'coupon_share' },
  'abandonment-at-full-price': { value: 'full_price_abandoned', measure: 'full_price_abandoned' },
  'shopping-hours': { value: 'day_part', measure: 'day_part_share' },
  'shopping-weekday': { value: 'weekday', measure: 'weekday_share' },
  channel: { value: 'channel_key', measure: 'channel_share' },
  'life-cycle-stage': { value: 'life_cycle_stage', measure: 'days_since_order' },
  'expected-next-order': { value: 'next_order_at', measure: 'next_order_at' },
};

function tagCondition(
  condition: Extract<Condition, { kind: 'tag' }>,
  { asOf, versions }: RuleBasis,
  bind: Bind,
): string {
  const { tag, is, withinDays } = condition;
  const named = (kind: string) =>
    `array(select name_key from tag_names, unnest(${bind(is)}::text[]) as wanted (name)
      where version = ${bind(versions['customer-tags'] ?? 0)}::int and kind = '${kind}'
        and (tag_names.name = wanted.name or kind = 'category' and starts_with(tag_names.name, wanted.name || ' > ')))`;
  if (tag === 'preferred-category' || tag === 'preferred-brand') {
    const kind = tag === 'preferred-category' ? 'category' : 'brand';
    return `exists (
      select from unnest(${kind}_keys, ${kind}_shares) as preferred (name_key, share)
      where ${is ? `preferred.name_key = any(${named(kind)})` : 'true'}
        and ${within('preferred.share', condition, bind, 'real')})`;
  }
  const { value, measure } = tagColumns[tag];
  return [
    `${value} is not null`,
    ...(is && tag === 'channel' ? [`channel_key = any(${named('channel')})`] : []),
    ...(is && tag !== 'channel' ? [`${value} = any(${bind(is)}::text[])`] : []),
    ...(withinDays === undefined
      ? []
      : [
          `next_order_at >= ${bind(asOf)}::timestamptz`,
          `next_order_at < ${bind(new Date(asOf.getTime() + withinDays * dayMs))}::timestamptz`,
        ]),
    within(measure, condition, bind, 'real'),
  ].join(' and ');
}

/** A float4 column is compared with the bound as a float4: 0.3 is 0.3 only there. */
function within(column: string, { atLeast, atMost }: Bounds, bind: Bind, type: 'real' | 'float8' = 'float8'): string {
  const bound = (value: number) => `${bind(type === 'real' ? Math.fround(value) : value)}::${type}`;
  const bounds = [
    ...(atLeast === undefined ? [] : [`${column} >= ${bound(atLeast)}`]),
    ...(atMost === undefined ? [] : [`${column} <= ${bound(atMost)}`]),
  ];
  return bounds.length > 0 ? `(${bounds.join(' and ')})` : 'true';
}

/**
 * SQL of the keys of who is in any of some segments, as `customer_key`: of those of the night as published, of defined ones as of their
 * last refresh. Who may be profiled is the caller's to ask.
 * @param version of the published segmentation; 0: there is none
 */
export function membersQuery(segmentIds: readonly string[], version: number, bind: Bind): string {
  const segments = segmentIds.map(parseSegmentId);
  const learnt = segments.filter((segment): segment is LearntSegment => segment !== undefined && !isDefined(segment));
  const defined = segmentIds.filter((_, place) => isDefined(segments[place]));
  const parts = [
    ...(learnt.length > 0 ? [learntMembersQuery(learnt, version, bind)] : []),
    ...(defined.length > 0
      ? [
          `select customer_key from segment_memberships join defined_segments using (segment_key)
    where segment_id = any(${bind(defined)}::text[]) and left_refresh is null`,
        ]
      : []),
  ];
  return parts.join(' union ') || 'select null::int as customer_key where false';
}
