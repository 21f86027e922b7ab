import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { createTestImports, type TestImports } from '../../support/shops/imports.ts';
import { readColumn, readNumber, testNow } from '../../support/shops/intake.ts';

let shop: TestImports;
beforeAll(async () => {
  shop = await createTestImports(testNow);
});
afterAll(() => shop.drop());
beforeEach(() => shop.clear());

const header = 'order_id,item_id,quantity,occurred_at,unit_price,customer_id';
const csv = (...lines: string[]) => `${[header, ...lines].join('\n')}\n`;
const mapping = { cancellations: { order_prefix: 'C' } };
const waiting = () => readNumber(shop.database, 'select count(*) from quarantine');

test('cancellations pass once their orders are there, also into a refund that holds a part of them', async () => {
  const cancellations = csv(
    'CO9,A,-1,2026-03-05 10:00:00,2.00,C1',
    'CO9,B,-1,2026-03-05 10:00:00,3.00,C1',
    'CO8,A,-1,2026-03-06 10:00:00,2.00,C1',
    'CO7,A,-1,2026-03-06 10:00:00,9.00,C1',
  );
  await shop.take(csv('O1,B,4,2026-03-01 10:00:00,3.00,C1'), { mapping });
  const first = await shop.take(cancellations, { mapping });
  expect(first.report.rows).toEqual({ in: 4, facts: 1, quarantined: 3, merged: 0 });
  await shop.take(csv('O2,A,5,2026-03-02 10:00:00,2.00,C1'), { mapping });

  expect(await shop.imports.redrive({ rule: 'refund_without_sale' })).toEqual({
    in: 3,
    facts: 2,
    quarantined: 1,
    merged: 0,
  });
  expect(
    await readColumn(
      shop.database,
      `select concat_ws(' ', refund_id, line_number, item_id, quantity::int, unlinked_quantity::int)
       from refund_lines join refunds using (refund_key) join items using (item_key) order by 1`,
    ),
  ).toEqual(['CO8 1 A 1 0', 'CO9 1 B 1 0', 'CO9 2 A 1 0']);
  expect(await waiting()).toBe(1);
  // The cells they changed are noted for the import that brought them.
  expect(
    await readColumn(shop.database, 'select row_number from corrections where import_id = $1 order by 1', [
      first.importId,
    ]),
  ).toEqual([1, 2, 3]);
  expect((await shop.take(cancellations, { mapping })).report.rows).toEqual({
    in: 4,
    facts: 0,
    quarantined: 0,
    merged: 4,
  });
  expect(await shop.imports.redrive({})).toEqual({ in: 1, facts: 0, quarantined: 1, merged: 0 });
});

test('a row whose time has come joins the order that was recorded without it, and the file is the same file still', async () => {
  const file = csv(
    'O1,A,1,2026-07-01 10:00:00,2.00,C1',
    'O1,B,1,2026-07-02 10:00:00,3.00,C1',
    'O2,B,1,2026-07-02 10:00:00,3.00,C2',
  );
  const first = await shop.take(file);
  expect(first.report.rows).toEqual({ in: 3, facts: 1, quarantined: 2, merged: 0 });
  expect(await shop.imports.redrive({ importId: first.importId })).toEqual({
    in: 2,
    facts: 0,
    quarantined: 2,
    merged: 0,
  });
  shop.setNow(new Date('2026-07-03T00:00:00Z'));
  expect(await shop.imports.redrive({ importId: first.importId })).toEqual({
    in: 2,
    facts: 2,
    quarantined: 0,
    merged: 0,
  });
  expect(
    await shop.database.query(
      `select order_id, total_minor, count(*)::int as lines, max(line_number) as last from orders join order_lines using (order_key)
       group by order_key order by 1`,
    ),
  ).toEqual([
    { order_id: 'O1', total_minor: 500, lines: 2, last: 2 },
    { order_id: 'O2', total_minor: 300, lines: 1, last: 1 },
  ]);
  expect((await shop.take(file)).report.rows).toEqual({ in: 3, facts: 0, quarantined: 0, merged: 3 });
});

test('rows that contradict a known order never join it', async () => {
  await shop.take(csv('O1,A,1,2026-03-01 10:00:00,2.00,C1'));
  await shop.take(csv('O1,A,2,2026-03-01 10:00:00,2.00,C1'));
  expect(await shop.imports.redrive({})).toEqual({ in: 1, facts: 0, quarantined: 1, merged: 0 });
  expect(await readNumber(shop.database, 'select count(*) from order_lines')).toBe(1);
});

// Would see: an order grown that came whole by the API, by a row of a file that bears its id.
test('a row whose time has come does not join an order of the API', async () => {
  await shop.take(csv('O1,B,1,2026-07-02 10:00:00,3.00,C1'));
  const lines = [{ item_id: 'A', quantity: 1, unit_price: '2.00' }];
  await shop.recording.recordOrders([
    { order_id: 'O1', customer_id: 'C1', occurred_at: '2026-06-30T10:00:00Z', lines },
  ]);
  shop.setNow(new Date('2026-07-03T00:00:00Z'));
  expect(await shop.imports.redrive({})).toEqual({ in: 1, facts: 0, quarantined: 1, merged: 0 });
  expect(await readColumn(shop.database, 'select rules from quarantine')).toEqual([['order_conflict']]);
  expect(await readColumn(shop.database, 'select item_id from order_lines join items using (item_key)')).toEqual(['A']);
});

test('a row of another person than the order has been recorded for stays out', async () => {
  await shop.take(csv('O1,A,1,2026-03-01 10:00:00,2.00,C1', 'O1,B,1,2026-03-01 10:00:00,2.00,C2'));
  expect(await shop.imports.redrive({})).toEqual({ in: 1, facts: 0, quarantined: 1, merged: 0 });
  expect(await readColumn(shop.database, 'select rules from quarantine')).toEqual([['mixed_order']]);
});

test('events pass once their items are there: those of the API, and those of files however they were written', async () => {
  const event = { type: 'view' as const, visitor_id: 'V1', occurred_at: '2026-03-01T10:00:00Z' };
  await shop.recording.recordEvents([
    { ...event, event_id: 'E1', item_id: 'A' },
    { ...event, event_id: 'E2', item_id: 'B' },
  ]);
  await shop.take('event_id,type,visitor_id,item_id,occurred_at\nE3,view,V1, A ,1.4.2026 10:00\nE4,view,V1,A,soon\n', {
    kind: 'events',
    mapping: { time_format: 'D.M.YYYY HH:mm' },
  });
  expect(await waiting()).toBe(4);
  await shop.recording.upsertItems([{ item_id: 'A' }]);
  expect(await shop.imports.redrive({ rule: 'unknown_item' })).toEqual({ in: 3, facts: 2, quarantined: 1, merged: 0 });
  expect(await readColumn(shop.database, 'select event_id from events order by 1')).toEqual(['E1', 'E3']);
  expect(await shop.imports.redrive({})).toEqual({ in: 2, facts: 0, quarantined: 2, merged: 0 });
});

// Would see: events sent through before the items that they wait for, and other stations left with the catalogue of before.
test('what waits for something else that waits passes together with it, and what has changed is told', async () => {
  const at = '2026-07-01T12:30:00Z';
  await shop.recording.recordEvents([
    { event_id: 'E1', type: 'view', customer_id: 'C1', item_id: 'A', occurred_at: '2026-07-01T11:00:00Z' },
  ]);
  await shop.recording.recordRefunds([{ refund_id: 'R1', order_id: 'O1', occurred_at: '2026-07-01T11:00:00Z' }]);
  await shop.recording.upsertItems([{ item_id: 'A', updated_at: at }]);
  await shop.take(csv('O2,B,1,2026-07-01 14:30:00,2.00,C2'));
  expect(await waiting()).toBe(4);
  shop.setNow(new Date(at));
  shop.notices.length = 0;
  expect(await shop.imports.redrive({})).toEqual({ in: 4, facts: 3, quarantined: 1, merged: 0 });
  const keys = (of: string) => readColumn<number>(shop.database, `select ${of}_key from ${of}s order by 1`);
  const told = shop.notices.map((notice) => [
    notice.about,
    'keys' in notice ? [...notice.keys].sort((a, b) => a - b) : [],
  ]);
  expect(told).toEqual([
    ['items', await keys('item')],
    ['customers', await keys('customer')],
  ]);
});

// Would see: rows that lie in quarantine anew sent through once more by the redrive that laid them there.
test('a row that is refused again in its new form is sent through once', async () => {
  const rows = Array.from({ length: 1_000 }, (_, row) => `E${row},view,V${row},A,2026-07-01 14:30:00`);
  await shop.take(`${['event_id,type,visitor_id,item_id,occurred_at', ...rows].join('\n')}\n`, {
    kind: 'events',
    force: true,
  });
  expect(await waiting()).toBe(1_000);
  shop.setNow(new Date('2026-07-01T12:30:00Z'));
  expect(await shop.imports.redrive({})).toEqual({ in: 1_000, facts: 0, quarantined: 1_000, merged: 0 });
  expect(await readColumn(shop.database, 'select distinct rules from quarantine')).toEqual([['unknown_item']]);
});

// Would see: naive times read in the shop's zone by a redrive, where the file was imported as one of another zone.
test('times are read in the zone that the file was imported with', async () => {
  const options = { timeZone: 'America/New_York' };
  await shop.recording.upsertItems([{ item_id: 'A' }]);
  // Half past eight there is half past twelve in UTC, when it is twelve.
  await shop.take('event_id,type,visitor_id,item_id,occurred_at\nE1,view,V1,A,2026-07-01 08:30:00\n', {
    ...options,
    kind: 'events',
  });
  await shop.take(csv('O1,A,1,2026-07-01 08:30:00,2.00,C1'), options);
  expect(await waiting()).toBe(2);
  shop.setNow(new Date('2026-07-01T12:30:00Z'));
  expect(await shop.imports.redrive({})).toEqual({ in: 2, facts: 2, quarantined: 0, merged: 0 });
  for (const table of ['events', 'orders']) {
    const times = await readColumn(shop.database, `select occurred_at from ${table}`);
    expect([table, times]).toEqual([table, [new Date('2026-07-01T12:30:00Z')]]);
  }
});

test('a refund by the API passes once its order is there', async () => {
  await shop.recording.recordRefunds([{ refund_id: 'R1', order_id: 'O1', occurred_at: '2026-03-05T10:00:00Z' }]);
  await shop.take(csv('O1,A,1,2026-03-01 10:00:00,2.00,C1'));
  expect(await shop.imports.redrive({ rule: 'refund_without_sale' })).toEqual({
    in: 1,
    facts: 1,
    quarantined: 0,
    merged: 0,
  });
  expect(await waiting()).toBe(0);
});

test('a row of a file whose fault lay in time passes as an element too', async () => {
  const row = { item_id: 'A', title: 'Apple', updated_at: '2026-07-02T00:00:00Z' };
  await shop.take(`${JSON.stringify(row)}\n`, { kind: 'items' });
  expect(await waiting()).toBe(1);
  shop.setNow(new Date('2026-07-03T00:00:00Z'));
  expect(await shop.imports.redrive({})).toEqual({ in: 1, facts: 1, quarantined: 0, merged: 0 });
  expect(await waiting()).toBe(0);
});

// Would see: a word that was refused because its day was to come, put over what was told when that day was there.
test('what was told since stands, of costs, market figures and customers; of two that waited the later', async () => {
  const { recording, database } = shop;
  const cost = (amount: string, channel: string) => ({ day: '2026-07-20', channel, amount });
  const figure = (value: string) => ({ month: '2026-08', measure: 'sales' as const, value, source: 'panel' });
  const customer = (customer_id: string, profiling_allowed: boolean, registered_at?: string) => ({
    ...{ customer_id, profiling_allowed },
    ...(registered_at !== undefined && { registered_at }),
  });
  const early = '2026-07-20T08:00:00Z';
  await recording.recordCosts([cost('5', 'search'), cost('6', 'social')]);
  await recording.recordCosts([cost('7', 'social')]);
  await recording.recordMarketFigures([figure('100')]);
  await recording.upsertCustomers([customer('objects', true, early), customer('silent', false, early)]);
  expect(await waiting()).toBe(6);

  shop.setNow(new Date('2026-08-03T12:00:00Z'));
  await recording.recordCosts([cost('9', 'search')]);
  await recording.recordMarketFigures([figure('200')]);
  await recording.upsertCustomers([customer('objects', false)]);
  expect(await shop.imports.redrive({})).toEqual({ in: 6, facts: 3, quarantined: 0, merged: 3 });

  expect(await readColumn(database, `select channel || ' ' || amount_minor from costs order by 1`)).toEqual([
    'search 900',
    'social 700',
  ]);
  expect(await readColumn(database, 'select value::int from market_figures')).toEqual([200]);
  expect(
    await readColumn(
      database,
      `select concat_ws(' ', customer_id, profiling_allowed, registered_at is not null) from customers order by 1`,
    ),
  ).toEqual(['objects f f', 'silent f t']);
});
