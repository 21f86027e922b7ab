import { describe, expect, test } from '@jest/globals';
import {
  creditDays,
  demoCustomers,
  demoDays,
  demoItems,
  evaluationDays,
  positiveNumber,
  wholeNumber,
} from '../../../src/cli/terminal/arguments.ts';

// Would see: a number that goes as far as the database, which names nothing, or as a date that there is none of.
describe('a number on the command line is refused where it is read, with what would be right', () => {
  test.each([
    [
      'a version, seed or id',
      wholeNumber,
      ['0', '2147483647'],
      ['2147483648', '99999999999999999999', '1e3', '-1', ''],
    ],
    ['a count', positiveNumber, ['1', '2147483647'], ['0', '2147483648', '1.5']],
    ['customers of the sample shop', demoCustomers, ['100', '1000000'], ['99', '1000001', '']],
    ['items of the sample shop', demoItems, ['30', '20000'], ['29', '20001']],
    ['days of the sample shop', demoDays, ['120', '1460'], ['119', '1461']],
    ['days of a window', evaluationDays, ['1', '365'], ['0', '366', '2147483648']],
    ['days of a credit', creditDays, ['1', '30'], ['0', '31', '7.5']],
  ] as const)('%s', (_, read, right, wrong) => {
    for (const text of right) expect(read(text)).toBe(Number(text));
    for (const text of wrong) expect(() => read(text)).toThrow(/a whole number from \d+ to \d+ is needed/);
  });
});
