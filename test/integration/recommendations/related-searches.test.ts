import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { recipe } from '../../../models/association-rules/index.ts';
import type { components } from '../../../src/http/contract.ts';
import { associationRules } from '../../../src/training/learners/association-rules.ts';
import { readSnapshot } from '../../../src/training/snapshot/read-snapshot.ts';
import { publishRelease } from '../../../src/versions/index.ts';
import { createTestService, type TestService } from '../../support/service/service.ts';
import { addVersion } from '../../support/shops/versions.ts';

type Values = components['schemas']['RecommendedValue'][];

const day = 86_400_000;
const asOf = new Date('2026-03-01T00:00:00Z');
let service: TestService;

interface Search {
  who: object;
  query: string;
  /** before the night */
  daysAgo?: number;
  /** after the first of the session */
  minute?: number;
  results?: number;
}

const customers = (first: number, last: number) =>
  Array.from({ length: last - first + 1 }, (_, place) => ({ customer_id: `C${first + place}` }));
const by = (people: readonly object[], query: string, more: Omit<Search, 'who' | 'query'> = {}): Search[] =>
  people.map((who) => ({ who, query, ...more }));

async function send(searches: readonly Search[]): Promise<void> {
  const events = searches.map(({ who, query, daysAgo = 3, minute = 0, results }, number) => ({
    ...{ event_id: `s${number}`, type: 'search', query, ...who },
    occurred_at: new Date(asOf.getTime() - daysAgo * day + minute * 60_000).toISOString(),
    ...(results !== undefined && { results }),
  }));
  const { status, json } = await service.ask('ingest', 'POST', '/v1/events', { events });
  expect([status, json.counts?.quarantined]).toEqual([200, 0]);
}

/** Learns, loads and publishes as a night does. */
async function learn(): Promise<void> {
  const { database: db, stations } = service;
  const snapshot = await readSnapshot(db, asOf);
  const settings = { asOf, seed: 1, threads: 1, minorDigits: 2, timeZone: 'UTC' };
  const around = { db, snapshot, recipe, settings, published: undefined, learntBy: () => undefined };
  const beside = await associationRules.gather(around);
  const learnt = associationRules.learn({ snapshot, recipe, beside, settings });
  const made = { learnt, recipe, snapshot, trials: undefined, evaluation: undefined };
  const summary = associationRules.served.summary(made);
  const load = (version: number) => associationRules.served.load(db, version, made);
  const version = await addVersion(db, 'association-rules', load, { asOf, summary });
  const versions = { 'association-rules': version };
  await db.transaction((tx) => publishRelease(tx, db.schema, { versions, reason: 'night', trainingRunId: null }));
  await stations.recommendations.onNotice({ about: 'release' });
}

beforeAll(async () => {
  service = await createTestService({ clock: () => new Date(asOf.getTime() + 2 * day) });
  const quiet = customers(40, 49).map((one) => ({ ...one, profiling_allowed: false }));
  await service.ask('ingest', 'PUT', '/v1/customers', { customers: [...customers(0, 29), ...quiet] });
  await service.ask('ingest', 'PUT', '/v1/items', { items: [{ item_id: 'pot', title: 'Pot', price: '9.00' }] });
  // Five of those who search for tea do so before they say who they are.
  const visitors = Array.from({ length: 5 }, (_, place) => ({ visitor_id: `V${place}` }));
  const linked = customers(0, 4).map((one, place) => ({ ...one, ...visitors[place] }));
  const nobody = Array.from({ length: 20 }, (_, place) => ({ visitor_id: `nobody-${place}` }));
  const flood = [...nobody, ...customers(40, 49)];
  await send([
    ...by(customers(0, 29), 'sale', { minute: 9 }),
    ...by(visitors, 'Tea'),
    ...by([{ customer_id: 'C5' }], ' TEA'),
    ...by(linked, 'Earl Grey “blå”\t\\N', { minute: 2 }),
    ...by(customers(10, 15), 'unicorn', { results: 0 }),
    // Made up by whoever likes, or by people who allow no profile.
    ...by(flood, 'tea'),
    ...by(flood, 'buy at evil.example', { minute: 1 }),
    // Too long ago, and after the night.
    ...by(customers(0, 5), 'tea', { daysAgo: 181 }),
    ...by(customers(0, 5), 'last year', { daysAgo: 181, minute: 1 }),
    ...by(customers(0, 5), 'tea', { daysAgo: -1 }),
    ...by(customers(0, 5), 'tomorrow', { daysAgo: -1, minute: 1 }),
  ]);
  await learn();
});
afterAll(() => service.stop());

const earlGrey = 'earl grey “blå” \\n';

// Would see: what strangers made up told to shoppers, a term that comes to harm on its way through the tables.
test('people also searched is learnt from customers, within the last half year, and told with what it is of', async () => {
  const { status, json } = await service.ask('recommend', 'GET', '/v1/related-searches?query=%20tEA%20');
  expect([status, json]).toEqual([
    200,
    {
      ...{ query: ' tEA ', model_version: expect.any(Number), trained_as_of: asOf.toISOString() },
      values: [{ value: earlGrey, score: 0.8333 }],
    },
  ]);
  const ask = async (query: string) =>
    (await service.ask('lists', 'GET', `/v1/related-searches?query=${encodeURIComponent(query)}&limit=1`)).json.values;
  expect(await ask('EARL grey “blå” \\N')).toEqual([{ value: 'tea', score: 1 }]);
  for (const query of ['sale', 'unicorn', 'buy at evil.example', 'last year', 'tomorrow', 'nothing']) {
    expect([query, await ask(query)]).toEqual([query, []]);
  }
  for (const query of ['', `?query=`, `?query=${'x'.repeat(257)}`]) {
    expect((await service.ask('lists', 'GET', `/v1/related-searches${query}`)).status).toBe(400);
  }
  expect((await service.ask('ingest', 'GET', '/v1/related-searches?query=tea')).status).toBe(403);
});

async function searched(
  placement: object,
  more: object = {},
): Promise<{ method: string; values: Values; items: object[] }> {
  const { status, json } = await service.ask('lists', 'POST', '/v1/pages', { ...more, placements: [placement] });
  expect({ status, json }).toMatchObject({ status: 200 });
  return json.placements[0];
}

test('a placement shows it beside what was searched for, and what most people search for where nothing was', async () => {
  const set = { method: 'people-also-searched', limit: 2, title: 'People also searched' };
  expect((await service.ask('merchandise', 'PUT', '/v1/placements/below-search', set)).status).toBe(200);
  const placement = { placement: 'below-search' };
  expect(await searched(placement, { query: 'Tea' })).toMatchObject({
    ...{ method: 'people-also-searched', title: 'People also searched', items: [] },
    values: [{ value: earlGrey, score: 0.8333 }],
  });
  expect((await searched(placement, { query: 'nothing' })).values).toEqual([]);
  // Six found tea, five Earl Grey; the unicorn, which six looked for, nobody has found.
  const most = [
    { value: 'sale', score: 1 },
    { value: 'tea', score: 0.2 },
    { value: earlGrey, score: 0.1667 },
  ];
  expect((await searched(placement)).values).toEqual(most.slice(0, 2));
  expect((await searched({ ...placement, limit: 9 })).values).toEqual(most);
});
