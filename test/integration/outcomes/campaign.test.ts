import { afterAll, beforeAll, expect } from '@jest/globals';
import { seededRandom } from '../../../models/random.ts';
import type { OperationId } from '../../../src/http/index.ts';
import { generateSampleShop } from '../../../src/sample-shop/index.ts';
import { story } from '../../support/jest/story.ts';
import { call, operations } from '../../support/service/contract.ts';
import { createTestService, type TestService } from '../../support/service/service.ts';
import { couponIsRight, publishSegments } from '../../support/shops/coupon-shop.ts';

const begin = new Date('2026-03-10T12:00:00Z');
const time = { now: begin };
const shopCustomers = 900;
const holdoutShare = 0.15;
const controlShare = 0.5;
const price = 20;
const cost = 8;
const discount = 3;

interface Planted {
  customerId: string;
  /** an order without the coupon, and with it */
  buysAnyway: boolean;
  buysWith: boolean;
}

let service: TestService;
let people: Planted[];
let nextKey = 0;

beforeAll(async () => {
  service = await createTestService({ clock: () => time.now });
  const shop = generateSampleShop({
    seed: 11,
    customers: shopCustomers,
    items: 60,
    days: 60,
    end: new Date('2026-03-01T00:00:00Z'),
  });
  const { intake } = service.stations;
  await intake.upsertItems([...shop.items, { item_id: 'goods', title: 'Goods', price: `${price}`, cost: `${cost}` }]);
  await intake.upsertCustomers([...shop.customers()]);
  const orders = [...shop.orders()];
  for (let from = 0; from < orders.length; from += 1_000) await intake.recordOrders(orders.slice(from, from + 1_000));
  const random = seededRandom(5);
  const profiled = new Set([...shop.customers()].filter((one) => one.profiling_allowed).map((one) => one.customer_id));
  const truths = [...shop.truth.customers()].filter(({ customerId }) => profiled.has(customerId));
  people = truths.map(({ customerId, couponResponder }) => {
    const buysAnyway = random() < 0.2;
    return { customerId, buysAnyway, buysWith: buysAnyway || (random() < 0.7 && couponResponder) };
  });
  const { database } = service;
  const keys = await database.query<{ customer_key: number }>(
    'select customer_key from customers order by customer_key',
  );
  const groups = ['low-contribution', 'ordinary'] as const;
  await publishSegments(
    database,
    keys.map(({ customer_key: customerKey }, at) => ({ ...couponIsRight, customerKey, group: groups[at % 2] })),
  );
});
afterAll(() => service.stop());

/** Asks over HTTP and checks the answer against the contract. */
async function ask(
  id: OperationId,
  request: { path?: Record<string, string>; query?: string; body?: unknown } = {},
  expected = 200,
) {
  const operation = operations.find((one) => one.id === id)!;
  const isOnce = operation.parameters.some(({ name }) => name === 'Idempotency-Key');
  const headers = {
    ...service.as(operation.scopes[0] as 'coupons'),
    ...(isOnce && { 'Idempotency-Key': `key-${nextKey++}` }),
  };
  const answer = await call(service.url, id, { ...request, headers });
  if (answer.status !== expected) throw new Error(`${id} ${answer.status}: ${answer.text}`);
  return answer.json;
}

/** In waves, as many shoppers at once would. */
async function each<Value, Result>(
  values: readonly Value[],
  work: (value: Value) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let from = 0; from < values.length; from += 30) {
    results.push(...(await Promise.all(values.slice(from, from + 30).map(work))));
  }
  return results;
}

const decide = (campaign_id: string) => (person: Planted) =>
  ask('decideCoupon', { body: { customer_id: person.customerId, campaign_ids: [campaign_id] } });
const campaign = (campaign_id: string, change: object = {}) => ({
  campaign_id,
  name: campaign_id,
  discount: { type: 'amount', amount: `${discount}.00` },
  valid_from: '2026-03-01T00:00:00Z',
  valid_until: '2026-04-10T00:00:00Z',
  coupon_valid_days: 30,
  ...change,
});
/** An order tells what was paid: with a coupon less than the cart had. */
const order = (order_id: string, customer_id: string, coupon_code?: string) => ({
  order_id,
  customer_id,
  occurred_at: time.now.toISOString(),
  lines: [{ item_id: 'goods', quantity: 1, unit_price: `${coupon_code ? price - discount : price}.00`, coupon_code }],
});

story('campaigns and their reports, with a control group and without, and rules never tried', (step) => {
  let decisions: Awaited<ReturnType<typeof ask>>[];
  const armOf = (index: number): 'treated' | 'control' | 'holdout' =>
    decisions[index].holdout === 'global' ? 'holdout' : decisions[index].coupon ? 'treated' : 'control';
  const truth = { treated: 0, added: 0, redeemed: 0 };

  step('arms are sticky, and who is control or held out gets nothing', async () => {
    // Arms are drawn by the salt: with one of its own, each run would draw others.
    await service.database.query(
      `insert into holdouts (share, exploration_share, salt) values (0, 0, 'salt of this test')`,
    );
    await ask('setHoldout', { body: { share: holdoutShare } });
    await ask('createCampaign', { body: campaign('spring', { control_share: controlShare }) }, 201);
    decisions = await each(people, decide('spring'));
    expect(new Set(decisions.map(({ holdout }) => holdout))).toEqual(new Set(['global', 'control', 'none']));
    for (const decision of decisions) expect(decision.coupon !== null).toBe(decision.holdout === 'none');
    const again = await each(people.slice(0, 150), decide('spring'));
    again.forEach((decision, index) => {
      if (armOf(index) === 'treated') return;
      expect(decision).toMatchObject({ coupon: null, holdout: decisions[index].holdout });
    });
  });

  step('the interval holds what was planted', async () => {
    time.now = new Date('2026-03-17T12:00:00Z');
    const buyers = people.flatMap((person, index) => {
      const isTreated = armOf(index) === 'treated';
      if (isTreated) {
        truth.treated++;
        truth.added += Number(person.buysWith) - Number(person.buysAnyway);
      }
      const code: string | undefined = isTreated ? decisions[index].coupon.code : undefined;
      return (isTreated ? person.buysWith : person.buysAnyway) ? [{ person, code }] : [];
    });
    truth.redeemed = buyers.filter(({ code }) => code).length;
    await each(buyers, async ({ person, code }) => {
      const placed = order(`order of ${person.customerId}`, person.customerId, code);
      if (code) {
        const lines = [{ item_id: 'goods', quantity: 1, unit_price: `${price}.00` }];
        await ask('redeemCoupon', {
          body: { code, order_id: placed.order_id, customer_id: person.customerId, lines },
        });
      }
      await ask('recordOrders', { body: { orders: [placed] } });
    });
    time.now = new Date('2026-04-20T12:00:00Z');
    // After the end, so it is nobody's outcome.
    await ask('recordOrders', { body: { orders: [order('too late', people[0].customerId)] } });

    const report = await ask('reportCampaign', { path: { campaign_id: 'spring' } });
    expect(report).toMatchObject({
      issued: truth.treated,
      redeemed: truth.redeemed,
      reversed: 0,
      cost: `${truth.redeemed * discount}.00`,
      attributed: {
        orders: truth.redeemed,
        redemptions_without_order: 0,
        revenue: `${truth.redeemed * (price - discount)}.00`,
        margin: `${truth.redeemed * (price - discount - cost)}.00`,
      },
      sample_ratio: { treated: truth.treated, expected_control_share: controlShare, alarm: false },
    });
    const control = people.filter((_, index) => armOf(index) === 'control');
    expect(report.sample_ratio.control).toBe(control.length);
    const { orders, revenue, margin, profit, return_on_investment, ...rest } = report.incremental;
    expect(orders.control_mean).toBeCloseTo(
      control.filter(({ buysAnyway }) => buysAnyway).length / control.length,
      orders.variance_saved > 0 ? 1 : 6,
    );
    const holds = ({ low, high }: { low: number; high: number }, value: number) => low <= value && value <= high;
    expect(truth.added).toBeGreaterThan(50);
    expect(holds(orders.total, truth.added)).toBe(true);
    expect(holds(revenue.total, truth.added * price - truth.redeemed * discount)).toBe(true);
    expect(holds(margin.total, truth.added * (price - cost))).toBe(true);
    const earned = truth.added * (price - cost) - truth.redeemed * discount;
    expect(holds(profit, earned)).toBe(true);
    expect(holds(return_on_investment, earned / (truth.redeemed * discount))).toBe(true);
    expect(orders.is_beyond_chance).toBe(true);
    expect(orders.total.low).toBeGreaterThan(0);
    expect(rest).toMatchObject({ cost: truth.redeemed * discount, cost_known_share: 1 });
    expect(report.statement).toContain('Against its control the campaign added');
  });

  step('a reversal and a refund are taken off', async () => {
    const index = people.findIndex((person, at) => armOf(at) === 'treated' && person.buysWith);
    const order_id = `order of ${people[index].customerId}`;
    const before = await ask('reportCampaign', { path: { campaign_id: 'spring' } });
    await ask('reverseCoupon', { body: { reversal_id: 'back', order_id } });
    const refund = {
      refund_id: 'back',
      order_id,
      occurred_at: time.now.toISOString(),
      lines: [{ item_id: 'goods', quantity: 1 }],
    };
    await ask('recordRefunds', { body: { refunds: [refund] } });
    const after = await ask('reportCampaign', { path: { campaign_id: 'spring' } });
    expect(Number(before.cost) - Number(after.cost)).toBe(discount);
    expect(after).toMatchObject({ reversed: 1, issued: before.issued, attributed: { orders: truth.redeemed - 1 } });
    const { orders: was } = before.incremental;
    const { orders: is } = after.incremental;
    expect(was.treated_mean - is.treated_mean).toBeCloseTo(1 / truth.treated, 5);
  });

  // Would see: a cost that leaves the return on investment alone, one that counts before its day, and a correction that adds to what it corrects.
  step('sending and media are in cost, profit and return on investment', async () => {
    const path = { campaign_id: 'spring' };
    const tell = (cost_id: string, body: object, expected = 200) =>
      ask('setCampaignCost', { path: { ...path, cost_id }, body }, expected);
    const before = await ask('reportCampaign', { path });
    await tell('mail', { name: 'Sending', per: 'coupon', amount: '0.5' });
    const mail = await tell('mail', { name: 'Sending', per: 'coupon', amount: '0.035' });
    // 3.5 cents each, rounded half away from zero once.
    const sent = Math.floor((truth.treated * 35 + 5) / 10);
    expect(mail).toMatchObject({ amount: '0.035', day: null, units: truth.treated, total: (sent / 100).toFixed(2) });
    await tell('leaflets', { name: 'Leaflets', per: 'once', amount: '120.5', day: '2026-04-20' });
    await tell('fair', { name: 'Stand', per: 'once', amount: '900', day: '2026-04-21' });
    const told = (sent + 12_050) / 100;
    const after = await ask('reportCampaign', { path });
    expect(after).toMatchObject({ cost: before.cost, other_costs: told.toFixed(2) });
    const [was, is] = [before.incremental, after.incremental];
    expect(is.cost).toBeCloseTo(was.cost + told, 6);
    for (const edge of ['value', 'low', 'high'] as const) {
      expect(is.profit[edge]).toBeCloseTo(was.profit[edge] - told, 5);
      expect(is.return_on_investment[edge]).toBeCloseTo(is.profit[edge] / (was.cost + told), 5);
    }
    expect(after.statement).toContain('What was told of sending and media is taken off as well.');
    const { items } = await ask('listCampaignCosts', { path });
    expect(items.map(({ cost_id, units }: { cost_id: string; units: number }) => [cost_id, units])).toEqual([
      ['fair', 0],
      ['leaflets', 1],
      ['mail', truth.treated],
    ]);
    for (const wrong of [
      { name: 'a', per: 'once', amount: '1' },
      { name: 'a', per: 'coupon', amount: '1', day: '2026-04-20' },
      { name: 'a', per: 'once', amount: '1.005', day: '2026-04-20' },
    ]) {
      expect((await tell('wrong', wrong, 409)).errors).toHaveLength(1);
    }
    const { items: audit } = await ask('listAuditEntries', { query: 'subject=campaign-cost&subject_id=spring' });
    const changed = audit.find(({ action }: { action: string }) => action === 'changed');
    expect([changed.before.amount, changed.after.amount]).toEqual([0.5, 0.035]);
    for (const cost_id of ['mail', 'leaflets', 'fair']) await ask('deleteCampaignCost', { path: { ...path, cost_id } });
    await ask('deleteCampaignCost', { path: { ...path, cost_id: 'mail' } }, 404);
    expect((await ask('reportCampaign', { path })).incremental).toEqual(was);
  });

  step('all campaigns together are measured against who is held out of them', async () => {
    const report = await ask('reportHoldout');
    const heldOut = people.filter((_, index) => armOf(index) === 'holdout').length;
    expect(report).toMatchObject({
      share: holdoutShare,
      sample_ratio: {
        control: heldOut,
        treated: people.length - heldOut,
        expected_control_share: holdoutShare,
        alarm: false,
      },
    });
    expect(report.incremental.orders.per_customer.low).toBeLessThan(report.incremental.orders.per_customer.high);
  });

  step('each group is told what it was given', async () => {
    const { groups } = await ask('reportDiscountByGroup');
    const total = groups.reduce((sum: number, { discount: given }: { discount: string }) => sum + Number(given), 0);
    expect(groups.map(({ group }: { group: string }) => group)).toEqual(['low-contribution', 'ordinary']);
    expect(total).toBe((truth.redeemed - 1) * discount);
    const told = groups.reduce((sum: number, { customers }: { customers: number }) => sum + customers, 0);
    expect(told).toBe(people.length);
    for (const { mean_discount_of_redemption } of groups) {
      expect(mean_discount_of_redemption).toBe(discount);
    }
    const none = await ask('reportDiscountByGroup', {
      query: 'from=2025-01-01T00:00:00Z&until=2025-02-01T00:00:00Z',
    });
    expect(none.groups).toEqual([]);
    await ask('reportDiscountByGroup', { query: 'from=2026-01-01T00:00:00Z&until=2025-02-01T00:00:00Z' }, 409);
  });

  step('of a coupon that is reversed in part the rest was given', async () => {
    const buyers = people.filter((person, at) => armOf(at) === 'treated' && person.buysWith);
    const read = async () => {
      const { groups } = await ask('reportDiscountByGroup');
      const { cost, incremental } = await ask('reportCampaign', { path: { campaign_id: 'spring' } });
      const byGroups = groups.reduce((sum: number, one: { discount: string }) => sum + Number(one.discount), 0);
      return { byGroups, cost: Number(cost), ofTreated: incremental.cost };
    };
    const before = await read();
    const order_id = `order of ${buyers.at(-1)!.customerId}`;
    await ask('reverseCoupon', { body: { reversal_id: 'part', order_id, amount: '1.25' } });
    const after = await read();
    for (const figure of ['byGroups', 'cost', 'ofTreated'] as const) {
      expect([figure, before[figure] - after[figure]]).toEqual([figure, 1.25]);
    }
    await ask('reverseCoupon', { body: { reversal_id: 'rest', order_id } });
  });

  const evaluate = (rules: object[], reward: 'profit' | 'orders' = 'profit') =>
    service.stations.outcomes.evaluatePolicy({ policy: { rules }, reward, days: 28, from: new Date('2026-03-01') });

  step('the estimates of a rule never tried hold what was planted, for everybody and for one group', async () => {
    time.now = new Date('2026-04-20T12:00:00Z');
    const groups = new Map(
      (
        await service.database.query<{ id: string; found: string }>(
          `select customer_id as id, answer->>'group' as found from coupon_decisions join customers using (customer_key)`,
        )
      ).map(({ id, found }) => [id, found]),
    );
    const always = [{ campaign_id: 'spring' }];
    const oneGroup = [{ groups: ['ordinary'], campaign_id: 'spring' }];
    for (const [rules, gets] of [
      [always, () => true],
      [[], () => false],
      [oneGroup, ({ customerId }: Planted) => groups.get(customerId) === 'ordinary'],
    ] as const) {
      const earned = people.map((person) =>
        gets(person) ? Number(person.buysWith) * (price - cost - discount) : Number(person.buysAnyway) * (price - cost),
      );
      const truth = earned.reduce((sum, value) => sum + value, 0) / people.length;
      const { decisions, ips, snips, doublyRobust, chosen } = await evaluate([...rules]);
      expect(decisions).toBe(people.length);
      for (const { value, standardError, low, high } of [ips, snips, doublyRobust]) {
        expect(Math.abs(value - truth)).toBeLessThan(2 * standardError);
        expect(high - low).toBeCloseTo(3.92 * standardError, 9);
      }
      expect(chosen.low).toBeLessThan(truth);
      expect(chosen.high).toBeGreaterThan(truth);
    }
    const { agreeing, naive, snips } = await evaluate(always, 'orders');
    expect(agreeing).toBeLessThan(people.length / 2);
    expect(naive).toBeCloseTo(snips.value, 9);
  });

  // Would see: a policy that is valued by other decisions than it would make, or beside the wrong version.
  step(
    'a version of a policy is worth what a rule is that says the same, beside the version that is published',
    async () => {
      const value = (policy_id: string, version: number) =>
        ask('valuePolicyVersion', {
          path: { policy_id, version: String(version) },
          query: 'from=2026-03-01T00:00:00Z',
        });
      const propose = (policy: object) => ask('proposePolicy', { path: { policy_id: 'mine' }, body: { policy } }, 201);
      const same = (valued: Record<string, { value: number }>, by: Awaited<ReturnType<typeof evaluate>>) => {
        expect(valued).toMatchObject({ decisions: by.decisions, agreeing: by.agreeing, not_open: 0, not_logged: 0 });
        expect(valued['ips'].value).toBeCloseTo(by.ips.value, 4);
        expect(valued['doubly_robust'].value).toBeCloseTo(by.doublyRobust.value, 4);
      };
      const everyone = await value('everyone', 1);
      expect(everyone.chosen.estimate.standard_error).toBeLessThanOrEqual(everyone.doubly_robust.standard_error);
      same(everyone, await evaluate([{ campaign_id: 'spring' }]));
      expect(everyone).toMatchObject({
        policy_id: 'everyone',
        version: 1,
        reward: 'profit',
        days: 28,
        difference: null,
      });
      const give = { when: { groups: ['ordinary'] }, action: 'give' };
      await propose({ kind: 'rules', rules: [give] });
      const first = await value('mine', 1);
      same(first, await evaluate([{ groups: ['ordinary'], campaign_id: 'spring' }]));
      await ask('publishPolicy', { path: { policy_id: 'mine' }, body: { version: 1 } });
      await propose({ kind: 'rules', rules: [], otherwise: 'give' });
      const second = await value('mine', 2);
      expect(second.difference).toMatchObject({ version: 1 });
      expect(second.difference.value).toBeCloseTo(second.doubly_robust.value - first.doubly_robust.value, 4);
      expect(second.difference.low).toBeLessThan(second.difference.value);
      // Nobody was asked then whether they had ordered.
      await ask(
        'valuePolicyVersion',
        { path: { policy_id: 'first-order', version: '1' }, query: 'from=2026-03-01T00:00:00Z' },
        409,
      );
      await ask('valuePolicyVersion', { path: { policy_id: 'mine', version: '9' } }, 404);
    },
  );

  step('what cannot be judged is refused', async () => {
    await expect(evaluate([{ campaign_id: 'spring', group: 'ordinary' }])).rejects.toThrow('/rules/0');
    const { notOpen, decisions } = await evaluate([{ campaign_id: 'nowhere' }]);
    expect(notOpen).toBe(decisions);
    time.now = new Date('2026-03-12T12:00:00Z');
    await expect(evaluate([])).rejects.toThrow('nothing can be said');
  });

  step('without a control there is no lift, and the report says so', async () => {
    time.now = new Date('2026-03-20T12:00:00Z');
    await ask('createCampaign', { body: campaign('plain') }, 201);
    const [decision] = (await each(people.slice(0, 40), decide('plain'))).filter(({ coupon }) => coupon);
    const lines = [{ item_id: 'goods', quantity: 1, unit_price: `${price}.00` }];
    const { customer_id } = decision;
    await ask('redeemCoupon', { body: { code: decision.coupon.code, order_id: 'never told', customer_id, lines } });
    const report = await ask('reportCampaign', { path: { campaign_id: 'plain' } });
    expect(report).toMatchObject({
      redeemed: 1,
      cost: '3.00',
      attributed: { orders: 0, redemptions_without_order: 1, revenue: '0.00', margin: null },
      sample_ratio: null,
      incremental: null,
    });
    expect(report.statement).toContain('there is no control');
    expect(JSON.stringify(report)).not.toContain('lift"');
    await ask('reportCampaign', { path: { campaign_id: 'nowhere' } }, 404);
  });

  step('too few customers measure nothing', async () => {
    await ask('createCampaign', { body: campaign('small', { control_share: 0.2 }) }, 201);
    await each(people.slice(0, 60), decide('small'));
    const early = await ask('reportCampaign', { path: { campaign_id: 'small' } });
    expect(early.statement).toContain('no customer was considered');
    time.now = new Date('2026-03-21T12:00:00Z');
    const report = await ask('reportCampaign', { path: { campaign_id: 'small' } });
    expect(report.incremental).toBeNull();
    expect(report.sample_ratio).toMatchObject({ expected_control_share: 0.2 });
    expect(report.statement).toContain('both must be at least 100');
    time.now = new Date('2026-04-20T12:00:00Z');
    const from = new Date('2026-03-20');
    const few = { policy: { rules: [] }, reward: 'orders', days: 28, from } as const;
    await expect(service.stations.outcomes.evaluatePolicy(few)).rejects.toThrow('50 are needed');
  });
});
