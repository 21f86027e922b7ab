import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Coupons } from '../../../src/coupons/index.ts';
import { selectDifferences } from '../../../src/coupons/ledger/store.ts';
import type { Database } from '../../../src/db/index.ts';
import { PannierError } from '../../../src/errors.ts';
import { type CouponShop, campaign, decide, openCouponShop, redeem } from '../../support/shops/coupon-shop.ts';

const rounds = Number(process.env['COUPON_ROUNDS'] ?? 1);
const budget = 100;
const contendersPerUnit = 50;
const customers = (budget * contendersPerUnit) / 2;
/** Many times the connections there are, and few enough that nobody waits for one until it times out. */
const inFlight = 200;

const openShop = () =>
  openCouponShop({ customers: Object.fromEntries(Array.from({ length: customers }, (_, n) => [`c${n}`, {}])) });

let shop: CouponShop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.stop());

const stationsOf = (of: CouponShop, count: number, parts: Parameters<CouponShop['withParts']>[0] = {}) =>
  Array.from({ length: count }, () => of.withParts(parts));

interface Fray {
  codes: Set<string>;
  decisions: Set<number>;
  redemptions: Set<number>;
  refused: number;
}

/**
 * Many decisions for each unit of the budget, every key sent twice, by customers who may all have one. Each code is redeemed
 * as soon as it is answered, by many at once with keys that repeat, among the decisions that still go on. They ask several
 * stations, as several instances of the service would be: what is asked of one at once shares a transaction.
 */
async function contend(stations: Coupons[], campaignId: string, { redeeming = true } = {}): Promise<Fray> {
  const fray: Fray = { codes: new Set(), decisions: new Set(), redemptions: new Set(), refused: 0 };
  const inTurn = createTurns(inFlight);
  let asked = 0;
  const any = () => stations[asked++ % stations.length];
  const redeemOne = async (code: string, contender: number) => {
    try {
      const { redemptionId } = await inTurn(() => redeem(any(), { code }, `${code} ${contender % 13}`));
      fray.redemptions.add(redemptionId);
    } catch (error) {
      if (!(error instanceof PannierError) || error.code !== 'coupon_already_redeemed') throw error;
      fray.refused++;
    }
  };
  const decideAndRedeem = async (customer: number) => {
    const element = { customer_id: `c${customer}`, campaign_ids: [campaignId] };
    const decision = await inTurn(() => decide(any(), element, `${campaignId} ${customer}`));
    fray.decisions.add(decision.decisionId);
    if (!decision.coupon) return;
    const { code } = decision.coupon;
    fray.codes.add(code);
    if (redeeming)
      await Promise.all(Array.from({ length: contendersPerUnit / 2 }, (_, index) => redeemOne(code, index)));
  };
  // A customer's two requests are neighbours, so that they meet.
  await Promise.all(Array.from({ length: budget * contendersPerUnit }, (_, index) => decideAndRedeem(index >> 1)));
  return fray;
}

/** Lets `limit` work at once; the others wait, the newest first, so that codes are redeemed while decisions go on. */
function createTurns(limit: number) {
  let working = 0;
  const waiting: (() => void)[] = [];
  return async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (working >= limit) await new Promise<void>((resolve) => waiting.push(resolve));
    else working++;
    try {
      return await work();
    } finally {
      const next = waiting.pop();
      if (next) next();
      else working--;
    }
  };
}

/** The coupons there are, by campaign. */
async function countCoupons(db: Database, campaignId: string): Promise<{ issued: number; redeemed: number }> {
  const [row] = await db.query<{ issued: number; redeemed: number }>(
    `select count(*) as issued, count(redeemed_at) as redeemed
     from coupon_uses join campaigns using (campaign_key) where campaign_id = $1`,
    [campaignId],
  );
  return row;
}

describe(`${contendersPerUnit} parallel decisions and redemptions for each unit of a budget of ${budget}`, () => {
  test.each(Array.from({ length: rounds }, (_, round) => round + 1))(
    'round %d: exactly the budget is issued and redeemed',
    async (round) => {
      const campaignId = `round ${round}`;
      await shop.coupons.createCampaign(
        campaign(campaignId, { budget: { coupons: budget, money: `${3 * budget}.00` } }),
      );
      const fray = await contend(stationsOf(shop, 3), campaignId);
      expect(fray.decisions.size).toBe(customers);
      expect(fray.codes.size).toBe(budget);
      expect(fray.redemptions.size).toBe(budget);
      expect(fray.refused).toBeGreaterThan(budget);
      expect(await countCoupons(shop.db, campaignId)).toEqual({ issued: budget, redeemed: budget });
      expect((await shop.coupons.readCampaign(campaignId)).counters).toEqual({
        issued: budget,
        redeemed: budget,
        expired: 0,
        released: 0,
        reversed: 0,
        moneyReservedMinor: 0,
        moneyRedeemedMinor: 300 * budget,
        moneyReversedMinor: 0,
      });
      expect(await selectDifferences(shop.db)).toEqual([]);
    },
    180_000,
  );

  test('the same contention over-issues when what was read decides instead of the conditional update', async () => {
    const broken = await openShop();
    await takeUnconditionally(broken.db);
    // Fewer than are asked for at once: what all read before the first is written passes it.
    const few = inFlight / 5;
    await broken.coupons.createCampaign(campaign('broken', { budget: { coupons: few } }));
    try {
      const stations = stationsOf(broken, 12);
      const fray = await contend(stations, 'broken', { redeeming: false });
      expect(fray.codes.size).toBeGreaterThan(few);
      expect((await countCoupons(broken.db, 'broken')).issued).toBeGreaterThan(few);
      expect(await selectDifferences(broken.db)).not.toEqual([]);
    } finally {
      await broken.stop();
    }
  });
});

/** What was read before decides then, and the counter stops at its budget, as in a service without a conditional update. */
async function takeUnconditionally(db: Database): Promise<void> {
  const [{ source }] = await db.query<{ source: string }>(
    `select pg_get_functiondef('write_decisions'::regproc) as source`,
  );
  const broken = source
    .replace('issued = issued + taking.units', 'issued = least(issued + taking.units, coupon_budget)')
    .replace(/and not paused\s+and \(coupon_budget is null[\s\S]*?(?=\s+returning campaign_key)/, '');
  expect(broken.length).toBeLessThan(source.length - 100);
  await db.query(broken);
}

describe('money', () => {
  test.each([
    ['9.98', 2],
    ['9.99', 3],
    ['10.00', 3],
  ])('a budget of %s has room for %d coupons of 3.33, however many ask at once', async (money, room) => {
    const campaignId = `amount ${money}`;
    await shop.coupons.createCampaign(
      campaign(campaignId, { discount: { type: 'amount', amount: '3.33' }, budget: { money } }),
    );
    const decisions = await Promise.all(
      Array.from({ length: 60 }, (_, n) => decide(shop.coupons, { customer_id: `c${n}`, campaign_ids: [campaignId] })),
    );
    expect(decisions.filter(({ coupon }) => coupon).length).toBe(room);
    const outcomes = decisions.map(({ campaigns }) => campaigns[0].outcome);
    expect(new Set(outcomes)).toEqual(new Set(['granted', 'money-budget-spent']));
  });

  test('differences given back are issued again, and the sum never passes the budget by one minor unit', async () => {
    const element = campaign('percent', {
      discount: { type: 'percent', percent: 7.77, maximum_discount: '3.33' },
      budget: { money: '50.00' },
    });
    await shop.coupons.createCampaign(element);
    let granted = 0;
    const spend = async (n: number) => {
      const { coupon } = await decide(shop.coupons, { customer_id: `c${n}`, campaign_ids: ['percent'] });
      if (!coupon) return;
      granted++;
      const lines = [{ item_id: 'any', quantity: 1, unit_price: `${7 + (n % 40)}.99` }];
      await redeem(shop.coupons, { code: coupon.code, lines });
      const { moneyReservedMinor, moneyRedeemedMinor } = (await shop.coupons.readCampaign('percent')).counters;
      expect(moneyReservedMinor + moneyRedeemedMinor).toBeLessThanOrEqual(5_000);
    };
    for (let wave = 0; wave < 8; wave++) await Promise.all(Array.from({ length: 25 }, (_, n) => spend(wave * 25 + n)));
    const { counters } = await shop.coupons.readCampaign('percent');
    expect(counters).toMatchObject({ issued: granted, redeemed: granted, moneyReservedMinor: 0 });
    // 15 maxima fit into the budget; what was given back made room for more, until less than one maximum was left.
    expect(granted).toBeGreaterThan(15);
    expect(counters.moneyRedeemedMinor).toBeGreaterThan(5_000 - 333);
    expect(counters.moneyRedeemedMinor).toBeLessThanOrEqual(5_000);
    expect(await selectDifferences(shop.db)).toEqual([]);
  });
});

describe('limits and expiry', () => {
  test('one customer who asks sixty times at once gets the limit', async () => {
    await shop.coupons.createCampaign(campaign('three each', { limit_per_customer: 3 }));
    const asked = { customer_id: 'c7', campaign_ids: ['three each'] };
    const decisions = await Promise.all(Array.from({ length: 60 }, () => decide(shop.coupons, asked)));
    expect(decisions.filter(({ coupon }) => coupon).length).toBe(3);
    expect(decisions.filter(({ campaigns }) => campaigns[0].outcome === 'customer-limit-reached').length).toBe(57);
    expect((await shop.coupons.readCampaign('three each')).counters).toMatchObject({
      issued: 3,
      moneyReservedMinor: 900,
    });
    expect(await selectDifferences(shop.db)).toEqual([]);
  });

  test('several campaigns tried by everybody at once: no deadlock, each budget whole', async () => {
    for (const priority of [1, 2, 3]) {
      await shop.coupons.createCampaign(campaign(`tier ${priority}`, { priority, budget: { coupons: 10 } }));
    }
    const ids = ['tier 1', 'tier 3', 'tier 2'];
    const decisions = await Promise.all(
      Array.from({ length: 200 }, (_, n) =>
        decide(shop.coupons, { customer_id: `c${n}`, campaign_ids: n % 2 === 0 ? ids : ids.toReversed() }),
      ),
    );
    const granted = decisions.flatMap(({ coupon }) => (coupon ? [coupon.campaignId] : []));
    for (const id of ids) expect(granted.filter((campaignId) => campaignId === id).length).toBe(10);
    for (const { campaigns } of decisions)
      expect(campaigns.map(({ campaignId }) => campaignId)).toEqual(['tier 3', 'tier 2', 'tier 1']);
  });

  test('expiry, by several at once and while codes are being redeemed, gives each back once', async () => {
    await shop.coupons.createCampaign(
      campaign('short', { coupon_valid_days: 1, budget: { coupons: 40, money: '120.00' } }),
    );
    const decisions = await Promise.all(
      Array.from({ length: 40 }, (_, n) => decide(shop.coupons, { customer_id: `c${n}`, campaign_ids: ['short'] })),
    );
    const codes = decisions.map(({ coupon }) => coupon!.code);
    const issuedAt = shop.time.now;
    // Half of the redeemers are of an instance whose clock is a day behind, so they win where they are first.
    const behind = shop.withParts({ clock: () => issuedAt });
    shop.time.now = new Date(issuedAt.getTime() + 86_400_000);
    let redeemed = 0;
    const tries = codes.map(async (code, n) => {
      try {
        await redeem(n % 2 === 0 ? behind : shop.coupons, { code });
        redeemed++;
      } catch (error) {
        expect(error).toMatchObject({
          code: 'coupon_not_redeemable',
          faults: [{ field: '/code', message: 'has expired' }],
        });
      }
    });
    const sweeps = Array.from({ length: 5 }, () => shop.coupons.expireCoupons());
    await Promise.all([...tries, ...sweeps]);
    await shop.coupons.expireCoupons();
    shop.time.now = issuedAt;
    expect(redeemed).toBeLessThanOrEqual(20);
    expect((await shop.coupons.readCampaign('short')).counters).toEqual({
      issued: redeemed,
      redeemed,
      expired: 40 - redeemed,
      released: 0,
      reversed: 0,
      moneyReservedMinor: 0,
      moneyRedeemedMinor: redeemed * 300,
      moneyReversedMinor: 0,
    });
    expect(await selectDifferences(shop.db)).toEqual([]);
    const again = await decide(shop.coupons, { customer_id: 'c1', campaign_ids: ['short'] });
    expect(again.coupon).not.toBeNull();
  });
});
