import { expect, test } from '@jest/globals';
import { assess } from '../../../src/intake/imports/report/assess.ts';
import { composeRefusal, composeReport } from '../../../src/intake/imports/report/report.ts';
import { Tally } from '../../../src/intake/imports/report/tally.ts';
import { canonicalJson } from '../../../src/intake/quarantine/raw.ts';

const sound = {
  rows: 1_000,
  cells: 7_000,
  filledCells: 7_000,
  duplicates: 0,
  invalid: 0,
  inconsistent: 0,
  untimely: 0,
};

test('each figure is the share of what is well', () => {
  expect(assess({ ...sound, filledCells: 6_300, duplicates: 10, invalid: 20, inconsistent: 30, untimely: 40 })).toEqual(
    {
      completeness: 0.9,
      uniqueness: 0.99,
      validity: 0.98,
      consistency: 0.97,
      timeliness: 0.96,
      passed: true,
    },
  );
});

test.each([
  ['completeness', { filledCells: 3_499 }],
  ['uniqueness', { duplicates: 501 }],
  ['validity', { invalid: 201 }],
  ['consistency', { inconsistent: 101 }],
  ['timeliness', { untimely: 101 }],
])('the gate stands at each: %s', (_, found) => {
  expect(assess({ ...sound, ...found }).passed).toBe(false);
});

test('few rows are not judged, none are without fault', () => {
  expect(assess({ ...sound, rows: 99, invalid: 99 })).toMatchObject({ validity: 0, passed: true });
  expect(assess({ ...sound, rows: 0, cells: 0, filledCells: 0 })).toMatchObject({
    completeness: 1,
    validity: 1,
    passed: true,
  });
});

test('a report that loses a row is none', () => {
  const tally = new Tally();
  const row = { refused: [], counted: [], filled: 7, expected: 7, occurredAt: 0, timed: true };
  tally.add(row);
  tally.add(row);
  const outcome = {
    facts: 1,
    quarantined: 0,
    quarantinedBefore: 0,
    known: 1,
    corrected: {},
    output: {},
    quarantinedByRule: {},
  };
  const clock = {
    timeZone: 'UTC',
    now: new Date('2026-01-01T00:00:00Z'),
    lines: { counted: tally.rows + 1, header: 1, empty: 0, within_quotes: 0 },
  };
  const assessment = assess(tally.findings({ duplicates: 1, inconsistent: 0 }));
  expect(composeReport(tally, assessment, outcome, clock)).toMatchObject({
    rows: { in: 2, facts: 1, quarantined: 0, merged: 1 },
    data_from: '1970-01-01T00:00:00.000Z',
    data_until: '1970-01-02T00:00:00.000Z',
  });
  expect(() => composeReport(tally, assessment, { ...outcome, known: 0 }, clock)).toThrow(
    'Rows are not conserved: 2 in',
  );
  const longer = { ...clock, lines: { ...clock.lines, counted: 4 } };
  expect(() => composeReport(tally, assessment, outcome, longer)).toThrow('Lines are not conserved: the file has 4');
  expect(() => composeRefusal(tally, assessment, longer)).toThrow('Lines are not conserved: the file has 4');
});

test('canonical JSON is the same for the same row, and storable', () => {
  expect(canonicalJson({ b: 1, a: { d: [1, { z: 1, y: 2 }], c: 'x' } })).toBe(
    '{"a":{"c":"x","d":[1,{"y":2,"z":1}]},"b":1}',
  );
  expect(canonicalJson({ a: '1', b: '2' })).toBe('{"a":"1","b":"2"}');
  expect(canonicalJson({ b: undefined, a: '\0 \ud800 \\u0000' })).toBe('{"a":"␀ � \\\\u0000"}');
});
