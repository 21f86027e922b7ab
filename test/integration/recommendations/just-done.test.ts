import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createTestService, type TestService } from '../../support/service/service.ts';
import { publishContent } from '../../support/shops/small-shop.ts';

const names = ['tea', 'pot', 'cup', 'jam', 'oats', 'lamp'];
const people = ['anna', 'ben', 'carla', 'dora'];
let service: TestService;

beforeAll(async () => {
  service = await createTestService();
  await service.ask('ingest', 'PUT', '/v1/items', { items: names.map((item_id) => ({ item_id, price: '2.00' })) });
  await service.ask('ingest', 'PUT', '/v1/customers', { customers: people.map((customer_id) => ({ customer_id })) });
  await publishContent(service.database, {
    asOf: new Date(Date.now() - 10 * 86_400_000),
    popularity: names,
    rebuying: { pot: [3, 8] },
    neighbours: {},
    rules: [],
    lists: Object.fromEntries(
      people.map((id) => [id, ['tea', 'pot', 'cup', 'jam'].map((item) => ({ item, source: 1 }))]),
    ),
  });
  await service.stations.recommendations.onNotice({ about: 'release' });
});
afterAll(() => service.stop());

const listOf = async (customer: string): Promise<string[]> => {
  const { json } = await service.ask('recommend', 'GET', `/v1/customers/${customer}/recommendations?limit=6`);
  return json.items.map(({ item_id }: { item_id: string }) => item_id);
};
let facts = 0;
const send = async (path: string, body: object) =>
  expect(await service.ask('ingest', 'POST', path, body)).toMatchObject({
    status: 200,
    json: { counts: { quarantined: 0 } },
  });
const buy = (customer_id: string, item_id: string, daysAgo = 0) =>
  send('/v1/orders', {
    orders: [
      {
        order_id: `o${++facts}`,
        customer_id,
        occurred_at: new Date(Date.now() - daysAgo * 86_400_000).toISOString(),
        lines: [{ item_id, quantity: 1, unit_price: '2.00' }],
      },
    ],
  });
const happen = (type: string, who: object, item_id: string, times = 1) =>
  send('/v1/events', {
    events: Array.from({ length: times }, () => ({
      event_id: `e${++facts}`,
      type,
      item_id,
      occurred_at: new Date(Date.now() - 1_000 * times).toISOString(),
      ...who,
    })),
  });

// Would see: what was just bought put forward at once, what is bought often kept away for good, a purchase of somebody else.
test('what was just bought is not offered before its usual time, from the next call on', async () => {
  expect(await listOf('anna')).toEqual(['tea', 'pot', 'cup', 'jam', 'oats', 'lamp']);
  await buy('anna', 'tea');
  await buy('anna', 'pot', 1);
  expect(await listOf('anna')).toEqual(['cup', 'jam', 'oats', 'lamp']);
  // Pots are bought again from the third day on.
  await buy('ben', 'pot', 4);
  expect(await listOf('ben')).toContain('pot');
  expect(await listOf('carla')).toEqual(['tea', 'pot', 'cup', 'jam', 'oats', 'lamp']);
});

// Would see: an item that stays up however often it was left, one that sinks for others too, or stays down after a click.
test('what is shown again and again without a click sinks for whoever saw it, and a click brings it back', async () => {
  await happen('impression', { customer_id: 'dora' }, 'tea', 2);
  expect((await listOf('dora'))[0]).toBe('tea');
  await happen('impression', { customer_id: 'dora' }, 'tea', 8);
  expect(await listOf('dora')).toEqual(['pot', 'cup', 'jam', 'tea', 'oats', 'lamp']);
  expect(await listOf('carla')).toEqual(['tea', 'pot', 'cup', 'jam', 'oats', 'lamp']);
  await happen('click', { customer_id: 'dora' }, 'tea');
  expect((await listOf('dora'))[0]).toBe('tea');
});

test('popular items sink too, for a visitor of whom nothing else is known', async () => {
  const ask = async (visitor_id: string) => {
    const { json } = await service.ask('recommend', 'POST', '/v1/recommendations', { visitor_id, limit: 3 });
    return json.items.map(({ item_id }: { item_id: string }) => item_id);
  };
  await happen('impression', { visitor_id: 'v1' }, 'tea', 10);
  expect(await ask('v1')).toEqual(['pot', 'cup', 'jam']);
  expect(await ask('v2')).toEqual(['tea', 'pot', 'cup']);
});
