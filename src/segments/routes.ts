import { readCursor, writeCursor } from '../cursor.ts';
import { PannierError } from '../errors.ts';
import type { Handlers } from '../http/index.ts';
import { fromMinor, trimPrice } from '../money.ts';
import type { ScoreRange, SegmentFigures } from './customer-segments.ts';
import type { Member, Segments } from './segments.ts';

const groupDescriptions = {
  'high-value': 'R + F + M of 13 and more',
  'high-quality': 'R + F + M of 10 to 12',
  ordinary: 'R + F + M of 7 to 9',
  'low-contribution': 'R + F + M of 6 and less',
};

export function segmentRoutes(
  segments: Segments,
  config: { minorDigits: number },
): Pick<Handlers, 'listSegments' | 'listSegmentMembers' | 'getCustomerProfile'> {
  const money = (minor: number) => fromMinor(minor, config.minorDigits);

  const figures = (of: SegmentFigures, all: number) => ({
    customers: of.customers,
    share: all > 0 ? of.customers / all : 0,
    mean_recency_days: of.mean_recency_days,
    mean_frequency: of.mean_frequency,
    mean_monetary: of.mean_monetary_minor === null ? null : money(Math.round(of.mean_monetary_minor)),
    revenue_share: of.revenue_share,
  });

  // Postgres keeps JSON's keys in an order of its own.
  const toRanges = (ranges: ScoreRange[]) => ranges.map(({ score, from, to }) => ({ score, from, to }));

  const toMember = (member: Member) => ({
    customer_id: member.customerId,
    recency_days: member.recencyDays,
    frequency: member.frequency,
    monetary: money(member.monetaryMinor),
    recency_score: member.recencyScore,
    frequency_score: member.frequencyScore,
    monetary_score: member.monetaryScore,
    since: member.since.toISOString(),
  });

  return {
    async listSegments() {
      const published = await segments.published();
      if (!published) {
        const none = { recency: [], frequency: [], monetary: [] };
        return { json: { version: null, as_of: null, thresholds: none, segments: [] } };
      }
      const { figures: summary } = published;
      return {
        json: {
          version: published.version,
          as_of: published.asOf.toISOString(),
          thresholds: {
            recency: toRanges(summary.thresholds.recency),
            frequency: toRanges(summary.thresholds.frequency),
            monetary: toRanges(summary.thresholds.monetary),
          },
          segments: [
            ...summary.groups.map((group) => ({
              segment_id: `group-${group.group}`,
              kind: 'group' as const,
              name: group.group,
              description: groupDescriptions[group.group],
              ...figures(group, summary.customers),
            })),
            ...summary.clusters.map((cluster) => ({
              segment_id: `cluster-${cluster.cluster}`,
              kind: 'cluster' as const,
              name: cluster.name,
              description: `K-means cluster ${cluster.cluster} of ${summary.clusters.length} on ln(1+R), ln(1+F), ln(1+M), the most valuable first`,
              ...figures(cluster, summary.customers),
            })),
          ],
        },
      };
    },

    async listSegmentMembers({ parameters, accept }) {
      const type = negotiate(accept);
      if (type === 'application/json') {
        const [version, after] = readCursor(parameters.cursor, 2) ?? [];
        const from = version === undefined ? undefined : { version, after: after! };
        const page = await segments.members(parameters.segment_id, parameters.limit!, from);
        return {
          json: {
            segment_id: parameters.segment_id,
            version: page.version.version,
            as_of: page.version.asOf.toISOString(),
            members: page.members.map(toMember),
            next_cursor: page.after === null ? null : writeCursor([page.version.version, page.after]),
          },
        };
      }
      const members = segments.allMembers(parameters.segment_id);
      return {
        stream: type === 'text/csv' ? asCsv(members, toMember) : asLines(members, toMember),
        contentType: `${type}; charset=utf-8`,
      };
    },

    async getCustomerProfile({ parameters }) {
      const { segment, model, profilingAllowed } = await segments.standing(parameters.customer_id);
      return {
        json: {
          customer_id: parameters.customer_id,
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
          cluster: segment && `cluster-${segment.cluster}`,
          cluster_since: segment?.clusterSince.toISOString() ?? null,
          average_order_value: segment && money(segment.averageOrderMinor),
          average_unit_price: segment && trimPrice(segment.averageUnitPrice, config.minorDigits),
          discount_share: segment?.discountShare ?? null,
        },
      };
    },
  };
}

const offered = ['application/json', 'text/csv', 'application/x-ndjson'] as const;

/** The offered type the caller wants most; JSON when it does not care. @throws PannierError `not_acceptable` */
export function negotiate(accept: string): (typeof offered)[number] {
  let best: { type: (typeof offered)[number]; quality: number } | undefined;
  for (const range of accept.split(',')) {
    const [name, ...parameters] = range.split(';').map((part) => part.trim().toLowerCase());
    const weight = parameters.find((parameter) => parameter.startsWith('q='));
    const quality = weight === undefined ? 1 : Number(weight.slice(2));
    const type = offered.find((type) => name === type || name === '*/*' || name === `${type.split('/')[0]}/*`);
    if (type && quality > 0 && (!best || quality > best.quality)) best = { type, quality };
  }
  if (!best) throw new PannierError('not_acceptable', `Accept one of ${offered.join(', ')}.`);
  return best.type;
}

type Row = Record<string, string | number>;

async function* asLines(members: AsyncIterable<Member>, toRow: (member: Member) => Row): AsyncGenerator<string> {
  for await (const member of members) yield `${JSON.stringify(toRow(member))}\n`;
}

async function* asCsv(members: AsyncIterable<Member>, toRow: (member: Member) => Row): AsyncGenerator<string> {
  let wroteHead = false;
  const head = 'customer_id,recency_days,frequency,monetary,recency_score,frequency_score,monetary_score,since\n';
  for await (const member of members) {
    if (!wroteHead) yield head;
    wroteHead = true;
    yield `${Object.values(toRow(member)).map(csvField).join(',')}\n`;
  }
  if (!wroteHead) yield head;
}

/** RFC 4180, and a text that a spreadsheet would take for a formula is led by an apostrophe. */
export function csvField(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const isDecimal = /^-?\d+(\.\d+)?$/.test(value);
  const text = !isDecimal && /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
