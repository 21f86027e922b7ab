import { describe, expect, test } from '@jest/globals';
import { outcomes } from '../../../src/coupons/decisions/choice/outcome-codes.ts';
import { type Judged, judgePolicy } from '../../../src/coupons/policies/judge-policy.ts';
import type { Conditions, Policy } from '../../../src/coupons/policies/policy.ts';
import { covers, readsOf } from '../../../src/coupons/policies/policy-reads.ts';

const judged: Judged = {
  isKnown: true,
  judgement: { action: 'none', cause: 'no-need', group: 'high-value' },
  segments: new Set(['list-vips']),
  facts: {
    ordered: true,
    tags: ['price-sensitivity high'],
    attributes: [JSON.stringify(['city', 'Berlin'])],
    valueMinor: 5_000,
  },
  cartMinor: 3_000,
};
const outcomeOf = (policy: Policy, change: Partial<Judged> = {}) => {
  const { code } = judgePolicy(policy, { ...judged, ...change });
  return code === 0 ? 'gives' : outcomes[code];
};
const range = (leastMinor: number | null, belowMinor: number | null) => ({ leastMinor, belowMinor });

describe('a rule fits whom all of its conditions fit', () => {
  test.each<[string, Conditions, boolean]>([
    ['nothing asked', {}, true],
    ['a group', { groups: ['ordinary', 'high-value'] }, true],
    ['another group', { groups: ['ordinary'] }, false],
    ['a cause', { causes: ['no-need'] }, true],
    ['another cause', { causes: ['weak-purse'] }, false],
    ['a segment', { segments: ['list-others', 'list-vips'] }, true],
    ['another segment', { segments: ['list-others'] }, false],
    ['outside of a segment', { notSegments: ['list-others'] }, true],
    ['not outside of it', { notSegments: ['list-others', 'list-vips'] }, false],
    ['a tag', { tags: [{ tag: 'price-sensitivity', values: ['middle', 'high'] }] }, true],
    ['a value of it', { tags: [{ tag: 'price-sensitivity', values: ['low'] }] }, false],
    ['an attribute', { attributes: [{ attribute: 'city', values: ['Berlin'] }] }, true],
    ['one that does not fit', { attributes: [{ attribute: 'city', values: ['Bonn'] }] }, false],
    ['an order', { ordered: true }, true],
    ['none', { ordered: false }, false],
    ['value from', { value: range(5_000, null) }, true],
    ['value below', { value: range(null, 5_000) }, false],
    ['cart within', { cart: range(3_000, 3_001) }, true],
    ['cart above', { cart: range(3_001, null) }, false],
    ['one of two', { groups: ['high-value'], causes: ['guest'] }, false],
  ])('%s', (_, when, fits) => {
    const policy: Policy = {
      kind: 'rules',
      rules: [{ when, action: 'give', largestDiscountMinor: null }],
      otherwise: 'refuse',
    };
    expect(outcomeOf(policy)).toBe(fits ? 'gives' : 'refused-by-policy');
  });

  test('the first that fits decides, and what is not known fits nothing', () => {
    const policy: Policy = {
      kind: 'rules',
      rules: [
        { when: { segments: ['list-vips'] }, action: 'give', largestDiscountMinor: 500 },
        { when: { notSegments: ['list-vips'] }, action: 'refuse', largestDiscountMinor: null },
      ],
      otherwise: 'give',
    };
    expect(judgePolicy(policy, judged)).toEqual({ code: 0, mostMinor: 500 });
    expect(outcomeOf(policy, { segments: new Set() })).toBe('refused-by-policy');
    // Of who may not be profiled nobody knows whether they are in it.
    expect(outcomeOf(policy, { segments: null })).toBe('gives');
    const asks = (when: Conditions): Policy => {
      return { kind: 'rules', rules: [{ when, action: 'give', largestDiscountMinor: null }], otherwise: 'refuse' };
    };
    for (const when of [
      { value: range(null, 1_000_000) },
      { ordered: false },
      { tags: [{ tag: 'price-sensitivity', values: ['high'] }] },
      { attributes: [{ attribute: 'city', values: ['Berlin'] }] },
    ] as const) {
      expect(outcomeOf(asks(when), { facts: {} })).toBe('refused-by-policy');
    }
    expect(outcomeOf(asks({ cart: range(0, null) }), { cartMinor: null })).toBe('refused-by-policy');
  });
});

test('who has ordered gets none for a first order, and nobody is given any who is not known', () => {
  expect(outcomeOf({ kind: 'first-order' })).toBe('refused-by-policy');
  expect(outcomeOf({ kind: 'first-order' }, { facts: { ordered: false } })).toBe('gives');
  for (const policy of [{ kind: 'everyone' }, { kind: 'first-order' }, { kind: 'uplift', leastUplift: 0 }] as const) {
    expect(outcomeOf(policy, { isKnown: false, facts: { ordered: false } })).toBe('not-needed');
  }
});

test('whoever has read what policies ask has read it of each, and not the other way round', () => {
  const policy = (when: Conditions): Policy => {
    return { kind: 'rules', rules: [{ when, action: 'give', largestDiscountMinor: null }], otherwise: 'refuse' };
  };
  const asked: Conditions[] = [
    { segments: ['list-a'] },
    { tags: [{ tag: 'channel', values: ['web'] }] },
    { attributes: [{ attribute: 'city', values: ['Berlin'] }] },
    { value: range(1, null) },
    { ordered: true },
  ];
  const all = readsOf(asked.map(policy));
  for (const when of asked) {
    expect(covers(all, readsOf([policy(when)]))).toBe(true);
    expect(covers(readsOf([policy(when)]), all)).toBe(false);
  }
});
