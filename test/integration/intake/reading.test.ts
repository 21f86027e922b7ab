import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { streamBehaviours, streamOrderLines } from '../../../src/intake/fact-queries/snapshot/snapshot.ts';
import { loadCustomerStates, loadVisitorStates } from '../../../src/intake/fact-queries/states/states.ts';
import type { EventElement, OrderElement } from '../../../src/intake/request-elements.ts';
import { createTestIntake, readColumn, type TestIntake } from '../../support/shops/intake.ts';
import { type Behaviour, behavioursIn } from '../../support/shops/told-behaviours.ts';

let intake: TestIntake;
let itemIds: Map<number, string>;
beforeAll(async () => {
  intake = await createTestIntake();
});
beforeEach(async () => {
  await intake.clear();
  await intake.recording.upsertItems(['I1', 'I2', 'I3'].map((item_id) => ({ item_id })));
  const rows = await intake.database.query<{ item_key: number; item_id: string }>(
    'select item_key, item_id from items',
  );
  itemIds = new Map(rows.map((row) => [row.item_key, row.item_id]));
});
afterAll(() => intake.drop());

let lastId = 0;
function event(at: string, parts: Partial<EventElement>): EventElement {
  return { event_id: `E${++lastId}`, type: 'view', item_id: 'I1', occurred_at: at, ...parts };
}
function order(at: string, parts: Partial<OrderElement>): OrderElement {
  const lines = [{ item_id: 'I1', quantity: 2, unit_price: '0.335', list_price: '0.5' }];
  return { order_id: `O${++lastId}`, occurred_at: at, lines, ...parts };
}
const short = ({ type, itemKey, occurredAt }: Behaviour) =>
  `${type} ${itemIds.get(itemKey)} ${occurredAt.toISOString().slice(5, 10)}`;

describe('states', () => {
  test('are what customers did by name, as visitors and in orders, newest first', async () => {
    const { recording, database } = intake;
    await recording.recordEvents([
      event('2026-05-10T00:00:00Z', { visitor_id: 'V1' }),
      event('2026-06-01T00:00:00Z', { visitor_id: 'V1', customer_id: 'C1', type: 'click' }),
      event('2026-06-02T00:00:00.001Z', { visitor_id: 'V1', type: 'cart_add', item_id: 'I2' }),
      event('2026-06-03T00:00:00Z', { customer_id: 'C1', type: 'favourite' }),
      event('2026-06-04T00:00:00Z', { customer_id: 'C1', type: 'impression' }),
      event('2026-06-05T00:00:00Z', { customer_id: 'C1', type: 'search', item_id: undefined, query: 'tea' }),
      event('2026-06-10T00:00:00Z', { visitor_id: 'V1', customer_id: 'C2', item_id: 'I3' }),
      event('2026-06-11T00:00:00Z', { visitor_id: 'V1', item_id: 'I3' }),
      event('2026-04-01T00:00:00Z', { visitor_id: 'V1' }),
    ]);
    await recording.recordOrders([
      order('2026-06-02T12:00:00Z', { customer_id: 'C1' }),
      order('2026-06-09T00:00:00Z', { visitor_id: 'V1' }),
    ]);
    await recording.upsertCustomers([{ customer_id: 'C2', profiling_allowed: false }]);

    const customers = await loadCustomerStates(database, ['C2', 'nobody', 'C1']);
    expect([...customers.keys()].sort()).toEqual(['C1', 'C2']);
    expect(customers.get('C1')).toMatchObject({ customerId: 'C1', profilingAllowed: true });
    expect(behavioursIn(customers.get('C1')!).map(short)).toEqual([
      'purchase I1 06-09',
      'favourite I1 06-03',
      'purchase I1 06-02',
      'cart_add I2 06-02',
      'click I1 06-01',
      'view I1 05-10',
    ]);
    expect(behavioursIn(customers.get('C1')!)[3].occurredAt).toEqual(new Date('2026-06-02T00:00:00.001Z'));
    expect(customers.get('C2')).toMatchObject({ profilingAllowed: false });
    expect(behavioursIn(customers.get('C2')!).map(short)).toEqual(['view I3 06-11', 'view I3 06-10']);

    const visitors = await loadVisitorStates(database, ['V1', 'V9']);
    expect([...visitors.keys()]).toEqual(['V1']);
    expect(visitors.get('V1')!.customerId).toBe('C2');
    expect(behavioursIn(visitors.get('V1')!).map(short)).toEqual([
      'view I3 06-11',
      'view I3 06-10',
      'purchase I1 06-09',
      'cart_add I2 06-02',
      'click I1 06-01',
      'view I1 05-10',
      'view I1 04-01',
    ]);
  });

  test('hold the newest 50', async () => {
    const at = (minute: number) => new Date(Date.UTC(2026, 4, 1, 0, minute)).toISOString();
    await intake.recording.recordEvents(
      Array.from({ length: 80 }, (_, minute) => event(at(2 * minute), { customer_id: 'C1', visitor_id: 'V1' })),
    );
    await intake.recording.recordOrders(
      Array.from({ length: 80 }, (_, minute) => order(at(2 * minute + 1), { customer_id: 'C1', visitor_id: 'V1' })),
    );
    for (const state of [
      (await loadCustomerStates(intake.database, ['C1'])).get('C1')!,
      (await loadVisitorStates(intake.database, ['V1'])).get('V1')!,
    ]) {
      const minutes = behavioursIn(state).map(
        ({ occurredAt }) => occurredAt.getTime() / 60_000 - Date.UTC(2026, 4, 1) / 60_000,
      );
      expect(minutes).toEqual(Array.from({ length: 50 }, (_, place) => 159 - place));
    }
  });

  test('somebody who did nothing has none, and a visitor may be nobody', async () => {
    await intake.recording.upsertCustomers([{ customer_id: 'C1' }]);
    await intake.recording.recordEvents([event('2026-06-01T00:00:00Z', { visitor_id: 'V1', type: 'impression' })]);
    expect(behavioursIn((await loadCustomerStates(intake.database, ['C1'])).get('C1')!)).toEqual([]);
    const visitor = (await loadVisitorStates(intake.database, ['V1'])).get('V1')!;
    expect([visitor.customerId, behavioursIn(visitor)]).toEqual([null, []]);
    expect((await loadCustomerStates(intake.database, [])).size).toBe(0);
  });

  test('ids of any text are found', async () => {
    const ids = ['"', '\\', 'a,b', '{}', '\u{1f600}', 'null', "'"];
    await intake.recording.upsertCustomers(ids.map((customer_id) => ({ customer_id })));
    expect([...(await loadCustomerStates(intake.database, ids)).keys()].sort()).toEqual(ids.toSorted());
  });
});

describe('snapshot', () => {
  const asOf = new Date('2026-06-20T00:00:00Z');
  const latest = new Date('2199-01-01T00:00:00Z');
  const gather = <Row>(stream: (tx: never) => AsyncIterable<Row>): Promise<Row[]> =>
    intake.database.transaction(async (tx) => {
      const rows: Row[] = [];
      for await (const row of stream(tx as never)) rows.push(row);
      return rows;
    });
  const customerKey = async (id: string) =>
    (await readColumn<number>(intake.database, 'select customer_key from customers where customer_id = $1', [id]))[0];

  test('lines come in order, with what each refund before the moment gave back', async () => {
    const { recording } = intake;
    await recording.upsertCustomers([{ customer_id: 'C2', profiling_allowed: false }]);
    const later = order('2026-06-02T00:00:00Z', {
      customer_id: 'C1',
      channel: 'app',
      lines: [
        { item_id: 'I1', quantity: 3, unit_price: '0.335', list_price: '0.5', coupon_code: 'SPRING' },
        { item_id: 'I2', quantity: 0.5, unit_price: '10' },
      ],
    });
    await recording.recordOrders([
      later,
      order('2026-06-01T00:00:00.5Z', { customer_id: 'C2' }),
      order('2026-06-01T00:00:00Z', {}),
      order('2026-06-20T00:00:00Z', { customer_id: 'C1' }),
    ]);
    await recording.recordEvents([event('2026-06-01T00:00:00Z', { visitor_id: 'V1', customer_id: 'C1' })]);
    await recording.recordOrders([order('2026-06-03T00:00:00Z', { visitor_id: 'V1' })]);
    const refunds = [
      { refund_id: 'R1', occurred_at: '2026-06-05T00:00:00Z', lines: [{ item_id: 'I1', quantity: 1 }] },
      { refund_id: 'R2', occurred_at: '2026-06-06T00:00:00Z', lines: [{ item_id: 'I1', quantity: 1 }] },
      { refund_id: 'R3', occurred_at: '2026-06-20T00:00:00Z' },
    ];
    await recording.recordRefunds(refunds.map((refund) => ({ ...refund, order_id: later.order_id })));

    const lines = await gather((tx) => streamOrderLines(tx, asOf, latest));
    const mine = await customerKey('C1');
    expect(
      lines.map((line) => [
        new Date(line.occurredAt).toISOString(),
        line.customerKey,
        itemIds.get(line.itemKey),
        line.quantity,
      ]),
    ).toEqual([
      ['2026-06-01T00:00:00.000Z', null, 'I1', 2],
      ['2026-06-01T00:00:00.500Z', null, 'I1', 2],
      ['2026-06-02T00:00:00.000Z', mine, 'I1', 3],
      ['2026-06-02T00:00:00.000Z', mine, 'I2', 0.5],
      ['2026-06-03T00:00:00.000Z', mine, 'I1', 2],
    ]);
    expect(lines[2]).toMatchObject({
      amountMinor: 101,
      unitPrice: 0.335,
      listPrice: 0.5,
      withCoupon: true,
      refunds: [
        { occurredAt: Date.parse('2026-06-05T00:00:00Z'), quantity: 1, amountMinor: 34 },
        { occurredAt: Date.parse('2026-06-06T00:00:00Z'), quantity: 1 },
      ],
    });
    // Together 0.67, what two of the three pieces cost.
    expect(lines[2].refunds[1].amountMinor + 34).toBeGreaterThanOrEqual(67);
    expect(lines[3]).toMatchObject({ listPrice: null, withCoupon: false, refunds: [], channel: 'app' });
    expect(lines[4].channel).toBeNull();
    expect(lines[2].orderKey).toBe(lines[3].orderKey);
  });

  test('behaviours that tell of taste are of those who allow it, links resolved', async () => {
    const { recording } = intake;
    const listId = '0190c1a2-7b3c-7d4e-8f50-112233445566';
    await recording.upsertCustomers([{ customer_id: 'C2', profiling_allowed: false }]);
    await recording.recordEvents([
      event('2026-06-03T00:00:00Z', { customer_id: 'C1', type: 'cart_add', item_id: 'I2' }),
      event('2026-06-01T00:00:00Z', { customer_id: 'C1', visitor_id: 'V1', list_id: listId, position: 7 }),
      event('2026-05-20T00:00:00Z', { visitor_id: 'V1', type: 'favourite' }),
      event('2026-05-21T00:00:00Z', { customer_id: 'C1', type: 'impression' }),
      event('2026-05-22T00:00:00Z', { customer_id: 'C1', type: 'page_view' }),
      event('2026-04-20T00:00:00Z', { visitor_id: 'V1' }),
      event('2026-06-04T00:00:00Z', { customer_id: 'C1', type: 'search', item_id: undefined }),
      event('2026-06-05T00:00:00Z', { customer_id: 'C2' }),
      event('2026-06-05T00:00:00Z', { visitor_id: 'V2' }),
      event('2026-06-20T00:00:00Z', { customer_id: 'C1' }),
    ]);
    const customer = await customerKey('C1');
    const events = await gather((tx) => streamBehaviours(tx, asOf, latest));
    expect(events.map((one) => ({ ...one, itemKey: itemIds.get(one.itemKey) }))).toEqual(
      [
        { itemKey: 'I1', type: 'favourite', occurredAt: Date.parse('2026-05-20T00:00:00Z'), place: 0 },
        { itemKey: 'I1', type: 'view', occurredAt: Date.parse('2026-06-01T00:00:00Z'), place: 7 },
        { itemKey: 'I2', type: 'cart_add', occurredAt: Date.parse('2026-06-03T00:00:00Z'), place: 0 },
      ].map((one) => ({ customerKey: customer, ...one })),
    );
  });

  test('nothing that was received after the watermark is in it', async () => {
    const { recording, database } = intake;
    const sold = order('2026-06-02T00:00:00Z', { customer_id: 'C1' });
    await recording.recordOrders([sold]);
    await recording.recordEvents([event('2026-06-02T00:00:00Z', { customer_id: 'C1' })]);
    await new Promise((resolve) => setTimeout(resolve, 5));
    const [watermark] = await readColumn<Date>(database, 'select clock_timestamp()');
    await new Promise((resolve) => setTimeout(resolve, 5));
    await recording.recordOrders([order('2026-06-01T00:00:00Z', { customer_id: 'C1' })]);
    await recording.recordEvents([event('2026-06-01T00:00:00Z', { customer_id: 'C1' })]);
    await recording.recordRefunds([{ refund_id: 'R1', order_id: sold.order_id, occurred_at: '2026-06-03T00:00:00Z' }]);
    const lines = await gather((tx) => streamOrderLines(tx, asOf, watermark));
    expect(lines).toMatchObject([{ refunds: [] }]);
    expect(await gather((tx) => streamBehaviours(tx, asOf, watermark))).toHaveLength(1);
    expect(await gather((tx) => streamOrderLines(tx, asOf, latest))).toMatchObject([
      { refunds: [] },
      { refunds: [{ occurredAt: Date.parse('2026-06-03T00:00:00Z'), quantity: 2, amountMinor: 67 }] },
    ]);
  });

  test('a reader that stops early leaves a usable connection', async () => {
    await intake.recording.recordOrders(Array.from({ length: 300 }, () => order('2026-06-01T00:00:00Z', {})));
    for (let turn = 0; turn < 12; turn++) {
      const first = await intake.database
        .transaction(async (tx) => {
          for await (const line of streamOrderLines(tx, asOf, latest)) throw new Error(`stopped at ${line.quantity}`);
        })
        .catch((error: Error) => error.message);
      expect(first).toBe('stopped at 2');
    }
    expect(await readColumn(intake.database, 'select 1')).toEqual([1]);
  });
});
