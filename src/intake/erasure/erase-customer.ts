import type { Transaction } from '../../db/index.ts';
import { notFound } from '../../errors.ts';
import { deriveLinks } from '../people/links.ts';
import { replaceLinks, selectAppearances } from '../people/store.ts';
import { Touches } from '../touches/touches.ts';
import * as store from './store.ts';

/** What went with a person. */
export interface Erasure {
  customerId: string;
  erasedEvents: number;
  anonymisedOrders: number;
  erasedQuarantineRows: number;
}

/** Erases what the other stations know of a person and of the visitors who were nobody else, in the same transaction. */
export type EraseElsewhere = (tx: Transaction, customerKey: number, visitorKeys: readonly number[]) => Promise<void>;

/**
 * Erases a person: the id, the links to visitors, the events of the person and of visitors while they were the person, and
 * quarantined rows go; orders and refunds stay without the person. A visitor who was never anybody else goes as well, with
 * everything it did; another one is of whom it would be had nobody told of the person. Event ids stay known, so that a batch that is sent again does not bring the events back; of other facts of
 * before, a hash of the ids remembers that they are refused.
 * @throws PannierError `not_found` when nothing is known of the id
 */
export async function eraseCustomer(
  tx: Transaction,
  customerId: string,
  eraseElsewhere: EraseElsewhere | undefined,
  now: Date,
): Promise<{ erasure: Erasure; customerKey: number | undefined; touches: Touches }> {
  await store.lockErasure(tx);
  const customer = await store.lockCustomer(tx, customerId);
  if (customer === undefined) {
    const erasedQuarantineRows = await store.deleteQuarantined(tx, { customerId, customerKey: null, visitors: [] });
    if (erasedQuarantineRows === 0) throw notFound('customer');
    await store.insertTombstones(tx, { customerId, visitorIds: [], profilingAllowed: undefined }, now);
    return {
      erasure: { customerId, erasedEvents: 0, anonymisedOrders: 0, erasedQuarantineRows },
      customerKey: undefined,
      touches: new Touches(),
    };
  }
  const { customerKey, profilingAllowed } = customer;
  const visitors = await store.lockVisitors(tx, customerKey);
  const own = visitors.filter(({ shared }) => !shared);
  const ownKeys = own.map(({ visitorKey }) => visitorKey);
  const sharedKeys = visitors.filter(({ shared }) => shared).map(({ visitorKey }) => visitorKey);
  const touches = new Touches();
  const erasedEvents = await store.deleteEvents(tx, customerKey, ownKeys, touches);
  const anonymisedOrders = await store.anonymiseOrders(tx, customerKey, ownKeys, touches);
  const erasedQuarantineRows = await store.deleteQuarantined(tx, { customerId, customerKey, visitors });
  await eraseElsewhere?.(tx, customerKey, ownKeys);
  await store.deletePerson(tx, customerKey, ownKeys, touches);
  if (sharedKeys.length > 0) await replaceLinks(tx, sharedKeys, deriveLinks(await selectAppearances(tx, sharedKeys)));
  const ownIds = own.map(({ visitorId }) => visitorId);
  await store.insertTombstones(tx, { customerId, visitorIds: ownIds, profilingAllowed }, now);
  return { erasure: { customerId, erasedEvents, anonymisedOrders, erasedQuarantineRows }, customerKey, touches };
}
