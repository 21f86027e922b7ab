import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { type CampaignElement, type Coupons, createCoupons, replayDecisions } from '../../../src/coupons/index.ts';
import { selectDifferences } from '../../../src/coupons/ledger/store.ts';
import { type Database, migrate } from '../../../src/db/index.ts';
import { projectPath } from '../../../src/project.ts';
import { story } from '../../support/jest/story.ts';
import { createTestDatabase, type TestDatabase } from '../../support/service/database.ts';
import { campaign, makeSharedCode, redeem, refusalOf } from '../../support/shops/coupon-shop.ts';
import { createOldSchema } from '../../support/upgrades/old-schema.ts';

/** The last before campaigns were parted into terms and counters. */
const before = 31;

/** Rows as the code of before wrote them, table by table: see the fixture's note. */
async function fill(database: Database): Promise<void> {
  const file = projectPath('test', 'fixtures', 'coupons-before-terms.ndjson.gz');
  const lines = gunzipSync(readFileSync(file)).toString().trimEnd().split('\n');
  for (const line of lines) {
    const { table, row } = JSON.parse(line) as { table: string; row: Record<string, unknown> };
    const columns = Object.keys(row).join(', ');
    await database.query(
      `insert into ${table} (${columns}) overriding system value select ${columns} from json_populate_record(null::${table}, $1::json)
       on conflict do nothing`,
      [JSON.stringify(row)],
    );
  }
  const sequences = await database.query<{ name: string; table: string; column: string }>(
    `select pg_get_serial_sequence(table_name, column_name) as name, table_name as table, column_name as column
     from information_schema.columns where table_schema = current_schema() and is_identity = 'YES'`,
  );
  for (const { name, table, column } of sequences) {
    await database.query(`select setval('${name}', coalesce(max(${column}), 0) + 1, false) from ${table}`);
  }
}

let testDatabase: TestDatabase;
let database: Database;
let coupons: Coupons;
const time = { now: new Date('2026-03-10T12:30:00Z') };
beforeAll(async () => {
  testDatabase = await createTestDatabase();
  database = await createOldSchema(testDatabase.connectionString, 'before_terms', before);
  await fill(database);
  await migrate(database);
  coupons = createCoupons({
    db: database,
    clock: () => time.now,
    config: { minorDigits: 2, timeZone: 'UTC' },
    lowerPricedItems: async () => [],
    itemsForScope: () => new Set(),
  });
});
afterAll(async () => {
  await database?.close();
  await testDatabase.drop();
});

const tenth: Partial<CampaignElement> = {
  discount: { type: 'percent', percent: 10, maximum_discount: '5.00' },
  budget: { coupons: 10, money: '40.00' },
  limit_per_customer: 2,
  priority: 2,
  minimum_spend: '8.00',
  limits: [{ per: 'customer', period: 'week', units: 2 }],
  time_zone: 'Europe/Berlin',
};
const changed: Partial<CampaignElement> = { ...tenth, discount: { type: 'amount', amount: '1.00' } };
let orders = 0;
const order = (customer_id: string) => ({ order_id: `new ${orders++}`, customer_id });

story('coupons of before campaigns had terms', (step) => {
  step('are what they were: counters, and every decision made again', async () => {
    // Eight were issued: two redeemed at 2.00 each, of which 0.50 went back, one released.
    const read = await coupons.readCampaign('tenth');
    expect(read).toMatchObject({ version: 1, couponBudget: 10, moneyBudgetMinor: 4_000, since: read.createdAt });
    expect(read.counters).toEqual({
      issued: 7,
      redeemed: 2,
      expired: 0,
      released: 1,
      reversed: 0,
      moneyReservedMinor: 2_500,
      moneyRedeemedMinor: 400,
      moneyReversedMinor: 50,
    });
    expect(await selectDifferences(database)).toEqual([]);
    expect(await replayDecisions(database, 100)).toEqual({ replayed: 21, equal: 21, otherRules: 0, differing: [] });
    expect(await coupons.readDecision('1')).toMatchObject({
      coupon: { campaignId: 'tenth' },
      campaigns: [{ campaignId: 'tenth', version: 1 }, { version: 1 }, { version: 1 }],
    });
  });

  step('the same campaign sent again is the same', async () => {
    expect(await coupons.createCampaign(campaign('tenth', tenth))).toMatchObject({ version: 1 });
    expect(await coupons.changeCampaign('tenth', campaign('tenth', tenth))).toMatchObject({ version: 1 });
    const next = await coupons.createCampaign(campaign('next', { limits: [{ per: 'code', period: 'day', units: 1 }] }));
    expect(next.campaignKey).toBe(8);
    expect(await database.query(`select count(*) from campaigns where campaign_key <> terms_key`)).toEqual([
      { count: 0 },
    ]);
  });

  step('what was issued keeps its terms when they change', async () => {
    expect(await coupons.changeCampaign('tenth', campaign('tenth', changed))).toMatchObject({ version: 2 });
    const [old] = await database.query<{ code: string }>(
      `select code from coupons join customers using (customer_key) join coupon_uses using (coupon_key)
       where customer_id = 'eva' and state = 'reserved' and coupons.campaign_key = 5`,
    );
    expect(await redeem(coupons, { code: old.code, ...order('eva') })).toMatchObject({ discountMinor: 200 });
    await makeSharedCode(coupons, 'tenth', 'ONEOFF');
    expect(await redeem(coupons, { code: 'ONEOFF', ...order('cem') })).toMatchObject({ discountMinor: 100 });
    // Ann holds two, cem now two as well: counters go on where they were.
    for (const customer of ['ann', 'cem']) {
      const refused = refusalOf(redeem(coupons, { code: 'ONEOFF', ...order(customer) }));
      expect(await refused).toEqual({ code: 'coupon_not_redeemable', fields: ['/code'] });
    }
    expect(await replayDecisions(database, 100)).toMatchObject({ replayed: 21, equal: 21 });
    expect(await selectDifferences(database)).toEqual([]);
  });

  step('a code without an end of its own follows the end of its campaign, one with an end keeps it', async () => {
    await coupons.changeCampaign(
      'free',
      campaign('free', { discount: { type: 'free-shipping' }, budget: {}, valid_until: '2026-06-01T00:00:00Z' }),
    );
    time.now = new Date('2026-05-20T12:00:00Z');
    const { codes } = await coupons.qualify({ customer_id: 'bob', codes: ['SHIPFREE', 'SHIPAPRIL'] }, 1);
    expect(codes.map(({ outcome }) => outcome)).toEqual(['limit-reached', 'expired']);
    expect(await redeem(coupons, { code: 'SHIPFREE', ...order('dora') })).toMatchObject({ freeShipping: true });
  });

  step('what is reserved expires as it was to', async () => {
    // Of the tenth ann, cem, dora and dora; three of coffee; ann's and bob's free shipping.
    expect(await coupons.expireCoupons()).toBe(9);
    expect((await coupons.readCampaign('tenth')).counters).toMatchObject({
      issued: 4,
      expired: 4,
      moneyReservedMinor: 0,
    });
    expect(await selectDifferences(database)).toEqual([]);
  });
});
