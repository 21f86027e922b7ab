import { beforeAll, describe, expect, test } from '@jest/globals';
import { type CampaignEffect, measureCampaign, metrics, recipe } from '../../../models/campaign-effect/index.ts';
import { fitLogistic } from '../../../models/coupon-response/index.ts';
import { sized, usually } from '../../support/jest/thorough.ts';
import {
  type CampaignShop,
  contestBudget,
  openCampaignShop,
  playCampaign,
} from '../../support/simulated/simulated-campaign.ts';

describe('simulated campaigns on the sample shop, whose true effect is known', () => {
  const simulations = sized(200, 1000);
  /** So many of them, with three standard errors. */
  const spread = (share: number) => 3 * Math.sqrt(simulations * share * (1 - share));
  let shop: CampaignShop;
  beforeAll(() => {
    shop = openCampaignShop(500, 1);
  });

  test('the 95 % intervals cover the truth in 95 of 100', () => {
    const covered: Record<string, number> = {};
    const count = (name: string, { low, high }: { low: number; high: number }, truth: number) => {
      covered[name] = (covered[name] ?? 0) + Number(low <= truth && truth <= high);
    };
    for (let seed = 1; seed <= simulations; seed++) {
      const { effects, profit, sampleRatio } = measure(playCampaign(shop, seed));
      for (const metric of metrics) count(metric, effects[metric].perCustomer, shop.truth[metric]);
      count('profit', profit, sampleRatio.treated * shop.truth.profit);
    }
    for (const hits of Object.values(covered)) {
      expect(hits).toBeGreaterThanOrEqual(sized(0.95 * simulations - spread(0.95), 930));
      expect(hits).toBeLessThanOrEqual(sized(0.95 * simulations + spread(0.95), 970));
    }
    expect(Object.keys(covered)).toHaveLength(4);
  });

  test('a coupon that moves nobody raises an alarm on any metric in at most 5 %', () => {
    let alarms = 0;
    for (let seed = 1; seed <= simulations; seed++) {
      const { effects } = measure(playCampaign(shop, seed, 0));
      alarms += Number(metrics.some((metric) => effects[metric].isBeyondChance));
    }
    const rate = recipe.falseAlarmRate;
    expect(alarms).toBeLessThanOrEqual(rate * simulations + sized(spread(rate), 0));
    expect(alarms).toBeGreaterThan(0);
  });

  usually.test('at the same budget the uplift policy earns what coupons for all lose', async () => {
    const { profits, budget } = await contestBudget(fitLogistic, { seed: 1, customers: 16_000, share: 0.15 });
    for (const { spent } of Object.values(profits)) {
      expect(spent).toBeLessThanOrEqual(budget);
      expect(spent).toBeGreaterThan(0.99 * budget);
    }
    expect(profits.uplift.profit).toBeGreaterThan(0);
    expect(profits.uplift.profit).toBeGreaterThan(profits['treat-all'].profit + 0.5 * budget);
    expect(profits.uplift.profit).toBeGreaterThan(profits.response.profit);
  });
});

/** Arms of sizes that come about once in a thousand are measured too: whether to is another question. */
function measure(outcomes: Parameters<typeof measureCampaign>[0]): CampaignEffect {
  const effect = measureCampaign(outcomes, { ...recipe, sampleRatioAlarm: 0 });
  if ('refusal' in effect) throw new Error(effect.refusal);
  return effect;
}
