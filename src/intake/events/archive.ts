import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from '../../db/index.ts';
import { sumFactFile, writeFactFile } from '../lake/fact-files.ts';
import { archivedEvents, isSameSum, readOneMoment, selectRowSum } from '../lake/store.ts';

/**
 * Writes what was a partition of events to a Parquet file of its own, and reads the file back: it returns when as many rows
 * with the same sum are on the disk as in the table. Its name holds the sum, so that another history of the same period, archived later,
 * takes no other's place. People are in it by their keys alone, which lead to nobody once they are erased.
 * @throws where the folder cannot be written, or something else was read back: the table must stay then
 */
export async function archiveEvents(db: Database, aside: string, folder: string, name: string): Promise<void> {
  const table = archivedEvents(aside);
  const held = await selectRowSum(db, table, undefined);
  if (held.rows === 0) return;
  const file = join(folder, `${name}.${BigInt(held.checksum).toString(36)}.parquet`);
  const isThere = await sumFactFile(table, file).then(
    (sum) => isSameSum(sum, held),
    () => false,
  );
  if (isThere) return;
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await db.transaction(async (tx) => {
    await readOneMoment(tx);
    await writeFactFile(tx, table, undefined, file);
  });
  const read = await sumFactFile(table, file);
  if (!isSameSum(read, held)) {
    throw new Error(
      `The archive ${file} does not hold what it should: ${read.rows} rows with the sum ${read.checksum}, and not ${held.rows} with ${held.checksum}. ${aside} stays.`,
    );
  }
}
