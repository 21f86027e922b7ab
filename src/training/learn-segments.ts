import {
  type Clustering,
  clusterCustomers,
  groupOf,
  groups,
  type Point,
  rangesByScore,
  scoreRfm,
} from '../../models/segmentation/index.ts';
import { fromMinor } from '../money.ts';
import type { CustomerSegment, SegmentationSummary, SegmentFigures } from '../segments/index.ts';
import type { Recipes } from './recipes.ts';
import type { Snapshot } from './snapshot.ts';

const dayMs = 86_400_000;

/** RFM of every customer with an order, as of the snapshot's moment; money is net of refunds before it. */
export interface RfmTable {
  /** customer indices, ascending */
  customers: Uint32Array;
  /** R = floor((as_of - last order) / 86,400 s) */
  recencyDays: Float64Array;
  frequency: Float64Array;
  monetaryMinor: Float64Array;
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
  const priced = new Uint32Array(count);
  const discounted = new Uint32Array(count);
  for (let line = 0; line < lines.orders.length; line++) {
    const customer = lines.customers[line]!;
    if (customer < 0) continue;
    last[customer] = Math.max(last[customer]!, lines.times[line]!);
    if (lines.orders[line] !== lastOrder[customer]) orders[customer]!++;
    lastOrder[customer] = lines.orders[line]!;
    net[customer]! += lines.amountsMinor[line]! - lines.refundedMinor[line]!;
    gross[customer]! += lines.unitPrices[line]! * lines.quantities[line]!;
    quantity[customer]! += lines.quantities[line]!;
    if (lines.listPrices[line]! > 0) {
      priced[customer]!++;
      if (lines.unitPrices[line]! < lines.listPrices[line]!) discounted[customer]!++;
    }
  }
  const customers = Uint32Array.from(orders.keys()).filter((customer) => orders[customer]! > 0);
  const column = (value: (customer: number) => number) => Float64Array.from(customers, value);
  return {
    customers,
    recencyDays: column((customer) => Math.floor((asOf - last[customer]!) / dayMs)),
    frequency: column((customer) => orders[customer]!),
    monetaryMinor: column((customer) => net[customer]!),
    averageUnitPrices: column((customer) => gross[customer]! / quantity[customer]!),
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

/** RFM scores, groups and clusters; group and cluster keep their "since" while they do not change. */
export function learnSegments(
  snapshot: Snapshot,
  recipe: Recipes['segmentation'],
  options: { seed: number; minorDigits: number; previous: PreviousSegmentation | undefined },
): LearntSegments {
  const { seed, minorDigits, previous } = options;
  const rfm = tabulateRfm(snapshot);
  const { recencyDays, frequency, monetaryMinor } = rfm;
  const unit = 10 ** minorDigits;
  const scores = scoreRfm(recencyDays, frequency, monetaryMinor);
  const clustering = clusterCustomers({
    recencyDays,
    frequency,
    monetary: monetaryMinor.map((minor) => minor / unit),
    recipe,
    seed,
    previous: previous?.summary.clusters.map((cluster) => cluster.centroid as unknown as Point),
  });
  const continues = previous?.summary.clusters.length === clustering.clusters.length;
  const asOf = new Date(snapshot.asOf);

  const segments = Array.from(rfm.customers, (customer, row): CustomerSegment => {
    const before = previous?.segments.get(snapshot.customerKeys[customer]!);
    const group = groupOf(scores.recency[row]!, scores.frequency[row]!, scores.monetary[row]!);
    const cluster = clustering.assignment[row]! + 1;
    const sameGroup = before?.group === group;
    return {
      customerKey: snapshot.customerKeys[customer]!,
      recencyDays: recencyDays[row]!,
      frequency: frequency[row]!,
      monetaryMinor: monetaryMinor[row]!,
      recencyScore: scores.recency[row]!,
      frequencyScore: scores.frequency[row]!,
      monetaryScore: scores.monetary[row]!,
      group,
      groupSince: sameGroup ? before.groupSince : asOf,
      previousGroup: sameGroup ? before.previousGroup : (before?.group ?? null),
      cluster,
      clusterSince: continues && before?.cluster === cluster ? before.clusterSince : asOf,
      averageOrderMinor: Math.round(monetaryMinor[row]! / frequency[row]!),
      averageUnitPrice: rfm.averageUnitPrices[row]!.toFixed(6),
      discountShare: Number.isNaN(rfm.discountShares[row]) ? null : rfm.discountShares[row]!,
    };
  });

  const money = (minor: number) => fromMinor(minor, minorDigits);
  const ranges = (values: Float64Array, of: Uint8Array, toText: (value: number) => string) =>
    rangesByScore(values, of).map(({ score, minimum, maximum }) => ({
      score,
      from: toText(minimum),
      to: toText(maximum),
    }));
  const revenue = sum(segments, (segment) => Math.max(0, segment.monetaryMinor));
  const summary: SegmentationSummary = {
    thresholds: {
      recency: ranges(recencyDays, scores.recency, String),
      frequency: ranges(frequency, scores.frequency, String),
      monetary: ranges(monetaryMinor, scores.monetary, money),
    },
    customers: segments.length,
    revenue_minor: revenue,
    average_unit_price: Number.isNaN(rfm.averageUnitPrice) ? null : rfm.averageUnitPrice.toFixed(6),
    groups: groups.map((group) => ({
      group,
      ...figuresOf(
        segments.filter((segment) => segment.group === group),
        revenue,
      ),
    })),
    clusters: clustering.clusters.map((found, id) => ({
      cluster: id + 1,
      name: (continues && previous?.summary.clusters[id]?.name) || describeCluster(found.standardised),
      ...figuresOf(
        segments.filter((segment) => segment.cluster === id + 1),
        revenue,
      ),
      centroid: [...found.logarithmic],
    })),
  };
  return { segments, summary, clustering };
}

function figuresOf(members: CustomerSegment[], revenue: number): SegmentFigures {
  const mean = (value: (segment: CustomerSegment) => number) =>
    members.length > 0 ? sum(members, value) / members.length : null;
  return {
    customers: members.length,
    mean_recency_days: mean((member) => member.recencyDays),
    mean_frequency: mean((member) => member.frequency),
    mean_monetary_minor: mean((member) => member.monetaryMinor),
    revenue_share: revenue > 0 ? sum(members, (member) => Math.max(0, member.monetaryMinor)) / revenue : null,
  };
}

function sum(members: CustomerSegment[], value: (segment: CustomerSegment) => number): number {
  return members.reduce((total, member) => total + value(member), 0);
}

/** A cluster in words, by where its centroid lies against all customers (in standard deviations). */
function describeCluster([recency, frequency, monetary]: Point): string {
  const word = (score: number, [low, middle, high]: [string, string, string]) =>
    score < -0.5 ? low : score > 0.5 ? high : middle;
  return [
    word(recency, ['bought lately', 'bought some time ago', 'bought long ago']),
    word(frequency, ['seldom', 'now and then', 'often']),
    word(monetary, ['spends little', 'spends a middling sum', 'spends much']),
  ].join(', ');
}
