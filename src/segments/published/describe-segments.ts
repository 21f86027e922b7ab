import { type Group, groupFloors, groups } from '../../../models/segmentation/index.ts';
import { type LearntKind, segmentIdOf } from '../segment-id.ts';
import type { ScoreRange, ScoreRanges, SegmentationSummary, SegmentFigures } from './summary.ts';

function describeGroup(group: Group): string {
  const better = groups[groups.indexOf(group) - 1];
  if (better === undefined) return `R + F + M of ${groupFloors[group]} and more`;
  const most = groupFloors[better] - 1;
  return groups.at(-1) === group ? `R + F + M of ${most} and less` : `R + F + M of ${groupFloors[group]} to ${most}`;
}

/** The schemes and segments of a version as the contract has them, all or those of one kind. */
export function describeSegments(summary: SegmentationSummary, money: (minor: number) => string, kind?: LearntKind) {
  const figures = (of: SegmentFigures) => ({
    customers: of.customers,
    share: summary.customers > 0 ? of.customers / summary.customers : 0,
    mean_recency_days: of.mean_recency_days,
    mean_frequency: of.mean_frequency,
    mean_monetary: of.mean_monetary_minor === null ? null : money(Math.round(of.mean_monetary_minor)),
    revenue_share: of.revenue_share,
  });
  const plain = { rule: null, differences: [] };
  const { cells, klaviyo, clusters } = summary;
  const dimensions = summary.features ?? ['recency', 'frequency', 'monetary'];
  const quintiles = toRanges(summary.thresholds);
  const schemes = [
    {
      scheme: 'group' as const,
      description: 'Four groups by the sum S = R + F + M of quintile scores that are equal for equal customers',
      source: "Pannier's design, on scores after Hughes, Strategic Database Marketing, 1994",
      thresholds: quintiles,
      segments: summary.groups.map((group) => ({
        segment_id: segmentIdOf({ kind: 'group', group: group.group }),
        name: group.group as string,
        description: describeGroup(group.group),
        ...figures(group),
        ...plain,
      })),
    },
    ...(klaviyo
      ? [
          {
            scheme: 'klaviyo' as const,
            description:
              'Six groups by the code of R, F and M, each 1 to 3 by fixed days and orders and terciles of money',
            source: "Klaviyo's RFM analysis",
            thresholds: toRanges(klaviyo.thresholds),
            segments: klaviyo.groups.map((group) => ({
              segment_id: segmentIdOf({ kind: 'klaviyo', group: group.group }),
              name: group.group as string,
              description: `Codes ${group.codes.join(', ')}`,
              ...figures(group),
              ...plain,
            })),
          },
        ]
      : []),
    {
      scheme: 'cluster' as const,
      description: `K-means on standardised ${dimensions.join(', ')}`,
      source: 'Lloyd 1982, started by kmeans++ (Arthur and Vassilvitskii 2007)',
      thresholds: null,
      segments: clusters.map((cluster) => ({
        segment_id: segmentIdOf({ kind: 'cluster', cluster: cluster.cluster }),
        name: cluster.name,
        description: `K-means cluster ${cluster.cluster}, one of ${clusters.length}`,
        ...figures(cluster),
        rule: cluster.rule
          ? { words: cluster.rule.words, precision: cluster.rule.precision, recall: cluster.rule.recall }
          : null,
        differences: (cluster.differences ?? []).map(({ feature, deviations, words }) => ({
          feature,
          deviations,
          words,
        })),
      })),
    },
    ...(cells
      ? [
          {
            scheme: 'cell' as const,
            description: 'Cells by the three quintile scores R, F and M, 5 the best; those that somebody is in',
            source: 'Hughes, Strategic Database Marketing, 1994',
            thresholds: quintiles,
            segments: cells.map((cell) => ({
              segment_id: segmentIdOf({ kind: 'cell', cell: cell.cell }),
              name: cell.cell,
              description: `R ${cell.cell[0]}, F ${cell.cell[1]}, M ${cell.cell[2]}`,
              ...figures(cell),
              ...plain,
            })),
          },
        ]
      : []),
  ].filter(({ scheme }) => kind === undefined || scheme === kind);
  return {
    thresholds: quintiles,
    schemes: schemes.map(({ scheme, description, source, thresholds }) => ({
      scheme,
      description,
      source,
      thresholds,
    })),
    segments: schemes.flatMap(({ scheme, segments }) =>
      segments.map(({ segment_id, ...segment }) => ({ segment_id, kind: scheme, ...segment })),
    ),
    clustering: summary.clustering ? toClustering(summary.clustering) : null,
  };
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
