import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fisherUpperTail } from '../../../models/association-rules/rules/fisher.ts';

function binomialCoefficient(n: number, k: number): bigint {
  let coefficient = 1n;
  for (let i = 1; i <= k; i++) coefficient = (coefficient * BigInt(n - k + i)) / BigInt(i);
  return coefficient;
}

/** The definition in whole numbers; only the last quotient is rounded. */
function countTables(both: number, first: number, second: number, total: number): number {
  let x = Math.max(both, first + second - total);
  let withSecond = binomialCoefficient(first, x);
  let withoutSecond = binomialCoefficient(total - first, second - x);
  let favourable = 0n;
  for (; x <= Math.min(first, second); x++) {
    favourable += withSecond * withoutSecond;
    withSecond = (withSecond * BigInt(first - x)) / BigInt(x + 1);
    withoutSecond = (withoutSecond * BigInt(second - x)) / BigInt(total - first - second + x + 1);
  }
  const all = binomialCoefficient(total, second);
  // 20 decimal digits beyond the quotient's first one
  const shift = all.toString().length - favourable.toString().length + 20;
  return Number(`${(favourable * 10n ** BigInt(shift)) / all}e-${shift}`);
}

function relativeError(both: number, first: number, second: number, total: number): number {
  const expected = countTables(both, first, second, total);
  return Math.abs(fisherUpperTail(both, first, second, total) - expected) / expected;
}

describe('fisherUpperTail', () => {
  test('the lady tasting tea', () => {
    expect(fisherUpperTail(4, 4, 4, 8)).toBeCloseTo(1 / 70, 14);
    expect(fisherUpperTail(3, 4, 4, 8)).toBeCloseTo(17 / 70, 14);
    expect(fisherUpperTail(0, 4, 4, 8)).toBe(1);
  });

  test('every table of up to 14 baskets', () => {
    let worst = 0;
    for (let total = 1; total <= 14; total++) {
      for (let first = 0; first <= total; first++) {
        for (let second = 0; second <= total; second++) {
          for (let both = Math.max(0, first + second - total); both <= Math.min(first, second); both++) {
            worst = Math.max(worst, relativeError(both, first, second, total));
          }
        }
      }
    }
    expect(worst).toBeLessThan(1e-13);
  });

  test('tables of up to 600 baskets, down to the smallest tails', () => {
    const table = fc
      .integer({ min: 1, max: 600 })
      .chain((total) =>
        fc
          .tuple(fc.integer({ min: 0, max: total }), fc.integer({ min: 0, max: total }))
          .chain(([first, second]) =>
            fc
              .integer({ min: Math.max(0, first + second - total), max: Math.min(first, second) })
              .map((both): [number, number, number, number] => [both, first, second, total]),
          ),
      );
    fc.assert(
      fc.property(table, (counts) => expect(relativeError(...counts)).toBeLessThan(1e-11)),
      { numRuns: 500, seed: 1 },
    );
  });

  test.each([
    [200, 336, 391, 12_495],
    [27, 336, 391, 12_495],
    [15, 1000, 2000, 100_000],
    [50, 1000, 3000, 100_000],
    [8, 20, 30, 100_000],
  ])('%d of %d and %d among %d baskets', (...counts) => {
    expect(relativeError(...counts)).toBeLessThan(1e-11);
  });

  test('is symmetric, between 0 and 1, and falls with the common count', () => {
    let last = 1;
    for (let both = 0; both <= 300; both++) {
      const p = fisherUpperTail(both, 300, 500, 20_000);
      expect(p).toBeLessThanOrEqual(last);
      expect(p).toBeGreaterThanOrEqual(0);
      expect(fisherUpperTail(both, 500, 300, 20_000) - p).toBeLessThanOrEqual(1e-11 * p);
      last = p;
    }
    expect(last).toBe(0);
  });

  test('refuses counts that cannot be', () => {
    expect(() => fisherUpperTail(-1, 2, 2, 3)).toThrow(/both -1, first 2, second 2, total 3/);
    expect(() => fisherUpperTail(Number.NaN, 1, 2, 3)).toThrow(RangeError);
    expect(() => fisherUpperTail(3, 2, 5, 10)).toThrow(RangeError);
    expect(() => fisherUpperTail(1, 11, 5, 10)).toThrow(RangeError);
    expect(() => fisherUpperTail(1, 5, 11, 10)).toThrow(RangeError);
  });
});
