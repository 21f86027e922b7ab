import { deleteInPortions, type Queryable } from '../../db/index.ts';
import { microseconds, type TimelineEntry, type TimelineSelection } from '../../intake/index.ts';
import { versionsRelation } from '../../versions/index.ts';
import { segmentIdColumns } from '../segment-id.ts';

export interface ChangeRow {
  change_id: number;
  customer_key: number;
  change: 'entered' | 'left';
  changed_at: Date;
  as_of: Date;
  version: number;
}

/** Who has a row in one version and none in another. */
export async function selectVanished(db: Queryable, from: number, to: number): Promise<number[]> {
  const rows = await db.query<{ customer_key: number }>(
    `select customer_key from customer_segments before where version = $1 and not exists (
       select from customer_segments after where after.version = $2 and after.customer_key = before.customer_key)`,
    [from, to],
  );
  return rows.map((row) => row.customer_key);
}

/** Writes what differs between two versions, customer by customer; `from` null: nobody was anywhere. */
export async function insertChanges(
  db: Queryable,
  from: number | null,
  to: number,
  exceptCustomers: readonly number[],
): Promise<void> {
  const [earlier, later] = [segmentIdColumns('before'), segmentIdColumns('after')];
  await db.query(
    `insert into segment_changes (segment_id, customer_key, change, changed_at, version)
     select segment_id, customer_key, change, now(), $2
     from (select * from customer_segments where version = $1) as before
     full join (select * from customer_segments where version = $2) as after using (customer_key),
     lateral (values
       (${earlier.group}, ${later.group}),
       (${earlier.klaviyo}, ${later.klaviyo}),
       (${earlier.cluster}, ${later.cluster})) as place (earlier, later),
     lateral (values ('left', earlier), ('entered', later)) as move (change, segment_id)
     where earlier is distinct from later and segment_id is not null and customer_key <> all($3::int[])
     order by customer_key, change desc, segment_id`,
    [from, to, exceptCustomers],
  );
}

/**
 * SQL: changes, each with the time up to which facts were known when it was found: of groups and clusters that of the segmentation,
 * as their `since` is, and not when that was published.
 */
const datedChanges = `(
  select moved.*, coalesce(night.as_of, moved.changed_at) as as_of
  from segment_changes as moved left join ${versionsRelation} as night
    on night.kind = 'segmentation' and night.version = moved.version
      and split_part(moved.segment_id, '-', 1) in ('group', 'klaviyo', 'cluster'))`;

/** Changes of a segment, oldest first, after `after` and not before `since`. */
export function selectChanges(
  db: Queryable,
  segmentId: string,
  since: Date | null,
  after: number,
  limit: number,
): Promise<ChangeRow[]> {
  return db.query<ChangeRow>(
    `select change_id, customer_key, change, changed_at, as_of, version from ${datedChanges} as moved
     where segment_id = $1 and change_id > $2 and ($3::timestamptz is null or changed_at >= $3)
     order by change_id limit $4`,
    [segmentId, after, since, limit],
  );
}

export async function deleteCustomerChanges(db: Queryable, customerKey: number): Promise<void> {
  await db.query('delete from segment_changes where customer_key = $1', [customerKey]);
}

export function deleteChangesBefore(db: Queryable, time: Date, leave?: AbortSignal): Promise<number> {
  return deleteInPortions(
    db,
    `with due as (select change_id from segment_changes where changed_at < $1 order by changed_at limit $2),
          gone as (delete from segment_changes where change_id in (select change_id from due) returning 1)
     select count(*)::int as count from gone`,
    [time],
    leave,
  );
}

/** A segment that a customer entered or left. */
export interface SegmentChangeEntry extends TimelineEntry {
  segmentId: string;
  change: 'entered' | 'left';
}

/** Which segments a customer entered and left, the latest first, by `as_of`. */
export function selectChangeEntries(
  db: Queryable,
  { customerKey, before, limit }: TimelineSelection,
): Promise<SegmentChangeEntry[]> {
  return db.query(
    `select ${microseconds('told.at')} as at, told.change_id::text as key, told.segment_id as "segmentId", told.change
     from (select change_id, segment_id, change, as_of as at from ${datedChanges} as moved where customer_key = $1) as told
     where (told.at, told.change_id) < ($2::timestamptz, $3::bigint)
     order by told.at desc, told.change_id desc limit $4`,
    [customerKey, before.at, before.key, limit],
    'timeline-segment-changes',
  );
}
