import { describe, expect, test } from '@jest/globals';
import { seededRandom } from '../../models/random.ts';

function draw(seed: number, count: number): number[] {
  const random = seededRandom(seed);
  return Array.from({ length: count }, random);
}

describe('seeded random numbers', () => {
  test('the same seed gives the same sequence, another seed another', () => {
    expect(draw(7, 100)).toEqual(draw(7, 100));
    const first = [0, 1, 2, -1, 2 ** 32, 2 ** 32 + 1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER];
    expect(new Set(first.map((seed) => draw(seed, 1)[0])).size).toBe(first.length);
  });

  test('the sequence is that of sfc32, computed apart from this code', () => {
    const frozen = [2420951833, 2513034076, 3847892949];
    expect(draw(1, 3).map((value) => value * 2 ** 32)).toEqual(frozen);
  });

  test('numbers are uniform in [0, 1)', () => {
    const counts = new Array<number>(100).fill(0);
    const values = draw(3, 100_000);
    expect(values.every((value) => value >= 0 && value < 1)).toBe(true);
    for (const value of values) counts[Math.floor(value * 100)]++;
    // Chi-square with 99 degrees of freedom: 148.2 is exceeded once in a thousand.
    expect(counts.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0)).toBeLessThan(148.2);
  });

  test('neighbouring seeds and neighbouring numbers are unrelated', () => {
    const correlation = (a: number[], b: number[]) =>
      (12 * a.reduce((sum, value, index) => sum + (value - 0.5) * (b[index] - 0.5), 0)) / a.length;
    const values = draw(11, 50_000);
    // Four standard errors of a correlation of 50,000 pairs.
    expect(Math.abs(correlation(values, draw(12, 50_000)))).toBeLessThan(0.018);
    expect(Math.abs(correlation(values.slice(1), values))).toBeLessThan(0.018);
  });

  test('a seed that is no safe integer is refused', () => {
    for (const seed of [0.5, Number.NaN, Infinity, 2 ** 53]) {
      expect(() => seededRandom(seed)).toThrow('seed must be a safe integer');
    }
  });
});
