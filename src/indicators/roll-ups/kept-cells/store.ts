import { type Database, deleteInPortions, type Queryable, type Transaction } from '../../../db/index.ts';
import type { Dimension } from '../family.ts';

/** Dimensions with so many members that their cells are kept for a time only. */
const manyMembers: readonly string[] = ['item', 'campaign'] satisfies Dimension[];

export const hasManyMembers = (dimension: string): boolean => manyMembers.includes(dimension);

/** Since which local days cells are kept; empty: none have gone. */
export interface CellsKept {
  hours: string;
  members: string;
}

export async function selectCellsKept(db: Queryable): Promise<CellsKept> {
  const [row] = await db.query<CellsKept>(
    `select coalesce(hours_kept_from::text, '') as hours, coalesce(members_kept_from::text, '') as members from roll_up_progress`,
    [],
    'indicators-cells-kept',
  );
  return row;
}

/** SQL: whether a `cell` of a local day is kept. @param kept SQL of the days */
export const isCellKept = (cell: string, kept: CellsKept): string =>
  `(${cell}.grain <> 'hour' or ${cell}.day >= ${kept.hours}::text)
    and (${cell}.dimension not in ('${manyMembers.join("', '")}') or ${cell}.day >= ${kept.members}::text)`;

const startOf = (day: string) => `coalesce(nullif(${day}::text, '')::date::timestamp at time zone $4, '-infinity')`;

/** SQL: where cells before a local day are: of the measures `$1`, those by the hour before `$2`, by item and campaign before `$3`. `$4`: the zone. */
const gone = `(
    select cell.ctid from unnest($1::text[]) as place (measure) cross join unnest(array['all', 'channel', 'device']) as given (dimension)
      join indicator_cells as cell on cell.measure = place.measure and cell.dimension = given.dimension and cell.grain = 'hour'
        and cell.period < ${startOf('$2')}
    union all
    select cell.ctid from unnest($1::text[]) as place (measure) cross join unnest(array['${manyMembers.join("', '")}']) as given (dimension)
      cross join unnest(array['day', 'week', 'month']) as long (grain)
      join indicator_cells as cell on cell.measure = place.measure and cell.dimension = given.dimension and cell.grain = long.grain
        and cell.period < ${startOf('$3')})`;

/** Cells of days that were counted again after those by the hour, by item or by campaign have gone. */
export async function deleteGone(
  tx: Transaction,
  measures: readonly string[],
  { hours, members }: CellsKept,
  timeZone: string,
): Promise<void> {
  await tx.query(`delete from indicator_cells where ctid = any(array(select ctid from ${gone} as gone))`, [
    ...[measures, hours, members, timeZone],
  ]);
}

/** Deletes cells before local days. @returns how many went */
export async function expireCells(
  db: Database,
  measures: readonly string[],
  before: CellsKept,
  timeZone: string,
  leave?: AbortSignal,
): Promise<number> {
  const [{ some }] = await db.query<{ some: boolean }>(`select exists (select from ${gone} as gone) as some`, [
    ...[measures, before.hours, before.members, timeZone],
  ]);
  if (!some) return 0;
  // Written down first, while nobody counts: what goes now must not be counted in part later.
  await db.transaction(async (tx) => {
    await tx.query('lock table roll_up_progress in exclusive mode');
    await tx.query(
      `update roll_up_progress set hours_kept_from = greatest(hours_kept_from, $1::date),
                                   members_kept_from = greatest(members_kept_from, $2::date)`,
      [before.hours, before.members],
    );
  });
  return deleteInPortions(
    db,
    `with due as (select ctid from ${gone} as gone limit $5),
          gone as (delete from indicator_cells where ctid = any(array(select ctid from due)) returning 1)
     select count(*)::int as count from gone`,
    [measures, before.hours, before.members, timeZone],
    leave,
  );
}
