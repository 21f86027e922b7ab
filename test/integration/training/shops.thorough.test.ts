import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { TrainingRequest, TrainingRun } from '../../../src/training/index.ts';
import { createTestService, type TestService } from '../../support/service/service.ts';
import { hardlySearched } from '../../support/shops/training-shop.ts';

/** Shops unlike the usual one: each must get through its night. */
let service: TestService;
beforeEach(async () => {
  service = await createTestService();
});
afterEach(() => service.stop());

const dayMs = 86_400_000;
const now = Date.now();

async function train(request: TrainingRequest = {}): Promise<TrainingRun> {
  const { training } = service.stations;
  const { trainingRunId } = await training.startRun({ recipes: hardlySearched, ...request });
  return training.waitForRun(trainingRunId);
}

/** Orders of two goods each, one a step, the last one a step before `end`. */
async function sell(options: { orders: number; stepMs: number; end: number; customers: number }) {
  const { orders, stepMs, end, customers } = options;
  const elements = Array.from({ length: orders }, (_, index) => ({
    order_id: `O${index}`,
    ...(customers > 0 && { customer_id: `C${index % customers}` }),
    occurred_at: new Date(end - (orders - index) * stepMs).toISOString(),
    lines: [index % 4, 4 + (index % 3)].map((item) => ({ item_id: `I${item}`, quantity: 1, unit_price: '2.50' })),
  }));
  const { counts } = await service.stations.intake.recordOrders(elements);
  expect(counts).toMatchObject({ in: orders, facts: orders });
}

test('a young shop, younger than the window of the evaluation', async () => {
  await sell({ orders: 100, stepMs: dayMs / 10, end: now, customers: 20 });
  const run = await train();
  expect(run).toMatchObject({ status: 'succeeded', error: null });
  expect(run.verdict).toMatchObject({ passed: true, reason: expect.stringMatching(/too few/i) });
  expect(run.releaseId).not.toBeNull();
});

test('a shop of guests: rules and popularity are learnt and published without any customer', async () => {
  await sell({ orders: 200, stepMs: dayMs / 2, end: now, customers: 0 });
  const run = await train();
  expect(run).toMatchObject({ status: 'succeeded', error: null });
  expect(run.releaseId).not.toBeNull();
  await service.stations.recommendations.refresh();
  expect(await service.stations.recommendations.isServing()).toMatchObject({ release: true });
});

test('data that ended fifteen years ago, without its as_of given', async () => {
  await sell({ orders: 200, stepMs: dayMs, end: now - 15 * 365 * dayMs, customers: 20 });
  const run = await train();
  expect(run).toMatchObject({ status: 'succeeded', error: null });
});

test('a data set of long ago, as of its end', async () => {
  const end = Date.UTC(2011, 8, 1);
  await sell({ orders: 300, stepMs: dayMs / 2, end, customers: 40 });
  const run = await train({ asOf: new Date(end) });
  expect(run).toMatchObject({ status: 'succeeded', error: null, counts: { orders: 300 } });
  expect(run.metrics['evaluation']).toMatchObject({ cut: '2011-08-04T00:00:00.000Z', customers: 40 });
});

test('a shop with one customer who buys one good', async () => {
  const { counts } = await service.stations.intake.recordOrders([
    {
      order_id: 'O1',
      customer_id: 'C1',
      occurred_at: new Date(now - 60 * dayMs).toISOString(),
      lines: [{ item_id: 'I1', quantity: 3, unit_price: '0.001' }],
    },
  ]);
  expect(counts.facts).toBe(1);
  expect(await train()).toMatchObject({ status: 'succeeded', error: null });
});

test('an empty shop is told so and publishes nothing that would push out what is there', async () => {
  const run = await train();
  expect(run.status).not.toBe('failed');
  expect(run.error).toBeNull();
});

test('a moment before all data does not empty what is served', async () => {
  await sell({ orders: 100, stepMs: dayMs, end: now, customers: 20 });
  const good = await train();
  expect(good).toMatchObject({ status: 'succeeded', error: null });
  const run = await train({ asOf: new Date(now - 5_000 * dayMs) });
  expect(run).toMatchObject({ status: 'refused', releaseId: null });
});
