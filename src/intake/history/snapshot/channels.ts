import type { Transaction } from '../../../db/index.ts';
import { readCopyRows } from './copy-rows.ts';
import { channelsQuery } from './store.ts';

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
    yield { customerKey: Number(customerKey), channel: channel!, events: Number(events) };
  }
}
