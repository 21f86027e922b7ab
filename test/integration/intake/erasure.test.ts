import { createHash } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { Transaction } from '../../../src/db/index.ts';
import { createIntake } from '../../../src/intake/intake.ts';
import type { EventElement, OrderElement } from '../../../src/intake/request-elements.ts';
import { createTestIntake, readColumn, readNumber, type TestIntake, testNow } from '../../support/shops/intake.ts';

const hook: { calls: unknown[][]; fails: boolean; meanwhile?: () => Promise<void> } = { calls: [], fails: false };
let intake: TestIntake;
beforeAll(async () => {
  intake = await createTestIntake(async (tx: Transaction, customerKey, visitorKeys) => {
    const [row] = await tx.query<{ seen: boolean }>(
      'select exists (select from customers where customer_key = $1) as seen',
      [customerKey],
    );
    hook.calls.push([visitorKeys, row.seen]);
    if (hook.fails) throw new Error('the hook failed');
    await hook.meanwhile?.();
  });
});
beforeEach(async () => {
  hook.calls = [];
  hook.fails = false;
  hook.meanwhile = undefined;
  await intake.clear();
  await intake.recording.upsertItems([{ item_id: 'I1' }]);
});
afterAll(() => intake.drop());

let lastId = 0;
function view(date: string, person: Pick<EventElement, 'customer_id' | 'visitor_id'>): EventElement {
  return { event_id: `E${++lastId}`, type: 'view', item_id: 'I1', occurred_at: `${date}T00:00:00Z`, ...person };
}
function order(date: string, person: Pick<OrderElement, 'customer_id' | 'visitor_id'>): OrderElement {
  const lines = [{ item_id: 'I1', quantity: 1, unit_price: '1.00' }];
  return { order_id: `O${++lastId}`, occurred_at: `${date}T00:00:00Z`, lines, ...person };
}

/** Every table that has a text or JSON column, as text. */
async function everything(): Promise<string> {
  const tables = ['customers', 'visitors', 'identity_links', 'events', 'orders', 'refunds', 'quarantine'];
  const texts = await Promise.all(
    tables.map((table) => readColumn<string>(intake.database, `select ${table}::text from ${table}`)),
  );
  return texts.flat().join('\n');
}

/** Every fact's customer and visitor is there. */
async function expectNobodyMissing(): Promise<void> {
  for (const table of ['events', 'orders', 'identity_links']) {
    for (const [key, owner] of [
      ['customer_key', 'customers'],
      ['visitor_key', 'visitors'],
    ] as const) {
      const dangling = `select count(*) from ${table} where ${key} is not null and ${key} not in (select ${key} from ${owner})`;
      expect([table, key, await readNumber(intake.database, dangling)]).toEqual([table, key, 0]);
    }
  }
}

describe('eraseCustomer', () => {
  test('the person goes from everywhere; orders and refunds stay without them', async () => {
    const { recording, database } = intake;
    await recording.upsertCustomers([{ customer_id: 'secret-person', attributes: { phone: 'secret-phone' } }]);
    const person = { customer_id: 'secret-person' };
    const device = { visitor_id: 'secret-device' };
    await recording.recordEvents([
      view('2026-05-01', device),
      view('2026-06-01', { ...person, ...device }),
      view('2026-06-02', device),
      view('2026-06-03', person),
      { ...view('2026-06-04', person), item_id: 'unknown' },
      { ...view('2026-06-05', device), item_id: 'unknown' },
      { ...view('2026-06-05', person), type: 'review', rating: 1, properties: { text: 'secret words' } },
      {
        ...view('2026-06-05', device),
        type: 'complaint',
        topic: 'secret',
        session_id: 'secret',
        page: { path: '/secret' },
      },
      view('2026-06-01', { customer_id: 'other' }),
    ]);
    const mine = order('2026-06-06', person);
    await recording.recordOrders([mine, order('2026-06-07', device), { ...mine, occurred_at: '2026-06-08T00:00:00Z' }]);
    await recording.recordRefunds([{ refund_id: 'R1', order_id: mine.order_id, occurred_at: '2026-06-09T00:00:00Z' }]);
    const key = await readNumber(database, `select customer_key from customers where customer_id = 'secret-person'`);
    const deviceKey = await readNumber(database, 'select visitor_key from visitors');
    intake.notices.length = 0;

    expect(await recording.eraseCustomer('secret-person')).toEqual({
      customerId: 'secret-person',
      erasedEvents: 6,
      anonymisedOrders: 2,
      erasedQuarantineRows: 3,
    });
    expect(await everything()).not.toContain('secret');
    expect(
      await database.query('select customer_key, visitor_key, total_minor from orders order by occurred_at'),
    ).toEqual([
      { customer_key: null, visitor_key: null, total_minor: 100 },
      { customer_key: null, visitor_key: null, total_minor: 100 },
    ]);
    expect(await readColumn(database, 'select customer_key from refunds')).toEqual([null]);
    expect(await readNumber(database, 'select count(*) from refund_links')).toBe(1);
    expect(await readColumn(database, 'select customer_id from customers')).toEqual(['other']);
    expect(await readNumber(database, 'select count(*) from events')).toBe(1);
    expect(intake.notices).toEqual([{ about: 'customers', keys: [key] }]);
    expect(hook.calls).toEqual([[[deviceKey], true]]);
  });

  test('of a shared device only what the person did on it goes', async () => {
    const { recording, database } = intake;
    const device = { visitor_id: 'V1' };
    await recording.recordEvents([
      view('2026-06-01', { ...device, customer_id: 'stays' }),
      view('2026-06-02', device),
      view('2026-06-10', { ...device, customer_id: 'goes' }),
      view('2026-06-11', device),
      view('2026-06-20', { ...device, customer_id: 'stays' }),
      view('2026-06-21', device),
    ]);
    await recording.recordOrders([order('2026-06-12', device), order('2026-06-22', device)]);
    expect(await recording.eraseCustomer('goes')).toMatchObject({ erasedEvents: 2, anonymisedOrders: 1 });
    expect(await readColumn(database, 'select occurred_at::date::text from events order by 1')).toEqual([
      '2026-06-01',
      '2026-06-02',
      '2026-06-20',
      '2026-06-21',
    ]);
    expect(await readColumn(database, 'select visitor_key is null from orders order by occurred_at')).toEqual([
      true,
      false,
    ]);
    expect(await readColumn(database, 'select visitor_id from visitors')).toEqual(['V1']);
  });

  // Would see: days of a device that are nobody's for whoever tells of them late, and somebody there at the same moment forgotten.
  test('a shared device is afterwards of whom it would be had the person never been told', async () => {
    const { recording, database } = intake;
    const at = (visitor_id: string, date: string, customer_id: string) => view(date, { visitor_id, customer_id });
    await recording.recordEvents([at('V1', '2026-05-01', 'A'), at('V1', '2026-06-20', 'C')]);
    await recording.recordEvents([at('V1', '2026-06-10', 'goes')]);
    await recording.recordEvents([at('V2', '2026-06-10', 'goes'), at('V2', '2026-06-10', 'A')]);
    await recording.recordEvents([at('V3', '2026-06-10', 'C'), at('V3', '2026-06-10', 'goes')]);
    await recording.eraseCustomer('goes');
    expect(
      await readColumn(
        database,
        `select concat_ws(' ', visitor_id, customer_id, valid_from::date, valid_until::date) from identity_links
           join visitors using (visitor_key) join customers using (customer_key) order by 1`,
      ),
    ).toEqual([
      'V1 A 2026-04-01 2026-06-20',
      'V1 C 2026-06-20 infinity',
      'V2 A 2026-05-11 infinity',
      'V3 C 2026-05-11 infinity',
    ]);
  });

  // Would see: what was refused of somebody else on the device gone with the person, or what may be the person's kept.
  test('of what was refused of a shared device only what may be of the time when the person was there goes', async () => {
    const { recording, database } = intake;
    const device = { visitor_id: 'V1' };
    await recording.recordEvents([
      view('2026-06-01', { ...device, customer_id: 'stays' }),
      view('2026-06-10', { ...device, customer_id: 'goes' }),
      view('2026-06-20', { ...device, customer_id: 'stays' }),
    ]);
    const refused = (event_id: string, occurred_at: string) => ({
      ...{ event_id, type: 'view', item_id: 'unknown', occurred_at, ...device },
    });
    await recording.recordEvents([
      refused('before', '2026-06-08T00:00:00Z'),
      refused('a day before, in some zone', '2026-06-09T12:00:00Z'),
      refused('then', '2026-06-15T00:00:00Z'),
      refused('after', '2026-06-22T00:00:00Z'),
    ] as EventElement[]);
    expect(await recording.eraseCustomer('goes')).toMatchObject({ erasedQuarantineRows: 2 });
    expect(await readColumn(database, `select raw->>'event_id' from quarantine order by 1`)).toEqual([
      'after',
      'before',
    ]);
  });

  test('a batch that is sent again does not bring the person back', async () => {
    const batch = [view('2026-06-01', { customer_id: 'C1', visitor_id: 'V1' })];
    const orders = [order('2026-06-02', { customer_id: 'C1' })];
    await intake.recording.recordEvents(batch);
    await intake.recording.recordOrders(orders);
    await intake.recording.eraseCustomer('C1');
    expect((await intake.recording.recordEvents(batch)).counts.merged).toBe(1);
    expect((await intake.recording.recordOrders(orders)).counts.merged).toBe(1);
    expect(await readNumber(intake.database, 'select count(*) from customers')).toBe(0);
    expect(await readNumber(intake.database, 'select count(*) from visitors')).toBe(0);
  });

  test('rows in quarantine go also when nothing else is known of the person', async () => {
    await intake.recording.recordEvents([{ ...view('2026-06-01', { customer_id: 'C1' }), item_id: 'unknown' }]);
    expect(await intake.recording.eraseCustomer('C1')).toMatchObject({ erasedQuarantineRows: 1, erasedEvents: 0 });
    expect(hook.calls).toEqual([]);
  });

  // Would see: a row that names the person in another form than the contract's, and so is kept when the person goes.
  test('what could not be read goes also, in whichever form it names the person', async () => {
    const { recording, database } = intake;
    const raws: object[] = [
      { event_id: 'number', type: 'view', customer_id: 40063 },
      { event_id: 'listed', type: 'view', customer_id: ['40063'] },
      { event_id: 'spaced', type: 'view', customer_id: ' 40063 ' },
      { event_id: 'decimal', type: 'view', customer_id: '40063.0' },
      { event_id: 'elsewhere', type: 'view', customer: { id: '40063' } },
      { event_id: 'somebody else', type: 'view', customer_id: 400631 },
      { event_id: 'elsewhere, another', type: 'view', customer: { id: '140063' } },
    ];
    const malformed = new Map(raws.map((_, index) => [index, [{ field: '/customer_id', message: 'must be text' }]]));
    const send = () => recording.recordEvents(raws as EventElement[], malformed);
    await send();
    expect(await recording.eraseCustomer('40063')).toMatchObject({ erasedQuarantineRows: 5 });
    const kept = `select raw->>'event_id' from quarantine order by 1`;
    expect(await readColumn(database, kept)).toEqual(['elsewhere, another', 'somebody else']);
    // Late, all are refused as before, and of those of which it can be told whose they are nothing is kept.
    expect((await send()).counts).toMatchObject({ quarantined: raws.length });
    expect(await readColumn(database, `${kept} nulls last`)).toEqual([
      'elsewhere',
      'elsewhere, another',
      'somebody else',
      ...new Array(4).fill(null),
    ]);
  });

  // Would see: a row that still names the person because the id is written otherwise in JSON or CSV, is a number, or is the device's.
  test('of what could not be read also rows with ids of odd signs, numbers within, and what only names the device', async () => {
    const { recording, database } = intake;
    const odd = 'a"b\\c';
    await recording.recordEvents([view('2026-06-01', { customer_id: odd, visitor_id: 'secret-device' })]);
    await recording.upsertCustomers([{ customer_id: '40063' }]);
    const rows = [
      { cells: ['O1', odd] },
      { text: `O2,"${odd.replaceAll('"', '""')}",` },
      { cells: ['O3', 'secret-device'] },
      { customer: { id: 40063 } },
      { cells: ['O4', 'a"b'] },
      { cells: ['O5', 'secret-devices'] },
      { customer: { id: 400631 } },
    ];
    await database.query(
      `insert into quarantine (kind, rules, raw, raw_hash)
       select 'event', '{unreadable}', raw, sha256(convert_to(raw::text, 'UTF8')) from unnest($1::jsonb[]) as raw`,
      [rows.map((row) => JSON.stringify(row))],
    );
    expect(await recording.eraseCustomer(odd)).toMatchObject({ erasedQuarantineRows: 3 });
    expect(await recording.eraseCustomer('40063')).toMatchObject({ erasedQuarantineRows: 1 });
    expect(await readNumber(database, 'select count(*) from quarantine')).toBe(3);
  });

  // Would see: a person who cannot be erased because of how much else could not be read, or rows that are not looked at.
  test('many rows that could not be read are looked through in steps', async () => {
    const { recording, database } = intake;
    await recording.upsertCustomers([{ customer_id: 'C1' }]);
    await database.query(
      `insert into quarantine (kind, rules, raw, raw_hash)
       select 'event', '{unreadable}', jsonb_build_object('cells', array['O', case when number in (1, 40000, 45000) then 'C1' else 'C' || number end]),
         sha256(number::text::bytea) from generate_series(1, 45000) as number`,
    );
    expect(await recording.eraseCustomer('C1')).toMatchObject({ erasedQuarantineRows: 3 });
    expect(await readNumber(database, 'select count(*) from quarantine')).toBe(44_997);
  });

  test('somebody of whom nothing is known is not found', async () => {
    await expect(intake.recording.eraseCustomer('nobody')).rejects.toMatchObject({ code: 'not_found' });
  });

  test('happens whole or not at all', async () => {
    await intake.recording.recordEvents([view('2026-06-01', { customer_id: 'C1' })]);
    hook.fails = true;
    await expect(intake.recording.eraseCustomer('C1')).rejects.toThrow('the hook failed');
    expect(await readNumber(intake.database, 'select count(*) from events')).toBe(1);
    expect(await readColumn(intake.database, 'select customer_id from customers')).toEqual(['C1']);
  });

  test('facts that arrive meanwhile are of nobody erased', async () => {
    for (let round = 0; round < 10; round++) {
      const person = { customer_id: `C${round}`, visitor_id: `V${round}` };
      await intake.recording.recordEvents([view('2026-06-01', person)]);
      await Promise.all([
        ...Array.from({ length: 3 }, (_, n) => intake.instance(n).recordEvents([view('2026-06-02', person)])),
        intake.recording.recordOrders([order('2026-06-03', person)]),
        intake.recording.eraseCustomer(person.customer_id),
        ...Array.from({ length: 3 }, (_, n) =>
          intake.instance(n).recordEvents([view('2026-06-04', { visitor_id: `V${round}` })]),
        ),
      ]);
    }
    await expectNobodyMissing();
  });

  test('a fact that arrives in the middle waits for the end', async () => {
    const person = { customer_id: 'C1', visitor_id: 'V1' };
    await intake.recording.recordEvents([view('2026-06-01', person)]);
    const late: Promise<unknown>[] = [];
    hook.meanwhile = async () => {
      late.push(intake.recording.recordEvents([view('2026-06-02', { customer_id: 'C1' })]));
      late.push(intake.recording.recordEvents([view('2026-06-03', { visitor_id: 'V1' })]));
      late.push(intake.recording.recordOrders([order('2026-06-04', person)]));
      await new Promise((resolve) => setTimeout(resolve, 100));
    };
    expect(await intake.recording.eraseCustomer('C1')).toMatchObject({ erasedEvents: 1, anonymisedOrders: 0 });
    await Promise.all(late);
    await expectNobodyMissing();
    // All three are of before the erasure.
    expect(await readColumn(intake.database, 'select customer_id from customers')).toEqual([]);
  });
});

describe('an erased person stays erased', () => {
  const person = { customer_id: 'secret-person' };
  const device = { visitor_id: 'secret-device' };
  const after = { occurred_at: new Date(testNow.getTime() + 60_000).toISOString() };
  const late = '2026-06-20';
  const rules = (verdict: { verdicts: { faults?: { rule: string }[] }[] }) =>
    verdict.verdicts.map(({ faults }) => faults?.map(({ rule }) => rule).join() ?? 'taken');

  beforeEach(async () => {
    await intake.recording.upsertCustomers([{ ...person, profiling_allowed: false }, { customer_id: 'other' }]);
    await intake.recording.recordEvents([view('2026-06-01', { ...person, ...device })]);
    await intake.recording.eraseCustomer('secret-person');
  });

  // Would see: any way in which what is told late makes the person again, or is kept with their data.
  test('what is told late has its verdict, each element its own, and nothing of it is kept', async () => {
    const { recording, database } = intake;
    const lateUpsert = { ...person, attributes: { phone: 'secret-phone' }, updated_at: `${late}T00:00:00Z` };
    const events = [view(late, person), view(late, device), view(late, { customer_id: 'other' })];
    expect(rules(await recording.recordEvents(events))).toEqual(['erased_person', 'erased_person', 'taken']);
    expect(rules(await recording.recordOrders([order(late, person), order(late, { customer_id: 'other' })]))).toEqual([
      'erased_person',
      'taken',
    ]);
    expect(rules(await recording.upsertCustomers([lateUpsert, { customer_id: 'another' }]))).toEqual([
      'erased_person',
      'taken',
    ]);
    expect(rules(await recording.recordEvents([{ ...view(late, person), item_id: 'unknown' }]))).toEqual([
      'erased_person',
    ]);
    expect(rules(await recording.recordOrders([{ ...order(late, person), currency: 'USD' }]))).toEqual([
      'foreign_currency',
    ]);
    expect(await everything()).not.toContain('secret');
    // Each is counted in quarantine, once however often it comes.
    await recording.recordEvents(events);
    expect(
      await readColumn(database, `select kind from quarantine where rules @> array['erased_person'] order by 1`),
    ).toEqual(['customer', 'event', 'event', 'event', 'order', 'order']);
    expect(await readColumn(database, 'select distinct raw::text from quarantine')).toEqual([
      '{"withheld": "the person was erased"}',
    ]);
  });

  test('a new order makes a new person, without the old links and with the objection', async () => {
    const { recording, database } = intake;
    expect(rules(await recording.recordOrders([{ ...order(late, { ...person, ...device }), ...after }]))).toEqual([
      'taken',
    ]);
    expect(
      await database.query('select customer_id, profiling_allowed from customers order by customer_key desc limit 1'),
    ).toEqual([{ ...person, profiling_allowed: false }]);
    expect(await readColumn(database, 'select appeared_at from identity_links')).toEqual([new Date(after.occurred_at)]);
    // What is of before stays out, now that they are known again.
    expect(rules(await recording.recordEvents([view(late, person)]))).toEqual(['erased_person']);
    // A new consent is theirs to give, and a second erasure remembers it.
    await recording.upsertCustomers([{ ...person, profiling_allowed: true }]);
    expect(
      await readColumn(database, `select profiling_allowed from customers where customer_id = 'secret-person'`),
    ).toEqual([true]);
  });

  // Would see: the time of the first erasure kept when the person, who had come back, is erased again.
  test('a second erasure counts from its own time', async () => {
    const hours = (count: number) => new Date(testNow.getTime() + count * 3_600_000);
    const clock = { now: hours(2) };
    const recording = createIntake({
      db: intake.database,
      config: { timeZone: 'Europe/Berlin', currency: 'EUR', minorDigits: 2, eventRetentionDays: 730 },
      clock: () => clock.now,
    });
    const between = { ...order(late, { ...person, ...device }), occurred_at: hours(1).toISOString() };
    expect(rules(await recording.recordOrders([between]))).toEqual(['taken']);
    await recording.recordEvents([{ ...view(late, { ...person, ...device }), occurred_at: hours(1).toISOString() }]);
    await recording.eraseCustomer('secret-person');
    clock.now = hours(4);
    const told = (who: object, at: Date) => ({ ...view(late, who), occurred_at: at.toISOString() });
    expect(
      rules(
        await recording.recordEvents([
          told(person, hours(1)),
          told(device, hours(1)),
          told(person, hours(3)),
          told(device, hours(3)),
        ]),
      ),
    ).toEqual(['erased_person', 'erased_person', 'taken', 'taken']);
  });

  test('a visitor whom others share and a customer who is named on it are not refused', async () => {
    const named = { customer_id: 'other', ...device };
    expect(rules(await intake.recording.recordEvents([view(late, named)]))).toEqual(['taken']);
  });

  test('the hash tells nobody without the key of this database, which no answer shows', async () => {
    const { database } = intake;
    const hashes = await readColumn<Buffer>(database, 'select person_hash from erased_people order by person_hash');
    expect(hashes).toHaveLength(2);
    const plain = createHash('sha256').update('customer secret-person').digest();
    expect(hashes.some((hash) => hash.equals(plain))).toBe(false);
    const told = await readColumn<Buffer>(database, `select erasure_hash('customer', 'secret-person')`);
    expect(hashes.some((hash) => hash.equals(told[0]))).toBe(true);
    expect(await readNumber(database, 'select length(key) from erasure_key')).toBe(32);
  });

  // Would see: somebody made again by a batch that looked before the erasure and wrote after it.
  test('whoever is erased while a batch is under way is not made again by it', async () => {
    for (let round = 0; round < 8; round++) {
      const one = { customer_id: `R${round}`, visitor_id: `RV${round}` };
      await intake.recording.recordEvents([view('2026-06-01', one)]);
      await Promise.all([
        intake.recording.recordOrders([order(late, one)]),
        intake.recording.eraseCustomer(one.customer_id),
        intake.recording.recordEvents([view(late, one)]),
        intake.recording.upsertCustomers([{ customer_id: one.customer_id, updated_at: `${late}T00:00:00Z` }]),
      ]);
    }
    expect(await readColumn(intake.database, `select customer_id from customers where customer_id like 'R%'`)).toEqual(
      [],
    );
    await expectNobodyMissing();
  });
});
