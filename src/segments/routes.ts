import { readCursor, writeCursor } from '../formats/cursor.ts';
import { type Handlers, listOf, streamRows } from '../http/index.ts';
import { fromMinor, trimPrice } from '../shop/money.ts';
import type { SegmentChange } from './changes/changes.ts';
import { definedSegmentRoutes, memberColumns, toDefined } from './defined/routes.ts';
import { segmentIdsOf } from './published/customer-segment.ts';
import { describeSegments } from './published/describe-segments.ts';
import { isDefinedSegment } from './segment-id.ts';
import type { Member, Segments } from './segments.ts';
import type { ReportedTags } from './tags/customer-tagging.ts';
import type { ReportedValue } from './value/customer-value.ts';

const changeColumns = ['customer_id', 'change', 'at', 'version'];

export function segmentRoutes(
  segments: Segments,
  config: { minorDigits: number },
): Pick<Handlers, 'listSegments' | 'listSegmentMembers' | 'listSegmentChanges' | 'getCustomerProfile'> &
  Omit<ReturnType<typeof definedSegmentRoutes>, 'listDefinedMembers'> {
  const money = (minor: number) => fromMinor(minor, config.minorDigits);

  const toMember = (member: Member) => ({
    customer_id: member.customerId,
    recency_days: member.recencyDays,
    frequency: member.frequency,
    monetary: money(member.monetaryMinor),
    recency_score: member.recencyScore,
    frequency_score: member.frequencyScore,
    monetary_score: member.monetaryScore,
    since: member.since?.toISOString() ?? null,
  });

  const toChange = ({ customerId, change, at, version }: SegmentChange) => ({
    customer_id: customerId,
    change,
    at: at.toISOString(),
    version,
  });

  const toValue = ({ model, summary, value, whyNotAlive }: ReportedValue) => ({
    version: model.version,
    as_of: model.asOf.toISOString(),
    horizon_days: summary.horizon_days,
    expected_orders: value.expectedOrders,
    expected_order_value: value.orderValueMinor === null ? null : money(value.orderValueMinor),
    expected_revenue: value.revenueMinor === null ? null : money(value.revenueMinor),
    alive_probability: value.aliveProbability,
    why_not_alive: whyNotAlive,
    next_order_at: value.nextOrderAt?.toISOString() ?? null,
    likelier_than: value.likelierThan,
    ranked_by: summary.ranking,
  });

  const toTags = ({ model, tags }: ReportedTags) =>
    tags.map((tag) => ({
      ...tag,
      version: model.version,
      as_of: model.asOf.toISOString(),
      computed_at: model.createdAt.toISOString(),
    }));

  const { listDefinedMembers, ...definedRoutes } = definedSegmentRoutes(segments.defined, money);

  return {
    ...definedRoutes,
    async listSegments({ parameters }) {
      const published = await segments.published();
      const defined = parameters.scheme ? [] : (await segments.defined.list()).map(toDefined);
      if (!published) {
        const thresholds = { recency: [], frequency: [], monetary: [] };
        const nothing = { version: null, thresholds, schemes: [], clustering: null, defined };
        return { json: { ...nothing, ...listOf([]), as_of: null } };
      }
      const { version, asOf, figures } = published;
      const { segments: items, ...described } = describeSegments(figures, money, parameters.scheme);
      return { json: { version, ...described, defined, ...listOf(items, null, asOf) } };
    },

    async listSegmentMembers({ parameters, mediaType }) {
      if (isDefinedSegment(parameters.segment_id)) return listDefinedMembers(parameters, mediaType);
      if (mediaType === 'application/json') {
        const [version, after] = readCursor(parameters.cursor, 2) ?? [];
        const from = version === undefined ? undefined : { version, after: after! };
        const {
          version: model,
          members,
          after: last,
        } = await segments.members(parameters.segment_id, parameters.limit, from);
        const next = last === null ? null : writeCursor([model.version, last]);
        return {
          json: {
            segment_id: parameters.segment_id,
            snapshot_id: null,
            version: model.version,
            ...listOf(members.map(toMember), next, model.asOf),
          },
        };
      }
      return streamRows(mediaType, memberColumns, segments.allMembers(parameters.segment_id), toMember);
    },

    async listSegmentChanges({ parameters, mediaType }) {
      const { segment_id } = parameters;
      const since = parameters.since === undefined ? null : new Date(parameters.since);
      if (mediaType !== 'application/json') {
        return streamRows(mediaType, changeColumns, segments.allChanges(segment_id, since), toChange);
      }
      const [after = 0] = readCursor(parameters.cursor, 1) ?? [];
      const page = await segments.changes(segment_id, { since, after, limit: parameters.limit });
      const next = page.after === null ? null : writeCursor([page.after]);
      return { json: { segment_id, ...listOf(page.changes.map(toChange), next) } };
    },

    async getCustomerProfile({ parameters }) {
      const { segment, model, profilingAllowed, value, tags, definedSegments } = await segments.profile(
        parameters.customer_id,
      );
      const ids = segment && segmentIdsOf(segment);
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
          cell: ids?.cell ?? null,
          klaviyo_group: ids?.klaviyo ?? null,
          klaviyo_since: segment?.klaviyoSince?.toISOString() ?? null,
          cluster: ids?.cluster ?? null,
          cluster_since: segment?.clusterSince.toISOString() ?? null,
          average_order_value: segment && money(segment.averageOrderMinor),
          average_unit_price: segment && trimPrice(segment.averageUnitPrice, config.minorDigits),
          discount_share: segment?.discountShare ?? null,
          value: value && toValue(value),
          tags: tags ? toTags(tags) : [],
          segments: definedSegments,
        },
      };
    },
  };
}
