import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { seededRandom } from '../../../models/random.ts';
import { selectNetRedemptions } from '../../../src/coupons/index.ts';
import { createIntake, type Intake } from '../../../src/intake/intake.ts';
import { readArms } from '../../../src/outcomes/effects/campaign-arms.ts';
import { discountsByPerson, measureTrial } from '../../../src/outcomes/effects/measure-trial.ts';
import { type CouponShop, campaign, decide, goods, openCouponShop, redeem } from '../../support/shops/coupon-shop.ts';

let shop: CouponShop;
let intake: Intake;
beforeAll(async () => {
  shop = await openCouponShop({ customers: { anna: {} }, items: [{ item_id: 'tea' }] });
  const config = { timeZone: 'UTC', currency: 'EUR', minorDigits: 2, eventRetentionDays: 730 };
  intake = createIntake({ db: shop.db, config, clock: () => shop.time.now, erase: shop.erase });
});
afterAll(() => shop.stop());

const tick = () => (shop.time.now = new Date(shop.time.now.getTime() + 1_000)).toISOString();
let events = 0;
const see = (visitor_id: string, customer_id?: string) =>
  intake.recordEvents([
    {
      ...{ event_id: `e${events++}`, type: 'view', item_id: 'tea', visitor_id, occurred_at: tick() },
      ...(customer_id && { customer_id }),
    },
  ]);
let orders = 0;
async function order(who: { visitor_id?: string; customer_id?: string }): Promise<string> {
  const order_id = `order ${orders++}`;
  const lines = [{ item_id: 'tea', quantity: 1, unit_price: '20.00' }];
  const { verdicts } = await intake.recordOrders([{ ...who, order_id, occurred_at: tick(), currency: 'EUR', lines }]);
  expect(verdicts[0].status).toBe('accepted');
  return order_id;
}

/** A person as one keeps them on paper. */
interface Person {
  arm: 'treatment' | 'control';
  orders: number;
  discountMinor: number;
}

// Would see: visitors who are in no arm, orders that are nobody's once somebody signs in, one person in two arms.
test('who was first considered as a visitor counts in the arm of then, with what they ordered as guest and by name', async () => {
  const { coupons, db } = shop;
  const made = await coupons.createCampaign(
    campaign('guests', { guests: true, policy: 'everyone', control_share: 0.5, budget: {} }),
  );
  const random = seededRandom(17);
  const book = new Map<string, Person>();
  const ask = (who: object) => decide(coupons, { ...who, campaign_ids: ['guests'] });
  for (let n = 0; n < 900; n++) {
    const visitor_id = `v${n}`;
    await see(visitor_id);
    const { coupon } = await ask({ visitor_id });
    const person: Person = { arm: coupon ? 'treatment' : 'control', orders: 0, discountMinor: 0 };
    book.set(visitor_id, person);
    const buys = random() < (coupon ? 0.6 : 0.2);
    const signsIn = random() < (coupon ? 0.5 : 0.3);
    if (buys) {
      const order_id = await order({ visitor_id });
      person.orders++;
      if (coupon && random() < 0.7) {
        await redeem(coupons, {
          code: coupon.code,
          order_id,
          visitor_id,
          customer_id: undefined,
          lines: goods('20.00'),
        });
        person.discountMinor += 300;
      }
    }
    if (!signsIn) continue;
    if (n % 3 === 0) {
      // Considered in another browser too, before anybody knows that both are one person.
      await see(`second of v${n}`);
      await ask({ visitor_id: `second of v${n}` });
      await see(`second of v${n}`, `c${n}`);
    }
    await see(visitor_id, `c${n}`);
    if (random() < 0.5) {
      await order({ customer_id: `c${n}` });
      person.orders++;
    }
    // Asked again by name, or by another browser of theirs: the arm stays.
    await ask({ customer_id: `c${n}` });
    await see(`other of v${n}`, `c${n}`);
    await ask({ visitor_id: `other of v${n}` });
  }
  // One who is known from the first moment on.
  const byName = await ask({ customer_id: 'anna' });
  await order({ customer_id: 'anna' });
  book.set('anna', { arm: byName.coupon ? 'treatment' : 'control', orders: 1, discountMinor: 0 });

  tick();
  const arms = await readArms(db, made);
  const { effect } = await measureTrial(
    db,
    {
      arms,
      isControl: ({ arm }) => arm === 'control',
      controlShare: 0.5,
      until: shop.time.now,
      discounts: discountsByPerson(await selectNetRedemptions(db, made.campaignKey)),
      fewestInArm: 10,
    },
    2,
  );
  const of = (arm: Person['arm']) => [...book.values()].filter((person) => person.arm === arm);
  const mean = (people: Person[]) => people.reduce((sum, person) => sum + person.orders, 0) / people.length;
  const [treated, control] = [of('treatment'), of('control')];
  expect(effect.sampleRatio).toMatchObject({ treated: treated.length, control: control.length });
  if ('refusal' in effect) throw new Error(effect.refusal);
  const added = (mean(treated) - mean(control)) * treated.length;
  expect(effect.effects.orders.total.value).toBeCloseTo(added, 6);
  const given = treated.reduce((sum, { discountMinor }) => sum + discountMinor, 0) / 100;
  expect(effect.cost).toBeCloseTo(given, 6);
  expect(given).toBeGreaterThan(0);
});

test("a customer's timeline has what was decided about the visitor that they were", async () => {
  const { coupons } = shop;
  await coupons.createCampaign(campaign('told', { guests: true, policy: 'everyone' }));
  await see('seen before');
  const first = await decide(coupons, { visitor_id: 'seen before', campaign_ids: ['told'] });
  await redeem(coupons, {
    ...{ code: first.coupon!.code, order_id: 'as visitor', visitor_id: 'seen before', customer_id: undefined },
    lines: goods('9.00'),
  });
  await see('seen before', 'told later');
  tick();
  const second = await decide(coupons, { customer_id: 'told later', campaign_ids: ['told'] });
  const read = (limit: number, cursor?: string) =>
    coupons.timeline({
      customerId: 'told later',
      kinds: ['coupon_decision', 'coupon_redemption'],
      limit,
      ...(cursor && { cursor }),
    });
  const whole = await read(10);
  const expected = [`${second.decisionId}`, 'as visitor', `${first.decisionId}`];
  const keyOf = (entry: (typeof whole.page)[number]) =>
    entry.kind === 'coupon_redemption' ? entry.orderId : entry.key;
  expect(whole.page.map(keyOf)).toEqual(expected);
  const pages: unknown[] = [];
  for (let cursor: string | undefined; ; ) {
    const { page, next } = await read(1, cursor);
    pages.push(...page.map(keyOf));
    if (next === null) break;
    cursor = next;
  }
  expect(pages).toEqual(expected);
});
