import type { Queryable, Transaction } from '../../db/index.ts';

const erasureLock = `hashtextextended(current_schema() || '.erasure', 0)`;

/**
 * Until the transaction ends no person is erased. Who writes down something about customers asks this first and then
 * `findErased`, so that nothing is written behind an erasure's back.
 */
export async function holdOffErasure(tx: Queryable): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock_shared(${erasureLock})`, [], 'hold-off-erasure');
}

/** Waits for those who hold off erasures. Before any other lock, because they take theirs after this one. */
export async function lockErasure(tx: Transaction): Promise<void> {
  await tx.query(`select pg_advisory_xact_lock(${erasureLock})`);
}

/** Holds the customer against every writer of facts. */
export async function lockCustomer(tx: Transaction, customerId: string): Promise<number | undefined> {
  const [row] = await tx.query<{ customer_key: number }>(
    'select customer_key from customers where customer_id = $1 for update',
    [customerId],
  );
  return row?.customer_key;
}

export interface LinkedVisitor {
  visitorKey: number;
  visitorId: string;
  /** Somebody else was seen on it too. */
  shared: boolean;
}

export async function lockVisitors(tx: Transaction, customerKey: number): Promise<LinkedVisitor[]> {
  const linked = await tx.query<{ visitor_key: number }>(
    `select visitor_key from visitors where visitor_key in (select visitor_key from identity_links where customer_key = $1)
     order by visitor_id for update`,
    [customerKey],
  );
  // A statement of its own: it sees what writers did that the lock waited for.
  const rows = await tx.query<{ visitor_key: number; visitor_id: string; shared: boolean }>(
    `select visitor_key, visitor_id,
            exists (select from identity_links l where l.visitor_key = visitors.visitor_key and l.customer_key <> $1) as shared
     from visitors where visitor_key = any($2::bigint[])`,
    [customerKey, linked.map((row) => row.visitor_key)],
  );
  return rows.map((row) => ({ visitorKey: row.visitor_key, visitorId: row.visitor_id, shared: row.shared }));
}

/** A fact of nobody by name that was the person's: its visitor was the person then, or never anybody else ($2). */
const anonymousButTheirs = `customer_key is null and visitor_key is not null and (
  visitor_key = any($2::bigint[]) or exists (
    select from identity_links l where l.customer_key = $1 and l.visitor_key = fact.visitor_key
      and fact.occurred_at >= l.valid_from and fact.occurred_at < l.valid_until))`;

/** Their visitors, so that facts are found by index. */
const onTheirVisitors = 'visitor_key in (select visitor_key from identity_links where customer_key = $1)';

export async function deleteEvents(tx: Transaction, customerKey: number, ownVisitorKeys: number[]): Promise<number> {
  const named = await tx.query('delete from events where customer_key = $1 returning event_key', [customerKey]);
  const anonymous = await tx.query(
    `delete from events as fact where ${onTheirVisitors} and ${anonymousButTheirs} returning event_key`,
    [customerKey, ownVisitorKeys],
  );
  return named.length + anonymous.length;
}

export async function anonymiseOrders(tx: Transaction, customerKey: number, ownVisitorKeys: number[]): Promise<number> {
  const named = await tx.query(
    'update orders set customer_key = null, visitor_key = null where customer_key = $1 returning order_key',
    [customerKey],
  );
  const anonymous = await tx.query(
    `update orders as fact set visitor_key = null where ${onTheirVisitors} and ${anonymousButTheirs} returning order_key`,
    [customerKey, ownVisitorKeys],
  );
  await tx.query('update refunds set customer_key = null where customer_key = $1', [customerKey]);
  return named.length + anonymous.length;
}

/** Rows that name the customer, or a visitor of theirs and nobody else. */
export async function deleteQuarantined(tx: Transaction, customerId: string, visitorIds: string[]): Promise<number> {
  const rows = await tx.query(
    `delete from quarantine where customer_id = $1 or (customer_id is null and visitor_id = any($2::text[]))
     returning quarantine_id`,
    [customerId, visitorIds],
  );
  return rows.length;
}

export async function deletePerson(tx: Transaction, customerKey: number, ownVisitorKeys: number[]): Promise<void> {
  await tx.query('delete from identity_links where customer_key = $1', [customerKey]);
  await tx.query('delete from visitors where visitor_key = any($1::bigint[])', [ownVisitorKeys]);
  await tx.query('delete from customers where customer_key = $1', [customerKey]);
}
