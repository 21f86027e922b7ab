import { copyLine, type Transaction } from '../../../db/index.ts';
import { faultsColumn } from '../../quarantine/raw.ts';
import type { Correction } from '../values/correction.ts';
import type { ValueFault } from '../values/expectations.ts';
import type { PreparedElement } from './prepare-element.ts';

export interface PlacedElement {
  rowNumber: number;
  prepared: PreparedElement;
  /** The id of a fact, which another row must not bear with another content. */
  factId: string | undefined;
  /** Who did it, of an event. */
  actor: string | undefined;
  /** Whether they meant to. */
  deliberate: boolean;
}

/** @param lines of `stagedLine`, one or several in a text */
export async function copyElements(tx: Transaction, lines: AsyncIterable<string>): Promise<void> {
  await tx.query(`create temporary table staged_elements (
    row_number bigint, raw text, element text, refused text[], corrections jsonb, faults jsonb, fact_id text collate "C",
    actor text collate "C", deliberate boolean, occurred_at timestamptz) on commit drop`);
  await tx.copyInto(
    'staged_elements (row_number, raw, element, refused, corrections, faults, fact_id, actor, deliberate, occurred_at)',
    lines,
  );
}

export function stagedLine({ rowNumber, prepared, factId, actor, deliberate }: PlacedElement): string {
  const { raw, element, refused, corrections, unreadable, occurredAt } = prepared;
  return copyLine([
    rowNumber,
    raw,
    refused.length > 0 ? null : JSON.stringify(element),
    refused.length > 0 ? refused : null,
    corrections.length > 0 ? JSON.stringify(corrections) : null,
    faultsColumn(unreadable),
    factId,
    actor,
    deliberate,
    occurredAt === undefined ? null : new Date(occurredAt),
  ]);
}

/** Takes out rows that equal an earlier one. @returns how many */
export async function removeDuplicates(tx: Transaction): Promise<number> {
  const [row] = await tx.query<{ count: number }>(
    `with first as (select raw, min(row_number) as row_number from staged_elements group by raw having count(*) > 1),
          gone as (delete from staged_elements e using first
                   where e.raw = first.raw and e.row_number > first.row_number returning 1)
     select count(*) from gone`,
  );
  return row.count;
}

/** The share of orders of whoever has the most of them. */
export async function selectBusiest(
  tx: Transaction,
): Promise<{ orders: number; all: number; row: number } | undefined> {
  const [row] = await tx.query<{ orders: number; all: number; row: number }>(
    `with named as (
       select element::jsonb->>'customer_id' as customer_id, min(row_number) as row, count(distinct fact_id) as orders
       from staged_elements where refused is null group by 1)
     select orders, row, (select count(distinct fact_id) from staged_elements where refused is null) as all
     from named where customer_id is not null order by orders desc, row limit 1`,
  );
  return row;
}

/** Rows that bear an earlier row's id with another content. */
export async function countContradictions(tx: Transaction): Promise<number> {
  const [row] = await tx.query<{ count: number }>(
    `select coalesce(sum(rows - 1), 0)::bigint as count
     from (select count(*) as rows from staged_elements where fact_id is not null and refused is null group by fact_id) as ids`,
  );
  return row.count;
}

/** Refuses all events of those who did more than `limit` deliberate ones in a clock minute. @returns how many events */
export async function refuseRobots(tx: Transaction, limit: number): Promise<number> {
  const [row] = await tx.query<{ count: number }>(
    `with robots as (
       select distinct actor from (
         select actor from staged_elements where deliberate and refused is null
         group by actor, date_trunc('minute', occurred_at, 'UTC') having count(distinct fact_id) > $1) as minutes),
     refused as (
       update staged_elements set refused = array['robot'], element = null
       where refused is null and actor in (select actor from robots) returning 1)
     select count(*) from refused`,
    [limit],
  );
  return row.count;
}

/** The days on which the sound rows occurred, in epoch milliseconds. */
export async function selectDays(tx: Transaction): Promise<number[]> {
  const rows = await tx.query<{ day: number }>(
    `select distinct (extract(epoch from date_trunc('day', occurred_at, 'UTC')) * 1000)::bigint as day
     from staged_elements where refused is null and occurred_at is not null`,
  );
  return rows.map((row) => row.day);
}

/**
 * Has statements planned anew. A plan from when a table was empty reads all of it, which a file that fills the table would pay
 * for with each batch.
 */
export async function forgetPlans(tx: Transaction): Promise<void> {
  await tx.query('discard plans');
}

export interface SoundRow {
  row_number: number;
  element: string;
  corrections: Correction[] | null;
}

export const soundQuery =
  'select row_number, element, corrections from staged_elements where refused is null order by row_number';

export interface RefusedRow {
  row_number: number;
  raw: string;
  refused: string[];
  faults: ValueFault[] | null;
}

export const refusedQuery =
  'select row_number, raw, refused, faults from staged_elements where refused is not null order by row_number';

/** Notes the changed cells of rows that became facts. */
export async function recordCorrections(tx: Transaction, importId: number, rows: readonly SoundRow[]): Promise<void> {
  const changed = rows.flatMap(({ row_number, corrections }) =>
    (corrections ?? []).map((one) => ({ row_number, ...one })),
  );
  if (changed.length === 0) return;
  await tx.query(
    `insert into corrections (import_id, row_number, field, rule, before, after)
     select distinct on (row_number, field, rule) $1::bigint, row_number, field, rule, before, after
     from jsonb_to_recordset($2::jsonb) as changed (row_number bigint, field text, rule text, before text, after text)`,
    [importId, JSON.stringify(changed)],
  );
}

export async function countCorrections(tx: Transaction, importId: number): Promise<Record<string, number>> {
  const rows = await tx.query<{ rule: string; count: number }>(
    'select rule, count(*) from corrections where import_id = $1 group by rule order by rule',
    [importId],
  );
  return Object.fromEntries(rows.map(({ rule, count }) => [rule, count]));
}

/** Rows that this import brought into quarantine, by the first rule of each. */
export async function countQuarantined(tx: Transaction, importId: number): Promise<Record<string, number>> {
  const rows = await tx.query<{ rule: string; count: number }>(
    'select rules[1] as rule, count(*) from quarantine where import_id = $1 group by 1 order by 1',
    [importId],
  );
  return Object.fromEntries(rows.map(({ rule, count }) => [rule, count]));
}
