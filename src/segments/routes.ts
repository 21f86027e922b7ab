import { readCursor, writeCursor } from '../formats/cursor.ts';
import { type Handlers, listOf, streamRows } from '../http/index.ts';
import { fromMinor } from '../shop/money.ts';
import type { SegmentChange } from './changes/changes.ts';
import { definedSegmentRoutes, memberColumns, toDefined } from './defined/routes.ts';
import { describeProfile } from './describe-profile.ts';
import { describeSegments } from './published/describe-segments.ts';
import { isDefinedSegment } from './segment-id.ts';
import type { Member, Segments } from './segments.ts';

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
        const from = version === undefined ? undefined : { version, after: after };
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

    async getCustomerProfile({ parameters: { customer_id } }) {
      return { json: { customer_id, ...describeProfile(await segments.profile(customer_id), config.minorDigits) } };
    },
  };
}
