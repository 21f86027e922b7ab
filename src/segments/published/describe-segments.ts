import { type Group, groupFloors, groups } from '../../../models/segmentation/index.ts';
import { type LearntKind, segmentIdOf } from '../segment-id.ts';
import type { ClusterDescription, ScoreRange, ScoreRanges, SegmentationSummary, SegmentFigures } from './summary.ts';

function describeGroup(group: Group): string {
  const better = groups[groups.indexOf(group) - 1];
  if (better === undefined) return `R + F + M of ${groupFloors[group]} and more`;
  const most = groupFloors[better] - 1;
  return groups.at(-1) === group ? `R + F + M of ${most} and less` : `R + F + M of ${groupFloors[group]} to ${most}`;
}

type Money = (minor: number) => string;

/** The schemes and segments of a version as the contract has them; cells, which have no names, only where they are asked for. */
export function describeSegments(summary: SegmentationSummary, money: Money, only?: LearntKind) {
  const figuresOf = (of: SegmentFigures) => ({
    customers: of.customers,
    share: summary.customers > 0 ? of.customers / summary.customers : 0,
    mean_recency_days: of.mean_recency_days,
    mean_frequency: of.mean_frequency,
    mean_monetary: of.mean_monetary_minor === null ? null : money(Math.round(of.mean_monetary_minor)),
    revenue_share: of.revenue_share,
  });
  const schemes = [groupScheme(summary), klaviyoScheme(summary), clusterScheme(summary), cellScheme(summary)]
    .filter((scheme) => scheme !== undefined)
    .filter(({ kind }) => only === undefined || kind === only);
  return {
    thresholds: toRanges(summary.thresholds),
    schemes: schemes.map(({ kind, description, source, thresholds }) => ({
      scheme: kind,
      description,
      source,
      thresholds,
    })),
    segments: schemes.flatMap(({ kind, segments }) =>
      (kind === 'cell' && only !== 'cell' ? [] : segments).map(
        ({ segment_id, name, description, of, rule = null, differences = [] }) => ({
          segment_id,
          kind,
          name,
          description,
          ...figuresOf(of),
          rule,
          differences,
        }),
      ),
    ),
    clustering: summary.clustering ? toClustering(summary.clustering) : null,
  };
}

/** One way to part the customers, with its segments. */
interface Scheme {
  kind: LearntKind;
  description: string;
  source: string;
  /** which raw values get which score; null: there are no scores */
  thresholds: ScoreRanges | null;
  segments: ({
    segment_id: string;
    name: string;
    description: string;
    of: SegmentFigures;
  } & Partial<ClusterDescription>)[];
}

function groupScheme({ groups: found, thresholds }: SegmentationSummary): Scheme {
  return {
    kind: 'group',
    description: 'Four groups by the sum S = R + F + M of quintile scores that are equal for equal customers',
    source: "Pannier's design, on scores after Hughes, Strategic Database Marketing, 1994",
    thresholds: toRanges(thresholds),
    segments: found.map((of) => ({
      segment_id: segmentIdOf({ kind: 'group', group: of.group }),
      name: of.group,
      description: describeGroup(of.group),
      of,
    })),
  };
}

function klaviyoScheme({ klaviyo }: SegmentationSummary): Scheme | undefined {
  return (
    klaviyo && {
      kind: 'klaviyo',
      description: 'Six groups by the code of R, F and M, each 1 to 3 by fixed days and orders and terciles of money',
      source: "Klaviyo's RFM analysis",
      thresholds: toRanges(klaviyo.thresholds),
      segments: klaviyo.groups.map((of) => ({
        segment_id: segmentIdOf({ kind: 'klaviyo', group: of.group }),
        name: of.group,
        description: `Codes ${of.codes.join(', ')}`,
        of,
      })),
    }
  );
}

function clusterScheme({ clusters, features = ['recency', 'frequency', 'monetary'] }: SegmentationSummary): Scheme {
  return {
    kind: 'cluster',
    description: `K-means on standardised ${features.join(', ')}`,
    source: 'Lloyd 1982, started by kmeans++ (Arthur and Vassilvitskii 2007)',
    thresholds: null,
    segments: clusters.map((of) => ({
      segment_id: segmentIdOf({ kind: 'cluster', cluster: of.cluster }),
      name: of.name,
      description: `K-means cluster ${of.cluster}, one of ${clusters.length}`,
      of,
      rule: of.rule && { words: of.rule.words, precision: of.rule.precision, recall: of.rule.recall },
      differences: of.differences?.map(({ feature, deviations, words }) => ({ feature, deviations, words })),
    })),
  };
}

function cellScheme({ cells, thresholds }: SegmentationSummary): Scheme | undefined {
  return (
    cells && {
      kind: 'cell',
      description: 'Cells by the three quintile scores R, F and M, 5 the best; those that somebody is in',
      source: 'Hughes, Strategic Database Marketing, 1994',
      thresholds: toRanges(thresholds),
      segments: cells.map((of) => ({
        segment_id: segmentIdOf({ kind: 'cell', cell: of.cell }),
        name: of.cell,
        description: `R ${of.cell[0]}, F ${of.cell[1]}, M ${of.cell[2]}`,
        of,
      })),
    }
  );
}

// Postgres keeps JSON's keys in an order of its own.
function toRanges({ recency, frequency, monetary }: ScoreRanges): ScoreRanges {
  const inOrder = (ranges: ScoreRange[]) => ranges.map(({ score, from, to }) => ({ score, from, to }));
  return { recency: inOrder(recency), frequency: inOrder(frequency), monetary: inOrder(monetary) };
}

function toClustering({ features, tried }: NonNullable<SegmentationSummary['clustering']>) {
  return {
    features: features.map(({ feature, weight, used, reason }) => ({ feature, weight, used, reason })),
    tried: tried.map((one) => ({
      clusters: one.clusters,
      chosen: one.chosen,
      place: one.place,
      refusal: one.refusal,
      inertia: one.inertia,
      silhouette: one.silhouette,
      calinski_harabasz: one.calinski_harabasz,
      gap: one.gap,
      gap_error: one.gap_error,
      stability: one.stability,
      smallest_share: one.smallest_share,
    })),
  };
}
