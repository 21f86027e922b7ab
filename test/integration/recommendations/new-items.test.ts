import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { RecommendedItem } from '../../../src/recommendations/lists/recommended-item.ts';
import { createTestService, type TestService } from '../../support/service/service.ts';

let service: TestService;
const shelf = [
  ['mug-blue', 'Blue ceramic mug', 'Kitchen > Mugs'],
  ['mug-red', 'Red ceramic mug', 'Kitchen > Mugs'],
  ['board', 'Oak chopping board', 'Kitchen > Boards'],
  ['cable', 'USB-C cable 2 m', 'Office > Cables'],
  ['bag', '双肩电脑包', 'Office > Bags'],
  ['line', '手机数据线', 'Office > Cables'],
];

const put = (items: object[]) => service.ask('ingest', 'PUT', '/v1/items', { items });

beforeAll(async () => {
  service = await createTestService();
  await put(shelf.map(([item_id, title, category]) => ({ item_id, title, category, price: '9.00' })));
});
afterAll(() => service.stop());

async function related(itemId: string): Promise<RecommendedItem[]> {
  const { status, json } = await service.ask('recommend', 'GET', `/v1/items/${itemId}/related-items?limit=3`);
  expect(status).toBe(200);
  return json.items;
}

const first = ([{ item_id, reason }]: RecommendedItem[]) => [item_id, reason.source, reason.text];

// Would see: an index that hears of an item at night, or likes of before that are still kept.
test('a new item has related items in the very next answer, and stands beside them', async () => {
  expect(first(await related('mug-red'))).toEqual(['mug-blue', 'content', 'Similar to Red ceramic mug']);
  expect(first(await related('bag'))[1]).toBe('catalogue');

  await put([
    { item_id: 'new-mug', title: 'Ceramic mug red, large', category: 'Kitchen > Mugs', price: '11.00' },
    { item_id: 'new-bag', title: '电脑双肩包 15 寸', category: 'Office > Bags', price: '9.50' },
  ]);
  expect(first(await related('new-mug'))).toEqual(['mug-red', 'content', 'Similar to Ceramic mug red, large']);
  expect(first(await related('mug-red'))).toEqual(['new-mug', 'content', 'Similar to Red ceramic mug']);
  expect(first(await related('bag'))).toEqual(['new-bag', 'content', 'Similar to 双肩电脑包']);

  await put([{ item_id: 'new-mug', hidden: true }]);
  expect(first(await related('mug-red'))[0]).toBe('mug-blue');
});

test('who looked at a new item is shown what is like it at once, and who looked at what it is like is shown it', async () => {
  await put([
    { item_id: 'new-board', title: 'Oak chopping board, large', category: 'Kitchen > Boards', price: '19.00' },
  ]);
  const ask = async (seen: string) => {
    const { json } = await service.ask('recommend', 'POST', '/v1/recommendations', {
      recent_item_ids: [seen],
      limit: 3,
    });
    return first(json.items.filter(({ item_id }: RecommendedItem) => item_id !== seen));
  };
  expect(await ask('new-board')).toEqual(['board', 'content', 'Similar to Oak chopping board, large']);
  expect(await ask('board')).toEqual(['new-board', 'content', 'Similar to Oak chopping board']);
});

test('a title that changes changes what the item is like', async () => {
  await put([{ item_id: 'line', title: 'Oak serving board', category: 'Kitchen > Boards' }]);
  expect((await related('board')).map(({ item_id }) => item_id)).toContain('line');
  expect((await related('line'))[0].reason.source).toBe('content');
});

// Would see: words that nobody follows up before the night, or those of somebody who allows no profile.
test('what somebody searches for is put before them in the next list, in words of any script', async () => {
  await service.ask('ingest', 'PUT', '/v1/customers', {
    customers: [{ customer_id: 'seeker' }, { customer_id: 'private', profiling_allowed: false }],
  });
  const search = async (who: object, query: string) => {
    const event = {
      event_id: `s ${query} ${JSON.stringify(who)}`,
      type: 'search',
      query,
      occurred_at: new Date().toISOString(),
    };
    const { json } = await service.ask('ingest', 'POST', '/v1/events', { events: [{ ...event, ...who }] });
    expect(json.counts.quarantined).toBe(0);
  };
  const listOf = async (who: object) =>
    (await service.ask('recommend', 'POST', '/v1/recommendations', { ...who, limit: 2 })).json.items;
  const seeker = { customer_id: 'seeker' };
  expect(first(await listOf(seeker))[1]).toBe('catalogue');
  await search(seeker, 'USB-C');
  expect(first(await listOf(seeker))).toEqual(['cable', 'search', 'Fits what you searched for']);
  await search(seeker, '双肩包');
  const both = await listOf(seeker);
  expect(both.map(({ reason }: RecommendedItem) => reason.source)).toEqual(['search', 'search']);
  await search({ visitor_id: 'browser' }, 'chopping boards');
  expect(first(await listOf({ visitor_id: 'browser' }))[2]).toBe('Fits what you searched for');
  await search({ customer_id: 'private' }, 'USB-C');
  expect(first(await listOf({ customer_id: 'private' }))[1]).toBe('catalogue');
});
