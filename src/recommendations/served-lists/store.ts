import { deleteInPortions, type Queryable, type Transaction } from '../../db/index.ts';
import { microseconds, type TimelineEntry, type TimelineSelection } from '../../intake/index.ts';
import { reasonSources } from '../lists/ranked-items.ts';

/**
 * @param lines in COPY's text format
 * @param isRepeated some of them may be there already
 */
export async function copyServedLists(tx: Transaction, lines: Iterable<string>, isRepeated: boolean): Promise<void> {
  const columns =
    'list_id, customer_key, visitor_key, release_id, item_keys, served_at, placement, sources, rule_ids, arm, by_chance';
  if (!isRepeated) {
    await tx.copyInto(`served_lists (${columns})`, lines);
    return;
  }
  await tx.query('create temporary table repeated_lists (like served_lists) on commit drop');
  await tx.copyInto(`repeated_lists (${columns})`, lines);
  await tx.query(`insert into served_lists (${columns}) select ${columns} from repeated_lists on conflict do nothing`);
}

/** Forgets what a customer was shown, and visitors who were nobody else. */
export async function deleteServedListsOf(
  tx: Queryable,
  customerKey: number,
  visitorKeys: readonly number[] = [],
): Promise<void> {
  await tx.query('delete from served_lists where customer_key = $1', [customerKey]);
  if (visitorKeys.length === 0) return;
  await tx.query('delete from served_lists where customer_key is null and visitor_key = any($1::bigint[])', [
    visitorKeys,
  ]);
}

/** Has a list been served since this moment? */
export async function hasServedListSince(db: Queryable, since: Date): Promise<boolean> {
  const rows = await db.query('select from served_lists where served_at > $1 limit 1', [since]);
  return rows.length > 0;
}

/** Removes the log of lists that were served before a moment. */
export function expireServedLists(db: Queryable, before: Date, leave?: AbortSignal): Promise<number> {
  return deleteInPortions(
    db,
    `with due as (select ctid from served_lists where served_at < $1 order by served_at limit $2),
          gone as (delete from served_lists where ctid = any(array(select ctid from due)) returning 1)
     select count(*)::int as count from gone`,
    [before],
    leave,
  );
}

/** The log of lists as a relation: SQL of a sub-select, to be joined under an alias. What is not known is empty or 0. */
export const servedListsRelation = `(select served.list_id, served.customer_key, served.visitor_key, served.item_keys, served.served_at,
    coalesce(served.placement, '') as placement, coalesce(served.release_id, 0) as release_id, coalesce(served.arm, '') as arm,
    served.sources, served.rule_ids
  from served_lists as served)`;

/** SQL: what the list of this alias says of its item at a position (SQL, from 1); empty where it does not say. */
export function saidOfItem(list: string, position: string): { source: string; ruleId: string } {
  const names = reasonSources.map((source) => `'${source}'`).join();
  return {
    source: `coalesce((array[${names}])[${list}.sources[${position}] + 1], '')`,
    ruleId: `coalesce(${list}.rule_ids[${position}], '')`,
  };
}

/** A list that a customer was shown. */
export interface ServedListEntry extends TimelineEntry {
  placement: string | null;
  releaseId: number | null;
  arm: string | null;
  itemKeys: number[];
}

/** Lists that a customer was shown, the newest first. */
export function selectListEntries(
  db: Queryable,
  { customerKey, before, limit }: TimelineSelection,
): Promise<ServedListEntry[]> {
  return db.query(
    `select ${microseconds('served_at')} as at, list_id::text as key, placement, release_id as "releaseId", arm,
            item_keys as "itemKeys"
     from served_lists where customer_key = $1 and (served_at, list_id) < ($2::timestamptz, $3::uuid)
     order by served_at desc, list_id desc limit $4`,
    [customerKey, before.at, before.key, limit],
    'timeline-lists',
  );
}
