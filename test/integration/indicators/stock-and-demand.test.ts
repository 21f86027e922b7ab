import { afterAll, beforeAll, expect } from '@jest/globals';
import { story } from '../../support/jest/story.ts';
import { type IndicatorShop, openIndicatorShop } from '../../support/shops/indicator-shop.ts';

let shop: IndicatorShop;
// Noon of Sunday, 15 November 2026, in Berlin 13:00.
beforeAll(async () => {
  shop = await openIndicatorShop();
});
afterAll(() => shop.stop());

const dayMs = 86_400_000;
/** So many days before the 15th. */
const before = (days: number) => new Date(Date.parse('2026-11-15T00:00:00Z') - days * dayMs).toISOString().slice(0, 10);

let orders = 0;
const order = (daysBefore: number, lines: [item: string, quantity: number][], statuses?: string[]) => ({
  order_id: `O${orders++}`,
  customer_id: 'A',
  // Half past midnight in Berlin: by UTC it is the day before.
  occurred_at: `${before(daysBefore)}T00:30:00+01:00`,
  lines: lines.map(([item_id, quantity]) => ({ item_id, quantity, unit_price: '5.00' })),
  ...(statuses && {
    statuses: statuses.map((status) => ({ status, occurred_at: `${before(daysBefore)}T00:30:00+01:00` })),
  }),
});

const item = (item_id: string, stock: number | undefined, daysBefore: number, more: Record<string, unknown> = {}) => ({
  ...{ item_id, title: `A ${item_id}`, price: '5.00', cost: '3.00', category: 'kitchen' },
  ...(stock !== undefined && { stock }),
  updated_at: `${before(daysBefore)}T10:00:00+02:00`,
  ...more,
});

const get = async (path: string) => shop.service.ask('indicators', 'GET', path);
const stock = async (query = '') => {
  const { status, json } = await get(`/v1/stock?${query}`);
  expect(status).toBe(200);
  return Object.fromEntries(json.items.map((row: any) => [row.item_id, row]));
};

story('what will be asked for, and how long the stock lasts', (step) => {
  step('before the first night there is nothing, and it is said why', async () => {
    await shop.items([item('new', 5, 1)]);
    const { json } = await get('/v1/items/new/demand-forecast');
    expect(json).toMatchObject({
      ...{ item_id: 'new', status: 'unavailable', reason: 'No night has foreseen anything yet.' },
      ...{ forecast: null, as_of: null },
    });
    expect((await get('/v1/demand-forecasts')).json).toMatchObject({ items: [], next_cursor: null, as_of: null });
    expect(await stock()).toEqual({});
    expect((await get('/v1/items/nothing/demand-forecast')).status).toBe(404);
  });

  step('84 days of a shop', async () => {
    await shop.items([
      item('tea', 200, 100),
      item('cup', 100, 100, { attributes: { lead_time_days: 7, pack_units: 12 } }),
      item('lamp', 7, 120, { price: '30.00', cost: '20.00', category: 'light' }),
      item('mug', 3, 120, { category: 'light' }),
      item('vase', 4, 30, { category: 'light' }),
      item('bowl', 2, 120, { cost: null, category: 'light' }),
      item('postage', undefined, 120, { is_product: false }),
    ]);
    // Of tea two a day; of cups one a day, until they were sold out 28 days ago.
    await shop.orders([
      ...Array.from({ length: 84 }, (_, day) =>
        order(day + 1, [['tea', 2], ['postage', 1], ...(day >= 28 ? ([['cup', 1]] as [string, number][]) : [])]),
      ),
      order(10, [['tea', 100]], ['placed', 'cancelled']),
      // Not yet over: today is not learnt from.
      order(0, [['tea', 50]]),
      order(95, [['lamp', 1]]),
      order(100, [['mug', 1]]),
      order(91, [['bowl', 1]]),
    ]);
    await shop.items([item('cup', 0, 29, { attributes: { lead_time_days: 7, pack_units: 12 } })]);
    // The mug was gone for a while, and is there again for 20 days.
    await shop.items([item('mug', 0, 30, { category: 'light' })]);
    await shop.items([item('mug', 3, 20, { category: 'light' })]);
    await shop.items([item('tea', 20, 1)]);
    const { items, categories, historyDays } = await shop.service.stations.indicators.nights.workNow();
    // From the first sale, 100 days ago; postage is no good.
    expect({ items, categories, historyDays }).toEqual({ items: 5, categories: 2, historyDays: 100 });
  });

  step('two a day are foreseen as two a day', async () => {
    const { json } = await get('/v1/items/tea/demand-forecast');
    const { forecast } = json;
    expect(json).toMatchObject({ item_id: 'tea', status: 'ok', reason: null });
    // Every method is right; seasonal naive is the first of equals.
    expect(forecast).toMatchObject({ method: 'seasonal-naive', demand_class: 'smooth', category: 'kitchen' });
    expect(forecast.seasonal_naive_error).toBe(forecast.error);
    expect(forecast.days.map(({ from }: any) => from)).toEqual(Array.from({ length: 28 }, (_, day) => before(-day)));
    expect(new Set(forecast.days.map(({ expected }: any) => expected))).toEqual(new Set([2]));
    expect(forecast.weeks.map(({ from, expected }: any) => [from, expected])).toEqual([
      ...[
        ['2026-11-15', 14],
        ['2026-11-22', 14],
        ['2026-11-29', 14],
        ['2026-12-06', 14],
      ],
    ]);
    expect(forecast.horizon).toMatchObject({ from: '2026-11-15', expected: 56 });
    for (const { expected, interval_80, interval_95 } of [...forecast.days, ...forecast.weeks, forecast.horizon]) {
      expect([interval_95[0], interval_80[0], expected, interval_80[1], interval_95[1]]).toEqual(
        [interval_95[0], interval_80[0], expected, interval_80[1], interval_95[1]].toSorted((a, b) => a - b),
      );
    }
  });

  step('what was sold out is not taken for unwanted, nor in its category', async () => {
    const { json } = await get('/v1/items/cup/demand-forecast');
    expect(json.forecast.horizon.expected).toBeCloseTo(28, 0);
    const { json: of } = await get('/v1/demand-forecasts?of=category&category=kitchen');
    expect(of.items).toHaveLength(1);
    expect(of.items[0].member).toBe('kitchen');
    expect(of.items[0].horizon.expected).toBeCloseTo(3 * 28, 0);
  });

  step('the stock: what runs out, what is dead, and the money that lies in it', async () => {
    const rows = await stock();
    // Most money first: 7 lamps of 20.00, two bowls at 5.00; of two teas a day 4.00 are earned, of one cup 2.00; the others as they came, and by id.
    expect(Object.keys(rows)).toEqual(['lamp', 'bowl', 'tea', 'cup', 'new', 'mug', 'vase']);
    expect(rows.tea).toMatchObject({
      ...{ title: 'A tea', state: 'runs-out', stock: 20, expected_a_day: 2, lead_time_days: 14, service_level: 0.95 },
      // 20 of 2 a day last ten days, of which the 15th is the first.
      ...{ days_of_supply: 10, runs_out_on: '2026-11-24', last_sold_on: '2026-11-14' },
      alarm: { money: '4.00', money_is: 'margin-a-day' },
    });
    const { reorder_point, order_up_to, reorder_quantity, safety_stock } = rows.tea;
    // 28 in the lead time and something for safety; 14 more for the week of review.
    expect(reorder_point).toBeGreaterThanOrEqual(28);
    expect(safety_stock).toBeCloseTo(reorder_point - 28);
    expect(order_up_to).toBeGreaterThanOrEqual(reorder_point + 14);
    expect(reorder_quantity).toBe(order_up_to - 20);
    expect(rows.tea.runs_out_earliest <= '2026-11-24' && '2026-11-24' <= rows.tea.runs_out_latest).toBe(true);
    expect(rows.cup).toMatchObject({
      ...{ state: 'sold-out', stock: 0, days_of_supply: 0, runs_out_on: '2026-11-15', lead_time_days: 7 },
      alarm: { money_is: 'margin-a-day' },
    });
    expect(rows.cup.reorder_quantity % 12).toBe(0);
    expect(rows.cup.reorder_quantity).toBeGreaterThanOrEqual(rows.cup.order_up_to);
    expect(rows.lamp).toMatchObject({ state: 'dead', alarm: { money: '140.00', money_is: 'cost-of-stock' } });
    // Without a sale for 91 days; what it cost nobody said, so that its price counts.
    const atPrice = { money: '10.00', money_is: 'price-of-stock' };
    expect(rows.bowl).toMatchObject({ state: 'dead', alarm: atPrice, worth: { money: '10.00', at: 'price' } });
    // 20 of 3.00, and none.
    expect([rows.tea.worth, rows.cup.worth]).toEqual([
      { money: '60.00', at: 'cost' },
      { money: '0.00', at: 'cost' },
    ]);
    // 20 days ago there was none; the vase came 30 days ago.
    expect([rows.mug.state, rows.mug.alarm, rows.vase.state]).toEqual(['enough', null, 'enough']);
  });

  step('by state, by category, by other days, and page by page', async () => {
    expect(Object.keys(await stock('state=dead'))).toEqual(['lamp', 'bowl']);
    expect(Object.keys(await stock('state=dead&dead_after_days=95'))).toEqual(['lamp']);
    // 4 vases of 3.00, 2 bowls at 5.00, 3 mugs of 3.00.
    expect(Object.keys(await stock('state=dead&dead_after_days=20'))).toEqual(['lamp', 'vase', 'bowl', 'mug']);
    expect(Object.keys(await stock('state=sold-out'))).toEqual(['cup']);
    const toOrder = await stock('state=to-order');
    expect(Object.entries(toOrder).map(([id, { state }]) => [id, state])).toEqual([
      ['tea', 'runs-out'],
      ['cup', 'sold-out'],
    ]);
    expect(Object.keys(await stock('category=kitchen'))).toEqual(['tea', 'cup', 'new']);
    const pages: string[] = [];
    for (let cursor = ''; ; ) {
      const { json } = await get(`/v1/stock?limit=2${cursor && `&cursor=${cursor}`}`);
      pages.push(json.items.map(({ item_id }: any) => item_id).join(' '));
      if (json.next_cursor === null) break;
      cursor = json.next_cursor;
    }
    expect(pages).toEqual(['lamp bowl', 'tea cup', 'new mug', 'vase']);
    const first = (await get('/v1/demand-forecasts?of=item&limit=1')).json;
    expect([first.items[0].member, first.next_cursor, first.history_days]).toEqual(['tea', '1', 100]);
    const second = (await get('/v1/demand-forecasts?of=item&limit=1&cursor=1')).json;
    expect(second.items[0].member).toBe('cup');
  });

  // Would see: a limit that is off by a day, what lasts counted other than it is shown, an order or a total of one page only.
  step('what is gone within so many days, the soonest first, with how many there are', async () => {
    const gone = async (query: string) => {
      const { items, total } = (await get(`/v1/stock?${query}`)).json;
      return [items.map(({ item_id }: any) => item_id), total];
    };
    // The cup is gone; 20 teas of two a day last ten days.
    expect(await gone('gone_within_days=10')).toEqual([['cup', 'tea'], 2]);
    expect(await gone('gone_within_days=9')).toEqual([['cup'], 1]);
    expect(await gone('gone_within_days=10&state=runs-out')).toEqual([['tea'], 1]);
    expect(await gone('')).toEqual([expect.anything(), 7]);
    const first = (await get('/v1/stock?gone_within_days=14&limit=1')).json;
    expect([first.items[0].item_id, first.total]).toEqual(['cup', 2]);
    const second = (await get(`/v1/stock?gone_within_days=14&limit=1&cursor=${first.next_cursor}`)).json;
    expect([second.items[0].item_id, second.total, second.next_cursor]).toEqual(['tea', 2, null]);
  });

  step('a stock that is told anew counts at once', async () => {
    await shop.items([item('tea', 500, 0)]);
    expect((await stock()).tea).toMatchObject({
      state: 'enough',
      days_of_supply: 250,
      reorder_quantity: 0,
      alarm: null,
    });
  });

  step('a night is done once; whoever works now is alone', async () => {
    const { nights } = shop.service.stations.indicators;
    const told = await Promise.allSettled([nights.workNow(), nights.workNow()]);
    expect(told.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });

  step('what is hidden, or no longer available, need not be ordered', async () => {
    await shop.items([{ item_id: 'cup', available_until: '2026-11-15T12:00:00Z' }]);
    expect((await stock()).cup).toMatchObject({ stock: 0, state: 'enough', alarm: null });
    await shop.items([{ item_id: 'cup', available_until: '2026-11-15T12:01:00Z' }]);
    expect((await stock()).cup.state).toBe('sold-out');
    await shop.items([{ item_id: 'cup', hidden: true }]);
    expect((await stock()).cup).toMatchObject({ stock: 0, state: 'enough', alarm: null });
  });
});
