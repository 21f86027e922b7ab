import { expect, test } from '@jest/globals';
import { texts } from '../../../src/console/pages/campaign-editor/texts.ts';
import { mostByCoupons, pastCostOf } from '../../../src/console/shared/campaigns/money.ts';
import type { Campaign } from '../../../src/console/shared/campaigns/types.ts';
import { reachTexts } from '../../../src/console/texts/campaign-reach.ts';
import { campaignTexts } from '../../../src/console/texts/campaigns.ts';

// Would see: a control group that is called one thing where it is typed and another where it is counted.
test('those left alone are the control group wherever they are named, and it is said of whom they are drawn', () => {
  for (const [control, editor, reach, words] of [
    ['Control group', texts.en, reachTexts.en, campaignTexts.en],
    ['对照组', texts.zh, reachTexts.zh, campaignTexts.zh],
  ] as const) {
    expect(editor.control).toMatch(new RegExp(`^${control}`));
    expect([reach.control, words.term.control]).toEqual([control, control]);
    expect(reach.drawnLast('48', '480')).toMatch(/48/);
    expect(reach.drawnLast('48', '480').toLowerCase()).toContain(control.toLowerCase());
  }
});

// Would see: help about need under a policy that gives to everyone.
test('the help of a policy is of the policy that is chosen', () => {
  const { 'by-cause': byCause, everyone, ...others } = texts.en.policyHints;
  expect(byCause).toContain('buy anyway');
  expect(everyone).not.toContain('buy anyway');
  expect(new Set([byCause, everyone, ...Object.values(others)]).size).toBe(6);
});

test('an offer on a bundle says so', () => {
  expect(campaignTexts.en.onBundle('10% off', '2')).toBe('10% off, on whole sets of 2 items');
  expect(campaignTexts.zh.onBundle('优惠 10%', '2')).toBe('优惠 10%，限成套的 2 件商品');
});

const counters = (redeemed: number, money: string) => ({ redeemed, money_redeemed: money }) as Campaign['counters'];

// Would see: "no bound" of a campaign of a hundred coupons of five at most.
test('what coupons may cost follows from how many there may be and what each gives at most', () => {
  const percent = { type: 'percent', percent: 10 } as const;
  const budget = { coupons: 100, money: null };
  expect(mostByCoupons({ discount: { ...percent, maximum_discount: '4.50' }, budget })).toBe(450);
  expect(mostByCoupons({ discount: { type: 'amount', amount: '2.00' }, budget })).toBe(200);
  expect(mostByCoupons({ discount: percent, budget })).toBeNull();
  expect(
    mostByCoupons({ discount: { type: 'amount', amount: '2.00' }, budget: { ...budget, coupons: null } }),
  ).toBeNull();
});

// Would see: what coupons of another discount have cost.
test('what such a coupon has cost is the mean of those of the same discount that were used', () => {
  const percent = { type: 'percent', percent: 10 } as const;
  const campaigns = [
    { discount: { ...percent, maximum_discount: '9.00' }, counters: counters(3, '6.00') },
    { discount: percent, counters: counters(1, '6.00') },
    { discount: { ...percent, percent: 50 }, counters: counters(10, '900.00') },
  ];
  expect(pastCostOf(percent, campaigns)).toEqual({ each: 3, used: 4 });
  expect(pastCostOf({ ...percent, percent: 5 }, campaigns)).toBeUndefined();
});
