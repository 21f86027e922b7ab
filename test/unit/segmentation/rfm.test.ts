import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { groupOf, groups, rangesByScore, scoreRfm } from '../../../models/segmentation/index.ts';

const customer = fc.record({
  recencyDays: fc.integer({ min: 0, max: 6 }),
  frequency: fc.integer({ min: 1, max: 4 }),
  monetary: fc.integer({ min: -200, max: 200 }).map((cents) => cents / 100),
});
type Customer = { recencyDays: number; frequency: number; monetary: number };

function codesOf(customers: readonly Customer[]): string[] {
  const { recency, frequency, monetary } = scoreRfm(
    customers.map((one) => one.recencyDays),
    customers.map((one) => one.frequency),
    customers.map((one) => one.monetary),
  );
  return customers.map((_, index) => `${recency[index]}${frequency[index]}${monetary[index]}`);
}

describe('RFM scores', () => {
  test('follow the definition: 1 + floor(5 × strictly worse / customers)', () => {
    const { recency, frequency, monetary } = scoreRfm([0, 10, 20, 30, 40], [1, 1, 1, 2, 9], [-5, 0, 0, 7.5, 8]);
    expect([...recency]).toEqual([5, 4, 3, 2, 1]);
    expect([...frequency]).toEqual([1, 1, 1, 4, 5]);
    expect([...monetary]).toEqual([1, 2, 2, 4, 5]);
  });

  test('agree with counting the worse ones, customer by customer', () => {
    fc.assert(
      fc.property(fc.array(customer, { minLength: 1, maxLength: 60 }), (customers) => {
        const expected = customers.map((one) => {
          const score = (worse: (other: Customer) => boolean) =>
            1 + Math.floor((5 * customers.filter(worse).length) / customers.length);
          const recency = score((other) => other.recencyDays > one.recencyDays);
          const frequency = score((other) => other.frequency < one.frequency);
          return `${recency}${frequency}${score((other) => other.monetary < one.monetary)}`;
        });
        expect(codesOf(customers)).toEqual(expected);
      }),
    );
  });

  test('equal customers get equal codes whatever the order', () => {
    const shuffled = fc
      .array(customer, { minLength: 1, maxLength: 60 })
      .chain((customers) =>
        fc.tuple(
          fc.constant(customers),
          fc.shuffledSubarray(customers, { minLength: customers.length, maxLength: customers.length }),
        ),
      );
    fc.assert(
      fc.property(shuffled, ([customers, otherOrder]) => {
        const codes = new Map(customers.map((one, index) => [JSON.stringify(one), codesOf(customers)[index]]));
        expect(otherOrder.map((one) => codes.get(JSON.stringify(one)))).toEqual(codesOf(otherOrder));
        expect(customers.map((one) => codes.get(JSON.stringify(one)))).toEqual(codesOf(customers));
      }),
    );
  });

  test('minus zero is zero', () => {
    expect(new Set(scoreRfm([0, -0], [1, 1], [-0, 0]).monetary)).toEqual(new Set([1]));
  });

  test('nobody, one, and all alike', () => {
    expect(scoreRfm([], [], []).recency).toHaveLength(0);
    expect(codesOf([{ recencyDays: 3, frequency: 2, monetary: 9 }])).toEqual(['111']);
    expect(codesOf(Array(7).fill({ recencyDays: 3, frequency: 2, monetary: 9 }))).toEqual(Array(7).fill('111'));
  });

  test('faulty input is refused by name', () => {
    expect(() => scoreRfm([1, 2], [1], [1, 2])).toThrow('frequency must hold 2 values');
    expect(() => scoreRfm([1, 2], [1, 1], [1, Number.NaN])).toThrow('monetary[1] must be a finite number, not NaN');
  });
});

describe('groups', () => {
  test('follow the sum of the scores', () => {
    for (let recency = 1; recency <= 5; recency++) {
      for (let frequency = 1; frequency <= 5; frequency++) {
        for (let monetary = 1; monetary <= 5; monetary++) {
          const sum = recency + frequency + monetary;
          const place = sum >= 13 ? 0 : sum >= 10 ? 1 : sum >= 7 ? 2 : 3;
          expect(groupOf(recency, frequency, monetary)).toBe(groups[place]);
        }
      }
    }
    expect(groups).toEqual(['high-value', 'high-quality', 'ordinary', 'low-contribution']);
  });

  test('a score outside 1 to 5 is refused', () => {
    expect(() => groupOf(5, 0, 5)).toThrow('frequency must be a score from 1 to 5, not 0');
    expect(() => groupOf(5.5, 1, 5)).toThrow('recency must be');
    expect(() => groupOf(5, 1, 6)).toThrow('monetary must be');
  });
});

describe('ranges by score', () => {
  test('name the values that got each score, and no score that nobody got', () => {
    expect(rangesByScore([3, -1, 3, 8], Uint8Array.of(2, 1, 2, 4))).toEqual([
      { score: 1, customers: 1, minimum: -1, maximum: -1 },
      { score: 2, customers: 2, minimum: 3, maximum: 3 },
      { score: 4, customers: 1, minimum: 8, maximum: 8 },
    ]);
    expect(rangesByScore([], new Uint8Array())).toEqual([]);
    expect(() => rangesByScore([1], new Uint8Array(2))).toThrow('scores must be as many as values (1), not 2');
  });
});
