import { afterAll, beforeAll, expect } from '@jest/globals';
import { countSearches, selectSearchCounts } from '../../../src/indicators/trends/store.ts';
import { story } from '../../support/jest/story.ts';
import { isThorough } from '../../support/jest/thorough.ts';
import { type IndicatorShop, openIndicatorShop } from '../../support/shops/indicator-shop.ts';

let shop: IndicatorShop;
// Noon of Sunday, 15 November 2026, in Berlin.
beforeAll(async () => {
  shop = await openIndicatorShop();
});
afterAll(() => shop.stop());

const before = (days: number) => new Date(Date.parse('2026-11-15') - days * 86_400_000).toISOString().slice(0, 10);
const at = (daysBefore: number, time: string) => `${before(daysBefore)}T${time}:00+01:00`;

let numbers = 0;
const order = (daysBefore: number, item_id: string, quantity = 1) => ({
  ...{ order_id: `O${numbers++}`, customer_id: 'A', occurred_at: at(daysBefore, '10:00') },
  lines: [{ item_id, quantity, unit_price: '5.00' }],
});
const event = (type: string, visitor_id: string, occurred_at: string, more: object) => ({
  ...{ event_id: `e${numbers++}`, type, visitor_id, occurred_at },
  ...more,
});
const search = (visitor: string, occurredAt: string, query: string, results?: number) =>
  event('search', visitor, occurredAt, { query, ...(results !== undefined && { results }) });
const get = async (path: string) => (await shop.service.ask('indicators', 'GET', path)).json;
const getAsAdmin = async (path: string) => (await shop.service.ask('admin', 'GET', path)).json;
const members = (answer: any) => answer.items.map(({ member }: any) => member);

story('what rises and falls, and what is searched for in vain', (step) => {
  step('before the first night it is said that there is none', async () => {
    expect(await get('/v1/trends?of=brand')).toMatchObject({
      ...{ status: 'unavailable', reason: 'No night has measured trends yet.', items: [], as_of: null },
    });
    expect(await get('/v1/search-words')).toMatchObject({ items: [], as_of: null });
  });

  step('120 days of six orders a day, and in the last 28 of them others than before', async () => {
    await shop.items(
      ['tea', 'coffee', 'cocoa'].map((item_id) => ({ item_id, title: item_id, category: `Drinks > ${item_id}` })),
    );
    const of = (day: number): [string, number][] =>
      day <= 28
        ? [
            ['tea', 2],
            ['coffee', 4],
          ]
        : [
            ['tea', 2],
            ['coffee', 1],
            ['cocoa', 3],
          ];
    const orders = Array.from({ length: 120 }, (_, place) => place + 1).flatMap((day) =>
      of(day).flatMap(([item, count]) => Array.from({ length: count }, () => order(day, item))),
    );
    // A thousand at once are one order; today's are not counted yet.
    await shop.orders([...orders, order(3, 'tea', 1_000), ...Array.from({ length: 40 }, () => order(0, 'tea'))]);
    await shop.events([
      ...[search('v1', at(10, '10:00'), 'Oat Milk', 0), search('v2', at(9, '10:00'), ' oat milk ', 0)],
      ...[search('v1', at(8, '10:00'), 'beans', 5), event('click', 'v1', at(8, '10:29'), { item_id: 'coffee' })],
      ...[search('v3', at(8, '10:00'), 'beans', 5), event('click', 'v3', at(8, '10:31'), { item_id: 'coffee' })],
      // Before it, and by somebody else: neither looked at what was found.
      ...[event('view', 'v4', at(7, '09:59'), { item_id: 'tea' }), search('v4', at(7, '10:00'), 'mugs')],
      event('view', 'v5', at(7, '10:01'), { item_id: 'tea' }),
      search('v4', at(0, '10:00'), 'today', 0),
    ]);
    await shop.service.stations.indicators.nights.workNow();
  });

  step('coffee is asked for four times as often, cocoa no more, tea as ever', async () => {
    const rising = await get('/v1/trends?of=item');
    expect(rising).toMatchObject({
      ...{ status: 'ok', reason: null, last_day: '2026-11-14', days: 120, next_cursor: null, direction: 'rising' },
    });
    expect(members(rising)).toEqual(['coffee']);
    const [coffee] = rising.items;
    expect(coffee).toMatchObject({ recent_count: 28 * 4, past_count: 92 });
    // 4, drawn a little to 1 by a count more on both sides.
    expect(coffee.index).toBeGreaterThan(3);
    expect(coffee.index).toBeLessThan(4.2);
    expect(coffee.interval_95[0]).toBeGreaterThan(1);
    const falling = await get('/v1/trends?of=item&direction=falling');
    expect(members(falling)).toEqual(['cocoa']);
    expect(falling.items[0]).toMatchObject({ recent_count: 0, past_count: 92 * 3 });
    expect(falling.items[0].interval_95[1]).toBeLessThan(0.5);
    const steady = await get('/v1/trends?of=item&direction=steady');
    expect(members(steady)).toEqual(['tea']);
    expect(steady.items[0]).toMatchObject({ recent_count: 57, past_count: 184 });
    expect(members(await get('/v1/trends?of=category'))).toEqual(['Drinks > coffee']);
  });

  step('where it cannot be measured it is said why', async () => {
    expect(await get('/v1/trends?of=brand')).toMatchObject({ status: 'unavailable', reason: 'Nothing was counted.' });
    expect(await get('/v1/trends?of=search')).toMatchObject({
      ...{ status: 'unavailable', reason: 'The past is too short: 10 days, and 84 are needed.', items: [] },
    });
  });

  step('search words: all, without results, without a look', async () => {
    const word = (word: string, searches: number, without_results: number, without_click: number) => ({
      ...{ word, searches, without_results, without_click },
    });
    const all = [word('beans', 2, 0, 1), word('oat milk', 2, 2, 0), word('mugs', 1, 0, 1)];
    expect((await getAsAdmin('/v1/search-words')).items).toEqual(all);
    expect((await getAsAdmin('/v1/search-words?order=without-results')).items).toEqual([all[1]]);
    const first = await getAsAdmin('/v1/search-words?order=without-click&limit=1');
    expect(first.items).toEqual([all[0]]);
    const second = await getAsAdmin(`/v1/search-words?order=without-click&limit=1&cursor=${first.next_cursor}`);
    expect([second.items, second.next_cursor]).toEqual([[all[2]], null]);
  });

  // Would see: an e-mail address that somebody typed into the search, told to whoever looks at figures.
  step('what fewer than 5 visitors typed is told to those alone who may see persons', async () => {
    const { url } = shop.service;
    const daily = (day: number, word: string, visitors: number) =>
      Array.from({ length: visitors }, (_, place) => search(`w${place}`, at(day, '11:00'), word));
    const days = Array.from({ length: 110 }, (_, place) => place + 1);
    await shop.events([
      // A person looks for themselves every day: many searches, and one visitor. Four at once are too few, five are enough.
      ...days.flatMap((day) => daily(day, 'ann@example.test', 1)),
      ...days.flatMap((day) => daily(day, 'matcha', 5)),
      ...daily(2, '+44 20 7946 0123', 4),
    ]);
    shop.time.now = new Date('2026-11-16T12:00:00Z');
    await shop.service.stations.indicators.nights.workNow();
    const both = { name: 'figures and persons', scopes: ['view', 'customers'] };
    const { token } = (await shop.service.ask('admin', 'POST', '/v1/keys', both)).json;
    const words = async (headers: { Authorization: string }) => {
      const told = async (path: string) => {
        const answer = await fetch(`${url}${path}`, { headers });
        expect([path, answer.status]).toEqual([path, 200]);
        return ((await answer.json()) as { items: any[] }).items;
      };
      return {
        searched: (await told('/v1/search-words')).map(({ word }: any) => word),
        // One word alone is the whole page, whatever was left out before it.
        first: (await told('/v1/search-words?limit=1')).map(({ word }: any) => word),
        moving: (
          await Promise.all(['rising', 'falling', 'steady'].map((d) => told(`/v1/trends?of=search&direction=${d}`)))
        )
          .flat()
          .map(({ member }) => member)
          .sort(),
      };
    };
    const few = ['matcha'];
    const { as } = shop.service;
    for (const scope of ['indicators', 'view'] as const)
      expect(await words(as(scope))).toEqual({ searched: few, first: few, moving: few });
    for (const headers of [as('admin'), { Authorization: `Bearer ${token}` }])
      expect(await words(headers)).toEqual({
        // 28 days of five and of one, then four searches, two and one, each in the order of the alphabet.
        searched: ['matcha', 'ann@example.test', '+44 20 7946 0123', 'beans', 'oat milk', 'mugs', 'today'],
        first: few,
        moving: ['ann@example.test', 'matcha'],
      });
  });

  // Would see: a table, and an answer of the database, as long as strangers wish.
  // Ten thousand words take the database ten seconds.
  if (!isThorough) return;
  step('of however many words, the 10,000 are told of that most search for', async () => {
    const { database } = shop.service;
    await database.query(
      `insert into events (event_id, type, visitor_key, occurred_at, query)
       select 'junk ' || n, 'search', (select min(visitor_key) from visitors), $1, 'a junk ' || n from generate_series(1, 10005) as n`,
      [at(5, '10:00')],
    );
    const span = { from: before(28), until: before(0), timeZone: 'Europe/Berlin' };
    const known = [await selectSearchCounts(database, span), await countSearches(database, span)].map(
      (words) => new Set(words.map((one) => ('member' in one ? one.member : one.word))),
    );
    for (const words of known)
      expect([words.size, words.has('beans'), words.has('oat milk'), words.has('mugs')]).toEqual([
        10_000,
        true,
        true,
        false,
      ]);
  });
});
