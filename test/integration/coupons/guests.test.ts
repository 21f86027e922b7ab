import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { seededRandom } from '../../../models/random.ts';
import { type Decision, replayDecisions } from '../../../src/coupons/index.ts';
import type { Queryable, Transaction } from '../../../src/db/index.ts';
import { assign, controlSalt, selectArms } from '../../../src/experiments/index.ts';
import { createIntake, type Intake } from '../../../src/intake/intake.ts';
import { sized, usually } from '../../support/jest/thorough.ts';
import {
  type CouponShop,
  campaign,
  decide,
  goods,
  newOrderId,
  openCouponShop,
  redeem,
  refusalOf,
  reverse,
} from '../../support/shops/coupon-shop.ts';
import { until } from '../../support/shops/training-shop.ts';

let shop: CouponShop;
let intake: Intake;
beforeAll(async () => {
  shop = await openCouponShop({ customers: { anna: {}, ben: {}, cora: {} }, items: [{ item_id: 'tea' }] });
  const config = { timeZone: 'UTC', currency: 'EUR', minorDigits: 2, eventRetentionDays: 730 };
  intake = createIntake({
    db: shop.db,
    config,
    clock: () => shop.time.now,
    erase: (...person) => shop.erase(...person),
  });
});
afterAll(() => shop.stop());

/** Nothing is left open, whatever a test did: counters are what ledger and uses add up to, and each decision comes out again. */
async function checkAll() {
  expect((await shop.coupons.checkLedger()).differences).toEqual([]);
  const report = await replayDecisions(shop.db, 10_000);
  expect([report.equal, report.differing]).toEqual([report.replayed, []]);
}

let events = 0;
/** What the collector sends: a visitor looks at tea, signed in or not. */
async function see(visitor_id: string, customer_id?: string) {
  const event = { event_id: `event ${events++}`, type: 'view' as const, item_id: 'tea', visitor_id };
  const { verdicts } = await intake.recordEvents([
    { ...event, ...(customer_id && { customer_id }), occurred_at: shop.time.now.toISOString() },
  ]);
  expect(verdicts[0].status).toBe('accepted');
}

const open = { guests: true, policy: 'everyone' as const };
const ask = (campaignId: string, who: { customer_id?: string; visitor_id?: string }) =>
  decide(shop.coupons, { ...who, campaign_ids: [campaignId] });
const outcome = async (...asked: Parameters<typeof ask>) => (await ask(...asked)).campaigns[0].outcome;

beforeEach(() => {
  shop.time.now = new Date(shop.time.now.getTime() + 60_000);
});

usually.test('a guest is given what a campaign has for guests, once events have told of the visitor', async () => {
  const { coupons } = shop;
  await coupons.createCampaign(campaign('hello', open));
  await coupons.createCampaign(campaign('closed', { policy: 'everyone' }));
  await coupons.createCampaign(campaign('needed', { guests: true, policy: 'by-cause' }));
  const grouped = campaign('grouped', { ...open, target_groups: ['ordinary'], target_segments: ['list-vips'] });
  expect((await refusalOf(coupons.createCampaign(grouped))).fields).toEqual(['/target_groups', '/target_segments']);
  await coupons.createCampaign(campaign('first', { guests: true, policy: 'first-order' }));
  expect(await outcome('hello', {})).toBe('not-needed');
  expect(await outcome('hello', { visitor_id: 'v1' })).toBe('not-needed');
  await see('v1');
  const { coupon, visitorId, customerId, cause, decisionId } = await ask('hello', { visitor_id: 'v1' });
  expect([visitorId, customerId, cause]).toEqual(['v1', null, 'guest']);
  expect(await outcome('hello', { visitor_id: 'v1' })).toBe('customer-limit-reached');
  expect(await outcome('closed', { visitor_id: 'v1' })).toBe('not-for-guests');
  expect(await outcome('needed', { visitor_id: 'v1' })).toBe('not-needed');
  expect(await outcome('first', { visitor_id: 'v1' })).toBe('granted');
  expect(await coupons.readDecision(String(decisionId))).toMatchObject({ visitorId: 'v1', customerId: null });

  const told = await coupons.qualify({ visitor_id: 'v1', campaign_ids: ['hello'], codes: [coupon!.code] }, 1);
  expect([told.campaigns[0].outcome, told.codes[0].outcome]).toEqual(['customer-limit-reached', 'qualifies']);
  const lines = goods('20.00');
  const code = coupon!.code;
  const to = (who: object) => ({ code, order_id: 'order of v1', lines, customer_id: undefined, ...who });
  expect((await refusalOf(redeem(coupons, to({})))).fields).toEqual(['/customer_id']);
  await see('v2');
  expect((await refusalOf(redeem(coupons, to({ visitor_id: 'v2' })))).fields).toEqual(['/customer_id']);
  expect((await refusalOf(redeem(coupons, to({ customer_id: 'anna' })))).fields).toEqual(['/customer_id']);
  const { redemptionId, discountMinor } = await redeem(coupons, to({ visitor_id: 'v1' }));
  expect(discountMinor).toBe(300);
  await reverse(coupons, { reversal_id: 'of v1', redemption_id: String(redemptionId) });
  expect(await outcome('hello', { visitor_id: 'v1' })).toBe('granted');
  await expect(coupons.changeCampaign('hello', campaign('hello', { policy: 'everyone' }))).rejects.toThrow(
    '/guests is true and cannot change',
  );
  await checkAll();
});

usually.test('who orders as a visitor has ordered', async () => {
  await shop.coupons.createCampaign(campaign('first', { guests: true, policy: 'first-order' }));
  await see('buyer');
  const order = { order_id: 'O1', visitor_id: 'buyer', occurred_at: shop.time.now.toISOString(), currency: 'EUR' };
  await intake.recordOrders([{ ...order, lines: [{ item_id: 'tea', quantity: 1, unit_price: '3.00' }] }]);
  expect(await outcome('first', { visitor_id: 'buyer' })).toBe('refused-by-policy');
});

usually.describe('a guest who signs in', () => {
  test('has one coupon at most, counted once, and keeps the arm', async () => {
    const { coupons, db } = shop;
    const made = await coupons.createCampaign(campaign('one', { ...open, control_share: 0.4 }));
    const [{ salt }] = await db.query<{ salt: string }>(`select salt from holdouts where kind = 'coupons'`);
    const isControl = (id: string) => assign(controlSalt(salt, 'one'), id, 0.4);
    const names = Array.from({ length: 40 }, (_, n) => n);
    const visitors = names.map((n) => `browser ${n}`);
    await Promise.all(visitors.map((id) => see(id)));
    const first = await Promise.all(visitors.map((visitor_id) => outcome('one', { visitor_id })));
    expect(first).toEqual(visitors.map((id) => (isControl(id) ? 'control-group' : 'granted')));
    shop.time.now = new Date(shop.time.now.getTime() + 60_000);
    await Promise.all(visitors.map((id, n) => see(id, `signed in ${n}`)));
    const expected = visitors.map((id) => (isControl(id) ? 'control-group' : 'customer-limit-reached'));
    // The arm by their own id would be another one for many.
    expect(names.some((n) => isControl(visitors[n]) !== isControl(`signed in ${n}`))).toBe(true);
    const byName = await Promise.all(names.map((n) => outcome('one', { customer_id: `signed in ${n}` })));
    expect(byName).toEqual(expected);
    const byVisitor = await Promise.all(visitors.map((visitor_id) => ask('one', { visitor_id })));
    expect(byVisitor.map(({ campaigns: [{ outcome: told }] }) => told)).toEqual(expected);
    expect(byVisitor.map(({ customerId }) => customerId)).toEqual(names.map((n) => `signed in ${n}`));
    // The effect is that of customers who were first considered by name.
    expect(await selectArms(db, made.experimentKey)).toEqual([]);
    await checkAll();
  });

  test('has no coupon that the control of another campaign is kept from', async () => {
    const { coupons } = shop;
    await coupons.createCampaign(campaign('keeper', { ...open, control_share: 0.5, isolation: 'all' }));
    await coupons.createCampaign(campaign('kept from', open));
    const ids = Array.from({ length: 12 }, (_, n) => `kept ${n}`);
    for (const id of ids) await see(id);
    for (const [n, id] of ids.entries()) {
      const arm = await outcome('keeper', { visitor_id: id });
      const other = arm === 'control-group' ? 'control-of-another' : 'granted';
      expect(await outcome('kept from', { visitor_id: id })).toBe(other);
      if (arm !== 'control-group') continue;
      await see(id, `keeps ${n}`);
      expect(await outcome('kept from', { customer_id: `keeps ${n}` })).toBe('control-of-another');
    }
  });

  test('redeems it by name, before or after a link tells; as two visitors one of both', async () => {
    const { coupons } = shop;
    await coupons.createCampaign(campaign('two', open));
    for (const id of ['phone', 'laptop', 'till']) await see(id);
    const codeOf = async (visitor_id: string) => (await ask('two', { visitor_id })).coupon!.code;
    const [phone, laptop, till] = [await codeOf('phone'), await codeOf('laptop'), await codeOf('till')];
    const by = (code: string, who: object) =>
      redeem(coupons, { code, order_id: newOrderId(), lines: goods('9.00'), customer_id: undefined, ...who });
    // Nobody has told yet that it is Cora's phone: she names it.
    expect((await by(phone, { customer_id: 'cora', visitor_id: 'phone' })).discountMinor).toBe(300);
    expect(await outcome('two', { customer_id: 'cora' })).toBe('customer-limit-reached');
    shop.time.now = new Date(shop.time.now.getTime() + 60_000);
    await see('laptop', 'cora');
    expect((await refusalOf(by(laptop, { customer_id: 'cora' }))).code).toBe('coupon_not_redeemable');
    expect((await refusalOf(by(laptop, { visitor_id: 'laptop' }))).code).toBe('coupon_not_redeemable');
    await see('till', 'ben');
    expect((await refusalOf(by(till, { customer_id: 'cora', visitor_id: 'till' }))).fields).toEqual(['/customer_id']);
    expect((await by(till, { customer_id: 'ben' })).discountMinor).toBe(300);
    await checkAll();
  });

  test("what was given long before the first sign of a customer stays the visitor's", async () => {
    const { coupons } = shop;
    await coupons.createCampaign(campaign('long', open));
    await see('old');
    expect(await outcome('long', { visitor_id: 'old' })).toBe('granted');
    shop.time.now = new Date(shop.time.now.getTime() + 31 * 86_400_000);
    await see('old', 'late');
    expect(await outcome('long', { customer_id: 'late' })).toBe('granted');
    await checkAll();
  });
});

usually.describe('what is told between the reading and the writing of a decision', () => {
  /** Works while somebody else's write waits for what `lock` holds. */
  async function whileWaiting(
    lock: string,
    asking: () => Promise<unknown>,
    work: (tx: Transaction) => Promise<unknown>,
  ) {
    let asked: Promise<unknown> | undefined;
    await shop.db.transaction(async (tx) => {
      await tx.query(lock);
      asked = asking();
      await until(async () => {
        const [{ waiting }] = await shop.db.query<{ waiting: number }>(
          `select count(*)::int as waiting from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
        );
        return waiting > 0;
      });
      await work(tx);
    });
    return asked;
  }
  const link = (db: Queryable, visitor: string, customer: string) =>
    db.query(
      `insert into identity_links (visitor_key, customer_key, appeared_at, valid_from)
       select visitor_key, customer_key, $3, $3::timestamptz - interval '30 days' from visitors, customers
       where visitor_id = $1 and customer_id = $2`,
      [visitor, customer, shop.time.now],
    );

  test('that the visitor is the customer, and has one: the customer gets none', async () => {
    await shop.coupons.createCampaign(campaign('meanwhile', open));
    await see('meanwhile');
    const decision = await whileWaiting(
      `select from customers where customer_id = 'ben' for update`,
      () => ask('meanwhile', { customer_id: 'ben' }),
      async (tx) => {
        expect(await outcome('meanwhile', { visitor_id: 'meanwhile' })).toBe('granted');
        await link(tx, 'meanwhile', 'ben');
      },
    );
    expect((decision as Decision).campaigns[0].outcome).toBe('customer-limit-reached');
  });

  test('that the visitor is a customer who has one: the visitor gets none', async () => {
    await shop.coupons.createCampaign(campaign('meanwhile', open));
    await see('later');
    expect(await outcome('meanwhile', { customer_id: 'anna' })).toBe('granted');
    const decision = await whileWaiting(
      `select from visitors where visitor_id = 'later' for update`,
      () => ask('meanwhile', { visitor_id: 'later' }),
      (tx) => link(tx, 'later', 'anna'),
    );
    expect(decision).toMatchObject({ customerId: 'anna', coupon: null });
    await checkAll();
  });
});

usually.test('erasing a customer takes what the visitors were given', async () => {
  const { coupons, db } = shop;
  await coupons.createCampaign(campaign('erased', { ...open, control_share: 0.1 }));
  await see('gone');
  await see('shared');
  const asked = await Promise.all(['gone', 'shared'].map((visitor_id) => ask('erased', { visitor_id })));
  shop.time.now = new Date(shop.time.now.getTime() + 60_000);
  await see('gone', 'dora');
  await see('shared', 'dora');
  shop.time.now = new Date(shop.time.now.getTime() + 60_000);
  await see('shared', 'anna');
  await intake.eraseCustomer('dora');
  const kept = await db.query<{ visitor_key: number | null; customer_key: number | null }>(
    `select visitor_key, customer_key from coupons where decision_id = any($1::bigint[])
     union all select used.visitor_key, used.customer_key from coupon_uses as used join coupons using (coupon_key)
       where decision_id = any($1::bigint[])
     union all select visitor_key, customer_key from coupon_decisions where decision_id = any($1::bigint[])
     union all select visitor_key, customer_key from experiment_assignments where decision_id = any($1::bigint[])`,
    [asked.map(({ decisionId }) => decisionId)],
  );
  expect(kept.length).toBeGreaterThan(3);
  expect(kept.filter(({ visitor_key, customer_key }) => visitor_key !== null || customer_key !== null)).toEqual([]);
  const given = asked.flatMap(({ coupon }) => coupon?.code ?? []);
  for (const code of given) {
    const element = { code, order_id: newOrderId(), lines: goods('9.00'), customer_id: undefined, visitor_id: 'gone' };
    expect((await refusalOf(redeem(coupons, element))).code).toBe('coupon_not_redeemable');
  }
  await checkAll();
});

test('guests, their sign-ins and customers at once: nobody has two, and the budget holds', async () => {
  const people = sized(20, 150);
  const budget = people;
  await shop.coupons.createCampaign(
    campaign('fray', { ...open, budget: { coupons: budget }, limits: [{ per: 'customer', period: 'day', units: 1 }] }),
  );
  const stations = [shop.coupons, shop.withParts({}), shop.withParts({})];
  const random = seededRandom(7);
  const ids = Array.from({ length: people }, (_, n) => n);
  for (const n of ids) await see(`fray ${n}`);
  shop.time.now = new Date(shop.time.now.getTime() + 60_000);
  const works = ids.flatMap((n) => {
    const by = () => stations[Math.floor(random() * stations.length)];
    const asking = (who: object) => () => decide(by(), { ...who, campaign_ids: ['fray'] });
    return [
      asking({ visitor_id: `fray ${n}` }),
      asking({ visitor_id: `fray ${n}` }),
      () => see(`fray ${n}`, `fray customer ${n}`),
      asking({ customer_id: `fray customer ${n}`, visitor_id: `fray ${n}` }),
      asking({ visitor_id: `fray ${n}` }),
      asking({ customer_id: `fray customer ${n}` }),
    ];
  });
  await Promise.all(
    works
      .map((work) => ({ work, at: random() }))
      .sort((a, b) => a.at - b.at)
      .map(({ work }) => work()),
  );
  // By the facts alone: whose each coupon is, by the links that events have made.
  const held = await shop.db.query<{ person: string; coupons: number }>(
    `select coalesce('c' || used.customer_key, 'c' || link.customer_key, 'v' || used.visitor_key) as person, count(*)::int as coupons
     from coupon_uses as used join campaigns using (campaign_key)
       left join identity_links as link on link.visitor_key = used.visitor_key
     where campaign_id = 'fray' group by 1`,
  );
  expect(held.filter(({ coupons }) => coupons > 1)).toEqual([]);
  expect(held.length).toBeGreaterThan(people / 2);
  await checkAll();
});
