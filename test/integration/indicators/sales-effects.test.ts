import { afterAll, beforeAll, expect } from '@jest/globals';
import { story } from '../../support/jest/story.ts';
import { type IndicatorShop, openIndicatorShop } from '../../support/shops/indicator-shop.ts';

let shop: IndicatorShop;
// Noon of Sunday, 15 November 2026, in Berlin.
beforeAll(async () => {
  shop = await openIndicatorShop();
});
afterAll(() => shop.stop());

const get = async (query = '') => (await shop.service.ask('indicators', 'GET', `/v1/sales-effects?${query}`)).json;

/** 72 shirts: every third is blue, every other came half a year ago, and the prices are by turns 10, 12 and 14. */
const shirts = Array.from({ length: 72 }, (_, place) => ({
  item_id: `shirt-${String(place).padStart(2, '0')}`,
  colour: place % 3 === 0 ? 'blue' : 'red',
  season: place % 2 === 0 ? 'spring' : 'autumn',
  shape: place % 5 < 2 ? 'round' : 'square',
  price: 10 + 2 * (Math.floor(place / 3) % 3),
  noise: [8, 11, 9, 12][Math.floor(place / 6) % 4],
}));

/** Blue ones sell twice as often, and those that came half a year ago half as much by now. */
const unitsOf = ({ colour, season, noise }: (typeof shirts)[number]) =>
  noise * (colour === 'blue' ? 4 : 2) * (season === 'autumn' ? 1 : 2);

let orders = 0;
const order = (item_id: string, quantity: number, unit_price: string, statuses?: string[]) => ({
  ...{ order_id: `O${orders++}`, customer_id: 'A', occurred_at: '2026-11-10T10:00:00+01:00' },
  lines: [{ item_id, quantity, unit_price }],
  ...(statuses && { statuses: statuses.map((status) => ({ status, occurred_at: '2026-11-10T10:00:00+01:00' })) }),
});

/** 24 socks at 10.00: half of them are 5.00 in August, the others in September. */
const socks = Array.from({ length: 24 }, (_, place) => ({ item_id: `sock-${place}`, inAugust: place % 2 === 0 }));
/** Mondays in weeks of one price each, as they are counted: from Saturday on. */
const weeks = ['08-03', '08-10', '08-17', '08-24', '09-07', '09-14', '09-21'];
const isCheap = ({ inAugust }: (typeof socks)[number], day: string) => inAugust === day.startsWith('08');

/** A line for each sock, in the store three of each whatever they cost. */
const weekly = (day: string, channel: 'web' | 'store') => ({
  ...{ order_id: `O${orders++}`, customer_id: 'A', occurred_at: `2026-${day}T10:00:00+02:00`, channel },
  lines: socks.map((sock) => ({
    item_id: sock.item_id,
    quantity: channel === 'store' ? 3 : isCheap(sock, day) ? 8 : 2,
    unit_price: isCheap(sock, day) ? '5.00' : '10.00',
  })),
});

const priceOfSock = (item_id: string, price: string, day: string) => ({
  ...{ item_id, title: item_id, category: 'Socks', price, updated_at: `2026-${day}T00:00:00+02:00` },
});

story('which attributes of goods sell', (step) => {
  step('before the first night there is nothing', async () => {
    expect(await get()).toEqual({ items: [], next_cursor: null, as_of: null, said: {} });
  });

  step('a shop of 72 shirts and three hats', async () => {
    await shop.items([
      ...shirts.map(({ item_id, colour, season, shape }) => ({
        ...{ item_id, title: item_id, category: 'Shirts', brand: 'Alba' },
        available_from: season === 'autumn' ? '2026-05-16T12:00:00+02:00' : '2025-01-01T12:00:00+01:00',
        attributes: { colour, season, shape, lead_time_days: colour === 'blue' ? 3 : 4 },
      })),
      ...['a', 'b', 'c'].map((item_id) => ({ item_id, title: item_id, category: 'Hats' })),
    ]);
    for (const { item_id, inAugust } of socks) {
      await shop.items([priceOfSock(item_id, '10.00', '02-01')]);
      await shop.items([priceOfSock(item_id, '5.00', inAugust ? '08-01' : '09-01')]);
      await shop.items([priceOfSock(item_id, '10.00', inAugust ? '09-01' : '10-01')]);
    }
    await shop.orders(weeks.flatMap((day) => [weekly(day, 'web'), weekly(day, 'store')]));
    await shop.orders([
      ...shirts.map((shirt) => order(shirt.item_id, unitsOf(shirt), `${shirt.price}.00`)),
      order('a', 5, '20.00'),
      // Cancelled, and so no sale of a red one.
      ...shirts
        .filter(({ colour }) => colour === 'red')
        .map(({ item_id }) => order(item_id, 60, '1.00', ['placed', 'cancelled'])),
    ]);
    await shop.service.stations.indicators.nights.workNow();
  });

  step('blue is found to sell twice as often; what does nothing is not', async () => {
    const { items } = await get();
    expect(items.map(({ category }: any) => category)).toEqual(['Shirts', 'Socks', 'Hats']);
    const [{ effects, left_out, ...told }] = items;
    const units = shirts.reduce((sum, shirt) => sum + unitsOf(shirt), 0);
    expect(told).toMatchObject({ category: 'Shirts', items: 72, units, status: 'ok', reason: null });
    const blue = effects[0];
    expect(blue).toMatchObject({
      attribute: 'colour',
      level: 'blue',
      reference: 'red',
      items: 24,
      is_beyond_chance: true,
    });
    // Twice: 100 percent more.
    expect(blue.percent.value).toBeGreaterThan(85);
    expect(blue.percent.value).toBeLessThan(115);
    expect(blue.percent.interval_95[0]).toBeGreaterThan(0);
    // In proportion to the days on sale the seasons sell alike.
    const season = effects.find(({ attribute }: any) => attribute === 'season');
    expect(Math.abs(season.percent.value)).toBeLessThan(5);
    const found = effects.filter(({ is_beyond_chance }: any) => is_beyond_chance);
    expect(found.map(({ attribute }: any) => attribute)).toEqual(['colour']);
    // There is one brand; how long an order takes is nothing of a shirt.
    expect(left_out).toEqual([{ attribute: 'brand', why: 'one-level' }]);
    // Their prices are known by their orders alone, so nobody knows what was asked while they did not sell.
    expect(told.prices).toEqual([
      {
        ...{ channel: 'online', items: 0, status: 'unavailable' },
        reason: 'Prices hardly varied: 0 items with at least two prices were sold, of 20 needed.',
        ...{ elasticity: null, percent: null, p_value: null, is_beyond_chance: null },
      },
    ]);
  });

  step('a price is judged by what the same goods sold at another, channel by channel', async () => {
    const [socksTold] = (await get('category=Socks')).items;
    // Attributes are refused, prices are not.
    expect(socksTold).toMatchObject({ status: 'unavailable', reason: expect.stringMatching(/^Fewer than 40 items/) });
    const [online, store] = socksTold.prices;
    // Half the price sells four times as much on the web: log 4 / log 0.5. In the store it sells as much.
    expect(online).toMatchObject({ channel: 'online', items: 24, status: 'ok', is_beyond_chance: true });
    expect(online.elasticity.value).toBeCloseTo(-2, 4);
    expect(online.percent.value).toBeCloseTo(100 * (1.1 ** -2 - 1), 2);
    expect(store).toMatchObject({ channel: 'store', items: 24, status: 'ok', is_beyond_chance: false });
    expect(store.elasticity.value).toBeCloseTo(0, 4);
    expect(online.elasticity.interval_95[0]).toBeLessThan(-2);
    expect(online.elasticity.interval_95[1]).toBeLessThan(0);
  });

  step('a thin category is refused with its reason; one alone can be asked for', async () => {
    const { items, next_cursor } = await get('category=Hats');
    expect([items.length, next_cursor]).toEqual([1, null]);
    expect(items[0]).toEqual({
      ...{ category: 'Hats', items: 3, units: 5, status: 'unavailable', effects: [], left_out: [] },
      prices: [expect.objectContaining({ channel: 'online', items: 0, status: 'unavailable' })],
      reason: 'Fewer than 40 items were on sale with a known price.',
    });
    const first = await get('limit=1');
    expect((await get(`limit=1&cursor=${first.next_cursor}`)).items[0].category).toBe('Socks');
  });
});
