import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { createTestImports, type TestImports } from '../../support/shops/imports.ts';
import { readColumn, testNow } from '../../support/shops/intake.ts';

let shop: TestImports;
beforeAll(async () => {
  shop = await createTestImports(testNow);
});
beforeEach(() => shop.clear());
afterAll(() => shop.drop());

const head = 'order_id,item_id,quantity,occurred_at,unit_price,customer_id,visitor_id,title';
const csv = (...rows: string[]) => [head, ...rows].join('\n');
const returns = { mapping: { cancellations: { order_prefix: 'C' } } };

async function everything(): Promise<string> {
  const tables = [
    'customers',
    'visitors',
    'identity_links',
    'events',
    'orders',
    'refunds',
    'quarantine',
    'corrections',
    'imports',
  ];
  const texts = await Promise.all(
    tables.map((table) => readColumn<string>(shop.database, `select ${table}::text from ${table}`)),
  );
  return texts.flat().join('\n');
}

const early = [
  'O1,A,1,2026-03-01 10:00:00,2.00, secret-person ,secret-device,Apple',
  'O2,A,1,2026-03-02 10:00:00,2.00,other,,Apple',
  'O3,A,0,2026-03-03 10:00:00,2.00,secret-person,,Apple',
];

// Would see: a file that is imported again, or a redrive, that makes the person again or keeps a row with their data.
test('files of before bring nothing of an erased person back, nor does a redrive', async () => {
  await shop.take(csv(...early), returns);
  expect(await shop.recording.eraseCustomer('secret-person')).toMatchObject({
    anonymisedOrders: 1,
    erasedQuarantineRows: 1,
  });
  expect(await everything()).not.toContain('secret');
  const again = csv(
    ...early,
    'O4,A,1,2026-03-04 10:00:00,3.00,secret-person,secret-device,Apple',
    'O4,B,1,2026-03-04 10:00:00,3.00,,,secret-title',
    'O5,A,1,2026-03-05 10:00:00,3.00,,secret-device,Apple',
    'O6,A,1,2026-03-06 10:00:00,many,secret-person,,Apple',
    'CO1,A,-1,2026-03-07 10:00:00,2.00,secret-person,,Apple',
    'O7,A,1,2026-03-08 10:00:00,3.00,other,,Apple',
  );
  const { report } = await shop.take(again, returns);
  // Recorded before: O1 and O2. Refused: the row with quantity zero, both of O4, O5, O6 and the return.
  expect(report.rows).toEqual({ in: 9, facts: 1, quarantined: 6, merged: 2 });
  expect(report.output).toMatchObject({ quarantined_erased_person: 4 });
  expect(await everything()).not.toContain('secret');
  expect(await readColumn(shop.database, 'select item_id from items')).toEqual(['A']);

  expect(await shop.imports.redrive({})).toMatchObject({ facts: 0 });
  expect(await shop.imports.redrive({ rule: 'erased_person' })).toMatchObject({ in: 0, facts: 0 });
  expect(await readColumn(shop.database, 'select customer_id from customers')).toEqual(['other']);
  // Every row of it is known, by whatever it came to be.
  expect((await shop.take(again, returns)).report.rows).toEqual({ in: 9, facts: 0, quarantined: 0, merged: 9 });
});

test('an order after the erasure makes a new person, with the objection of before', async () => {
  await shop.recording.upsertCustomers([{ customer_id: 'C1', profiling_allowed: false }]);
  await shop.recording.eraseCustomer('C1');
  shop.setNow(new Date('2026-08-01T00:00:00Z'));
  const { report } = await shop.take(csv('O1,A,1,2026-03-01 10:00:00,2,C1,,', 'O2,A,1,2026-07-15 10:00:00,2,C1,,'));
  expect(report.rows).toMatchObject({ facts: 1, quarantined: 1 });
  expect(await shop.database.query('select customer_id, profiling_allowed from customers')).toEqual([
    { customer_id: 'C1', profiling_allowed: false },
  ]);
});

test('customers and events of files are refused alike; a customer without a time is of before', async () => {
  await shop.recording.upsertItems([{ item_id: 'A' }]);
  await shop.recording.upsertCustomers([{ customer_id: 'secret-person' }]);
  await shop.recording.eraseCustomer('secret-person');
  const customers = [
    { customer_id: 'secret-person', attributes: { phone: 'secret' } },
    { customer_id: 'secret-person', attributes: { phone: 'secret' }, updated_at: '2026-01-01T00:00:00Z' },
    { customer_id: 'other' },
  ];
  const ndjson = (rows: object[]) => rows.map((row) => JSON.stringify(row)).join('\n');
  const told = await shop.take(ndjson(customers), { kind: 'customers' });
  expect(told.report.rows).toEqual({ in: 3, facts: 1, quarantined: 2, merged: 0 });
  const event = (id: string, customer_id: string, item_id: string) => {
    return { event_id: id, type: 'view', customer_id, item_id, occurred_at: '2026-03-01T10:00:00Z' };
  };
  const events = [
    event('E1', 'secret-person', 'A'),
    event('E2', 'secret-person', 'unknown'),
    event('E3', 'other', 'A'),
  ];
  expect((await shop.take(ndjson(events), { kind: 'events' })).report.rows).toEqual({
    in: 3,
    facts: 1,
    quarantined: 2,
    merged: 0,
  });
  expect(await everything()).not.toContain('secret');
});

// Would see: a row of which no field could be read, or that has an id as a program wrote it, kept when the person goes.
test('rows of files that could not be read go also', async () => {
  const { recording, database } = shop;
  await shop.take(`${head}\nO1,A,1,2026-03-01 10:00:00,2.00,40063\nO2,A,1,40063\nO3,A,1,140063\n`, { force: true });
  const events = (...rows: string[]) =>
    shop.take(['event_id,type,item_id,occurred_at,customer_id', ...rows].join('\n'), { kind: 'events', force: true });
  await events('E1,view,A,yesterday,40063.0', 'E2,view,A,yesterday,40064.0');
  expect(await readColumn(database, 'select count(*)::int from quarantine')).toEqual([5]);
  await recording.eraseCustomer('40063');
  expect((await everything()).match(/\D40063/g)).toBeNull();
  expect(await readColumn(database, 'select count(*)::int from quarantine')).toEqual([2]);
  await events('E3,view,A,yesterday,40063.0');
  expect((await everything()).match(/\D40063/g)).toBeNull();
});

// Would see: what somebody searched for, kept beside the facts because a blank of it was cut or it was too long, after the person is erased.
test('what events tell in free text is in no correction, report or fault', async () => {
  await shop.recording.upsertItems([{ item_id: 'A' }]);
  const event = (id: string, told: object) => ({
    event_id: id,
    type: 'search',
    customer_id: 'secret-person',
    occurred_at: '2026-03-01T10:00:00Z',
    ...told,
  });
  const events = [
    event('E1', { query: ' secret-search ' }),
    event('E2', { query: 'tea', properties: { note: ' secret-note ' } }),
    event('E3', { query: 'tea', 'properties.note': ' secret-note ' }),
    event('E4', { query: `secret-search ${'x'.repeat(2_000)}` }),
    event('E6', { query: 'tea', email: 'secret@example.org' }),
    event('E5', { query: 'tea', type: ' search ' }),
  ];
  const { report } = await shop.take(events.map((row) => JSON.stringify(row)).join('\n'), {
    kind: 'events',
    force: true,
  });
  expect(report.rows).toMatchObject({ facts: 4, quarantined: 2 });
  await shop.recording.eraseCustomer('secret-person');
  expect(await everything()).not.toContain('secret');
  expect(await readColumn(shop.database, "select before from corrections where field = 'type'")).toEqual([' search ']);
});
