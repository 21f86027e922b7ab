import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createTestService, type TestService } from '../../support/service/service.ts';
import { couponIsRight, publishSegments } from '../../support/shops/coupon-shop.ts';
import { unsearched } from '../../support/shops/training-shop.ts';
import { Disagreement, History, profiledCustomers, type Shop } from './history.ts';
import { categories, type Step, steps } from './steps.ts';

/**
 * Random histories are sent to the real service, and after every step its answers are compared with a plain book.
 *
 *     HISTORY_STEPS=200000 npm run test:thorough -- histories    other histories each time, by a seed that is printed
 *     HISTORY_SEED=7 npm run test:thorough -- histories          those of this seed
 *     HISTORY_AS_FOUND=1 …                          the first history that differs as it is, without looking for a smaller one
 *     HISTORY_SECONDS=150 …                         no longer than this
 *     HISTORY_WITHOUT=erase,reverse …               without these kinds of steps
 */
const stepsInAll = Number(process.env['HISTORY_STEPS'] ?? 1_000);
const seed = Number(process.env['HISTORY_SEED'] ?? (process.env['HISTORY_STEPS'] ? Date.now() % 2 ** 31 : 1));
/** Searching and looking for a smaller history end after so long. */
const interruptAfterTimeLimit = process.env['HISTORY_SECONDS'] && Number(process.env['HISTORY_SECONDS']) * 1_000;
const endOnFailure = process.env['HISTORY_AS_FOUND'] !== undefined;

/** A history has some 18 steps. */
const perHistory = 18;
/** Histories that share one training: their figures are looked at together. */
const perTraining = 200;

const time = { now: new Date('2026-03-02T09:00:00Z') };
let service: TestService;
let shop: Shop;
let histories = 0;

beforeAll(async () => {
  service = await createTestService({ clock: () => time.now });
  const folder = await mkdtemp(join(tmpdir(), 'pannier-histories-'));
  shop = { service, time, folder, happened: new Map() };
  const items = categories.map((category, number) => ({
    item_id: `item-${number}`,
    title: `Item ${number}`,
    category,
  }));
  await service.ask('ingest', 'PUT', '/v1/items', { items });
});
afterAll(async () => {
  await service.stop();
  await rm(shop.folder, { recursive: true, force: true });
});

/** Names for histories whose customers have a profile already. */
let names: string[] = [];

async function nextName(): Promise<string> {
  if (names.length === 0) {
    names = Array.from({ length: 100 }, () => `h${++histories}`);
    const ids = names.flatMap((name) => Array.from({ length: profiledCustomers }, (_, number) => `${name}-c${number}`));
    await service.ask('ingest', 'PUT', '/v1/customers', { customers: ids.map((customer_id) => ({ customer_id })) });
    const keys = await service.database.query<{ customer_key: number }>(
      'select customer_key from customers where customer_id = any($1::text[])',
      [ids],
    );
    const segments = keys.map(({ customer_key: customerKey }) => ({ ...couponIsRight, customerKey }));
    await publishSegments(service.database, segments);
    await service.stations.recommendations.refresh();
    // As by the notice of a publication, to which a service in a test does not listen.
    service.stations.releases.forget();
  }
  return names.shift()!;
}

async function live(happens: readonly Step[]): Promise<History> {
  const history = new History(shop, await nextName());
  for (const step of happens) await history.take(step);
  await history.compareAll();
  return history;
}

interface Lived {
  happens: readonly Step[];
  history: History;
}

/** R, F and M of everybody as of a moment, by a segmentation that is trained as of then. */
async function compareFigures(lived: readonly Lived[], asOf: number): Promise<void> {
  const recipes = { segmentation: unsearched.segmentation };
  const request = { models: ['segmentation'], as_of: new Date(asOf).toISOString(), recipes };
  const { json } = await service.ask('train', 'POST', '/v1/training-runs', request);
  const run = await service.stations.training.waitForRun(json.training_run_id);
  expect([run.status, run.error]).toEqual(['succeeded', null]);
  await service.stations.recommendations.refresh();
  service.stations.releases.forget();
  // What is published now takes the place of the profiles that histories begin with.
  names = [];
  for (const { happens, history } of lived) {
    try {
      await history.compareFigures(asOf);
    } catch (error) {
      if (!(error instanceof Disagreement) || endOnFailure) throw error;
      throw await smallest(happens, Math.ceil(happens.length / 2), error);
    }
  }
}

/** The smallest part of a history after which the figures still differ: parts are left out, first large ones. */
async function smallest(happens: readonly Step[], part: number, error: Error): Promise<Error> {
  for (let from = 0; from < happens.length; from += part) {
    const fewer = happens.toSpliced(from, part);
    try {
      const history = await live(fewer);
      const today = passMinute();
      passMinute();
      await history.end();
      await compareFigures([{ happens: [], history }], today);
      await compareFigures([{ happens: [], history }], passMinute());
    } catch (next) {
      if (!(next instanceof Disagreement)) throw next;
      return smallest(fewer, Math.min(part, Math.ceil(fewer.length / 2)), next);
    }
  }
  return part > 1 ? smallest(happens, Math.ceil(part / 2), error) : error;
}

function passMinute(): number {
  time.now = new Date(time.now.getTime() + 61_000);
  return time.now.getTime();
}

const mustHappen = [
  'decision: coupon',
  'orders merged',
  'orders quarantined',
  'redemption of issued code',
  'redemption of single code',
  'redemption of shared code',
  'redemption of several at once',
  'redemption restated',
  'redemption refused: limit-reached',
  'redemption refused: gives-nothing',
  'redemption refused: not-this-customer',
  'redemption refused: not-combinable',
  'refunds accepted',
  'refunds merged',
  'release 200',
  'reversal 409',
  'reversal of several redemptions',
  'row of a file: merged',
];

test(
  'whatever happens, the service says what a plain book says',
  async () => {
    const started = Date.now();
    let taken = 0;
    for (let round = 0; taken < stepsInAll; round++) {
      const lived: Lived[] = [];
      await fc.assert(
        fc.asyncProperty(steps, async (happens) => {
          lived.push({ happens, history: await live(happens) });
          taken += happens.length;
        }),
        {
          seed: seed + round,
          numRuns: Math.min(perTraining, Math.ceil((stepsInAll - taken) / perHistory)),
          endOnFailure,
          ...(interruptAfterTimeLimit && { interruptAfterTimeLimit }),
        },
      );
      // "A refund of tomorrow changes nothing about training on today": what is refunded after `today` is not seen as of then.
      const today = passMinute();
      passMinute();
      for (const { history } of lived) await history.end();
      await compareFigures(lived, today);
      await compareFigures(lived, passMinute());
      const { json } = await service.ask('admin', 'GET', '/v1/coupon-ledger/check');
      expect(json).toMatchObject({ consistent: true, differences: [] });
      if (interruptAfterTimeLimit && Date.now() - started > interruptAfterTimeLimit) break;
    }
    const happened = [...shop.happened].sort().map(([what, times]) => `${String(times).padStart(7)} ${what}`);
    const took = `seed ${seed}, ${taken} steps in ${Math.round((Date.now() - started) / 1_000)} s`;
    console.log([took, ...happened].join('\n'));
    // That much has come about, or the histories would say little; what is rare may be missing from a few of another seed.
    if (taken >= (seed === 1 ? 2_000 : 10_000))
      expect(mustHappen.filter((what) => !shop.happened.has(what))).toEqual([]);
  },
  600_000 + stepsInAll * 500,
);
