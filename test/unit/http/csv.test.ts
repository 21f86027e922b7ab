import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { csvField, csvLine, withoutGuards } from '../../../src/formats/csv.ts';
import { atThisLoad } from '../../support/jest/machine.ts';

test.each([
  ['a,b', '"a,b"'],
  ['say "hi"', '"say ""hi"""'],
  ['two\nlines', '"two\nlines"'],
  ['-1.50', '-1.50'],
  ['12', '12'],
  ['Ground coffee - 500 g', 'Ground coffee - 500 g'],
  ['a=b, c@d', '"a=b, c@d"'],
  ['', ''],
])('a cell that is text stays what it is: %j is written %j', (value, written) => {
  expect(csvField(value)).toBe(written);
});

// Each would be run by some spreadsheet: signs of other scripts, blanks and controls before them, separators of other locales.
test.each([
  ['@cmd', "'@cmd"],
  ['=1+1', "'=1+1"],
  ['+1', "'+1"],
  ['-1+1', "'-1+1"],
  ['＝1+1', "'＝1+1"],
  ['＋1', "'＋1"],
  ['－1', "'－1"],
  ['＠SUM(1)', "'＠SUM(1)"],
  ['﹦1', "'﹦1"],
  ['\t=1', '"\'\t\'=1"'],
  ['\r=1', '"\'\r\'=1"'],
  ['\n=1', '"\'\n\'=1"'],
  ['\nplain', '"\'\nplain"'],
  ['  =1', "'  =1"],
  ['\u00a0=1', "'\u00a0=1"],
  ['\u200b=1', "'\u200b=1"],
  ['\ufeff=1', "'\ufeff=1"],
  [';=1+1', '";\'=1+1"'],
  ['tea;=1+1', '"tea;\'=1+1"'],
  ['tea; ＝1', '"tea; \'＝1"'],
  ['tea";"=1', '"tea"";""\'=1"'],
  ['tea\t@x', '"tea\t\'@x"'],
  ['tea|+1', '"tea|\'+1"'],
  ['tea\r\n-1', '"tea\r\n\'-1"'],
])('a cell that a spreadsheet would run is made harmless: %j is written %j', (value, written) => {
  expect(csvField(value)).toBe(written);
});

test('numbers, moments, flags and nothing', () => {
  expect(csvLine([1.5, -2, true, new Date('2026-03-01T00:00:00Z'), null, undefined, 'x'])).toBe(
    '1.5,-2,true,2026-03-01T00:00:00.000Z,,,x\r\n',
  );
});

/** A cell as a program reads it that knows RFC 4180 and nothing else, as spreadsheets do. */
const readCell = (written: string) => (written.startsWith('"') ? written.slice(1, -1).replaceAll('""', '"') : written);

// Would see: an id that begins with a sign, or with an apostrophe before one, and comes back from our own file as another.
test.each([
  '=1+1',
  "'=1",
  "''=1",
  '-A1',
  '+49 30 1234',
  '@tea',
  "'tea'",
  "tea; '-5",
  'tea;-5',
  '\t=1',
  '-1.50',
  "'-1.50",
  "O'Neill",
])('what is written is read as it was: %j', (value) => expect(withoutGuards(readCell(csvField(value)))).toBe(value));

test('whatever is written is read as it was, and no cell that was harmless is changed', () => {
  const part = fc.constantFrom(...'=+-@＝;\t|\n\r"\' a1,.\u200b\u2028\u{1f600}');
  const text = fc.array(part, { maxLength: 12 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(text, (value) => {
      expect(withoutGuards(readCell(csvField(value)))).toBe(value);
    }),
    { numRuns: 5_000 },
  );
  const harmless = fc.array(fc.constantFrom(..."ab' ,.\u{1f600}"), { maxLength: 12 }).map((parts) => parts.join(''));
  fc.assert(fc.property(harmless, (value) => expect(withoutGuards(value)).toBe(value)));
});

// Would see: a cell whose separators are looked through once for each of them, which takes a file of one row for ever.
test('a cell of a million separators is written and read at once', () => {
  const value = `${';'.repeat(1_000_000)}'`;
  const begun = performance.now();
  expect(withoutGuards(csvField(value))).toHaveLength(value.length + 2);
  expect(performance.now() - begun).toBeLessThan(atThisLoad(1_000));
});

test('however a line is cut into cells, none begins with a sign', () => {
  const parts = fc.constantFrom(
    '=',
    '+',
    '-',
    '@',
    '＝',
    '＠',
    ';',
    '\t',
    '|',
    '\n',
    '\r',
    '"',
    "'",
    ' ',
    'a',
    '\u200b',
    ',',
  );
  const cells = fc.array(
    fc.array(parts, { maxLength: 8 }).map((all) => all.join('')),
    { minLength: 1, maxLength: 4 },
  );
  fc.assert(
    fc.property(cells, (values) => {
      const line = csvLine(values);
      for (const separator of [';', '\t', '|']) {
        for (const cell of line.split(new RegExp(`[${separator}\\r\\n]`))) {
          const seen = cell.replace(/^["\s\u200b]+/, '');
          // What begins with the comma of our own, or follows one, is a cell of ours and looked at below.
          expect(seen).not.toMatch(/^[=+\-@＝＠]/);
        }
      }
      for (const value of values) expect(csvField(value)).not.toMatch(/^"?[\s\u200b]*[=+\-@＝＠]/);
    }),
    { numRuns: 2_000 },
  );
});
