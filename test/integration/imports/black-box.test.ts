import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { createTestImports, type TestImports } from '../../support/shops/imports.ts';
import { readColumn, testNow } from '../../support/shops/intake.ts';

let shop: TestImports;
beforeAll(async () => {
  shop = await createTestImports(testNow);
});
afterAll(() => shop.drop());
beforeEach(async () => {
  await shop.clear();
  await shop.take('item_id,title,category,price\nA,Apple,Fruit,1.00\n', { kind: 'items' });
});

const time = '2026-02-01T10:00:00Z';
const ndjson = (...rows: unknown[]) =>
  rows.map((row) => (typeof row === 'string' ? row : JSON.stringify(row))).join('\n');
const order = (order_id: string) => ({
  order_id,
  occurred_at: time,
  lines: [{ item_id: 'A', quantity: 1, unit_price: '1.00' }],
});
const line = (order_id: unknown, more: object = {}) => ({
  order_id,
  item_id: 'A',
  quantity: 1,
  unit_price: '1.00',
  occurred_at: time,
  ...more,
});
const event = (event_id: string, more: object = {}) => ({
  event_id,
  type: 'view',
  customer_id: 'C1',
  item_id: 'A',
  occurred_at: time,
  ...more,
});
const orderIds = () => readColumn(shop.database, 'select order_id from orders order by 1');
const refusedRows = () => readColumn(shop.database, 'select row_number from quarantine order by 1');

describe('a spoilt row costs itself and no other', () => {
  test.each([
    ['broken', '{"order_id": "O0"'],
    ['an order without lines', { order_id: 'O0', occurred_at: time }],
    ['nested without end', `${'{"lines":'.repeat(5_000)}1${'}'.repeat(5_000)}`],
  ])('a file of whole orders whose first row is %s', async (_, first) => {
    const { report } = await shop.take(ndjson(first, order('O1'), order('O2')), { force: true });
    expect(report.rows).toEqual({ in: 3, facts: 2, quarantined: 1, merged: 0 });
    expect(await orderIds()).toEqual(['O1', 'O2']);
    expect(await refusedRows()).toEqual([1]);
  });

  test('events nested too deep, in any form of file', async () => {
    const deep = '['.repeat(50_000) + ']'.repeat(50_000);
    const rows = `{"event_id":"E1","properties":${deep}}\n${JSON.stringify(event('E2'))}\n`;
    const { report } = await shop.take(rows, { kind: 'events', force: true });
    expect(report.rows).toEqual({ in: 2, facts: 1, quarantined: 1, merged: 0 });
    expect(report.unreadable).toMatchObject([{ row: 1, expected: 'an object nested at most 20 levels deep' }]);
    const csv = `event_id,type,customer_id,item_id,occurred_at,properties\nE3,view,C1,A,${time},${deep}\nE4,view,C1,A,${time},\n`;
    const other = await shop.take(csv, { kind: 'events', force: true });
    expect(other.report.rows).toEqual({ in: 2, facts: 1, quarantined: 1, merged: 0 });
  });

  test('a field named __proto__ lends its fields to no row', async () => {
    const rows = [
      `{"__proto__":${JSON.stringify(event('E1'))}}`,
      `{"__proto__":{"a":1},${JSON.stringify(event('E2')).slice(1)}`,
      JSON.stringify(event('E3')),
    ];
    const { report } = await shop.take(rows.join('\n'), { kind: 'events', force: true });
    expect(report.rows).toEqual({ in: 3, facts: 1, quarantined: 2, merged: 0 });
    const lent = `{"order_id":"O1","occurred_at":"${time}","lines":[{"item_id":"A","quantity":1,"__proto__":{"unit_price":"1.00"}}]}`;
    const orders = await shop.take(`${lent}\n${JSON.stringify(order('O2'))}`, { force: true });
    expect(orders.report.rows).toEqual({ in: 2, facts: 1, quarantined: 1, merged: 0 });
  });

  test('columns named as what every object has are columns of no field', async () => {
    const csv = `event_id,type,customer_id,item_id,occurred_at,constructor,toString,__proto__\nE1,view,C1,A,${time},a,b,c\n`;
    const { report } = await shop.take(csv, { kind: 'events' });
    expect(report.rows).toEqual({ in: 1, facts: 1, quarantined: 0, merged: 0 });
  });
});

describe('what stands in a file is what is stored, or is told', () => {
  test('ids that are numbers too long for JSON do not become one id', async () => {
    const rows = ['12345678901234567890', '22345678901234567891', '9007199254740991'].map((id) =>
      JSON.stringify(line('#')).replace('"#"', id),
    );
    const { report } = await shop.take(rows.join('\n'), { force: true });
    expect(report.rows).toEqual({ in: 3, facts: 1, quarantined: 2, merged: 0 });
    expect(report.unreadable![0]).toMatchObject({ row: 1, field: 'order_id' });
    expect(report.unreadable![0].expected).toMatch(/in quotes/);
    expect(await orderIds()).toEqual(['9007199254740991']);
    await shop.imports.redrive({});
    expect(await orderIds()).toEqual(['9007199254740991']);
  });

  test('lists, objects and truth values in place of text are told', async () => {
    const odd = [
      { title: ['x'] },
      { customer_id: { a: 1 } },
      { title: true },
      { list_price: [] },
      { visitor_id: false },
    ];
    const { report } = await shop.take(
      ndjson(...odd.map((more, index) => line(`O${index}`, more)), line('O9', { title: null })),
      {
        force: true,
      },
    );
    expect(report.rows).toEqual({ in: 6, facts: 1, quarantined: 5, merged: 0 });
    expect(report.unreadable!.map(({ field, expected }) => [field, expected])).toEqual(
      odd.map((more) => [Object.keys(more)[0], 'text or a number']),
    );
  });

  test('lengths are counted in characters, as the contract does', async () => {
    const emoji = '\u{1F600}';
    const rows = [
      line('O1', { title: emoji.repeat(1_024) }),
      line('O2', { title: emoji.repeat(1_025) }),
      line(emoji.repeat(128)),
    ];
    const { report } = await shop.take(ndjson(...rows), { force: true });
    expect(report.rows).toEqual({ in: 3, facts: 2, quarantined: 1, merged: 0 });
    expect(await refusedRows()).toEqual([2]);
  });

  test('times that are numbers are read as the mapping says', async () => {
    const rows = [event('E1', { occurred_at: 1_769_940_000 }), event('E2', { occurred_at: '1769940000' })];
    const { report } = await shop.take(ndjson(...rows), { kind: 'events', mapping: { time_format: 'unix' } });
    expect(report.rows).toEqual({ in: 2, facts: 2, quarantined: 0, merged: 0 });
    expect(await readColumn(shop.database, 'select distinct occurred_at from events')).toEqual([new Date(time)]);
  });

  test.each(['+99:99', '-24:00', '+01:60', '+15:00'])('%s is no zone', async (zone) => {
    const { report } = await shop.take(ndjson(line('O1', { occurred_at: `2026-02-01T10:00:00${zone}` }), line('O2')), {
      force: true,
    });
    expect(report.rows).toEqual({ in: 2, facts: 1, quarantined: 1, merged: 0 });
  });

  test('a number or time that is too long is told what a number or a time is', async () => {
    const { report } = await shop.take(
      ndjson(
        line('O1', { unit_price: `3.${'0'.repeat(300)}` }),
        line('O2', { occurred_at: '2'.repeat(300) }),
        line('O3'),
      ),
      { force: true },
    );
    expect(report.unreadable!.map(({ expected }) => expected)).toEqual([
      expect.stringMatching(/^a number such as/),
      expect.stringMatching(/^a time such as/),
    ]);
  });

  test('a row refused for NUL or half a character stays refused: what is kept of it is not what came', async () => {
    const rows = [
      line('O1', { title: 'a\0' }),
      line('O2', { customer_id: 'C\ud800' }),
      line('O3', { title: 'b\ufffd', quantity: -1 }),
    ];
    await shop.take(ndjson(...rows), { force: true });
    await shop.take(ndjson(event('E1\0'), event('E2', { item_id: '\udfff' })), { kind: 'events', force: true });
    expect(await shop.imports.redrive({})).toEqual({ in: 5, facts: 0, quarantined: 5, merged: 0 });
    // The reason of the third was another one.
    await shop.take(ndjson(line('O0', { title: 'b', occurred_at: '2026-01-01T10:00:00Z' })));
    expect(await shop.imports.redrive({})).toMatchObject({ in: 5, merged: 0 });
    expect(await orderIds()).toEqual(['O0']);
  });
});
