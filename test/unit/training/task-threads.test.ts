import { createHash } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect } from '@jest/globals';
import {
  type Facts,
  fitFamily,
  makeLists,
  recipe,
  resolveRecipe,
  type TaskRunner,
  tasksHere,
  tuneRecipe,
} from '../../../models/collaborative-filtering/index.ts';
import { seededRandom } from '../../../models/random.ts';
import { projectPath } from '../../../src/project.ts';
import { startTaskThreads } from '../../../src/training/engines/local/task-threads.ts';
import { thoroughly, usually } from '../../support/jest/thorough.ts';
import { until } from '../../support/shops/training-shop.ts';

/** Compiled like the trainer, for a thread is not reached by the tests' transform. */
const entry = pathToFileURL(projectPath('dist/service/training/engines/local/task-worker.js'));
const started: { stop(): Promise<void> }[] = [];
afterAll(() => Promise.all(started.map((threads) => threads.stop())));

function start(count: number, worker = entry) {
  const threads = startTaskThreads(worker, count);
  started.push(threads);
  return threads;
}

/** Customers of two tastes, over 120 days. */
function makeFacts(customerCount: number, itemCount: number, count: number): Facts {
  const random = seededRandom(1);
  const customers = Uint32Array.from({ length: count }, () => Math.floor(random() * customerCount));
  const rows = {
    customers,
    items: customers.map((customer) => 2 * Math.floor((random() ** 2 * itemCount) / 2) + (customer % 2)),
    ageDays: Float64Array.from({ length: count }, () => 120 * random()),
  };
  const counts = { customerCount, itemCount };
  return {
    behaviours: { ...rows, weights: new Float32Array(count).fill(1), ...counts },
    purchases: { ...rows, orders: Uint32Array.from(customers.keys()), orderCount: count, ...counts },
    sales: rows,
  };
}

const { methods } = recipe;
/** Every method, with little work, over two windows. */
const searched = {
  ...recipe,
  methods: {
    ...methods,
    ials: { ...methods.ials, dimensions: [8], epochs: 2 },
    'tifu-knn': { ...methods['tifu-knn'], maximumCustomers: 200 },
  },
  tuning: { ...recipe.tuning, trials: 2, customers: 700, windowDays: 20, windows: 2 },
};

async function madeBy(runner: TaskRunner, facts: Facts) {
  const tuned = await tuneRecipe(facts, searched, { seed: 1, runner });
  const blended = { rp3beta: 0.25, 'item-knn': 0.25, ials: 0.25, ease: 0, 'tifu-knn': 0.25 };
  const resolved = resolveRecipe(searched);
  const blend = Object.fromEntries(
    Object.entries(resolved.methods).map(([name, method]) => [
      name,
      { ...method, weight: blended[name as keyof typeof blended] ?? 0 },
    ]),
  ) as unknown as typeof resolved.methods;
  const { candidates } = fitFamily(facts, { ...resolved, methods: blend, candidates: 10 }, { seed: 1 });
  const digest = createHash('sha256');
  const chunks: number[] = [];
  const everybody = Uint32Array.from({ length: facts.behaviours.customerCount }, (_, customer) => customer);
  for await (const { customers, lists } of makeLists(runner, candidates, everybody)) {
    chunks.push(customers.length);
    for (const column of [customers, ...Object.values(lists)]) digest.update(column);
  }
  return { tuned, chunks, lists: digest.digest('hex') };
}

describe('threads that work on tasks', () => {
  thoroughly.test('choose the same recipe and make the same lists, however many they are', async () => {
    const facts = makeFacts(2_100, 40, 4_000);
    const here = await madeBy(tasksHere, facts);
    expect(here.tuned.customers).toBeGreaterThan(500);
    expect(here.tuned.trials.find(({ method }) => method === 'ranking')).not.toHaveProperty('refused');
    expect(here.chunks).toEqual([2_048, 52]);
    for (const count of [2, 3]) expect(await madeBy(start(count), facts)).toEqual(here);
  });

  usually.test('tell of a task that throws, and work on', async () => {
    const threads = start(1);
    await expect(threads.run('judgeTrial', {} as never)).rejects.toMatchObject({ name: 'TypeError' });
    const { candidates } = fitFamily(makeFacts(4, 4, 20), resolveRecipe(recipe), { seed: 1 });
    const { offsets } = await threads.run('listCandidates', { input: candidates, customers: Uint32Array.of(0, 3) });
    expect(offsets).toHaveLength(3);
  });

  usually.test('tell of a thread that ends, and start another', async () => {
    const dying = `import { parentPort } from 'node:worker_threads'; parentPort.on('message', () => process.exit(3));`;
    const threads = start(1, new URL(`data:text/javascript,${encodeURIComponent(dying)}`));
    for (let time = 0; time < 2; time++) {
      await expect(threads.run('listCandidates', {} as never)).rejects.toThrow('a thread ended with code 3');
    }
  });

  usually.test('are ended in the middle of a task, and give back what they hold', async () => {
    const busy = `import { parentPort } from 'node:worker_threads';
      parentPort.on('message', ({ input }) => { const held = new Uint8Array(2e8).fill(1); Atomics.add(input.begun, 0, 1); for (;;) held[0]++; });`;
    const threads = start(2, new URL(`data:text/javascript,${encodeURIComponent(busy)}`));
    const begun = threads.share(Int32Array.of(0));
    const before = process.memoryUsage().rss;
    const asked = [1, 2, 3].map(() => threads.run('listCandidates', { begun } as never));
    const over = Promise.allSettled(asked);
    await until(async () => Atomics.load(begun, 0) === 2);
    expect(process.memoryUsage().rss - before).toBeGreaterThan(3.5e8);
    await threads.stop();
    const reasons = (await over).map((each) => each.status === 'rejected' && String(each.reason));
    expect(reasons).toEqual([
      'Error: a thread ended with code 1',
      'Error: a thread ended with code 1',
      'Error: the threads are stopped',
    ]);
    expect(process.memoryUsage().rss - before).toBeLessThan(1e8);
  });
});
