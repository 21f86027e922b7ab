import { expect, test } from '@jest/globals';
import {
  conditionNames,
  firstRule,
  isRuleWhole,
  moved,
  openConditions,
  type PolicyRule,
  withCondition,
  withValue,
} from '../../../src/console/pages/policy/rule-draft.ts';

const everybody: PolicyRule = { when: {}, action: 'give' };

// Would see: a condition that is offered and sent without what it asks, so that a rule fits whom nobody meant.
test('a condition that is added lacks its value until one is given', () => {
  expect(isRuleWhole(firstRule())).toBe(true);
  expect(isRuleWhole(everybody)).toBe(true);
  const begun = conditionNames.map((name) => [name, isRuleWhole(withCondition(everybody, name))]);
  // Whether there is an order is asked from the beginning.
  expect(begun.filter(([, isWhole]) => isWhole)).toEqual([['ordered', true]]);
  const given: PolicyRule = {
    when: {
      groups: ['ordinary'],
      causes: ['weak-discount'],
      segments: ['list-vips'],
      not_segments: ['rule-staff'],
      tags: [{ tag: 'price-band', values: ['low'] }],
      attributes: [{ attribute: 'age', values: [40] }],
      ordered: true,
      value: { least: '10.00' },
      cart: { below: '90.00' },
    },
    action: 'refuse',
  };
  expect(isRuleWhole(given)).toBe(true);
  expect(isRuleWhole({ ...given, when: { ...given.when, attributes: [{ attribute: '', values: ['x'] }] } })).toBe(
    false,
  );
  expect(openConditions(given)).toEqual(['tags', 'attributes']);
});

test('of tags there may be several, of all else one; what is taken out is not asked', () => {
  const one = withCondition(everybody, 'tags');
  const two = withCondition(one, 'tags');
  expect(two.when.tags).toHaveLength(2);
  expect(withCondition(withCondition(everybody, 'groups'), 'groups').when.groups).toEqual([]);
  expect(withValue(two, 'tags', undefined)).toEqual(everybody);
  expect(withValue(one, 'ordered', true).when).toEqual({ ...one.when, ordered: true });
});

test('a rule goes up and down among the others', () => {
  expect(moved(['a', 'b', 'c'], 2, 1)).toEqual(['a', 'c', 'b']);
  expect(moved(['a', 'b', 'c'], 0, 1)).toEqual(['b', 'a', 'c']);
});
