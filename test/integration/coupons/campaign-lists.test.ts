import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Decision } from '../../../src/coupons/index.ts';
import { call } from '../../support/service/contract.ts';
import {
  type CouponShop,
  campaign,
  couponIsRight,
  decide,
  openCouponShop,
  redeem,
} from '../../support/shops/coupon-shop.ts';
import { type ServedCoupons, serveCoupons } from '../../support/shops/serve-coupons.ts';

let shop: CouponShop;
let served: ServedCoupons;
const keys: Record<string, string> = {};
/** As they were answered, oldest first, a minute apart. */
const made: Decision[] = [];

// So many that both arms have some, whatever is drawn.
const right = Array.from({ length: 16 }, (_, n) => `right-${n}`);

beforeAll(async () => {
  shop = await openCouponShop({
    customers: {
      ...Object.fromEntries(right.map((id) => [id, couponIsRight])),
      new: null,
    },
  });
  served = await serveCoupons(shop);
  for (const scope of ['coupons', 'customers', 'view', 'recommend'] as const) keys[scope] = await served.keyFor(scope);
  await shop.coupons.createCampaign(campaign('spring', { control_share: 0.5, priority: 2 }));
  await shop.coupons.createCampaign(campaign('open', { priority: 1 }));
  await shop.coupons.createCampaign(campaign('idle', { valid_from: '2026-04-01T00:00:00Z' }));
  // The last asks of one campaign alone, so that it tells nothing of the others.
  const asked = [...right.map((customer_id) => ({ customer_id })), { customer_id: 'new' }];
  for (const element of [...asked, { customer_id: 'right-0', campaign_ids: ['open'] }]) {
    made.push(await decide(shop.coupons, element));
    shop.time.now = new Date(shop.time.now.getTime() + 60_000);
  }
});
afterAll(async () => {
  await served.stop();
  await shop.stop();
});

const queryOf = (query: Record<string, unknown>) =>
  new URLSearchParams(
    Object.entries(query).flatMap(([name, value]) =>
      [value].flat().map((one): [string, string] => [name, String(one)]),
    ),
  ).toString();
const list = (id: string, query: Record<string, unknown> = {}, scope = 'coupons') =>
  call(served.url, 'listCampaignDecisions', {
    path: { campaign_id: id },
    query: queryOf(query),
    headers: { Authorization: `Bearer ${keys[scope]}` },
  });
const idsOf = (answer: { json: any }) => answer.json.items.map((one: any) => one.decision_id);

/** What a campaign's list is to hold, by the answers of then. */
const expectedOf = (id: string) =>
  made
    .flatMap((decision) => {
      const one = decision.campaigns.find(({ campaignId }) => campaignId === id);
      return one
        ? [
            {
              id: String(decision.decisionId),
              outcome: one.outcome,
              version: one.version,
              customer: decision.customerId,
            },
          ]
        : [];
    })
    .reverse();

// Would see: a campaign that is told another's outcome, decisions that did not consider it, another order.
test('the decisions about a campaign are those that considered it, newest first, each with what became of it', async () => {
  for (const id of ['spring', 'open', 'idle']) {
    const { json } = await list(id);
    const found = json.items.map((one: any) => ({
      id: one.decision_id,
      outcome: one.outcome,
      version: one.version,
      customer: one.customer_id,
    }));
    expect(found).toEqual(expectedOf(id));
    expect([json.customers_shown, json.looked_back_to, json.next_cursor]).toEqual([true, null, null]);
  }
  const outcomes = new Set(expectedOf('spring').map(({ outcome }) => outcome));
  expect([...outcomes].sort()).toEqual(['control-group', 'granted', 'not-needed']);
  expect(expectedOf('open')).toHaveLength(right.length + 2);
  expect(expectedOf('spring')).toHaveLength(right.length + 1);
});

test('by outcome, arm, cause and time', async () => {
  const all = expectedOf('spring');
  const of = (outcome: string) => all.filter((one) => one.outcome === outcome).map(({ id }) => id);
  expect(idsOf(await list('spring', { outcome: ['control-group'] }))).toEqual(of('control-group'));
  expect(idsOf(await list('spring', { arm: 'control' }))).toEqual(of('control-group'));
  const treated = await list('spring', { arm: 'treatment' });
  expect(idsOf(treated)).toEqual(of('granted'));
  expect(new Set(treated.json.items.map((one: any) => `${one.arm} ${one.action}`))).toEqual(
    new Set(['treatment coupon']),
  );
  const either = [...of('granted'), ...of('not-needed')].sort();
  expect(idsOf(await list('spring', { outcome: ['granted', 'not-needed'] })).sort()).toEqual(either);
  const ofNew = String(made[right.length].decisionId);
  expect(idsOf(await list('spring', { cause: [made[right.length].cause] }))).toEqual([ofNew]);
  // From the third on, before the fifth.
  const [from, to] = [made[2], made[4]].map(({ decidedAt }) => decidedAt.toISOString());
  expect(idsOf(await list('spring', { from, to }))).toEqual([made[3], made[2]].map((one) => String(one.decisionId)));
});

// Would see: decisions of another giving or of somebody else among them, and a role that finds out whose a decision was by asking.
test('by giving and by customer, for those who may see customers', async () => {
  await shop.coupons.createCampaign(campaign('lettered', { policy: 'everyone', limit_per_customer: 3 }));
  await decide(shop.coupons, { customer_id: 'right-1', campaign_ids: ['lettered'] });
  for (const giving_id of ['first', 'second']) {
    await shop.coupons.createGiving('lettered', { giving_id });
    await shop.coupons.giveDue();
  }
  const given = async (id: string) =>
    (await shop.coupons.readGiven('lettered', id, {}, 100)).map(({ decisionId }) => String(decisionId)).sort();
  const [first, second] = [await given('first'), await given('second')];
  expect([first.length, idsOf(await list('lettered')).length]).toEqual([17, 35]);
  expect(idsOf(await list('lettered', { giving: 'first' })).sort()).toEqual(first);
  expect(idsOf(await list('lettered', { giving: 'second' })).sort()).toEqual(second);
  const ofOne = await list('lettered', { customer: 'right-1' });
  expect(ofOne.json.items.map((one: any) => one.customer_id)).toEqual(['right-1', 'right-1', 'right-1']);
  const both = await list('lettered', { customer: 'right-1', giving: 'second' }, 'customers');
  expect(idsOf(both)).toEqual(idsOf(ofOne).slice(0, 1));
  const fault = async (query: object) => (await list('lettered', { ...query })).json.errors?.[0].field;
  expect([await fault({ giving: 'none' }), await fault({ customer: 'nobody' })]).toEqual(['giving', 'customer']);
  expect((await list('lettered', { giving: 'first' }, 'view')).status).toBe(200);
  expect((await list('lettered', { customer: 'right-1' }, 'view')).status).toBe(403);
});

test('page by page, whole and without doubles, also where some are of one moment', async () => {
  await shop.coupons.createCampaign(campaign('together'));
  await Promise.all(
    right.map((customer_id) => decide(shop.coupons, { customer_id, campaign_ids: ['together'] }, randomUUID())),
  );
  const found: string[] = [];
  for (let cursor: string | undefined, pages = 0; pages < 10; pages++) {
    const { json } = await list('together', { limit: 3, ...(cursor && { cursor }) });
    found.push(...json.items.map((one: any) => one.decision_id));
    cursor = json.next_cursor ?? undefined;
    if (!cursor) break;
  }
  expect(found).toHaveLength(right.length);
  expect([...new Set(found)].sort()).toEqual([...found].sort());
});

// Would see: a role that may look at the shop and is shown its customers.
test('who may not see customers is told what was decided, and not for whom', async () => {
  const named = await list('spring', {}, 'customers');
  const masked = await list('spring', {}, 'view');
  expect([named.json.customers_shown, masked.json.customers_shown]).toEqual([true, false]);
  expect(named.json.items.map((one: any) => one.customer_id)).toEqual(
    expectedOf('spring').map(({ customer }) => customer),
  );
  expect(masked.json.items).toEqual(named.json.items.map((one: any) => ({ ...one, customer_id: null })));
  expect(JSON.stringify(masked.json)).not.toMatch(/right-|new/);
  expect((await list('spring', {}, 'recommend')).status).toBe(403);
});

test('of an erased person the decision stays', async () => {
  const extra = await openCouponShop({ customers: { gone: couponIsRight } });
  try {
    await extra.coupons.createCampaign(campaign('spring'));
    await decide(extra.coupons, { customer_id: 'gone' });
    await extra.db.transaction((tx) => extra.erase(tx, 1));
    const { page } = await extra.coupons.listDecisions('spring', {}, { limit: 10 });
    expect(page.map(({ customerId, outcome }) => [customerId, outcome])).toEqual([[null, 'granted']]);
  } finally {
    await extra.stop();
  }
});

// Would see: a request that reads every decision there ever was to find one, and one that ends where others are still to come.
test('an answer looks through a bounded number, says how far, and the next goes on', async () => {
  await shop.db.query(
    `insert into coupon_decisions (decided_at, inputs, answer)
     select timestamptz '2026-03-20' + n * interval '1 second', '{}', '{"action":"none","reason":"-","cause":"guest","campaigns":[]}'
     from generate_series(1, 5200) as n`,
  );
  const first = await list('spring');
  expect(first.json.items).toEqual([]);
  // 5,200 less the 5,000 that were looked through: the last of these is the 201st.
  expect(first.json.looked_back_to).toBe('2026-03-20T00:03:21.000000Z');
  const second = await list('spring', { cursor: first.json.next_cursor });
  expect(idsOf(second)).toEqual(expectedOf('spring').map(({ id }) => id));
  expect(second.json.next_cursor).toBeNull();
  await shop.db.query('alter table coupon_decisions disable trigger append_only');
  await shop.db.query(`delete from coupon_decisions where answer ->> 'reason' = '-'`);
  await shop.db.query('alter table coupon_decisions enable trigger append_only');
});

test('decisions from before there were sets are told of, too', async () => {
  await shop.coupons.createCampaign(campaign('early'));
  await shop.db.query(
    `insert into coupon_decisions (decided_at, inputs, answer) values ('2026-02-01', '{}',
       '{"action":"none","reason":"Then.","cause":"guest","campaigns":[{"campaignId":"late","outcome":"not-active"},{"campaignId":"early","outcome":"not-needed"}]}')`,
  );
  const { json } = await list('early');
  expect(json.items).toMatchObject([{ outcome: 'not-needed', version: null, explored: null, customer_id: null }]);
});

test.each([
  ['a cursor of another list', { cursor: 'WzFd' }, 409, 'cursor'],
  [
    'a cursor of no time',
    { cursor: Buffer.from('["2026-99-01T00:00:00.000000Z","1"]').toString('base64url') },
    409,
    'cursor',
  ],
  ['an outcome that there is not', { outcome: ['lucky'] }, 400, 'outcome/0'],
  ['a time that is none', { from: 'yesterday' }, 400, 'from'],
])('%s is refused by its name', async (_, query, status, field) => {
  const answer = await list('spring', query);
  expect([answer.status, answer.json.errors?.[0].field]).toEqual([status, field]);
});

test('of a campaign that there is not, neither decisions nor batches', async () => {
  expect((await list('nowhere')).status).toBe(404);
  expect((await batchesOf('nowhere')).status).toBe(404);
});

const batchesOf = (id: string, query: Record<string, unknown> = {}, scope = 'view') =>
  call(served.url, 'listCodeBatches', {
    path: { campaign_id: id },
    query: queryOf(query),
    headers: { Authorization: `Bearer ${keys[scope]}` },
  });
const makeCodes = (id: string, body: object) =>
  call(served.url, 'createCodes', {
    path: { campaign_id: id },
    headers: { Authorization: `Bearer ${keys.coupons}`, 'Idempotency-Key': randomUUID() },
    body,
  });

// Would see: a batch of another campaign, counts of codes issued to customers, a code that is over counted as left.
test('batches stand newest first with what became of their codes', async () => {
  await shop.coupons.createCampaign(campaign('codes', { limit_per_customer: 9 }));
  await shop.coupons.createCampaign(campaign('others'));
  const soon = new Date(shop.time.now.getTime() + 3_600_000).toISOString();
  for (const body of [
    { batch_id: 'z-first', count: 5, kind: 'single' },
    { batch_id: 'a-second', count: 2, kind: 'shared', usage_limit: 3 },
    { batch_id: 'own', code: 'WELCOME', kind: 'shared' },
    { batch_id: 'short', count: 4, kind: 'single', valid_until: soon },
  ]) {
    expect((await makeCodes('codes', body)).status).toBe(201);
  }
  await makeCodes('others', { batch_id: 'z-first', count: 7, kind: 'single' });
  const codesOf = (batch: string) =>
    shop.db
      .query<{ code: string }>(
        `select code from coupons where batch_id = $1 and campaign_key = (select campaign_key from campaigns where campaign_id = 'codes') order by 1`,
        [batch],
      )
      .then((rows) => rows.map(({ code }) => code));
  const [first, second] = await codesOf('z-first');
  const [shared] = await codesOf('a-second');
  const [short] = await codesOf('short');
  let order = 0;
  for (const code of [first, second, shared, shared, 'WELCOME', short]) {
    await redeem(shop.coupons, { code, customer_id: undefined, order_id: `own-${order++}` });
  }
  const counts = async () =>
    (await batchesOf('codes')).json.items.map((one: any) => [
      one.batch_id,
      one.kind,
      one.codes,
      one.redeemed,
      one.used_up,
      one.ended,
      one.left,
    ]);
  expect(await counts()).toEqual([
    ['short', 'single', 4, 1, 1, 0, 3],
    ['own', 'shared', 1, 1, 0, 0, null],
    ['a-second', 'shared', 2, 2, 0, 0, 4],
    ['z-first', 'single', 5, 2, 2, 0, 3],
  ]);
  shop.time.now = new Date(shop.time.now.getTime() + 2 * 3_600_000);
  expect((await counts())[0]).toEqual(['short', 'single', 4, 1, 1, 3, 0]);
  const [one] = (await batchesOf('codes', { limit: 1 })).json.items;
  expect(one).toMatchObject({ batch_id: 'short', valid_until: soon });
  const next = await batchesOf('codes', {
    limit: 2,
    cursor: (await batchesOf('codes', { limit: 2 })).json.next_cursor,
  });
  expect(next.json.items.map((each: any) => each.batch_id)).toEqual(['a-second', 'z-first']);
  const before = shop.time.now;
  shop.time.now = new Date('2026-05-02T00:00:00Z');
  expect((await counts()).map((each: any) => each.slice(-2))).toEqual([
    [3, 0],
    [1, 0],
    [2, 0],
    [3, 0],
  ]);
  shop.time.now = before;
  expect((await batchesOf('codes', {}, 'recommend')).status).toBe(403);
});
