import { expect, test } from '@jest/globals';
import type { GivenRow } from '../../../src/coupons/givings/givings.ts';
import { columnsOf, type GivingForm, rowOf } from '../../../src/coupons/givings/tables.ts';
import { csvLine } from '../../../src/formats/csv.ts';

const given = (change: Partial<GivenRow> = {}): GivenRow => ({
  customerKey: 1,
  customerId: 'c1',
  decisionId: 12,
  outcome: 'granted',
  code: 'K7Q2-9XFM-3TRB-0WNE',
  validUntil: new Date('2026-03-16T08:00:00Z'),
  isStopped: false,
  attributes: { email: 'anna@shop.example', city: 'Graz, old town', age: 41, tags: ['a', 'b'] },
  ...change,
});
const tableOf = (form: GivingForm, attributes: string[], rows: GivenRow[]) => {
  const columns = columnsOf(form, attributes);
  const lines = rows.map((one) => rowOf(form, attributes, one)).filter((row) => row !== undefined);
  return [csvLine(columns), ...lines.map((row) => csvLine(columns.map((name) => row[name])))].join('').split('\r\n');
};
const none = given({ customerId: 'c2', outcome: 'control-group', code: null, validUntil: null, attributes: {} });

test('the plain form has everybody, with the reason where there is no code', () => {
  expect(tableOf('plain', ['city', 'age', 'tags', 'none'], [given(), none])).toEqual([
    'customer_id,arm,outcome,code,valid_until,decision_id,city,age,tags,none',
    'c1,treatment,granted,K7Q2-9XFM-3TRB-0WNE,2026-03-16T08:00:00.000Z,12,"Graz, old town",41,"[""a"",""b""]",',
    'c2,control,control-group,,,12,,,,',
    '',
  ]);
  // An attribute that is called as a column is not written over it, and what every object has is no attribute.
  expect(tableOf('plain', ['code', 'constructor'], [given({ attributes: { code: 'x' } })]).slice(0, 2)).toEqual([
    'customer_id,arm,outcome,code,valid_until,decision_id,constructor',
    'c1,treatment,granted,K7Q2-9XFM-3TRB-0WNE,2026-03-16T08:00:00.000Z,12,',
  ]);
  const [, holdout, other] = tableOf(
    'plain',
    [],
    [given({ ...none, outcome: 'holdout' }), given({ ...none, outcome: 'not-needed' })],
  );
  expect([holdout, other]).toEqual(['c2,holdout,holdout,,,12', 'c2,,not-needed,,,12']);
});

test.each([
  ['klaviyo', 'External ID,Email,Coupon Code,Coupon Expires,city', 2],
  ['mailchimp', 'CUSTOMERID,Email Address,COUPON,COUPONEND,city', 1],
  ['braze', 'external_id,email,coupon_code,coupon_expires,city', 2],
] as const)('the form of %s has who was given a code that is good', (form, header, rows) => {
  const unknown = given({ customerId: 'c3', attributes: {} });
  const stopped = given({ customerId: 'c4', isStopped: true });
  const [first, ...lines] = tableOf(form, ['city'], [given(), none, unknown, stopped]);
  expect(first).toBe(header);
  expect(lines[0]).toBe('c1,anna@shop.example,K7Q2-9XFM-3TRB-0WNE,2026-03-16T08:00:00.000Z,"Graz, old town"');
  expect(lines.slice(0, -1)).toHaveLength(rows);
});
