import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { createLogger } from '../../../src/log.ts';
import { createExplorations } from '../../../src/training/explorations/start-exploration.ts';
import { thoroughly, usually } from '../../support/jest/thorough.ts';
import { runCli } from '../../support/service/cli.ts';
import { contractFaults, send } from '../../support/service/contract.ts';
import { createTestService, type TestService, trainerEntry } from '../../support/service/service.ts';
import { until } from '../../support/shops/training-shop.ts';

const dayMs = 86_400_000;
const end = Date.parse('2026-03-01T00:00:00Z');
const asOf = new Date(end).toISOString();
const path = '/v1/segment-explorations';
const asked = { features: ['recency', 'frequency', 'monetary'], clusters: 3, as_of: asOf };

/** Three kinds of customers: many small orders lately, a few large ones some time ago, one small one long ago. */
const kinds = [
  { customers: 45, orders: 8, lastDay: 5, price: 12 },
  { customers: 30, orders: 3, lastDay: 60, price: 400 },
  { customers: 20, orders: 1, lastDay: 250, price: 9 },
];
const buyers = kinds.flatMap(({ customers, orders, lastDay, price }, kind) =>
  Array.from({ length: customers }, (_, number) => ({
    id: `K${kind}-${String(number).padStart(2, '0')}`,
    kind,
    recency: lastDay + (number % 5),
    frequency: orders + (number % 2),
    price: price + (number % 7),
  })),
);
const moneyOf = ({ frequency, price }: { frequency: number; price: number }) => frequency * price;

const statusOf = (processId: number) => readFileSync(`/proc/${processId}/status`, 'utf8');

let service: TestService;
const explore = (body: object, scope: 'train' | 'recommend' = 'train') =>
  send(service.url, {
    method: 'POST',
    path,
    headers: { ...service.as(scope), 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
    timeoutMs: 120_000,
  });

beforeAll(async () => {
  service = await createTestService();
  const { intake } = service.stations;
  await intake.upsertItems([{ item_id: 'I1', title: 'Thing', price: '10.00' }]);
  await intake.upsertCustomers([...buyers.map(({ id }) => ({ customer_id: id })), { customer_id: 'GONE' }]);
  const order = (customer_id: string, number: number, daysAgo: number, price: number) => ({
    order_id: `${customer_id}-${number}`,
    customer_id,
    occurred_at: new Date(end - daysAgo * dayMs - 3_600_000).toISOString(),
    lines: [{ item_id: 'I1', quantity: 1, unit_price: price.toFixed(2) }],
  });
  const orders = buyers.flatMap(({ id, recency, frequency, price }) =>
    Array.from({ length: frequency }, (_, number) => order(id, number, recency + 3 * number, price)),
  );
  const { counts } = await intake.recordOrders([...orders, order('GONE', 0, 10, 50)]);
  expect(counts).toMatchObject({ facts: orders.length + 1 });
  const refund = { refund_id: 'R1', order_id: 'GONE-0', occurred_at: new Date(end - dayMs).toISOString() };
  await intake.recordRefunds([{ ...refund, lines: [{ item_id: 'I1', quantity: 1 }] }]);
});
afterAll(() => service.stop());

/** The scale on which customers are compared, worked out anew from what was sent. */
function scores() {
  const scaled = [
    buyers.map(({ recency }) => Math.log(1 + recency)),
    buyers.map(({ frequency }) => Math.log(1 + frequency)),
    buyers.map((buyer) => Math.log(1 + moneyOf(buyer))),
  ];
  const mean = scaled.map((column) => column.reduce((a, b) => a + b) / column.length);
  const deviation = scaled.map((column, axis) =>
    Math.sqrt(column.reduce((sum, value) => sum + (value - mean[axis]) ** 2, 0) / column.length),
  );
  return buyers.map((_, row) => scaled.map((column, axis) => (column[row] - mean[axis]) / deviation[axis]));
}

function silhouetteOf(points: number[][], labels: number[]): number {
  const distance = (a: number[], b: number[]) => Math.hypot(...a.map((value, axis) => value - b[axis]));
  const each = points.map((point, row) => {
    const meanTo = (label: number) => {
      const others = points.filter((_, other) => other !== row && labels[other] === label);
      return others.reduce((sum, other) => sum + distance(point, other), 0) / others.length;
    };
    const within = meanTo(labels[row]);
    const near = Math.min(...[...new Set(labels)].filter((label) => label !== labels[row]).map(meanTo));
    return (near - within) / Math.max(near, within);
  });
  return each.reduce((a, b) => a + b) / each.length;
}

describe('an exploration', () => {
  usually.test('finds the kinds of customers that are there, with figures that follow from what was sent', async () => {
    const answer = await explore(asked);
    expect([answer.status, contractFaults('exploreSegments', answer)]).toEqual([200, []]);
    const { json } = answer;
    // Whoever sent everything back is no customer with an order.
    expect(json).toMatchObject({ as_of: asOf, seed: 1, customers: 95, sampled: 95 });
    expect(json.clusters.map((cluster: any) => [cluster.cluster, cluster.customers])).toEqual([
      [1, 45],
      [2, 30],
      [3, 20],
    ]);
    const allMoney = buyers.reduce((sum, buyer) => sum + moneyOf(buyer), 0);
    const near = (found: number, right: number) => expect(Math.abs(found / right - 1)).toBeLessThan(1e-5);
    for (const { cluster, share, revenue_share, centre, average } of json.clusters) {
      const members = buyers.filter(({ kind }) => kind === cluster - 1);
      const mean = (of: (buyer: (typeof buyers)[number]) => number) =>
        members.reduce((sum, buyer) => sum + of(buyer), 0) / members.length;
      near(share, members.length / 95);
      near(revenue_share, members.reduce((sum, buyer) => sum + moneyOf(buyer), 0) / allMoney);
      near(
        average.recency,
        mean(({ recency }) => recency),
      );
      near(
        average.frequency,
        mean(({ frequency }) => frequency),
      );
      near(average.monetary, mean(moneyOf));
      near(centre.recency, Math.exp(mean(({ recency }) => Math.log(1 + recency))) - 1);
      near(centre.frequency, Math.exp(mean(({ frequency }) => Math.log(1 + frequency))) - 1);
      near(centre.monetary, Math.exp(mean((buyer) => Math.log(1 + moneyOf(buyer)))) - 1);
    }
    near(
      json.silhouette,
      silhouetteOf(
        scores(),
        buyers.map(({ kind }) => kind),
      ),
    );
    const [often, large, long] = json.clusters;
    expect(often.differences.map(({ words }: any) => words).join()).toMatch(/order more often/);
    expect(large.differences.map(({ words }: any) => words).join()).toMatch(/spend more/);
    expect(long.differences.map(({ words }: any) => words).join()).toMatch(/bought longer ago/);
    for (const { rule } of json.clusters) expect([rule.precision, rule.recall]).toEqual([1, 1]);
  });

  thoroughly.test('gives what a training run takes as its recipe, and the run finds the same', async () => {
    const { json } = await explore({ ...asked, weights: { monetary: 2 } });
    const run = { models: ['segmentation'], as_of: asOf, recipes: { segmentation: json.recipe } };
    const started = await service.ask('train', 'POST', '/v1/training-runs', run);
    expect(started.status).toBe(202);
    const id = started.json.training_run_id;
    const ended = await until(async () => {
      const { json } = await service.ask('train', 'GET', `/v1/training-runs/${id}`);
      return json.status !== 'running' && json;
    }, 60_000);
    expect(ended).toMatchObject({ status: 'succeeded', error: null });
    expect(ended.recipes.segmentation).toMatchObject({
      clusters: 3,
      features: { recency: 1, frequency: 1, monetary: 2, basketSize: 0, discountShare: 0 },
    });
    const { json: segments } = await service.ask('segments', 'GET', '/v1/segments?scheme=cluster');
    const ofClusters = segments.items;
    expect(ofClusters.map(({ customers }: any) => customers).sort()).toEqual([20, 30, 45]);
  });

  thoroughly.test('answers the same to the same, of a sample too, and another sample by another seed', async () => {
    const sampled = { features: ['recency'], clusters: 2, as_of: asOf, sample: 40 };
    const [first, again, other] = [
      await explore(sampled),
      await explore(sampled),
      await explore({ ...sampled, seed: 2 }),
    ];
    const bare = ({ json: { watermark: _, ...rest } }: typeof first) => rest;
    expect(bare(again)).toEqual(bare(first));
    expect(first.json).toMatchObject({ customers: 95, sampled: 40 });
    expect(bare(other).clusters).not.toEqual(bare(first).clusters);
  });

  thoroughly.test('keeps nothing', async () => {
    const count = async () =>
      service.database.query(
        'select (select count(*) from model_versions)::int as versions, (select count(*) from training_runs)::int as runs',
      );
    const before = await count();
    await explore(asked);
    expect(await count()).toEqual(before);
  });
});

usually.describe('what cannot be explored is refused by its field', () => {
  async function refused(change: object) {
    const answer = await explore({ ...asked, ...change });
    expect(contractFaults('exploreSegments', answer)).toEqual([]);
    return answer;
  }

  test.each([
    ['too many clusters', { clusters: 17 }, '/clusters'],
    ['one cluster', { clusters: 1 }, '/clusters'],
    ['an unknown feature', { features: ['recency', 'height'] }, '/features/1'],
    ['a feature twice', { features: ['recency', 'recency'] }, '/features'],
    ['no feature', { features: [] }, '/features'],
    ['no weight', { weights: { recency: 0 } }, '/weights/recency'],
    ['more than may be sampled', { sample: 20_001 }, '/sample'],
  ])('for its form: %s', async (_, change, field) => {
    const { status, json } = await refused(change);
    expect([status, json.errors.map((error: any) => error.field)]).toEqual([400, [field]]);
  });

  test.each([
    ['a feature that the facts cannot tell', { features: ['recency', 'discountShare'] }, '/features/1', /list price/],
    ['more clusters than were sampled', { sample: 3, clusters: 4 }, '/clusters', /the 3 sampled customers/],
    ['more clusters than there are', { as_of: '2025-06-18T00:00:00Z', clusters: 16 }, '/clusters', /with an order/],
    ['more clusters than differ', { features: ['weekendShare'], clusters: 16 }, '/clusters', /that differ/],
    ['a weight of none of them', { weights: { breadth: 2 } }, '/weights/breadth', /not named/],
    ['the future', { as_of: '2100-01-01T00:00:00Z' }, '/as_of', /future/],
  ])('for what there is: %s', async (_, change, field, message) => {
    const { status, json } = await refused(change);
    expect([status, json.errors]).toEqual([409, [{ field, message: expect.stringMatching(message) }]]);
  });

  test('who may only ask for recommendations explores nothing', async () => {
    expect((await explore(asked, 'recommend')).status).toBe(403);
  });
});

thoroughly.describe('its process', () => {
  test('is one at a time, and the next may come when it has ended', async () => {
    const [one, other] = await Promise.all([explore(asked), explore(asked)]);
    expect([one.status, other.status].sort()).toEqual([200, 429]);
    const busy = one.status === 429 ? one : other;
    expect(contractFaults('exploreSegments', busy)).toEqual([]);
    expect(Number(busy.headers['retry-after'])).toBeGreaterThan(0);
    expect((await explore(asked)).status).toBe(200);
  });

  test('may die without harm: others are answered meanwhile, who waits is told, and the next one works', async () => {
    const { explorations } = service.stations.training;
    const waiting = explore(asked);
    const processId = await until(async () => explorations.processId());
    expect((await send(service.url, { method: 'GET', path: '/livez' })).status).toBe(200);
    process.kill(processId, 'SIGKILL');
    const answer = await waiting;
    expect([answer.status, contractFaults('exploreSegments', answer)]).toEqual([503, []]);
    expect(answer.json.detail).toMatch(/SIGKILL/);
    expect((await explore(asked)).status).toBe(200);
  });

  test('may take longer than a connection may else be silent', async () => {
    const usual = service.server.timeout;
    service.server.setTimeout(100);
    try {
      const started = performance.now();
      const { status } = await explore(asked);
      expect([status, performance.now() - started > 100]).toEqual([200, true]);
    } finally {
      service.server.setTimeout(usual);
    }
  });

  const withOther = (change: { trainerMemoryMb?: number }, options?: { withinMs: number }) =>
    createExplorations(
      {
        db: service.database,
        connectionString: service.connectionString,
        config: { ...service.config, ...change },
        clock: () => new Date(),
        log: createLogger('silent'),
        trainerEntry,
      },
      options,
    );
  const request = { features: ['recency'], clusters: 2, asOf: new Date(end) } as const;

  test('has bounds of memory and time, and says which it met', async () => {
    await expect(withOther({ trainerMemoryMb: 8 }).explore(request)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/8 MB of memory/),
    });
    const slow = withOther({}, { withinMs: 20 });
    await expect(slow.explore(request)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/longer than 0.02 s/),
    });
    expect(slow.processId()).toBeUndefined();
  });

  // Would see: a process that works for nobody, while who has thought better of it is told to wait.
  test('ends when nobody waits for it any more, and the next may come at once', async () => {
    const { explorations } = service.stations.training;
    // A process that stands still has its end before it, until it goes on.
    const isToEnd = (processId: number) =>
      (Number(`0x${/^ShdPnd:\s*(\w+)/m.exec(statusOf(processId))?.[1]}`) & (1 << (15 - 1))) !== 0;
    /** @returns the process that stands still, told to end, nobody waiting for it; undefined if it was done before that */
    const leave = async () => {
      const leaving = new AbortController();
      const left = fetch(service.url + path, {
        method: 'POST',
        headers: { ...service.as('train'), 'Content-Type': 'application/json' },
        body: JSON.stringify(asked),
        signal: leaving.signal,
      }).then(
        () => 'answered',
        ({ name }) => name,
      );
      const processId = await until(async () => explorations.processId());
      process.kill(processId, 'SIGSTOP');
      leaving.abort();
      if ((await left) !== 'AbortError' || explorations.processId() !== processId) return undefined;
      return until(async () => isToEnd(processId) && processId).catch((error) => {
        if (error.code !== 'ENOENT') throw error;
        return undefined;
      });
    };
    const processId = await until(leave);
    process.kill(processId, 'SIGCONT');
    await until(async () => explorations.processId() === undefined);
    expect((await explore(asked)).status).toBe(200);
  });

  test('ends with its service', async () => {
    const other = withOther({});
    const failed = expect(other.explore(request)).rejects.toMatchObject({ code: 'unavailable' });
    const processId = await until(async () => other.processId());
    await other.stop();
    await failed;
    expect(() => process.kill(processId, 0)).toThrow('ESRCH');
  });
});

thoroughly.describe('pannier explore', () => {
  const pannier = (line: string) => runCli(service.connectionString, line);

  test('shows the same as a table, and as JSON', async () => {
    const line = `explore --feature recency frequency monetary=2 --clusters 3 --as-of ${asOf}`;
    const { code, out } = await pannier(line);
    expect([code, out]).toEqual([0, expect.stringMatching(/^3 clusters of 95 customers, silhouette 0\.\d{3}\n/)]);
    expect(out).toMatch(/^1 +45 +47\.4 % /m);
    expect(out).toMatch(/^all +95 +100\.0 % /m);
    const { json } = await pannier(`--json ${line}`);
    const { watermark: _, ...told } = (await explore({ ...asked, weights: { monetary: 2 } })).json;
    expect(json).toMatchObject(told);
  });

  test('names what is wrong', async () => {
    expect(await pannier('explore --feature recency height --clusters 3')).toMatchObject({
      code: 2,
      errors: expect.stringMatching(/features\/1 must be one of recency/),
    });
    expect(await pannier('explore --feature recency=0 --clusters 3')).toMatchObject({
      code: 2,
      errors: expect.stringMatching(/weights\/recency/),
    });
    expect(await pannier('explore --feature recency --clusters 17')).toMatchObject({
      code: 2,
      errors: expect.stringMatching(/from 2 to 16/),
    });
  });
});
