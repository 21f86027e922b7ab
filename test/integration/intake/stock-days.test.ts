import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { itemPricesRelation, stockDaysRelation } from '../../../src/intake/fact-queries/relations/store.ts';
import { mostDaysCarried } from '../../../src/intake/stock/stock-days.ts';
import { carryOver, expireStockDays, selectStockKeptFrom } from '../../../src/intake/stock/store.ts';
import { takeTouches } from '../../../src/intake/touches/store.ts';
import { createTestIntake, type TestIntake, testNow } from '../../support/shops/intake.ts';

let intake: TestIntake;
beforeAll(async () => {
  intake = await createTestIntake();
});
beforeEach(() => intake.clear());
afterAll(() => intake.drop());

const tell = (...stocks: [item_id: string, stock: number | null, updated_at?: string][]) =>
  intake.recording.upsertItems(
    stocks.map(([item_id, stock, updated_at]) => ({ item_id, stock, ...(updated_at && { updated_at }) })),
  );
const carry = () => carryOver(intake.database, testNow, 'Europe/Berlin', mostDaysCarried);

/** Each day as `MM-DD opening lowest closing, hours sold out of hours`. */
async function days(item: string, where = 'true'): Promise<string[]> {
  const rows = await intake.database.query<{ told: string }>(
    `select to_char(day, 'MM-DD') || ' ' || concat_ws(' ', coalesce(opening::text, '?'), lowest, coalesce(closing::text, '?')) || ', ' ||
            round(sold_out_seconds / 3600.0, 2)::float8 || ' of ' || day_seconds / 3600 as told
     from ${stockDaysRelation('Europe/Berlin')} as days join items using (item_key) where item_id = $1 and ${where} order by day`,
    [item],
  );
  return rows.map(({ told }) => told);
}

async function touched(): Promise<string[]> {
  const { days } = await intake.database.transaction(takeTouches);
  return days.map(({ kind, day }) => `${kind} ${day.slice(5)}`);
}

// Berlin is two hours before UTC in summer, one in winter.
test('a day has its opening, lowest and closing stock and how long it was sold out; days between stand as they were', async () => {
  await tell(['A', 5, '2026-06-01T08:00:00Z'], ['A', 0, '2026-06-01T16:00:00Z'], ['A', 3, '2026-06-02T06:00:00Z']);
  expect(await days('A')).toEqual(['06-01 ? 0 0, 6 of 14', '06-02 0 0 3, 8 of 24']);
  expect(await touched()).toEqual(['stock 06-01', 'stock 06-02']);
  await tell(['A', 4, '2026-06-02T07:00:00Z']);
  await tell(['A', 2, '2026-06-05T10:00:00Z']);
  expect(await days('A')).toEqual([
    '06-01 ? 0 0, 6 of 14',
    '06-02 0 0 4, 8 of 24',
    '06-03 4 4 4, 0 of 24',
    '06-04 4 4 4, 0 of 24',
    '06-05 4 2 2, 0 of 24',
  ]);
  expect(await touched()).toEqual(['stock 06-02', 'stock 06-03', 'stock 06-04', 'stock 06-05']);
});

test('when a day is over it gets what stood, once; what is sold out stays sold out for the hours that the day has', async () => {
  await tell(
    ['A', 0, '2026-03-27T11:00:00Z'],
    ['B', 7],
    ['C', 4, '2026-06-29T10:00:00Z'],
    ['C', null, '2026-06-29T22:30:00Z'],
  );
  await touched();
  // From March 28 to June 30; B is known since today, C unknown since the day before yesterday's midnight.
  expect(await carry()).toBe(95);
  expect(await days('A', "day between '2026-03-27' and '2026-03-30'")).toEqual([
    '03-27 ? 0 0, 12 of 12',
    '03-28 0 0 0, 24 of 24',
    '03-29 0 0 0, 23 of 23',
    '03-30 0 0 0, 24 of 24',
  ]);
  expect(await days('B')).toEqual(['07-01 ? 7 7, 0 of 10']);
  expect(await days('C')).toEqual(['06-29 ? 4 4, 0 of 12', '06-30 4 4 ?, 0 of 24']);
  expect((await touched()).length).toBe(95);
  expect(await carry()).toBe(0);
  expect(await touched()).toEqual([]);
});

test('stock that is told late fills the days since, and a change of before the last one is of its time', async () => {
  await tell(['A', 1]);
  await carry();
  await tell(['B', 6, '2026-06-27T10:00:00Z']);
  expect(await days('B')).toEqual([
    '06-27 ? 6 6, 0 of 12',
    '06-28 6 6 6, 0 of 24',
    '06-29 6 6 6, 0 of 24',
    '06-30 6 6 6, 0 of 24',
  ]);
  await tell(['B', 0, '2026-06-28T10:00:00Z']);
  expect(await days('B', "day >= '2026-06-30'")).toEqual(['06-30 6 0 0, 24 of 24']);
});

test('an item of before that stock was kept begins today; one without stock has no days', async () => {
  await tell(['A', 5, '2026-06-01T08:00:00Z'], ['B', null]);
  await intake.database.query('truncate item_stock_days');
  expect(await carry()).toBe(1);
  expect(await days('A')).toEqual(['07-01 ? 5 5, 0 of 10']);
  expect(await days('B')).toEqual([]);
});

test('days past their retention go, but for the last of each item that is known, and none of later ones', async () => {
  await tell(['A', 5, '2026-06-01T08:00:00Z'], ['B', 2, '2026-05-01T08:00:00Z'], ['B', null, '2026-05-02T08:00:00Z']);
  await carry();
  expect(await expireStockDays(intake.database, '2026-06-20')).toBe(19 + 1);
  expect((await days('A')).slice(0, 2)).toEqual(['06-20 5 5 5, 0 of 24', '06-21 5 5 5, 0 of 24']);
  expect(await days('B')).toEqual(['05-02 2 2 ?, 0 of 24']);
  expect(await selectStockKeptFrom(intake.database)).toBe('2026-06-20');
  expect(await expireStockDays(intake.database, '2026-06-20')).toBe(0);
});

test('a stock of long ago does not fill a century', async () => {
  await tell(['A', 5, '1999-01-01T08:00:00Z'], ['A', 4, '2026-06-30T08:00:00Z']);
  expect((await days('A')).length).toBe(mostDaysCarried + 2);
});

// Would see: a price of an order taken for one that was asked, or a price that is told again counted as a change.
test('prices are kept as the catalogue told them, a row for each change', async () => {
  const price = (value: string | null, updated_at: string) =>
    intake.recording.upsertItems([{ item_id: 'A', price: value, updated_at: `2026-06-${updated_at}Z` }]);
  const prices = async () => {
    const rows = await intake.database.query<{ told: string }>(
      `select to_char(since at time zone 'UTC', 'DD HH24') || ' ' || coalesce(price::float8::text, '?') as told
       from ${itemPricesRelation} as told order by since`,
    );
    return rows.map(({ told }) => told);
  };
  const lines = [{ item_id: 'A', quantity: 1, unit_price: '7.00' }];
  await intake.recording.recordOrders([{ order_id: 'O', occurred_at: '2026-06-01T08:00:00Z', lines }]);
  expect(await prices()).toEqual([]);
  // The same as the order said, and yet the first that is known of what is asked.
  await price('7.00', '02T08:00:00');
  await price('7.00', '03T08:00:00');
  await price('6.00', '04T08:00:00');
  await price('9.00', '03T09:00:00');
  await price(null, '05T08:00:00');
  await tell(['A', 5, '2026-06-06T08:00:00Z']);
  expect(await prices()).toEqual(['02 08 7', '04 08 6', '05 08 ?']);
});
