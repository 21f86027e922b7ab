import { type Handlers, listOf } from '../http/index.ts';
import { fromMinor } from '../shop/money.ts';
import type { ModelVersion } from '../versions/index.ts';
import { changeRoutes } from './changes/routes.ts';
import { definedMemberRoutes } from './defined/member-routes.ts';
import { definedSegmentRoutes, toDefined } from './defined/routes.ts';
import { describeProfile } from './describe-profile.ts';
import { predictionRoutes } from './labels/routes.ts';
import { portraitRoutes } from './portraits/routes.ts';
import { describeSegments } from './published/describe-segments.ts';
import { publishedMemberRoutes } from './published/routes.ts';
import { isDefinedSegment } from './segment-id.ts';
import type { Segments } from './segments.ts';

export function segmentRoutes(
  segments: Segments,
  config: { minorDigits: number },
): Pick<Handlers, 'listSegments' | 'listSegmentFlows' | 'listSegmentMembers' | 'listCustomers' | 'getCustomerProfile'> &
  ReturnType<typeof changeRoutes> &
  ReturnType<typeof portraitRoutes> &
  ReturnType<typeof predictionRoutes> &
  ReturnType<typeof definedSegmentRoutes> {
  const money = (minor: number) => fromMinor(minor, config.minorDigits);
  const ofDefined = definedMemberRoutes(segments.defined, money);
  const ofPublished = publishedMemberRoutes(segments, money);

  return {
    ...definedSegmentRoutes(segments.defined),
    ...changeRoutes(segments),
    ...portraitRoutes(segments, money),
    ...predictionRoutes(segments),
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

    async listSegmentFlows({ parameters: { scheme, from_version, to_version } }) {
      const flows = await segments.flows({ scheme, fromVersion: from_version, toVersion: to_version });
      const toKept = ({ version, asOf }: ModelVersion) => ({ version, as_of: asOf.toISOString() });
      const idOf = (name: string | null) => name && `${scheme}-${name}`;
      const items = flows.moves.map(({ from, to, customers }) => ({ from: idOf(from), to: idOf(to), customers }));
      const [from, to] = [flows.from && toKept(flows.from), flows.to && toKept(flows.to)];
      return {
        json: { scheme, from: from ?? null, to: to ?? null, kept: flows.kept.map(toKept), ...listOf(items) },
      };
    },

    listSegmentMembers: (call) =>
      (isDefinedSegment(call.parameters.segment_id) ? ofDefined : ofPublished).listSegmentMembers(call),

    async listCustomers({ parameters }) {
      const { version, page, next } = await segments.customers(parameters);
      const items = page.map(({ segment, ...customer }) => ({
        customer_id: customer.customerId,
        known_since: customer.createdAt.toISOString(),
        registered_at: customer.registeredAt?.toISOString() ?? null,
        profiling_allowed: customer.profilingAllowed,
        group: segment?.group ?? null,
        recency_days: segment?.recencyDays ?? null,
        frequency: segment?.frequency ?? null,
        monetary: segment && money(segment.monetaryMinor),
      }));
      return { json: { version, ...listOf(items, next) } };
    },

    async getCustomerProfile({ parameters: { customer_id, horizon_days } }) {
      const profile = await segments.profile(customer_id, horizon_days);
      return { json: { customer_id, ...describeProfile(profile, config.minorDigits) } };
    },
  };
}
