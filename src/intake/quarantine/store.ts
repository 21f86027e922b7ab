import { deleteInPortions, type Queryable } from '../../db/index.ts';
import type { Passage, QuarantinedByRule, QuarantinedRow, QuarantineQuery, RedriveSelection } from './rows.ts';

interface QuarantineRow {
  quarantine_id: number;
  kind: QuarantinedRow['kind'];
  rules: string[];
  raw: Record<string, unknown>;
  received_at: Date;
  import_id: number | null;
  row_number: number | null;
  faults: QuarantinedRow['faults'] | null;
}

function toRow(record: QuarantineRow): QuarantinedRow {
  return {
    quarantineId: record.quarantine_id,
    kind: record.kind,
    rules: record.rules,
    raw: record.raw,
    receivedAt: record.received_at,
    importId: record.import_id,
    rowNumber: record.row_number,
    faults: record.faults ?? [],
  };
}

export interface NewQuarantineRow {
  kind: string;
  rules: string[];
  /** canonical JSON */
  raw: string;
  raw_hash: string;
  customer_id: string | null;
  visitor_id: string | null;
  import_id: number | null;
  row_number: number | null;
  /** canonical JSON */
  faults: string | null;
}

/** @returns hashes (hex) of the rows that were not there yet. */
export async function insertRows(db: Queryable, records: readonly NewQuarantineRow[]): Promise<Set<string>> {
  const inserted = await db.query<{ kind: string; hash: string; is_new: boolean }>(
    `insert into quarantine (kind, rules, raw, raw_hash, customer_id, visitor_id, import_id, row_number, faults)
     select distinct on (kind, raw_hash) kind, rules, raw::jsonb, decode(raw_hash, 'hex'), customer_id, visitor_id, import_id, row_number,
       faults::jsonb
     from jsonb_to_recordset($1::jsonb) as r (
       kind text, rules text[], raw text, raw_hash text, customer_id text, visitor_id text, import_id bigint, row_number bigint, faults text)
     order by kind, raw_hash
     on conflict (kind, raw_hash) do update set rules = excluded.rules, faults = coalesce(excluded.faults, quarantine.faults)
     returning kind, encode(raw_hash, 'hex') as hash, xmax = 0 as is_new`,
    [JSON.stringify(records)],
  );
  return new Set(inserted.filter((row) => row.is_new).map((row) => `${row.kind} ${row.hash}`));
}

export async function selectRows(db: Queryable, query: QuarantineQuery): Promise<QuarantinedRow[]> {
  const records = await db.query<QuarantineRow>(
    `select quarantine_id, kind, rules, raw, received_at, import_id, row_number, faults from quarantine
     where ($1::text is null or rules @> array[$1::text]) and ($2::bigint is null or quarantine_id < $2)
     order by quarantine_id desc limit $3`,
    [query.rule ?? null, query.before ?? null, query.limit],
  );
  return records.map(toRow);
}

/** Rows by the rules that refused them, the most first. */
export function countByRule(db: Queryable): Promise<QuarantinedByRule[]> {
  return db.query<QuarantinedByRule>(
    `select rule, count(*)::int as rows, min(received_at) as "firstReceivedAt", max(received_at) as "lastReceivedAt"
     from quarantine cross join lateral unnest(rules) as rule
     group by rule order by rows desc, rule`,
  );
}

const ofSelection = `($1::text is null or rules @> array[$1::text]) and ($2::bigint is null or import_id = $2)
       and ($1 is not null or not rules @> array['robot']) and not rules @> array['erased_person']`;

/**
 * Locks the rows that a redrive asks for, and tells how they fall into passages. Robots are only let in when asked for by
 * their rule, and pass when the limit has been raised.
 */
export async function lockPassages(tx: Queryable, { rule, importId }: RedriveSelection): Promise<Passage[]> {
  const rows = await tx.query<{ kind: Passage['kind']; import_id: number | null; conflicting: boolean; until: number }>(
    `with held as (
       select quarantine_id, kind, import_id, rules @> array['order_conflict'] as conflicting
       from quarantine where ${ofSelection} and kind <> all('{campaign,recipient,coupon,redemption}')
       order by quarantine_id for update)
     select kind, import_id, conflicting, max(quarantine_id) as until from held group by kind, import_id, conflicting
     order by array_position(array['item', 'customer', 'order', 'order_line', 'refund', 'event'], kind), import_id, conflicting`,
    [rule ?? null, importId ?? null],
  );
  return rows.map((row) => ({
    kind: row.kind,
    importId: row.import_id,
    conflicting: row.conflicting,
    until: row.until,
    selection: { rule, importId },
  }));
}

/** The rows of a passage in order, page by page. */
export async function* readPassage(
  db: Queryable,
  passage: Passage,
  pageSize: number,
): AsyncGenerator<QuarantinedRow[]> {
  const { kind, importId, conflicting, until, selection } = passage;
  for (let after = 0; ; ) {
    const records = await db.query<QuarantineRow>(
      `select quarantine_id, kind, rules, raw, received_at, import_id, row_number, faults from quarantine
       where ${ofSelection} and kind = $3 and import_id is not distinct from $4 and (rules @> array['order_conflict']) = $5
         and quarantine_id > $6 and quarantine_id <= $7
       order by quarantine_id limit $8`,
      [selection.rule ?? null, selection.importId ?? null, kind, importId, conflicting, after, until, pageSize],
    );
    if (records.length > 0) yield records.map(toRow);
    if (records.length < pageSize) return;
    after = records.at(-1)!.quarantine_id;
  }
}

export async function deleteRows(db: Queryable, ids: readonly number[]): Promise<void> {
  await db.query('delete from quarantine where quarantine_id = any($1::bigint[])', [ids]);
}

/** Rows that are equal to these have been taken in since. */
export async function deleteEqualRows(db: Queryable, kind: string, hashes: readonly Buffer[]): Promise<void> {
  await db.query('delete from quarantine where kind = $1 and raw_hash = any($2::bytea[])', [kind, hashes]);
}

/** Rows refused before a time; those that are being sent through again are left. */
export function deleteRowsBefore(db: Queryable, time: Date, leave?: AbortSignal): Promise<number> {
  return deleteInPortions(
    db,
    `with due as (select quarantine_id from quarantine where received_at < $1 order by received_at limit $2 for update skip locked),
          gone as (delete from quarantine where quarantine_id in (select quarantine_id from due) returning 1)
     select count(*)::int as count from gone`,
    [time],
    leave,
  );
}
