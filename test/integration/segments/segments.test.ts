import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { findCustomers } from '../../../src/intake/index.ts';
import {
  type CustomerSegment,
  type Group,
  loadCustomerSegments,
  type SegmentationSummary,
  streamCustomerSegments,
} from '../../../src/segments/index.ts';
import { fromMinor } from '../../../src/shop/money.ts';
import { publishVersion } from '../../../src/versions/index.ts';
import { call } from '../../support/service/contract.ts';
import { createTestService, type TestService } from '../../support/service/service.ts';
import { addVersion } from '../../support/shops/versions.ts';

const asOf = new Date('2026-03-01T00:00:00Z');
const groups: Group[] = ['high-value', 'high-quality', 'ordinary', 'low-contribution'];
const customers = 2_500;
let service: TestService;
let version: number;
let segments: CustomerSegment[];
/** High-value champions whom a test has taken out of all segments, in whatever order the tests come. */
const gone = new Set<string>();

/** The segment of customer number `number`, whose key is given. */
function segmentOf(number: number, customerKey: number): CustomerSegment {
  const since = new Date('2026-02-01T00:00:00Z');
  return {
    customerKey,
    recencyDays: number % 90,
    frequency: 1 + (number % 7),
    monetaryMinor: number * 100,
    recencyScore: 1 + (number % 5),
    frequencyScore: 2,
    monetaryScore: 3,
    group: groups[number % 4],
    groupSince: since,
    previousGroup: number % 2 === 0 ? 'ordinary' : null,
    klaviyoCode: number % 2 === 0 ? 333 : 111,
    klaviyoGroup: number % 2 === 0 ? 'champions' : 'inactive',
    klaviyoSince: since,
    cluster: 1 + (number % 3),
    clusterSince: asOf,
    averageOrderMinor: 2_000,
    averageUnitPrice: '0.001',
    discountShare: null,
  };
}

beforeAll(async () => {
  service = await createTestService();
  const { database: db } = service;
  const ids = Array.from({ length: customers }, (_, index) => ({
    customer_id: index === 0 ? '=1+1' : `c${index + 1}`,
  }));
  for (let from = 0; from < customers; from += 1_000) {
    await service.stations.intake.upsertCustomers(ids.slice(from, from + 1_000));
  }
  const stored = await findCustomers(
    db,
    ids.map((customer) => customer.customer_id),
  );
  segments = ids.map(({ customer_id }, index) => segmentOf(index + 1, stored.get(customer_id)!.customerKey));
  segments.sort((a, b) => a.customerKey - b.customerKey);
  const figures = {
    customers: 625,
    mean_recency_days: 1.5,
    mean_frequency: 2.5,
    mean_monetary_minor: 12_345.6,
    revenue_share: 0.25,
  };
  const summary: SegmentationSummary = {
    thresholds: { recency: [{ score: 5, from: '0', to: '17' }], frequency: [], monetary: [] },
    customers,
    revenue_minor: 1_000_000,
    average_unit_price: '2.500000',
    groups: groups.map((group) => ({ ...figures, group })),
    klaviyo: {
      thresholds: {
        recency: [{ score: 3, from: '0', to: '180' }],
        frequency: [],
        monetary: [{ score: 1, from: null, to: '26.7500' }],
      },
      groups: [
        { ...figures, group: 'champions', codes: ['333', '332', '323'] },
        { ...figures, group: 'inactive', codes: ['111', '112', '113', '121'] },
      ],
    },
    cells: [{ ...figures, cell: '523' }],
    clusters: [1, 2, 3].map((cluster) => ({
      ...figures,
      cluster,
      name: `cluster ${cluster}`,
      centroid: [0, 0, 0],
      rule: { words: 'at most 2 orders', precision: 0.9, recall: 0.8 },
      differences: [{ feature: 'monetary', deviations: -1.2, words: 'spend less (spent 12, all customers: 99)' }],
    })),
    features: ['recency', 'frequency', 'monetary'],
    clustering: {
      features: [{ feature: 'recency', weight: 1, used: true, reason: null }],
      tried: [],
    },
  };
  const load = async (number: number) => [await loadCustomerSegments(db, number, segments)];
  version = await addVersion(db, 'segmentation', load, { summary: { ...summary } });
  await publishVersion(db, 'segmentation', version);
});
afterAll(() => service.stop());

const ask = (id: Parameters<typeof call>[1], request: Parameters<typeof call>[2] = {}) =>
  call(service.url, id, { ...request, headers: { ...service.as('segments'), ...request.headers } });

describe('segments', () => {
  test('groups and clusters with figures, thresholds, moment and version', async () => {
    const { json } = await ask('listSegments');
    expect(json).toMatchObject({
      version,
      as_of: '2026-03-01T00:00:00.000Z',
      thresholds: { recency: [{ score: 5, from: '0', to: '17' }] },
    });
    expect(json.items.map((segment: { segment_id: string }) => segment.segment_id)).toEqual([
      ...groups.map((group) => `group-${group}`),
      'klaviyo-champions',
      'klaviyo-inactive',
      'cluster-1',
      'cluster-2',
      'cluster-3',
    ]);
    // Cells have no names: they are said to be, and listed only where they are asked for.
    const cells = (await ask('listSegments', { query: 'scheme=cell' })).json;
    expect(cells.items.map((segment: { segment_id: string }) => segment.segment_id)).toEqual(['cell-523']);
    expect(json.items[0]).toMatchObject({ customers: 625, share: 0.25, mean_monetary: '123.46' });
    expect(json.schemes.map(({ scheme }: { scheme: string }) => scheme)).toEqual([
      'group',
      'klaviyo',
      'cluster',
      'cell',
    ]);
    expect(json.schemes[1].thresholds.monetary).toEqual([{ score: 1, from: null, to: '26.7500' }]);
    expect(json.clustering.features).toEqual([{ feature: 'recency', weight: 1, used: true, reason: null }]);
  });

  test('one scheme alone, clusters with what their members have in common', async () => {
    const { json } = await ask('listSegments', { query: 'scheme=cluster' });
    expect(json.schemes).toHaveLength(1);
    expect(json.items).toHaveLength(3);
    expect(json.items[0]).toMatchObject({
      kind: 'cluster',
      rule: { words: 'at most 2 orders', precision: 0.9, recall: 0.8 },
      differences: [{ feature: 'monetary', words: 'spend less (spent 12, all customers: 99)' }],
    });
    expect((await ask('listSegments', { query: 'scheme=zodiac' })).status).toBe(400);
  });

  test("members of Klaviyo's groups and of cells", async () => {
    const champions = await ask('listSegmentMembers', {
      path: { segment_id: 'klaviyo-champions' },
      headers: { Accept: 'application/x-ndjson' },
    });
    expect(champions.text.trimEnd().split('\n')).toHaveLength(customers / 2 - gone.size);
    const { json } = await ask('listSegmentMembers', { path: { segment_id: 'cell-523' }, query: 'limit=1000' });
    expect(json.items).toHaveLength(customers / 5);
    expect(json.items[0]).toMatchObject({ recency_score: 5, frequency_score: 2, monetary_score: 3, since: null });
    const none = await ask('listSegmentMembers', { path: { segment_id: 'cell-111' } });
    expect(none.json.items).toEqual([]);
  });

  test('members page by page are each member once, pinned to the version the first page came from', async () => {
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const query: string = cursor ? `limit=100&cursor=${cursor}` : 'limit=100';
      const { json } = await ask('listSegmentMembers', { path: { segment_id: 'group-high-value' }, query });
      expect(json.version).toBe(version);
      seen.push(...json.items.map((member: { customer_id: string }) => member.customer_id));
      cursor = json.next_cursor;
    } while (cursor);
    expect(seen).toHaveLength(625 - gone.size);
    expect(new Set(seen).size).toBe(seen.length);
  });

  test('members whole, as CSV and as NDJSON', async () => {
    const path = { segment_id: 'cluster-2' };
    const csv = await ask('listSegmentMembers', { path, headers: { Accept: 'text/csv' } });
    expect(csv.contentType).toMatch(/^text\/csv/);
    const lines = csv.text.trimEnd().split('\r\n');
    expect(lines).toHaveLength(1 + 834);
    expect(lines[0]).toBe(
      'customer_id,recency_days,frequency,monetary,recency_score,frequency_score,monetary_score,since',
    );
    // A name that a spreadsheet would run is led by an apostrophe.
    expect(lines).toContain(`'=1+1,1,2,${fromMinor(100, 2)},2,2,3,2026-03-01T00:00:00.000Z`);
    const ndjson = await ask('listSegmentMembers', { path, headers: { Accept: 'application/x-ndjson' } });
    expect(
      ndjson.text
        .trimEnd()
        .split('\n')
        .map((line) => JSON.parse(line))[0],
    ).toMatchObject({ customer_id: '=1+1', monetary: '1.00' });
  });

  // Would see: a filter that filters a page after it was cut, members of another version, an id looked for outside the segment.
  test('customers are found within a segment by what their id begins with, page by page', async () => {
    const found = async (segment: string, begin: string) => {
      const ids: string[] = [];
      for (let cursor = ''; ; ) {
        const query = new URLSearchParams({ segment, query: begin, limit: '40', ...(cursor && { cursor }) }).toString();
        const { json } = await ask('listCustomers', { query });
        ids.push(...json.items.map((one: { customer_id: string }) => one.customer_id));
        if (json.next_cursor === null) return ids;
        cursor = json.next_cursor;
      }
    };
    /** Customer number n is c<n>, but for the first; what segment it is in follows from n. */
    const expected = (isIn: (n: number) => boolean) =>
      Array.from({ length: customers - 1 }, (_, index) => index + 2)
        .filter((n) => isIn(n) && /^1/.test(String(n)))
        .map((n) => `c${n}`)
        .filter((id) => !gone.has(id))
        .sort();
    expect(await found('group-low-contribution', 'C1')).toEqual(expected((n) => n % 4 === 3));
    expect(await found('klaviyo-inactive', 'c1')).toEqual(expected((n) => n % 2 === 1));
    expect(await found('cluster-2', 'c1')).toEqual(expected((n) => n % 3 === 1));
    expect(await found('cell-523', 'c1')).toEqual(expected((n) => n % 5 === 4));
    expect(await found('cell-111', 'c1')).toEqual([]);
  });

  // Would see: the best of a page instead of the best of all, one that comes twice or never where many are equal, an unknown
  // figure that is the largest, a cursor of another order that is taken.
  test('customers are listed by a figure, the best of all first, page by page', async () => {
    const listed = async (query: Record<string, string>) => {
      const rows: { customer_id: string; monetary: string | null; frequency: number | null }[] = [];
      for (let cursor = ''; ; ) {
        const asked = new URLSearchParams({ ...query, ...(cursor && { cursor }) }).toString();
        const { json } = await ask('listCustomers', { query: asked });
        rows.push(...json.items);
        if (json.next_cursor === null || rows.length >= 3_000) return rows;
        cursor = json.next_cursor;
      }
    };
    const known = (n: number) => !gone.has(n === 1 ? '=1+1' : `c${n}`);
    const idOf = (n: number) => (n === 1 ? '=1+1' : `c${n}`);
    const all = Array.from({ length: customers }, (_, index) => index + 1).filter(known);
    const best = await ask('listCustomers', { query: 'sort=-monetary&limit=3' });
    expect(best.json.items.map((one: { customer_id: string }) => one.customer_id)).toEqual(
      all.slice(-3).reverse().map(idOf),
    );
    // Frequency is 1 + n mod 7: a seventh of all are equal, and then the id decides.
    const byFrequency = (sign: 1 | -1) =>
      all.toSorted((a, b) => sign * ((a % 7) - (b % 7)) || (idOf(a) < idOf(b) ? -1 : 1)).map(idOf);
    for (const [sort, sign] of [
      ['frequency', 1],
      ['-frequency', -1],
    ] as const) {
      const rows = await listed({ sort, limit: '700' });
      const ids = rows.map(({ customer_id }) => customer_id);
      expect(ids.slice(0, all.length)).toEqual(byFrequency(sign));
      expect(rows.slice(all.length).filter(({ frequency }) => frequency !== null)).toEqual([]);
      expect(new Set(ids).size).toBe(ids.length);
    }
    const within = await listed({ segment: 'cell-523', query: 'c1', sort: 'recency_days', limit: '100' });
    const days = within.map(({ customer_id }) => Number(customer_id.slice(1)) % 90);
    expect(days).toEqual(days.toSorted((a, b) => a - b));
    expect(days.length).toBeGreaterThan(100);
    const { json } = await ask('listCustomers', { query: 'sort=-monetary&limit=1' });
    for (const query of ['sort=monetary', '']) {
      const other = await ask('listCustomers', { query: `${query}&cursor=${json.next_cursor}` });
      expect([other.status, other.json.errors[0].field]).toEqual([409, 'cursor']);
    }
    expect((await ask('listCustomers', { query: 'sort=spent' })).json.errors[0].field).toBe('sort');
  });

  test('what is not there is told so', async () => {
    for (const segment of ['cluster-9', 'rule-none', 'list-none'])
      expect((await ask('listCustomers', { query: `segment=${segment}` })).json.errors[0].field).toBe('segment');
    expect((await ask('listCustomers', { query: 'segment=group-rich' })).status).toBe(400);
    expect((await ask('listSegmentMembers', { path: { segment_id: 'cluster-9' } })).status).toBe(404);
    expect((await ask('listSegmentMembers', { path: { segment_id: 'group-rich' } })).status).toBe(400);
    expect(
      (await ask('listSegmentMembers', { path: { segment_id: 'cluster-1' }, headers: { Accept: 'image/png' } })).status,
    ).toBe(406);
    const cursor = await ask('listSegmentMembers', { path: { segment_id: 'cluster-1' }, query: 'cursor=bm9wZQ' });
    expect(cursor.json).toMatchObject({ status: 400, errors: [{ field: 'cursor' }] });
  });
});

describe('profile', () => {
  test('values, scores, group, cluster, since when and what before', async () => {
    const { json } = await ask('getCustomerProfile', { path: { customer_id: 'c4' } });
    expect(json).toMatchObject({
      customer_id: 'c4',
      version,
      recency_days: 4,
      monetary: '4.00',
      scores: { recency: 5, frequency: 2, monetary: 3 },
      group: 'high-value',
      group_since: '2026-02-01T00:00:00.000Z',
      previous_group: 'ordinary',
      cell: 'cell-523',
      klaviyo_group: 'klaviyo-champions',
      klaviyo_since: '2026-02-01T00:00:00.000Z',
      cluster: 'cluster-2',
      average_unit_price: '0.001',
    });
  });

  test('a customer who objects has none from the next request on, and an unknown one is not found', async () => {
    await service.stations.intake.upsertCustomers([{ customer_id: 'c8', profiling_allowed: false }]);
    gone.add('c8');
    const { json } = await ask('getCustomerProfile', { path: { customer_id: 'c8' } });
    expect(json).toMatchObject({ profiling_allowed: false, group: null, recency_days: null });
    expect((await ask('getCustomerProfile', { path: { customer_id: 'nobody' } })).status).toBe(404);
  });

  test('an erased person is gone from profile, members and export on the next request', async () => {
    await service.stations.intake.eraseCustomer('c12');
    gone.add('c12');
    expect((await ask('getCustomerProfile', { path: { customer_id: 'c12' } })).status).toBe(404);
    const path = { segment_id: 'group-high-value' };
    const { text } = await ask('listSegmentMembers', { path, headers: { Accept: 'text/csv' } });
    expect(/^c16,/m.test(text)).toBe(true);
    expect(/^c12,/m.test(text)).toBe(false);
  });
});

test('flows between two nights: who stayed, moved, came and went, counted by hand', async () => {
  const before = await ask('listSegmentFlows');
  expect(before.json).toMatchObject({ scheme: 'group', from: null, to: { version }, items: [] });

  // Of the first ten: 1 to 3 stay where they are, 4 to 6 become high-value, 7 and 8 are gone, 9 and 10 are new.
  const { database: db } = service;
  const of = (numbers: number[], group?: Group) =>
    segments.filter((_, place) => numbers.includes(place)).map((one) => ({ ...one, group: group ?? one.group }));
  const older = await addVersion(db, 'segmentation', async (number) => [
    await loadCustomerSegments(db, number, of([0, 1, 2, 3, 4, 5, 6, 7])),
  ]);
  const newer = await addVersion(db, 'segmentation', async (number) => [
    await loadCustomerSegments(
      db,
      number,
      [...of([0, 1, 2]), ...of([3, 4, 5], 'high-value'), ...of([8, 9])].sort((a, b) => a.customerKey - b.customerKey),
    ),
  ]);
  const counts = new Map<string, number>();
  const count = (from: Group | null, to: Group | null) => {
    const key = `${from && `group-${from}`} ${to && `group-${to}`}`;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  };
  for (const { group } of of([0, 1, 2])) count(group, group);
  for (const { group } of of([3, 4, 5])) count(group, 'high-value');
  for (const { group } of of([6, 7])) count(group, null);
  for (const { group } of of([8, 9])) count(null, group);

  const { json } = await ask('listSegmentFlows', { query: `from_version=${older}&to_version=${newer}` });
  expect(json).toMatchObject({ from: { version: older }, to: { version: newer } });
  expect(json.kept.map((one: { version: number }) => one.version)).toEqual([newer, older, version]);
  const told = json.items.map((flow: { from: string | null; to: string | null; customers: number }) => [
    `${flow.from} ${flow.to}`,
    flow.customers,
  ]);
  expect(new Map(told)).toEqual(counts);

  const clusters = await ask('listSegmentFlows', {
    query: `scheme=cluster&from_version=${older}&to_version=${newer}`,
  });
  expect(
    clusters.json.items.every((flow: { from: string | null }) => /^cluster-[123]$/.test(flow.from ?? 'cluster-1')),
  ).toBe(true);
  // The default is what is kept from before.
  expect((await ask('listSegmentFlows', { query: `to_version=${newer}` })).json.from).toMatchObject({
    version: older,
  });
  expect(await ask('listSegmentFlows', { query: 'from_version=999999' })).toMatchObject({ status: 404 });
  expect(await ask('listSegmentFlows', { query: 'scheme=cell' })).toMatchObject({ status: 400 });
});

test('the next night reads every segment back', async () => {
  const read: CustomerSegment[] = [];
  for await (const segment of streamCustomerSegments(service.database, version)) read.push(segment);
  const [{ left }] = (await service.database.query<{ left: number }>(
    'select count(*)::int as left from customer_segments where version = $1',
    [version],
  )) as [{ left: number }];
  expect(left).toBeGreaterThanOrEqual(customers - 1);
  expect(read).toHaveLength(left);
  expect(read).toContainEqual({ ...segments[0], averageUnitPrice: '0.001000' });
});
