import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fromMinor, plainDecimal, toMinor, trimPrice } from '../../../src/shop/money.ts';

describe('money', () => {
  test.each([
    ['7.49', 2, 2, 1498],
    ['0.001', 2, 1, 0],
    ['0.005', 2, 1, 1],
    ['0.0049', 2, 1, 0],
    ['-0.005', 2, 1, -1],
    ['1.005', 2, 1, 101],
    ['2.675', 2, 1, 268],
    ['1.5', 0, 1, 2],
    ['0.333333', 2, 3, 100],
    ['19.99', 2, 0.25, 500],
    ['1.2345', 3, 1, 1235],
    ['649.50', 2, 4800, 311760000],
  ])('%s in %s digits × %s is %s minor units, half away from zero', (price, digits, quantity, minor) => {
    expect(toMinor(price, digits, quantity)).toBe(minor);
  });

  // Would see: a price that is told in doubles and falls on the wrong side of a half.
  test('a price in millionths times a quantity is rounded once, to the last unit', () => {
    const prices = fc.tuple(fc.nat(99_999_999), fc.nat(999_999), fc.integer({ min: 0, max: 6 }));
    fc.assert(
      fc.property(prices, fc.nat(100_000), fc.constantFrom(0, 2, 3), ([whole, fraction, length], quantity, digits) => {
        const told = String(fraction).padStart(6, '0').slice(0, length);
        const millionths = BigInt(whole) * 1_000_000n + BigInt(told.padEnd(6, '0'));
        const divisor = 10n ** BigInt(6 - digits);
        const expected = (millionths * BigInt(quantity) * 2n + divisor) / (2n * divisor);
        expect(toMinor(length > 0 ? `${whole}.${told}` : `${whole}`, digits, quantity)).toBe(Number(expected));
      }),
      { numRuns: 500 },
    );
    // The halves are where doubles would err.
    const wrong: string[] = [];
    for (let cent = 1; cent < 100_000; cent += 7) {
      const price = `${(cent / 100).toFixed(2)}5`;
      if (toMinor(price, 2) !== cent + 1) wrong.push(price);
    }
    expect(wrong).toEqual([]);
  });

  test('minor units to text and back', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e12, max: 1e12 }), fc.constantFrom(0, 2, 3), (minor, digits) => {
        expect(toMinor(fromMinor(minor, digits), digits) || 0).toBe(minor || 0);
      }),
    );
    expect(fromMinor(5, 2)).toBe('0.05');
    expect(fromMinor(-5, 2)).toBe('-0.05');
    expect(fromMinor(5, 0)).toBe('5');
  });

  test('what is no decimal number is refused', () => {
    for (const text of ['', 'abc', '1e5', '1.2345678', 'NaN', '--1'])
      expect(() => toMinor(text, 2)).toThrow(RangeError);
  });

  test.each([
    ['7.490000', '7.49'],
    ['7.000000', '7.00'],
    ['0.001000', '0.001'],
    ['12', '12.00'],
  ])('a stored price %s is shown as %s', (stored, shown) => {
    expect(trimPrice(stored, 2)).toBe(shown);
  });

  test.each([
    ['007.500', '7.5'],
    ['0', '0'],
    ['0.000', '0'],
    ['-10.0', '-10'],
    ['100', '100'],
  ])('%s is plainly %s', (decimal, expected) => {
    expect(plainDecimal(decimal)).toBe(expected);
  });
});
