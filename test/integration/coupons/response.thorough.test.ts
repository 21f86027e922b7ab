import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { recipe } from '../../../models/coupon-response/index.ts';
import { seededRandom } from '../../../models/random.ts';
import { type CouponDependencies, createCoupons, readChoices, replayDecisions } from '../../../src/coupons/index.ts';
import { createOutcomes, createResponses } from '../../../src/outcomes/index.ts';
import { story } from '../../support/jest/story.ts';
import { call } from '../../support/service/contract.ts';
import { createTestService, type TestService } from '../../support/service/service.ts';
import { decide } from '../../support/shops/coupon-shop.ts';
import { keepResponses, learnResponses } from '../../support/shops/learn-responses.ts';

/**
 * Campaigns whose coupon moves those who have bought before, and nobody else. `p<n>` took part when it was tried and taught it;
 * `n<n>` come after the night, every second of them has bought before.
 */
const pilots = 2_400;
const comers = 300;
const assignedAt = new Date('2026-03-10T12:00:00Z');
const asOf = new Date('2026-04-15T00:00:00Z');
const now = new Date('2026-04-15T09:00:00Z');
const controlShare = 0.3;
let service: TestService;
let trainingRunId: number;

const hasBought = (comer: number) => comer % 2 === 0;
/** Orders of 20.00, 40.00 or 60.00. */
const pieces = (customer: number) => 1 + (Math.floor(customer / 2) % 3);

beforeAll(async () => {
  service = await createTestService({ clock: () => now });
  const { database: db, stations } = service;
  const customers = [
    ...Array.from({ length: pilots }, (_, n) => ({ customer_id: `p${n}` })),
    ...Array.from({ length: comers }, (_, n) => ({ customer_id: `n${n}` })),
  ];
  for (let from = 0; from < customers.length; from += 1_000) {
    await stations.intake.upsertCustomers(customers.slice(from, from + 1_000));
  }
  await stations.intake.upsertItems([{ item_id: 'goods', title: 'Goods', price: '20.00', cost: '12.00' }]);
  const [run] = await db.query<{ training_run_id: number }>(
    `insert into training_runs (models, as_of, seed, recipes, code_version) values ('{}', $1, 1, '{}', 'test')
     returning training_run_id`,
    [asOf],
  );
  trainingRunId = run.training_run_id;
  for (const [campaign_id, coupons] of Object.entries({ ample: 1_000, tight: 20 })) {
    await stations.coupons.createCampaign({
      campaign_id,
      name: campaign_id,
      discount: { type: 'percent', percent: 10, maximum_discount: '5.00' },
      valid_from: '2026-03-01T00:00:00Z',
      valid_until: '2026-06-01T00:00:00Z',
      budget: { coupons },
      control_share: controlShare,
    });
  }
  const random = seededRandom(3);
  const orders: { customer_id: string; occurred_at: string; quantity: number }[] = [];
  const arms: string[] = [];
  for (let n = 0; n < pilots; n++) {
    const order = (occurred_at: string) => orders.push({ customer_id: `p${n}`, occurred_at, quantity: pieces(n) });
    const isRegular = random() < 0.5;
    const arm = random() < 0.5 ? 'treatment' : 'control';
    arms.push(arm);
    if (isRegular) for (const at of ['2026-01-10T12:00:00Z', '2026-02-20T12:00:00Z']) order(at);
    // Who came before comes because of the coupon; the others come more, and as likely without it.
    if (random() < (isRegular ? (arm === 'treatment' ? 0.45 : 0.1) : 0.6)) order('2026-03-25T12:00:00Z');
  }
  for (let n = 0; n < comers; n += 2) {
    for (const occurred_at of ['2026-02-15T12:00:00Z', '2026-03-28T12:00:00Z']) {
      orders.push({ customer_id: `n${n}`, occurred_at, quantity: pieces(n) });
    }
  }
  const named = orders.map(({ customer_id, occurred_at, quantity }, index) => ({
    order_id: `o${index}`,
    customer_id,
    occurred_at,
    lines: [{ item_id: 'goods', quantity, unit_price: '20.00' }],
  }));
  for (let from = 0; from < named.length; from += 1_000) {
    await stations.intake.recordOrders(named.slice(from, from + 1_000));
  }
  await db.query(
    `insert into experiment_assignments (experiment_key, customer_key, arm, control_share, holdout_share, decision_id, assigned_at)
     select experiment_key, customer_key, arm, 0.5, 0, 1, $3
     from unnest($1::text[], $2::text[]) as given (customer_id, arm) join customers using (customer_id), campaigns`,
    [arms.map((_, n) => `p${n}`), arms, assignedAt],
  );
});
afterAll(() => service.stop());

/** @param meanwhile happens when everything is learnt and before it is kept */
async function learn(meanwhile: () => Promise<unknown> = async () => {}): Promise<void> {
  const db = service.database;
  const quick = { ...recipe, folds: 2, bootstrapSamples: 100, network: { ...recipe.network, epochs: 10 } };
  const learnt = await learnResponses(db, quick, { asOf });
  await meanwhile();
  await keepResponses(db, trainingRunId, learnt);
}
const reportOf = async (campaign_id: string) =>
  (await call(service.url, 'reportCampaign', { path: { campaign_id }, headers: service.as('coupons') })).json;
const ask = async (customer_id: string, campaign_id: string) => {
  const headers = { ...service.as('coupons'), 'Idempotency-Key': randomUUID() };
  const body = { customer_id, campaign_ids: [campaign_id] };
  const { json } = await call(service.url, 'decideCoupon', { body, headers, query: 'campaigns=true' });
  return { customer_id, ...json, of: json.campaigns[0] };
};
const askAll = (numbers: number[], campaign_id: string) => Promise.all(numbers.map((n) => ask(`n${n}`, campaign_id)));
const numbersOf = (fits: (n: number) => boolean) => Array.from({ length: comers }, (_, n) => n).filter(fits);
const featureKeys = async () => {
  const rows = await service.database.query<{ customer_id: string }>(
    'select customer_id from response_features join customers using (customer_key)',
  );
  return new Set(rows.map((row) => row.customer_id));
};

/** Coupons as another instance has them that was started with other settings. */
function withConfig(barredAttributes: string[]) {
  const { database: db, stations } = service;
  const { recommendations } = stations;
  const parts: CouponDependencies = {
    db,
    clock: () => now,
    config: { minorDigits: 2, timeZone: 'UTC', barredAttributes },
    lowerPricedItems: recommendations.lowerPricedItems,
    itemsForScope: recommendations.itemsForScope,
    responses: createResponses(db),
  };
  const coupons = createCoupons(parts);
  const config = { minorDigits: 2, currency: 'EUR', timeZone: 'UTC', barredAttributes };
  return { coupons, outcomes: createOutcomes({ db, config, clock: () => now, coupons, intake: stations.intake }) };
}

story('decisions before, after and between nights', (step) => {
  step('before a night has learnt the simple policy decides', async () => {
    expect((await reportOf('ample')).response).toBeNull();
    expect((await ask('n0', 'ample')).of).toEqual({
      campaign_id: 'ample',
      version: 1,
      policy: { policy_id: 'by-cause', version: 1 },
      outcome: 'not-needed',
    });
  });

  step('a segment that a campaign aims at is not removed', async () => {
    const headers = service.as('segments');
    const path = { segment_id: 'list-chosen' };
    await call(service.url, 'createSegment', { body: { ...path, name: 'Chosen' }, headers });
    const body = {
      campaign_id: 'aimed',
      name: 'Aimed',
      discount: { type: 'amount', amount: '1.00' },
      valid_from: '2026-03-01T00:00:00Z',
      valid_until: '2026-06-01T00:00:00Z',
      target_segments: ['list-chosen'],
    };
    const made = await call(service.url, 'createCampaign', { body, headers: service.as('coupons') });
    expect(made).toMatchObject({ status: 201, json: { target_segments: ['list-chosen'] } });
    const removed = await call(service.url, 'deleteSegment', { path, headers });
    expect(removed).toMatchObject({ status: 409, json: { code: 'conflict' } });
    expect(removed.json.detail).toContain('aimed');
  });

  step('a night', learn);

  step('the report says that decisions use the model, and the least score', async () => {
    const ample = (await reportOf('ample')).response;
    expect(ample).toMatchObject({ is_used: true, decides: true, least_score: 0 });
    expect(ample.use).toBe(
      'Decisions use it: a coupon is for whoever is expected to bring anything more, its discount taken off.',
    );
    const tight = (await reportOf('tight')).response;
    expect(tight).toMatchObject({ is_used: true, decides: true });
    expect(tight.least_score).toBeGreaterThan(0);
    expect(tight.use).toContain(`at least ${tight.least_score.toFixed(2)} EUR more`);
  });

  step('those who respond get the coupon and the others do not, with the figures', async () => {
    const decisions = await askAll(
      numbersOf((n) => n < 100),
      'ample',
    );
    for (const { customer_id, action, of, reason, coupon, holdout } of decisions) {
      const { uplift, probability_with_coupon, order_margin, discount, expected_margin, least } = of.score;
      expect(expected_margin).toBeCloseTo(uplift * order_margin - probability_with_coupon * discount, 4);
      expect(of.score).toMatchObject({ model_version: String(trainingRunId), least: 0 });
      const n = Number(customer_id.slice(1));
      if (hasBought(n)) {
        // The margin that reports know: 8.00 of each piece sold at 20.00.
        expect(order_margin).toBe(8 * pieces(n));
        expect(discount).toBe(Math.min(5, 2 * pieces(n)));
        expect(uplift).toBeGreaterThan(0.2);
        expect(expected_margin).toBeGreaterThan(least);
        expect(of.outcome).toBe(holdout === 'control' ? 'control-group' : 'granted');
        expect(action).toBe(holdout === 'control' ? 'none' : 'coupon');
        if (coupon) {
          expect(reason).toContain(
            ` But this customer is expected to bring ${expected_margin.toFixed(2)} more because of the coupon`,
          );
        }
      } else {
        expect(expected_margin).toBeLessThanOrEqual(0);
        expect({ action, outcome: of.outcome }).toEqual({ action: 'none', outcome: 'no-expected-gain' });
        expect(of.score.text).toMatch(/^With the coupon an order comes with a probability of \d+\.\d %/);
      }
    }
    const granted = decisions.filter(({ action }) => action === 'coupon').length;
    expect(granted).toBeGreaterThan(20);
    expect(granted).toBeLessThan(50);
  });

  step('what is left of a budget goes to the largest expected gain', async () => {
    const { least_score: least } = (await reportOf('tight')).response;
    const decisions = await askAll(numbersOf(hasBought), 'tight');
    const scores = decisions.map(({ of }) => of.score.expected_margin).sort((a, b) => b - a);
    for (const { of } of decisions) {
      const isWorth = of.score.expected_margin >= least;
      if (isWorth) expect(['granted', 'control-group', 'coupon-budget-spent']).toContain(of.outcome);
      else expect(['no-expected-gain', 'coupon-budget-spent']).toContain(of.outcome);
    }
    // 20 coupons for 70 % of whom they are for: the 28 best and whoever is as good as the last of them.
    expect(least).toBe(scores[27]);
    expect(decisions.filter(({ action }) => action === 'coupon').length).toBe(20);
  });

  step('whom the night did not know is decided by the simple policy, and whoever objects gets nothing', async () => {
    const { intake } = service.stations;
    await intake.upsertCustomers([{ customer_id: 'new' }, { customer_id: 'n102', profiling_allowed: false }]);
    expect((await ask('new', 'ample')).of).toEqual({
      campaign_id: 'ample',
      version: 1,
      policy: { policy_id: 'by-cause', version: 1 },
      outcome: 'not-needed',
    });
    const objecting = await ask('n102', 'ample');
    expect(objecting).toMatchObject({ action: 'none', cause: 'profiling-not-allowed' });
    expect(objecting.of.score).toBeUndefined();
  });

  step(
    'where what scores are derived from is barred they do not decide, and both answer and report say so',
    async () => {
      for (const barred of ['average_order_value', 'frequency']) {
        const { coupons, outcomes } = withConfig([barred]);
        const decision = await decide(coupons, { customer_id: 'n104', campaign_ids: ['ample'] });
        expect(decision).toMatchObject({ action: 'none', campaigns: [{ outcome: 'not-needed' }] });
        expect(decision.scores).toBeUndefined();
        expect(decision.reason).toMatch(
          new RegExp(`What nights have learnt .* is not used: ${barred} is barred from decisions\\.$`),
        );
        const { response } = await outcomes.reportCampaign('ample');
        expect(response).toMatchObject({ decides: false });
        expect(response!.use).toContain(`${barred}, which it is derived from, is barred`);
      }
      const { coupons } = withConfig(['group']);
      expect((await decide(coupons, { customer_id: 'n104', campaign_ids: ['ample'] })).scores).toHaveLength(1);
    },
  );

  step('exploration also tries whom no gain is expected of', async () => {
    const { experiments } = service.stations;
    await experiments.setHoldout({ share: 0, exploration_share: 0.2 });
    const decisions = await askAll(
      numbersOf((n) => n >= 150 && !hasBought(n)),
      'ample',
    );
    await experiments.setHoldout({ share: 0, exploration_share: 0 });
    const tried = decisions.filter(({ explored, action }) => explored && action === 'coupon');
    expect(tried.length).toBeGreaterThan(0);
    for (const { probability, reason } of tried) {
      expect(probability).toBeCloseTo(0.2 * (1 - controlShare), 12);
      expect(reason).toContain('the coupon was given to keep learning');
    }
    // The log says that it could have been chosen for each of them.
    const choices = await readChoices(service.database, asOf, new Date(now.getTime() + 1));
    const keys = await service.database.query<{ customer_id: string; customer_key: number }>(
      'select customer_id, customer_key from customers where customer_id = any($1::text[])',
      [decisions.map(({ customer_id }) => customer_id)],
    );
    for (const { customer_key } of keys) {
      expect(choices.find(({ customerKey }) => customerKey === customer_key)).toMatchObject({ open: ['ample'] });
    }
    for (const { action, explored, of } of decisions) {
      if (!explored) expect({ action, outcome: of.outcome }).toEqual({ action: 'none', outcome: 'no-expected-gain' });
    }
  });

  step('every decision comes out as it was when it is made again, whatever is learnt later', async () => {
    await service.database.query('delete from response_features');
    await service.database.query('update campaign_responses set least_score = 1e9');
    const report = await replayDecisions(service.database, 1_000);
    expect(report).toMatchObject({ otherRules: 0, differing: [] });
    expect(report.equal).toBeGreaterThan(300);
  });

  step('a model is used as the night that it is of, also when one publishes while it is read', async () => {
    const { database: db } = service;
    let reads = 0;
    const query: typeof db.query = async (...asked) => {
      const rows = await db.query<never>(...asked);
      if (reads++ === 0) await db.query('update campaign_responses set least_score = 7, learnt_at = clock_timestamp()');
      return rows;
    };
    const scorers = [...(await createResponses({ query }).scorers()).values()];
    expect(scorers.map(({ leastMinor }) => leastMinor)).toEqual([7, 7]);
    await learn();
  });

  step('whoever is erased or objects is not among what is known; where no cost is known, nothing decides', async () => {
    await learn();
    expect(await featureKeys()).toContain('n110');
    expect(await featureKeys()).not.toContain('n102');
    await service.stations.intake.eraseCustomer('n110');
    expect(await featureKeys()).not.toContain('n110');
    expect(await featureKeys()).toContain('n114');
    await learn(() => service.stations.intake.upsertCustomers([{ customer_id: 'n114', profiling_allowed: false }]));
    expect(await featureKeys()).not.toContain('n114');

    await service.stations.intake.upsertItems([{ item_id: 'goods', cost: null }]);
    await learn();
    expect((await featureKeys()).size).toBe(0);
    const { response } = await reportOf('ample');
    expect(response).toMatchObject({ is_used: true, decides: false, least_score: null });
    expect(response.use).toBe(
      'Decisions do not use an uplift model: no cost of anything bought is known, so nobody can say what an order brings.',
    );
    expect((await ask('n112', 'ample')).of.outcome).toBe('not-needed');
  });
});
