import { afterAll, beforeAll, expect } from '@jest/globals';
import { createRollUps } from '../../../src/indicators/roll-ups/roll-up.ts';
import { readValues } from '../../../src/indicators/values/values.ts';
import { story } from '../../support/jest/story.ts';
import { contractFaults, send } from '../../support/service/contract.ts';
import { type IndicatorShop, openIndicatorShop } from '../../support/shops/indicator-shop.ts';

let shop: IndicatorShop;
beforeAll(async () => {
  shop = await openIndicatorShop();
});
afterAll(() => shop.stop());

const line = (item_id: string, quantity: number, unit_price: string) => ({ item_id, quantity, unit_price });
const october = 'from=2026-10-24&to=2026-10-26';

story('a shop in Berlin over the night on which clocks go back', (step) => {
  step('before the first fact everything is unavailable, and nothing is 0', async () => {
    expect(await shop.ask('orders-placed', october)).toMatchObject({
      data_version: 0,
      as_of: null,
      items: [
        { period: '2026-10-24', value: null, numerator: null, status: 'unavailable', reason: 'No order has come.' },
        { period: '2026-10-25' },
        { period: '2026-10-26' },
      ],
    });
  });

  step('facts of 24 to 26 October', async () => {
    await shop.items([
      { item_id: 'cup', title: 'Cup', category: 'kitchen', brand: 'Ton', price: '10.00', cost: '4.00', stock: 100 },
      { item_id: 'lamp', title: 'Lamp', category: 'light', price: '50.00', stock: 100 },
    ]);
    const view = (event_id: string, visitor_id: string, occurred_at: string, more = {}) => ({
      ...{ event_id, type: 'view', item_id: 'cup', visitor_id, occurred_at },
      ...more,
    });
    await shop.events([
      view('1', 'ann', '2026-10-24T10:00:00+02:00'),
      view('2', 'ann', '2026-10-24T10:01:00+02:00'),
      view('3', 'bob', '2026-10-24T23:59:59+02:00'),
      // the hour from 2 to 3 happens twice
      view('4', 'bob', '2026-10-25T02:30:00+02:00'),
      view('5', 'ann', '2026-10-25T02:30:00+01:00'),
      view('6', 'cid', '2026-10-25T23:59:59+01:00'),
      view('7', 'cid', '2026-10-26T00:00:00+01:00', { customer_id: 'C' }),
    ]);
    await shop.orders([
      // ann orders on a day on which she came
      { order_id: 'A1', visitor_id: 'ann', occurred_at: '2026-10-24T12:00:00+02:00', lines: [line('cup', 2, '10.00')] },
      // the last moment of a day of 25 hours; bob came on that day, his order does not say that it is his visitor
      { order_id: 'B1', customer_id: 'B', occurred_at: '2026-10-25T23:59:59+01:00', lines: [line('lamp', 1, '49.50')] },
      // C came as the visitor cid on the 26th
      {
        order_id: 'C1',
        customer_id: 'C',
        occurred_at: '2026-10-26T09:00:00+01:00',
        lines: [line('cup', 1, '9.99'), line('lamp', 1, '50.00')],
      },
    ]);
    // Whatever of days families count, once each.
    const counted = await shop.rollUp();
    const [{ days }] = await shop.service.database.query<{ days: number }>(
      'select count(*)::int as days from roll_ups',
    );
    expect(counted).toBe(days);
    expect(await shop.rollUp()).toBe(0);
  });

  step('what nobody has counted yet is no 0', async () => {
    // As if two days were counted and the third had its turn only now.
    await shop.service.database.query(
      `update roll_ups set due_at = now(), rolled_up_at = null where family = 'sales' and day = '2026-10-26'`,
    );
    await shop.service.database.query(
      `delete from indicator_cells where measure like 'sales.%' and period = '2026-10-25T23:00:00Z'`,
    );
    const uncounted = { value: null, status: 'unavailable', reason: 'Its days have not been counted yet.' };
    expect((await shop.ask('net-sales', october)).items).toMatchObject([
      { value: '20.00' },
      { value: '49.50' },
      uncounted,
    ]);
    expect(await shop.rollUp()).toBe(1);
  });

  step('orders, turnover and net sales by day', async () => {
    expect(await shop.values('orders-placed', october)).toEqual({ '2026-10-24': 1, '2026-10-25': 1, '2026-10-26': 1 });
    expect(await shop.values('turnover-placed', october)).toEqual({
      ...{ '2026-10-24': '20.00', '2026-10-25': '49.50', '2026-10-26': '59.99' },
    });
    // (20.00 + 49.50 + 59.99) / 3
    expect(await shop.fractions('average-order-value', `${october}&grain=month`)).toEqual({
      '2026-10-01': ['43.163333', '129.49', 3],
    });
  });

  step('visitors of days, of the week and of the month: each once', async () => {
    expect(await shop.values('visitors', october)).toEqual({ '2026-10-24': 2, '2026-10-25': 3, '2026-10-26': 1 });
    // Monday the 19th to Sunday the 25th, and the week after.
    expect(await shop.values('visitors', `${october}&grain=week`)).toEqual({ '2026-10-19': 3, '2026-10-26': 1 });
    expect(await shop.values('visitors', `${october}&grain=month`)).toEqual({ '2026-10-01': 3 });
    expect(await shop.values('page-views', october)).toEqual({
      '2026-10-24': null,
      '2026-10-25': null,
      '2026-10-26': null,
    });
  });

  step('the hour that happens twice is two hours', async () => {
    const { items } = await shop.ask('visitors', 'from=2026-10-25&to=2026-10-25&grain=hour');
    expect(items).toHaveLength(25);
    expect(items.filter(({ value }: any) => value > 0).map(({ period, value }: any) => [period, value])).toEqual([
      ['2026-10-25T02:00:00+02:00', 1],
      ['2026-10-25T02:00:00+01:00', 1],
      ['2026-10-25T23:00:00+01:00', 1],
    ]);
  });

  step('conversion: who ordered on a day on which they came', async () => {
    expect(await shop.fractions('visit-to-order-conversion', october)).toEqual({
      ...{ '2026-10-24': [0.5, 1, 2], '2026-10-25': [0, 0, 3], '2026-10-26': [1, 1, 1] },
    });
  });

  step('a refund restates the day of the sale, and a late event its day and month', async () => {
    await shop.refunds([
      {
        refund_id: 'R',
        order_id: 'C1',
        occurred_at: '2026-11-02T10:00:00+01:00',
        lines: [{ item_id: 'lamp', quantity: 1 }],
      },
    ]);
    await shop.events([
      { event_id: '8', type: 'page_view', visitor_id: 'dan', occurred_at: '2026-10-24T08:00:00+02:00' },
    ]);
    const before = await shop.ask('net-sales', october);
    expect(before.items[2].value).toBe('59.99');
    await shop.rollUp();
    const after = await shop.ask('net-sales', october);
    expect(after.data_version).toBeGreaterThan(before.data_version);
    expect(after.items[2]).toMatchObject({ value: '9.99', previous: { value: '49.50' }, year_before: null });
    expect(await shop.values('turnover-placed', october)).toMatchObject({ '2026-10-26': '59.99' });
    expect(await shop.values('visitors', `${october}&grain=month`)).toEqual({ '2026-10-01': 4 });
    expect(await shop.fractions('views-per-visitor', october)).toEqual({
      ...{ '2026-10-24': [0.333333, 1, 3], '2026-10-25': [0, 0, 3], '2026-10-26': [0, 0, 1] },
    });
  });

  step('by item and category, the largest first; margin of what has a cost', async () => {
    expect(await shop.values('turnover-placed', `${october}&grain=month&by=item`)).toEqual({
      ...{ '2026-10-01 lamp': '99.50', '2026-10-01 cup': '29.99' },
    });
    expect(await shop.values('net-sales', `${october}&grain=month&by=category&limit=1`)).toEqual({
      '2026-10-01 light': '49.50',
    });
    // Three cups for 29.99 that cost 12.00; of lamps no cost is known.
    expect(await shop.fractions('gross-margin', `${october}&grain=month`)).toEqual({
      '2026-10-01': [0.599867, '17.99', '29.99'],
    });
    expect(await shop.values('gross-profit', `${october}&grain=month`)).toEqual({ '2026-10-01': '17.99' });
  });

  step('a month within which facts began, and one that is not over, are parts of periods', async () => {
    const partsOf = async (query: string) =>
      (await shop.ask('orders-placed', query)).items.map(({ period, partial, previous }: any) => [
        ...[period, partial, previous?.partial ?? null],
      ]);
    expect(await partsOf('from=2026-09-01&to=2026-11-30&grain=month')).toEqual([
      ['2026-09-01', null, null],
      ['2026-10-01', 'begins', null],
      ['2026-11-01', 'runs', 'begins'],
    ]);
    // The week from the 19th too; the day on which they began is one like others.
    expect(await partsOf('from=2026-10-19&to=2026-11-01&grain=week')).toEqual([
      ['2026-10-19', 'begins', null],
      ['2026-10-26', null, 'begins'],
    ]);
    expect(await partsOf('from=2026-10-24&to=2026-10-25')).toEqual([
      ['2026-10-24', null, null],
      ['2026-10-25', null, null],
    ]);
  });

  step('an item that moves to another category moves its past', async () => {
    await shop.items([{ item_id: 'cup', category: 'gifts', updated_at: '2026-11-10T10:00:00Z' }]);
    await shop.rollUp();
    expect(await shop.values('net-sales', `${october}&grain=month&by=category&limit=5`)).toEqual({
      ...{ '2026-10-01 light': '49.50', '2026-10-01 gifts': '29.99' },
    });
  });

  step('an erased person is counted no more, and their orders stay', async () => {
    await shop.service.ask('admin', 'DELETE', '/v1/customers/C');
    await shop.rollUp();
    expect(await shop.values('visitors', `${october}&grain=month`)).toEqual({ '2026-10-01': 3 });
    expect(await shop.values('orders-placed', `${october}&grain=month`)).toEqual({ '2026-10-01': 3 });
  });

  step('several at once, as CSV, and what cannot be asked for', async () => {
    const path = `/v1/indicator-values?indicator_ids=orders-placed,net-sales&${october}&grain=month`;
    const get = (where: string, accept?: string) =>
      send(shop.service.url, {
        ...{ method: 'GET', path: where },
        headers: { ...shop.service.as('indicators'), ...(accept && { Accept: accept }) },
      });
    const json = await get(path);
    expect(contractFaults('listIndicatorValues', json)).toEqual([]);
    expect(json.json.items.map(({ indicator_id, value }: any) => [indicator_id, value])).toEqual([
      ['orders-placed', 3],
      ['net-sales', '79.49'],
    ]);
    const csv = await get(path, 'text/csv');
    expect(csv.text.split('\r\n')[1]).toBe('orders-placed,1,count,2026-10-01,,3,3,,,,,,,,ok,,begins,,');
    const faults = async (query: string) => (await get(`/v1/indicators/visitors/values?${query}`)).json;
    expect(await faults('by=item')).toMatchObject({ status: 409, errors: [{ field: 'by' }] });
    expect(await faults('from=2026-11-02&to=2026-11-01')).toMatchObject({ status: 409, errors: [{ field: 'from' }] });
    expect(await faults('from=2026-02-30')).toMatchObject({ status: 400, errors: [{ field: 'from' }] });
    expect((await get('/v1/indicators/nothing/values')).status).toBe(404);
    const list = await get('/v1/indicators');
    expect(contractFaults('listIndicators', list)).toEqual([]);
    expect(list.json.items.length).toBeGreaterThan(9);
  });

  // Would see: values of before a roll-up beside the number of after it.
  step('an answer is of one moment, whatever is counted while it is read', async () => {
    const { database, config } = shop.service;
    const ask = async (meanwhile: () => Promise<unknown>) => {
      const db: typeof database = {
        ...database,
        transaction: (work) =>
          database.transaction((tx) => {
            const query: typeof tx.query = async (...statement) => {
              const rows = await tx.query<any>(...statement);
              // the moment is that of the first statement that reads
              if (!statement[0].startsWith('set ')) await meanwhile();
              return rows;
            };
            return work({ ...tx, query });
          }),
      };
      const { dataVersion, values } = await readValues(
        { db, config, clock: () => shop.time.now },
        { indicatorIds: ['orders-placed'], from: '2026-10-24', to: '2026-10-24', grain: 'day', limit: 1 },
      );
      return [dataVersion, values[0].figures?.value];
    };
    const before = await ask(async () => {});
    const count = () =>
      database.query(
        `with counted as (update roll_up_progress set number = number + 1)
         update indicator_cells set amount = amount + 1 where measure = 'sales.orders'`,
      );
    expect(await ask(count)).toEqual(before);
    expect(await ask(async () => {})).not.toEqual(before);
    await database.query(`update roll_ups set due_at = now() where family = 'sales'`);
    await shop.rollUp();
  });

  // Would see: a day that two count at once, of which the earlier result is written last, or twice.
  step('two instances count while orders come in', async () => {
    const { database, config, stations } = shop.service;
    const other = createRollUps({ db: database, config, clock: () => shop.time.now });
    const take = (n: number) =>
      shop.orders([{ order_id: `t${n}`, occurred_at: '2026-10-20T12:00:00Z', lines: [line('cup', 1, '1.00')] }]);
    const count = async (instance: Pick<typeof other, 'rollUp'>) => {
      for (let round = 0; round < 6; round++) await instance.rollUp({ atOnce: true });
    };
    const sent = async () => {
      for (let n = 0; n < 12; n++) await take(n);
    };
    await Promise.all([sent(), count(other), count(stations.indicators)]);
    await shop.rollUp();
    expect(await shop.values('orders-placed', 'from=2026-10-20&to=2026-10-20')).toEqual({ '2026-10-20': 12 });
    expect(await shop.values('turnover-placed', 'from=2026-10-20&to=2026-10-20&by=item')).toEqual({
      '2026-10-20 cup': '12.00',
    });
  });
});
