import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { allocateMoney, allocateRefund, type LeftLine } from '../../../src/intake/orders/allocate-refund.ts';
import { toMinor } from '../../../src/shop/money.ts';

const line = (lineNumber: number, itemId: string, quantity: number, unitPrice: string): LeftLine => ({
  lineNumber,
  itemKey: Number(itemId.slice(1)),
  itemId,
  thousandths: quantity * 1000,
  amountMinor: toMinor(unitPrice, 2, quantity),
});

const sold = [line(1, 'I1', 2, '7.49'), line(2, 'I2', 1.5, '2.00'), line(3, 'I1', 1, '6.00')];

describe('allocateRefund', () => {
  test('without wanted lines all that is left is refunded', () => {
    const result = allocateRefund(sold, undefined);
    expect(result).toMatchObject({
      lines: [
        { itemKey: 1, thousandths: 2000, links: [{ orderLineNumber: 1, thousandths: 2000, amountMinor: 1498 }] },
        { itemKey: 2, thousandths: 1500, links: [{ orderLineNumber: 2, thousandths: 1500, amountMinor: 300 }] },
        { itemKey: 1, thousandths: 1000, links: [{ orderLineNumber: 3, thousandths: 1000, amountMinor: 600 }] },
      ],
    });
  });

  test('an item of several lines is taken from them in their order', () => {
    const result = allocateRefund(sold, [{ item_id: 'I1', quantity: 2.5 }]);
    expect(result).toMatchObject({
      lines: [
        {
          itemKey: 1,
          thousandths: 2500,
          links: [
            { orderLineNumber: 1, thousandths: 2000, amountMinor: 1498 },
            { orderLineNumber: 3, thousandths: 500, amountMinor: 300 },
          ],
        },
      ],
      left: [{ thousandths: 0 }, { thousandths: 1500 }, { thousandths: 500, amountMinor: 300 }],
    });
  });

  test('two lines of one refund do not take the same twice', () => {
    const wanted = [
      { item_id: 'I2', quantity: 1 },
      { item_id: 'I2', quantity: 1 },
    ];
    expect(allocateRefund(sold, wanted)).toEqual({
      faults: [
        {
          rule: 'refund_exceeds_sale',
          field: '/lines/1/quantity',
          message: 'is more than is left of the sale, 0.5',
        },
      ],
    });
  });

  test('every faulty line is named', () => {
    const wanted = [
      { item_id: 'I9', quantity: 1 },
      { item_id: 'I2', quantity: 2 },
    ];
    const { faults } = allocateRefund(sold, wanted) as { faults: { rule: string; field: string }[] };
    expect(faults.map(({ rule, field }) => [rule, field])).toEqual([
      ['refund_without_sale', '/lines/0/item_id'],
      ['refund_exceeds_sale', '/lines/1/quantity'],
    ]);
  });

  test('nothing left is a fault', () => {
    const { left } = allocateRefund(sold, undefined) as { left: LeftLine[] };
    expect(allocateRefund(left, undefined)).toMatchObject({
      faults: [{ rule: 'refund_exceeds_sale', field: '/order_id' }],
    });
  });

  test('what was given is not changed', () => {
    const before = structuredClone(sold);
    allocateRefund(sold, undefined);
    expect(sold).toEqual(before);
  });

  test('however a line is refunded, its whole amount comes back exactly, never more', () => {
    const parts = fc.array(fc.integer({ min: 1, max: 900 }), { minLength: 1, maxLength: 12 });
    const price = fc.integer({ min: 1, max: 9_999_999 }).map((millis) => (millis / 1000).toFixed(3));
    fc.assert(
      fc.property(parts, price, (thousandths, unitPrice) => {
        const quantity = thousandths.reduce((sum, part) => sum + part, 0) / 1000;
        let left = [line(1, 'I1', 1, unitPrice)].map((one) => ({
          ...one,
          thousandths: Math.round(quantity * 1000),
          amountMinor: toMinor(unitPrice, 2, quantity),
        }));
        let refunded = 0;
        for (const part of thousandths) {
          const result = allocateRefund(left, [{ item_id: 'I1', quantity: part / 1000 }]);
          if ('faults' in result) throw new Error('refused');
          const { amountMinor } = result.lines[0].links[0];
          expect(amountMinor).toBeGreaterThanOrEqual(0);
          refunded += amountMinor;
          left = result.left;
        }
        expect(refunded).toBe(toMinor(unitPrice, 2, quantity));
        expect(left[0]).toMatchObject({ thousandths: 0, amountMinor: 0 });
      }),
    );
  });
});

describe('allocateMoney', () => {
  // 1498, 300 and 600 of 2398 cents: 1000 are 624.687, 125.104 and 250.208, so the first has the cent that is over.
  test('money is shared out by what is left of the lines, the largest remainder first, and takes no pieces', () => {
    const result = allocateMoney(sold, 1000);
    expect(result?.lines.map(({ thousandths, links }) => [thousandths, links])).toEqual([
      [0, [{ orderLineNumber: 1, thousandths: 0, amountMinor: 625 }]],
      [0, [{ orderLineNumber: 2, thousandths: 0, amountMinor: 125 }]],
      [0, [{ orderLineNumber: 3, thousandths: 0, amountMinor: 250 }]],
    ]);
    expect(result?.left.map(({ thousandths, amountMinor }) => [thousandths, amountMinor])).toEqual([
      [2000, 873],
      [1500, 175],
      [1000, 350],
    ]);
    expect(allocateMoney(sold, 2399)).toBeUndefined();
    expect(allocateMoney(sold, 0)?.lines).toEqual([]);
  });

  // Would see: a line that gives more than is left of it, cents lost or made.
  test('however often, the parts add up and no line gives more than it has, also beyond 2^53', () => {
    const amounts = fc.array(fc.integer({ min: 0, max: 100_000_000_000 }), { minLength: 1, maxLength: 6 });
    fc.assert(
      fc.property(amounts, fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 4 }), (lines, shares) => {
        let left = lines.map((amountMinor, index): LeftLine => ({ ...line(index + 1, 'I1', 1, '0'), amountMinor }));
        for (const share of [...shares, 1]) {
          const total = left.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
          const wanted = Math.floor(total * share);
          const result = allocateMoney(left, wanted);
          const given = result!.lines
            .flatMap(({ links }) => links)
            .reduce((sum, { amountMinor }) => sum + amountMinor, 0);
          expect(given).toBe(wanted);
          expect(result!.left.every(({ amountMinor }) => amountMinor >= 0)).toBe(true);
          left = result!.left;
        }
        expect(left.every(({ amountMinor }) => amountMinor === 0)).toBe(true);
      }),
    );
  });
});
