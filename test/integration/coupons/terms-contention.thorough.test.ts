import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Coupons, replayDecisions } from '../../../src/coupons/index.ts';
import { selectDifferences } from '../../../src/coupons/ledger/store.ts';
import type { CampaignElement } from '../../../src/coupons/request-elements.ts';
import { lockErasure } from '../../../src/intake/erasure/store.ts';
import {
  type CouponShop,
  campaign,
  decide,
  makeSharedCode,
  newOrderId,
  openCouponShop,
  redeem,
} from '../../support/shops/coupon-shop.ts';
import { until } from '../../support/shops/training-shop.ts';

const customers = 400;
/** As several instances of the service: nobody tells the others of a change. */
const instances = 3;

let shop: CouponShop;
let stations: Coupons[];
beforeAll(async () => {
  shop = await openCouponShop({
    customers: Object.fromEntries(Array.from({ length: customers }, (_, n) => [`c${n}`, {}])),
  });
  stations = Array.from({ length: instances }, () => shop.withParts({}));
});
afterAll(async () => {
  try {
    expect(await selectDifferences(shop.db)).toEqual([]);
    const { replayed, ...report } = await replayDecisions(shop.db, 10_000);
    expect(report).toEqual({ equal: replayed, otherRules: 0, differing: [] });
  } finally {
    await shop.stop();
  }
});

/** So many at once until all are done. */
async function inParallel(count: number, atOnce: number, work: (index: number) => Promise<void>): Promise<void> {
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < count; index = next++) await work(index);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}

const dayMs = 86_400_000;

test('whoever decides or redeems while terms change has the old or the new ones, never some of both', async () => {
  // All of a version's terms tell which it is; every other one counts by day, every third by customer and week.
  const terms = (version: number): CampaignElement =>
    campaign('changing', {
      discount: { type: 'amount', amount: `${version}.00` },
      coupon_valid_days: version,
      budget: { coupons: 10_000 + version, money: `${90_000 + version}.00` },
      limit_per_customer: 100 + version,
      limits: [
        ...(version % 2 === 0 ? [{ per: 'campaign', period: 'day', units: 10_000 } as const] : []),
        ...(version % 3 === 0 ? [{ per: 'customer', period: 'week', units: 1_000 } as const] : []),
      ],
    });
  await shop.coupons.createCampaign(terms(1));
  await makeSharedCode(shop.coupons, 'changing', 'WHENEVER');
  const seen = new Set<number>();
  let isOver = false;
  let version = 1;
  const changes = (async () => {
    for (; !isOver; version++) {
      const changed = await stations[version % instances].changeCampaign('changing', terms(version + 1));
      expect(changed.version).toBe(version + 1);
      // Who changed it knows at once; the others, whom nobody told here, within a second.
      const versionOf = async (station: number) =>
        (await decide(stations[station % instances], { campaign_ids: ['changing'] })).campaigns[0].version;
      expect(await versionOf(version)).toBe(version + 1);
      if (version % 4 === 0) await until(async () => (await versionOf(version + 1)) === version + 1, 1_000);
    }
  })();
  await inParallel(900, 24, async (index) => {
    const coupons = stations[index % instances];
    const customer_id = `c${index % customers}`;
    if (index % 3 === 0) {
      await redeem(coupons, {
        code: 'WHENEVER',
        order_id: newOrderId(),
        customer_id,
        lines: [{ item_id: 'any', quantity: 1, unit_price: '1000.00' }],
      });
      return;
    }
    const { coupon, campaigns, decidedAt } = await decide(coupons, { customer_id, campaign_ids: ['changing'] });
    const of = campaigns[0].version;
    seen.add(of);
    expect(coupon).toMatchObject({
      discount: { type: 'amount', amountMinor: of * 100 },
      validUntil: new Date(Math.min(decidedAt.getTime() + of * dayMs, Date.parse('2026-05-01'))).toISOString(),
    });
  });
  isOver = true;
  await changes;
  expect(version).toBeGreaterThan(10);
  expect(seen.size).toBeGreaterThan(5);
  // What was reserved and what was given is of the version that the use names; so is the coupon's.
  const mixed = await shop.db.query(
    `select use_id from coupon_uses as used join coupons using (coupon_key) join campaign_terms as terms on terms.terms_key = used.terms_key
     where (state = 'reserved' and (used.reserved_minor <> amount_minor or coupons.terms_key <> used.terms_key))
       or (state = 'redeemed' and discount_minor <> amount_minor)`,
  );
  expect(mixed).toEqual([]);
  const [{ versions }] = await shop.db.query<{ versions: number }>(
    `select count(distinct terms_key) as versions from coupon_uses where state = 'redeemed'`,
  );
  expect(versions).toBeGreaterThan(5);
});

test.each(['coupons', 'money'] as const)(
  'a budget of %s that is lowered while 12 issue at once is never exceeded',
  async (what) => {
    const id = `lowered ${what}`;
    const budgetOf = (units: number) => (what === 'coupons' ? { coupons: units } : { money: `${units * 3}.00` });
    await shop.coupons.createCampaign(campaign(id, { budget: budgetOf(300) }));
    let isOver = false;
    let accepted = 300;
    const refused: number[] = [];
    const lowering = (async () => {
      for (let ahead = 60; !isOver && ahead >= 0; ahead -= 4) {
        const { issued } = (await shop.coupons.readCampaign(id)).counters;
        const wanted = Math.max(1, Math.min(accepted - 1, issued + ahead));
        try {
          const changed = await stations[ahead % instances].changeCampaign(
            id,
            campaign(id, { budget: budgetOf(wanted) }),
          );
          expect(changed.counters.issued).toBeLessThanOrEqual(wanted);
          accepted = wanted;
        } catch (error) {
          expect(error).toMatchObject({ code: 'conflict', faults: [{ field: `/budget/${what}` }] });
          refused.push(wanted);
        }
      }
    })();
    let granted = 0;
    await inParallel(customers, 12, async (index) => {
      const { coupon } = await decide(stations[index % instances], { customer_id: `c${index}`, campaign_ids: [id] });
      if (coupon) granted++;
    });
    isOver = true;
    await lowering;
    const { counters } = await shop.coupons.readCampaign(id);
    expect(accepted).toBeLessThan(300);
    expect(counters.issued).toBe(granted);
    expect(granted).toBe(accepted);
  },
);

test('the same terms sent by many at once are one version', async () => {
  await shop.coupons.createCampaign(campaign('once'));
  const asked = Array.from({ length: 12 }, (_, n) =>
    stations[n % instances].changeCampaign('once', campaign('once', { priority: 5 })),
  );
  expect(new Set((await Promise.all(asked)).map(({ version }) => version))).toEqual(new Set([2]));
  const others = Array.from({ length: 12 }, (_, n) =>
    stations[n % instances].changeCampaign('once', campaign('once', { priority: 10 + n })),
  );
  const versions = (await Promise.all(others)).length;
  expect((await shop.coupons.listVersions('once', 100)).map(({ version }) => version)).toEqual(
    Array.from({ length: 2 + versions }, (_, n) => 2 + versions - n),
  );
});

test('terms change when nobody is being erased, whose counters of a new limit would be left behind', async () => {
  await shop.coupons.createCampaign(campaign('erasing'));
  const limits: CampaignElement['limits'] = [{ per: 'customer', period: 'day', units: 1 }];
  let isErased = false;
  const change = await shop.db.transaction(async (tx) => {
    await lockErasure(tx);
    const changing = shop.coupons
      .changeCampaign('erasing', campaign('erasing', { limits }))
      .then(({ version }) => ({ version, isErased }));
    await new Promise((resolve) => setTimeout(resolve, 150));
    isErased = true;
    // In an object: the transaction would wait for a promise.
    return { changing };
  });
  expect(await change.changing).toEqual({ version: 2, isErased: true });
});
