import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Database, openDatabase } from '../../../src/db/index.ts';
import { projectPath } from '../../../src/project.ts';

/** What migrations were called before their numbers were consecutive, by what they are called now. */
const earlierNames: Record<string, string> = {
  '0015_decisions_without_points.sql': '0016_decisions_without_points.sql',
  '0016_holdout_considerations.sql': '0017_holdout_considerations.sql',
  '0017_refund_links.sql': '0018_refund_links.sql',
  '0018_gifts_titles_erased.sql': '0019_gifts_titles_erased.sql',
  '0019_settled_orders.sql': '0020_settled_orders.sql',
  '0020_code_guesses.sql': '0021_code_guesses.sql',
  '0021_who_says_product.sql': '0022_who_says_product.sql',
  '0022_run_warnings.sql': '0023_run_warnings.sql',
  '0023_shop.sql': '0026_shop.sql',
  '0024_position_of_lines.sql': '0027_position_of_lines.sql',
  '0025_retention.sql': '0028_retention.sql',
};

/** No later migration was ever applied under an earlier name. */
const lastWithGaps = 25;

/**
 * A schema of its own as it was after the migration of this number, to be filled as that version filled it. It remembers the
 * migrations under the names that they had then.
 */
export async function createOldSchema(connectionString: string, schema: string, last: number): Promise<Database> {
  const database = openDatabase({ connectionString, schema, poolSize: 2 });
  const folder = projectPath('migrations');
  const names = (await readdir(folder)).sort().filter((name) => Number(name.slice(0, 4)) <= last);
  await database.transaction(async (tx) => {
    await tx.query(`create schema ${schema}`);
    await tx.query(`create table migrations (
      number int primary key, name text not null, hash text not null, applied_at timestamptz not null default clock_timestamp())`);
    for (const name of names) {
      const sql = await readFile(join(folder, name), 'utf8');
      await tx.query(sql);
      const hash = createHash('sha256').update(sql).digest('hex');
      const earlier = (last <= lastWithGaps && earlierNames[name]) || name;
      await tx.query('insert into migrations values ($1, $2, $3)', [Number(earlier.slice(0, 4)), earlier, hash]);
    }
  });
  return database;
}
