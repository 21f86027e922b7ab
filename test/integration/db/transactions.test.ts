import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { type Database, openDatabase } from '../../../src/db/index.ts';
import { createTestDatabase } from '../../support/service/database.ts';
import { until } from '../../support/shops/training-shop.ts';

let db: Database;
let connectionString: string;
let drop: () => Promise<void>;
beforeAll(async () => {
  ({ database: db, connectionString, drop } = await createTestDatabase());
  await db.query('create table steps (step int primary key, of int references steps)');
  await db.query('create sequence tries');
  await db.query(
    `create function lose_once() returns int language plpgsql as
     $$ begin if nextval('tries') = 1 then raise sqlstate '40001'; end if; return 1; end $$`,
  );
});
afterAll(() => drop());
beforeEach(async () => {
  await db.query('truncate steps');
});

const steps = async () =>
  (await db.query<{ step: number }>('select step from steps order by step')).map(({ step }) => step);

describe('a pipelined transaction', () => {
  test('does its statements in their order, although none waits for another', async () => {
    const insert = 'insert into steps values ($1, $2)';
    await db.transaction(
      (tx) =>
        Promise.all([
          tx.query(insert, [1, null], 'insert-step'),
          tx.query(insert, [2, 1], 'insert-step'),
          tx.query('delete from steps where step = any($1::int[])', [[2, null]]),
          tx.query(insert, [3, 1], 'insert-step'),
        ]),
      { pipelined: true },
    );
    expect(await steps()).toEqual([1, 3]);
  });

  test('tells the first failure, keeps nothing, and leaves a connection that COPY can use', async () => {
    await db.query('insert into steps values (1, null)');
    const failing = db.transaction(
      (tx) =>
        Promise.all([
          tx.query('insert into steps values (4, 1)'),
          tx.query('insert into steps values (5, 99)'),
          tx.query('insert into steps values (6, 1)'),
        ]),
      { pipelined: true },
    );
    await expect(failing).rejects.toMatchObject({ code: '23503' });
    expect(await steps()).toEqual([1]);
    expect(await db.session((tx) => tx.copyInto('steps (step)', ['7\n', '8\n']))).toBe(2);
    expect(await steps()).toEqual([1, 7, 8]);
  });
});

const refuses = 'insert into steps values (5, 99)';

describe.each([{ pipelined: true }, { pipelined: false }])('of several that are asked at once (%j)', (options) => {
  // Would see: a statement of a transaction that is rolled back, done by itself and committed.
  test('none is done once the transaction has failed', async () => {
    let late: Promise<unknown> | undefined;
    const failing = db.transaction((tx) => {
      late = tx.query('insert into steps values (1, null)').then(async () => {
        await sleep(20);
        return tx.query('insert into steps values (2, null)');
      });
      return Promise.all([late, tx.query(refuses)]);
    }, options);
    await expect(failing).rejects.toMatchObject({ code: '23503' });
    await expect(late).rejects.toThrow('The transaction is over.');
    expect(await steps()).toEqual([]);
  });

  // Would see: 'current transaction is aborted' told to the caller, whose own fault nobody learns.
  test('the one that failed is told, also where its neighbour hears of it first', async () => {
    const failing = db.transaction(
      (tx) =>
        Promise.all([
          tx.query(refuses).catch(async (error) => {
            await sleep(5);
            throw error;
          }),
          tx.query('select 1'),
        ]),
      options,
    );
    await expect(failing).rejects.toMatchObject({ code: '23503' });
  });

  // Would see: a transaction that lost a race and is not tried again.
  test('one that lost a race begins all of them again', async () => {
    await db.query('alter sequence tries restart');
    await db.transaction(
      (tx) =>
        Promise.all([
          tx.query('select lose_once()').catch(async (error) => {
            await sleep(5);
            throw error;
          }),
          tx.query('insert into steps values (1, null)'),
        ]),
      options,
    );
    expect(await steps()).toEqual([1]);
  });
});

// Would see: an answer that something is kept, before it is.
test.each([true, false])('a commit that fails is a failure (pipelined: %s)', async (pipelined) => {
  await db.query('alter table steps alter constraint steps_of_fkey deferrable initially deferred');
  try {
    const failing = db.transaction((tx) => tx.query(refuses), { pipelined });
    await expect(failing).rejects.toMatchObject({ code: '23503' });
    expect(await steps()).toEqual([]);
  } finally {
    await db.query('alter table steps alter constraint steps_of_fkey not deferrable');
  }
});

// Would see: what was taken back told as the cause of what failed after it.
test('of two failures, of which the first was taken back, the second is told', async () => {
  const failing = db.transaction(async (tx) => {
    await tx.query('savepoint start');
    await tx.query(refuses).catch(() => {});
    await tx.query('rollback to savepoint start');
    await tx.query('select 1 / 0').catch(() => {});
    await tx.query('select 1');
  });
  await expect(failing).rejects.toMatchObject({ code: 'invalid_request' });
});

test('a transaction by key finds a row through its index however small the table is', async () => {
  await db.query('analyze steps');
  const planOf = async (byKey: boolean) => {
    const rows = await db.transaction(
      (tx) => tx.query<{ 'QUERY PLAN': string }>('explain select from steps where step = 3'),
      { byKey },
    );
    return rows.map((row) => row['QUERY PLAN']).join('\n');
  };
  expect(await planOf(false)).toContain('Seq Scan');
  expect(await planOf(true)).toContain('Index');
  expect(await planOf(false)).toContain('Seq Scan');
});

// Would see: connections that keep, for ever, statements prepared for a day or a version that is over.
test('a connection makes room for a new one once its time is over', async () => {
  const pool = openDatabase({ connectionString, schema: 'pannier', poolSize: 1, lifetimeSeconds: 0.2 });
  const backend = async () => (await pool.query<{ pid: number }>('select pg_backend_pid() as pid'))[0].pid;
  try {
    const first = await backend();
    expect(await backend()).toBe(first);
    await until(async () => (await backend()) !== first, 2_000);
  } finally {
    await pool.close();
  }
});
