import { describe, expect, test } from '@jest/globals';
import { type CampaignOutcomes, measureCampaign, metrics, recipe } from '../../../models/campaign-effect/index.ts';
import { isThorough, sized } from '../../support/jest/thorough.ts';
import { planted, plantedTruth, playLists } from '../../support/simulated/simulated-lists.ts';

describe('shops whose personal lists truly add 8 % of orders, 5 % of people held out', () => {
  const shops = sized(40, 200);
  /** So many of them, with three standard errors. */
  const spread = (share: number) => 3 * Math.sqrt(shops * share * (1 - share));
  const measure = (shop: CampaignOutcomes) => {
    // Arms of sizes that come about once in a thousand are measured too: whether to is another question.
    const measured = measureCampaign(shop, { ...recipe, sampleRatioAlarm: 0 });
    if ('refusal' in measured) throw new Error(measured.refusal);
    return measured;
  };

  test('the 95 % intervals cover the truth in 95 of 100 of them; the time before makes them a fifth narrower', () => {
    const truth = plantedTruth(planted.lift);
    const covered = { orders: 0, revenue: 0, margin: 0 };
    let alarms = 0;
    for (let seed = 1; seed <= shops; seed++) {
      const shop = playLists(seed);
      const { effects, sampleRatio } = measure(shop);
      alarms += Number(sampleRatio.pValue < recipe.sampleRatioAlarm);
      for (const metric of metrics) {
        const { low, high } = effects[metric].perCustomer;
        covered[metric] += Number(low <= truth[metric] && truth[metric] <= high);
        expect(effects[metric].varianceSaved).toBeGreaterThan(0.2);
      }
      if (seed > 1) continue;
      const { low, high } = measure({ ...shop, before: undefined }).effects.orders.perCustomer;
      const { perCustomer } = effects.orders;
      expect(perCustomer.high - perCustomer.low).toBeLessThan(0.85 * (high - low));
    }
    for (const hits of Object.values(covered)) {
      expect(hits).toBeGreaterThanOrEqual(sized(0.95 * shops - spread(0.95), 183));
      expect(hits).toBeLessThanOrEqual(sized(shops, 197));
    }
    expect(alarms).toBeLessThanOrEqual(2);
  });

  // Would see: so few held out that the small arm's skew makes intervals too narrow.
  test('so do those of shops of 700 people, of whom some 35 are held out', () => {
    const truth = plantedTruth(planted.lift);
    const covered = { orders: 0, revenue: 0, margin: 0 };
    for (let seed = 1; seed <= shops; seed++) {
      const shop = playLists(seed, { customers: 700 });
      const measured = measureCampaign(shop, { ...recipe, sampleRatioAlarm: 0, minimumArmCustomers: 2 });
      if ('refusal' in measured) throw new Error(measured.refusal);
      for (const metric of metrics) {
        const { low, high } = measured.effects[metric].perCustomer;
        covered[metric] += Number(low <= truth[metric] && truth[metric] <= high);
      }
    }
    for (const hits of Object.values(covered)) {
      expect(hits).toBeGreaterThanOrEqual(sized(0.95 * shops - spread(0.95), 183));
      expect(hits).toBeLessThanOrEqual(sized(shops, 197));
    }
  });

  test('lists that add nothing are alarmed of, on any figure, at the stated rate at most', () => {
    let alarms = 0;
    for (let seed = 1; seed <= shops; seed++) {
      const { effects } = measure(playLists(seed, { customers: 3_000, lift: 0 }));
      alarms += Number(metrics.some((metric) => effects[metric].isBeyondChance));
    }
    const rate = recipe.falseAlarmRate;
    expect(alarms).toBeLessThanOrEqual(rate * shops + sized(spread(rate), 0));
    if (isThorough) expect(alarms).toBeGreaterThan(0);
  });
});
