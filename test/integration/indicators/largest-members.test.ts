import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Database } from '../../../src/db/index.ts';
import { readValues } from '../../../src/indicators/values/values.ts';
import { type IndicatorShop, openIndicatorShop } from '../../support/shops/indicator-shop.ts';

const itemCount = 300;
const days = 365;

let shop: IndicatorShop;
beforeAll(async () => {
  shop = await openIndicatorShop({ timeZone: 'UTC', now: '2026-12-31T12:00:00Z' });
  // Item n sold for n a day, all the year long; the one named refund for so much less than nothing.
  await shop.service.database.query(
    `insert into indicator_cells (measure, dimension, grain, period, member, amount)
     select 'sales.net', 'item', 'day', '2026-01-01'::timestamptz + day * interval '1 day',
            case number when 0 then 'refund' else 'item-' || number end, case number when 0 then -1000 else number end
     from generate_series(0, ${itemCount}) as number, generate_series(0, ${days - 1}) as day`,
  );
});
afterAll(() => shop.stop());

/** Asks, and counts the rows that the database gave for it. */
async function ask(question: { limit: number; from?: string; grain?: 'day' | 'month' }) {
  let rows = 0;
  const { database } = shop.service;
  const db = new Proxy(database, {
    get: (target, name) =>
      name === 'query'
        ? async (...asked: Parameters<Database['query']>) => {
            const found = await target.query(...asked);
            rows += found.length;
            return found;
          }
        : Reflect.get(target, name),
  });
  const answer = readValues(
    { db, config: { timeZone: 'UTC', minorDigits: 2 }, clock: () => shop.time.now },
    { indicatorIds: ['net-sales'], grain: 'day', by: 'item', from: '2026-01-01', to: '2026-12-31', ...question },
  );
  const told = await answer.then(
    ({ values }) => ({ members: [...new Set(values.map(({ member }) => member))], values: values.length }),
    (error) => ({ refused: error.code, field: error.fields }),
  );
  return { ...told, rows };
}

// Would see: everybody read to tell of a few, which holds up the instance, and the order of largest numerators lost.
test('of many members the largest are chosen by the database, and only these are read', async () => {
  const { rows, ...told } = await ask({ limit: 2 });
  expect(told).toEqual({ members: ['refund', `item-${itemCount}`], values: 2 * days });
  expect(rows).toBeLessThan(5 * days);
});

// Would see: a question that is refused after all of it was read.
test('a question for too many values is refused before they are read', async () => {
  const { rows, ...told } = await ask({ limit: 280 });
  expect(told).toMatchObject({ refused: 'invalid_request' });
  expect(rows).toBeLessThan(2 * itemCount);
});

test('months are chosen by what their days come to', async () => {
  expect(await ask({ limit: 3, grain: 'month', from: '2026-12-01' })).toMatchObject({
    members: ['refund', `item-${itemCount}`, `item-${itemCount - 1}`],
    values: 3,
  });
});

// Would see: who had stock, and has none left, left out of what was in stock on a mean day.
test('of a mean over days all days count, also where nothing is left on the last', async () => {
  await shop.service.database.query(
    `insert into indicator_cells (measure, dimension, grain, period, member, amount)
     select 'goods.stock_value', 'category', 'day', ('2026-12-' || told.day)::timestamptz, told.category, told.amount
     from (values ('30', 'tea', 300), ('31', 'tea', 0), ('30', 'cups', 100), ('31', 'cups', 100)) as told (day, category, amount)`,
  );
  const { values } = await readValues(
    { db: shop.service.database, config: { timeZone: 'UTC', minorDigits: 2 }, clock: () => shop.time.now },
    {
      indicatorIds: ['stock-turnover'],
      grain: 'month',
      by: 'category',
      from: '2026-12-01',
      to: '2026-12-31',
      limit: 2,
    },
  );
  expect(values.map(({ member }) => member)).toEqual(['tea', 'cups']);
});
