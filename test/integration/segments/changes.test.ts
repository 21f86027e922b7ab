import { afterAll, beforeAll, expect } from '@jest/globals';
import { findCustomers } from '../../../src/intake/index.ts';
import {
  type CustomerSegment,
  type Group,
  type KlaviyoGroup,
  loadCustomerSegments,
  recordSegmentChanges,
  type SegmentationSummary,
} from '../../../src/segments/index.ts';
import { publishRelease } from '../../../src/versions/index.ts';
import { story } from '../../support/jest/story.ts';
import { call } from '../../support/service/contract.ts';
import { createTestService, type TestService } from '../../support/service/service.ts';
import { addVersion } from '../../support/shops/versions.ts';

const asOf = new Date('2026-03-01T00:00:00Z');
const secondNight = new Date('2026-03-02T00:00:00Z');
const names = ['ann', 'ben', 'cy', 'dee', 'eve'] as const;
type Name = (typeof names)[number];
type Place = [Group, KlaviyoGroup, number];
let service: TestService;
let keys: Record<Name, number>;
const versions: number[] = [];

beforeAll(async () => {
  service = await createTestService();
  await service.stations.intake.upsertCustomers(names.map((customer_id) => ({ customer_id })));
  const stored = await findCustomers(service.database, [...names]);
  keys = Object.fromEntries(names.map((name) => [name, stored.get(name)!.customerKey])) as Record<Name, number>;
});
afterAll(() => service.stop());

/** Loads a version in which these customers stand so. */
async function makeVersion(places: Partial<Record<Name, Place>>, told = asOf): Promise<number> {
  const { database: db } = service;
  const segments = Object.entries(places)
    .map(
      ([name, [group, klaviyoGroup, cluster]]): CustomerSegment => ({
        customerKey: keys[name as Name],
        recencyDays: 1,
        frequency: 1,
        monetaryMinor: 100,
        recencyScore: 1,
        frequencyScore: 1,
        monetaryScore: 1,
        group,
        groupSince: asOf,
        previousGroup: null,
        klaviyoCode: 111,
        klaviyoGroup,
        klaviyoSince: asOf,
        cluster,
        clusterSince: asOf,
        averageOrderMinor: 100,
        averageUnitPrice: '1',
        discountShare: null,
      }),
    )
    .sort((a, b) => a.customerKey - b.customerKey);
  const figures = {
    customers: 1,
    mean_recency_days: 1,
    mean_frequency: 1,
    mean_monetary_minor: 1,
    revenue_share: 1,
  };
  const none = { recency: [], frequency: [], monetary: [] };
  const summary: SegmentationSummary = {
    thresholds: none,
    customers: segments.length,
    revenue_minor: 1,
    average_unit_price: null,
    groups: [],
    klaviyo: { thresholds: none, groups: [] },
    clusters: [1, 2].map((cluster) => ({ ...figures, cluster, name: `cluster ${cluster}`, centroid: [0, 0, 0] })),
  };
  const load = async (version: number) => [await loadCustomerSegments(db, version, segments)];
  const version = await addVersion(db, 'segmentation', load, { asOf: told, summary: { ...summary } });
  versions.push(version);
  return version;
}

async function changesOf(segment_id: string, query = ''): Promise<string[]> {
  const { json, status } = await ask('listSegmentChanges', { path: { segment_id }, query });
  expect(status).toBe(200);
  return json.items.map(
    (change: { customer_id: string; change: string; version: number }) =>
      `${change.customer_id} ${change.change} ${versions.indexOf(change.version)}`,
  );
}

const ask = (id: Parameters<typeof call>[1], request: Parameters<typeof call>[2] = {}) =>
  call(service.url, id, { ...request, headers: { ...service.as('segments'), ...request.headers } });

const publish = (version: number) => service.stations.training.publish('segmentation', version);

story('who enters and leaves', (step) => {
  step('nothing is published: there are no segments to ask for', async () => {
    expect((await ask('listSegmentChanges', { path: { segment_id: 'group-ordinary' } })).status).toBe(404);
  });

  step('on the first release everybody enters', async () => {
    await publish(
      await makeVersion({
        ann: ['high-value', 'champions', 1],
        ben: ['ordinary', 'recent', 2],
        cy: ['ordinary', 'recent', 2],
        dee: ['ordinary', 'recent', 2],
      }),
    );
    expect(await changesOf('group-ordinary')).toEqual(['ben entered 0', 'cy entered 0', 'dee entered 0']);
    expect(await changesOf('klaviyo-champions')).toEqual(['ann entered 0']);
    expect(await changesOf('cluster-1')).toEqual(['ann entered 0']);
    expect(await changesOf('group-high-quality')).toEqual([]);
  });

  const flowsOf = async (segment_id: string) => (await ask('getSegmentPortrait', { path: { segment_id } })).json.flows;

  step('whom it put into their groups did not come there', async () => {
    const none = { days: 28, since: null, entered: 0, newcomers: 0, left: 0, gone: 0, from: [], to: [] };
    expect(await flowsOf('group-ordinary')).toEqual(none);
  });

  step('later only what changed is written; who objects leaves without a trace', async () => {
    const next = await makeVersion(
      {
        ann: ['high-value', 'loyal', 1],
        ben: ['high-value', 'recent', 1],
        eve: ['ordinary', 'recent', 2],
      },
      secondNight,
    );
    await service.stations.intake.upsertCustomers([{ customer_id: 'dee', profiling_allowed: false }]);
    await publish(next);
    expect(await changesOf('group-high-value')).toEqual(['ann entered 0', 'ben entered 1']);
    expect(await changesOf('group-ordinary')).toEqual([
      'ben entered 0',
      'cy entered 0',
      'ben left 1',
      'cy left 1',
      'eve entered 1',
    ]);
    expect(await changesOf('klaviyo-champions')).toEqual(['ann entered 0', 'ann left 1']);
    const [row] = await service.database.query<{ count: number }>(
      'select count(*)::int as count from segment_changes where customer_key = $1 and version = $2',
      [keys.dee, next],
    );
    expect(row.count).toBe(0);
  });

  step('who came from which group, who is new, and from when on it is told', async () => {
    const told = { days: 28, since: asOf.toISOString(), from: [], to: [] };
    // eve is new; ben went to high-value, cy is in no group any more.
    expect(await flowsOf('group-ordinary')).toEqual({ ...told, entered: 1, newcomers: 1, left: 2, gone: 1 });
    expect(await flowsOf('group-high-value')).toEqual({ ...told, entered: 1, newcomers: 0, left: 0, gone: 0 });
  });

  step('a timeline tells it as of the night that found it, not of when that was published', async () => {
    const { json } = await call(service.url, 'getCustomerTimeline', {
      path: { customer_id: 'ben' },
      headers: service.as('admin'),
    });
    const moves = json.items.filter(({ kind }: { kind: string }) => kind === 'segment_change');
    expect(moves.map((move: any) => [move.segment_id, move.change, new Date(move.at).toISOString()])).toEqual(
      expect.arrayContaining([
        ['group-high-value', 'entered', secondNight.toISOString()],
        ['group-ordinary', 'entered', asOf.toISOString()],
      ]),
    );
    const ofGroup = (await ask('listSegmentChanges', { path: { segment_id: 'group-high-value' } })).json.items;
    const nights = ofGroup.map((move: any) => [move.customer_id, new Date(move.as_of).toISOString()]);
    expect(nights).toContainEqual(['ben', secondNight.toISOString()]);
  });

  step('are read page by page, since a moment, and whole as CSV and NDJSON', async () => {
    const path = { segment_id: 'group-ordinary' };
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const query: string = cursor ? `limit=2&cursor=${cursor}` : 'limit=2';
      const { json } = await ask('listSegmentChanges', { path, query });
      seen.push(...json.items.map((change: { customer_id: string }) => change.customer_id));
      cursor = json.next_cursor;
    } while (cursor);
    expect(seen).toEqual(['ben', 'cy', 'ben', 'cy', 'eve']);
    const { json } = await ask('listSegmentChanges', { path });
    const published = json.items.at(-1).at;
    expect(await changesOf('group-ordinary', `since=${published}`)).toEqual([
      'ben left 1',
      'cy left 1',
      'eve entered 1',
    ]);
    const csv = await ask('listSegmentChanges', { path, headers: { Accept: 'text/csv' } });
    const lines = csv.text.trimEnd().split('\r\n');
    expect(lines[0]).toBe('customer_id,change,at,as_of,version');
    expect(lines.at(-1)).toBe(`eve,entered,${published},${secondNight.toISOString()},${versions[1]}`);
    const ndjson = await ask('listSegmentChanges', { path, headers: { Accept: 'application/x-ndjson' } });
    expect(JSON.parse(ndjson.text.trimEnd().split('\n').at(-1)!)).toEqual(json.items.at(-1));
  });

  step('a rollback turns them back', async () => {
    await publish(versions[0]);
    expect((await changesOf('klaviyo-champions')).at(-1)).toBe('ann entered 0');
    expect((await changesOf('cluster-1')).at(-1)).toBe('ben left 0');
  });

  step('publishing what is published already writes nothing', async () => {
    const before = await changesOf('group-ordinary');
    await publish(versions[0]);
    expect(await changesOf('group-ordinary')).toEqual(before);
  });

  step('an erased person is gone from them', async () => {
    await service.stations.intake.eraseCustomer('cy');
    expect((await changesOf('group-ordinary')).filter((change) => change.startsWith('cy'))).toEqual([]);
    const rows = await service.database.query('select from segment_changes where customer_key = $1', [keys.cy]);
    expect(rows).toEqual([]);
  });

  step('cells are not followed, and a cluster that never was is not found', async () => {
    expect((await ask('listSegmentChanges', { path: { segment_id: 'cell-111' } })).status).toBe(409);
    expect((await ask('listSegmentChanges', { path: { segment_id: 'cluster-9' } })).status).toBe(404);
  });

  step('belong to the publishing transaction', async () => {
    const { database: db } = service;
    const failing = db.transaction(async (tx) => {
      await publishRelease(tx, db.schema, {
        versions: { segmentation: versions[1] },
        reason: 'publish',
        trainingRunId: null,
      });
      await recordSegmentChanges(tx, versions[0], versions[1]);
      throw new Error('no');
    });
    const before = await changesOf('cluster-1');
    await expect(failing).rejects.toThrow('no');
    expect(await changesOf('cluster-1')).toEqual(before);
  });
});
