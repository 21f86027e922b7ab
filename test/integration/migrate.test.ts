import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { migrate, openDatabase } from '../../src/db/index.ts';
import { createTestDatabase, type TestDatabase } from '../support/database.ts';

let test1: TestDatabase;
beforeAll(async () => {
  test1 = await createTestDatabase();
});
afterAll(() => test1.drop());

test('a migrated schema needs nothing more, and two migrators at once are safe', async () => {
  const fresh = openDatabase({ connectionString: test1.connectionString, schema: 'another_shop', poolSize: 4 });
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
  await test1.database.query('update migrations set hash = $1 where number = 1', [before!.hash]);
});
