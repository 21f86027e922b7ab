import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { createKey } from '../../../src/keys/index.ts';
import { popularity } from '../../../src/training/learners/popularity.ts';
import { segmentation } from '../../../src/training/learners/segmentation.ts';
import { readSnapshot } from '../../../src/training/snapshot/read-snapshot.ts';
import { publishRelease } from '../../../src/versions/index.ts';
import { createTestService, type TestService } from '../../support/service/service.ts';
import { addVersion } from '../../support/shops/versions.ts';

const day = 86_400_000;
const asOf = new Date('2026-03-01T00:00:00Z');
let service: TestService;

const customers = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, n) => `C${first + n}`);
/** What, by whom, how many days before the night. */
const sales: [item: string, by: string[], daysAgo: number][] = [
  ['tea', customers(0, 5), 15],
  ['jam', customers(0, 4), 1],
  // The same four again and again.
  ...[1, 2, 3].map((days): [string, string[], number] => ['secret', customers(0, 3), days]),
  ['cup', customers(6, 23), 1],
  ['pot', [...customers(0, 2), ...customers(8, 15)], 40],
  // After the night.
  ['tomorrow', customers(0, 6), -1],
];

/** Learns, loads and publishes as a night does. */
async function learn(): Promise<void> {
  const { database: db, stations } = service;
  const snapshot = await readSnapshot(db, asOf);
  const settings = { asOf, seed: 1, threads: 1, minorDigits: 2, timeZone: 'UTC' };
  const sold = popularity.learn({ snapshot, recipe: popularity.recipe, beside: undefined, settings });
  const around = { db, snapshot, settings, published: undefined, learntBy: () => sold as never };
  const { recipe } = segmentation;
  const beside = await segmentation.gather({ ...around, recipe });
  const learnt = segmentation.learn({ snapshot, recipe, beside, settings });
  const rest = { snapshot, trials: undefined, evaluation: undefined };
  const made = { ...rest, learnt, recipe };
  const summary = segmentation.served.summary(made);
  const versions = {
    popularity: await addVersion(
      db,
      'popularity',
      (version) => popularity.served.load(db, version, { ...rest, learnt: sold, recipe: popularity.recipe }),
      { asOf },
    ),
    segmentation: await addVersion(db, 'segmentation', (version) => segmentation.served.load(db, version, made), {
      asOf,
      summary,
    }),
  };
  await db.transaction((tx) => publishRelease(tx, db.schema, { versions, reason: 'night', trainingRunId: null }));
  await stations.follow({ about: 'release' });
}

const makeList = async (name: string, members: readonly string[]) => {
  await service.ask('segments', 'POST', '/v1/segments', { segment_id: `list-${name}`, name });
  const put = { customer_ids: members };
  expect((await service.ask('segments', 'PUT', `/v1/segments/list-${name}/members`, put)).status).toBe(200);
};

beforeAll(async () => {
  service = await createTestService({ clock: () => new Date(asOf.getTime() + 2 * day) });
  const told = customers(0, 23).map((customer_id) => ({ customer_id }));
  await service.ask('ingest', 'PUT', '/v1/customers', { customers: told });
  const goods = ['tea', 'jam', 'secret', 'cup', 'pot', 'tomorrow', 'unsold'].map((item_id) => ({
    ...{ item_id, title: item_id, price: '9.00', category: item_id === 'cup' ? 'Home' : 'Food' },
  }));
  await service.ask('ingest', 'PUT', '/v1/items', { items: goods });
  const orders = sales.flatMap(([item_id, by, daysAgo]) =>
    by.map((customer_id) => ({
      order_id: `${item_id} ${customer_id} ${daysAgo}`,
      customer_id,
      occurred_at: new Date(asOf.getTime() - daysAgo * day).toISOString(),
      lines: [{ item_id, quantity: 1, unit_price: '9.00' }],
    })),
  );
  expect(await service.ask('ingest', 'POST', '/v1/orders', { orders })).toMatchObject({ status: 200 });
  await makeList('tea', customers(0, 6));
  await makeList('few', customers(0, 3));
  await learn();
});
afterAll(() => service.stop());

const popular = (query: string, scope: 'recommend' | 'lists' = 'recommend') =>
  service.ask(scope, 'GET', `/v1/popular-items?${query}`);
const said = ({ items }: any) =>
  items.map(({ item_id, reason }: any) => `${item_id} ${reason.source.replace('segment-popularity', 'own')}`);

// Would see: best sellers of everybody, what four people bought, what was bought after the night, a list that is not filled up.
test('best sellers of a segment: what five of its customers bought, newer sales before older ones, then everybody’s', async () => {
  const { status, json } = await popular('segment=list-tea&limit=4');
  // Half-life 14 days: tea is 6 × 1/2 of jam's 5.
  expect([status, json.items.slice(0, 2).map(({ score }: any) => score)]).toEqual([200, [1, 0.6]]);
  expect(said(json)).toEqual(['jam own', 'tea own', 'cup popularity', 'secret popularity']);
  expect(json).toMatchObject({ segment: 'list-tea', best_sellers_of: 'segment', topped_up: 2 });
  expect(json.items[0].reason).toMatchObject({
    ...{ key: 'reason.popular-with-others', text: 'Popular with other customers' },
  });
  const [{ segmentation: version }] = await service.database
    .query<{ versions: Record<string, number> }>('select versions from releases order by release_id desc limit 1')
    .then((rows) => rows.map(({ versions }) => versions));
  expect(json.model_version).toBe(version);
  expect(said((await popular('segment=list-tea&limit=1&exclude=jam')).json)).toEqual(['tea own']);
});

test('of a segment with too few buyers, or of whose goods nothing may be listed, everybody’s, and it says so', async () => {
  const everybody = (await popular('limit=7')).json;
  expect(everybody.segment).toBeUndefined();
  const few = (await popular('segment=list-few&limit=7')).json;
  expect(few).toMatchObject({ segment: 'list-few', best_sellers_of: 'all', topped_up: everybody.topped_up });
  expect(few.items).toEqual(everybody.items);
  expect((await popular('segment=list-tea&category=Home&limit=1')).json).toMatchObject({
    ...{ best_sellers_of: 'all', items: [{ item_id: 'cup' }] },
  });
  // Newer than the night.
  await makeList('new', customers(0, 23));
  expect((await popular('segment=list-new&limit=7')).json).toMatchObject({ best_sellers_of: 'all' });
  expect((await popular('segment=cell-111')).status).toBe(200);
});

// Would see: a segment that nobody knows answered as if it were one, a page's key that lists what the shop calls its customers.
test('a segment that is none is refused by name, and the key of a page names none', async () => {
  for (const id of ['list-nothing', 'rule-tea', 'cluster-99']) {
    expect([id, await popular(`segment=${id}`)]).toMatchObject([
      id,
      { status: 409, json: { errors: [{ field: 'segment' }] } },
    ]);
  }
  expect(await popular('segment=tea')).toMatchObject({ status: 400, json: { errors: [{ field: 'segment' }] } });
  const { token } = await createKey(service.database, 'page', ['lists'], ['https://shop.example']);
  await service.stations.keys.reload();
  const asPage = async (path: string, body?: object) => {
    const headers = {
      Origin: 'https://shop.example',
      Authorization: `Bearer ${token}`,
      'Content-Type': 'application/json',
    };
    const init = body ? { method: 'POST', body: JSON.stringify(body) } : {};
    const answer = await fetch(`${service.url}${path}`, { headers, ...init });
    return { status: answer.status, json: (await answer.json()) as any };
  };
  expect((await asPage('/v1/popular-items')).status).toBe(200);
  expect(await asPage('/v1/popular-items?segment=list-tea')).toMatchObject({
    ...{ status: 403, json: { errors: [{ field: 'segment' }] } },
  });
  const placements = [{ placement: 'home' }, { placement: 'a', method: 'popular', segment: 'list-tea' }];
  expect(await asPage('/v1/pages', { placements })).toMatchObject({
    ...{ status: 403, json: { errors: [{ field: '/placements/1/segment' }] } },
  });
  // A placement of the shop shows them to everybody.
  await set({ method: 'popular', limit: 2, segment: 'list-tea' });
  const shown = await asPage('/v1/pages', { placements: [{ placement: 'for-tea' }] });
  expect(said(shown.json.placements[0])).toEqual(['jam own', 'tea own']);
  expect(JSON.stringify(shown.json)).not.toContain('list-tea');
  await service.ask('train', 'DELETE', '/v1/placements/for-tea');
});

const set = (body: object) => service.ask('merchandise', 'PUT', '/v1/placements/for-tea', body);
const page = async (placement: object) =>
  (await service.ask('recommend', 'POST', '/v1/pages', { placements: [placement] })) as { status: number; json: any };

// Would see: a segment that a placement forgets, one that breaks the shop's page when it is gone.
test('a placement shows the best sellers of a segment, also when the segment has gone since', async () => {
  const none = { status: 409, json: { errors: [{ field: '/segment' }] } };
  expect(await set({ method: 'popular', segment: 'list-nothing' })).toMatchObject(none);
  expect(await set({ method: 'trending', segment: 'list-tea' })).toMatchObject(none);
  await makeList('going', customers(0, 6));
  await learn();
  const settings = { method: 'popular', limit: 2, segment: 'list-going' };
  const made = await set(settings);
  expect(made).toMatchObject({ status: 200, json: { ...settings, revision: 1 } });
  expect((await set(settings)).json).toEqual(made.json);
  const asked = { placement: 'for-tea' };
  const first = (await page(asked)).json.placements[0];
  expect([said(first), first.segment, first.best_sellers_of]).toEqual([
    ['jam own', 'tea own'],
    'list-going',
    'segment',
  ]);
  const pinned = (await page({ ...asked, limit: 3, pinned_item_ids: ['unsold'] })).json.placements[0];
  expect([said(pinned), pinned.best_sellers_of]).toEqual([['unsold pinned', 'jam own', 'tea own'], 'segment']);
  // What a request says goes before it.
  const everybody = (await page({ ...asked, segment: null })).json.placements[0];
  expect([said(everybody)[0], everybody.segment]).toEqual(['cup popularity', undefined]);
  expect((await page({ ...asked, method: 'trending' })).json.placements[0].segment).toBeUndefined();
  const field = '/placements/0/segment';
  for (const wrong of [{ segment: 'list-nothing' }, { method: 'trending', segment: 'list-tea' }]) {
    expect(await page({ ...asked, ...wrong })).toMatchObject({ status: 409, json: { errors: [{ field }] } });
  }
  expect((await service.ask('segments', 'DELETE', '/v1/segments/list-going')).status).toBe(200);
  await learn();
  const after = (await page(asked)).json.placements[0];
  expect([said(after)[0], after.segment, after.best_sellers_of]).toEqual(['cup popularity', 'list-going', 'all']);
  await service.ask('train', 'DELETE', '/v1/placements/for-tea');
});

interface Bought {
  segments: string[];
  item: string;
  customer: number;
  days: number;
}

// Would see: members of another segment, of a segment of an earlier night, a kind that is forgotten.
test('segments that the night finds have theirs too: the same as counted from the tables by SQL', async () => {
  const { database: db } = service;
  const rows = await db.query<{ segment_id: string; item_keys: number[]; version: number }>(
    `select segment_id, item_keys, version from segment_best_sellers
     where version = (select max(version) from segment_best_sellers) and segment_id !~ '^list-' order by segment_id`,
  );
  const bought = await db.query<Bought>(
    `select array['group-' || customer_group, 'klaviyo-' || klaviyo_group, 'cluster-' || cluster,
              'cell-' || recency_score || frequency_score || monetary_score] as segments,
            item_key as item, customer_key as customer, extract(epoch from $2::timestamptz - occurred_at)::float8 / 86400 as days
     from customer_segments join orders using (customer_key) join order_lines using (order_key)
     where version = $1 and occurred_at < $2`,
    [rows[0].version, asOf],
  );
  const expected = new Map<string, Map<number, { weight: number; buyers: Set<number> }>>();
  for (const { segments, item, customer, days } of bought) {
    for (const segment of segments) {
      const items = expected.get(segment) ?? new Map();
      expected.set(segment, items);
      const known = items.get(item) ?? { weight: 0, buyers: new Set() };
      items.set(item, { weight: known.weight + 0.5 ** (days / 14), buyers: known.buyers.add(customer) });
    }
  }
  const counted = [...expected].flatMap(([segment, items]) => {
    const told = [...items].filter(([, { buyers }]) => buyers.size >= 5);
    const keys = told.sort((a, b) => b[1].weight - a[1].weight || a[0] - b[0]).map(([item]) => item);
    return keys.length > 0 ? [[segment, keys] as const] : [];
  });
  expect(new Set(counted.map(([segment]) => segment.split('-')[0]))).toEqual(
    new Set(['group', 'klaviyo', 'cluster', 'cell']),
  );
  expect(new Map(rows.map(({ segment_id, item_keys }) => [segment_id, item_keys]))).toEqual(new Map(counted));
});
