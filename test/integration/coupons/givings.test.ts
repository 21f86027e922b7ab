import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { replayDecisions } from '../../../src/coupons/index.ts';
import { selectDifferences } from '../../../src/coupons/ledger/store.ts';
import type { CampaignElement } from '../../../src/coupons/request-elements.ts';
import type { Database } from '../../../src/db/index.ts';
import { readHoldout } from '../../../src/experiments/holdouts.ts';
import { readPublishedRelease } from '../../../src/versions/index.ts';
import { thoroughly, usually } from '../../support/jest/thorough.ts';
import {
  type CouponShop,
  campaign,
  decide,
  openCouponShop,
  redeem,
  refusalOf,
} from '../../support/shops/coupon-shop.ts';

const groups = ['low-contribution', 'ordinary', 'high-quality', 'high-value'] as const;
/** Of every group, some without orders, some whose purse is weak: every outcome comes up. */
const people = Object.fromEntries(
  Array.from({ length: 420 }, (_, n) => {
    const weak = n % 11 === 0 ? { averageOrderMinor: 1_000, averageUnitPrice: '2' } : {};
    return [`p${String(n).padStart(3, '0')}`, n % 7 === 0 ? null : { group: groups[n % 4], ...weak }];
  }),
);

let shop: CouponShop;
/** The same customers, the same salt: where each asks for themselves. */
let copy: CouponShop;
beforeAll(async () => {
  [shop, copy] = await Promise.all([openCouponShop({ customers: people }), openCouponShop({ customers: people })]);
  const { salt } = await readHoldout(shop.db);
  await copy.db.query('insert into holdouts (share, exploration_share, salt) values (0, 0, $1)', [salt]);
  for (const { db } of [shop, copy]) {
    await db.query(`update customers set profiling_allowed = false where customer_id in ('p005', 'p130')`);
    await db.query(`update customers set attributes = '{"email": "six@shop.example", "city": "Graz, \\"old\\""}'
      where customer_id = 'p006'`);
  }
});
afterAll(async () => {
  try {
    expect(await selectDifferences(shop.db)).toEqual([]);
    const report = await replayDecisions(shop.db, 10_000);
    expect(report).toMatchObject({ equal: report.replayed, differing: [] });
    expect(report.replayed).toBeGreaterThan(400);
  } finally {
    await Promise.all([shop.stop(), copy.stop()]);
  }
});

const create = (id: string, change: Partial<CampaignElement> = {}) => shop.coupons.createCampaign(campaign(id, change));
const give = async (campaignId: string, givingId: string, change: object = {}) => {
  await shop.coupons.createGiving(campaignId, { giving_id: givingId, ...change });
  await shop.coupons.giveDue();
  return shop.coupons.readGiving(campaignId, givingId);
};
const givenBy = (campaignId: string, givingId: string) => shop.coupons.readGiven(campaignId, givingId, {}, 1_000);

/** All that was logged of each decision, without its code, which is drawn. */
async function loggedOf(db: Database, campaignId: string) {
  const rows = await db.query<{ customer: string; inputs: any; answer: any; taken: number }>(
    `select customer_id as customer, inputs, answer, (select count(*)::int from coupons where coupons.decision_id = made.decision_id) as taken
     from coupon_decisions as made join customers using (customer_key) join campaign_sets on set_id = inputs->>'set'
       join campaign_terms as terms on terms.terms_key = any(terms_keys) join campaigns using (campaign_key)
     where campaign_id = $1 order by customer_key`,
    [campaignId],
  );
  return rows.map(({ customer, inputs, answer, taken }) => {
    const code = answer.coupon && { ...answer.coupon, code: undefined };
    return {
      customer,
      taken,
      inputs: { ...inputs, set: undefined, given: { ...inputs.given, code: undefined } },
      answer: { ...answer, set: undefined, coupon: code },
    };
  });
}

describe('a campaign that is given to many', () => {
  // Would see: an arm drawn otherwise, a budget looked at once for a whole page, a reason that is not the customer's own.
  thoroughly.test.each(['by-cause', 'everyone'] as const)('decides as if each had asked, %s', async (policy) => {
    const terms = { policy, control_share: 0.2, budget: { coupons: 90, money: '255.00' }, target_groups: [...groups] };
    const id = `as one by one ${policy}`;
    await create(id, terms);
    await copy.coupons.createCampaign(campaign(id, terms));
    copy.time.now = shop.time.now;
    const giving = await give(id, 'all');
    expect(giving.status).toBe('finished');
    const asked = await copy.db.query<{ customer_id: string }>(
      'select customer_id from customers where profiling_allowed order by customer_key',
    );
    for (const { customer_id } of asked) await decide(copy.coupons, { customer_id, campaign_ids: [id] });

    const [inBulk, oneByOne] = [await loggedOf(shop.db, id), await loggedOf(copy.db, id)];
    expect(inBulk).toHaveLength(418);
    expect(inBulk).toEqual(oneByOne);
    // 85 coupons of 3.00 fit into the 255.00, which is less than the 90.
    expect(giving.outcomes).toMatchObject({ granted: 85, 'control-group': expect.any(Number) });
    expect(giving.outcomes['money-budget-spent']).toBeGreaterThan(0);
    const given = await givenBy(id, 'all');
    expect(given.map(({ customerId }) => customerId)).toEqual(asked.map(({ customer_id }) => customer_id));
    const counts: Record<string, number> = {};
    for (const { outcome } of given) counts[outcome] = (counts[outcome] ?? 0) + 1;
    expect(counts).toEqual(giving.outcomes);
    expect(given.filter(({ code }) => code !== null)).toHaveLength(85);
  });

  // Would see: somebody behind the last coupon of a day who is written down as left alone for the measurement.
  usually.test('tells who comes behind the last coupon of a period so, and puts nobody of them in an arm', async () => {
    const limits = [{ per: 'campaign', period: 'day', units: 10 } as const];
    await create('of a day', { policy: 'everyone', control_share: 0.5, budget: { coupons: 1_000 }, limits });
    const { outcomes } = await give('of a day', 'all');
    const told = (await givenBy('of a day', 'all')).map(({ outcome }) => outcome);
    const last = told.lastIndexOf('granted');
    expect(outcomes.granted).toBe(10);
    expect(new Set(told.slice(0, last))).toEqual(new Set(['granted', 'control-group']));
    expect(new Set(told.slice(last + 1))).toEqual(new Set(['period-limit-reached']));
    const [{ arms }] = await shop.db.query<{ arms: number }>(
      `select count(*)::int as arms from experiment_assignments join campaigns using (experiment_key)
       where campaign_id = 'of a day'`,
    );
    expect(arms).toBe(last + 1);
  });

  usually.test('reaches the members of its segment alone; its codes are theirs', async () => {
    await create('group', { policy: 'everyone', budget: { coupons: 1_000 } });
    const coupons = shop.withParts({ isSegment: async (id) => id === 'group-ordinary' });
    await coupons.createGiving('group', { giving_id: 'of a group', segment_id: 'group-ordinary' });
    const { outcomes } = await give('group', 'of a group', { segment_id: 'group-ordinary' });
    const ordinary = Object.values(people).filter((one) => one?.group === 'ordinary').length;
    const barred = [5, 130].filter((n) => n % 7 !== 0 && n % 4 === 1).length;
    expect(outcomes).toEqual({ granted: ordinary - barred });
    const [first] = await givenBy('group', 'of a group');
    expect(await redeem(shop.coupons, { code: first.code!, customer_id: first.customerId })).toMatchObject({
      discountMinor: 300,
    });
    const [, second] = await givenBy('group', 'of a group');
    expect((await refusalOf(redeem(shop.coupons, { code: second.code!, customer_id: 'p419' }))).fields).toEqual([
      '/customer_id',
    ]);
  });

  usually.test(
    'waits for its moment, and while the campaign is paused; goes on where it was; ends with it',
    async () => {
      await create('timed', { policy: 'everyone', budget: { coupons: 1_000 } });
      const at = new Date(shop.time.now.getTime() + 3_600_000).toISOString();
      expect(await give('timed', 'later', { starts_at: at })).toMatchObject({ status: 'waiting', outcomes: {} });
      shop.time.now = new Date(at);
      await shop.coupons.pauseCampaign('timed');
      await shop.coupons.giveDue();
      expect(await shop.coupons.readGiving('timed', 'later')).toMatchObject({ status: 'waiting' });
      await shop.coupons.resumeCampaign('timed');
      const leave = new AbortController();
      leave.abort();
      await shop.coupons.giveDue(leave.signal);
      await shop.coupons.giveDue();
      expect(await shop.coupons.readGiving('timed', 'later')).toMatchObject({
        status: 'finished',
        finishedAt: new Date(at),
      });

      await create('ends', { policy: 'everyone' });
      await shop.coupons.createGiving('ends', { giving_id: 'late' });
      await shop.coupons.endCampaign('ends');
      await shop.coupons.giveDue();
      expect(await shop.coupons.readGiving('ends', 'late')).toMatchObject({ status: 'stopped', outcomes: {} });
    },
  );

  usually.test('is stopped; is asked for once; is refused naming the field', async () => {
    await create('once', { policy: 'everyone' });
    const element = { giving_id: 'x', starts_at: '2026-04-01T00:00:00Z' };
    const made = await shop.coupons.createGiving('once', element);
    expect(await shop.coupons.createGiving('once', element)).toEqual(made);
    const asked = (change: object) => refusalOf(shop.coupons.createGiving('once', { ...element, ...change }));
    expect(await asked({ starts_at: '2026-04-02T00:00:00Z' })).toEqual({ code: 'conflict', fields: ['/giving_id'] });
    const another = { giving_id: 'y' };
    expect(await asked({ ...another, segment_id: 'rule-none' })).toEqual({
      code: 'invalid_request',
      fields: ['/segment_id'],
    });
    expect(await asked({ ...another, starts_at: '2027-01-01T00:00:00Z' })).toEqual({
      code: 'invalid_request',
      fields: ['/starts_at'],
    });
    expect(await shop.coupons.stopGiving('once', 'x')).toMatchObject({ status: 'stopped', finishedAt: shop.time.now });
    expect((await shop.coupons.listGivings('once', 5)).map(({ givingId }) => givingId)).toEqual(['x']);
    await shop.coupons.endCampaign('once');
    expect(await asked(another)).toEqual({ code: 'conflict', fields: ['campaign_id'] });
    expect(await refusalOf(shop.coupons.readGiving('once', 'none'))).toEqual({ code: 'not_found', fields: [] });
    expect(await refusalOf(shop.coupons.createGiving('none', element))).toEqual({ code: 'not_found', fields: [] });
  });

  // Would see: one who was away longer than the lease and writes what another has gone on behind, so that somebody gets two coupons.
  usually.test('is worked at by one alone: whose lease another has taken writes nothing', async () => {
    await create('contended', { policy: 'everyone', budget: { coupons: 5_000 }, limit_per_customer: 5 });
    const [{ key }] = await shop.db.query<{ key: number }>(
      `select customer_key as key from customers where customer_id = 'p201'`,
    );
    let isTaken = false;
    const away = shop.withParts({
      isSegment: async () => true,
      // Asked for between the lease and the decisions.
      readRelease: async () => {
        if (!isTaken) {
          isTaken = true;
          await shop.db.query(
            `update campaign_givings set lease_holder = 'other', lease_until = clock_timestamp() + interval '1 hour', after_key = $1
             where giving_id = 'c'`,
            [key],
          );
        }
        return readPublishedRelease(shop.db);
      },
    });
    await away.createGiving('contended', { giving_id: 'c', segment_id: 'group-ordinary' });
    await away.giveDue();
    expect(isTaken).toBe(true);
    expect(await givenBy('contended', 'c')).toEqual([]);
    expect((await shop.coupons.readCampaign('contended')).counters.issued).toBe(0);

    await shop.db.query(`update campaign_givings set lease_until = '-infinity' where giving_id = 'c'`);
    await away.giveDue();
    const given = await givenBy('contended', 'c');
    // Ordinary ones behind it, each fourth from 205 on, but for those without orders.
    const wanted = Array.from({ length: 54 }, (_, n) => 205 + 4 * n).filter((n) => n % 7 !== 0);
    expect(given.map(({ customerId }) => customerId)).toEqual(wanted.map((n) => `p${n}`));
    expect((await shop.coupons.readCampaign('contended')).counters.issued).toBe(wanted.length);
  });

  usually.test('has of each one who got a code what their own list begins with', async () => {
    await create('with items', { policy: 'everyone', budget: { coupons: 3 } });
    const topItems = async (customerId: string, limit: number) =>
      Array.from({ length: limit }, (_, n) => ({ item_id: `${customerId} ${n}`, title: 'Tea', url: null })) as never;
    const coupons = shop.withParts({ topItems });
    await give('with items', 'i');
    const rows = [];
    for await (const row of await coupons.streamGiven('with items', 'i', { items: 2 })) rows.push(row);
    expect(rows).toHaveLength(418);
    for (const { customerId, code, items } of rows) {
      const own = [0, 1].map((n) => ({ item_id: `${customerId} ${n}`, title: 'Tea', url: null }));
      expect(items).toEqual(code === null ? [] : own);
    }
    expect(rows.filter(({ items }) => items.length > 0)).toHaveLength(3);
    expect(await coupons.readGiven('with items', 'i', { items: 1 }, 5)).toHaveLength(5);
  });

  // Would see: a filter that cuts a page short, or one that compares letters.
  usually.test('is read by outcome and by how ids begin, page by page', async () => {
    await create('searched', { policy: 'everyone', budget: { coupons: 100 } });
    await give('searched', 's');
    const all = await givenBy('searched', 's');
    const idsOf = (rows: typeof all) => rows.map(({ customerId }) => customerId);
    const read = (which: object, limit = 1_000, after = 0) =>
      shop.coupons.readGiven('searched', 's', which, limit, after);
    const granted = all.filter(({ outcome }) => outcome === 'granted');
    const spent = all.filter(({ outcome }) => outcome === 'coupon-budget-spent');
    expect([granted.length, spent.length]).toEqual([100, 318]);
    expect(await read({ outcomes: ['granted'] })).toEqual(granted);
    expect(await read({ outcomes: ['granted', 'coupon-budget-spent'] })).toEqual(all);
    expect(idsOf(await read({ query: 'P00' }))).toEqual(
      ['0', '1', '2', '3', '4', '6', '7', '8', '9'].map((n) => `p00${n}`),
    );
    expect(await read({ query: 'p41', outcomes: ['granted'] })).toEqual([]);
    const [first, second] = [await read({ outcomes: ['coupon-budget-spent'] }, 5), spent.slice(0, 10)];
    expect([...first, ...(await read({ outcomes: ['coupon-budget-spent'] }, 5, first[4].customerKey))]).toEqual(second);
    const streamed = [];
    for await (const row of await shop.coupons.streamGiven('searched', 's', { query: 'p10' })) streamed.push(row);
    expect(idsOf(streamed)).toEqual(Array.from({ length: 10 }, (_, n) => `p10${n}`));
  });

  usually.test('forgets whoever is erased', async () => {
    await create('erased', { policy: 'everyone' });
    await give('erased', 'e');
    const [{ customerKey }] = await givenBy('erased', 'e');
    await shop.db.transaction((tx) => shop.erase(tx, customerKey));
    expect((await givenBy('erased', 'e')).map((row) => row.customerKey)).not.toContain(customerKey);
  });
});
