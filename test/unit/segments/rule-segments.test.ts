import { describe, expect, test } from '@jest/globals';
import { PannierError } from '../../../src/errors.ts';
import { compileRule } from '../../../src/segments/defined/rule-query/store.ts';
import { readDefinition } from '../../../src/segments/defined/rules/read-definition.ts';
import { segmentsNamed } from '../../../src/segments/defined/rules/segment-rule.ts';

const read = (definition: unknown) => readDefinition(definition, { at: '/definition', minorDigits: 2 });

test.each([
  [2, 400.4],
  [0, 4.004],
  [3, 4_004],
])('a bound of money with %i digits is not rounded', (minorDigits, atLeast) => {
  const rule = readDefinition({ rfm: 'monetary', at_least: '4.004' }, { at: '', minorDigits });
  expect(rule).toMatchObject({ condition: { atLeast } });
});

function faultsOf(definition: unknown): Record<string, string> {
  try {
    read(definition);
  } catch (error) {
    if (error instanceof PannierError) {
      expect(error.code).toBe('invalid_request');
      return Object.fromEntries(error.faults.map(({ field, message }) => [field, message]));
    }
    throw error;
  }
  return {};
}

const views = { behaviour: 'view', within_days: 14 };

describe('a definition', () => {
  test('is read with the place of every part', () => {
    const rule = read({
      all: [views, { not: { any: [{ rfm: 'monetary', at_least: '12.50' }, { segment: ['list-a'] }] } }],
    });
    expect(rule).toEqual({
      at: '/definition',
      all: [
        {
          at: '/definition/all/0',
          condition: expect.objectContaining({ kind: 'behaviour', behaviour: 'view', atLeast: 1, notBought: false }),
        },
        {
          at: '/definition/all/1',
          not: {
            at: '/definition/all/1/not',
            any: [
              {
                at: '/definition/all/1/not/any/0',
                condition: { kind: 'rfm', field: 'monetary', atLeast: 1_250, atMost: undefined },
              },
              { at: '/definition/all/1/not/any/1', condition: { kind: 'segment', segmentIds: ['list-a'] } },
            ],
          },
        },
      ],
    });
    expect(segmentsNamed(rule)).toEqual([{ field: '/definition/all/1/not/any/1/segment/0', segmentId: 'list-a' }]);
  });

  test('at least none is asked only beside at most so many', () => {
    expect(faultsOf({ ...views, at_least: 0 })).toEqual({
      '/definition/at_least': 'must be above 0 where there is no at_most',
    });
    expect(faultsOf({ ...views, at_least: 0, at_most: 3 })).toEqual({});
  });

  test('that is wrong is refused with every faulty field by its name', () => {
    const wrong = {
      all: [
        { behaviour: 'stroll', within_days: 14 },
        { behaviour: 'view' },
        { any: [] },
        { any: [{ rfm: 'monetary', at_least: 5 }, 7] },
        { tag: 'price-band', is: ['low', 'cheap'], unknown: 1 },
        { tag: 'price-band', is: ['cheap'] },
        { tag: 'life-cycle-stage', at_least: 1 },
        { value: 'expected_orders' },
        { value: 'expected_orders', at_least: 3, at_most: 2 },
        { segment: ['group-nobody'] },
        { behaviour: 'purchase', within_days: 1, not_bought: true },
        { all: [views], any: [views] },
        {},
      ],
    };
    expect(Object.keys(faultsOf(wrong)).sort()).toEqual(
      [
        'all/0/behaviour',
        'all/1/within_days',
        'all/2/any',
        'all/3/any/0/at_least',
        'all/3/any/1',
        'all/4/unknown',
        'all/5/is/0',
        'all/6/at_least',
        'all/7/at_least',
        'all/8/at_most',
        'all/9/segment/0',
        'all/10/not_bought',
        'all/11',
        'all/12',
      ]
        .map((field) => `/definition/${field}`)
        .sort(),
    );
    expect(faultsOf({ tag: 'channel', within_days: 3 })).toEqual({
      '/definition/within_days': 'cannot be asked of channel',
    });
    expect(faultsOf([])).toEqual({ '/definition': 'must be a rule' });
    expect(faultsOf({ any: Array.from({ length: 31 }, () => views) })).toEqual({
      '/definition': 'has more than 30 conditions',
    });
  });
});

describe('the statement', () => {
  const context = {
    asOf: new Date('2026-03-01T00:00:00Z'),
    shop: { minorDigits: 2, timeZone: 'UTC', weekStart: 'monday' as const },
    versions: { segmentation: 4, 'customer-tags': 6 },
  };

  test('holds nothing that was sent: every value is a parameter', () => {
    const evil = `x'); drop table customers; --`;
    const compiled = compileRule(
      read({
        any: [
          { behaviour: 'purchase', within_days: 90, category: evil, brand: evil, item_id: evil.slice(0, 60) },
          { tag: 'preferred-category', is: [evil], at_least: 0.3 },
          { tag: 'channel', is: [evil] },
        ],
      }),
      context,
    );
    expect(`${compiled.flagged} ${compiled.formula}`).not.toContain('drop');
    expect(compiled.values.flat()).toEqual(expect.arrayContaining([evil]));
    const places = [...compiled.flagged.matchAll(/\$(\d+)/g)].map(([, place]) => Number(place));
    expect(Math.max(...places)).toBe(compiled.values.length);
  });

  test('joins no sets of customers, so that no estimate can make it slow', () => {
    const { flagged } = compileRule(
      read({ any: [{ rfm: 'frequency', at_least: 2 }, { not: { tag: 'price-band', is: ['low'] } }] }),
      context,
    );
    expect(flagged).not.toMatch(/\b(join|in|exists)\b/);
  });

  test('combines conditions as the definition does', () => {
    const rule = read({ all: [views, { not: { any: [views, { not: views }] } }] });
    const { formula, parts } = compileRule(rule, context);
    expect(formula).toBe('(c0 and (not (c1 or (not c2))))');
    expect(parts.map(({ at, formula }) => [at, formula])).toEqual([
      ['/definition', formula],
      ['/definition/all/0', 'c0'],
      ['/definition/all/1', '(not (c1 or (not c2)))'],
      ['/definition/all/1/not', '(c1 or (not c2))'],
      ['/definition/all/1/not/any/0', 'c1'],
      ['/definition/all/1/not/any/1', '(not c2)'],
      ['/definition/all/1/not/any/1/not', 'c2'],
    ]);
  });
});
