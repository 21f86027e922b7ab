import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { seededRandom } from '../../../models/random.ts';
import type { components } from '../../../src/http/contract.ts';
import { readDocument } from '../../../src/http/index.ts';
import { createResponseValidator } from '../../../src/http/requests/validation.ts';
import { createKey } from '../../../src/keys/index.ts';
import { writePageToken } from '../../../src/recommendations/pages/page-token.ts';
import { isThorough, usually } from '../../support/jest/thorough.ts';
import { createTestService, type TestService } from '../../support/service/service.ts';
import { publishContent, type ReleaseContent } from '../../support/shops/small-shop.ts';
import { until } from '../../support/shops/training-shop.ts';

type Page = components['schemas']['PageOfLists'];

const day = 86_400_000;
const start = Date.parse('2026-03-01T12:00:00Z');
let clock = start;
const ago = (days: number) => new Date(start - days * day).toISOString();
const validate = createResponseValidator(readDocument());

/** Forty goods, of four categories and two brands; the first the most popular. */
const ids = Array.from({ length: 40 }, (_, n) => `i${String(n).padStart(2, '0')}`);
const categories = ['Food > Tea', 'Food > Jam', 'Home > Cups', 'Garden'];
const content: ReleaseContent = {
  asOf: new Date(start - day),
  popularity: ids.slice(0, 30),
  trends: { i07: 2, i03: 5, i09: 3 },
  rebuying: { i01: [5, 10], i02: [20, 30] },
  neighbours: { i00: ['i04', 'i08'] },
  rules: [{ antecedent: ['i00'], consequent: 'i02', confidence: 0.5 }],
  lists: { anna: ['i05', 'i10', 'i15'].map((item) => ({ item, source: 1 })) },
};

let service: TestService;
beforeAll(async () => {
  service = await createTestService({ clock: () => new Date(clock) });
  const items = ids.map((item_id, n) => ({
    item_id,
    title: `Good ${n}`,
    category: categories[n % 4],
    brand: n % 2 === 0 ? 'Even' : 'Odd',
    price: '10.00',
    list_price: n === 20 ? '12.50' : n === 21 ? '40.00' : null,
    available_from: n === 30 ? ago(3) : n === 31 ? ago(1) : ago(400),
    stock: n === 39 ? 0 : 5,
  }));
  expect(await service.ask('ingest', 'PUT', '/v1/items', { items })).toMatchObject({ status: 200 });
  await service.ask('ingest', 'PUT', '/v1/customers', { customers: [{ customer_id: 'anna' }, { customer_id: 'ben' }] });
  const buy = (order_id: string, item_id: string, days: number) => ({
    order_id,
    customer_id: 'anna',
    occurred_at: ago(days),
    lines: [{ item_id, quantity: 1, unit_price: '10.00' }],
  });
  // i01 is due since 2 days; i02 is bought too lately; i03 is never bought again; i06 every 7 days, by her own habit.
  const orders = [
    buy('o1', 'i01', 12),
    buy('o2', 'i02', 3),
    buy('o3', 'i03', 50),
    ...[21, 14, 7].map((days, n) => buy(`o6${n}`, 'i06', days)),
  ];
  expect(await service.ask('ingest', 'POST', '/v1/orders', { orders })).toMatchObject({ status: 200 });
  const look = (event_id: string, item_id: string, days: number, who: object) => ({
    event_id,
    type: 'view',
    item_id,
    occurred_at: ago(days),
    ...who,
  });
  const events = [
    look('e1', 'i11', 3, { customer_id: 'anna' }),
    look('e2', 'i13', 2, { customer_id: 'anna' }),
    look('e3', 'i11', 1, { customer_id: 'anna' }),
    look('e4', 'i17', 1, { visitor_id: 'v1' }),
  ];
  expect(await service.ask('ingest', 'POST', '/v1/events', { events })).toMatchObject({ status: 200 });
  await publish();
});
afterAll(() => service.stop());

async function publish(): Promise<void> {
  await publishContent(service.database, content);
  await service.stations.recommendations.onNotice({ about: 'release' });
}

async function page(body: object): Promise<Page> {
  const { status, json } = await service.ask('recommend', 'POST', '/v1/pages', body);
  expect({ status, json }).toMatchObject({ status: 200 });
  // A machine that is busy with other things may keep the database waiting for longer than an answer does.
  if ((json as Page).placements.some(({ degraded }) => degraded)) return page(body);
  expect(validate({ $ref: '#/components/schemas/PageOfLists' }, json)).toEqual([]);
  return json;
}
const idsOf = ({ items }: Page['placements'][number]) => items.map(({ item_id }) => item_id);
const byMethod = async (method: string, more: object = {}, given: object = {}) =>
  (await page({ ...more, placements: [{ placement: 'spot', method, ...given }] })).placements[0];

// Would see: an item on two lists of a page, a list id that two lists share, a placement out of its order.
usually.test('a page of the ready-made placements: a list id each, and no item twice', async () => {
  const asked = ['item', 'home', 'cart', 'category', '404'];
  const made = await page({
    customer_id: 'anna',
    item_id: 'i00',
    cart_item_ids: ['i04'],
    placements: asked.map((placement) => ({
      placement,
      limit: 6,
      ...(placement === 'category' && { filter: { category: 'Food' } }),
    })),
  });
  expect(made.placements.map(({ placement, method }) => `${placement} ${method}`)).toEqual([
    'item bought-together',
    'home personal',
    'cart bought-together',
    'category popular',
    '404 trending',
  ]);
  const all = made.placements.flatMap(idsOf);
  expect(new Set(all).size).toBe(all.length);
  expect(made.placements.map((part) => idsOf(part).length)).toEqual([6, 6, 6, 6, 6]);
  expect(new Set(made.placements.map(({ list_id }) => list_id)).size).toBe(5);
  // Neither what is looked at nor the cart nor what is sold out.
  for (const id of ['i00', 'i04', 'i39']) expect(all).not.toContain(id);
  expect(idsOf(made.placements[0])[0]).toBe('i02');
  for (const { category } of made.placements[3].items) expect(category).toMatch(/^Food/);
  expect(made.customer_id).toBe('anna');
});

// Would see: a look of the shop's own people that counts as a page which a shopper saw.
usually.test('a page that is no shopper’s is the same page, and in no log', async () => {
  const body = { customer_id: 'anna', placements: [{ placement: 'home' }, { placement: 'brands', method: 'brands' }] };
  const looked = await page({ ...body, shown: false });
  const shown = await page(body);
  const idsOfLists = ({ placements }: Page) => placements.map(({ list_id }) => list_id);
  expect(looked.placements.map(idsOf)).toEqual(shown.placements.map(idsOf));
  const logged = () =>
    service.database.query<{ id: string }>('select list_id as id from served_lists where list_id = any($1::uuid[])', [
      [...idsOfLists(looked), ...idsOfLists(shown)],
    ]);
  // What is logged later was served later.
  await until(async () => (await logged()).length >= 2);
  expect((await logged()).map(({ id }) => id).toSorted()).toEqual(idsOfLists(shown).toSorted());
});

usually.describe('methods, by books kept by hand', () => {
  test('recently viewed: the latest first, each once; of a visitor what the visitor looked at', async () => {
    expect(idsOf(await byMethod('recently-viewed', { customer_id: 'anna' }))).toEqual(['i11', 'i13']);
    expect(idsOf(await byMethod('recently-viewed', { customer_id: 'anna', item_id: 'i11' }))).toEqual(['i13']);
    expect(idsOf(await byMethod('recently-viewed', { visitor_id: 'v1' }))).toEqual(['i17']);
    expect(idsOf(await byMethod('recently-viewed', { customer_id: 'anna', personalized: false }))).toEqual([]);
  });

  // Would see: the shop's interval where the customer has one of her own, what is bought too lately, or never again.
  test('buy again: what is due, with the day on which it is expected', async () => {
    const { items } = await byMethod('buy-again', { customer_id: 'anna' });
    expect(items.map(({ item_id, expected_at }) => [item_id, expected_at])).toEqual([
      ['i06', ago(0)],
      ['i01', ago(2)],
    ]);
    expect(items[0].reason).toMatchObject({ source: 'repurchase', key: 'reason.buy-again' });
    expect(idsOf(await byMethod('buy-again', { customer_id: 'ben' }))).toEqual([]);
  });

  test('trending: what sells more than it did, the furthest first, then what is popular', async () => {
    expect(idsOf(await byMethod('trending', {}, { limit: 5 }))).toEqual(['i03', 'i09', 'i07', 'i00', 'i01']);
  });

  test('new arrivals: of the last 60 days, the newest first', async () => {
    expect(idsOf(await byMethod('new-arrivals'))).toEqual(['i31', 'i30']);
  });

  // Would see: the cheapest instead of the most reduced, a price that rose, one that fell long ago.
  test('on sale: what costs less than its list price or than it did, the most reduced first', async () => {
    // 30 of 40 and 2.50 of 12.50 are off.
    expect(idsOf(await byMethod('on-sale'))).toEqual(['i21', 'i20']);
    const tell = (item_id: string, price: string) => {
      clock += 1_000;
      return service.ask('ingest', 'PUT', '/v1/items', { items: [{ item_id, price }] });
    };
    await tell('i22', '5.00');
    await tell('i23', '11.00');
    const reduced = await byMethod('on-sale');
    expect(idsOf(reduced)).toEqual(['i21', 'i22', 'i20']);
    expect(reduced.items[1].reason.source).toBe('on-sale');
    await tell('i22', '10.00');
    expect(idsOf(await byMethod('on-sale'))).toEqual(['i21', 'i20']);
  });

  test('best sellers of a category and of a brand', async () => {
    expect(idsOf(await byMethod('popular', {}, { limit: 3, filter: { category: 'Garden' } }))).toEqual([
      'i03',
      'i07',
      'i11',
    ]);
    expect(idsOf(await byMethod('popular', {}, { limit: 3, filter: { brand: 'Odd' } }))).toEqual(['i01', 'i03', 'i05']);
    expect(idsOf(await byMethod('popular', { category: 'Home' }, { limit: 2 }))).toEqual(['i02', 'i06']);
  });

  // Would see: an unknown id dropped without a word, the given order lost for whoever nothing is known of.
  test('re-rank: what was found, nearer to somebody’s taste; what is unknown is told', async () => {
    const given = { item_ids: ['i33', 'i24', 'nothing', 'i39', 'i28', 'i05'] };
    const plain = await byMethod('re-rank', given);
    expect(idsOf(plain)).toEqual(['i33', 'i24', 'i28', 'i05']);
    expect(plain.unknown_item_ids).toEqual(['nothing']);
    expect(plain.items[0].reason).toMatchObject({ source: 'given' });
    const hers = await byMethod('re-rank', { ...given, customer_id: 'anna' });
    // The night's first for anna has 1 for it and 1 / log2(7) for its place; the first found has 1.
    expect(idsOf(hers)[0]).toBe('i05');
    expect(idsOf(hers).toSorted()).toEqual(['i05', 'i24', 'i28', 'i33']);
  });

  test('categories and brands that somebody is drawn to, and then what is popular', async () => {
    const of = async (method: string, more: object) => (await byMethod(method, more)).values!.map(({ value }) => value);
    // anna looked at Garden twice and at Jam once, and bought of all; ben is nobody's yet.
    const hers = await of('categories', { customer_id: 'anna' });
    expect(hers.toSorted()).toEqual(categories.toSorted());
    expect(await of('brands', { customer_id: 'anna' })).toEqual(['Odd', 'Even']);
    expect((await of('categories', {}))[0]).toBe('Food > Tea');
    expect(await of('categories', { customer_id: 'ben' })).toEqual(await of('categories', {}));
  });

  test('exclude, category and filter hold for each of them', async () => {
    for (const method of [
      'personal',
      'popular',
      'trending',
      'new-arrivals',
      'on-sale',
      'recently-viewed',
      'buy-again',
    ]) {
      const all = idsOf(await byMethod(method, { customer_id: 'anna' }));
      const without = idsOf(await byMethod(method, { customer_id: 'anna', exclude_item_ids: [all[0]] }));
      expect([method, without.includes(all[0])]).toEqual([method, false]);
      const filtered = await byMethod(method, { customer_id: 'anna' }, { filter: { brand: 'Odd', category: 'Food' } });
      expect(filtered.items.filter(({ category }) => !category?.startsWith('Food'))).toEqual([]);
    }
  });

  test('a method with nothing to start from gives what suits whoever it is, and says so', async () => {
    expect((await byMethod('related', {})).method).toBe('personal');
    expect((await byMethod('bought-together', { item_id: 'nothing' })).method).toBe('personal');
    expect((await byMethod('re-rank', {})).method).toBe('personal');
    expect((await byMethod('related', { item_id: 'i00' }, { limit: 2 })).method).toBe('related');
  });
});

usually.describe('pinned items', () => {
  const pinned = (pinned_item_ids: string[], given: object = {}, more: object = {}) =>
    byMethod('popular', more, { limit: 5, pinned_item_ids, ...given });

  // Would see: a pin in another place, an item twice, a place of another number, one that is sold out or outside the filter.
  test('stand first in their order, as far as they may be on the list at all; then what the method finds', async () => {
    const list = await pinned(['i35', 'i39', 'nothing', 'i02']);
    expect(list.items.map(({ item_id, position }) => `${position} ${item_id}`)).toEqual(
      ['i35', 'i02', 'i00', 'i01', 'i03'].map((id, place) => `${place + 1} ${id}`),
    );
    expect(list.items.map(({ reason }) => reason?.source)).toEqual([
      ...['pinned', 'pinned'],
      ...['popularity', 'popularity', 'popularity'],
    ]);
    expect(list.items[0].reason?.text).toBe('Picked by this shop');
    const ofBrand = { filter: { brand: 'Odd' } };
    expect(idsOf(await pinned(['i02', 'i35'], ofBrand))).toEqual(['i35', 'i01', 'i03', 'i05', 'i07']);
    expect(idsOf(await pinned(['i35', 'i02'], {}, { item_id: 'i35', cart_item_ids: ['i02'] }))).toEqual([
      ...['i00', 'i01', 'i03', 'i04', 'i05'],
    ]);
    expect(idsOf(await pinned(['i35', 'i02', 'i36'], { limit: 2 }))).toEqual(['i35', 'i02']);
  });

  // Would see: a list of rules whose figures move to other items, days of a purchase that nobody expects.
  test('go before lists with rules and with days, whose items keep theirs; the log names all', async () => {
    const beside = await byMethod('bought-together', { item_id: 'i00' }, { limit: 3, pinned_item_ids: ['i35'] });
    expect(idsOf(beside).slice(0, 2)).toEqual(['i35', 'i02']);
    expect(beside.items[1].reason).toMatchObject({ source: 'association-rules' });
    const again = await byMethod('buy-again', { customer_id: 'anna' }, { pinned_item_ids: ['i35'] });
    expect(again.items.map(({ item_id, expected_at }) => [item_id, expected_at ?? null])).toEqual([
      ['i35', null],
      ['i06', ago(0)],
      ['i01', ago(2)],
    ]);
    const [row] = await until(async () => {
      const rows = await service.database.query<{ items: number; rules: (string | null)[]; sources: number[] }>(
        `select cardinality(item_keys) as items, rule_ids as rules, sources::int[] as sources from served_lists
         where list_id = $1`,
        [beside.list_id],
      );
      return rows.length > 0 && rows;
    });
    expect([row.items, row.sources.length, row.rules.length]).toEqual([3, 3, 3]);
    expect(row.rules[0]).toBeNull();
    expect(row.rules[1]).not.toBeNull();
  });

  test('are set with a placement, on no page twice, and give way to those of a request', async () => {
    const put = await service.ask('merchandise', 'PUT', '/v1/placements/top', {
      method: 'popular',
      limit: 2,
      pinned_item_ids: ['i35'],
    });
    expect(put).toMatchObject({ status: 200, json: { pinned_item_ids: ['i35'], is_ready_made: false, revision: 1 } });
    const both = await page({
      placements: [
        { placement: 'top' },
        { placement: 'second', method: 'popular', limit: 2, pinned_item_ids: ['i35', 'i36'] },
        { placement: 'top', pinned_item_ids: [] },
      ],
    });
    expect(both.placements.map(idsOf)).toEqual([
      ['i35', 'i00'],
      ['i36', 'i01'],
      ['i02', 'i03'],
    ]);
    await service.ask('train', 'DELETE', '/v1/placements/top');
  });
});

describe('the next pages', () => {
  const placements = [
    { placement: 'home', limit: 4 },
    { placement: 'spot', method: 'popular', limit: 3 },
  ];

  // Would see: an item again, one that is never shown, an end that never comes, a page that a training breaks.
  usually.test('never repeat an item until nothing is left, also when another night comes between', async () => {
    const seen: string[] = [];
    let page_token: string | null = null;
    let pages = 0;
    do {
      const next: Page = await page({ customer_id: 'anna', placements, ...(page_token && { page_token }) });
      seen.push(...next.placements.flatMap(idsOf));
      page_token = next.next_page_token;
      if (++pages === 2) {
        content.popularity.reverse();
        await publish();
      }
      expect(pages).toBeLessThan(20);
    } while (page_token !== null);
    content.popularity.reverse();
    await publish();
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.toSorted()).toEqual(ids.filter((id) => id !== 'i39'));
  });

  usually.test('want the token of a page', async () => {
    const { next_page_token: token } = await page({ placements });
    for (const page_token of ['AAAA', `${token}A`, token!.replace(/^./, 'B')]) {
      expect(await service.ask('recommend', 'POST', '/v1/pages', { placements, page_token })).toMatchObject({
        status: 409,
        json: { errors: [{ field: '/page_token' }] },
      });
    }
  });

  // Would see: a page that a token of another shop, or of goods that are gone, brings down.
  usually.test('a token may name what the catalogue has not: it is shown anyway', async () => {
    const popular = [{ placement: 'spot', method: 'popular', limit: 3 }];
    const made = await page({ placements: popular, page_token: writePageToken([2_000_000_000]) });
    expect(idsOf(made.placements[0])).toEqual(['i00', 'i01', 'i02']);
    expect(made.next_page_token).not.toBeNull();
  });

  // Would see: tokens that grow without end, a page that is longer than what is left.
  usually.test('end after 2,000 items, and the last is as long as that leaves', async () => {
    const shown = Array.from({ length: 1_995 }, (_, place) => 1_000_000 + place);
    const two = ['popular', 'new-arrivals'].map((method) => ({ placement: method, method, limit: 3 }));
    const last = await page({ placements: two, page_token: writePageToken(shown) });
    expect(last.placements.map((part) => idsOf(part).length)).toEqual([3, 2]);
    expect(last.next_page_token).toBeNull();
    const before = await page({ placements: [{ ...two[0], limit: 9 }], page_token: writePageToken(shown) });
    expect([idsOf(before.placements[0]).length, before.next_page_token]).toEqual([5, null]);
    const one = await page({ placements: [{ ...two[0], limit: 4 }], page_token: writePageToken(shown) });
    expect(one.next_page_token).not.toBeNull();
  });

  // Would see: a token that carries who somebody is, or that takes somebody else's list along.
  usually.test('a token of somebody else only says what is not to be shown again', async () => {
    const asked = { placements: [{ placement: 'seen', method: 'recently-viewed', limit: 1 }] };
    const hers = await page({ ...asked, customer_id: 'anna' });
    expect(hers.placements.map(idsOf)).toEqual([['i11']]);
    const visitors = await page({ ...asked, visitor_id: 'v1', page_token: hers.next_page_token });
    expect(visitors.placements.map(idsOf)).toEqual([['i17']]);
    const other = await page({
      placements: [{ placement: 'spot', method: 'popular', pinned_item_ids: ['i11'], limit: 1 }],
    });
    expect(other.next_page_token).toBe(hers.next_page_token);
  });

  // Would see: one item of thousands of pages twice.
  test(`no item is twice on any of ${isThorough ? 10_000 : 300} pages, nor on what follows them`, async () => {
    const random = seededRandom(20);
    const below = (count: number) => Math.floor(random() * count);
    const methods = ['personal', 'related', 'bought-together', 'popular', 'trending', 'new-arrivals', 'on-sale'];
    const { recommendations } = service.stations;
    for (let round = 0; round < (isThorough ? 10_000 : 300) / 2; round++) {
      const request = {
        ...(below(2) && { customer_id: ['anna', 'ben', 'nobody'][below(3)] }),
        ...(below(2) && { item_id: ids[below(40)] }),
        ...(below(2) && { cart_item_ids: [ids[below(40)]] }),
        placements: Array.from({ length: 1 + below(6) }, (_, n) => ({
          placement: `p${n}`,
          method: methods[below(methods.length)] as 'personal',
          limit: 1 + below(9),
        })),
      };
      const first = JSON.parse(await recommendations.makePage(request)) as Page;
      const shown = first.placements.flatMap(idsOf);
      if (first.next_page_token !== null) {
        const second = await recommendations.makePage({ ...request, page_token: first.next_page_token });
        shown.push(...(JSON.parse(second) as Page).placements.flatMap(idsOf));
      }
      expect(new Set(shown).size).toBe(shown.length);
    }
  });
});

usually.describe('placements', () => {
  const set = (name: string, body: object, scope: 'train' | 'recommend' = 'train') =>
    service.ask(scope, 'PUT', `/v1/placements/${name}`, body);

  // Would see: a change that waits, one that overwrites another, one that nobody is told of.
  test('change what a page shows from the next answer on, and are written down', async () => {
    const settings = { title: 'New here', method: 'new-arrivals', limit: 1 };
    expect(await set('home', settings, 'recommend')).toMatchObject({ status: 403 });
    const first = await set('home', settings);
    expect(first).toMatchObject({
      status: 200,
      json: { name: 'home', ...settings, filter: null, pinned_item_ids: [], is_ready_made: true, revision: 1 },
    });
    expect((await set('home', settings)).json).toEqual(first.json);
    const { placements } = await page({ placements: [{ placement: 'home' }] });
    expect(placements[0]).toMatchObject({ title: 'New here', method: 'new-arrivals' });
    expect(idsOf(placements[0])).toEqual(['i31']);
    const stale = await set('home', { method: 'popular', revision: 0 });
    expect(stale).toMatchObject({ status: 409, json: { code: 'conflict' } });
    expect((await set('home', { method: 'popular', revision: 1 })).json.revision).toBe(2);
    expect((await service.ask('recommend', 'GET', '/v1/placements/home')).json.method).toBe('popular');
    expect(await service.ask('train', 'DELETE', '/v1/placements/home')).toMatchObject({ status: 200 });
    expect((await service.ask('recommend', 'GET', '/v1/placements/home')).json).toMatchObject({
      method: 'personal',
      revision: 0,
    });
    expect(await service.ask('train', 'DELETE', '/v1/placements/home')).toMatchObject({ status: 404 });
    const audit = await service.ask('admin', 'GET', '/v1/audit-entries?subject=placement');
    const ofHome = audit.json.items.filter(({ subject_id }: any) => subject_id === 'home');
    expect(ofHome.map(({ action, subject_id }: any) => `${action} ${subject_id}`)).toEqual([
      'removed home',
      'changed home',
      'made home',
    ]);
  });

  // Would see: what a page says of a placement lost, or what is set for it; a fault that names another placement.
  test('give way to what a page says of them, and keep what it does not say', async () => {
    const settings = { method: 'popular', limit: 2, filter: { category: 'Garden' } };
    expect(await set('yard', settings)).toMatchObject({ status: 200 });
    const yard = async (given: object = {}, more: object = {}) =>
      idsOf((await page({ ...more, placements: [{ placement: 'yard', ...given }] })).placements[0]);
    expect(await yard()).toEqual(['i03', 'i07']);
    // Of the page's category are placements that say none themselves.
    expect(await yard({}, { category: 'Home' })).toEqual(['i03', 'i07']);
    expect(await yard({ filter: { brand: 'Even' } })).toEqual(['i00', 'i02']);
    expect(await yard({ filter: {} }, { category: 'Home' })).toEqual(['i02', 'i06']);
    expect(await yard({ limit: 1 })).toEqual(['i03']);
    const compared = { filter: { compared_to_item: { price: 'higher' } } };
    const wrong = { placements: [{ placement: 'home' }, { placement: 'yard', ...compared }] };
    const refused = await service.ask('recommend', 'POST', '/v1/pages', wrong);
    expect(refused.status).toBe(409);
    expect(refused.json.errors[0].field).toMatch(/^\/placements\/1\/filter/);
    await service.ask('train', 'DELETE', '/v1/placements/yard');
  });

  // Would see: a page without end.
  test.each([
    ['/placements', { placements: [] }],
    ['/placements', { placements: Array.from({ length: 21 }, (_, n) => ({ placement: `p${n}`, method: 'popular' })) }],
    ['/placements/0/limit', { placements: [{ placement: 'home', limit: 101 }] }],
    ['/placements/0/limit', { placements: [{ placement: 'home', limit: 0 }] }],
    ['/placements/0/pinned_item_ids', { placements: [{ placement: 'home', pinned_item_ids: ids.slice(0, 21) }] }],
    ['/item_ids', { placements: [{ placement: 'home' }], item_ids: Array.from({ length: 501 }, (_, n) => `x${n}`) }],
    ['/page_token', { placements: [{ placement: 'home' }], page_token: 'A'.repeat(16_385) }],
  ])('are refused by %s beyond the bounds of a page', async (field, body) => {
    expect(await service.ask('recommend', 'POST', '/v1/pages', body)).toMatchObject({
      ...{ status: 400, json: { errors: [{ field }] } },
    });
  });

  test('have names of their own, which a page may ask for with a method, and not without', async () => {
    const unknown = await service.ask('recommend', 'POST', '/v1/pages', { placements: [{ placement: 'nowhere' }] });
    expect(unknown).toMatchObject({ status: 409, json: { errors: [{ field: '/placements/0/placement' }] } });
    const { json } = await service.ask('recommend', 'GET', '/v1/placements');
    expect(json.items.map(({ name }: any) => name)).toEqual(
      ['home', 'item', 'cart', 'category', 'search', 'thank-you', '404'].toSorted(),
    );
    const filter = { any: [{ category: 'Garden' }] };
    expect(await set('garden', { method: 'popular', filter })).toMatchObject({ status: 200, json: { filter } });
    expect(idsOf((await page({ placements: [{ placement: 'garden', limit: 1 }] })).placements[0])).toEqual(['i03']);
    await service.ask('train', 'DELETE', '/v1/placements/garden');
  });

  test('are shown by the key of a page to its visitor, and to no customer without a token', async () => {
    const { token } = await createKey(service.database, 'page', ['events', 'lists'], ['https://shop.example']);
    await service.stations.keys.reload();
    const asPage = (body: object) =>
      fetch(`${service.url}/v1/pages`, {
        method: 'POST',
        headers: {
          'Content-Type': 'application/json',
          Origin: 'https://shop.example',
          Authorization: `Bearer ${token}`,
        },
        body: JSON.stringify({ placements: [{ placement: 'spot', method: 'recently-viewed' }], ...body }),
      });
    const answer = await asPage({ visitor_id: 'v1' });
    expect(answer.headers.get('access-control-allow-origin')).toBe('https://shop.example');
    expect(idsOf(((await answer.json()) as Page).placements[0])).toEqual(['i17']);
    expect((await asPage({ customer_id: 'anna' })).status).toBe(403);
    const attributes = await asPage({ visitor_id: 'v1', fields: ['title', 'attributes'] });
    expect([attributes.status, await attributes.json()]).toMatchObject([403, { errors: [{ field: '/fields' }] }]);
    // Whom a visitor turned out to be nobody vouches for: of hers is nothing on it.
    const link = {
      event_id: 'e5',
      type: 'page_view',
      occurred_at: ago(1),
      customer_id: 'anna',
      visitor_id: 'v2',
    };
    expect(await service.ask('ingest', 'POST', '/v1/events', { events: [link] })).toMatchObject({ status: 200 });
    const again = { visitor_id: 'v2', placements: [{ placement: 'spot', method: 'buy-again' }] };
    expect(idsOf(((await (await asPage(again)).json()) as Page).placements[0])).toEqual([]);
    expect(idsOf((await page(again)).placements[0])).toContain('i06');
  });
});
