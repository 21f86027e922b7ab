import type { Queryable } from '../../db/index.ts';

/** Of tries that were wrong: so many are free, and each one after them has to wait twice as long as the one before. */
export interface Patience {
  free: number;
  firstMs: number;
  longestMs: number;
  /** so long after the last try all is forgotten */
  memoryMs: number;
}

/**
 * Counts a try before it is looked at, in one statement, so that many at once get no further than one after the other.
 * @returns the how manieth it is, where it may be looked at; otherwise for how long it has to wait still, in ms
 */
export async function admitTry(
  db: Queryable,
  guesser: Buffer,
  now: Date,
  patience: Patience,
): Promise<{ tries: number } | { waitMs: number }> {
  const { free, firstMs, longestMs, memoryMs } = patience;
  const [admitted] = await db.query<{ tries: number }>(
    `insert into sign_in_guesses as known (guesser, last_at, guesses) values ($1, $2, 1)
     on conflict (guesser) do update set last_at = $2,
       guesses = case when known.last_at > $2 - $3 * interval '1 ms' then known.guesses else 0 end + 1
     where known.last_at <= $2 - $3 * interval '1 ms' or known.guesses < $4
       or known.last_at + least($6, $5 * 2 ^ least(known.guesses - $4, 30)) * interval '1 ms' <= $2
     returning guesses as tries`,
    [guesser, now, memoryMs, free, firstMs, longestMs],
  );
  if (admitted) return admitted;
  const [found] = await db.query<{ guesses: number; lastAt: Date }>(
    'select guesses, last_at as "lastAt" from sign_in_guesses where guesser = $1',
    [guesser],
  );
  if (!found) return { waitMs: 1 };
  const waits = Math.min(longestMs, firstMs * 2 ** Math.min(found.guesses - free, 30));
  return { waitMs: Math.max(1, found.lastAt.getTime() + waits - now.getTime()) };
}

/** Counts one more of each that refuses nobody; anew where the last one is from before `after`. @returns their numbers, in order */
export async function countTries(
  db: Queryable,
  guessers: readonly Buffer[],
  after: Date,
  now: Date,
): Promise<number[]> {
  const rows = await db.query<{ guesser: Buffer; guesses: number }>(
    `insert into sign_in_guesses as known (guesser, last_at, guesses)
     select guesser, $3, 1 from unnest($1::bytea[]) as guesser order by guesser
     on conflict (guesser) do update set last_at = $3,
       guesses = case when known.last_at > $2 then known.guesses else 0 end + 1
     returning guesser, guesses`,
    [guessers, after, now],
  );
  return guessers.map((guesser) => rows.find((row) => row.guesser.equals(guesser))?.guesses ?? 0);
}

/** Takes one back of each: it was no wrong try. */
export async function forgiveTries(db: Queryable, guessers: readonly Buffer[]): Promise<void> {
  await db.query(
    `update sign_in_guesses as known set guesses = greatest(known.guesses - 1, 0)
     from (select guesser from sign_in_guesses where guesser = any($1::bytea[]) order by guesser for update) as locked
     where known.guesser = locked.guesser`,
    [guessers],
  );
}

/** Whoever has shown who they are begins anew. */
export async function forgetTries(db: Queryable, guesser: Buffer): Promise<void> {
  await db.query('delete from sign_in_guesses where guesser = $1', [guesser]);
}

/** @returns how many were forgotten */
export async function deleteOldTries(db: Queryable, before: Date): Promise<number> {
  const rows = await db.query('delete from sign_in_guesses where last_at <= $1 returning guesser', [before]);
  return rows.length;
}
