import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createKey } from '../../../src/keys/index.ts';
import { reasonLanguages } from '../../../src/sentences/index.ts';
import { call } from '../../support/service/contract.ts';
import { createTestService, type TestService } from '../../support/service/service.ts';
import { publishContent } from '../../support/shops/small-shop.ts';

// A shop of shirts in sizes, which are variants of one parent, beside mugs and a lamp that is sold in Austria only.
const shirt = (size: string, more: object = {}) => ({
  item_id: `shirt-${size}`,
  title: `Shirt ${size}`,
  category: 'Clothes > Shirts',
  brand: 'Alba',
  price: '20',
  parent_id: 'shirt',
  options: { size },
  url: `https://shop.example/shirt?size=${size}`,
  image_url: 'https://shop.example/shirt.jpg',
  ...more,
});
const goods = [
  shirt('S', { texts: { de: { title: 'Hemd S' }, 'de-AT': { title: 'Leiberl S' } } }),
  shirt('M'),
  shirt('L', { price: '22' }),
  {
    item_id: 'mug',
    title: 'Mug',
    categories: ['Kitchen > Mugs', 'Gifts'],
    brand: 'Bo',
    price: '8',
    attributes: { litres: 0.3, colours: ['red', 'blue'], margin: 'high' },
    markets: { at: { price: '9.5', url: 'https://shop.example/at/mug' }, de: { stock: 0 } },
  },
  { item_id: 'cup', title: 'Cup', category: 'Kitchen > Mugs', brand: 'Alba', price: '6', attributes: { litres: 0.2 } },
  { item_id: 'lamp', title: 'Lamp', category: 'Home', price: '40', stock: 0, markets: { at: { stock: 5 } } },
  { item_id: 'pen', title: 'Pen' },
];

let service: TestService;
beforeAll(async () => {
  service = await createTestService();
  const stored = await service.ask('ingest', 'PUT', '/v1/items', { items: goods });
  expect(stored.json.counts.quarantined).toBe(0);
  await service.ask('ingest', 'PUT', '/v1/customers', { customers: [{ customer_id: 'anna' }] });
  const occurred_at = new Date(Date.now() - 3_600_000).toISOString();
  await service.ask('ingest', 'POST', '/v1/events', {
    events: [{ event_id: 'E1', type: 'view', customer_id: 'anna', item_id: 'shirt-S', occurred_at }],
  });
  await publishContent(service.database, {
    asOf: new Date(),
    popularity: ['shirt-M', 'shirt-S', 'mug', 'cup', 'lamp', 'pen'],
    neighbours: { 'shirt-S': ['mug', 'shirt-L', 'cup'] },
    rules: [{ antecedent: ['shirt-S'], consequent: 'shirt-M', confidence: 0.9 }],
    lists: { anna: [{ item: 'mug', source: 1, because: 'shirt-S' }] },
  });
  await service.stations.recommendations.onNotice({ about: 'release' });
});
afterAll(() => service.stop());

type Query = Record<string, string>;
const asked = (query: Query) => new URLSearchParams(query).toString();
const recommend = (headers: Record<string, string> = {}) => ({ ...service.as('recommend'), ...headers });

const popular = (query: Query = {}, headers?: Record<string, string>) =>
  call(service.url, 'getPopularItems', { query: asked(query), headers: recommend(headers) });
const about = (id: string, query: Query = {}, operation: 'getRelatedItems' | 'getBoughtTogether' = 'getRelatedItems') =>
  call(service.url, operation, { path: { item_id: id }, query: asked(query), headers: recommend() });
const ofAnna = (query: Query = {}, headers?: Record<string, string>) =>
  call(service.url, 'getCustomerRecommendations', {
    path: { customer_id: 'anna' },
    query: asked(query),
    headers: recommend(headers),
  });
const forAnyone = (body: object) => call(service.url, 'recommend', { headers: recommend(), body });
const idsOf = ({ json }: { json: any }): string[] => json.items.map(({ item_id }: { item_id: string }) => item_id);
const itemOf = ({ json }: { json: any }, id: string) =>
  json.items.find(({ item_id }: { item_id: string }) => item_id === id);
const filtered = async (filter: object, more: Query = {}) =>
  idsOf(await popular({ filter: JSON.stringify(filter), ...more }));

describe('variants of one parent', () => {
  test('are never side by side: the best of them stands for all', async () => {
    expect(idsOf(await popular())).toEqual(['shirt-M', 'mug', 'cup', 'pen']);
    expect(await filtered({ options: { size: ['S', 'L'] } })).toEqual(['shirt-S']);
  });

  // Would see: another size of what is looked at, in the cart or excluded, offered as something else.
  test('are not listed beside the one that is looked at, in the cart, bought with it or excluded', async () => {
    expect(idsOf(await about('shirt-S'))).toEqual(['mug', 'cup', 'pen']);
    expect(idsOf(await about('shirt-S', {}, 'getBoughtTogether'))).toEqual(['mug', 'cup', 'pen']);
    expect(idsOf(await forAnyone({ cart_item_ids: ['shirt-L'] }))).toEqual(['mug', 'cup', 'pen']);
    expect(idsOf(await forAnyone({ item_id: 'shirt-M' }))).toEqual(['mug', 'cup', 'pen']);
    expect(idsOf(await popular({ exclude: 'shirt-S' }))).toEqual(['mug', 'cup', 'pen']);
    const placements = [{ placement: 'top', method: 'popular' as const, pinned_item_ids: ['shirt-S', 'shirt-M'] }];
    const { json } = await call(service.url, 'makePage', { headers: recommend(), body: { placements } });
    expect(idsOf({ json: json.placements[0] })).toEqual(['shirt-S', 'mug', 'cup', 'pen']);
  });

  test('are named by their parent, be it an item or not', async () => {
    expect(idsOf(await popular({ exclude: 'shirt' }))).toEqual(['mug', 'cup', 'pen']);
    const list = await about('shirt');
    expect([list.json.item_id, idsOf(list)]).toEqual(['shirt-L', ['mug', 'cup', 'pen']]);
  });

  test('an explanation says that another variant is listed', async () => {
    const { json } = await call(service.url, 'explainRecommendations', {
      headers: service.as('admin'),
      body: { recent_item_ids: ['shirt-S'], filter: { any: [{ brand: 'Alba' }, { brand: 'Bo' }] } },
    });
    const fates = json.candidates.map(({ item_id, fate }: { item_id: string; fate: string }) => [item_id, fate]);
    expect(Object.fromEntries(fates)).toMatchObject({ mug: 'listed' });
    expect(json.items.filter(({ item_id }: { item_id: string }) => item_id.startsWith('shirt'))).toHaveLength(1);
  });
});

describe('a market', () => {
  test('has its own prices, stock and pages, and what is not sold there is not listed', async () => {
    const there = await popular({ market: 'at' });
    expect(idsOf(there)).toEqual(['shirt-M', 'mug', 'cup', 'lamp', 'pen']);
    expect(itemOf(there, 'mug')).toMatchObject({ price: '9.50', url: 'https://shop.example/at/mug' });
    expect(itemOf(there, 'lamp')).toMatchObject({ price: '40.00' });
    expect(idsOf(await popular({ market: 'de' }))).toEqual(['shirt-M', 'cup', 'pen']);
    expect(idsOf(await popular({ market: 'toString' }))).toEqual(['shirt-M', 'cup', 'pen']);
    expect(idsOf(await ofAnna({ market: 'de' }))).not.toContain('mug');
  });

  test('is the one whose prices a filter goes by', async () => {
    expect(await filtered({ price: { above: '9' } }, { market: 'at' })).toEqual(['shirt-M', 'mug', 'lamp']);
    expect(await filtered({ price: { above: '9' } })).toEqual(['shirt-M']);
  });

  test('shows a change at once', async () => {
    const change = (stock: number | null) =>
      service.ask('ingest', 'PUT', '/v1/items', { items: [{ item_id: 'mug', markets: { de: { stock } } }] });
    await change(3);
    expect(idsOf(await popular({ market: 'de' }))).toContain('mug');
    await change(0);
    expect(idsOf(await popular({ market: 'de' }))).not.toContain('mug');
  });
});

describe('languages', () => {
  const size = { filter: '{"options":{"size":"S"}}' };
  test.each([
    ['de-AT', 'Leiberl S', 'de'],
    ['DE-at', 'Leiberl S', 'de'],
    ['de-CH', 'Hemd S', 'de'],
    ['fr', 'Shirt S', 'fr'],
    ['sv', 'Shirt S', 'en'],
  ])('%s: the item is called %s, reasons are in %s', async (language, title, spoken) => {
    const list = await popular({ ...size, language }, { 'Accept-Language': 'it' });
    expect([list.json.items[0].title, list.headers['content-language']]).toEqual([title, spoken]);
    expect(list.headers['vary']).toBe('Accept-Language');
  });

  test.each([
    ['fr;q=0.3, de-AT;q=0.9, en;q=0', 'Leiberl S', 'de'],
    ['sv, pl;q=0.5', 'Shirt S', 'pl'],
    ['*', 'Shirt S', 'en'],
    ['no way; q=x,,;', 'Shirt S', 'en'],
  ])('Accept-Language %s', async (header, title, spoken) => {
    const list = await popular(size, { 'Accept-Language': header });
    expect([list.json.items[0].title, list.headers['content-language']]).toEqual([title, spoken]);
  });

  // Would see: a list in one language that is answered in another because it was kept.
  test('one list in nine languages, each with its own reasons, whoever asked before', async () => {
    const reasons = new Map<string, string>();
    for (const round of [1, 2, 3]) {
      for (const language of reasonLanguages) {
        const { reason } = itemOf(await ofAnna({ language, limit: '3' }), 'mug');
        const item = language === 'de' ? 'Hemd S' : 'Shirt S';
        expect(reason).toMatchObject({ key: 'reason.because-interested', parameters: { item } });
        expect(reason.text).toContain(item);
        if (round > 1) expect(reason.text).toBe(reasons.get(language));
        reasons.set(language, reason.text);
      }
    }
    expect(new Set(reasons.values()).size).toBe(9);
    expect(reasons.get('de')).toBe('Weil Sie sich für Hemd S interessieren');
    expect(reasons.get('fr')).toBe('Parce que vous vous intéressez à «\u00a0Shirt S\u00a0»');
  });
});

describe('what a list says', () => {
  test('is what a shop needs to show it, or what is asked for', async () => {
    const usual = ['position', 'item_id', 'title', 'category', 'price', 'url', 'image_url', 'score', 'reason'];
    const [first] = (await popular()).json.items;
    expect(Object.keys(first)).toEqual(usual);
    expect(first).toMatchObject({
      url: 'https://shop.example/shirt?size=M',
      image_url: 'https://shop.example/shirt.jpg',
    });
    const chosen = itemOf(await popular({ fields: 'categories,brand,options,attributes,list_price' }), 'mug');
    expect(chosen).toEqual({
      position: 2,
      item_id: 'mug',
      categories: ['Kitchen > Mugs', 'Gifts'],
      brand: 'Bo',
      list_price: null,
      options: {},
      attributes: { litres: 0.3, colours: ['red', 'blue'], margin: 'high' },
    });
    expect((await forAnyone({ fields: ['title'], limit: 1 })).json.items[0]).toEqual({
      position: 1,
      item_id: 'shirt-M',
      title: 'Shirt M',
    });
    const unknown = await service.ask('recommend', 'GET', '/v1/popular-items?fields=title,cost');
    expect([unknown.status, unknown.json.errors[0].field]).toEqual([400, 'fields/1']);
  });

  // Would see: what a shop notes for itself, read by anybody who reads its pages.
  test('is no attributes for the key of a page, and its head names the origin and the languages that it goes by', async () => {
    const page = await createKey(service.database, 'page', ['lists'], ['https://shop.example']);
    await service.stations.keys.reload();
    const headers = { Authorization: `Bearer ${page.token}`, Origin: 'https://shop.example' };
    const ask = (query: string) => fetch(`${service.url}/v1/popular-items?${query}`, { headers });
    expect((await ask('fields=title,attributes')).status).toBe(403);
    const answer = await ask('fields=title&language=nl');
    expect([answer.status, answer.headers.get('vary'), answer.headers.get('content-language')]).toEqual([
      200,
      'Origin, Accept-Language',
      'nl',
    ]);
  });

  test('is nothing of whoever asks where personalized=false', async () => {
    const personal = await ofAnna();
    expect(itemOf(personal, 'mug').reason.source).toBe('collaborative-filtering');
    const list = await ofAnna({ personalized: 'false' });
    expect(list.json.items.map((item: any) => item.reason.source)).toEqual(Array(4).fill('popularity'));
    const body = { customer_id: 'anna', personalized: false, recent_item_ids: ['shirt-S'] };
    expect(idsOf(await forAnyone(body))[0]).toBe('shirt-M');
    for (const operation of ['getRelatedItems', 'getBoughtTogether'] as const)
      expect((await about('cup', { personalized: 'false' }, operation)).status).toBe(200);
    const [logged] = await service.database.query<{ known: number }>(
      'select count(*)::int as known from served_lists where list_id = any($1::uuid[]) and customer_key is not null',
      [[list.json.list_id]],
    );
    expect(logged.known).toBe(0);
  });
});

describe('filters', () => {
  test.each<[string, object, string[]]>([
    ['any of several', { any: [{ brand: 'Bo' }, { category: 'Home' }] }, ['mug']],
    ['not', { not: { brand: ['Alba', 'Bo'] } }, ['pen']],
    ['a list of brands', { brand: ['Bo', 'Cy'] }, ['mug']],
    ['a category that is not the main one', { category: 'Gifts' }, ['mug']],
    ['one of several categories', { category: ['Gifts', 'Clothes'] }, ['shirt-M', 'mug']],
    ['a price between bounds', { price: { min: '6', below: '8' } }, ['cup']],
    ['an attribute between bounds', { attributes: { litres: { above: 0.2, max: 0.3 } } }, ['mug']],
    ['an attribute that holds a list', { attributes: { colours: ['blue', 'green'] } }, ['mug']],
    [
      'what is nested',
      { any: [{ all: [{ brand: 'Alba' }, { not: { category: 'Clothes' } }] }, { brand: 'Bo' }] },
      ['mug', 'cup'],
    ],
    ['nothing', {}, ['shirt-M', 'mug', 'cup', 'pen']],
  ])('%s', async (_, filter, ids) => {
    expect(await filtered(filter)).toEqual(ids);
    expect(idsOf(await forAnyone({ filter })).toSorted()).toEqual(ids.toSorted());
  });

  test.each<[string, string, object, string[]]>([
    ['dearer', 'cup', { price: 'higher' }, ['shirt-M', 'mug']],
    ['of the same brand', 'cup', { brand: 'same' }, ['shirt-M']],
    ['of another brand', 'cup', { brand: 'other' }, ['mug']],
    ['of the same category', 'cup', { category: 'same' }, ['mug']],
    ['dearer, of the same category', 'mug', { category: 'same', price: 'higher' }, []],
    ['with more litres', 'cup', { attributes: { litres: 'higher' } }, ['mug']],
    ['than one of which nothing is known', 'pen', { price: 'other', brand: 'other' }, []],
  ])('%s than the item that is looked at (%s)', async (_, item, compared_to_item, ids) => {
    const filter = JSON.stringify({ compared_to_item });
    expect(idsOf(await about(item, { filter })).toSorted()).toEqual(ids.toSorted());
    expect(idsOf(await forAnyone({ item_id: item, filter: { compared_to_item } })).toSorted()).toEqual(ids.toSorted());
  });

  test('stand beside category, bounds and exclude on every list', async () => {
    const query = { category: 'Kitchen', max_price: '7', exclude: 'pen', filter: '{"brand":"Alba"}' };
    const beside = await about('mug', query, 'getBoughtTogether');
    for (const list of [await popular(query), await about('mug', query), await ofAnna(query), beside])
      expect(idsOf(list)).toEqual(['cup']);
  });

  // Would see: a fault that names the filter alone, and a filter that takes the service's time.
  test.each<[string, object | string, number, string]>([
    ['no JSON', '{', 400, 'filter'],
    ['an unknown field', { any: [{}, { bland: 'Bo' }] }, 400, 'filter/any/1/bland'],
    ['a price that is none', { not: { price: { min: 'x' } } }, 400, 'filter/not/price/min'],
    [
      'no item to compare with',
      { any: [{ compared_to_item: { price: 'higher' } }] },
      409,
      'filter/any/0/compared_to_item',
    ],
    ['too deep', { not: { not: { not: { not: { not: { brand: 'Bo' } } } } } }, 409, 'filter/not/not/not/not/not'],
    [
      'too large',
      { any: Array.from({ length: 20 }, () => ({ any: Array.from({ length: 6 }, () => ({})) })) },
      409,
      'filter/any/14/any/0',
    ],
  ])('%s is refused by its place', async (_, filter, status, field) => {
    const text = typeof filter === 'string' ? filter : JSON.stringify(filter);
    const answer = await service.ask('recommend', 'GET', `/v1/popular-items?${asked({ filter: text })}`);
    expect(answer.status).toBe(status);
    expect(answer.json.errors[0].field).toMatch(new RegExp(`^${field}`));
    if (typeof filter === 'string') return;
    const posted = await service.ask('recommend', 'POST', '/v1/recommendations', { filter });
    expect([posted.status, posted.json.errors[0].field]).toEqual([
      status,
      expect.stringMatching(new RegExp(`^/${field}`)),
    ]);
  });
});

// Would see: items that are kept as bytes cut short, told wrongly of their length, or left out of a head's answer.
test('a list that is kept is answered as it was made, whatever letters its texts are in', async () => {
  const url = `${service.url}/v1/customers/anna/recommendations?limit=5&language=zh`;
  const headers = service.as('recommend');
  const answers: { items: { reason: { text: string } }[] }[] = [];
  for (let time = 0; time < 4; time++) {
    const response = await fetch(url, { headers });
    const text = await response.text();
    expect(Buffer.byteLength(text)).toBe(Number(response.headers.get('content-length')));
    const { list_id: id, list_age_seconds: age, ...list } = JSON.parse(text);
    answers.push(list);
  }
  expect(answers[0].items[0].reason.text).toMatch(/[\u4e00-\u9fff]/);
  expect(answers).toEqual(answers.map(() => answers[0]));
  const head = await fetch(url, { method: 'HEAD', headers });
  expect([head.status, await head.text()]).toEqual([200, '']);
});
