import { afterAll, beforeAll, expect } from '@jest/globals';
import { createOutcomes } from '../../../src/outcomes/index.ts';
import { story } from '../../support/jest/story.ts';
import { type CouponShop, campaign, decide, openCouponShop } from '../../support/shops/coupon-shop.ts';

const ids = Array.from({ length: 1_500 }, (_, n) => `c${n}`);
let shop: CouponShop;

beforeAll(async () => {
  shop = await openCouponShop({ customers: Object.fromEntries(ids.map((id) => [id, {}])) });
  // Arms are drawn by the salt: with one of its own, each run would draw others.
  await shop.db.query(`insert into holdouts (share, exploration_share, salt) values (0, 0, 'salt of this test')`);
  await shop.coupons.createCampaign(campaign('first', { budget: {}, priority: 2, control_share: 0.5 }));
  await shop.coupons.createCampaign(campaign('second', { budget: {}, priority: 1 }));
  await shop.coupons.createCampaign(campaign('third', { budget: {}, priority: 0 }));
});
afterAll(() => shop.stop());

const decideAll = () => Promise.all(ids.map((customer_id) => decide(shop.coupons, { customer_id })));
const pass = (days: number) => {
  shop.time.now = new Date(shop.time.now.getTime() + days * 86_400_000);
};
const report = () =>
  createOutcomes({
    db: shop.db,
    clock: () => shop.time.now,
    coupons: shop.coupons,
    config: { minorDigits: 2, currency: 'EUR', timeZone: 'UTC' },
    intake: { importPastCampaigns: () => Promise.reject(new Error('nothing is imported here')) },
  }).reportHoldout();
const ratioOf = async () => (await report()).measured!.effect.sampleRatio;

story('a holdout through its times', (step) => {
  step(
    'a holdout that begins while campaigns run has everybody whom a campaign would give a coupon from then on',
    async () => {
      expect(await report()).toMatchObject({ share: null, since: null, until: null, measured: null });
      await decideAll();
      pass(1);
      const since = shop.time.now;
      await shop.experiments.setHoldout({ share: 0.1 });
      pass(1);
      const held = (await decideAll()).filter(({ holdout }) => holdout === 'global').length;
      pass(0.5);
      expect(held).toBeGreaterThan(100);
      const { share, since: from, until, measured } = await report();
      expect({ share, from, until }).toEqual({ share: 0.1, from: since, until: null });
      expect(measured!.effect.sampleRatio).toMatchObject({ treated: ids.length - held, control: held });
    },
  );

  step('who explores has nothing to do with it: the arms stay, and nobody counts twice', async () => {
    const before = await report();
    await shop.experiments.setHoldout({ share: 0.1, exploration_share: 0.05 });
    pass(0.5);
    await decideAll();
    pass(0.5);
    expect((await report()).since).toEqual(before.since);
    expect(await ratioOf()).toEqual(before.measured!.effect.sampleRatio);
  });

  step('when nobody is held out any more, the report is of the time in which they were', async () => {
    const before = await ratioOf();
    const until = shop.time.now;
    await shop.experiments.setHoldout({ share: 0 });
    pass(1);
    await decideAll();
    pass(20);
    expect(await report()).toMatchObject({ share: 0.1, until, asOf: shop.time.now });
    expect(await ratioOf()).toEqual(before);
  });

  step('the same share anew is another time, with its own considerations', async () => {
    const since = shop.time.now;
    await shop.experiments.setHoldout({ share: 0.1 });
    expect(await report()).toMatchObject({ share: 0.1, since, until: null });
    expect(await ratioOf()).toMatchObject({ treated: 0, control: 0 });
  });

  step('whoever is erased is in no arm any more', async () => {
    const considered = () =>
      shop.db.query<{ key: number }>(
        'select distinct customer_key as key from holdout_considerations where customer_key is not null order by key',
      );
    const [first, ...others] = await considered();
    await shop.db.transaction((tx) => shop.erase(tx, first.key));
    expect(await considered()).toEqual(others);
  });
});
