import type { Queryable } from '../../db/index.ts';
import type { Placement, PlacementSettings } from './placement.ts';

const columns =
  'name, title, method, item_limit as "limit", filter, pinned_item_ids as "pinnedItemIds", segment_id as "segment", revision, changed_at as "changedAt"';

/** Those that the shop has set, by name. */
export function selectPlacements(db: Queryable): Promise<Placement[]> {
  return db.query<Placement>(`select ${columns} from placements order by name`, [], 'placements');
}

/** The one of this name, kept from others until the transaction ends. */
export async function holdPlacement(tx: Queryable, name: string): Promise<Placement | undefined> {
  await tx.query(`select pg_advisory_xact_lock(hashtextextended(current_schema() || '.placement.' || $1, 0))`, [name]);
  const [row] = await tx.query<Placement>(`select ${columns} from placements where name = $1`, [name]);
  return row;
}

/** Takes the place of what the name had. */
export async function savePlacement(
  tx: Queryable,
  name: string,
  { title, method, limit, filter, pinnedItemIds, segment }: PlacementSettings,
): Promise<Placement> {
  const [row] = await tx.query<Placement>(
    `insert into placements (name, title, method, item_limit, filter, pinned_item_ids, segment_id) values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (name) do update set title = excluded.title, method = excluded.method, item_limit = excluded.item_limit,
       filter = excluded.filter, pinned_item_ids = excluded.pinned_item_ids, segment_id = excluded.segment_id,
       revision = placements.revision + 1, changed_at = clock_timestamp()
     returning ${columns}`,
    [name, title, method, limit, filter && JSON.stringify(filter), pinnedItemIds, segment],
  );
  return row;
}

/** false: the shop had set none of this name */
export async function deletePlacement(tx: Queryable, name: string): Promise<boolean> {
  const rows = await tx.query('delete from placements where name = $1 returning name', [name]);
  return rows.length === 1;
}

export async function countPlacements(tx: Queryable): Promise<number> {
  const [row] = await tx.query<{ count: number }>('select count(*)::int as count from placements');
  return row.count;
}
