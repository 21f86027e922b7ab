import { type Exploration, exploreCustomers } from '../../../models/segmentation/exploration/index.ts';
import {
  binColumns,
  borderRounding,
  describeMembers,
  distinguish,
  type FeatureColumn,
  type FeatureName,
  featureNames,
  fromScale,
  rfmFeatures,
  sayRule,
} from '../../../models/segmentation/index.ts';
import type { Database } from '../../db/index.ts';
import type { FieldFault } from '../../errors.ts';
import { tabulateHabits } from '../snapshot/buying-habits.ts';
import { tabulateRfm } from '../snapshot/rfm-table.ts';
import { readSampledPurchases, type SampledPurchases } from '../snapshot/sampled-purchases.ts';
import type { ExplorationAnswer, ExplorationTask, ExploredCluster } from './exploration.ts';

/** Finds and describes the clusters of a task; nothing is written. */
export async function clusterSample(db: Database, task: ExplorationTask): Promise<ExplorationAnswer> {
  const { seed, clusters, weights } = task;
  const purchases = await readSampledPurchases(db, new Date(task.asOf), { most: task.sample, seed });
  if (purchases.customerKeys.length < clusters) return { refusal: tooFew(purchases, task) };
  const { columns, money, missing } = tabulateFeatures(purchases, task);
  const missingAt = task.features.findIndex((name) => missing.has(name));
  if (missingAt >= 0) {
    const reason = missing.get(task.features[missingAt])!;
    return { refusal: { field: `/features/${missingAt}`, message: `cannot be derived from the facts: ${reason}` } };
  }
  const features = task.features.map((name) => columns.find((column) => column.name === name)!);
  const exploration = exploreCustomers({ features, weights, clusters, seed });
  if ('distinct' in exploration) {
    const message = `must be at most the ${exploration.distinct} customers that differ in these features`;
    return { refusal: { field: '/clusters', message } };
  }
  const weightOf = (name: FeatureName) => (task.features.includes(name) ? (weights[name] ?? 1) : 0);
  return {
    explored: {
      asOf: task.asOf,
      watermark: purchases.watermark.toISOString(),
      seed,
      customers: purchases.buyers,
      sampled: purchases.customerKeys.length,
      features: task.features.map((feature, axis) => ({
        feature,
        weight: weightOf(feature),
        centre: fromScale(feature, exploration.means[axis]),
      })),
      clusters: describe(exploration, features, money),
      silhouette: exploration.silhouette,
      inertia: exploration.inertia,
      iterations: exploration.iterations,
      recipe: {
        clusters,
        features: Object.fromEntries(featureNames.map((name) => [name, weightOf(name)])) as Record<FeatureName, number>,
      },
    },
  };
}

function tooFew({ buyers, customerKeys }: SampledPurchases, { asOf }: ExplorationTask): FieldFault {
  const who = buyers > customerKeys.length ? 'sampled customers' : `customers with an order before ${asOf}`;
  return { field: '/clusters', message: `must be at most the ${customerKeys.length} ${who}` };
}

function tabulateFeatures(purchases: SampledPurchases, { minorDigits, timeZone }: ExplorationTask) {
  const rfm = tabulateRfm(purchases);
  const habits = tabulateHabits(purchases, rfm.customers, timeZone);
  const money = rfm.monetaryMinor.map((minor) => minor / 10 ** minorDigits);
  const { recencyDays, frequency } = rfm;
  return {
    columns: [...rfmFeatures({ recencyDays, frequency, monetary: money }), ...habits.columns],
    money,
    missing: new Map(habits.missing.map(({ feature, reason }) => [feature, reason])),
  };
}

function describe(
  exploration: Exploration,
  features: readonly FeatureColumn[],
  money: Float64Array,
): ExploredCluster[] {
  const columns = binColumns(
    features.map(({ name, values }) => ({ feature: name, values, round: borderRounding(name) })),
  );
  const revenue = new Float64Array(exploration.clusters.length);
  for (const [row, id] of exploration.assignment.entries()) revenue[id] += Math.max(0, money[row]);
  const allRevenue = revenue.reduce((sum, value) => sum + value, 0);
  const byFeature = <Value>(valueAt: (feature: FeatureName, axis: number) => Value) =>
    Object.fromEntries(exploration.features.map((feature, axis) => [feature, valueAt(feature, axis)]));
  return exploration.clusters.map(({ id, customers, centroid, averages }) => {
    const { precision, recall, ...rule } = describeMembers(columns, exploration.assignment, id);
    return {
      cluster: id + 1,
      customers,
      share: customers / exploration.assignment.length,
      revenueShare: allRevenue > 0 ? revenue[id] / allRevenue : null,
      centre: byFeature((feature, axis) => fromScale(feature, centroid[axis])),
      average: byFeature((_, axis) => (Number.isNaN(averages[axis]) ? null : averages[axis])),
      differences: distinguish(exploration, id).map(({ feature, deviations, words }) => ({
        feature,
        deviations,
        words,
      })),
      rule: { words: sayRule(rule), precision, recall },
    };
  });
}
