import { cp, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Database, migrate, openDatabase } from '../../../src/db/index.ts';
import { projectPath } from '../../../src/project.ts';
import { createTestDatabase, type TestDatabase } from '../../support/service/database.ts';
import { makeScratchFolder } from '../../support/service/scratch-folder.ts';
import { createOldSchema } from '../../support/upgrades/old-schema.ts';

let test1: TestDatabase;
beforeAll(async () => {
  test1 = await createTestDatabase();
});
afterAll(() => test1.drop());

const open = (schema: string) => openDatabase({ connectionString: test1.connectionString, schema, poolSize: 4 });
const fileNames = async () => (await readdir(projectPath('migrations'))).filter((name) => /^\d/.test(name)).sort();
const applied = (database: Database) =>
  database
    .query<{ number: number; name: string }>('select number, name from migrations order by number')
    .then((rows) => rows.map(({ number, name }) => [number, name]));

test('a migrated schema needs nothing more, and two migrators at once are safe', async () => {
  const fresh = open('another_shop');
  const applied = await Promise.all([migrate(fresh), migrate(fresh)]);
  expect(applied.map((names) => names.length).sort()).toEqual([0, applied.flat().length]);
  expect(applied.flat()[0]).toBe('0001_facts.sql');
  expect(await migrate(test1.database)).toEqual([]);
  await fresh.close();
});

test('a schema newer than the code is refused by name', async () => {
  await test1.database.query(`insert into migrations (number, name, hash) values (9999, '9999_future.sql', 'x')`);
  await expect(migrate(test1.database)).rejects.toThrow('newer than this version of pannier (it has 9999_future.sql)');
  await test1.database.query('delete from migrations where number = 9999');
});

test('a migration changed after it was applied is refused by name', async () => {
  const [before] = await test1.database.query<{ hash: string }>('select hash from migrations where number = 1');
  await test1.database.query(`update migrations set hash = 'other' where number = 1`);
  await expect(migrate(test1.database)).rejects.toThrow('0001_facts.sql was changed after it was applied');
  await test1.database.query('update migrations set hash = $1 where number = 1', [before.hash]);
});

describe('numbers', () => {
  test('are consecutive, and no two migrations have one title', async () => {
    const names = await fileNames();
    expect(names.map((name) => name.slice(0, 5))).toEqual(
      names.map((_, place) => `${String(place + 1).padStart(4, '0')}_`),
    );
    expect(new Set(names.map((name) => name.slice(5))).size).toBe(names.length);
  });

  // The last with a gap before them, the first after a gap, and none after it.
  test.each([25, 23, 16, 15, 14])('of a database that had gaps in them are made so: as of %i', async (last) => {
    const schema = `gaps_${last}`;
    const old = await createOldSchema(test1.connectionString, schema, last);
    await old.query(`insert into items (item_id, title) values ('tea', 'Tea')`);
    const before = await applied(old);
    expect(before.at(-1)![0]).toBe(last + (last > 22 ? 3 : last > 14 ? 1 : 0));
    const names = await fileNames();
    expect(await migrate(old)).toEqual(names.slice(last));
    expect(await applied(old)).toEqual(names.map((name, place) => [place + 1, name]));
    expect(await old.query('select item_id, title from items')).toEqual([{ item_id: 'tea', title: 'Tea' }]);
    expect(await migrate(old)).toEqual([]);
    await old.close();
  });
});

describe('a migration without the common transaction', () => {
  /** The first migration of ours, and those given. */
  async function folderWith(files: { [name: string]: string }): Promise<string> {
    const folder = await makeScratchFolder('migrations');
    await cp(projectPath('migrations/0001_facts.sql'), join(folder, '0001_facts.sql'));
    for (const [name, sql] of Object.entries(files)) await writeFile(join(folder, name), sql);
    return folder;
  }
  const indexes = (database: Database) =>
    database
      .query<{ name: string; valid: boolean }>(
        `select relname as name, indisvalid as valid from pg_index join pg_class on pg_class.oid = indexrelid
         where relnamespace = current_schema()::regnamespace and relname ~ '^built_' order by relname`,
      )
      .then((rows) => rows.map(({ name, valid }) => [name, valid]));

  const build = `-- no transaction: people go on buying meanwhile
drop index concurrently if exists built_brand;
create index concurrently built_brand on items (brand);

-- One title once;
drop index concurrently if exists built_title;
create unique index concurrently built_title on items (title);
`;
  const files = {
    '0002_before.sql': `create table before_it (n int primary key); insert into before_it values (1);`,
    '0003_build.sql': build,
    '0004_after.sql': `create table after_it (n int primary key);`,
  };

  test('builds indexes concurrently between the others, for two migrators at once', async () => {
    const folder = await folderWith(files);
    const databases = [open('built_shop'), open('built_shop')];
    const both = await Promise.all(databases.map((database) => migrate(database, folder)));
    expect(both.sort((one, other) => other.length - one.length)).toEqual([
      ['0001_facts.sql', '0002_before.sql', '0003_build.sql', '0004_after.sql'],
      [],
    ]);
    expect(await indexes(databases[0])).toEqual([
      ['built_brand', true],
      ['built_title', true],
    ]);
    await Promise.all(databases.map((database) => database.close()));
  });

  test('that fails half way leaves what was before it, and is begun again at the next start', async () => {
    const folder = await folderWith({ '0002_before.sql': files['0002_before.sql'] });
    const database = open('failed_shop');
    await migrate(database, folder);
    await database.query(`insert into items (item_id, title) values ('tea', 'Tea'), ('other', 'Tea')`);
    await writeFile(join(folder, '0003_build.sql'), build);
    await writeFile(join(folder, '0004_after.sql'), files['0004_after.sql']);
    await expect(migrate(database, folder)).rejects.toThrow('could not create unique index "built_title"');
    expect((await applied(database)).map(([number]) => number)).toEqual([1, 2]);
    expect(await indexes(database)).toEqual([
      ['built_brand', true],
      ['built_title', false],
    ]);
    expect(await database.query(`select to_regclass('after_it') as it`)).toEqual([{ it: null }]);

    await database.query(`update items set title = 'Other tea' where item_id = 'other'`);
    expect(await migrate(database, folder)).toEqual(['0003_build.sql', '0004_after.sql']);
    expect(await indexes(database)).toEqual([
      ['built_brand', true],
      ['built_title', true],
    ]);
    await database.close();
  });

  test('of ours can be begun again: what it builds it drops first', async () => {
    for (const name of await fileNames()) {
      const sql = await readFile(projectPath(`migrations/${name}`), 'utf8');
      if (!sql.startsWith('-- no transaction')) continue;
      for (const [, index] of sql.matchAll(/create (?:unique )?index concurrently (\w+)/g)) {
        expect(sql).toMatch(new RegExp(`drop index concurrently if exists ${index};[\\s\\S]*concurrently ${index} `));
      }
    }
  });
});
