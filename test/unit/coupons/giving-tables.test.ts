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
  items: [],
  ...change,
});
const tableOf = (form: GivingForm, attributes: string[], rows: GivenRow[], items = 0) => {
  const columns = columnsOf(form, attributes, items);
  const lines = rows.map((one) => rowOf(form, attributes, one, items)).filter((row) => row !== undefined);
  return [csvLine(columns), ...lines.map((row) => csvLine(columns.map((name) => row[name])))].join('').split('\r\n');
};
const none = given({ customerId: 'c2', outcome: 'control-group', code: null, validUntil: null, attributes: {} });

test('the plain form has everybody, with the reason where there is no code', () => {
  expect(tableOf('plain', ['city', 'age', 'tags', 'none'], [given(), none])).toEqual([
    'customer_id,arm,outcome,why,code,valid_until,decision_id,city,age,tags,none',
    'c1,treatment,granted,Got a coupon,K7Q2-9XFM-3TRB-0WNE,2026-03-16T08:00:00.000Z,12,"Graz, old town",41,"[""a"",""b""]",',
    'c2,control,control-group,Control group: left alone so that the effect can be measured,,,12,,,,',
    '',
  ]);
  // An attribute that is called as a column is not written over it, and what every object has is no attribute.
  expect(tableOf('plain', ['code', 'constructor'], [given({ attributes: { code: 'x' } })]).slice(0, 2)).toEqual([
    'customer_id,arm,outcome,why,code,valid_until,decision_id,constructor',
    'c1,treatment,granted,Got a coupon,K7Q2-9XFM-3TRB-0WNE,2026-03-16T08:00:00.000Z,12,',
  ]);
  const [, holdout, other] = tableOf(
    'plain',
    [],
    [given({ ...none, outcome: 'holdout' }), given({ ...none, outcome: 'not-needed' })],
  );
  expect([holdout, other]).toEqual([
    'c2,holdout,holdout,Left alone by all campaigns,,,12',
    'c2,,not-needed,Needs no coupon,,,12',
  ]);
});

test.each([
  // What each wants of a file: Klaviyo the address in the first column and in every row, Mailchimp in every row.
  ['klaviyo', 'Email Address,External ID,Coupon Code,Coupon Expires,city', 'anna@shop.example,c1', 1],
  ['mailchimp', 'Email Address,CUSTOMERID,COUPON,COUPONEND,city', 'anna@shop.example,c1', 1],
  ['braze', 'external_id,email,coupon_code,coupon_expires,city', 'c1,anna@shop.example', 2],
] as const)('the form of %s has who was given a code that is good', (form, header, who, rows) => {
  const unknown = given({ customerId: 'c3', attributes: {} });
  const stopped = given({ customerId: 'c4', isStopped: true });
  const [first, ...lines] = tableOf(form, ['city'], [given(), none, unknown, stopped]);
  expect(first).toBe(header);
  expect(lines[0]).toBe(`${who},K7Q2-9XFM-3TRB-0WNE,2026-03-16T08:00:00.000Z,"Graz, old town"`);
  expect(lines.slice(0, -1)).toHaveLength(rows);
});

test.each([
  ['plain', 'item_1_id,item_1_title,item_1_url,item_2_id,item_2_title,item_2_url', 'tea,Green tea,https://s/tea,,,'],
  ['klaviyo', 'Item 1 Title,Item 1 Link,Item 2 Title,Item 2 Link', 'Green tea,https://s/tea,,'],
  ['mailchimp', 'ITEM1,ITEM1URL,ITEM2,ITEM2URL', 'Green tea,https://s/tea,,'],
  ['braze', 'item_1_title,item_1_url,item_2_title,item_2_url', 'Green tea,https://s/tea,,'],
] as const)('the form of %s has items of the own list with title and link before attributes', (form, header, cells) => {
  const row = given({
    items: [{ item_id: 'tea', title: 'Green tea', url: 'https://s/tea' }],
    attributes: { email: 'a@s' },
  });
  const [first, line] = tableOf(form, ['ITEM1', 'none'], [row], 2);
  const isColumn = form === 'mailchimp';
  expect(first.endsWith(`,${header}${isColumn ? '' : ',ITEM1'},none`)).toBe(true);
  expect(line.endsWith(`,${cells}${isColumn ? '' : ','},`)).toBe(true);
});

test('names of fields that Mailchimp takes have at most ten characters', () => {
  const own = columnsOf('mailchimp', [], 10).filter((name) => name !== 'Email Address');
  expect(own.filter((name) => name.length > 10)).toEqual([]);
});
