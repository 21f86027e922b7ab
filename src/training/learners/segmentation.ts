import type { SegmentSales } from '../../../models/popularity/index.ts';
import {
  type Clustering,
  clusterCustomers,
  type FeatureName,
  groupByKlaviyo,
  groupCustomers,
  nameCluster,
  type PreviousClusters,
  recipe,
  recipeSchema,
  rfmFeatures,
  type SegmentationRecipe,
} from '../../../models/segmentation/index.ts';
import type { Database } from '../../db/index.ts';
import { loadSegmentSales, recommendationTables } from '../../recommendations/index.ts';
import {
  type CustomerSegment,
  compareSegments,
  loadCustomerSegments,
  recordSegmentChanges,
  type SegmentationSummary,
  segmentTables,
  streamCustomerSegments,
} from '../../segments/index.ts';
import type { PublishedRelease } from '../../versions/index.ts';
import { tabulateHabits } from '../snapshot/buying-habits.ts';
import { tabulateRfm } from '../snapshot/rfm-table.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { ServedLearner } from './learner.ts';
import { type BesideSales, gatherForSales, learnSegmentSales, salesRowsOf } from './segment-sales.ts';
import { summariseSegments } from './segment-summary.ts';

/** Last night's segments: who was where since when, and the clusters to continue. */
export interface PreviousSegmentation {
  summary: SegmentationSummary;
  segments: Map<number, CustomerSegment>;
}

export interface LearntSegments {
  segments: CustomerSegment[];
  summary: SegmentationSummary;
  clustering: Clustering;
}

/** What the learner learns: who is in which segment, and what sells best to each. */
export interface LearntSegmentation extends LearntSegments {
  sales: SegmentSales[];
}

/** What is read beside the snapshot. */
interface BesideSegments {
  previous: PreviousSegmentation | undefined;
  sales: BesideSales;
}

export const segmentation = {
  kind: 'segmentation',
  recipe,
  schema: recipeSchema,
  // By its recipe the sales of a segment are weighed.
  needs: ['popularity'],
  // It continues what is published, so that nobody changes sides by chance.
  gather: async (around) => ({
    previous: await readPublishedSegments(around.db, around.published, around.snapshot.asOf),
    sales: await gatherForSales(around),
  }),
  learn({ snapshot, recipe, beside: { previous, sales }, settings, workedOut }) {
    const learnt = learnSegments(snapshot, recipe, { ...settings, previous, centroids: workedOut?.centroids });
    return { ...learnt, sales: learnSegmentSales(snapshot, learnt.segments, sales) };
  },
  counts: ({ segments }) => ({ customers_with_orders: segments.length }),
  metrics: ({ clustering }) => ({ inertia: clustering.inertia }),
  served: {
    tables: [...segmentTables.segmentation, ...recommendationTables.segmentation],
    faults: ({ segments, clustering }) =>
      segmentationFaults({
        customers: segments.length,
        sizes: clustering.clusters.map((cluster) => cluster.customers),
        clusters: clustering.chosen,
        inertia: clustering.inertia,
      }),
    load: async (db, version, { learnt, snapshot }) => [
      await loadCustomerSegments(db, version, learnt.segments),
      await loadSegmentSales(db, version, salesRowsOf(learnt.sales, snapshot)),
    ],
    metrics: ({ learnt: { segments, clustering } }) => ({ inertia: clustering.inertia, customers: segments.length }),
    summary: ({ learnt }) => ({ ...learnt.summary }),
    onRelease: recordSegmentChanges,
    compare: compareSegments,
  },
} satisfies ServedLearner<'segmentation', SegmentationRecipe, LearntSegmentation, BesideSegments>;

/** undefined: nothing is published that a run as of `asOf` could continue. */
export async function readPublishedSegments(
  db: Database,
  published: PublishedRelease | undefined,
  asOf: number,
): Promise<PreviousSegmentation | undefined> {
  const version = published?.models.segmentation;
  // A run of the past has nothing to continue from what came later.
  if (!version || version.asOf.getTime() > asOf) return undefined;
  const segments: PreviousSegmentation['segments'] = new Map();
  for await (const segment of streamCustomerSegments(db, version.version)) segments.set(segment.customerKey, segment);
  return { summary: version.summary as unknown as SegmentationSummary, segments };
}

/** RFM scores, groups by every scheme, and clusters; each keeps its "since" while the customer does not change it. */
export function learnSegments(
  snapshot: Snapshot,
  recipe: SegmentationRecipe,
  options: {
    seed: number;
    minorDigits: number;
    timeZone: string;
    previous: PreviousSegmentation | undefined;
    /** by number of clusters, where an engine has found them */
    centroids?: ReadonlyMap<number, Float64Array> | undefined;
  },
): LearntSegments {
  const { seed, minorDigits, timeZone, previous } = options;
  const rfm = tabulateRfm(snapshot);
  const habits = tabulateHabits(snapshot, rfm.customers, timeZone);
  const { recencyDays, frequency, monetaryMinor } = rfm;
  const unit = 10 ** minorDigits;
  const monetary = monetaryMinor.map((minor) => minor / unit);
  const before = Array.from(rfm.customers, (customer) => previous?.segments.get(snapshot.customerKeys[customer]));

  const { scores, groups } = groupCustomers(recencyDays, frequency, monetaryMinor, {
    margin: recipe.margins.group,
    previous: before.map((segment) => segment?.group),
  });
  const klaviyo = groupByKlaviyo({ recencyDays, frequency, monetary }, recipe.klaviyo, {
    margin: recipe.margins.klaviyo,
    previous: readKlaviyoScores(before),
  });
  const features = [...rfmFeatures({ recencyDays, frequency, monetary }), ...habits.columns];
  const clustering = clusterCustomers({
    features,
    recipe,
    seed,
    centroids: options.centroids,
    previous: previous && continueClusters(previous.summary, before),
  });
  const asOf = new Date(snapshot.asOf);

  const segments = Array.from(rfm.customers, (customer, row): CustomerSegment => {
    const last = before[row];
    const group = groups[row];
    const klaviyoGroup = klaviyo.groups[row];
    const cluster = clustering.assignment[row] + 1;
    const sameGroup = last?.group === group;
    return {
      customerKey: snapshot.customerKeys[customer],
      recencyDays: recencyDays[row],
      frequency: frequency[row],
      monetaryMinor: monetaryMinor[row],
      recencyScore: scores.recency[row],
      frequencyScore: scores.frequency[row],
      monetaryScore: scores.monetary[row],
      group,
      groupSince: sameGroup ? last.groupSince : asOf,
      previousGroup: sameGroup ? last.previousGroup : (last?.group ?? null),
      klaviyoCode: klaviyo.recency[row] * 100 + klaviyo.frequency[row] * 10 + klaviyo.monetary[row],
      klaviyoGroup,
      klaviyoSince: (last?.klaviyoGroup === klaviyoGroup && last.klaviyoSince) || asOf,
      cluster,
      clusterSince: last?.cluster === cluster ? last.clusterSince : asOf,
      averageOrderMinor: Math.round(monetaryMinor[row] / frequency[row]),
      averageUnitPrice: rfm.averageUnitPrices[row].toFixed(6),
      discountShare: Number.isNaN(rfm.discountShares[row]) ? null : rfm.discountShares[row],
    };
  });
  const names = new Map(previous?.summary.clusters.map(({ cluster, name }) => [cluster, name]));
  const summary = summariseSegments({
    segments,
    clustering,
    features,
    habits,
    klaviyo,
    recipe,
    minorDigits,
    averageUnitPrice: rfm.averageUnitPrice,
    nameOf: (id) => names.get(id + 1) ?? nameCluster(clustering, id),
  });
  return { segments, summary, clustering };
}

/** Scores of last night, 0 where there were none. */
function readKlaviyoScores(before: (CustomerSegment | undefined)[]) {
  const digit = (place: number) =>
    Uint8Array.from(before, (segment) => Math.floor((segment?.klaviyoCode ?? 0) / place) % 10);
  return { recency: digit(100), frequency: digit(10), monetary: digit(1) };
}

function continueClusters(
  { features, clusters }: SegmentationSummary,
  before: (CustomerSegment | undefined)[],
): PreviousClusters {
  return {
    features: (features ?? ['recency', 'frequency', 'monetary']) as FeatureName[],
    clusters: clusters.map(({ cluster, centroid }) => ({ id: cluster - 1, centroid })),
    assignment: Int16Array.from(before, (segment) => (segment ? segment.cluster - 1 : -1)),
  };
}

/** What cannot be right about a segmentation. A shop of guests has no customers and no clusters: that is right. */
export function segmentationFaults(found: {
  customers: number;
  sizes: number[];
  clusters: number;
  inertia: number;
}): string[] {
  const { customers, sizes, clusters, inertia } = found;
  const faults: string[] = [];
  if (sizes.reduce((sum, size) => sum + size, 0) !== customers) faults.push('not every customer is in a cluster');
  if (sizes.length > clusters || sizes.some((size) => size === 0)) faults.push('a cluster is empty');
  if (!Number.isFinite(inertia)) faults.push('the inertia is not a number');
  return faults;
}
