import {
  type Clustering,
  clusterCustomers,
  type FeatureName,
  groupByKlaviyo,
  groupCustomers,
  nameCluster,
  type PreviousClusters,
  rfmFeatures,
} from '../../../models/segmentation/index.ts';
import type { CustomerSegment, SegmentationSummary } from '../../segments/index.ts';
import { countDiscounts, tabulateHabits } from '../snapshot/habits.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Recipes } from './recipes.ts';
import { summariseSegments } from './segment-summary.ts';

const dayMs = 86_400_000;

/** RFM of every customer with an order of which something is left, as of the snapshot's moment; money is net of refunds. */
export interface RfmTable {
  /** customer indices, ascending */
  customers: Uint32Array;
  /** R = floor((as_of - last order) / 86,400 s) */
  recencyDays: Float64Array;
  frequency: Float64Array;
  monetaryMinor: Float64Array;
  /** of what was paid for; 0: everything was given away */
  averageUnitPrices: Float64Array;
  /** NaN: no list price is known */
  discountShares: Float64Array;
  /** over all of them; NaN: nothing was sold */
  averageUnitPrice: number;
}

export function tabulateRfm({ lines, customerKeys, asOf }: Snapshot): RfmTable {
  const count = customerKeys.length;
  const last = new Float64Array(count);
  const lastOrder = new Int32Array(count).fill(-1);
  const orders = new Float64Array(count);
  const net = new Float64Array(count);
  const gross = new Float64Array(count);
  const quantity = new Float64Array(count);
  const { priced, discounted } = countDiscounts(lines, count);
  for (let line = 0; line < lines.orders.length; line++) {
    const customer = lines.customers[line]!;
    if (customer < 0) continue;
    last[customer] = Math.max(last[customer]!, lines.times[line]!);
    if (lines.orders[line] !== lastOrder[customer]) orders[customer]!++;
    lastOrder[customer] = lines.orders[line]!;
    net[customer]! += lines.amountsMinor[line]!;
    // Pieces given away are no cheap ones.
    if (lines.unitPrices[line] === 0) continue;
    gross[customer]! += lines.unitPrices[line]! * lines.quantities[line]!;
    quantity[customer]! += lines.quantities[line]!;
  }
  const customers = Uint32Array.from(orders.keys()).filter((customer) => orders[customer]! > 0);
  const column = (value: (customer: number) => number) => Float64Array.from(customers, value);
  return {
    customers,
    recencyDays: column((customer) => Math.floor((asOf - last[customer]!) / dayMs)),
    frequency: column((customer) => orders[customer]!),
    monetaryMinor: column((customer) => net[customer]!),
    averageUnitPrices: column((customer) => (quantity[customer]! > 0 ? gross[customer]! / quantity[customer]! : 0)),
    discountShares: column((customer) =>
      priced[customer]! > 0 ? discounted[customer]! / priced[customer]! : Number.NaN,
    ),
    averageUnitPrice: gross.reduce(add, 0) / quantity.reduce(add, 0),
  };
}

const add = (a: number, b: number) => a + b;

/** What last night found: who was where since when, and the clusters to continue. */
export interface PreviousSegmentation {
  summary: SegmentationSummary;
  segments: Map<number, CustomerSegment>;
}

export interface LearntSegments {
  segments: CustomerSegment[];
  summary: SegmentationSummary;
  clustering: Clustering;
}

/** RFM scores, groups by every scheme, and clusters; each keeps its "since" while the customer does not change it. */
export function learnSegments(
  snapshot: Snapshot,
  recipe: Recipes['segmentation'],
  options: { seed: number; minorDigits: number; timeZone: string; previous: PreviousSegmentation | undefined },
): LearntSegments {
  const { seed, minorDigits, timeZone, previous } = options;
  const rfm = tabulateRfm(snapshot);
  const habits = tabulateHabits(snapshot, rfm.customers, timeZone);
  const { recencyDays, frequency, monetaryMinor } = rfm;
  const unit = 10 ** minorDigits;
  const monetary = monetaryMinor.map((minor) => minor / unit);
  const before = Array.from(rfm.customers, (customer) => previous?.segments.get(snapshot.customerKeys[customer]!));

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
    previous: previous && continueClusters(previous.summary, before),
  });
  const asOf = new Date(snapshot.asOf);

  const segments = Array.from(rfm.customers, (customer, row): CustomerSegment => {
    const last = before[row];
    const group = groups[row]!;
    const klaviyoGroup = klaviyo.groups[row]!;
    const cluster = clustering.assignment[row]! + 1;
    const sameGroup = last?.group === group;
    return {
      customerKey: snapshot.customerKeys[customer]!,
      recencyDays: recencyDays[row]!,
      frequency: frequency[row]!,
      monetaryMinor: monetaryMinor[row]!,
      recencyScore: scores.recency[row]!,
      frequencyScore: scores.frequency[row]!,
      monetaryScore: scores.monetary[row]!,
      group,
      groupSince: sameGroup ? last.groupSince : asOf,
      previousGroup: sameGroup ? last.previousGroup : (last?.group ?? null),
      klaviyoCode: klaviyo.recency[row]! * 100 + klaviyo.frequency[row]! * 10 + klaviyo.monetary[row]!,
      klaviyoGroup,
      klaviyoSince: (last?.klaviyoGroup === klaviyoGroup && last.klaviyoSince) || asOf,
      cluster,
      clusterSince: last?.cluster === cluster ? last.clusterSince : asOf,
      averageOrderMinor: Math.round(monetaryMinor[row]! / frequency[row]!),
      averageUnitPrice: rfm.averageUnitPrices[row]!.toFixed(6),
      discountShare: Number.isNaN(rfm.discountShares[row]) ? null : rfm.discountShares[row]!,
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
