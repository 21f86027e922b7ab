import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import request from 'supertest';
import { senders } from '../../support/service/sending.ts';
import { createTestService, type TestService } from '../../support/service/service.ts';

let service: TestService;
let ahead = 0;
beforeAll(async () => {
  service = await createTestService({ clock: () => new Date(Date.now() + ahead) });
});
afterAll(() => service.stop());

const { put, post } = senders(() => service);
const get = (path: string) => request(service.server).get(path).set(service.as('ingest'));

describe('the shop sends its facts', () => {
  // Would see: something stored that no path can ask for, because a URL takes its id for another path.
  test.each(['.', '..'])('the id %j is none, wherever ids are told; longer runs of dots are', async (id) => {
    const at = '2026-03-01T10:00:00Z';
    const line = { item_id: id, quantity: 1, unit_price: '1' };
    const bodies = {
      items: [{ item_id: id }, { item_id: `${id}..` }],
      customers: [{ customer_id: id }],
      events: [{ event_id: id, type: 'view', item_id: id, visitor_id: id, occurred_at: at }],
      orders: [{ order_id: id, occurred_at: at, lines: [line] }],
      refunds: [{ refund_id: id, order_id: id, occurred_at: at }],
    };
    for (const [kind, elements] of Object.entries(bodies)) {
      const send = kind === 'items' || kind === 'customers' ? put : post;
      const { body } = await send(`/v1/${kind}`, { [kind]: elements });
      expect([kind, body.verdicts[0].status]).toEqual([kind, 'quarantined']);
      if (kind === 'items') expect(body.verdicts[1].status).toBe('accepted');
    }
    const { database } = service;
    expect(await database.query('select from items where item_id = $1', [id])).toEqual([]);
    expect(await database.query('select from customers where customer_id = $1', [id])).toEqual([]);
    await database.query('delete from quarantine');
  });

  test('a body that is no batch is refused whole', async () => {
    for (const body of [
      {},
      { events: [] },
      { events: {} },
      { events: [], more: 1 },
      { events: Array(1_001).fill(1) },
    ]) {
      const answer = await post('/v1/events', body);
      expect([answer.status, answer.body.code]).toEqual([400, 'invalid_request']);
    }
  });
});

describe('costs and market figures', () => {
  const statuses = ({ body }: request.Response) => body.verdicts.map((verdict: { status: string }) => verdict.status);
  const cost = (day: string, amount: string, more: object = {}) => ({ day, amount, channel: 'search', ...more });
  const sendCosts = (...costs: unknown[]) => put('/v1/costs', { costs });

  test('a cost replaces the one of its day, channel and campaign, and is listed with the latest day first', async () => {
    expect(statuses(await sendCosts(cost('2026-03-01', '10.005', { clicks: 3 }), cost('2026-03-02', '5')))).toEqual([
      'accepted',
      'accepted',
    ]);
    const again = await sendCosts(
      cost('2026-03-01', '10.01', { clicks: 3 }),
      cost('2026-03-02', '6'),
      cost('2026-03-02', '7'),
      cost('2026-03-02', '1', { campaign: 'spring' }),
    );
    expect(statuses(again)).toEqual(['merged', 'accepted', 'accepted', 'accepted']);
    expect(again.body.verdicts[1].id).toBe('2026-03-02');
    const { body } = await get('/v1/costs?from=2026-03-01&to=2026-03-02&limit=2');
    const spring = { campaign: 'spring', amount: '1.00' };
    expect(body.items).toEqual([
      { day: '2026-03-02', channel: 'search', impressions: null, clicks: null, ...spring },
      { day: '2026-03-02', channel: 'search', campaign: null, amount: '7.00', impressions: null, clicks: null },
    ]);
    const touched = await service.database.query<{ day: string }>(
      `select distinct to_char(day, 'YYYY-MM-DD') as day from touched_days where kind = 'cost' order by 1`,
    );
    expect(touched).toEqual([{ day: '2026-03-01' }, { day: '2026-03-02' }]);
    const next = await get(`/v1/costs?limit=2&cursor=${body.next_cursor}`);
    expect(next.body).toMatchObject({ items: [{ day: '2026-03-01', amount: '10.01', clicks: 3 }], next_cursor: null });
    expect((await get('/v1/costs?cursor=999999999999999-1')).status).toBe(200);
    expect((await get('/v1/costs?from=yesterday')).body.errors).toMatchObject([{ field: 'from' }]);
  });

  test('what is no cost is refused by its field, waits in quarantine and passes when it can', async () => {
    const far = new Date(Date.now() + 10 * 86_400_000).toISOString().slice(0, 10);
    const refused = await sendCosts(
      cost(far, '1'),
      cost('2026-02-30', '1'),
      cost('2026-03-03', '-1'),
      cost('2026-03-03', '1', { currency: 'XXX' }),
      cost('2026-03-03', '2000000000'),
    );
    const faults = refused.body.verdicts.map(({ faults: [{ rule, field }] }: any) => `${rule} ${field}`);
    expect(faults).toEqual([
      'time_in_future /day',
      'unreadable /day',
      'unreadable /amount',
      'foreign_currency /currency',
      'impossible_value /amount',
    ]);
    expect(await service.database.query(`select count(*)::int from quarantine where kind = 'cost'`)).toEqual([
      { count: 5 },
    ]);
    const { body } = await post('/v1/quarantine/redrives', { rule: 'time_in_future' }, 'train');
    expect(body).toEqual({ in: 1, facts: 0, quarantined: 1, merged: 0 });
    await service.database.query('delete from quarantine');
  });

  test('figures of the market by month, category, measure and name, each with its source', async () => {
    const figure = { month: '2026-02', measure: 'sales', value: '1250000.50', source: 'the association' };
    const market_figures = [figure, { ...figure, category: 'Food', whose: 'Bazaar' }, { ...figure, month: '2026-13' }];
    expect(statuses(await put('/v1/market-figures', { market_figures }))).toEqual([
      'accepted',
      'accepted',
      'quarantined',
    ]);
    const { body } = await get('/v1/market-figures?from=2026-02&to=2026-02');
    expect(body.items).toEqual([
      { ...figure, value: '1250000.5', category: 'Food', whose: 'Bazaar' },
      { ...figure, value: '1250000.5', category: null, whose: 'market' },
    ]);
    const touched = await service.database.query<{ day: string }>(
      `select distinct to_char(day, 'YYYY-MM-DD') as day from touched_days where kind = 'market'`,
    );
    expect(touched).toEqual([{ day: '2026-02-01' }]);
    await service.database.query('delete from quarantine');
  });
});

describe('a malformed element keeps no other one out', () => {
  const unreadable = (...fields: string[]) => ({
    status: 'quarantined',
    faults: fields.map((field) => ({ rule: 'unreadable', field, message: expect.any(String) })),
  });
  const broken = [
    7,
    null,
    'x'.repeat(10_000),
    [],
    JSON.parse('{"__proto__": {"a": 1}}'),
    { '\0': 1 },
    { event_id: '\ud800', customer_id: 'x'.repeat(100_000) },
    { position: 1e308, customer_id: 5, lines: [[[[[[[[[[[[[]]]]]]]]]]]]] },
  ];

  test.each([
    ['put', '/v1/items', 'items', { item_id: 'M1' }, 'item_id'],
    ['put', '/v1/customers', 'customers', { customer_id: 'M1' }, 'customer_id'],
    [
      'post',
      '/v1/events',
      'events',
      { event_id: 'M1', type: 'search', visitor_id: 'v', occurred_at: '2026-01-01T00:00:00Z' },
      'event_id',
    ],
    [
      'post',
      '/v1/orders',
      'orders',
      {
        order_id: 'M1',
        occurred_at: '2026-01-01T00:00:00Z',
        lines: [{ item_id: 'M1', quantity: 1, unit_price: '1.00' }],
      },
      'order_id',
    ],
    [
      'post',
      '/v1/refunds',
      'refunds',
      { refund_id: 'M1', order_id: 'M0', occurred_at: '2026-01-02T00:00:00Z' },
      'refund_id',
    ],
  ] as const)('%s %s', async (method, path, field, element, idField) => {
    const lines = [{ item_id: 'M0', quantity: 1, unit_price: '1.00' }];
    await post('/v1/orders', { orders: [{ order_id: 'M0', occurred_at: '2026-01-01T00:00:00Z', lines }] });
    const misnamed = { ...element, colour: 'red', [idField]: 'M2' };
    const body = { [field]: [broken[0], element, misnamed, ...broken.slice(1), element] };
    const answer = await (method === 'put' ? put(path, body) : post(path, body));
    expect(answer.status).toBe(200);
    expect(answer.body.counts).toEqual({ in: 11, facts: 1, quarantined: 9, merged: 1 });
    const { verdicts } = answer.body;
    expect(verdicts.map(({ index }: { index: number }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    expect(verdicts[0]).toEqual({ index: 0, id: null, ...unreadable('/') });
    expect(verdicts[1]).toEqual({ index: 1, id: 'M1', status: 'accepted' });
    expect(verdicts[2]).toEqual({ index: 2, id: 'M2', ...unreadable('/colour') });
    expect(verdicts[10]).toEqual({ index: 10, id: 'M1', status: 'merged' });
    for (const { status, faults } of verdicts.slice(3, 10)) {
      expect([status, faults[0].rule]).toEqual(['quarantined', 'unreadable']);
    }
  });

  test('all of them malformed', async () => {
    const answer = await post('/v1/events', { events: [1, 2] }, 'events');
    expect([answer.status, answer.body.counts]).toEqual([200, { in: 2, facts: 0, quarantined: 2, merged: 0 }]);
  });

  test('they lie in quarantine as they were, and a redrive leaves them there', async () => {
    await put('/v1/customers', { customers: [7, { customer_id: 'M4', colour: 'red' }] });
    const redriven = await post('/v1/quarantine/redrives', { rule: 'unreadable' }, 'train');
    expect(redriven.status).toBe(200);
    expect(redriven.body).toMatchObject({ facts: 0, merged: 0, quarantined: redriven.body.in });
    const { body } = await request(service.server)
      .get('/v1/quarantine?rule=unreadable&limit=1000')
      .set(service.as('train'));
    expect(body.items.length).toBe(redriven.body.in);
    expect(body.items.map(({ raw }: { raw: unknown }) => raw)).toContainEqual({ element: 7 });
    expect(body.items.map(({ raw }: { raw: unknown }) => raw)).toContainEqual({ customer_id: 'M4', colour: 'red' });
  });

  // Would see: a row that two rules refused counted for one of them, or once more when it is sent again.
  test('what lies in quarantine is counted by rule', async () => {
    await service.database.query('delete from quarantine');
    const future = { day: '2199-01-01', amount: '1.00' };
    await post('/v1/events', { events: [1, 2] }, 'events');
    await put('/v1/costs', { costs: [future] });
    await put('/v1/costs', { costs: [future] });
    const count = () => request(service.server).get('/v1/quarantine/rules').set(service.as('train'));
    const rulesOf = ({ items }: { items: { rule: string; rows: number }[] }) =>
      items.map(({ rule, rows }) => [rule, rows]);
    const { status, body } = await count();
    expect([status, rulesOf(body)]).toEqual([
      200,
      [
        ['unreadable', 2],
        ['time_in_future', 1],
      ],
    ]);
    await service.database.query(`update quarantine set rules = '{time_in_future,unknown_item}' where kind = 'cost'`);
    expect(rulesOf((await count()).body)).toEqual([
      ['unreadable', 2],
      ['time_in_future', 1],
      ['unknown_item', 1],
    ]);
    await service.database.query('delete from quarantine');
    expect((await count()).body.items).toEqual([]);
  });

  test('of a person who is erased nothing is kept, though it was malformed', async () => {
    await put('/v1/customers', { customers: [{ customer_id: 'M3' }] });
    await post('/v1/events', { events: [{ customer_id: 'M3', shoe_size: 44 }] });
    const erased = await request(service.server).delete('/v1/customers/M3').set(service.as('admin'));
    expect(erased.body.erased_quarantine_rows).toBe(1);
  });

  test('members of a list: those that are ids are its members', async () => {
    await put('/v1/customers', { customers: [{ customer_id: 'L1' }, { customer_id: 'L2' }] });
    const segments = (method: 'post' | 'put', path: string, body: object) =>
      request(service.server)[method](path).set(service.as('segments')).send(body);
    await segments('post', '/v1/segments', { segment_id: 'list-mine', name: 'Mine' });
    const answer = await segments('put', '/v1/segments/list-mine/members', {
      customer_ids: ['L1', 5, 'L2', '', 'nobody', '\0'],
    });
    expect(answer.status).toBe(200);
    // A number is an id too.
    expect(answer.body).toMatchObject({ segment: { members: 2 }, unknown: 2, malformed: 2 });
    expect(answer.body.unknown_ids.sort()).toEqual(['5', 'nobody']);
    expect(answer.body.malformed_ids.map(({ index }: { index: number }) => index)).toEqual([3, 5]);
  });
});

describe("an erasure counts what was the person's, and leaves what was somebody else's", () => {
  const view = (event_id: string, occurred_at: string, who: object) => ({
    ...{ event_id, type: 'view', item_id: 'cup', occurred_at },
    ...who,
  });
  const order = (order_id: string, occurred_at: string, who: object) => ({
    ...{ order_id, occurred_at, lines: [{ item_id: 'cup', quantity: 1, unit_price: '1.00' }] },
    ...who,
  });
  const erase = async (customer: string) => {
    const { status, json } = await service.ask('admin', 'DELETE', `/v1/customers/${customer}`);
    return [status, json.erased_events, json.anonymised_orders, json.erased_quarantine_rows];
  };
  const whoIsOn = (visitor: string) =>
    service.database.query('select from visitors where visitor_id = $1', [visitor]).then((rows) => rows.length);

  // Would see: a visitor taken for one's own because somebody who came at the same moment as another has no link: the erasure
  // failed while their order named it, or took what they did there without a name.
  test('who was seen on a visitor at the same moment as others is somebody else too', async () => {
    await put('/v1/items', { items: [{ item_id: 'cup' }] });
    const till = { visitor_id: 'till' };
    const at = '2026-03-01T10:00:00Z';
    const named = ['T1', 'T2', 'T3'].map((customer_id) => view(`till ${customer_id}`, at, { ...till, customer_id }));
    await post('/v1/events', { events: named });
    const ofT2 = order('till T2', at, { ...till, customer_id: 'T2' });
    await post('/v1/orders', { orders: [ofT2, order('till nobody', '2026-03-01T10:05:00Z', till)] });
    expect(await erase('T1')).toEqual([200, 1, 0, 0]);
    // Whoever was the last at that moment stays on the visitor.
    expect(await erase('T3')).toEqual([200, 1, 1, 0]);
    expect(await whoIsOn('till')).toBe(1);
    // Nobody but T2 is left on it, so all of it is theirs.
    await post('/v1/orders', { orders: [order('till late', '2026-03-01T10:10:00Z', till)] });
    expect(await erase('T2')).toEqual([200, 1, 2, 0]);
    expect(await whoIsOn('till')).toBe(0);
  });

  test("nor is a visitor one's own on which another was for a moment", async () => {
    await put('/v1/items', { items: [{ item_id: 'cup' }] });
    const desk = { visitor_id: 'desk' };
    const seen = (customer_id: string, at: string) => view(`desk ${customer_id}`, at, { ...desk, customer_id });
    const at = '2026-03-02T10:00:00Z';
    await post('/v1/events', { events: [seen('D1', '2026-03-01T10:00:00Z'), seen('D2', at), seen('D3', at)] });
    expect(await erase('D3')).toEqual([200, 1, 0, 0]);
    await post('/v1/orders', { orders: [order('desk late', '2026-03-02T11:00:00Z', desk)] });
    await post('/v1/events', { events: [view('desk late', '2026-03-02T11:00:00Z', desk)] });
    expect(await erase('D1')).toEqual([200, 1, 0, 0]);
    expect(await whoIsOn('desk')).toBe(1);
  });

  // Would see: an order that was told before its time lost, or kept with the person, when it is let in later.
  test("an order that was told before its time is the person's when it was let in", async () => {
    const hour = 3_600_000;
    const inAnHour = new Date(Date.now() + hour).toISOString();
    const soon = (customer_id: string) => order(`soon ${customer_id}`, inAnHour, { customer_id, visitor_id: 'phone' });
    await put('/v1/customers', { customers: [{ customer_id: 'S2' }] });
    const { body } = await post('/v1/orders', { orders: [soon('S1'), soon('S2')] });
    expect(body.counts).toMatchObject({ facts: 0, quarantined: 2 });
    expect(await erase('S2')).toEqual([200, 0, 0, 1]);
    ahead = 2 * hour;
    const redriven = await post('/v1/quarantine/redrives', { rule: 'time_in_future' }, 'train');
    ahead = 0;
    expect(redriven.body).toMatchObject({ in: 1, facts: 1 });
    expect(await erase('S1')).toEqual([200, 0, 1, 0]);
  });
});
