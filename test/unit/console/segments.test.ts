import { describe, expect, test } from '@jest/globals';
import { arrange } from '../../../src/console/pages/segments/arrange-flows.ts';
import { isComplete } from '../../../src/console/shared/rules/fields.ts';
import { idsOf } from '../../../src/console/shared/rules/ids.ts';
import {
  conditionsOf,
  isGroup,
  onlyWhere,
  pointersOf,
  readRule,
  replacePart,
  writeRule,
} from '../../../src/console/shared/rules/rule.ts';
import { nothingTyped, typeInto } from '../../../src/console/shared/rules/typed-values.ts';

const often = { behaviour: 'purchase', within_days: 90, at_least: 2 };
const good = { segment: ['group-high-value'] };
const rich = { rfm: 'monetary', at_least: '100' };

describe('a rule as it is edited', () => {
  // Would see: a builder that sends another rule than the one that it was opened with.
  test.each([
    [{ all: [often, good] }, { all: [often, good] }],
    [{ all: [{ not: good }] }, { all: [{ not: good }] }],
    [{ not: { any: [often, good] } }, { not: { any: [often, good] } }],
    [{ any: [often, { all: [good, { not: rich }] }] }, { any: [often, { all: [good, { not: rich }] }] }],
    // A single condition is a group of one; twice not is not at all.
    [often, { all: [often] }],
    [{ not: { not: good } }, { all: [good] }],
    // Not both: none of "both".
    [{ not: { all: [often, good] } }, { not: { any: [{ all: [often, good] }] } }],
  ])('%j is written as it means', (definition, written) => {
    expect(writeRule(readRule(definition))).toEqual(written);
  });

  test('what is no rule, and a group without parts, ask nothing', () => {
    for (const nothing of [undefined, null, 'all', [], { all: [] }, { all: [{ any: [] }] }]) {
      expect(writeRule(readRule(nothing))).toBeUndefined();
    }
  });

  // Would see: a count or a fault beside another part than the one that it is of.
  test('parts are found again by the pointers that the service names', () => {
    const rule = readRule({ all: [often, { any: [] }, { not: { any: [good, { not: rich }] } }] });
    const byPointer = new Map([...pointersOf(rule)].map(([id, at]) => [at, id]));
    const [first, second, third] = conditionsOf(rule).map(({ id }) => id);
    expect(byPointer.get('/definition')).toBe(rule.id);
    expect(byPointer.get('/definition/all/0')).toBe(first);
    // The empty group is not sent: what comes after it moves up.
    expect(byPointer.get('/definition/all/1/not/any/0')).toBe(second);
    expect(byPointer.get('/definition/all/1/not/any/1')).toBe(third);
  });

  test('a part is changed or taken out, however deep; what is not complete is left out of the counts', () => {
    const rule = readRule({ all: [often, { any: [good, { rfm: 'monetary' }] }] });
    const [, second, third] = conditionsOf(rule).map(({ id }) => id) as [number, number, number];
    expect(writeRule(replacePart(rule, second, () => undefined))).toEqual({
      all: [often, { any: [{ rfm: 'monetary' }] }],
    });
    expect(writeRule(onlyWhere(rule, isComplete))).toEqual({ all: [often, { any: [good] }] });
    const turned = replacePart(rule, third, (part) => (isGroup(part) ? part : { ...part, isNot: true }));
    expect(writeRule(turned)).toEqual({ all: [often, { any: [good, { not: { rfm: 'monetary' } }] }] });
  });

  test.each([
    [often, true],
    [{ behaviour: 'view' }, false],
    [{ segment: [] }, false],
    [{ rfm: 'frequency' }, false],
    [{ value: 'expected_orders', at_most: 0 }, true],
    [{ tag: 'price-band' }, false],
    [{ tag: 'price-band', is: ['low'] }, true],
    [{ tag: 'discount-share' }, false],
    [{ tag: 'discount-share', at_least: 0.5 }, true],
    [{ tag: 'expected-next-order', within_days: 14 }, true],
    [{ last: 'seen', or_never: true }, false],
    [{ last: 'ordered', not_within_days: 30 }, true],
  ])('%j has all that the service needs: %s', (condition, expected) => {
    expect(isComplete(condition)).toBe(expected);
  });
});

// Would see: a value that stands in its field and is not sent, is sent twice, or takes another away.
test('what is typed counts as a value, as long as it stands there', () => {
  const steps = ['T', 'Te', 'Tea ', 'Te', ''];
  let state: ReturnType<typeof typeInto> = { values: ['Tea'], typed: nothingTyped };
  const seen = steps.map((text) => (state = typeInto(state.values, state.typed, text)).values.join());
  expect(seen).toEqual(['Tea,T', 'Tea,Te', 'Tea', 'Tea,Te', 'Tea']);
});

test('ids are read as people paste them, each once', () => {
  expect(idsOf(' C1\nC2, C3;C1\t\r\n')).toEqual(['C1', 'C2', 'C3']);
});

// Would see: ribbons that do not meet their columns, a share that counts who is new, a column beyond its picture.
test('flows lie between columns that are as high as they are', () => {
  const [best, least] = ['group-high-value', 'group-low-contribution'];
  const flows = [
    { from: best, to: best, customers: 60 },
    { from: best, to: least, customers: 20 },
    { from: least, to: least, customers: 20 },
    { from: null, to: least, customers: 10 },
  ];
  const { nodes, ribbons, stayed } = arrange(flows, 300);
  expect(stayed).toBe(0.8);
  expect(nodes.map(({ side, id, customers }) => [side, id, customers])).toEqual([
    ['from', best, 80],
    ['from', least, 20],
    ['from', null, 10],
    ['to', best, 60],
    ['to', least, 50],
  ]);
  const scale = (ribbons[0]?.width ?? 0) / 60;
  for (const node of nodes) expect(node.height).toBeCloseTo(Math.max(node.customers * scale, 2));
  for (const side of ['from', 'to'] as const) {
    for (const node of nodes.filter((one) => one.side === side)) {
      const of = ribbons.filter((ribbon) => ribbon[side] === node.id);
      expect(of.reduce((sum, { width }) => sum + width, 0)).toBeCloseTo(node.customers * scale);
      expect(Math.min(...of.map(({ fromY, toY }) => (side === 'from' ? fromY : toY)))).toBeCloseTo(node.y);
    }
    const last = nodes.filter((one) => one.side === side).at(-1);
    expect((last?.y ?? 0) + (last?.height ?? 0)).toBeLessThanOrEqual(300);
  }
  expect(arrange([], 300)).toEqual({ nodes: [], ribbons: [], stayed: null });
});
