import type { Queryable } from '../../db/index.ts';

/** How often somebody tried to sign in since their quarter of an hour began. */
export interface Guesser {
  guesser: Buffer;
  since: Date;
  guesses: number;
}

/** Counts one more of each, in a new window where theirs began before `after`. @returns with what they have now */
export function countGuess(db: Queryable, guessers: readonly Buffer[], after: Date, now: Date): Promise<Guesser[]> {
  return db.query<Guesser>(
    `insert into sign_in_guesses as known (guesser, since, guesses)
     select guesser, $3, 1 from unnest($1::bytea[]) as guesser order by guesser
     on conflict (guesser) do update set
       since = case when known.since > $2 then known.since else excluded.since end,
       guesses = case when known.since > $2 then known.guesses else 0 end + 1
     returning guesser, since, guesses`,
    [guessers, after, now],
  );
}

/** Takes one back of each: it was no guess. */
export async function forgiveGuess(db: Queryable, guessers: readonly Buffer[]): Promise<void> {
  await db.query(
    `update sign_in_guesses as known set guesses = greatest(known.guesses - 1, 0)
     from (select guesser from sign_in_guesses where guesser = any($1::bytea[]) order by guesser for update) as locked
     where known.guesser = locked.guesser`,
    [guessers],
  );
}

/** @returns how many were forgotten */
export async function forgetGuessers(db: Queryable, before: Date): Promise<number> {
  const rows = await db.query('delete from sign_in_guesses where since <= $1 returning guesser', [before]);
  return rows.length;
}
