import type { Transaction } from '../../../db/index.ts';
import type { EventType } from '../../behaviours.ts';
import type { OrderChannel } from '../../request-elements.ts';
import { nullableNumber, readCopyRows } from './copy-rows.ts';
import { behavioursQuery, channelsQuery, orderLinesQuery, searchesQuery } from './store.ts';

/** What came back of a sale line at one time. */
export interface LineRefund {
  /** epoch milliseconds */
  occurredAt: number;
  quantity: number;
  amountMinor: number;
}

/** A sale line as of a moment. */
export interface SnapshotLine {
  orderKey: number;
  /** null: nobody was named, or the person does not allow profiling. Such a line still counts for rules and popularity. */
  customerKey: number | null;
  itemKey: number;
  /** epoch milliseconds */
  occurredAt: number;
  quantity: number;
  amountMinor: number;
  unitPrice: number;
  listPrice: number | null;
  /** a coupon code came with it */
  withCoupon: boolean;
  /** where the order came in; null: not told */
  channel: OrderChannel | null;
  /** before the moment, in order of time */
  refunds: LineRefund[];
}

/** A behaviour of a customer with an item; purchases come as order lines. */
export interface SnapshotEvent {
  customerKey: number;
  itemKey: number;
  type: EventType;
  /** on the list that it came from, from 1; 0: it came from none */
  place: number;
  /** epoch milliseconds */
  occurredAt: number;
}

/**
 * Sale lines with `occurred_at` before `asOf` that were received up to `watermark`, ordered by time, order key and line
 * number; an order of a visitor alone is of the customer that the visitor was then. Streamed by COPY: nothing else may run in
 * the transaction until the end.
 */
export async function* streamOrderLines(tx: Transaction, asOf: Date, watermark: Date): AsyncGenerator<SnapshotLine> {
  for await (const fields of readCopyRows(tx.copyOut(orderLinesQuery(asOf, watermark)))) {
    yield {
      orderKey: Number(fields[0]),
      customerKey: nullableNumber(fields[1]),
      itemKey: Number(fields[2]),
      occurredAt: Number(fields[3]),
      quantity: Number(fields[4]),
      amountMinor: Number(fields[5]),
      unitPrice: Number(fields[6]),
      listPrice: nullableNumber(fields[7]),
      refunds: readRefunds(fields[8]),
      withCoupon: fields[9] === '1',
      channel: fields[10] === '\\N' ? null : (fields[10] as OrderChannel),
    };
  }
}

function readRefunds(field: string): LineRefund[] {
  if (field === '\\N') return [];
  return field.split(';').map((refund) => {
    const [occurredAt, quantity, amountMinor] = refund.split(' ').map(Number);
    return { occurredAt: occurredAt, quantity: quantity, amountMinor: amountMinor };
  });
}

/**
 * Events that taste is learnt from, of customers who allow profiling, before `asOf` and received up to `watermark`, ordered by
 * time and event key; an event of a visitor alone is of the customer that the visitor was then. Streamed like `streamOrderLines`.
 */
export async function* streamBehaviours(tx: Transaction, asOf: Date, watermark: Date): AsyncGenerator<SnapshotEvent> {
  for await (const fields of readCopyRows(tx.copyOut(behavioursQuery(asOf, watermark)))) {
    yield {
      customerKey: Number(fields[0]),
      itemKey: Number(fields[1]),
      type: fields[2] as EventType,
      occurredAt: Number(fields[3]),
      place: Number(fields[4]),
    };
  }
}

/** How many events a customer had by a channel. */
export interface ChannelCount {
  customerKey: number;
  channel: string;
  events: number;
}

/**
 * Events of customers who allow profiling by the `channel` among their properties, before `asOf` and received up to
 * `watermark`, in ascending customer key; an event of a visitor alone is of the customer that the visitor was then. A channel
 * is a plain word of at most 32 characters; anything else is none. Streamed by COPY: nothing else may run in the transaction
 * until the end.
 */
export async function* streamChannels(tx: Transaction, asOf: Date, watermark: Date): AsyncGenerator<ChannelCount> {
  for await (const [customerKey, channel, events] of readCopyRows(tx.copyOut(channelsQuery(asOf, watermark)))) {
    yield { customerKey: Number(customerKey), channel: channel, events: Number(events) };
  }
}

/** A search of a customer. */
export interface SnapshotSearch {
  customerKey: number;
  /** epoch milliseconds */
  occurredAt: number;
  query: string;
  /** how many items were found; NaN: nobody said */
  results: number;
}

/**
 * Searches of customers who allow profiling, from `since` to before `asOf` and received up to `watermark`, by customer and time; one of a
 * visitor alone is of the customer that the visitor was then, and one of a visitor who is nobody's yet is none. Streamed like
 * `streamOrderLines`.
 */
export async function* streamSearches(
  tx: Transaction,
  since: Date,
  asOf: Date,
  watermark: Date,
): AsyncGenerator<SnapshotSearch> {
  for await (const fields of readCopyRows(tx.copyOut(searchesQuery(since, asOf, watermark)))) {
    const [customerKey, occurredAt, query, results] = fields;
    yield {
      customerKey: Number(customerKey),
      occurredAt: Number(occurredAt),
      query: Buffer.from(query, 'hex').toString('utf8'),
      results: results === '\\N' ? Number.NaN : Number(results),
    };
  }
}
