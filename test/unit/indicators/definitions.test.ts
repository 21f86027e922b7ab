import { describe, expect, test } from '@jest/globals';
import { classes } from '../../../src/indicators/definitions/definition.ts';
import { dimensionsThatAddUp, findDefinition, measureOf } from '../../../src/indicators/definitions/definitions.ts';
import { definitions, dimensionsOf, families, grainsOf, needs, termsOf } from '../../../src/indicators/index.ts';
import { addMonths, periodsOf, startOf, yearBefore } from '../../../src/indicators/values/periods.ts';

describe('definitions', () => {
  test('ids and versions are unique, and every version of an id is of one class', () => {
    const named = definitions.map(({ id, version }) => `${id} ${version}`);
    expect(named.filter((name, place) => named.indexOf(name) !== place)).toEqual([]);
    expect(definitions.filter((one) => !classes.includes(one.class) || !/^[a-z0-9-]{1,64}$/.test(one.id))).toEqual([]);
  });

  test('name and meaning are a sentence in English and in Chinese', () => {
    const isSentence = ({ en, zh }: { en: string; zh: string }) =>
      /^[A-Z].*\.$/.test(en) &&
      /。$/.test(zh) &&
      /\p{Script=Han}/u.test(zh) &&
      !/[.。] ?./.test(en.slice(0, -1).replace(/\d\.\d/, ''));
    expect(definitions.filter(({ meaning }) => !isSentence(meaning)).map(({ id }) => id)).toEqual([]);
    expect(definitions.filter(({ name }) => !/\p{Script=Han}/u.test(name.zh)).map(({ id }) => id)).toEqual([]);
  });

  // Would see: a measure that no family counts, which would fail only when somebody asks.
  test('every measure is counted by a family, in all or by something', () => {
    for (const definition of definitions) {
      for (const { measure } of termsOf(definition)) expect(measureOf(measure).name).toBe(measure);
      expect(grainsOf(definition).length).toBeGreaterThan(0);
      const { isInAll } = measureOf(definition.numerator[0].measure);
      expect([definition.id, isInAll || dimensionsOf(definition).length > 0]).toEqual([definition.id, true]);
    }
    for (const { measure } of Object.values(needs)) expect(measureOf(measure).name).toBe(measure);
  });

  // Would see: "all others" as the rest of a whole that the members are no parts of.
  test('by which dimensions members sum up to the whole: not where something is of several, counted once, or a share of all', () => {
    const addUp = (id: string) => dimensionsThatAddUp(findDefinition(id)!).sort();
    expect(addUp('net-sales')).toEqual(['brand', 'category', 'channel', 'item', 'store']);
    expect(dimensionsOf(findDefinition('orders-placed')!)).toContain('category');
    expect(addUp('orders-placed')).toEqual(['channel', 'store']);
    expect(addUp('visitors')).toEqual([]);
    const overlapping = definitions.filter((one) => dimensionsThatAddUp(one).includes('segment'));
    expect(overlapping).toEqual([]);
  });

  test('a family is named once', () => {
    expect(new Set(families.map(({ name }) => name)).size).toBe(families.length);
  });
});

describe('periods', () => {
  test('weeks begin on Monday, also over the turn of a year', () => {
    expect(startOf('week', '2026-01-01')).toBe('2025-12-29');
    expect(startOf('week', '2026-11-29')).toBe('2026-11-23');
    expect(periodsOf('week', '2025-12-31', '2026-01-05').map(({ key, until }) => [key, until])).toEqual([
      ['2025-12-29', '2026-01-05'],
      ['2026-01-05', '2026-01-12'],
    ]);
  });

  test('months have their lengths', () => {
    expect(periodsOf('month', '2024-01-31', '2024-03-01').map(({ key }) => key)).toEqual([
      ...['2024-01-01', '2024-02-01', '2024-03-01'],
    ]);
    expect([addMonths('2024-01-31', 1), addMonths('2023-03-31', -1), addMonths('2024-02-29', -12)]).toEqual([
      ...['2024-02-29', '2023-02-28', '2023-02-28'],
    ]);
  });

  test('a year before is the same date, and for a week the Monday 52 weeks before', () => {
    expect([
      yearBefore('day', '2026-11-28'),
      yearBefore('week', '2026-11-23'),
      yearBefore('month', '2026-11-01'),
    ]).toEqual([...['2025-11-28', '2025-11-24', '2025-11-01']]);
  });
});
