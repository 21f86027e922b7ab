import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect } from '@jest/globals';
import { codeOf, type Outcome, packOutcomes } from '../../../src/coupons/decisions/choice/outcome-codes.ts';
import { readChoices, replayDecisions } from '../../../src/coupons/index.ts';
import { controlSalt, holdoutSalt, pointOf } from '../../../src/experiments/index.ts';
import type { Group } from '../../../src/segments/index.ts';
import { story } from '../../support/jest/story.ts';
import { type CouponShop, campaign, decide, openCouponShop } from '../../support/shops/coupon-shop.ts';

const groups: Group[] = ['high-value', 'high-quality', 'ordinary', 'low-contribution'];
const customers = 1_000;
const decisions = 10_000;

let shop: CouponShop;
beforeAll(async () => {
  const weak = { monetaryMinor: 1_000, averageOrderMinor: 1_000, averageUnitPrice: '5.5' };
  shop = await openCouponShop({
    customers: Object.fromEntries(
      Array.from({ length: customers }, (_, n) => [
        `c${n}`,
        n % 11 === 0 ? null : { group: groups[n % 4], recencyScore: 1 + (n % 5), ...(n % 3 === 0 && weak) },
      ]),
    ),
    items: [
      { item_id: 'beans', category: 'Food > Coffee', price: '9.00' },
      { item_id: 'soap', category: 'Home', price: '2.00' },
    ],
  });
  await shop.db.query(`update customers set profiling_allowed = false where customer_id like '%7'`);
  await shop.experiments.setHoldout({ share: 0.1, exploration_share: 0.2 });
  for (let n = 0; n < 30; n++) {
    await shop.coupons.createCampaign(
      campaign(`campaign ${n}`, {
        priority: n % 7,
        limit_per_customer: 1 + (n % 3),
        budget: { coupons: 20 * (1 + (n % 9)), money: `${100 + n}.00` },
        ...(n % 4 === 0 && { target_groups: [groups[n % 3]] }),
        ...(n % 5 === 0 && { applies_to: { categories: ['Food'] } }),
        ...(n % 13 === 12 && { applies_to: { bundle: ['beans', 'soap'] }, target_groups: [] }),
        ...(n % 3 === 0 && { minimum_spend: '10.00', control_share: 0.2 }),
        // None with a control group: such are made again below as by rules from before there were policies.
        ...(n % 8 === 2 && n % 3 !== 0 && { policy: 'everyone' as const }),
        ...(n % 6 === 1 && { limits: [{ per: 'customer', period: 'week', units: 1 }] }),
      }),
    );
  }
});
afterAll(() => shop.stop());

/** As the log has them. */
const codesFor = (...names: Outcome[]) => packOutcomes(Uint8Array.from(names, (name) => codeOf[name]));

story('a log of decisions', (step) => {
  step('logged decisions, made again from their inputs, are all equal', async () => {
    const carts = [
      undefined,
      [{ item_id: 'beans', quantity: 1.5, unit_price: '9.00' }],
      [{ item_id: 'soap', quantity: 4, unit_price: '2.00' }],
      [
        { item_id: 'soap', quantity: 4, unit_price: '2.00' },
        { item_id: 'beans', quantity: 3, unit_price: '9.00' },
      ],
    ];
    const seen = new Map<string, number>();
    const count = (what: string) => seen.set(what, (seen.get(what) ?? 0) + 1);
    for (let from = 0; from < decisions; from += 1_000) {
      // Time goes on, some campaigns are paused, some of what was issued expires.
      shop.time.now = new Date(shop.time.now.getTime() + 40 * 3_600_000);
      if (from % 3_000 === 0) await shop.coupons.pauseCampaign(`campaign ${from / 1_000}`);
      await shop.coupons.expireCoupons();
      const asked = Array.from({ length: 1_000 }, (_, n) =>
        decide(shop.coupons, {
          ...(n % 50 !== 0 && { customer_id: `c${(n * 7 + from) % (customers + 20)}` }),
          cart: carts[n % 3],
          ...(n % 20 === 0 && { campaign_ids: [`campaign ${n % 30}`, `campaign ${(n + 1) % 30}`] }),
          ...(n % 9 === 0 && { reserve_seconds: 600 }),
        }),
      );
      for (const decision of await Promise.all(asked)) {
        count(decision.action);
        count(`holdout ${decision.holdout}`);
        if (decision.explored) count('explored');
        for (const { outcome } of decision.campaigns) count(outcome);
      }
    }
    // Everything that can happen has happened.
    const happened = [
      'coupon',
      'lower-priced-goods',
      'none',
      'holdout global',
      'holdout control',
      'explored',
      'granted',
    ];
    const obstacles = [
      'not-active',
      'group-not-targeted',
      'nothing-in-cart-applies',
      'bundle-incomplete',
      'below-minimum-spend',
      'customer-limit-reached',
    ];
    const more = [
      'period-limit-reached',
      'coupon-budget-spent',
      'money-budget-spent',
      'lower-priority',
      'control-group',
      'not-drawn',
    ];
    for (const what of [...happened, ...obstacles, ...more]) expect([what, seen.get(what) ?? 0]).not.toEqual([what, 0]);

    const report = await replayDecisions(shop.db, decisions);
    expect(report).toEqual({ replayed: decisions, equal: decisions, otherRules: 0, differing: [] });
  });

  step('the log does not tell where a customer falls, which would name the customer', async () => {
    const [holdout] = await shop.db.query<{ salt: string }>('select salt from holdouts limit 1');
    const logged = await shop.db.query<{ customer_id: string; inputs: string }>(
      `select customer_id, inputs::text from coupon_decisions join customers using (customer_key)
     where answer->>'holdout' <> 'none'`,
    );
    expect(logged.length).toBeGreaterThan(decisions / 20);
    for (const { customer_id, inputs } of logged) {
      const salts = [holdoutSalt(holdout.salt), controlSalt(holdout.salt, 'campaign 0')];
      for (const salt of salts) expect(inputs).not.toContain(String(pointOf(salt, customer_id)));
    }
  });

  step('decisions that were logged with such numbers, by the third version, come out as they were', async () => {
    const { db } = shop;
    await db.query('alter table coupon_decisions disable trigger answer_kept');
    // Until the tenth, no need of a coupon was told before whom a campaign is for, of all but those for everyone, none of which has a target.
    await db.query(
      `update coupon_decisions set answer = replace(answer::text, '"outcomes":"' || (answer->>'outcomes') || '"',
         '"outcomes":"' || translate(answer->>'outcomes', '${codesFor('not-active', 'group-not-targeted')}', '${codesFor('not-needed', 'not-needed')}') || '"')::json
       where not (answer->>'cause' = 'weak-discount' or answer->>'cause' = 'undetermined' and answer->>'group' = 'low-contribution')`,
    );
    await db.query(
      `update coupon_decisions set
       answer = replace(answer::text, '"rulesVersion":"12"', '"rulesVersion":"3"')::json,
       inputs = (
         select json_object_agg(case key when 'drawn' then 'points' else key end, case key
           when 'rules' then '"3"'
           when 'drawn' then json_build_object(
             'holdout', case when (value->>'inHoldout')::boolean then 0.0999 else 0.1 end,
             'control', (
               select coalesce(json_agg(json_build_array(arm->0, case when (arm->>1)::boolean then 0.1999 else 0.2 end)), '[]')
               from json_array_elements(value->'control') as arms (arm)),
             'draw', value->'draw', 'pick', value->'pick')
           else value end) from json_each(inputs))`,
    );
    await db.query('alter table coupon_decisions enable trigger answer_kept');
    const sql = await readFile(
      new URL('../../../migrations/0015_decisions_without_points.sql', import.meta.url),
      'utf8',
    );
    // The table of sets and its keys have other names since; the first terms of each campaign have its key.
    await db.query(sql.replaceAll('coupon_rule_sets', 'campaign_sets').replaceAll('campaign_keys', 'terms_keys'));
    expect(await db.query(`select from coupon_decisions where inputs::text like '%points%'`)).toEqual([]);
    await expect(db.query(`update coupon_decisions set inputs = '{}'`)).rejects.toMatchObject({ code: '23001' });
    const report = await replayDecisions(db, decisions);
    expect(report).toEqual({ replayed: decisions, equal: decisions, otherRules: 0, differing: [] });
  });

  step('a campaign stood open only where chance could have given its coupon', async () => {
    const { coupons, db, time } = shop;
    for (const [id, priority, control_share] of [
      ['first', 3, 0.2],
      ['second', 2, 0],
      ['third', 1, 0.2],
    ] as const) {
      const change = { priority, control_share, budget: { coupons: 10_000 }, limit_per_customer: 5 };
      await coupons.createCampaign(campaign(id, change));
    }
    const ask = async (exploration_share: number) => {
      await shop.experiments.setHoldout({ share: 0.1, exploration_share });
      const from = (time.now = new Date(time.now.getTime() + 60_000));
      const campaign_ids = ['third', 'second', 'first'];
      await Promise.all(Array.from({ length: 300 }, (_, n) => decide(coupons, { customer_id: `c${n}`, campaign_ids })));
      const choices = await readChoices(db, from, new Date(from.getTime() + 1));
      expect(choices.length).toBeGreaterThan(100);
      for (const { campaignId, open } of choices) if (campaignId !== null) expect(open).toContain(campaignId);
      return new Set(choices.map(({ open }) => [...open].sort().join()));
    };
    expect(await ask(0)).toEqual(new Set(['first,second']));
    expect(await ask(0.2)).toEqual(new Set(['first,second,third']));
  });
});
