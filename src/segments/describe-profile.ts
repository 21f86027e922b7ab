import { fromMinor, trimPrice } from '../shop/money.ts';
import type { CustomerProfile } from './customer-profile.ts';
import { segmentIdsOf } from './published/customer-segment.ts';
import type { ReportedTags } from './tags/customer-tagging.ts';
import type { ReportedValue } from './value/customer-value.ts';

type Money = (minor: number) => string;

/** A customer's profile as the contract has it. */
export function describeProfile(profile: CustomerProfile, minorDigits: number) {
  const { segment, model, profilingAllowed, value, tags, predictions, definedSegments } = profile;
  const money: Money = (minor) => fromMinor(minor, minorDigits);
  const ids = segment && segmentIdsOf(segment);
  return {
    profiling_allowed: profilingAllowed,
    version: model?.version ?? null,
    as_of: model?.asOf.toISOString() ?? null,
    recency_days: segment?.recencyDays ?? null,
    frequency: segment?.frequency ?? null,
    monetary: segment && money(segment.monetaryMinor),
    scores: segment && {
      recency: segment.recencyScore,
      frequency: segment.frequencyScore,
      monetary: segment.monetaryScore,
    },
    group: segment?.group ?? null,
    group_since: segment?.groupSince.toISOString() ?? null,
    previous_group: segment?.previousGroup ?? null,
    cell: ids?.cell ?? null,
    klaviyo_group: ids?.klaviyo ?? null,
    klaviyo_since: segment?.klaviyoSince?.toISOString() ?? null,
    cluster: ids?.cluster ?? null,
    cluster_since: segment?.clusterSince.toISOString() ?? null,
    average_order_value: segment && money(segment.averageOrderMinor),
    average_unit_price: segment && trimPrice(segment.averageUnitPrice, minorDigits),
    discount_share: segment?.discountShare ?? null,
    value: value && describeValue(value, segment?.monetaryMinor ?? null, money),
    tags: tags ? describeTags(tags) : [],
    predictions: predictions.map(describePrediction),
    segments: definedSegments,
  };
}

/** @param spentMinor what the customer has brought so far; null: not known */
function describeValue({ model, summary, value, whyNotAlive }: ReportedValue, spentMinor: number | null, money: Money) {
  const totalMinor = spentMinor === null || value.revenueMinor === null ? null : spentMinor + value.revenueMinor;
  return {
    version: model.version,
    as_of: model.asOf.toISOString(),
    horizon_days: summary.horizon_days,
    expected_orders: value.expectedOrders,
    expected_order_value: value.orderValueMinor === null ? null : money(value.orderValueMinor),
    expected_revenue: value.revenueMinor === null ? null : money(value.revenueMinor),
    total_revenue: totalMinor === null ? null : money(totalMinor),
    alive_probability: value.aliveProbability,
    why_not_alive: whyNotAlive,
    next_order_at: value.nextOrderAt?.toISOString() ?? null,
    likelier_than: value.likelierThan,
    ranked_by: summary.ranking,
  };
}

function describePrediction({ asOf, ...prediction }: CustomerProfile['predictions'][number]) {
  return { ...prediction, as_of: asOf.toISOString() };
}

function describeTags({ model, tags }: ReportedTags) {
  return tags.map((tag) => ({
    ...tag,
    version: model.version,
    as_of: model.asOf.toISOString(),
    computed_at: model.createdAt.toISOString(),
  }));
}
