import { afterAll, beforeAll, expect } from '@jest/globals';
import { story } from '../../support/jest/story.ts';
import { type IndicatorShop, openIndicatorShop } from '../../support/shops/indicator-shop.ts';

let shop: IndicatorShop;
// Noon of Sunday, 15 November 2026.
beforeAll(async () => {
  shop = await openIndicatorShop();
});
afterAll(() => shop.stop());

const before = (days: number) => new Date(Date.parse('2026-11-15') - days * 86_400_000).toISOString().slice(0, 10);

let orders = 0;
const order = (daysBefore: number, channel: string) => ({
  ...{ order_id: `O${orders++}`, customer_id: 'A', channel, occurred_at: `${before(daysBefore)}T10:00:00+01:00` },
  lines: [{ item_id: 'cup', quantity: 1, unit_price: '10.00' }],
});
const set = (id: string, body: object) => shop.service.ask('indicators', 'PUT', `/v1/indicator-alarms/${id}`, body);
const raise = () => shop.service.stations.indicators.raiseAlarms();
const alarms = async (query = '') => (await shop.service.ask('indicators', 'GET', `/v1/alarms?${query}`)).json;

story('alarms of indicators', (step) => {
  step('rules that ask for what there is not are refused, field by field', async () => {
    const faults = async (body: object) => {
      const { status, json } = await set('one', body);
      // The form is right.
      expect(status).toBe(409);
      return json.errors.map(({ field }: { field: string }) => field);
    };
    expect(await faults({ indicator_id: 'nothing', condition: 'rises' })).toEqual(['/indicator_id']);
    expect(await faults({ indicator_id: 'orders-placed', condition: 'above' })).toEqual(['/threshold']);
    expect(await faults({ indicator_id: 'orders-placed', condition: 'rises', threshold: 1 })).toEqual(['/threshold']);
    expect(
      await faults({ indicator_id: 'orders-placed', condition: 'below', threshold: 1, false_alarm_rate: 0.1 }),
    ).toEqual(['/false_alarm_rate']);
    expect(await faults({ indicator_id: 'orders-placed', condition: 'rises', by: 'cohort', member: 'x' })).toEqual([
      '/by',
    ]);
    expect(await faults({ indicator_id: 'orders-placed', condition: 'rises', by: 'channel' })).toEqual(['/member']);
    expect((await set('one', { indicator_id: 'orders-placed', condition: 'rises', grain: 'hour' })).status).toBe(400);
    expect((await shop.service.ask('recommend', 'GET', '/v1/alarms')).status).toBe(403);
  });

  step('13 weeks of five orders a day, two of them in the store, and 20 on the last Saturday', async () => {
    await shop.items([{ item_id: 'cup', title: 'Cup' }]);
    const days = Array.from({ length: 91 }, (_, place) => place + 1);
    await shop.orders(
      days.flatMap((day) => ['web', 'web', 'web', 'store', 'store'].map((channel) => order(day, channel))),
    );
    await shop.orders(Array.from({ length: 15 }, () => order(1, 'web')));
    const { json } = await set('many', { indicator_id: 'orders-placed', condition: 'above', threshold: 15 });
    expect(json).toMatchObject({
      ...{ alarm_id: 'many', indicator_id: 'orders-placed', by: null, member: null, grain: 'day', condition: 'above' },
      ...{ threshold: 15, false_alarm_rate: null, next_period: '2026-11-14' },
    });
    await set('rise', { indicator_id: 'orders-placed', condition: 'rises' });
    await set('fall', { indicator_id: 'orders-placed', condition: 'falls' });
    await set('store', {
      indicator_id: 'orders-placed',
      condition: 'below',
      threshold: 3,
      by: 'channel',
      member: 'store',
    });
    await set('dear', { indicator_id: 'average-order-value', condition: 'above', threshold: 9.5 });
    await set('dearer', { indicator_id: 'average-order-value', condition: 'above', threshold: 10 });
    await set('month', { indicator_id: 'orders-placed', condition: 'above', threshold: 1, grain: 'month' });
  });

  step('what is not counted yet raises nothing, and is looked at later', async () => {
    expect(await raise()).toBe(0);
    expect((await alarms()).items).toEqual([]);
  });

  step('each rule raises what it does not bear', async () => {
    await shop.rollUp();
    expect(await raise()).toBe(5);
    const { items } = await alarms();
    const by = Object.fromEntries(items.map((item: any) => [item.alarm_id, item]));
    expect(Object.keys(by).toSorted()).toEqual(['dear', 'many', 'month', 'rise', 'store']);
    expect(by.many).toMatchObject({
      ...{ period: '2026-11-14', value: 20, threshold: 15, expected: null, chance: null, unit: 'count' },
    });
    // log(20.5 / 5.5) = 1.3157; over the root of 13/12 / 5.5, 0.4438, it is 2.964 of Student's with 11: 0.0064.
    expect(by.rise).toMatchObject({ period: '2026-11-14', value: 20, expected: 5, threshold: null });
    expect(by.rise.chance).toBeCloseTo(0.0064, 4);
    expect(by.store).toMatchObject({ by: 'channel', member: 'store', value: 2, condition: 'below' });
    expect(by.dear).toMatchObject({ value: '10.00', unit: 'money', threshold: 9.5 });
    // The whole of October: 31 days of five.
    expect(by.month).toMatchObject({ grain: 'month', period: '2026-10-01', value: 155 });
  });

  step('once for each period, also where it changes later', async () => {
    expect(await raise()).toBe(0);
    await shop.orders([order(1, 'web')]);
    await shop.rollUp();
    expect(await raise()).toBe(0);
  });

  step('a Sunday without an order falls below what Sundays let expect', async () => {
    shop.time.now = new Date('2026-11-16T12:00:00Z');
    await shop.rollUp();
    // Sunday: nothing in the store either, and no order has a value.
    expect(await raise()).toBe(2);
    const { items, next_cursor } = await alarms('limit=2');
    expect(items.map(({ alarm_id, period, value }: any) => [alarm_id, period, value]).toSorted()).toEqual([
      ['fall', '2026-11-15', 0],
      ['store', '2026-11-15', 0],
    ]);
    expect((await alarms(`limit=10&cursor=${next_cursor}`)).items).toHaveLength(5);
    expect((await alarms('alarm_id=store')).items).toHaveLength(2);
  });

  step('a rule goes, its alarms stay', async () => {
    const remove = () => shop.service.ask('indicators', 'DELETE', '/v1/indicator-alarms/store');
    expect([(await remove()).status, (await remove()).status]).toEqual([200, 404]);
    const { json } = await shop.service.ask('indicators', 'GET', '/v1/indicator-alarms');
    expect(json.items.map(({ alarm_id }: any) => alarm_id)).toEqual([
      'dear',
      'dearer',
      'fall',
      'many',
      'month',
      'rise',
    ]);
    expect((await alarms('alarm_id=store')).items).toHaveLength(2);
  });
});
