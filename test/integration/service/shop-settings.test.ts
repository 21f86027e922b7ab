import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Database, migrate, settleShop } from '../../../src/db/index.ts';
import { type CliAnswer, runCli, runCliHere } from '../../support/service/cli.ts';
import { createTestDatabase, type TestDatabase } from '../../support/service/database.ts';
import { createOldSchema } from '../../support/upgrades/old-schema.ts';

const london = { PANNIER_CURRENCY: 'HUF', PANNIER_TIME_ZONE: 'Europe/London' };
let shop: TestDatabase;
let firstStart: CliAnswer;
beforeAll(async () => {
  shop = await createTestDatabase();
  firstStart = await runCli(shop.connectionString, 'keys list', london);
});
afterAll(() => shop.drop());

const settled = (database: Database) =>
  database.query('select currency, minor_digits, time_zone from shop').then(([row]) => row);

describe('what a shop is told in', () => {
  test('is written at the first start, whatever command it is, with the digits of ISO 4217', async () => {
    expect(firstStart).toMatchObject({ code: 0 });
    expect(await settled(shop.database)).toEqual({ currency: 'HUF', minor_digits: 2, time_zone: 'Europe/London' });
  });

  test.each([
    ['keys list', { ...london, PANNIER_CURRENCY: 'EUR' }, 'PANNIER_CURRENCY is EUR, set it to HUF'],
    ['serve', { ...london, PANNIER_CURRENCY: 'EUR' }, 'PANNIER_CURRENCY is EUR, set it to HUF'],
    ['demo', { ...london, PANNIER_CURRENCY: 'EUR' }, 'PANNIER_CURRENCY is EUR, set it to HUF'],
    ['train', { PANNIER_CURRENCY: 'HUF' }, 'PANNIER_TIME_ZONE is UTC, set it to Europe/London'],
    ['import orders missing.csv', {}, 'PANNIER_TIME_ZONE is UTC, set it to Europe/London'],
    ['export segments', {}, 'PANNIER_CURRENCY is EUR, set it to HUF'],
    ['coupons check', {}, 'PANNIER_CURRENCY is EUR, set it to HUF'],
  ])('refuses `%s` with other settings, and says what to do', async (line, settings, told) => {
    // What would serve if it were not refused needs a process that can be ended.
    const run = /^(serve|demo)/.test(line) ? runCli : runCliHere;
    const { code, errors } = await run(shop.connectionString, line, settings);
    expect(errors).toContain(told);
    expect(errors).toContain('give PANNIER_SCHEMA another name');
    expect(code).toBe(2);
    expect(await settled(shop.database)).toEqual({ currency: 'HUF', minor_digits: 2, time_zone: 'Europe/London' });
  });

  test('is not refused under another name of its zone', async () => {
    const named = { ...london, PANNIER_TIME_ZONE: 'GB' };
    const { code, errors } = await runCliHere(shop.connectionString, 'keys list', named);
    expect([code, errors]).toEqual([0, '']);
  });

  test('is one of two starts at once', async () => {
    await using other = await shopBefore('two_starts', 9999);
    const both = await Promise.all(
      ['EUR', 'JPY'].map((currency) => settleShop(other.database, { currency, minorDigits: 2, timeZone: 'UTC' })),
    );
    expect(both[0]).toEqual(both[1]);
  });
});

describe('a database of an earlier version', () => {
  test('without facts takes what is set at its first start', async () => {
    await using old = await shopBefore('empty_shop', 23);
    await migrate(old.database);
    await settleShop(old.database, { currency: 'JPY', minorDigits: 0, timeZone: 'Asia/Tokyo' });
    expect(await settled(old.database)).toEqual({ currency: 'JPY', minor_digits: 0, time_zone: 'Asia/Tokyo' });
  });

  // A Node that gave HUF no digits stored 500.00 × 1 as 500.
  test.each([
    [0, [500, 1000, 37]],
    [2, [50_000, 100_000, 3_725]],
  ])('with facts keeps the digits that they were stored with: %i', async (digits, amounts) => {
    await using old = await shopBefore(`old_shop_${digits}`, 23);
    await old.database.query(`
      insert into items (item_id) values ('tea');
      insert into orders (order_id, occurred_at, total_minor, content_hash) values ('O1', '2026-01-01', 1, '');`);
    await old.database.query(
      `insert into order_lines (order_key, line_number, item_key, quantity, unit_price, amount_minor)
       select 1, place, 1, quantity, price, amount
       from unnest(array[1, 2, 1], array[500, 500, 37.25], $1::int[]) with ordinality line (quantity, price, amount, place)`,
      [amounts],
    );
    await migrate(old.database);
    await settleShop(old.database, { currency: 'HUF', minorDigits: 2, timeZone: 'UTC' });
    expect(await settled(old.database)).toEqual({ currency: 'HUF', minor_digits: digits, time_zone: 'UTC' });
  });
});

/** A schema of its own as the migrations before a number leave it. */
async function shopBefore(schema: string, number: number) {
  const database = await createOldSchema(shop.connectionString, schema, number - 1);
  return { database, [Symbol.asyncDispose]: () => database.close() };
}
