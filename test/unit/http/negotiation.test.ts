import { expect, test } from '@jest/globals';
import { negotiate } from '../../../src/http/requests/negotiation.ts';

const [json, csv, lines] = ['application/json', 'text/csv', 'application/x-ndjson'] as const;

test.each([
  [undefined, json],
  ['', json],
  ['*/*', json],
  ['text/csv;q=0.5, application/x-ndjson', lines],
  ['text/csv;q=0.1, application/x-ndjson;q=0.2', lines],
  ['text/*', csv],
  ['TEXT/CSV', csv],
  ['image/png, text/csv;q=0.1', csv],
  ['text/csv, */*', csv],
  ['*/*, text/csv', csv],
  ['*/*;q=0.9, text/csv;q=0.2', json],
  ['application/json;q=0, */*', csv],
  ['application/*;q=0, */*', csv],
  ['application/*;q=0, application/x-ndjson, text/*;q=0.5', lines],
  ['application/x-ndjson, application/json', lines],
  ['text/csv;header=present;Q=0.3, application/json;q=0.2', csv],
  ['text/csv;q=nonsense, application/json;q=0.1', json],
])('Accept %j gets %s', (accept, type) => {
  expect(negotiate(accept, [json, csv, lines])).toBe(type);
});

test.each(['image/png', 'text/csv;q=0', '*/*;q=0', 'text/csv;q=0.000, image/*', '???'])(
  'Accept %j gets nothing',
  (accept) => {
    expect(() => negotiate(accept, [json, csv].slice(accept === '???' ? 0 : 1))).toThrow('Accept one of');
  },
);

test('what an operation does not offer is not given', () => {
  expect(negotiate('*/*', [csv, lines])).toBe(csv);
  expect(() => negotiate('application/json', [csv, lines])).toThrow('Accept one of text/csv, application/x-ndjson.');
});
