import {
  binColumns,
  borderRounding,
  type Clustering,
  describeMembers,
  distinguish,
  type FeatureColumn,
  groups,
  type KlaviyoGrouping,
  type KlaviyoThresholds,
  klaviyoCodes,
  klaviyoGroups,
  rangesByScore,
  type SegmentationRecipe,
  sayRule,
} from '../../../models/segmentation/index.ts';
import type {
  ClusteringReport,
  CustomerSegment,
  ScoreRanges,
  SegmentationSummary,
  SegmentFigures,
} from '../../segments/index.ts';
import { fromMinor } from '../../shop/money.ts';
import type { Habits } from '../snapshot/buying-habits.ts';

/** What a version reports of its segments beside its rows: thresholds, figures, and what the clusters are like. */
export function summariseSegments(learnt: {
  segments: CustomerSegment[];
  clustering: Clustering;
  features: readonly FeatureColumn[];
  habits: Habits;
  klaviyo: KlaviyoGrouping;
  recipe: SegmentationRecipe;
  minorDigits: number;
  averageUnitPrice: number;
  nameOf: (cluster: number) => string;
}): SegmentationSummary {
  const { segments, clustering, minorDigits, averageUnitPrice } = learnt;
  const money = (minor: number) => fromMinor(minor, minorDigits);
  const revenue = segments.reduce((sum, segment) => sum + Math.max(0, segment.monetaryMinor), 0);
  const by = (keyOf: (segment: CustomerSegment) => string | number) => figuresBy(segments, keyOf, revenue);
  const byGroup = by(({ group }) => group);
  const byKlaviyo = by(({ klaviyoGroup }) => klaviyoGroup!);
  const byCluster = by(({ cluster }) => cluster);
  const byCell = by((segment) => `${segment.recencyScore}${segment.frequencyScore}${segment.monetaryScore}`);
  const descriptions = describeClusters(clustering, learnt.features);
  return {
    thresholds: quintilesOf(segments, money),
    customers: segments.length,
    revenue_minor: revenue,
    average_unit_price: Number.isNaN(averageUnitPrice) ? null : averageUnitPrice.toFixed(6),
    groups: groups.map((group) => ({ group, ...(byGroup.get(group) ?? nobody(revenue)) })),
    klaviyo: {
      thresholds: klaviyoRanges(learnt.klaviyo.thresholds, minorDigits),
      groups: klaviyoGroups.map((group) => ({
        group,
        codes: [...klaviyoCodes[group]],
        ...(byKlaviyo.get(group) ?? nobody(revenue)),
      })),
    },
    cells: [...byCell]
      .sort(([a], [b]) => Number(b) - Number(a))
      .map(([cell, figures]) => ({ cell: String(cell), ...figures })),
    clusters: clustering.clusters.map(({ id, centroid }, place) => ({
      cluster: id + 1,
      name: learnt.nameOf(id),
      ...(byCluster.get(id + 1) ?? nobody(revenue)),
      centroid: [...centroid],
      ...descriptions[place],
    })),
    features: [...clustering.features],
    clustering: reportClustering(clustering, learnt.habits, learnt.recipe),
  };
}

function describeClusters(clustering: Clustering, features: readonly FeatureColumn[]) {
  const used = features.filter(({ name }) => clustering.features.includes(name));
  const columns = binColumns(used.map(({ name, values }) => ({ feature: name, values, round: borderRounding(name) })));
  return clustering.clusters.map(({ id }) => {
    const { precision, recall, ...rule } = describeMembers(columns, clustering.assignment, id);
    return {
      rule: { words: sayRule(rule), precision, recall },
      differences: distinguish(clustering, id).map(({ feature, deviations, words }) => ({
        feature,
        deviations,
        words,
      })),
    };
  });
}

function reportClustering(clustering: Clustering, habits: Habits, recipe: SegmentationRecipe): ClusteringReport {
  const reasonOf = (feature: string) =>
    habits.missing.find((one) => one.feature === feature)?.reason ?? 'the recipe gives it no weight';
  return {
    features: Object.entries(recipe.features).map(([feature, weight]) => {
      const used = (clustering.features as readonly string[]).includes(feature);
      return { feature, weight, used, reason: used ? null : reasonOf(feature) };
    }),
    tried: clustering.tried.map(({ calinskiHarabasz, gapError, smallestShare, ...rest }) => ({
      ...rest,
      calinski_harabasz: calinskiHarabasz,
      gap_error: gapError,
      smallest_share: smallestShare,
      chosen: rest.clusters === clustering.chosen,
    })),
  };
}

function quintilesOf(segments: CustomerSegment[], money: (minor: number) => string): ScoreRanges {
  const ranges = (
    rawOf: (segment: CustomerSegment) => number,
    scoreOf: (segment: CustomerSegment) => number,
    toText: (value: number) => string,
  ) =>
    rangesByScore(Float64Array.from(segments, rawOf), Uint8Array.from(segments, scoreOf)).map(
      ({ score, minimum, maximum }) => ({ score, from: toText(minimum), to: toText(maximum) }),
    );
  return {
    recency: ranges(
      (segment) => segment.recencyDays,
      (segment) => segment.recencyScore,
      String,
    ),
    frequency: ranges(
      (segment) => segment.frequency,
      (segment) => segment.frequencyScore,
      String,
    ),
    monetary: ranges(
      (segment) => segment.monetaryMinor,
      (segment) => segment.monetaryScore,
      money,
    ),
  };
}

function klaviyoRanges(of: KlaviyoThresholds, minorDigits: number): ScoreRanges {
  const { recentDays, lapsingDays, someOrders, manyOrders } = of;
  // Terciles lie between amounts, so they may have more digits than money has.
  const [some, much] = [of.someMoney, of.muchMoney].map((amount) => amount.toFixed(minorDigits + 2));
  const range = (score: number, from: string | number | null, to: string | number | null) => ({
    score,
    from: from === null ? null : String(from),
    to: to === null ? null : String(to),
  });
  return {
    recency: [range(1, lapsingDays + 1, null), range(2, recentDays + 1, lapsingDays), range(3, 0, recentDays)],
    frequency: [range(1, 1, someOrders - 1), range(2, someOrders, manyOrders - 1), range(3, manyOrders, null)],
    monetary: [range(1, null, some), range(2, some, much), range(3, much, null)],
  };
}

/** Figures of the parts into which `keyOf` cuts the customers. */
function figuresBy<Key>(
  segments: CustomerSegment[],
  keyOf: (segment: CustomerSegment) => Key,
  revenue: number,
): Map<Key, SegmentFigures> {
  const sums = new Map<Key, { customers: number; days: number; orders: number; money: number; revenue: number }>();
  for (const segment of segments) {
    const key = keyOf(segment);
    const sum = sums.get(key) ?? { customers: 0, days: 0, orders: 0, money: 0, revenue: 0 };
    sums.set(key, sum);
    sum.customers++;
    sum.days += segment.recencyDays;
    sum.orders += segment.frequency;
    sum.money += segment.monetaryMinor;
    sum.revenue += Math.max(0, segment.monetaryMinor);
  }
  return new Map(
    Array.from(sums, ([key, sum]) => [
      key,
      {
        customers: sum.customers,
        mean_recency_days: sum.days / sum.customers,
        mean_frequency: sum.orders / sum.customers,
        mean_monetary_minor: sum.money / sum.customers,
        revenue_share: revenue > 0 ? sum.revenue / revenue : null,
      },
    ]),
  );
}

function nobody(revenue: number): SegmentFigures {
  return {
    customers: 0,
    mean_recency_days: null,
    mean_frequency: null,
    mean_monetary_minor: null,
    revenue_share: revenue > 0 ? 0 : null,
  };
}
