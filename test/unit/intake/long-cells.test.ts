import { describe, expect, test } from '@jest/globals';
import { meansService } from '../../../src/intake/catalogue/not-products.ts';
import { createContractChecks } from '../../../src/intake/imports/elements/contract-check.ts';
import { createElementPreparer } from '../../../src/intake/imports/elements/prepare-element.ts';
import { resolveMapping } from '../../../src/intake/imports/mapping/mapping.ts';
import { createLinePreparer } from '../../../src/intake/imports/order-lines/prepare-line.ts';
import { readDecimal, roundToSix } from '../../../src/intake/imports/reading/decimal.ts';
import { decodeBytes } from '../../../src/intake/imports/reading/text.ts';
import { createTimeReader } from '../../../src/intake/imports/reading/time.ts';
import { plainDecimal, toMinor, trimPrice } from '../../../src/shop/money.ts';
import { onThisMachine, since } from '../../support/jest/machine.ts';

/** What grows with the square of 64,000 takes seconds, what grows with it takes some milliseconds. */
const longest = onThisMachine(400);
const length = 64_000;
const units = [
  '0',
  '9',
  '1',
  ' ',
  '\t',
  '\u00a0',
  '-',
  '+',
  '.',
  ',',
  '.000',
  ',000',
  '1,',
  '1/',
  '1:',
  '0-',
  'E',
  '1E+',
  '£',
  'postage ',
  '"',
  '[',
  '{"a":',
  '\ud83d',
  '\0',
  '运',
  'é',
];
const cells = units.flatMap((unit) => {
  const long = unit.repeat(Math.ceil(length / unit.length));
  return [`${long}x`, `1.${long}1`, `0${long}1`, `2026-03-01${long}`];
});

function slowest(work: (cell: string) => unknown): number {
  return Math.max(
    ...cells.map((cell) => {
      const before = process.cpuUsage();
      try {
        work(cell);
      } catch {
        // That it is refused is right; how long that takes is the question.
      }
      return since(before);
    }),
  );
}

const context = { now: new Date('2026-07-01'), currency: 'EUR', minorDigits: 2 };
const formats = ['iso', 'unix', 'D.M.YYYY H:mm', 'YYYY MM DD HH mm ss'];

describe('a cell of 64,000 characters is read or refused at once', () => {
  test.each<[string, (cell: string) => unknown]>([
    ['toMinor', (cell) => toMinor(cell, 2)],
    ['toMinor of a quantity', (cell) => toMinor('1', 2, cell)],
    ['plainDecimal', plainDecimal],
    ['trimPrice', (cell) => trimPrice(cell, 2)],
    [
      'readDecimal',
      (cell) => [readDecimal(cell, 'point'), readDecimal(cell, 'comma')].map((text) => text && roundToSix(text)),
    ],
    ['times', (cell) => formats.map((format) => createTimeReader('Europe/Berlin', format)(cell))],
    ['services', (cell) => [meansService(cell, undefined), meansService('1', cell)]],
    ['bytes', (cell) => decodeBytes(Buffer.from(cell, 'latin1'))],
  ])('%s', (_, work) => {
    expect(slowest(work)).toBeLessThan(longest);
  });

  const line = {
    order_id: 'O1',
    line_id: '1',
    item_id: 'A',
    title: 'x',
    quantity: '1',
    occurred_at: '2026-03-01',
    unit_price: '1',
    list_price: '1',
    currency: 'EUR',
    customer_id: 'C',
    visitor_id: 'V',
    country: 'DE',
    coupon_code: 'X',
    list_id: 'x',
  };
  test.each([{}, { decimals: 'comma', time_format: 'D.M.YYYY H:mm' }] as const)(
    'any cell of an order line, %j',
    (mapping) => {
      const prepare = createLinePreparer(resolveMapping({ mapping }), 'Europe/Berlin', context);
      for (const field of Object.keys(line)) {
        expect(
          slowest((cell) => prepare({ number: 1, latin1: [field], fields: { ...line, [field]: cell } })),
        ).toBeLessThan(longest);
      }
    },
  );

  const elements = {
    items: {
      item_id: 'A',
      title: 'x',
      price: '1',
      stock: '1',
      hidden: 'no',
      attributes: '{}',
      updated_at: '2026-01-01',
    },
    events: {
      event_id: 'E',
      type: 'view',
      customer_id: 'C',
      item_id: 'A',
      occurred_at: '2026-01-01',
      query: 'q',
      position: '1',
    },
    customers: { customer_id: 'C', attributes: '{}', 'attributes.a': 'x', profiling_allowed: 'yes' },
  };
  const checks = createContractChecks();
  test.each(Object.keys(elements) as (keyof typeof elements)[])('any cell of %s', (kind) => {
    const prepare = createElementPreparer(kind, resolveMapping({}), 'Europe/Berlin', context, checks[kind]);
    for (const field of Object.keys(elements[kind])) {
      expect(
        slowest((cell) => prepare({ number: 1, latin1: [], fields: { ...elements[kind], [field]: cell } })),
      ).toBeLessThan(longest);
    }
  });
});
