import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { popularity } from '../../../src/training/learners/popularity.ts';
import { readSnapshot } from '../../../src/training/snapshot/read-snapshot.ts';
import { publishRelease } from '../../../src/versions/index.ts';
import { createTestService, type TestService } from '../../support/service/service.ts';
import { addVersion } from '../../support/shops/versions.ts';

const day = 86_400_000;
// What a visitor did last is read by the database's own clock.
const now = new Date();
const asOf = new Date(now.getTime() - day);
let service: TestService;

/** Every fourth is from Atlantis and comes by mobile; they buy other goods than the rest. */
const newcomers = Array.from({ length: 480 }, (_, n) => ({
  id: `N${n}`,
  isRare: n % 4 === 0,
  daysAgo: 1 + ((n * 37) % 59),
}));
const goodsOf = (isRare: boolean) => Array.from({ length: 6 }, (_, n) => `${isRare ? 'shell' : 'stone'} ${n}`);

beforeAll(async () => {
  service = await createTestService({ clock: () => now });
  const goods = [...goodsOf(true), ...goodsOf(false)].map((item_id) => ({ item_id, title: item_id, price: '9.00' }));
  await service.ask('ingest', 'PUT', '/v1/items', { items: goods });
  const customers = [...newcomers, { id: 'unknown', isRare: true }].map(({ id, isRare }) => ({
    ...{ customer_id: id, attributes: { country: isRare ? 'Atlantis' : 'Home' } },
  }));
  expect((await service.ask('ingest', 'PUT', '/v1/customers', { customers })).status).toBe(200);
  const at = (daysAgo: number) => new Date(asOf.getTime() - daysAgo * day).toISOString();
  const events = newcomers.map(({ id, isRare, daysAgo }) => ({
    ...{ event_id: `E${id}`, type: 'page_view', customer_id: id, visitor_id: `V${id}`, occurred_at: at(daysAgo + 0.1) },
    page: { path: '/', device: isRare ? 'mobile' : 'desktop' },
  }));
  expect(await service.ask('ingest', 'POST', '/v1/events', { events })).toMatchObject({ status: 200 });
  const orders = newcomers.map(({ id, isRare, daysAgo }, n) => ({
    ...{ order_id: `O${id}`, customer_id: id, occurred_at: at(daysAgo) },
    lines: [0, 1, 3].map((step) => ({ item_id: goodsOf(isRare)[(n + step) % 6], quantity: 1, unit_price: '9.00' })),
  }));
  expect(await service.ask('ingest', 'POST', '/v1/orders', { orders })).toMatchObject({ status: 200 });
});
afterAll(() => service.stop());

/** Learns, loads and publishes as a night does. @returns what the version reports */
async function learn(barredAttributes: string[] = []): Promise<any> {
  const { database: db, stations } = service;
  const snapshot = await readSnapshot(db, asOf);
  const settings = { asOf, seed: 1, threads: 1, minorDigits: 2, timeZone: 'UTC', barredAttributes };
  const { recipe } = popularity;
  const beside = await popularity.gather({
    db,
    snapshot,
    recipe,
    settings,
    published: undefined,
    learntBy: () => undefined,
  });
  const learnt = popularity.learn({ snapshot, recipe, beside, settings });
  const made = { learnt, recipe, snapshot, trials: undefined, evaluation: undefined };
  const load = (version: number) => popularity.served.load(db, version, made);
  const versions = { popularity: await addVersion(db, 'popularity', load, { asOf }) };
  await db.transaction((tx) => publishRelease(tx, db.schema, { versions, reason: 'night', trainingRunId: null }));
  await stations.follow({ about: 'release' });
  return popularity.served.metrics(made).newcomers;
}

async function firstFor(request: object): Promise<string> {
  const { status, json } = await service.ask('recommend', 'POST', '/v1/recommendations', { limit: 3, ...request });
  expect([status, json.items?.length]).toEqual([200, 3]);
  return json.items[0].item_id.split(' ')[0];
}

// Would see: everybody shown the best sellers, a country of the request or of the customer unheard, one used where nothing may be.
test('who has no history is shown what newcomers like them buy, from the request or the customer’s attributes', async () => {
  const report = await learn();
  expect(report).toMatchObject({ used: true, traits: expect.arrayContaining(['country']) });
  expect(report.ndcg_at_20).toBeGreaterThan(report.popular_ndcg_at_20);
  expect(await firstFor({})).toBe('stone');
  expect(await firstFor({ context: { country: 'Atlantis' } })).toBe('shell');
  expect(await firstFor({ context: { country: 'Nowhere' } })).toBe('stone');
  expect(await firstFor({ context: { country: 'Atlantis' }, personalized: false })).toBe('stone');
  const placements = [{ placement: 'home', method: 'personal', limit: 3 }];
  const page = { placements, context: { country: 'Atlantis' } };
  const { json } = await service.ask('recommend', 'POST', '/v1/pages', page);
  expect(json.placements[0].items[0].item_id).toMatch(/^shell/);
  expect(await firstFor({ customer_id: 'unknown' })).toBe('shell');
  expect(await firstFor({ customer_id: 'unknown', context: { country: 'Home' } })).toBe('stone');
});

test('what a visitor’s first event tells counts in the very next answer; barred attributes count for nothing', async () => {
  expect(await learn(['country'])).toMatchObject({ used: true, traits: ['device'] });
  expect(await firstFor({ visitor_id: 'came-now' })).toBe('stone');
  const event = { event_id: 'first', type: 'page_view', visitor_id: 'came-now', occurred_at: now.toISOString() };
  const page = { path: '/', device: 'mobile' };
  expect((await service.ask('ingest', 'POST', '/v1/events', { events: [{ ...event, page }] })).status).toBe(200);
  expect(await firstFor({ visitor_id: 'came-now' })).toBe('shell');
  expect(await firstFor({ customer_id: 'unknown' })).toBe('stone');
});

test('a context that is none is refused by name', async () => {
  const { status, json } = await service.ask('recommend', 'POST', '/v1/recommendations', {
    context: { planet: 'Mars' },
  });
  expect(status).toBe(400);
  expect(JSON.stringify(json.errors)).toContain('context');
});
