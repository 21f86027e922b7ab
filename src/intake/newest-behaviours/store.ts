import { setTimeout } from 'node:timers/promises';
import type { Database, Queryable, Transaction } from '../../db/index.ts';
import { behavioursOfCustomer, newestBytes, packNewest } from '../fact-queries/states/store.ts';

/**
 * Held exclusively while rows are made, and shared by who changes facts that rows may have been made of already: neither the
 * one sees half of a change, nor is there a row that does not know of it.
 */
const lock = `hashtextextended(current_schema() || '.newest_behaviours', 0)`;

/**
 * Until the transaction ends nobody makes rows, where the earliest of the changed facts may be in one. To be called after they
 * were changed.
 * @returns whether it may
 */
export async function holdIfLate(tx: Queryable, earliest: Date | undefined): Promise<boolean> {
  const held = await tx.query(
    `select pg_advisory_xact_lock_shared(${lock}) from newest_behaviours_bound where $1::timestamptz is null or until > $1`,
    [earliest ?? null],
    'newest-behaviours-hold',
  );
  return held.length > 0;
}

/** Deletes the rows of customers whose facts changed; each with the moment from which on they did. */
export async function deleteChanged(tx: Queryable, changed: ReadonlyMap<number, Date | undefined>): Promise<void> {
  await tx.query(
    `delete from newest_behaviours as known using unnest($1::int[], $2::timestamptz[]) as changed (customer_key, since)
     where known.customer_key = changed.customer_key and (changed.since is null or changed.since < known.since)`,
    [[...changed.keys()], [...changed.values()].map((since) => since?.toISOString() ?? null)],
    'newest-behaviours-delete',
  );
}

/**
 * Says that rows will be made of facts before the moment that is so many minutes ago, and waits until everybody who changes
 * facts has heard it. @returns the moment; undefined: somebody took too long
 */
export async function announceRows(db: Database, minutesAgo: number): Promise<Date | undefined> {
  const [{ until }] = await db.query<{ until: Date }>(
    `insert into newest_behaviours_bound as bound (until) values (now() - make_interval(mins => $1))
     on conflict (singleton) do update set until = greatest(bound.until, excluded.until) returning until`,
    [minutesAgo],
  );
  const [{ begun }] = await db.query<{ begun: string }>(
    `select pg_snapshot_xmax(pg_current_snapshot())::text as begun`,
  );
  for (let tries = 0; tries < mostTries; tries++) {
    const [{ over }] = await db.query<{ over: boolean }>(
      'select pg_snapshot_xmin(pg_current_snapshot()) >= $1::xid8 as over',
      [begun],
    );
    if (over) return until;
    await setTimeout(waitMs);
  }
  return undefined;
}

/** Who changes facts is through within a minute, or is broken off. */
const [mostTries, waitMs] = [600, 100];

/** Keys of customers after this one who have no row and may have one. */
export async function selectWithoutRow(db: Queryable, after: number, limit: number): Promise<number[]> {
  const rows = await db.query<{ customer_key: number }>(
    `select customer_key from customers
     where customer_key > $1 and profiling_allowed
       and not exists (select from newest_behaviours as known where known.customer_key = customers.customer_key)
     order by customer_key limit $2`,
    [after, limit],
  );
  return rows.map((row) => row.customer_key);
}

/** Makes rows of all facts before the moment for those of these customers who have none. @returns how many */
export function insertRows(tx: Transaction, customerKeys: readonly number[], until: Date): Promise<number> {
  return makeRows(
    tx,
    `insert into newest_behaviours (customer_key, since, behaviours, oldest_event_at)
     select customers.customer_key, $2, packed.behaviours, packed.oldest_event_at
     from customers, lateral (${packNewest(behavioursOfCustomer('customers.customer_key', { until: '$2' }))}) as packed
     where customers.customer_key = any($1) and customers.profiling_allowed
     on conflict do nothing returning 1`,
    [customerKeys, until],
  );
}

/** Keys of customers after this one whose rows are of before a moment. */
export async function selectOldRows(db: Queryable, after: number, before: Date, limit: number): Promise<number[]> {
  const rows = await db.query<{ customer_key: number }>(
    'select customer_key from newest_behaviours where customer_key > $1 and since < $2 order by customer_key limit $3',
    [after, before, limit],
  );
  return rows.map((row) => row.customer_key);
}

/** Adds the facts up to the moment to rows of these customers. @returns how many */
export function renewRows(tx: Transaction, customerKeys: readonly number[], until: Date): Promise<number> {
  const news = behavioursOfCustomer('known.customer_key', { since: 'known.since', until: '$2' });
  return makeRows(
    tx,
    `insert into newest_behaviours as known (customer_key, since, behaviours, oldest_event_at)
     select known.customer_key, $2, substr(packed.behaviours || known.behaviours, 1, ${newestBytes}),
            least(packed.oldest_event_at, known.oldest_event_at)
     from newest_behaviours as known, lateral (${packNewest(news)}) as packed
     where known.customer_key = any($1) and known.since < $2
     on conflict (customer_key) do update set since = excluded.since, behaviours = excluded.behaviours,
       oldest_event_at = excluded.oldest_event_at returning 1`,
    [customerKeys, until],
  );
}

async function makeRows(tx: Transaction, statement: string, values: unknown[]): Promise<number> {
  // A statement of its own: the next one sees what those have changed who were waited for.
  await tx.query(`select pg_advisory_xact_lock(${lock})`);
  return (await tx.query(statement, values)).length;
}

/** Of events before a moment nothing is kept any more: rows that hold such go. */
export async function deleteRowsWithEventsBefore(db: Database, before: Date): Promise<number> {
  return db.transaction(async (tx) => {
    await tx.query(`select pg_advisory_xact_lock_shared(${lock})`);
    const gone = await tx.query('delete from newest_behaviours where oldest_event_at < $1 returning 1', [before]);
    return gone.length;
  });
}
