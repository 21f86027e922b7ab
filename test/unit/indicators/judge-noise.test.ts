import { describe, expect, test } from '@jest/globals';
import { seededRandom } from '../../../models/random.ts';
import { judgeNoise } from '../../../src/indicators/alarms/judge-noise.ts';

const plain = { isCount: false, rises: true };

describe('a rise beyond noise', () => {
  test('is judged by Student: worked out by hand', () => {
    // Logarithms of 1, e, e² … : mean 2.5, variance 3.5; e^5.5 is 3 above, 3 / sqrt(3.5 × 7 / 6) = 1.484615; with 5 degrees of
    // freedom so much or more comes in 0.0989 (R: pt(1.484615, 5, lower = FALSE)).
    const noise = judgeNoise([0, 1, 2, 3, 4, 5].map(Math.exp), Math.exp(5.5), plain)!;
    expect(noise.expected).toBeCloseTo(Math.exp(2.5), 10);
    expect(noise.chance).toBeCloseTo(0.0989, 3);
    expect(judgeNoise([0, 1, 2, 3, 4, 5].map(Math.exp), Math.exp(5.5), { ...plain, rises: false })!.chance).toBeCloseTo(
      1 - noise.chance,
      10,
    );
  });

  test('needs six values, and sees any change of what never varied', () => {
    expect(judgeNoise([1, 1, 1, 1, 1], 9, plain)).toBeUndefined();
    expect(judgeNoise([0.5, 0.5, 0.5, 0.5, 0.5, 0.5], 0.5, plain)!.chance).toBe(1);
    expect(judgeNoise([0.5, 0.5, 0.5, 0.5, 0.5, 0.5], 0.6, plain)!.chance).toBe(0);
    // But one complaint after twelve weeks without is no alarm: counts vary by chance.
    expect(judgeNoise(Array(12).fill(0), 1, { isCount: true, rises: true })!.chance).toBeGreaterThan(0.1);
  });

  const shops = 5_000;
  const random = seededRandom(7);
  const uniform = () => random();
  const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
  const poisson = (mean: number) => {
    let count = 0;
    for (let product = uniform(); product > Math.exp(-mean); product *= uniform()) count++;
    return count;
  };
  const kinds: Record<string, { draw: () => number; isCount: boolean; least: number }> = {
    'counts of 20': { draw: () => poisson(20), isCount: true, least: 0 },
    'counts of 2': { draw: () => poisson(2), isCount: true, least: 0 },
    'counts that vary more': { draw: () => poisson(20 * Math.exp(0.4 * normal())), isCount: true, least: 0.6 },
    'money, skewed': { draw: () => Math.exp(6 + 0.5 * normal()), isCount: false, least: 0.8 },
    'differences about 0': { draw: () => normal(), isCount: false, least: 0.8 },
  };
  for (const [name, { draw, isCount, least }] of Object.entries(kinds)) {
    test.each([0.01, 0.05])(`where nothing changes alarms come at the rate of %d: ${name}`, (rate) => {
      let alarms = 0;
      for (let shop = 0; shop < shops; shop++) {
        const before = Array.from({ length: 12 }, draw);
        if (judgeNoise(before, draw(), { isCount, rises: true })!.chance <= rate) alarms++;
      }
      // Three standard errors of these shops, and of counts what their least variance takes away.
      const error = 3 * Math.sqrt((rate * (1 - rate)) / shops);
      expect(alarms / shops).toBeLessThan(rate * 1.1 + error);
      expect(alarms / shops).toBeGreaterThan(rate * least - error);
    });
  }
});
