import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { listen } from '../../../src/db/index.ts';
import type { components } from '../../../src/http/contract.ts';
import { readDocument } from '../../../src/http/index.ts';
import { createResponseValidator } from '../../../src/http/requests/validation.ts';
import type { Scope } from '../../../src/keys/index.ts';
import { createLogger } from '../../../src/log.ts';
import { createRecommendations } from '../../../src/recommendations/index.ts';
import { createTestService, type TestService } from '../../support/service/service.ts';
import { publishContent, type ReleaseContent } from '../../support/shops/small-shop.ts';

type List = components['schemas']['RecommendationList'];

const asOf = new Date(Date.now() - 86_400_000);
const daysAgo = (days: number) => new Date(Date.now() - days * 86_400_000).toISOString();
const content: ReleaseContent = {
  asOf,
  popularity: ['tea', 'cup', 'espresso', 'beans', 'pot'],
  neighbours: { espresso: ['beans', 'grinder', 'cup'], tea: ['pot', 'cup'], lamp: ['bulb'] },
  rules: [
    { antecedent: ['beans'], consequent: 'filter', confidence: 0.8, conviction: Number.POSITIVE_INFINITY },
    { antecedent: ['beans', 'cup'], consequent: 'sugar', confidence: 0.6 },
    { antecedent: ['tea'], consequent: 'pot', confidence: 0.5 },
  ],
  lists: {
    anna: [
      { item: 'beans', source: 0, because: 'beans' },
      { item: 'grinder', source: 1, because: 'espresso' },
      { item: 'cup', source: 1, because: 'tea' },
    ],
    ben: [{ item: 'lamp', source: 1 }],
    carla: [{ item: 'pot', source: 1, because: 'tea' }],
    dora: [{ item: 'lamp', source: 1 }],
  },
};
const names = ['tea', 'cup', 'espresso', 'beans', 'pot', 'grinder', 'filter', 'sugar', 'lamp', 'bulb', 'never-sold'];

let service: TestService;
const validate = createResponseValidator(readDocument());

async function listOf(path: string, body?: unknown): Promise<List> {
  const { status, json } = await service.ask('recommend', body === undefined ? 'GET' : 'POST', path, body);
  expect({
    status,
    faults: status === 200 ? validate({ $ref: '#/components/schemas/RecommendationList' }, json) : json,
  }).toEqual({
    status: 200,
    faults: [],
  });
  return json;
}

const forCustomer = (id: string, query = '') => listOf(`/v1/customers/${id}/recommendations${query}`);
const idsOf = (list: List) => list.items.map(({ item_id }) => item_id);
const reasonOf = (list: List, id: string) => list.items.find(({ item_id }) => item_id === id)?.reason;

async function put(scope: Scope, path: string, body: unknown): Promise<void> {
  const method = path === '/v1/items' || path === '/v1/customers' ? 'PUT' : 'POST';
  const { status, json } = await service.ask(scope, method, path, body);
  expect({ status, quarantined: json.counts?.quarantined, json }).toMatchObject({ status: 200, quarantined: 0 });
}

let events = 0;
/** What was answered before anything was published. */
let unpublished: { list: any; rules: any };
const record = (event: Record<string, unknown>) =>
  put('ingest', '/v1/events', {
    events: [{ event_id: `e${++events}`, occurred_at: new Date().toISOString(), ...event }],
  });

beforeAll(async () => {
  service = await createTestService();
  const category = (name: string) => (['lamp', 'bulb'].includes(name) ? 'Home > Light' : 'Food > Hot drinks');
  await put('ingest', '/v1/items', {
    items: names.map((name, index) => ({
      item_id: name,
      title: `The ${name}`,
      category: name === 'never-sold' ? 'Garden' : category(name),
      price: `${index + 1}.50`,
      brand: index % 2 === 0 ? 'Even' : 'Odd',
      attributes: { colour: index % 2 === 0 ? 'red' : 'blue' },
    })),
  });
  await put('ingest', '/v1/customers', {
    customers: ['anna', 'ben', 'carla', 'dora', 'emil'].map((customer_id) => ({ customer_id })),
  });
  const buy = (order_id: string, item: string, days: number) => ({
    order_id,
    customer_id: 'anna',
    occurred_at: daysAgo(days),
    lines: [{ item_id: item, quantity: 1, unit_price: '2.00' }],
  });
  await put('ingest', '/v1/orders', {
    orders: [buy('o1', 'beans', 30), buy('o2', 'beans', 20), buy('o3', 'espresso', 20), buy('o4', 'tea', 10)],
  });
  unpublished = {
    list: await forCustomer('anna', '?limit=3'),
    rules: (await service.ask('recommend', 'GET', '/v1/association-rules')).json,
  };
});
afterAll(() => service.stop());

describe('before anything is published', () => {
  test('lists come from the catalogue, and say so', () => {
    const { list, rules } = unpublished;
    expect(idsOf(list)).toEqual(['beans', 'bulb', 'cup']);
    expect(list).toMatchObject({ release_id: null, model_version: null, list_age_seconds: null, topped_up: 3 });
    expect(list.items[0].reason).toMatchObject({ source: 'catalogue', text: 'For sale in this shop' });
    expect(rules).toEqual({
      version: null,
      context: 'all',
      contexts: ['all'],
      basket_count: 0,
      minimum_count: 0,
      tests: 0,
      items: [],
      named_items: [],
      next_cursor: null,
      as_of: null,
    });
  });
});

describe('lists of customers', () => {
  beforeAll(async () => {
    await publishContent(service.database, content);
    await service.stations.recommendations.onNotice({ about: 'release' });
  });

  test('the night list comes first, every item says why, and the rest is topped up', async () => {
    const list = await forCustomer('anna', '?limit=5');
    expect(idsOf(list)).toEqual(['beans', 'grinder', 'cup', 'tea', 'espresso']);
    expect(list.items.map(({ reason }) => reason)).toMatchObject([
      { source: 'repurchase', because_item_id: 'beans', text: 'You buy this again and again' },
      { source: 'collaborative-filtering', because_item_id: 'espresso', text: 'Because you bought The espresso' },
      { source: 'collaborative-filtering', because_item_id: 'tea', text: 'Because you bought The tea' },
      { source: 'popularity', text: 'Popular in this shop' },
      { source: 'popularity', text: 'Popular in this shop' },
    ]);
    expect(list).toMatchObject({ customer_id: 'anna', topped_up: 2, degraded: false, release_id: 1 });
    expect(list.trained_as_of).toBe(asOf.toISOString());
    expect(list.list_age_seconds).toBeLessThan(60);
  });

  test('the second answer needs no query', async () => {
    await forCustomer('ben');
    expect((await forCustomer('ben')).served_from).toBe('memory');
  });

  test('an unknown customer gets what is popular', async () => {
    const list = await forCustomer('nobody', '?limit=2');
    expect(idsOf(list)).toEqual(['tea', 'cup']);
    expect(list.topped_up).toBe(2);
  });

  test('filters hold, and the list is topped up inside them', async () => {
    expect(idsOf(await forCustomer('anna', '?category=Home'))).toEqual(['bulb', 'lamp']);
    expect(idsOf(await forCustomer('anna', '?category=Home%20%3E%20Light&exclude=lamp'))).toEqual(['bulb']);
    expect(idsOf(await forCustomer('anna', '?category=Garden'))).toEqual(['never-sold']);
    expect(idsOf(await forCustomer('anna', '?category=Nowhere'))).toEqual([]);
    expect(idsOf(await forCustomer('anna', '?min_price=4&max_price=6.50&limit=100'))).toEqual([
      'beans',
      'grinder',
      'pot',
    ]);
    expect(idsOf(await forCustomer('anna', '?exclude=beans&exclude=grinder&limit=2'))).toEqual(['cup', 'tea']);
  });

  test('the next request reflects the last event', async () => {
    expect(idsOf(await forCustomer('ben', '?limit=2'))).toEqual(['lamp', 'tea']);
    await record({ type: 'view', customer_id: 'ben', item_id: 'espresso' });
    const list = await forCustomer('ben', '?limit=4');
    expect(idsOf(list)).toEqual(['lamp', 'beans', 'grinder', 'cup']);
    expect(reasonOf(list, 'beans')).toMatchObject({
      source: 'recent-behaviour',
      because_item_id: 'espresso',
      text: 'Because you looked at The espresso',
    });
    await record({ type: 'cart_add', customer_id: 'ben', item_id: 'beans' });
    const withCart = await forCustomer('ben', '?limit=4');
    expect(idsOf(withCart)).not.toContain('beans');
    expect(reasonOf(withCart, 'filter')).toMatchObject({
      source: 'association-rules',
      because_item_id: 'beans',
      text: 'Often bought together with The beans',
      rule: { support: 0.02, confidence: 0.8, lift: 3, count: 20 },
    });
    await record({ type: 'cart_remove', customer_id: 'ben', item_id: 'beans' });
    expect(idsOf(await forCustomer('ben', '?limit=4'))).not.toContain('filter');
  });

  test('what a visitor did counts for the customer the visitor turns out to be', async () => {
    await record({ type: 'view', visitor_id: 'v-emil', item_id: 'tea' });
    expect(idsOf(await listOf('/v1/recommendations', { visitor_id: 'v-emil', limit: 2 }))).toEqual(['pot', 'cup']);
    expect(idsOf(await forCustomer('emil', '?limit=2'))).toEqual(['tea', 'cup']);
    await record({ type: 'view', visitor_id: 'v-emil', customer_id: 'emil', item_id: 'lamp' });
    expect(idsOf(await forCustomer('emil', '?limit=3')).sort()).toEqual(['bulb', 'cup', 'pot']);
  });

  test('who may not be profiled gets what is popular from the next request on, and is not logged', async () => {
    await record({ type: 'favourite', customer_id: 'dora', item_id: 'espresso' });
    expect(idsOf(await forCustomer('dora', '?limit=2'))).toEqual(['lamp', 'beans']);
    await put('ingest', '/v1/customers', { customers: [{ customer_id: 'dora', profiling_allowed: false }] });
    const request = { customer_id: 'dora', recent_item_ids: ['espresso'], limit: 2 };
    const lists = [await forCustomer('dora', '?limit=2'), await listOf('/v1/recommendations', request)];
    for (const list of lists) {
      expect(idsOf(list)).toEqual(['tea', 'cup']);
      expect(list.topped_up).toBe(2);
      const [logged] = await loggedLists(list.list_id);
      expect(logged).toMatchObject({ customer_key: null, visitor_key: null });
    }
    await put('ingest', '/v1/customers', { customers: [{ customer_id: 'dora', profiling_allowed: true }] });
    expect(idsOf(await forCustomer('dora', '?limit=1'))).toEqual(['lamp']);
  });

  test('a customer who is erased is nobody from the next request on, and neither lists nor log remain', async () => {
    const personal = await forCustomer('carla', '?limit=1');
    expect(idsOf(personal)).toEqual(['pot']);
    const [{ customer_key }] = await loggedLists(personal.list_id);
    expect(customer_key).toBeGreaterThan(0);
    const last = await forCustomer('carla', '?limit=1');
    expect((await service.ask('admin', 'DELETE', '/v1/customers/carla')).status).toBe(200);
    expect(idsOf(await forCustomer('carla', '?limit=1'))).toEqual(['tea']);
    const rows = (table: string) =>
      service.database.query(`select from ${table} where customer_key = $1`, [customer_key]);
    expect(await rows('customer_lists')).toEqual([]);
    // The last list may have been waiting for the log while its reader was erased.
    await sleep(1_200);
    expect(await rows('served_lists')).toEqual([]);
    expect(last.items).toHaveLength(1);
  });

  test('the lists that an erased person was shown as a visitor go as well', async () => {
    const look = { visitor_id: 'erik-browser', type: 'view', item_id: 'tea', occurred_at: daysAgo(0.01) };
    await put('ingest', '/v1/events', { events: [{ ...look, event_id: 'look-1' }] });
    const { list_id: unnamed } = await listOf('/v1/recommendations', { visitor_id: 'erik-browser', limit: 1 });
    const [logged] = await loggedLists(unnamed);
    expect(logged).toMatchObject({ customer_key: null, visitor_key: expect.anything() });
    await put('ingest', '/v1/events', { events: [{ ...look, event_id: 'look-2', customer_id: 'erik' }] });
    expect((await service.ask('admin', 'DELETE', '/v1/customers/erik')).status).toBe(200);
    expect(await service.database.query('select from served_lists where list_id = $1', [unnamed])).toEqual([]);
  });

  test('lists are logged with what was shown to whom', async () => {
    const list = await forCustomer('anna', '?limit=2');
    const [logged] = await loggedLists(list.list_id);
    const [anna] = await service.database.query<{ customer_key: number }>(
      `select customer_key from customers where customer_id = 'anna'`,
    );
    const shown = await service.database.query<{ item_id: string }>(
      `select item_id from unnest($1::int[]) with ordinality as shown (item_key, place) join items using (item_key) order by place`,
      [logged.item_keys],
    );
    expect(logged).toMatchObject({ customer_key: anna.customer_key, release_id: 1 });
    expect(shown.map(({ item_id }) => item_id)).toEqual(idsOf(list));
  });

  // Would see: a report that credits an item to another source, rule or place than the one that its customer was told.
  test('the log says where each list was shown, and of each item what it came from and by which rule', async () => {
    const { items: rules } = (await service.ask('train', 'GET', '/v1/association-rules')).json;
    const ruleOf = (consequent: string) =>
      rules.find((rule: { consequent: string }) => rule.consequent === consequent).rule_id;
    const numbers: Record<string, number> = {
      repurchase: 0,
      'collaborative-filtering': 1,
      popularity: 2,
      'recent-behaviour': 3,
      'association-rules': 4,
      catalogue: 5,
    };
    const cart = { cart_item_ids: ['beans', 'cup'], limit: 5 };
    const asked: [List, string][] = [
      [await forCustomer('anna', '?limit=5'), 'customer'],
      [await forCustomer('anna', '?limit=5&placement=home:top/1'), 'home:top/1'],
      [await listOf('/v1/recommendations', cart), 'cart'],
      [await listOf('/v1/recommendations', { recent_item_ids: ['espresso'] }), 'customer'],
      [await listOf('/v1/recommendations', { ...cart, placement: 'checkout' }), 'checkout'],
      [await listOf('/v1/items/lamp/related-items?limit=3'), 'related'],
      [await listOf('/v1/items/beans/complements'), 'bought-together'],
      [await listOf('/v1/popular-items?limit=100'), 'popular'],
    ];
    const seen = new Set<string>();
    for (const [list, placement] of asked) {
      const [logged] = await loggedLists(list.list_id);
      const sources = list.items.map(({ reason }) => reason!.source);
      for (const source of sources) seen.add(source);
      const ruleIds = list.items.map(({ item_id, reason }) => (reason!.rule ? ruleOf(item_id) : null));
      expect(logged).toMatchObject({
        placement,
        sources: sources.map((source) => numbers[source]),
        rule_ids: ruleIds.some((id) => id !== null) ? ruleIds : null,
        arm: null,
      });
    }
    expect([...seen].sort()).toEqual(Object.keys(numbers).sort());
    const refused = await service.ask('recommend', 'GET', '/v1/popular-items?placement=a%20b');
    expect(refused).toMatchObject({ status: 400, json: { errors: [{ field: 'placement' }] } });
  });

  // Would see: impressions of a placement that only the shop's own people looked at.
  test('lists beside an item that are only looked at are the same, and in no log', async () => {
    const looks = ['/v1/items/lamp/related-items?limit=3', '/v1/items/beans/complements?limit=3'];
    for (const path of looks) {
      const seen = await listOf(`${path}&shown=false`);
      const shown = await listOf(path);
      expect(seen.items).toEqual(shown.items);
      // Once the later one is in the log the earlier one would be, too.
      await loggedLists(shown.list_id);
      const query = 'select from served_lists where list_id = $1';
      expect(await service.database.query(query, [seen.list_id])).toEqual([]);
    }
  });

  async function loggedLists(listId: string) {
    for (let tries = 0; tries < 600; tries++) {
      const rows = await service.database.query<{ customer_key: number | null; item_keys: number[] }>(
        'select * from served_lists where list_id = $1',
        [listId],
      );
      if (rows.length > 0) return rows;
      await sleep(50);
    }
    throw new Error(`list ${listId} was not logged`);
  }

  describe('catalogue truth', () => {
    const everywhere = async (id: string) => ({
      customer: idsOf(await forCustomer('anna', '?limit=100')).includes(id),
      anyone: idsOf(await listOf('/v1/recommendations', { recent_item_ids: ['espresso'], limit: 100 })).includes(id),
      related: idsOf(await listOf('/v1/items/espresso/related-items?limit=100')).includes(id),
      together: idsOf(await listOf('/v1/items/beans/complements?limit=100')).includes(id),
      popular: idsOf(await listOf('/v1/popular-items?limit=100')).includes(id),
    });
    const all = (shown: boolean) => ({
      customer: shown,
      anyone: shown,
      related: shown,
      together: shown,
      popular: shown,
    });
    const change = (given: Record<string, unknown>) =>
      put('ingest', '/v1/items', { items: [{ item_id: 'filter', ...given }] });

    test.each([
      ['hidden', { hidden: true }, { hidden: false }],
      ['sold out', { stock: 0 }, { stock: 3 }],
      ['expired', { available_until: daysAgo(1) }, { available_until: null }],
      ['not yet available', { available_from: daysAgo(-1) }, { available_from: null }],
    ])(
      'an item that is %s is gone from the very next answers, and back as soon as it is back',
      async (_, gone, back) => {
        expect(await everywhere('filter')).toEqual(all(true));
        await change(gone);
        expect(await everywhere('filter')).toEqual(all(false));
        await change(back);
        expect(await everywhere('filter')).toEqual(all(true));
      },
    );

    test('title, price and category are those of the very next answer', async () => {
      await change({ title: 'Filter "new"', price: '0.99', category: 'Food' });
      const { items } = await listOf('/v1/items/beans/complements');
      expect(items[0]).toMatchObject({ item_id: 'filter', title: 'Filter "new"', price: '0.99', category: 'Food' });
      await put('ingest', '/v1/items', { items: [{ item_id: 'espresso', title: 'Espresso!' }] });
      expect(reasonOf(await forCustomer('anna'), 'grinder')?.text).toBe('Because you bought Espresso!');
      await put('ingest', '/v1/items', { items: [{ item_id: 'espresso', title: 'The espresso' }] });
    });

    test('another instance follows within a second, and sees new items too', async () => {
      const { database, connectionString, config } = service;
      const log = createLogger('silent');
      const other = createRecommendations({ db: database, config, clock: () => new Date(), log });
      await other.start();
      let connect = () => {};
      const connected = new Promise<void>((resolve) => {
        connect = resolve;
      });
      const listener = listen(
        { connectionString, schema: database.schema },
        { onNotice: (notice) => void other.onNotice(notice), onConnect: connect, onError: () => {} },
      );
      await connected;
      const shown = () =>
        JSON.parse(other.popular({ limit: 100 }, 'test')).items.map((item: { item_id: string }) => item.item_id);
      await change({ hidden: true });
      await put('ingest', '/v1/items', { items: [{ item_id: 'brand-new', title: 'Brand new' }] });
      await sleep(900);
      expect(shown()).not.toContain('filter');
      expect(shown()).toContain('brand-new');
      await change({ hidden: false });
      await listener.close();
      await other.stop();
    });
  });

  describe('lists for anyone', () => {
    test('recent items, newest last, bring what is like them', async () => {
      const list = await listOf('/v1/recommendations', { recent_item_ids: ['lamp', 'tea'], limit: 3 });
      expect(idsOf(list)).toEqual(['pot', 'bulb', 'cup']);
      expect(reasonOf(list, 'pot')?.source).toBe('recent-behaviour');
    });

    test('a cart brings what completes it, and is not listed itself', async () => {
      const list = await listOf('/v1/recommendations', { cart_item_ids: ['beans', 'cup', 'unknown'], limit: 100 });
      expect(idsOf(list).slice(0, 2)).toEqual(['filter', 'sugar']);
      expect(idsOf(list)).not.toContain('beans');
      expect(idsOf(list)).not.toContain('cup');
    });

    test('with nothing at all it is the popular list', async () => {
      const list = await listOf('/v1/recommendations', {});
      expect(idsOf(list).slice(0, 3)).toEqual(['tea', 'cup', 'espresso']);
    });

    test('filters over attributes and brand, and excluded ids', async () => {
      const red = { filter: { brand: 'Even', attributes: { colour: 'red' } }, exclude_item_ids: ['tea'], limit: 100 };
      expect(idsOf(await listOf('/v1/recommendations', red)).sort()).toEqual(
        ['espresso', 'filter', 'lamp', 'never-sold', 'pot'].sort(),
      );
    });

    test('a customer keeps their own list, and an unknown visitor adds nothing', async () => {
      const list = await listOf('/v1/recommendations', { customer_id: 'anna', visitor_id: 'unheard-of', limit: 1 });
      expect(list).toMatchObject({ customer_id: 'anna', items: [{ item_id: 'beans' }] });
    });
  });

  describe('about items', () => {
    test('related items are those alike by behaviour, then the same category, then popular ones', async () => {
      const list = await listOf('/v1/items/lamp/related-items?limit=3');
      expect(list.item_id).toBe('lamp');
      expect(idsOf(list)).toEqual(['bulb', 'tea', 'cup']);
      expect(list.items[0].reason).toMatchObject({
        source: 'collaborative-filtering',
        because_item_id: 'lamp',
        text: 'Chosen by the same customers as The lamp',
      });
      expect(list.topped_up).toBe(2);
      expect(idsOf(await listOf('/v1/items/bulb/related-items?limit=2'))).toEqual(['lamp', 'tea']);
    });

    test('bought together is what rules of this item alone say, then what is popular elsewhere', async () => {
      const list = await listOf('/v1/items/beans/complements?limit=4');
      expect(idsOf(list)).toEqual(['filter', 'bulb', 'lamp', 'never-sold']);
      expect(list.topped_up).toBe(3);
      expect(list.items[0]).toMatchObject({ score: 0.8, reason: { source: 'association-rules', rule: { count: 20 } } });
      expect(idsOf(await listOf('/v1/items/lamp/complements?limit=2'))).toEqual(['tea', 'cup']);
    });

    test('an unknown item is not found', async () => {
      for (const path of ['/v1/items/nothing/related-items', '/v1/items/nothing/complements']) {
        expect(await service.ask('recommend', 'GET', path)).toMatchObject({ status: 404, json: { code: 'not_found' } });
      }
    });

    test('best sellers of a category; what never sold comes last and is counted', async () => {
      const list = await listOf('/v1/popular-items?category=Home&limit=5');
      expect(idsOf(list)).toEqual(['bulb', 'lamp']);
      expect(list.topped_up).toBe(2);
      expect((await listOf('/v1/popular-items?limit=3')).topped_up).toBe(0);
    });
  });

  describe('association rules', () => {
    const rules = async (query: string) => (await service.ask('train', 'GET', `/v1/association-rules${query}`)).json;

    test('are told with their figures, most confident first, page by page', async () => {
      const first = await rules('?limit=2');
      expect(first.items.map((rule: { confidence: number }) => rule.confidence)).toEqual([0.8, 0.6]);
      expect(first.basket_count).toBe(1_000);
      expect(first.items[0]).toEqual({
        rule_id: expect.stringMatching(/^\d+-\d+$/),
        antecedent: ['beans'],
        consequent: 'filter',
        count: 20,
        support: 0.02,
        confidence: 0.8,
        lift: 3,
        leverage: 0.01,
        conviction: null,
        p_value: 0.001,
        q_value: 0.01,
        significant: true,
      });
      const second = await rules(`?limit=2&cursor=${first.next_cursor}`);
      expect(second.items).toMatchObject([{ antecedent: ['tea'], consequent: 'pot' }]);
      expect(second.next_cursor).toBeNull();
    });

    test('are filtered by item and figures', async () => {
      expect((await rules('?item_id=cup')).items).toMatchObject([{ consequent: 'sugar' }]);
      expect((await rules('?item_id=pot')).items).toMatchObject([{ antecedent: ['tea'] }]);
      expect((await rules('?item_id=unknown')).items).toEqual([]);
      expect((await rules('?min_confidence=0.6')).items).toHaveLength(2);
      expect((await rules('?min_lift=3.1')).items).toEqual([]);
    });

    test('a cursor of other rules is refused', async () => {
      const { next_cursor } = await rules('?limit=1');
      const foreign = next_cursor.replace(/^\d+/, '999');
      expect(await service.ask('train', 'GET', `/v1/association-rules?cursor=${foreign}`)).toMatchObject({
        status: 409,
        json: { errors: [{ field: 'cursor' }] },
      });
    });
  });

  test('goods below a price, to the taste of a customer', async () => {
    const { recommendations } = service.stations;
    const cheaper = (customerId: string, comparedTo: string | null) =>
      recommendations.lowerPricedItems({ customerId, comparedTo, limit: 3 });
    expect((await cheaper('anna', '4.50')).map(({ item_id }) => item_id)).toEqual(['cup', 'tea', 'espresso']);
    // Of beans at 4.50, grinder at 6.50 and cup at 2.50 the middle one costs 4.50.
    expect((await cheaper('anna', null)).map(({ item_id }) => item_id)).toEqual(['cup', 'tea', 'espresso']);
    expect(await cheaper('anna', '0.50')).toEqual([]);
  });

  // Would see: a letter that shows other goods than the customer's own list, or that counts as if it had been shown.
  test('what a list begins with is what the list answers, and is not logged as shown', async () => {
    const { recommendations } = service.stations;
    const path = '/v1/customers/anna/recommendations?limit=3';
    const { json } = await service.ask('recommend', 'GET', path);
    const wanted = json.items.map(({ item_id, title, url }: Record<string, unknown>) => ({ item_id, title, url }));
    const own = await recommendations.topItems('anna', 3);
    expect(own.map(({ item_id, title, url }) => ({ item_id, title, url }))).toEqual(wanted);
    expect(own).toHaveLength(3);
  });

  test('which items a scope holds', () => {
    const { itemsForScope } = service.stations.recommendations;
    const inScope = itemsForScope(['lamp', 'tea', 'bulb', 'unknown'], { itemIds: ['tea'], categories: ['Home'] });
    expect([...inScope]).toEqual(['lamp', 'tea', 'bulb']);
  });

  test('a new release replaces the old one whole, and may forbid what was bought', async () => {
    const { anna, ben } = content.lists;
    const popularity = ['espresso', 'cup', 'tea'];
    await publishContent(service.database, { ...content, repurchase: 'exclude', popularity, lists: { anna, ben } });
    await service.stations.recommendations.onNotice({ about: 'release' });
    const list = await forCustomer('anna', '?limit=3');
    expect(list.release_id).toBe(2);
    expect(idsOf(list)).toEqual(['grinder', 'cup', 'bulb']);
    expect(idsOf(await listOf('/v1/popular-items?limit=1'))).toEqual(['espresso']);
    // The other tests, of which any may come after, are about the first.
    await service.database.query('update published_release set release_id = 1');
    await service.stations.recommendations.onNotice({ about: 'release' });
    expect((await forCustomer('anna', '?limit=3')).release_id).toBe(1);
  });
});
