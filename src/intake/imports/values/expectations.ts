import { readDecimal } from '../reading/decimal.ts';
import { createTimeReader } from '../reading/time.ts';

/** A value that has not the form of its field, and what would be right. */
export interface ValueFault {
  /** `row` for a row that is none */
  field: string;
  value: string;
  expected: string;
}

/** Instead of a value that may tell who is in the file: reports stay when a person is erased. */
export const hiddenValue = '(not shown)';

/** Fields of which the values may tell who somebody is: ids, and what a person typed. */
const personal = new Set(['customer_id', 'visitor_id', 'query', 'properties', 'page', 'session_id', 'topic']);

/** @param field one within another is named with a dot */
export function isPersonal(field: string): boolean {
  return personal.has(field.split('.', 1)[0]);
}

type Decimals = 'point' | 'comma';

/** Signs of a currency and blanks beside a number. */
const mostSigns = 5;

export const expectedText = (longest: number) =>
  `text of 1 to ${longest.toLocaleString('en-US')} characters, without NUL and lone surrogates`;
export const expectedUuid = 'a UUID';

export const expectedCode = 'a code of at most 64 of a-z, 0-9, _ and -';

/** What a number should look like; a setting is only advised where it would read the value, and read it rightly. */
export function expectedNumber(value: string, decimals: Decimals): string {
  const form = decimals === 'point' ? 'a number such as 1234.5' : 'a number such as 1234,5';
  return `${form}${adviceOnNumber(value.trim().slice(0, 100), decimals)}`;
}

function adviceOnNumber(value: string, decimals: Decimals): string {
  const [separator, point] = decimals === 'point' ? [',', '.'] : ['.', ','];
  // 1,152 may be a thousand or one and a bit: only the shop knows.
  if (new RegExp(`^[+-]?\\d{1,3}(\\${separator}\\d{3})+$`).test(value)) {
    return `, without a separator of thousands: ${value.replaceAll(separator, '')}, or ${value.replace(separator, point)} if that is meant`;
  }
  if (new RegExp(`^[+-]?\\d{1,3}(\\${separator}\\d{3})+\\${point}\\d+$`).test(value)) {
    return `, without separators of thousands: ${value.replaceAll(separator, '')}`;
  }
  const other = decimals === 'point' ? 'comma' : 'point';
  if (readDecimal(value, other) !== undefined)
    return `; where such are written, say "decimals": "${other}" in a mapping file`;
  const bare = value.replace(/[^\d.,+-]/g, '');
  const isNumber = /\d/.test(bare) && bare.length >= value.length - mostSigns;
  if (bare === value || !isNumber) return '';
  return `, alone: ${bare}${readDecimal(bare, decimals) === undefined ? adviceOnNumber(bare, decimals) : ''}`;
}

const patterns = [
  'D.M.YYYY',
  'D/M/YYYY',
  'M/D/YYYY',
  'D-M-YYYY',
  'M-D-YYYY',
  'YYYY/M/D',
  'YYYY.M.D',
  'YYYYMMDD',
].flatMap((date) => ['', ' H:mm', ' H:mm:ss', ' HHmm', 'THHmmss'].map((time) => date + time));
const triedFormats = ['iso', 'unix', 'unix-ms', ...patterns].map((format) => ({
  format,
  read: createTimeReader('UTC', format),
}));

/** Digits that are taken for another unit of time give the first days of 1970. */
function isLikely(instant: number | undefined): boolean {
  return instant !== undefined && instant >= Date.UTC(1990, 0, 1);
}

/** What a time should look like under the format in force; another format is only advised where it would read the value. */
export function expectedTime(value: string, format: string): string {
  const form =
    format === 'iso'
      ? 'a time such as 2026-03-01 10:00:00 or 2026-03-01T10:00:00+01:00'
      : format === 'unix'
        ? 'seconds since 1970'
        : format === 'unix-ms'
          ? 'milliseconds since 1970'
          : `a time written as ${format}`;
  const text = value.trim();
  if (text.length > 40) return form;
  const fitting = triedFormats.filter((tried) => tried.format !== format && isLikely(tried.read(text)?.instant));
  const named = fitting.map((tried) => `"${tried.format}"`).slice(0, 2);
  if (named.length === 0) return form;
  return `${form}; where such are written, say "time_format": ${named.join(' or ')} in a mapping file`;
}
