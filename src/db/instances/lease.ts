import type { Queryable } from '../connections/database.ts';

/**
 * Leases decide on the database's clock which of several instances does a thing that one should do.
 * A lease that is not renewed expires, so a dead holder blocks nobody for longer than its time.
 */
export async function takeLease(db: Queryable, name: string, holder: string, seconds: number): Promise<boolean> {
  const rows = await db.query(
    `insert into leases (name, holder, expires_at) values ($1, $2, clock_timestamp() + make_interval(secs => $3))
     on conflict (name) do update set holder = excluded.holder, expires_at = excluded.expires_at
       where leases.expires_at < clock_timestamp() or leases.holder = excluded.holder
     returning name`,
    [name, holder, seconds],
  );
  return rows.length === 1;
}

/** Renews a lease that is still ours. False: it has expired and somebody else may hold it. */
export async function renewLease(db: Queryable, name: string, holder: string, seconds: number): Promise<boolean> {
  const rows = await db.query(
    `update leases set expires_at = clock_timestamp() + make_interval(secs => $3)
     where name = $1 and holder = $2 and expires_at > clock_timestamp() returning name`,
    [name, holder, seconds],
  );
  return rows.length === 1;
}

/** Gives a lease back. */
export async function releaseLease(db: Queryable, name: string, holder: string): Promise<void> {
  await db.query(`update leases set expires_at = '-infinity' where name = $1 and holder = $2`, [name, holder]);
}

/**
 * Has the night of this local date been done? The very first night that a shop's database hears of counts as done, because a
 * new shop has nothing to learn from yet.
 *
 * @param name of what is done by night
 */
export async function isNightDone(db: Queryable, date: string, name = 'night'): Promise<boolean> {
  const [row] = await db.query<{ done: boolean }>(
    `insert into leases (name, holder, expires_at, done_for) values ($2, '', '-infinity', $1)
     on conflict (name) do update set name = excluded.name
     returning done_for >= $1 as done`,
    [date, name],
  );
  return row.done;
}

/** Marks the night of a date (`YYYY-MM-DD`), and every earlier one, as done for all instances. */
export async function markNightDone(db: Queryable, date: string, name = 'night'): Promise<void> {
  await db.query('update leases set done_for = greatest(done_for, $1::date) where name = $2', [date, name]);
}
