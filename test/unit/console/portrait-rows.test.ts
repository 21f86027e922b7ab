import { expect, test } from '@jest/globals';
import { inGroups } from '../../../src/console/kit/table/in-groups.ts';
import { isStated, statedBy } from '../../../src/console/pages/segment/portrait/stated.ts';

const trait = (topic: string, attribute: string | null = null) => ({ topic, attribute });

// Would see: "Group: high value, 100 % of members" as what marks the high-value group.
test('what makes one a member is no row of the portrait', () => {
  const group = statedBy([{ id: 'group-high-value' }]);
  expect([trait('group'), trait('language'), { figure: 'orders' }].map((row) => isStated(group, row))).toEqual([
    true,
    false,
    false,
  ]);
  const definition = {
    all: [
      { rfm: 'frequency', at_least: 3 },
      { attribute: 'country', is: ['AT'] },
      { not: { tag: 'price-band', is: ['low'] } },
      { any: [{ last: 'ordered', within_days: 30 }, { segment: ['group-ordinary'] }] },
    ],
  };
  const rule = statedBy([{ id: 'rule-loyal', definition }]);
  const rows = [
    { figure: 'orders' },
    { figure: 'recency_days' },
    { figure: 'spend' },
    trait('attribute', 'country'),
    trait('attribute', 'newsletter'),
    trait('price-band'),
    trait('group'),
    trait('hour'),
  ];
  expect(rows.map((row) => isStated(rule, row))).toEqual([true, true, false, true, false, true, true, false]);
  // Beside another segment that one's rule says as much of the difference.
  expect(isStated(statedBy([{ id: 'list-friends', definition: null }, { id: 'cell-545' }]), trait('group'))).toBe(true);
});

// Would see: rows of other bases mixed, or headings that change places with the order.
test('rows stand under their headings, which stand as they first came', () => {
  const rows = [
    { of: 'b', value: 1 },
    { of: 'a', value: 5 },
    { of: 'b', value: 7 },
  ];
  const sorted = rows.toSorted((one, other) => other.value - one.value);
  expect(inGroups(rows, sorted, ({ of }) => of)).toEqual([
    ['b', [rows[2], rows[0]]],
    ['a', [rows[1]]],
  ]);
  expect(inGroups(rows, sorted, undefined)).toEqual([['', sorted]]);
});
