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
