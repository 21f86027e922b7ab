import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { seededRandom } from '../../../models/random.ts';
import { selectDifferences } from '../../../src/coupons/ledger/store.ts';
import { projectPath } from '../../../src/project.ts';
import { type CouponShop, campaign, openCouponShop } from '../../support/shops/coupon-shop.ts';

const customers = 20_000;
const budget = 12_000;
const kills = 10;

let shop: CouponShop;
beforeEach(async () => {
  shop = await openCouponShop({ customers: {} });
});
afterEach(() => shop.stop());

// Would see: a place that is written beside the decisions and not with them, so that a kill between gives twice or not at all.
test('a giving that is killed ten times gives each exactly once, within its budget', async () => {
  const { db, connectionString, coupons, time } = shop;
  await db.query(`insert into customers (customer_id) select 'c' || n from generate_series(1, ${customers}) as n`);
  const terms = { policy: 'everyone', control_share: 0.2, budget: { coupons: budget } } as const;
  await coupons.createCampaign(
    campaign('all', { ...terms, valid_from: '2026-01-01T00:00:00Z', valid_until: '2100-01-01T00:00:00Z' }),
  );
  time.now = new Date();
  const env = {
    ...process.env,
    DATABASE_URL: connectionString,
    PANNIER_SCHEMA: 'pannier',
    PANNIER_LOG_LEVEL: 'silent',
  };
  const start = () => {
    const line = ['coupons', 'give', '--campaign', 'all', '--giving', 'g', '--json'];
    return spawn(process.execPath, [projectPath('dist/service/cli.js'), ...line], { env, stdio: 'ignore' });
  };
  const random = seededRandom(20_261_129);
  let killed = 0;
  while (killed < kills) {
    const before = await decided();
    const child = start();
    const ended = once(child, 'exit');
    while ((await decided()) === before && child.exitCode === null) await new Promise((wait) => setTimeout(wait, 5));
    await new Promise((wait) => setTimeout(wait, random() * 150));
    if (child.exitCode !== null) break;
    child.kill('SIGKILL');
    await ended;
    killed++;
    expect(await selectDifferences(db)).toEqual([]);
    // The lease of the dead is over at once, and not after its seconds.
    await db.query(`update campaign_givings set lease_until = '-infinity'`);
  }
  expect(killed).toBe(kills);
  const [code] = await once(start(), 'exit');
  expect(code).toBe(0);

  const { status, outcomes } = await coupons.readGiving('all', 'g');
  expect(status).toBe('finished');
  expect(outcomes.granted).toBe(budget);
  const [counts] = await db.query<Record<string, number>>(
    `select (select count(*)::int from giving_customers) as given, (select count(*)::int from coupon_decisions) as decisions,
       (select count(distinct customer_key)::int from coupon_decisions) as decided, (select count(*)::int from coupons) as coupons,
       (select count(distinct customer_key)::int from coupons) as holders, (select issued from campaigns) as issued`,
  );
  expect(counts).toEqual({
    given: customers,
    decisions: customers,
    decided: customers,
    coupons: budget,
    holders: budget,
    issued: budget,
  });
  expect(await selectDifferences(db)).toEqual([]);

  async function decided(): Promise<number> {
    const [row] = await db.query<{ done: number }>('select count(*)::int as done from giving_customers');
    return row.done;
  }
});
