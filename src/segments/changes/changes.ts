import type { Database, Queryable, Transaction } from '../../db/index.ts';
import { profiledCustomerIdsOf } from '../../intake/index.ts';
import { deleteRefreshesBefore } from '../defined/store.ts';
import * as store from './store.ts';

/** Somebody came into a segment or went out of it. */
export interface SegmentChange {
  changeId: number;
  customerId: string;
  change: 'entered' | 'left';
  /** when the release was published that moved them */
  at: Date;
  /** up to when facts were known by which it was found */
  asOf: Date;
  version: number;
}

export interface ChangePage {
  changes: SegmentChange[];
  /** change to go on after; null on the last page */
  after: number | null;
}

/**
 * Writes who enters and leaves which group and cluster when one segmentation version takes the place of another; to be
 * called in the publishing transaction. Whoever may not be profiled any more leaves without a trace.
 * @param from the version served until now; undefined: none
 */
export async function recordSegmentChanges(tx: Transaction, from: number | undefined, to: number): Promise<void> {
  if (from === to) return;
  const vanished = from === undefined ? [] : await store.selectVanished(tx, from, to);
  const profiled = vanished.length > 0 ? await profiledCustomerIdsOf(tx, vanished) : new Map();
  await store.insertChanges(
    tx,
    from ?? null,
    to,
    vanished.filter((customerKey) => !profiled.has(customerKey)),
  );
}

/** A page of a segment's changes, oldest first; ids live in intake, and who has none there any more drops out. */
export async function readChanges(
  db: Queryable,
  segmentId: string,
  page: { since: Date | null; after: number; limit: number },
): Promise<ChangePage> {
  const rows = await store.selectChanges(db, segmentId, page.since, page.after, page.limit + 1);
  const shown = rows.slice(0, page.limit);
  const ids = await profiledCustomerIdsOf(db, [...new Set(shown.map((row) => row.customer_key))]);
  return {
    changes: shown.flatMap((row) => {
      const customerId = ids.get(row.customer_key);
      if (customerId === undefined) return [];
      const { change_id: changeId, change, changed_at: at, as_of: asOf, version } = row;
      return [{ changeId, customerId, change, at, asOf, version }];
    }),
    after: rows.length > page.limit ? shown.at(-1)!.change_id : null,
  };
}

/** Forgets what changed before a time, and the snapshots of defined segments that are older. */
export async function expireSegmentChanges(db: Database, before: Date, leave?: AbortSignal): Promise<number> {
  const changes = await store.deleteChangesBefore(db, before, leave);
  return changes + (await deleteRefreshesBefore(db, before, leave));
}
