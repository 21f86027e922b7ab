import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { operations } from '../../support/service/contract.ts';
import { createTestService, type TestService } from '../../support/service/service.ts';

let service: TestService;
const day = (hour: number) => `2026-03-01T${String(hour).padStart(2, '0')}:00:00Z`;

beforeAll(async () => {
  service = await createTestService();
  // A database that has lived long: what it numbers has many digits.
  for (const [table, column, from] of [
    ['customers', 'customer_key', 2_100_000_000],
    ['campaigns', 'campaign_key', 2_100_000_000],
    ['segment_refreshes', 'refresh_id', 2_100_000_000],
    ['releases', 'release_id', 2_100_000_000],
    ['segment_changes', 'change_id', 30_000_000_000],
    ['quarantine', 'quarantine_id', 30_000_000_000],
    ['imports', 'import_id', 30_000_000_000],
    ['training_runs', 'training_run_id', 30_000_000_000],
  ] as const) {
    await service.database.query(`alter table ${table} alter column ${column} restart with ${from}`);
  }
  const customer_ids = ['a', 'b', 'c'];
  await service.ask('ingest', 'PUT', '/v1/customers', {
    customers: customer_ids.map((customer_id) => ({ customer_id })),
  });
  await service.ask('segments', 'POST', '/v1/segments', { segment_id: 'list-old', name: 'Old' });
  await service.ask('segments', 'PUT', '/v1/segments/list-old/members', { customer_ids });
  for (const campaign_id of ['one', 'two', 'three']) {
    const terms = {
      name: campaign_id,
      discount: { type: 'percent', percent: 5 },
      valid_from: day(1),
      valid_until: day(9),
    };
    await service.ask('coupons', 'POST', '/v1/campaigns', { campaign_id, ...terms });
  }
  const events = [1, 2, 3].map((n) => ({
    event_id: `e${n}`,
    type: 'view',
    visitor_id: 'v',
    item_id: 'none',
    occurred_at: day(n),
  }));
  await service.ask('ingest', 'POST', '/v1/events', { events });
});
afterAll(() => service.stop());

/** Rows of a list that is read one by one, by following what each page says is next. */
async function follow(path: string): Promise<number> {
  let count = 0;
  for (let cursor: string | null = ''; cursor !== null; ) {
    const { status, json } = await service.ask('admin', 'GET', `${path}?limit=1${cursor && `&cursor=${cursor}`}`);
    expect([path, status, json.errors]).toEqual([path, 200, undefined]);
    count += json.items.length;
    cursor = json.next_cursor;
  }
  return count;
}

// Would see: a list that refuses its own cursor, once what it numbers has ten digits.
test.each(['/v1/quarantine', '/v1/campaigns', '/v1/segments/list-old/members', '/v1/segments/list-old/changes'])(
  '%s goes on to its end, however large its numbers are',
  async (path) => {
    expect(await follow(path)).toBe(3);
  },
);

// Would see: a number that does not fit the column it is compared with.
test('every list answers a cursor far beyond its end', async () => {
  const answers: [string, number][] = [];
  for (const { method, path, parameters } of operations) {
    const cursor = parameters.find(({ name }) => name === 'cursor');
    if (method !== 'get' || !cursor) continue;
    const pattern = String(cursor.schema['pattern']);
    // What is listed by texts goes on behind a text: nothing is too large for it.
    if (!pattern.includes('[0-9]')) continue;
    const most = Number(/,(\d+)\}/.exec(pattern)![1]);
    const farthest = Array.from(pattern.matchAll(/\[0-9\]/g), () => '9'.repeat(most)).join('-');
    for (const segment of path.includes('{segment_id}') ? ['list-old', 'group-high-value'] : ['']) {
      const asked = path
        .replace('{segment_id}', segment)
        .replace('{kind}', 'segmentation')
        .replace('{policy_id}', 'by-cause');
      const needed = parameters
        .filter(({ required, schema }) => required && schema['enum'])
        .map(({ name, schema }) => `&${name}=${(schema['enum'] as string[])[0]}`);
      answers.push([
        asked,
        (await service.ask('admin', 'GET', `${asked}?cursor=${farthest}${needed.join('')}`)).status,
      ]);
    }
  }
  expect(answers.length).toBeGreaterThan(9);
  expect(answers.filter(([, status]) => ![200, 404, 409].includes(status))).toEqual([]);
});
