import { describe, expect, test } from '@jest/globals';
import { measureCampaign, metrics, recipe } from '../../../models/campaign-effect/index.ts';
import { planted, plantedTruth, playLists } from '../../support/data/simulated-lists.ts';

describe('200 shops whose personal lists truly add 8 % of orders, 5 % of people held out', () => {
  const shops = 200;

  test('the 95 % intervals cover the truth in 183 to 197 of them, and in no fewer with the time before', () => {
    const truth = plantedTruth(planted.lift);
    const covered: Record<string, number> = {};
    const widths: Record<string, number> = {};
    let refused = 0;
    for (let seed = 1; seed <= shops; seed++) {
      const shop = playLists(seed);
      for (const [name, before] of [
        ['with', shop.before],
        ['without', undefined],
      ] as const) {
        const measured = measureCampaign({ ...shop, before }, { ...recipe, sampleRatioAlarm: 0 });
        if ('refusal' in measured) throw new Error(measured.refusal);
        refused += Number(name === 'with' && measured.sampleRatio.pValue < recipe.sampleRatioAlarm);
        for (const metric of metrics) {
          const { low, high } = measured.effects[metric].perCustomer;
          const key = `${metric} ${name}`;
          covered[key] = (covered[key] ?? 0) + Number(low <= truth[metric] && truth[metric] <= high);
          widths[key] = (widths[key] ?? 0) + (high - low) / shops;
        }
      }
    }
    for (const hits of Object.values(covered)) {
      expect(hits).toBeGreaterThanOrEqual(183);
      expect(hits).toBeLessThanOrEqual(197);
    }
    expect(Object.keys(covered)).toHaveLength(6);
    for (const metric of metrics) expect(widths[`${metric} with`]).toBeLessThan(0.9 * widths[`${metric} without`]);
    expect(refused).toBeLessThanOrEqual(2);
  });

  test('lists that add nothing are alarmed of, on any figure, at the stated rate at most', () => {
    let alarms = 0;
    for (let seed = 1; seed <= shops; seed++) {
      const measured = measureCampaign(playLists(seed, { lift: 0 }), { ...recipe, sampleRatioAlarm: 0 });
      if ('refusal' in measured) throw new Error(measured.refusal);
      alarms += Number(metrics.some((metric) => measured.effects[metric].isBeyondChance));
    }
    expect(alarms).toBeLessThanOrEqual(recipe.falseAlarmRate * shops);
    expect(alarms).toBeGreaterThan(0);
  });
});
