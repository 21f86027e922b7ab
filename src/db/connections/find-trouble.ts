import type { Database } from './database.ts';
import type { Trouble } from './failures.ts';
import { takesWrites } from './takes-writes.ts';

/** What stands against the database's doing its work now; undefined: nothing is known. */
export async function findTrouble(db: Database, milliseconds: number): Promise<Trouble | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Trouble>((resolve) => {
    timer = setTimeout(() => resolve('unavailable'), milliseconds);
  });
  const answer = takesWrites(db).then(
    // It was away, and answers: what else was met lately may stand against writes still.
    (takes) => (takes ? troublesBesides('unavailable', db) : 'read_only'),
    (error) => (error as { trouble?: Trouble }).trouble ?? 'unavailable',
  );
  return Promise.race([answer, late]).finally(() => clearTimeout(timer));
}

function troublesBesides(past: Trouble, db: Database): Trouble | undefined {
  const trouble = db.trouble();
  return trouble === past ? undefined : trouble;
}
