import { readCursor, writeCursor } from '../cursor.ts';
import { PannierError } from '../errors.ts';
import type { Handlers } from '../http/index.ts';
import { fromMinor, trimPrice } from '../money.ts';
import type { SegmentChange } from './changes.ts';
import { describeSegments } from './listing.ts';
import type { Member, Segments } from './segments.ts';
import type { ValueStanding } from './value.ts';

export function segmentRoutes(
  segments: Segments,
  config: { minorDigits: number },
): Pick<Handlers, 'listSegments' | 'listSegmentMembers' | 'listSegmentChanges' | 'getCustomerProfile'> {
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

  const toValue = ({ model, summary, value, whyNotAlive }: ValueStanding) => ({
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

  return {
    async listSegments({ parameters }) {
      const published = await segments.published();
      if (!published) {
        const thresholds = { recency: [], frequency: [], monetary: [] };
        return {
          json: { version: null, as_of: null, thresholds, schemes: [], segments: [], clustering: null },
        };
      }
      const { version, asOf, figures } = published;
      return { json: { version, as_of: asOf.toISOString(), ...describeSegments(figures, money, parameters.scheme) } };
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
      const head = 'customer_id,recency_days,frequency,monetary,recency_score,frequency_score,monetary_score,since';
      return streamed(type, head, members, toMember);
    },

    async listSegmentChanges({ parameters, accept }) {
      const { segment_id } = parameters;
      const since = parameters.since === undefined ? null : new Date(parameters.since);
      const type = negotiate(accept);
      if (type !== 'application/json') {
        return streamed(type, 'customer_id,change,at,version', segments.allChanges(segment_id, since), toChange);
      }
      const [after = 0] = readCursor(parameters.cursor, 1) ?? [];
      const page = await segments.changes(segment_id, { since, after, limit: parameters.limit! });
      const next_cursor = page.after === null ? null : writeCursor([page.after]);
      return { json: { segment_id, changes: page.changes.map(toChange), next_cursor } };
    },

    async getCustomerProfile({ parameters }) {
      const { segment, model, profilingAllowed, value } = await segments.standing(parameters.customer_id);
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
          cell: segment && `cell-${segment.recencyScore}${segment.frequencyScore}${segment.monetaryScore}`,
          klaviyo_group: segment?.klaviyoGroup ? `klaviyo-${segment.klaviyoGroup}` : null,
          klaviyo_since: segment?.klaviyoSince?.toISOString() ?? null,
          cluster: segment && `cluster-${segment.cluster}`,
          cluster_since: segment?.clusterSince.toISOString() ?? null,
          average_order_value: segment && money(segment.averageOrderMinor),
          average_unit_price: segment && trimPrice(segment.averageUnitPrice, config.minorDigits),
          discount_share: segment?.discountShare ?? null,
          value: value && toValue(value),
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

type Row = Record<string, string | number | null>;

function streamed<Value>(
  type: 'text/csv' | 'application/x-ndjson',
  head: string,
  values: AsyncIterable<Value>,
  toRow: (value: Value) => Row,
): { stream: AsyncIterable<string>; contentType: string } {
  const stream = type === 'text/csv' ? asCsv(head, values, toRow) : asLines(values, toRow);
  return { stream, contentType: `${type}; charset=utf-8` };
}

async function* asLines<Value>(values: AsyncIterable<Value>, toRow: (value: Value) => Row): AsyncGenerator<string> {
  for await (const value of values) yield `${JSON.stringify(toRow(value))}\n`;
}

async function* asCsv<Value>(
  head: string,
  values: AsyncIterable<Value>,
  toRow: (value: Value) => Row,
): AsyncGenerator<string> {
  let wroteHead = false;
  for await (const value of values) {
    // The first value is awaited before anything is written, so that an error is still answered as one.
    if (!wroteHead) yield `${head}\n`;
    wroteHead = true;
    const fields = Object.values(toRow(value)).map((field) => (field === null ? '' : csvField(field)));
    yield `${fields.join(',')}\n`;
  }
  if (!wroteHead) yield `${head}\n`;
}

/** RFC 4180, and a text that a spreadsheet would take for a formula is led by an apostrophe. */
export function csvField(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const isDecimal = /^-?\d+(\.\d+)?$/.test(value);
  const text = !isDecimal && /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
