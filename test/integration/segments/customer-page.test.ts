import { afterAll, beforeAll, expect } from '@jest/globals';
import type { OperationId } from '../../../src/http/index.ts';
import { story } from '../../support/jest/story.ts';
import { type Answer, call } from '../../support/service/contract.ts';
import { createTestService, type TestService } from '../../support/service/service.ts';

let service: TestService;
beforeAll(async () => {
  service = await createTestService();
});
afterAll(() => service.stop());

function ask(id: OperationId, request: { path?: Record<string, string>; query?: object; body?: unknown } = {}) {
  const query = request.query && new URLSearchParams(request.query as Record<string, string>).toString();
  return call(service.url, id, { ...request, query, headers: service.as('admin') });
}
const at = (day: number, time = '10:00:00') => `2026-03-${String(day).padStart(2, '0')}T${time}Z`;
const line = (item_id: string, quantity: number, unit_price: string) => ({ item_id, quantity, unit_price });
const event = (event_id: string, type: string, occurred_at: string, who: object, more: object = {}) => ({
  event_id,
  type,
  occurred_at,
  item_id: 'I1',
  ...who,
  ...more,
});

interface Entry {
  kind: string;
  at: string;
  [field: string]: unknown;
}
/** Every entry, by following what each page says is next. */
async function timeline(customer_id: string, query: object = {}): Promise<Entry[]> {
  const entries: Entry[] = [];
  for (let cursor: string | null = ''; cursor !== null; ) {
    const answer: Answer = await ask('getCustomerTimeline', {
      path: { customer_id },
      query: { ...query, ...(cursor && { cursor }) },
    });
    expect(answer.status).toBe(200);
    entries.push(...answer.json.items);
    cursor = answer.json.next_cursor;
  }
  return entries;
}
const idOfCustomer = ({ customer_id }: { customer_id: string }) => customer_id;
const idOf = (entry: Entry) =>
  entry.order_id && entry.kind === 'order'
    ? entry.order_id
    : (entry.refund_id ?? entry.event_id ?? entry.code ?? entry.segment_id ?? entry.kind);

story('a person of the shop looks at its customers', (step) => {
  let code: string;

  step('the shop tells what happened', async () => {
    await ask('upsertItems', { body: { items: [{ item_id: 'I1', title: 'Tea' }, { item_id: 'I2' }] } });
    const customers = [
      { customer_id: 'C1', attributes: { country: 'DE' }, registered_at: at(1) },
      { customer_id: 'c10' },
      { customer_id: 'C2' },
      ...['C%1', 'C_', '茶1', 'D1', 'D\u{10ffff}'].map((customer_id) => ({ customer_id })),
    ];
    await ask('upsertCustomers', { body: { customers } });
    const events = [
      event('E0', 'view', at(2), { visitor_id: 'V1' }),
      event('E1', 'cart_add', at(3), { customer_id: 'C1', visitor_id: 'V1' }),
      event('E2', 'impression', at(3, '09:00:00'), { customer_id: 'C1' }),
      event('E3', 'search', at(4), { visitor_id: 'V1' }, { item_id: undefined, query: 'green <tea>' }),
      event('E4', 'view', at(4), { customer_id: 'C2' }),
    ];
    await ask('recordEvents', { body: { events } });
    const cancelled = { status: 'cancelled', occurred_at: at(6, '11:00:00') };
    const orders = [
      { order_id: 'O1', customer_id: 'C1', occurred_at: at(4), lines: [line('I1', 2, '3.335'), line('I2', 1, '4')] },
      { order_id: 'O2', visitor_id: 'V1', occurred_at: at(5), lines: [line('I1', 1, '5')] },
      { order_id: 'O3', customer_id: 'C1', occurred_at: at(6), lines: [line('I1', 1, '7')], statuses: [cancelled] },
      { order_id: 'O4', customer_id: 'C2', occurred_at: at(7), lines: [line('I1', 1, '8')] },
    ];
    await ask('recordOrders', { body: { orders } });
    const refunds = [
      { refund_id: 'R1', order_id: 'O1', occurred_at: at(5), lines: [{ item_id: 'I1', quantity: 1 }] },
      { refund_id: 'R2', order_id: 'O2', occurred_at: at(8) },
    ];
    const { json } = await ask('recordRefunds', { body: { refunds } });
    expect(json.counts.facts).toBe(2);
  });

  // Would see: an order of a visitor who was the customer left out; a cancelled one that counts; money that came back.
  step('and reads sums of all that is the customer’s', async () => {
    const { json } = await ask('getCustomer', { path: { customer_id: 'C1' } });
    const { known_since, ...rest } = json;
    expect(Date.parse(known_since)).toBeGreaterThan(Date.now() - 600_000);
    // 6.67 + 4 + 5 = 15.67, of which one of two teas for 6.67 and the whole of O2 came back: 3.34 (rounded away from 0) + 5.
    expect(rest).toEqual({
      customer_id: 'C1',
      attributes: { country: 'DE' },
      profiling_allowed: true,
      registered_at: at(1, '10:00:00.000'),
      updated_at: null,
      orders: 2,
      cancelled_orders: 1,
      spent: '7.33',
      given_back: '8.34',
      first_order_at: at(4, '10:00:00.000'),
      last_order_at: at(5, '10:00:00.000'),
    });
    const nobody = (await ask('getCustomer', { path: { customer_id: 'c10' } })).json;
    expect([nobody.orders, nobody.spent, nobody.last_order_at]).toEqual([0, '0.00', null]);
    expect((await ask('getCustomer', { path: { customer_id: 'none' } })).status).toBe(404);
  });

  // Would see: a refund of another line; a price in another form than elsewhere.
  step('and reads one order whole', async () => {
    const { json } = await ask('getOrder', { path: { order_id: 'O1' } });
    const { received_at, ...order } = json;
    expect(Date.parse(received_at)).toBeGreaterThan(Date.now() - 600_000);
    const untold = { list_price: null, coupon_code: null, list_id: null };
    expect(order).toEqual({
      order_id: 'O1',
      customer_id: 'C1',
      occurred_at: at(4, '10:00:00.000'),
      ...{
        channel: null,
        store: null,
        status: null,
        total: '10.67',
        shipping: null,
        tax: null,
        payment_fee: null,
        fees: null,
        updated_at: null,
        versions: [],
      },
      lines: [
        {
          ...{ line_number: 1, item_id: 'I1', title: 'Tea', quantity: '2', unit_price: '3.335', amount: '6.67' },
          ...{ ...untold, given_back: '1', given_back_amount: '3.34' },
        },
        {
          ...{ line_number: 2, item_id: 'I2', title: null, quantity: '1', unit_price: '4.00', amount: '4.00' },
          ...{ ...untold, given_back: '0', given_back_amount: '0.00' },
        },
      ],
      statuses: [],
      refunds: [
        {
          refund_id: 'R1',
          occurred_at: at(5, '10:00:00.000'),
          amount: '3.34',
          shipping: '0.00',
          fees: '0.00',
          unlinked: '0.00',
        },
      ],
    });
    const cancelled = (await ask('getOrder', { path: { order_id: 'O3' } })).json;
    expect(cancelled).toMatchObject({
      status: 'cancelled',
      statuses: [{ status: 'cancelled', occurred_at: at(6, '11:00:00.000') }],
    });
    expect((await ask('getOrder', { path: { order_id: 'none' } })).status).toBe(404);
  });

  // Would see: a wildcard taken for one; ids in an order that a page loses its place in; case.
  step('finds customers by what their id begins with', async () => {
    const ids = async (query: object) =>
      (await ask('listCustomers', { query })).json.items.map(({ customer_id }: { customer_id: string }) => customer_id);
    const all = ['C%1', 'C1', 'c10', 'C2', 'C_', 'D1', 'D\u{10ffff}', '茶1'];
    expect(await ids({})).toEqual(all);
    expect(await ids({ query: 'C1' })).toEqual(['C1', 'c10']);
    expect(await ids({ query: 'c1' })).toEqual(['C1', 'c10']);
    expect(await ids({ query: 'C%' })).toEqual(['C%1']);
    expect(await ids({ query: 'c_' })).toEqual(['C_']);
    expect(await ids({ query: ' 茶' })).toEqual(['茶1']);
    for (const nothing of ['🎉', '1', 'c'.repeat(200), "C1' or true --"])
      expect(await ids({ query: nothing })).toEqual([]);
    expect((await ask('listCustomers', { query: { query: '\0' } })).status).toBe(400);
    const followed: string[] = [];
    for (let cursor: string | null = ''; cursor !== null; ) {
      const { json } = await ask('listCustomers', { query: { limit: '3', ...(cursor && { cursor }) } });
      followed.push(...json.items.map(({ customer_id }: { customer_id: string }) => customer_id));
      cursor = json.next_cursor;
    }
    expect(followed).toEqual(all);
    const { status, json } = await ask('listCustomers', { query: { cursor: 'e30' } });
    expect([status, json.errors[0].field]).toEqual([409, 'cursor']);
  });

  step('a coupon is decided on, given and used, a list is served, and a segment entered', async () => {
    const terms = {
      campaign_id: 'all',
      name: 'All',
      discount: { type: 'amount', amount: '1' },
      valid_from: '2026-01-01T00:00:00Z',
      valid_until: '2126-01-01T00:00:00Z',
    };
    expect((await ask('createCampaign', { body: terms })).status).toBe(201);
    const headers = { ...service.as('admin'), 'Idempotency-Key': 'k1' };
    await call(service.url, 'createCodes', {
      path: { campaign_id: 'all' },
      body: { batch_id: 'gift', code: 'SPRN-G', kind: 'shared' },
      headers,
    }).then(({ json, status }) => expect([status, json]).toEqual([201, json]));
    const decided = await call(service.url, 'decideCoupon', { body: { customer_id: 'C1' }, headers });
    expect(decided.status).toBe(200);
    code = 'SPRN-G';
    const redeemed = await call(service.url, 'redeemCoupon', {
      body: { code, customer_id: 'C1', order_id: 'O1', lines: [line('I1', 2, '3.335'), line('I2', 1, '4')] },
      headers,
    });
    expect([redeemed.status, redeemed.json]).toEqual([200, redeemed.json]);
    await ask('createSegment', { body: { segment_id: 'list-vips', name: 'Vips' } });
    await ask('replaceSegmentMembers', { path: { segment_id: 'list-vips' }, body: { customer_ids: ['C1', 'C2'] } });
    await ask('getCustomerRecommendations', { path: { customer_id: 'C1' } });
    for (let logged: unknown[] = []; logged.length === 0; ) {
      await new Promise((resolve) => setTimeout(resolve, 50));
      logged = await service.database.query('select from served_lists');
    }
  });

  const facts = ['R2', 'O3', 'R1', 'O2', 'O1', 'E3', 'E1', 'E0'];

  // Would see: a page that begins again or passes over what is of one time; a station left out.
  step('reads what happened, newest first, however long the pages are', async () => {
    const whole = await timeline('C1');
    // What is of one moment is told by kind: refunds before orders before what was done.
    expect(whole.slice(-8).map(idOf)).toEqual(facts);
    expect(
      whole
        .slice(0, -8)
        .map(({ kind }) => kind)
        .sort(),
    ).toEqual(['coupon_decision', 'coupon_redemption', 'list', 'segment_change']);
    for (const limit of ['1', '2', '5']) expect(await timeline('C1', { limit })).toEqual(whole);
    const entry = (id: string) => whole.find((one) => idOf(one) === id);
    expect(entry('O1')).toEqual({
      kind: 'order',
      at: at(4, '10:00:00.000000'),
      order_id: 'O1',
      channel: null,
      status: null,
      total: '10.67',
      given_back: '3.34',
      lines: 2,
      items: [
        { item_id: 'I1', title: 'Tea', quantity: '2' },
        { item_id: 'I2', title: null, quantity: '1' },
      ],
    });
    expect(entry('O3')).toMatchObject({ status: 'cancelled', total: '7.00' });
    expect(entry('R1')).toEqual({
      kind: 'refund',
      at: at(5, '10:00:00.000000'),
      refund_id: 'R1',
      amount: '3.34',
      ...{ shipping: '0.00', fees: '0.00' },
      order_ids: ['O1'],
    });
    expect(entry('E3')).toMatchObject({ type: 'search', query: 'green <tea>', item_id: null });
    expect(entry('list-vips')).toMatchObject({ change: 'entered' });
    expect(entry(code)).toMatchObject({ campaign_id: 'all', order_id: 'O1', discount: '1.00', reversed: '0.00' });
    // No night has parted customers into groups. The entry names what it looked at although nothing was given.
    const decided = {
      ...{ action: 'none', cause: 'undetermined', policy: { policy_id: 'by-cause', version: 1 } },
      campaigns: [{ campaign_id: 'all', outcome: 'not-needed' }],
    };
    expect(whole.find(({ kind }) => kind === 'coupon_decision')).toMatchObject(decided);
    expect(whole.find(({ kind }) => kind === 'list')).toMatchObject({ placement: 'customer' });
    expect(whole.find(({ kind }) => kind === 'list')?.items).toHaveLength(2);
  });

  // Would see: what somebody typed, which may be anything about them, shown to whoever may work with segments.
  step('what was typed is told to those alone who may see persons', async () => {
    const typed = async (scope: 'segments' | 'customers' | 'admin') => {
      const { json } = await call(service.url, 'getCustomerTimeline', {
        path: { customer_id: 'C1' },
        query: 'kind=event',
        headers: service.as(scope),
      });
      return json.items.find((one: Entry) => idOf(one) === 'E3').query;
    };
    expect([await typed('customers'), await typed('admin'), await typed('segments')]).toEqual([
      ...['green <tea>', 'green <tea>'],
      null,
    ]);
  });

  step('or only some kinds of it', async () => {
    expect((await timeline('C1', { kind: 'order' })).map(idOf)).toEqual(['O3', 'O2', 'O1']);
    expect((await timeline('C1', { kind: 'exposure' })).map(idOf)).toEqual(['E2']);
    const { status } = await ask('getCustomerTimeline', { path: { customer_id: 'C1' }, query: { kind: 'all' } });
    expect(status).toBe(400);
  });

  // Would see: a later page that shows what came meanwhile twice, or loses what was there.
  step('a page goes on where it was although more has happened', async () => {
    const first = (
      await ask('getCustomerTimeline', { path: { customer_id: 'C1' }, query: { kind: 'order', limit: '1' } })
    ).json;
    expect(first.items.map(idOf)).toEqual(['O3']);
    const orders = [{ order_id: 'O5', customer_id: 'C1', occurred_at: at(9), lines: [line('I1', 1, '1')] }];
    await ask('recordOrders', { body: { orders } });
    const query = { kind: 'order', limit: '9', cursor: first.next_cursor };
    const { json } = await ask('getCustomerTimeline', { path: { customer_id: 'C1' }, query });
    expect(json.items.map(idOf)).toEqual(['O2', 'O1']);
  });

  step('a cursor that is none of its own is refused', async () => {
    const encode = (keys: unknown) => Buffer.from(JSON.stringify(keys)).toString('base64url');
    const strange = [
      ['2026-03-01T10:00:00.000000Z', 'order', '1'.repeat(19)],
      ['2026-03-01T10:00:00.000000Z', 'list', '1'],
      ['2026-99-01T10:00:00.000000Z', 'order', '1'],
      ['infinity', 'order', '1'],
      ['2026-03-01T10:00:00.000000Z', 'toString', '1'],
    ];
    for (const cursor of ['x', ...strange.map(encode)]) {
      const { status, json } = await ask('getCustomerTimeline', { path: { customer_id: 'C1' }, query: { cursor } });
      expect([cursor, status, json.errors?.[0].field]).toEqual([cursor, 409, 'cursor']);
    }
  });

  // Would see: a list's former member, and who may not be profiled any more.
  step('finds customers within a list of the shop', async () => {
    const found = async (query: object) =>
      (await ask('listCustomers', { query: { segment: 'list-vips', ...query } })).json.items.map(idOfCustomer);
    expect(await found({})).toEqual(['C1', 'C2']);
    expect(await found({ query: 'c2' })).toEqual(['C2']);
    expect(await found({ query: 'D' })).toEqual([]);
    const path = { segment_id: 'list-vips' };
    await ask('replaceSegmentMembers', { path, body: { customer_ids: ['C2'] } });
    expect(await found({})).toEqual(['C2']);
    await ask('replaceSegmentMembers', { path, body: { customer_ids: ['C1', 'C2'] } });
  });

  // Would see: what somebody is like shown of who objected.
  step('who objects is still a customer with orders, and nothing more', async () => {
    expect((await timeline('C2')).map(({ kind }) => kind)).toEqual(['segment_change', 'order', 'event']);
    const customers = [{ customer_id: 'C2', profiling_allowed: false }];
    await ask('upsertCustomers', { body: { customers } });
    expect((await timeline('C2')).map(idOf)).toEqual(['O4']);
    expect(await timeline('C2', { kind: 'event' })).toEqual([]);
    const { json } = await ask('getCustomerTimeline', { path: { customer_id: 'C2' } });
    expect(json.profiling_allowed).toBe(false);
    const vips = (await ask('listCustomers', { query: { segment: 'list-vips' } })).json.items;
    expect(vips.map(idOfCustomer)).toEqual(['C1']);
  });

  step('who is erased is nobody', async () => {
    const path = { customer_id: 'C1' };
    expect((await ask('eraseCustomer', { path })).status).toBe(200);
    expect((await ask('getCustomer', { path })).status).toBe(404);
    expect((await ask('getCustomerTimeline', { path })).status).toBe(404);
    expect((await ask('getOrder', { path: { order_id: 'O1' } })).json.customer_id).toBeNull();
    expect((await ask('listCustomers', { query: { query: 'C1' } })).json.items).toMatchObject([{ customer_id: 'c10' }]);
  });
});
