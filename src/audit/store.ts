import type { Queryable, Transaction } from '../db/index.ts';
import type { Subject } from './subjects.ts';

export interface AuditEntry {
  entryId: number;
  at: Date;
  actor: { kind: 'key' | 'user' | 'command' | 'service'; id?: number; name?: string; operation?: string };
  action: 'made' | 'changed' | 'removed';
  subject: Subject;
  subjectId: string;
  before: Record<string, unknown> | null;
  after: Record<string, unknown> | null;
}

/** What entries are looked for by; undefined: any. */
export interface AuditFilter {
  actor?: string;
  subject?: string;
  subjectId?: string;
  from?: Date;
  to?: Date;
}

/** Newest first. @param below the entries before this one */
export function selectEntries(
  db: Queryable,
  { actor, subject, subjectId, from, to }: AuditFilter,
  limit: number,
  below: number | undefined,
): Promise<AuditEntry[]> {
  return db.query<AuditEntry>(
    `select entry_id as "entryId", at, actor, action, subject, subject_id as "subjectId", before, after from audit_entries
     where ($1::bigint is null or entry_id < $1) and ($2::text is null or actor ->> 'name' = $2)
       and ($3::text is null or subject = $3) and ($4::text is null or subject_id = $4)
       and ($5::timestamptz is null or at >= $5) and ($6::timestamptz is null or at < $6)
     order by entry_id desc limit $7`,
    [below ?? null, actor ?? null, subject ?? null, subjectId ?? null, from ?? null, to ?? null, limit],
  );
}

/** An entry as it was hashed: its fields as text, in their order, and its hash. */
export interface RawEntry {
  entryId: number;
  fields: (string | null)[];
  hash: Buffer;
}

/** Entries after this one, oldest first. */
export async function selectRawEntries(db: Queryable, after: number, limit: number): Promise<RawEntry[]> {
  return db.query<RawEntry>(
    `select entry_id as "entryId", hash, array[entry_id::text, to_char(at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'),
       actor::text, action, subject, subject_id, before::text, after::text] as fields
     from audit_entries where entry_id > $1 order by entry_id limit $2`,
    [after, limit],
  );
}

/** What is read from now on in this transaction is of one moment. */
export async function readOneMoment(tx: Transaction): Promise<void> {
  await tx.query('set transaction isolation level repeatable read read only');
}

/** undefined: it was removed */
export async function selectHead(db: Queryable): Promise<{ entryId: number; hash: Buffer } | undefined> {
  const [head] = await db.query<{ entryId: number; hash: Buffer }>(
    'select entry_id as "entryId", hash from audit_head',
  );
  return head;
}

/** How much a caller wrote by an operation in an hour. */
export interface WriteCount {
  hour: Date;
  callerId: number;
  operation: string;
  requests: number;
  elements: number;
}

/** Adds to what was counted. */
export async function addWriteCounts(db: Queryable, counts: readonly WriteCount[]): Promise<void> {
  const column = <Name extends keyof WriteCount>(name: Name) => counts.map((count) => count[name]);
  await db.query(
    `insert into write_counts as known (hour, caller_id, operation, requests, elements)
     select * from unnest($1::timestamptz[], $2::bigint[], $3::text[], $4::bigint[], $5::bigint[])
       as counted (hour, caller_id, operation, requests, elements) order by hour, caller_id, operation
     on conflict (hour, caller_id, operation) do update set
       requests = known.requests + excluded.requests, elements = known.elements + excluded.elements`,
    [column('hour'), column('callerId'), column('operation'), column('requests'), column('elements')],
  );
}

/** Newest hours first. */
export function selectWriteCounts(db: Queryable, from: Date, to: Date): Promise<WriteCount[]> {
  return db.query<WriteCount>(
    `select hour, caller_id as "callerId", operation, requests, elements from write_counts
     where hour >= $1 and hour < $2 order by hour desc, caller_id, operation`,
    [from, to],
  );
}

/** What somebody did that is no row of its own; it is an entry when the transaction commits. Nothing of customers. */
export interface Deed {
  subject: 'code' | 'code-batch' | 'redrive' | 'wrong-sign-ins';
  subjectId: string;
  details: Record<string, string | number | null>;
}

export async function noteDeed(tx: Transaction, { subject, subjectId, details }: Deed): Promise<void> {
  await tx.query('insert into audit_deeds (subject, subject_id, details) values ($1, $2, $3)', [
    subject,
    subjectId,
    JSON.stringify(details),
  ]);
}
