import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openSeveralShops, type SeveralShops } from '../../support/shops/several-shops.ts';
import { until } from '../../support/shops/training-shop.ts';

/** Fewer connections of a purpose than shops. */
const names = ['north', 'south', 'east', 'west'];
/** Two for each of four purposes, one that each shop keeps, and one that listens. */
const bound = 2 * 4 + names.length + 1;

let shops: SeveralShops;
beforeAll(async () => {
  const settings = { PANNIER_SCHEMA: 'pannier' };
  const [first, ...others] = names;
  shops = await openSeveralShops(
    { [first]: { settings }, ...Object.fromEntries(others.map((name) => [name, {}])) },
    { PANNIER_POOL_SIZE: '2' },
  );
}, 60_000);
afterAll(() => shops.stop());

/** The connections of this process that the server has while `work` is done: how many at once, and how many there were. */
async function countConnections(work: () => Promise<unknown>): Promise<{ most: number; known: number }> {
  const known = new Set<number>();
  const counts: number[] = [];
  let isOver = false;
  const watching = (async () => {
    while (!isOver) {
      const rows = await shops.store.database.query<{ pid: number }>(
        'select pid from pg_stat_activity where datname = current_database() and application_name = $1 and pid <> pg_backend_pid()',
        [`pannier ${process.pid}`],
      );
      for (const { pid } of rows) known.add(pid);
      counts.push(rows.length);
    }
  })();
  await work();
  isOver = true;
  await watching;
  expect(counts.length).toBeGreaterThan(20);
  return { most: Math.max(...counts), known: known.size };
}

// Would see: what each shop looks for every second on connections that they take from each other, some ninety a second for twenty shops.
test('shops that nobody asks take no connections from each other', async () => {
  const rest = () => new Promise((resolve) => setTimeout(resolve, 2_000));
  // What a start leaves to be done is done.
  await rest();
  const { most, known } = await countConnections(rest);
  expect(most).toBeLessThanOrEqual(bound);
  // Rounds of housekeeping may fall into it; what is looked for every second would make three times as many.
  expect(known).toBeLessThanOrEqual(2 * bound);
});

test('all nights pass, one at a time, beside one that breaks and another shop that holds the connections for long work', async () => {
  const [broken, busy] = [shops.shop('south'), shops.shop('west')];
  for (const name of names) {
    await shops.shop(name).database.query(
      `insert into leases (name, holder, expires_at, done_for) values ('night', '', '-infinity', '2020-01-01')
       on conflict (name) do update set done_for = '2020-01-01'`,
    );
  }
  await broken.database.query('alter table orders rename to orders_away');
  const lastRuns = () =>
    Promise.all(names.map(async (name) => (await shops.shop(name).stations.training.listRuns(1))[0]));
  const { most } = await countConnections(async () => {
    const held = busy.database.query('select pg_sleep(3)');
    for (const name of names) await shops.shop(name).stations.training.startSchedule();
    await until(async () => (await lastRuns()).every((run) => run && run.status !== 'running'), 90_000, 100);
    await held;
  });
  expect(most).toBeLessThanOrEqual(bound);
  const runs = await lastRuns();
  expect(runs.map(({ status }) => status === 'failed')).toEqual(names.map((name) => name === 'south'));
  const inOrder = runs.toSorted((one, other) => one.startedAt.getTime() - other.startedAt.getTime());
  for (const [place, run] of inOrder.entries()) {
    if (place > 0) expect(run.startedAt.getTime()).toBeGreaterThanOrEqual(inOrder[place - 1].finishedAt!.getTime());
  }
}, 120_000);
