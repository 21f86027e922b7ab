import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Database, openDatabase } from '../../../src/db/index.ts';
import { projectPath } from '../../../src/project.ts';
import { servedTables } from '../../../src/training/learners/index.ts';
import { kinds } from '../../../src/versions/index.ts';
import { createTestDatabase, type TestDatabase } from '../../support/service/database.ts';
import { schemaText } from '../../support/service/schema-text.ts';

let testDatabase: TestDatabase;
let db: Database;
beforeAll(async () => {
  testDatabase = await createTestDatabase();
  db = testDatabase.database;
});
afterAll(() => testDatabase.drop());

/** Rows of one column. */
async function list(sql: string, values: unknown[] = []): Promise<string[]> {
  return (await db.query<{ it: string }>(sql, values)).map(({ it }) => it);
}

/** Partitions follow their table. */
const tables = `(select c.oid, c.relname::text as name from pg_class c
  where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and not c.relispartition) as tables`;

/** What a key or an index is on, in its order. */
const columnsOf = (relation: string, numbers: string) =>
  `array(select a.attname::text from unnest(${numbers}) with ordinality as of_key (number, place)
         join pg_attribute a on a.attrelid = ${relation} and a.attnum = of_key.number order by of_key.place)`;

const served = [...new Set(Object.values(servedTables).flat())];

describe('migrations/schema.sql', () => {
  const file = readFileSync(projectPath('migrations/schema.sql'), 'utf8');

  test('is what the migrations make', async () => {
    expect(await schemaText(db, 'pannier')).toBe(file);
  });

  test('is all of it: it makes a schema that is described by the same text', async () => {
    const made = openDatabase({ connectionString: testDatabase.connectionString, schema: 'made_of_text', poolSize: 1 });
    await made.query('create schema made_of_text');
    await made.query(file);
    expect(await schemaText(made, 'made_of_text')).toBe(file);
    await made.close();
  });
});

describe('the schema', () => {
  test('has what the rules below are asked of', async () => {
    expect((await list(`select name as it from ${tables}`)).length).toBeGreaterThan(45);
    expect(served.length).toBeGreaterThan(7);
  });

  test('says of every table what it is', async () => {
    expect(await list(`select name as it from ${tables} where obj_description(oid, 'pg_class') is null`)).toEqual([]);
  });

  test('has a primary key for every table', async () => {
    expect(
      await list(`select name as it from ${tables}
        where not exists (select from pg_constraint p where p.conrelid = tables.oid and p.contype = 'p')`),
    ).toEqual([]);
  });

  test('knows a row of a served table by its version and the rest of the key', async () => {
    const keys = await db.query<{ name: string; columns: string[] }>(
      `select name, ${columnsOf('p.conrelid', 'p.conkey')} as columns
       from ${tables} join pg_constraint p on p.conrelid = tables.oid and p.contype = 'p' where name = any($1)`,
      [served],
    );
    expect(keys.map(({ name }) => name).sort()).toEqual([...served].sort());
    for (const { name, columns } of keys) {
      expect({ name, versioned: columns.includes('version'), more: columns.length > 1 }).toEqual({
        name,
        versioned: true,
        more: true,
      });
    }
  });

  test('calls no column by a word of SQL that has to be quoted, nor by one that says nothing', async () => {
    expect(
      await list(`select name || '.' || a.attname as it from ${tables} join pg_attribute a on a.attrelid = tables.oid
        where a.attnum > 0 and not a.attisdropped and (a.attname in ('left', 'count', 'position')
          or a.attname in (select word from pg_get_keywords() where catcode in ('R', 'T')))`),
    ).toEqual([]);
  });

  test('has a name for every constraint that tells what it keeps: none that was only counted or cut off', async () => {
    expect(
      await list(`select name || ': ' || c.conname as it from ${tables} join pg_constraint c on c.conrelid = tables.oid
        where c.conname ~ '[0-9]$' or c.conname = name || '_check' or length(c.conname) >= 63`),
    ).toEqual([]);
    expect(
      await list(`select name || ': ' || i.indexrelid::regclass as it from ${tables} join pg_index i on i.indrelid = tables.oid
        join pg_class c on c.oid = i.indexrelid where c.relname ~ '[0-9]$' or length(c.relname) >= 63`),
    ).toEqual([]);
  });

  test('leaves it to the code which kinds of models there are', async () => {
    const checks = await list(
      `select pg_get_constraintdef(c.oid) as it from ${tables} join pg_constraint c on c.conrelid = tables.oid and c.contype = 'c'`,
    );
    expect(checks.length).toBeGreaterThan(50);
    expect(checks.filter((check) => kinds.some((kind) => check.includes(`'${kind}'`)))).toEqual([]);
  });
});

describe('an index leads to', () => {
  /** Tables of which no row is ever deleted; so nobody looks whether something still names it. */
  const kept = [
    'items',
    // Changed only where nothing names it.
    'embedding_length',
    'imports',
    'orders',
    'order_lines',
    'refunds',
    'refund_lines',
    'campaigns',
    'campaign_terms',
    'coupons',
    'coupon_decisions',
    'coupon_uses',
    'coupon_reversals',
    'experiments',
    'holdouts',
    'past_campaigns',
    'policies',
    'policy_versions',
    'policy_publications',
  ];

  test('the rows that name a row which is deleted', async () => {
    expect(
      await list(
        `select name || ': ' || c.conname as it from ${tables} join pg_constraint c on c.conrelid = tables.oid and c.contype = 'f'
         join pg_class parent on parent.oid = c.confrelid
         where not parent.relname = any($1) and not exists (
           select from pg_index i where i.indrelid = tables.oid
             and (i.indkey::int2[])[0:cardinality(c.conkey) - 1] @> c.conkey
             and (i.indpred is null or pg_get_expr(i.indpred, i.indrelid) ~ '^\\(\\w+ IS NOT NULL\\)$'))`,
        [kept],
      ),
    ).toEqual([]);
  });

  test('them: nothing deletes from the others', () => {
    const deletes = new RegExp(`\\bdelete from (only )?(${kept.join('|')})\\b`, 'i');
    const files = readdirSync(projectPath('src'), { recursive: true, encoding: 'utf8' }).filter((name) =>
      name.endsWith('.ts'),
    );
    expect(files.length).toBeGreaterThan(100);
    expect(files.filter((name) => deletes.test(readFileSync(join(projectPath('src'), name), 'utf8')))).toEqual([]);
  });

  test('all that is known of a person, wherever it is', async () => {
    const people = await db.query<{ name: string; column: string; indexed: boolean }>(
      `select name, a.attname::text as column, exists (
         select from pg_index i where i.indrelid = tables.oid and (i.indkey::int2[])[0] = a.attnum) as indexed
       from ${tables} join pg_attribute a on a.attrelid = tables.oid and not a.attisdropped
       where a.attname in ('customer_key', 'visitor_key')`,
    );
    expect(people.length).toBeGreaterThan(20);
    expect(people.filter(({ indexed }) => !indexed)).toEqual([]);
  });

  test('what has outlived its time, where there is much of it', async () => {
    const due = {
      event_keys: 'occurred_at',
      served_lists: 'served_at',
      quarantine: 'received_at',
      idempotent_answers: 'created_at',
      segment_changes: 'changed_at',
      code_guesses: 'since',
    };
    for (const [table, column] of Object.entries(due)) {
      const leading = await list(
        `select a.attname::text as it from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = (i.indkey::int2[])[0]
         where i.indrelid = to_regclass($1)`,
        [table],
      );
      expect({ table, leading }).toEqual({ table, leading: expect.arrayContaining([column]) });
    }
  });

  test('a version that is dropped goes with its table: every served table is parted by version', async () => {
    expect(
      await list(
        `select name as it from ${tables} join pg_partitioned_table p on p.partrelid = tables.oid
         where name = any($1) and p.partstrat = 'l' and ${columnsOf('p.partrelid', 'p.partattrs::int2[]')} = array['version']`,
        [served],
      ).then((names) => names.sort()),
    ).toEqual([...served].sort());
  });
});
