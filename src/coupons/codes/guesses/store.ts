import type { Queryable } from '../../../db/index.ts';

/** Who tried unknown codes in the minute that is running. */
export interface Guesser {
  /** a hash: a customer's id is not kept */
  guesser: Buffer;
  since: Date;
  guesses: number;
}

/** Those of these who tried any since `after`. Clocks of instances differ, so that a minute may seem to begin in the future. */
export async function selectGuessers(db: Queryable, guessers: readonly Buffer[], after: Date): Promise<Guesser[]> {
  return db.query<Guesser>(
    'select guesser, since, guesses from code_guesses where guesser = any($1::bytea[]) and since > $2',
    [guessers, after],
    'select-guessers',
  );
}

/** Counts guesses of each, in a new minute where theirs began before `after`. @returns with what they have now */
export async function countGuesses(
  db: Queryable,
  guessers: readonly Buffer[],
  guesses: number,
  after: Date,
  now: Date,
): Promise<Guesser[]> {
  return db.query<Guesser>(
    `insert into code_guesses as known (guesser, since, guesses)
     select guesser, $4, $2 from unnest($1::bytea[]) as guesser order by guesser
     on conflict (guesser) do update set
       since = case when known.since > $3 then known.since else excluded.since end,
       guesses = case when known.since > $3 then known.guesses else 0 end + excluded.guesses
     returning guesser, since, guesses`,
    [guessers, guesses, after, now],
    'count-guesses',
  );
}

/** Forgets some of those whose minute began before `after`. @returns how many */
export async function forgetGuessers(db: Queryable, after: Date, atMost: number): Promise<number> {
  const rows = await db.query(
    `delete from code_guesses where guesser in
       (select due.guesser from code_guesses as due where due.since <= $1 order by due.since limit $2 for update skip locked)
     returning guesser`,
    [after, atMost],
    'forget-guessers',
  );
  return rows.length;
}
