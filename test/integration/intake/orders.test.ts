import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import type { OrderElement, RefundElement } from '../../../src/intake/request-elements.ts';
import { createTestIntake, readColumn, readNumber, type TestIntake } from '../../support/shops/intake.ts';

let intake: TestIntake;
beforeAll(async () => {
  intake = await createTestIntake();
});
beforeEach(() => intake.clear());
afterAll(() => intake.drop());

const statuses = (verdict: { verdicts: { status: string }[] }) => verdict.verdicts.map(({ status }) => status);

function order(parts: Partial<OrderElement> = {}): OrderElement {
  return {
    order_id: 'O1',
    customer_id: 'C1',
    occurred_at: '2026-06-01T10:00:00Z',
    lines: [{ item_id: 'I1', quantity: 2, unit_price: '7.49' }],
    ...parts,
  };
}

function refund(parts: Partial<RefundElement> = {}): RefundElement {
  return { refund_id: 'R1', order_id: 'O1', occurred_at: '2026-06-05T10:00:00Z', ...parts };
}

describe('recordOrders', () => {
  test('stores order and lines, with exact amounts', async () => {
    const list_id = '0199c0de-0000-7000-8000-000000000001';
    const verdict = await intake.recording.recordOrders([
      order({
        visitor_id: 'V1',
        currency: 'EUR',
        lines: [
          { item_id: 'I1', quantity: 3, unit_price: '0.335', list_price: '0.5', coupon_code: 'X', list_id },
          { item_id: 'I2', quantity: 0.125, unit_price: '1.00' },
          { item_id: 'I1', quantity: 1, unit_price: '1.005' },
        ],
      }),
    ]);
    expect(verdict.counts).toEqual({ in: 1, facts: 1, quarantined: 0, merged: 0 });
    expect(
      await intake.database.query(
        `select customer_id, visitor_id, occurred_at, total_minor from orders
         join customers using (customer_key) join visitors using (visitor_key)`,
      ),
    ).toEqual([
      { customer_id: 'C1', visitor_id: 'V1', occurred_at: new Date('2026-06-01T10:00:00Z'), total_minor: 215 },
    ]);
    const lines = await intake.database.query(
      `select line_number, item_id, quantity, unit_price, order_lines.list_price, amount_minor, coupon_code, list_id
       from order_lines join items using (item_key) order by line_number`,
    );
    expect(lines).toEqual([
      {
        line_number: 1,
        item_id: 'I1',
        quantity: '3.000',
        unit_price: '0.335000',
        list_price: '0.500000',
        amount_minor: 101,
        coupon_code: 'X',
        list_id,
      },
      expect.objectContaining({ item_id: 'I2', quantity: '0.125', amount_minor: 13, list_price: null }),
      expect.objectContaining({ item_id: 'I1', amount_minor: 101 }),
    ]);
  });

  test('a line keeps the list and the place that it was bought from; another place makes no other order', async () => {
    const list_id = '0199c0de-0000-7000-8000-000000000001';
    const bought = (position: number | undefined) =>
      intake.recording.recordOrders([
        order({ lines: [{ item_id: 'I1', quantity: 1, unit_price: '1.00', list_id, position }] }),
      ]);
    expect(statuses(await bought(3))).toEqual(['accepted']);
    expect(await intake.database.query('select list_id, list_position as position from order_lines')).toEqual([
      { list_id, position: 3 },
    ]);
    expect(statuses(await bought(4))).toEqual(['merged']);
    expect(statuses(await bought(undefined))).toEqual(['merged']);
  });

  test('the same content again is merged, however it is written; another content is a conflict and kept', async () => {
    const { recording, database } = intake;
    const again = order({
      occurred_at: '2026-06-01T12:00:00.000+02:00',
      lines: [{ item_id: 'I1', quantity: 2, unit_price: '07.490', title: 'a title is no content' }],
    });
    const other = order({ customer_id: 'C2' });
    expect(statuses(await recording.recordOrders([order(), again, other]))).toEqual([
      'accepted',
      'merged',
      'quarantined',
    ]);
    const verdict = await recording.recordOrders([other, again]);
    expect(statuses(verdict)).toEqual(['quarantined', 'merged']);
    expect(verdict.verdicts[0].faults).toEqual([
      { rule: 'order_conflict', field: '/order_id', message: expect.any(String) },
    ]);
    expect(await database.query('select kind, rules, raw, customer_id from quarantine')).toEqual([
      { kind: 'order', rules: ['order_conflict'], raw: other, customer_id: 'C2' },
    ]);
    expect(await readNumber(database, 'select count(*) from orders')).toBe(1);
    expect(await readNumber(database, 'select count(*) from order_lines')).toBe(1);
  });

  test('of two contents of one new order in a batch the first counts', async () => {
    const verdict = await intake.recording.recordOrders([order(), order({ customer_id: 'C2' }), order()]);
    expect(statuses(verdict)).toEqual(['accepted', 'quarantined', 'merged']);
    expect(await readColumn(intake.database, 'select customer_id from customers')).toEqual(['C1']);
  });

  test('a faulty line keeps its whole order out, and every fault is named', async () => {
    const verdict = await intake.recording.recordOrders([
      order({
        currency: 'USD',
        lines: [
          { item_id: 'I1', quantity: 1, unit_price: '1' },
          { item_id: 'I2', quantity: -1, unit_price: '0' },
        ],
      }),
      order({ order_id: 'O2' }),
    ]);
    expect(statuses(verdict)).toEqual(['quarantined', 'accepted']);
    expect(verdict.verdicts[0].faults!.map(({ rule, field }) => [rule, field])).toEqual([
      ['foreign_currency', '/currency'],
      ['quantity_negative', '/lines/1/quantity'],
    ]);
    expect(await readColumn(intake.database, 'select item_id from items')).toEqual(['I1']);
  });

  test('a gift is a sold line without money, and a shop cannot sell for nothing alone', async () => {
    const gift = { item_id: 'GIFT', quantity: 1, unit_price: '0.00' };
    const verdict = await intake.recording.recordOrders([
      order({ lines: [...order().lines, gift] }),
      order({ order_id: 'O2', lines: [{ ...gift, list_price: '3.00' }] }),
      order({ order_id: 'O3', lines: [gift] }),
    ]);
    expect(statuses(verdict)).toEqual(['accepted', 'accepted', 'quarantined']);
    expect(verdict.verdicts[2].faults).toMatchObject([{ rule: 'price_zero', field: '/lines/0/unit_price' }]);
    expect(await readColumn(intake.database, 'select total_minor from orders order by order_id')).toEqual([1498, 0]);
    expect((await intake.recording.readItem('GIFT')).price).toBeNull();
    // It can come back like any other.
    const back = refund({ lines: [{ item_id: 'GIFT', quantity: 1 }] });
    expect(statuses(await intake.recording.recordRefunds([back]))).toEqual(['accepted']);
  });

  test('many senders of the same orders at once store each once', async () => {
    const orders = Array.from({ length: 60 }, (_, index) =>
      order({ order_id: `O${index}`, visitor_id: `V${index % 5}` }),
    );
    const verdicts = await Promise.all(
      Array.from({ length: 8 }, (_, turn) =>
        intake.instance(turn).recordOrders(turn % 2 ? orders : orders.toReversed()),
      ),
    );
    const sum = (key: 'facts' | 'merged') => verdicts.reduce((total, { counts }) => total + counts[key], 0);
    expect([sum('facts'), sum('merged')]).toEqual([60, 420]);
    expect(await readNumber(intake.database, 'select count(*) from order_lines')).toBe(60);
  });

  // Would see: a field left out of the content, by which an order that was corrected is taken for the one that is known.
  test('every field of the content tells another one', async () => {
    const line = { item_id: 'I1', quantity: 2, unit_price: '7.49' };
    const told = {
      ...line,
      list_price: '8.00',
      coupon_code: 'X',
      list_id: '0199c0de-0000-7000-8000-000000000001',
    };
    const known = order({ visitor_id: 'V1', lines: [told] });
    const others: [string, OrderElement][] = [
      ['customer', { ...known, customer_id: 'C2' }],
      ['no customer', { ...known, customer_id: undefined }],
      ['visitor', { ...known, visitor_id: 'V2' }],
      ['time', { ...known, occurred_at: '2026-06-01T10:00:00.001Z' }],
      ['item', { ...known, lines: [{ ...told, item_id: 'I2' }] }],
      ['quantity', { ...known, lines: [{ ...told, quantity: 2.001 }] }],
      ['price', { ...known, lines: [{ ...told, unit_price: '7.490001' }] }],
      ['list price', { ...known, lines: [{ ...told, list_price: '8.01' }] }],
      ['no list price', { ...known, lines: [{ ...told, list_price: undefined }] }],
      ['coupon', { ...known, lines: [{ ...told, coupon_code: 'x' }] }],
      ['list', { ...known, lines: [{ ...told, list_id: '0199c0de-0000-7000-8000-000000000002' }] }],
      ['one more line', { ...known, lines: [told, told] }],
    ];
    expect(statuses(await intake.recording.recordOrders([known]))).toEqual(['accepted']);
    for (const [what, other] of others) {
      const verdict = await intake.recording.recordOrders([known, other]);
      expect([what, ...statuses(verdict)]).toEqual([what, 'merged', 'quarantined']);
    }
  });

  test('of many contents of one order at once one is stored, the others are conflicts', async () => {
    const verdicts = await Promise.all(
      Array.from({ length: 8 }, (_, turn) => intake.instance(turn).recordOrders([order({ customer_id: `C${turn}` })])),
    );
    expect(verdicts.flatMap(statuses).sort()).toEqual(['accepted', ...new Array(7).fill('quarantined')]);
  });

  test('orders without a person count', async () => {
    const { customer_id, ...anonymous } = order();
    expect(customer_id).toBe('C1');
    expect((await intake.recording.recordOrders([anonymous])).counts.facts).toBe(1);
  });

  test('an order with both ids links them', async () => {
    await intake.recording.recordOrders([order({ visitor_id: 'V1' })]);
    expect(await readNumber(intake.database, 'select count(*) from identity_links')).toBe(1);
  });
});

describe('provisional items', () => {
  const line = (unit_price: string, title?: string) => ({
    item_id: 'I1',
    quantity: 1,
    unit_price,
    ...(title && { title }),
  });
  const other = (unit_price: string) => ({ item_id: 'I2', quantity: 1, unit_price });
  const read = async () => {
    const { title, price, stock, provisional, isProduct } = await intake.recording.readItem('I1');
    return { title, price, stock, provisional, isProduct };
  };

  test('have the latest title and the last price, whatever the order of arrival', async () => {
    const orders = [
      order({ order_id: 'O1', occurred_at: '2026-06-01T00:00:00Z', lines: [line('1.00', 'old'), other('8')] }),
      order({ order_id: 'O3', occurred_at: '2026-06-03T00:00:00Z', lines: [line('3.00', 'new'), line('3.50')] }),
      order({ order_id: 'O2', occurred_at: '2026-06-02T00:00:00Z', lines: [line('2.00', 'middle'), other('9')] }),
    ];
    const latest = { title: 'new', price: '3.50', stock: null, provisional: true, isProduct: true };
    for (const batches of [[orders], orders.map((one) => [one]), orders.toReversed().map((one) => [one])]) {
      await intake.clear();
      for (const batch of batches) await intake.recording.recordOrders(batch);
      expect(await read()).toEqual(latest);
      expect((await intake.recording.readItem('I2')).price).toBe('9.00');
    }
  });

  // Would see: a title lost because a later order without one came first.
  test('keep the latest title that was told, also when a later order tells none', async () => {
    const at = (day: number, ...lines: ReturnType<typeof line>[]) =>
      order({ order_id: `O${day}`, occurred_at: `2026-06-0${day}T00:00:00Z`, lines });
    const orders = [
      at(1, line('1.00', 'old')),
      at(2, line('2.00', 'new')),
      at(3, line('3.00')),
      at(4, line('0'), other('1')),
    ];
    const [a, b, c, d] = orders as [OrderElement, OrderElement, OrderElement, OrderElement];
    for (const arrival of [
      [a, b, c, d],
      [d, c, b, a],
      [c, a, d, b],
      [b, d, a, c],
    ]) {
      await intake.clear();
      for (const one of arrival) await intake.recording.recordOrders([one]);
      expect(await read()).toMatchObject({ title: 'new', price: '3.00', provisional: true });
    }
  });

  test('are told when they are made or changed', async () => {
    await intake.recording.recordOrders([order()]);
    const [key] = await readColumn<number>(intake.database, 'select item_key from items');
    const [customer] = await readColumn<number>(intake.database, 'select customer_key from customers');
    expect(intake.notices).toEqual([
      { about: 'items', keys: [key] },
      { about: 'customers', keys: [customer] },
    ]);
    await intake.recording.recordOrders([order({ order_id: 'O2', occurred_at: '2026-06-02T00:00:00Z' })]);
    expect(intake.notices.slice(2)).toEqual([{ about: 'customers', keys: [customer] }]);
  });

  test('belong to the catalogue as soon as it speaks of them', async () => {
    await intake.recording.recordOrders([order({ lines: [line('1.00', 'from the order')] })]);
    await intake.recording.upsertItems([{ item_id: 'I1', price: '5', updated_at: '2026-01-01T00:00:00Z' }]);
    expect(await read()).toMatchObject({ title: 'from the order', price: '5.00', provisional: false });
    await intake.recording.recordOrders([order({ order_id: 'O2', lines: [line('2.00', 'another')] })]);
    expect(await read()).toMatchObject({ title: 'from the order', price: '5.00', provisional: false });
  });
});

describe('recordRefunds', () => {
  const links = () =>
    intake.database.query(
      `select refund_id, order_line_number, link.quantity::float8 as quantity, amount_minor
       from refund_links link join refunds using (refund_key) order by refund_id, order_line_number`,
    );
  beforeEach(async () => {
    await intake.recording.recordOrders([
      order({
        lines: [
          { item_id: 'I1', quantity: 3, unit_price: '0.335' },
          { item_id: 'I2', quantity: 1, unit_price: '2.00' },
        ],
      }),
    ]);
  });

  test('a part, and then all that is left', async () => {
    const part = refund({ lines: [{ item_id: 'I1', quantity: 1 }] });
    expect(statuses(await intake.recording.recordRefunds([part, refund({ refund_id: 'R2' })]))).toEqual([
      'accepted',
      'accepted',
    ]);
    expect(await links()).toEqual([
      { refund_id: 'R1', order_line_number: 1, quantity: 1, amount_minor: 34 },
      { refund_id: 'R2', order_line_number: 1, quantity: 2, amount_minor: 67 },
      { refund_id: 'R2', order_line_number: 2, quantity: 1, amount_minor: 200 },
    ]);
    expect(
      await readColumn(intake.database, 'select distinct customer_id from refunds join customers using (customer_key)'),
    ).toEqual(['C1']);
    const more = await intake.recording.recordRefunds([refund({ refund_id: 'R3' })]);
    expect(more.verdicts[0].faults).toMatchObject([{ rule: 'refund_exceeds_sale', field: '/order_id' }]);
  });

  // Would see: what is left of one line counted by the refunds of another.
  test.each([
    { refunded: ['B', 'B', 'A'], expected: ['accepted', 'quarantined', 'accepted'] },
    { refunded: ['A', 'B'], expected: ['accepted', 'accepted'] },
  ])('each line knows what is left of it: $refunded', async ({ refunded, expected }) => {
    const price = { A: '10.00', B: '20.00' };
    await intake.recording.recordOrders([
      order({
        order_id: 'AB',
        lines: (['A', 'B'] as const).map((id) => ({ item_id: id, quantity: 1, unit_price: price[id] })),
      }),
    ]);
    const told: string[] = [];
    for (const [turn, item_id] of refunded.entries()) {
      const one = refund({ refund_id: `AB-${turn}`, order_id: 'AB', lines: [{ item_id, quantity: 1 }] });
      told.push(...statuses(await intake.recording.recordRefunds([one])));
    }
    expect(told).toEqual(expected);
  });

  // Would see: a customer's lists kept as they were, when what came back was bought before they gave their name.
  test('of an order of a visitor is told to who the visitor was then', async () => {
    const { recording, database, notices } = intake;
    await recording.recordOrders([
      order({ order_id: 'V', customer_id: undefined, visitor_id: 'V1', occurred_at: '2026-06-01T10:00:00Z' }),
      order({ order_id: 'W', customer_id: undefined, visitor_id: 'V2', occurred_at: '2026-06-01T10:00:00Z' }),
      order({ order_id: 'N', customer_id: 'C7', visitor_id: 'V1', occurred_at: '2026-06-02T10:00:00Z' }),
    ]);
    const key = await readNumber(database, `select customer_key from customers where customer_id = 'C7'`);
    notices.length = 0;
    const back = [refund({ refund_id: 'RV', order_id: 'V' }), refund({ refund_id: 'RW', order_id: 'W' })];
    expect(statuses(await recording.recordRefunds(back))).toEqual(['accepted', 'accepted']);
    expect(notices).toEqual([{ about: 'customers', keys: [key] }]);
  });

  test('of two equal lines both can be refunded, one by one', async () => {
    const twice = { item_id: 'A', quantity: 1, unit_price: '10.00' };
    await intake.recording.recordOrders([order({ order_id: 'AA', lines: [twice, twice] })]);
    const told: string[] = [];
    for (const turn of [1, 2, 3]) {
      const one = refund({ refund_id: `AA-${turn}`, order_id: 'AA', lines: [{ item_id: 'A', quantity: 1 }] });
      told.push(...statuses(await intake.recording.recordRefunds([one])));
    }
    expect(told).toEqual(['accepted', 'accepted', 'quarantined']);
  });

  test('two equal lines are two: the same again is merged, one or three of them are another content', async () => {
    const twice = { item_id: 'A', quantity: 1, unit_price: '10.00' };
    const of = (count: number) => order({ order_id: 'AA', lines: new Array(count).fill(twice) });
    expect(statuses(await intake.recording.recordOrders([of(2), of(2), of(1), of(3)]))).toEqual([
      'accepted',
      'merged',
      'quarantined',
      'quarantined',
    ]);
    expect(await readColumn(intake.database, `select total_minor from orders where order_id = 'AA'`)).toEqual([2000]);
  });

  test('is idempotent by id; another content is a conflict', async () => {
    const one = refund({ lines: [{ item_id: 'I1', quantity: 1 }] });
    const other = refund({ lines: [{ item_id: 'I1', quantity: 2 }] });
    expect(statuses(await intake.recording.recordRefunds([one, one, other]))).toEqual([
      'accepted',
      'merged',
      'quarantined',
    ]);
    const verdict = await intake.recording.recordRefunds([one, other]);
    expect(statuses(verdict)).toEqual(['merged', 'quarantined']);
    expect(verdict.verdicts[1].faults).toMatchObject([{ rule: 'order_conflict', field: '/refund_id' }]);
    expect(await links()).toHaveLength(1);
  });

  test('of an order that is not known, or later than the refund, waits in quarantine', async () => {
    const verdict = await intake.recording.recordRefunds([
      refund({ order_id: 'O9' }),
      refund({ refund_id: 'R2', occurred_at: '2026-05-01T00:00:00Z' }),
    ]);
    expect(verdict.verdicts.map(({ faults }) => faults!.map(({ rule, field }) => [rule, field]))).toEqual([
      [['refund_without_sale', '/order_id']],
      [['refund_without_sale', '/occurred_at']],
    ]);
    await intake.recording.recordOrders([order({ order_id: 'O9' })]);
    expect(statuses(await intake.recording.recordRefunds([refund({ order_id: 'O9' })]))).toEqual(['accepted']);
  });

  test('a refused refund takes nothing and leaves its id free', async () => {
    const tooMuch = refund({
      lines: [
        { item_id: 'I1', quantity: 2 },
        { item_id: 'I2', quantity: 9 },
      ],
    });
    const fitting = refund({ lines: [{ item_id: 'I1', quantity: 3 }] });
    expect(statuses(await intake.recording.recordRefunds([tooMuch, fitting]))).toEqual(['quarantined', 'accepted']);
    expect(await readNumber(intake.database, 'select count(*) from refunds')).toBe(1);
  });

  test('of many that want the last unit at once exactly one gets it', async () => {
    for (let round = 0; round < 5; round++) {
      await intake.recording.recordOrders([
        order({ order_id: `last-${round}`, lines: [{ item_id: 'I1', quantity: 1, unit_price: '1' }] }),
      ]);
      const verdicts = await Promise.all(
        Array.from({ length: 10 }, (_, turn) =>
          intake.instance(turn).recordRefunds([
            refund({
              refund_id: `last-${round}-${turn}`,
              order_id: `last-${round}`,
              lines: [{ item_id: 'I1', quantity: 1 }],
            }),
          ]),
        ),
      );
      expect(verdicts.flatMap(statuses).sort()).toEqual(['accepted', ...new Array(9).fill('quarantined')]);
    }
  });

  test('the same refund many times at once is stored once', async () => {
    const verdicts = await Promise.all(
      Array.from({ length: 8 }, (_, turn) => intake.instance(turn).recordRefunds([refund()])),
    );
    expect(verdicts.flatMap(statuses).sort()).toEqual(['accepted', ...new Array(7).fill('merged')]);
  });

  test('one id for refunds of many orders at once: one is stored, the others are conflicts', async () => {
    const ids = Array.from({ length: 6 }, (_, index) => `many-${index}`);
    await intake.recording.recordOrders(ids.map((order_id) => order({ order_id })));
    const verdicts = await Promise.all(ids.map((order_id) => intake.recording.recordRefunds([refund({ order_id })])));
    expect(verdicts.flatMap(statuses).sort()).toEqual(['accepted', ...new Array(5).fill('quarantined')]);
  });
});
