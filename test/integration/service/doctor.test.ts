import { afterAll, beforeAll, expect } from '@jest/globals';
import type { Scope } from '../../../src/keys/index.ts';
import { story } from '../../support/jest/story.ts';
import { runCliHere } from '../../support/service/cli.ts';
import { createTestService, type TestService } from '../../support/service/service.ts';
import { publishContent } from '../../support/shops/small-shop.ts';
import { until } from '../../support/shops/training-shop.ts';

/** The shop is looked at when it is empty, when all is told badly, when all is told well, and when nothing comes any more. */
const dayMs = 86_400_000;
const began = Date.now();
let now = began;
let service: TestService;
beforeAll(async () => {
  service = await createTestService({ clock: () => new Date(now) });
});
afterAll(() => service.stop());

const daysAgo = (days: number) => new Date(began - days * dayMs).toISOString();
const send = async (scope: Scope, method: string, path: string, body: unknown): Promise<any> => {
  const { status, json } = await service.ask(scope, method, path, body);
  expect({ told: status < 300, json }).toEqual({ told: true, json });
  return json;
};

/** What blocks and what weakens each purpose, by keys without their beginning. */
async function examine() {
  const { status, json } = await service.ask('view', 'GET', '/v1/doctor');
  expect(status).toBe(200);
  const keysOf = (findings: any[], isBlocking: boolean) =>
    findings.filter((one) => one.is_blocking === isBlocking).map(({ key }) => key.replace('finding.', ''));
  return Object.fromEntries(
    json.items.map(({ purpose, is_ready, findings }: any) => {
      const blocks = keysOf(findings, true);
      expect(is_ready).toBe(blocks.length === 0);
      return [purpose, { blocks: blocks.sort(), weakens: keysOf(findings, false).sort() }];
    }),
  );
}

const nobodyAsked = ['key-without-origin', 'key-without-origin', 'no-lists-asked'];
const item = (item_id: string, fields = {}) => ({
  item_id,
  title: item_id,
  price: '2.00',
  category: 'Tea',
  cost: '1.00',
  stock: 5,
  url: 'https://shop.example/cup',
  image_url: 'https://shop.example/cup.jpg',
  ...fields,
});
const order = (order_id: string, days: number, fields = {}) => ({
  order_id,
  customer_id: 'C1',
  occurred_at: daysAgo(days),
  statuses: [{ status: 'paid', occurred_at: daysAgo(days) }],
  lines: [{ item_id: 'cup', quantity: 1, unit_price: '2.00' }],
  ...fields,
});
const event = (type: string, fields = {}) => ({
  ...{ event_id: `${type} ${Object.values(fields)}`, type, visitor_id: 'V1', occurred_at: daysAgo(1), ...fields },
});

const campaign = (campaign_id: string, fields: object) => ({
  ...{ campaign_id, name: campaign_id, discount: { type: 'percent', percent: 10, maximum_discount: '5.00' } },
  ...{
    valid_from: daysAgo(1),
    valid_until: daysAgo(-40),
    budget: { coupons: 10, money: '50.00' },
    limit_per_customer: 1,
    ...fields,
  },
});

// Would see: a finding that comes up where nothing is wrong, one that stays away or stands under a purpose that it does not
// hinder, a purpose called ready that cannot be served.
story('the doctor names what is missing, and is silent about what is there', (step) => {
  step('an empty shop', async () => {
    const weakens = [...nobodyAsked, 'no-events'].sort();
    expect(await examine()).toEqual({
      lists: { blocks: ['no-items', 'no-orders', 'nothing-learnt'], weakens },
      segments: { blocks: ['no-orders', 'nothing-learnt'], weakens: [] },
      coupons: { blocks: ['no-campaign', 'no-orders', 'nothing-learnt'], weakens: [] },
      reports: { blocks: ['no-orders'], weakens: [...weakens, 'no-list-holdout'].sort() },
    });
    const { code, json, out } = await runCliHere(service.connectionString, '--json doctor');
    expect(code).toBe(1);
    expect(json.items.map(({ is_ready }: any) => is_ready)).toEqual([false, false, false, false]);
    expect(out).toContain('npx pannier import orders');
  });

  step('all is told badly', async () => {
    const bare = {
      title: undefined,
      price: undefined,
      category: undefined,
      cost: undefined,
      stock: undefined,
      url: undefined,
      image_url: undefined,
    };
    await send('ingest', 'PUT', '/v1/items', { items: [item('cup', bare), item('pot', bare)] });
    const nameless = (id: string) => order(id, 9, { customer_id: undefined, statuses: undefined });
    await send('ingest', 'POST', '/v1/orders', { orders: [nameless('O1'), nameless('O2'), { order_id: 'O3' }] });
    const list = { item_id: 'cup' };
    await send('ingest', 'POST', '/v1/events', { events: [event('impression', list), event('click', list)] });
    await send('coupons', 'POST', '/v1/campaigns', campaign('plain', {}));
    const ofItems = ['no-categories', 'no-pictures', 'no-prices', 'no-stock', 'no-titles'];
    const shared = [...nobodyAsked, 'orders-stopped', 'rows-refused'];
    expect(await examine()).toEqual({
      lists: { blocks: ['nothing-learnt'], weakens: [...shared, ...ofItems, 'orders-without-customer'].sort() },
      segments: {
        blocks: ['nothing-learnt', 'orders-without-customer'],
        weakens: ['no-categories', 'orders-stopped', 'rows-refused'],
      },
      coupons: {
        blocks: ['nothing-learnt', 'orders-without-customer'],
        weakens: ['no-control', 'no-item-costs', 'no-prices', 'rows-refused'],
      },
      reports: {
        blocks: [],
        weakens: [
          ...shared,
          ...['clicks-without-list', 'impressions-without-list', 'no-costs', 'no-item-costs', 'no-list-holdout'],
          ...['no-control', 'no-page-views', 'no-registrations', 'no-statuses', 'no-stock'],
        ].sort(),
      },
    });
  });

  step('all is told well', async () => {
    await send('ingest', 'PUT', '/v1/items', { items: [item('cup'), item('pot')] });
    await send('ingest', 'PUT', '/v1/customers', { customers: [{ customer_id: 'C1', registered_at: daysAgo(20) }] });
    await send('ingest', 'POST', '/v1/orders', { orders: [order('P1', 1), order('P2', 1), order('P3', 1)] });
    const list = { item_id: 'cup', list_id: '2f1c8f0e-5a52-4d0f-9a3e-0d6f2b9c7e11', position: 1 };
    const told = [event('impression', list), event('click', list), event('page_view', { page: { path: '/' } })];
    expect(await send('ingest', 'POST', '/v1/events', { events: told })).toMatchObject({ counts: { facts: 3 } });
    await send('ingest', 'PUT', '/v1/costs', {
      costs: [{ day: daysAgo(1).slice(0, 10), channel: 'web', campaign: 'x', amount: '1.00' }],
    });
    await send('coupons', 'POST', '/v1/campaigns', campaign('measured', { control_share: 0.1 }));
    await send('train', 'PUT', '/v1/recommendation-holdouts', { share: 0.05 });
    for (const { key_id, is_publishable } of (await service.ask('admin', 'GET', '/v1/keys', undefined)).json.items) {
      if (is_publishable)
        await send('admin', 'PUT', `/v1/keys/${key_id}/allowed-origins`, { allowed_origins: ['https://shop.example'] });
    }
    await publishContent(service.database, {
      ...{ asOf: new Date(began), popularity: ['cup', 'pot'], neighbours: {}, rules: [], lists: {} },
    });
    await service.stations.recommendations.refresh();
    await service.database.query('delete from quarantine');
    await send('recommend', 'POST', '/v1/recommendations', { visitor_id: 'V1' });
    await until(async () => (await service.database.query('select from served_lists limit 1')).length === 1);
    const nothing = { blocks: [], weakens: [] };
    // What another process has published is known within a second.
    await until(async () => (await examine()).lists.blocks.length === 0);
    expect(await examine()).toEqual({ lists: nothing, segments: nothing, coupons: nothing, reports: nothing });
    const { code } = await runCliHere(service.connectionString, 'doctor');
    expect(code).toBe(0);
  });

  step('a learning that the gate held back, and one that failed', async () => {
    const add = (status: string) =>
      service.database.query(
        `insert into training_runs (status, models, as_of, seed, recipes, code_version) values ($1, '{}', now(), 1, '{}', '')`,
        [status],
      );
    for (const status of ['refused', 'failed']) {
      await add(status);
      const weakens = [`run-${status}`];
      expect(await examine()).toMatchObject({ lists: { weakens }, segments: { weakens }, coupons: { weakens } });
    }
    await add('succeeded');
    expect(await examine()).toMatchObject({ lists: { weakens: [] } });
  });

  step('nothing comes any more', async () => {
    now = began + 31 * dayMs;
    expect(await examine()).toMatchObject({
      lists: { blocks: [], weakens: ['learnt-long-ago', 'no-events', 'no-lists-asked', 'orders-stopped'] },
      segments: { blocks: [], weakens: ['learnt-long-ago', 'orders-stopped'] },
      coupons: { blocks: [], weakens: ['learnt-long-ago'] },
      reports: { blocks: [], weakens: ['no-events', 'no-lists-asked', 'orders-stopped'] },
    });
  });
});
