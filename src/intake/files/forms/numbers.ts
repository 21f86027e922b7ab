import { currencyOf } from './currencies.ts';

/** The sign that parts the decimals of a number. */
export type DecimalSign = '.' | ',';

/** A number as it is written, its parts told from each other as far as it can by itself. */
export interface WrittenNumber {
  isNegative: boolean;
  /** digits and the separators among them, `.` and `,` alone */
  digits: string;
  exponent: number;
  /** which sign parts its decimals; `none`: it has no separator, or only blanks; `either`: 1,234 */
  decimal: DecimalSign | 'none' | 'either';
  /** as written beside it */
  currency: string | undefined;
}

const longest = 60;
const spaces = /[\s\u00a0\u202f\u2007\u2009'’`´]/g;
const fullWidth = /[\uff10-\uff19\uff0c\uff0e\uff0d]/g;

function halfWidth(text: string): string {
  return text.replace(fullWidth, (character) => String.fromCharCode(character.charCodeAt(0) - 0xfee0));
}

/** Takes a text for a number with whatever stands beside it; undefined for a text that is none. */
export function readWritten(given: string): WrittenNumber | undefined {
  if (given.length > longest) return undefined;
  let text = halfWidth(given).replace(/[−–]/g, '-').trim();
  // Spreadsheets write text as ="123".
  text = /^="(.*)"$/.exec(text)?.[1] ?? text;
  let isNegative = false;
  if (/^\(.*\)$/.test(text)) {
    isNegative = true;
    text = text.slice(1, -1).trim();
  }
  const found =
    /^([^\d.,]*?)([.,]?\d(?:[\d.,\s\u00a0\u202f\u2007\u2009'’`´]*\d)?[.,]?)(?:\s*E([+-]?\d{1,2}))?(?:[.,]?-)?([^\d]*)$/i.exec(
      text,
    );
  if (!found) return undefined;
  const [whole, before, middle, exponent, after] = found;
  const minuses = `${before}${after}`.match(/-/g)?.length ?? 0;
  const trailing = whole.length > before.length + middle.length && /\d[.,]?-/.test(text);
  if (minuses + (trailing ? 1 : 0) > 1) return undefined;
  // 5,- and 5.- are amounts without cents.
  const isRound = /[.,]-$/.test(text.replace(/[^\d.,-]+$/, '')) || /^[.,]-/.test(after);
  isNegative ||= !isRound && (minuses === 1 || trailing);
  const beside = [before, after].map((side) => side.replace(/[-+%:]/g, '').trim()).filter((side) => side !== '');
  const currencies = beside.map(currencyOf);
  if (currencies.some((currency) => currency === undefined)) return undefined;
  const digits = middle.replace(spaces, '').replace(/[.,]$/, '');
  const decimal = decimalOf(digits, /\d[\s\u00a0\u202f\u2007\u2009'’]\d/.test(middle));
  if (decimal === undefined) return undefined;
  const shift = exponent === undefined ? 0 : Number(exponent);
  if (Math.abs(shift) > 15) return undefined;
  return { isNegative, digits, exponent: shift, decimal, currency: currencies[0] };
}

/** undefined: the separators are not set as those of a number are */
function decimalOf(digits: string, hasBlanks: boolean): WrittenNumber['decimal'] | undefined {
  const points = digits.split('.').length - 1;
  const commas = digits.split(',').length - 1;
  if (points === 0 && commas === 0) return 'none';
  if (points > 0 && commas > 0) {
    const last = digits.lastIndexOf('.') > digits.lastIndexOf(',') ? '.' : ',';
    const group = last === '.' ? ',' : '.';
    const isSet = digits.split(last).length === 2 && isGrouped(digits.slice(0, digits.indexOf(last)), group);
    return isSet ? last : undefined;
  }
  const sign = points > 0 ? '.' : ',';
  const other = sign === '.' ? ',' : '.';
  // 1.234.567: the sign parts thousands, so that decimals have the other one.
  if (points + commas > 1) return isGrouped(digits, sign) ? other : undefined;
  const [before, behind] = digits.split(sign);
  // Thousands are parted by blanks already, or it cannot be a group of three.
  if (hasBlanks || behind.length !== 3 || before.length > 3 || /^0*$/.test(before)) return sign;
  return 'either';
}

/** Groups of three, or as in India of two before the last three. */
function isGrouped(digits: string, separator: string): boolean {
  const groups = digits.split(separator);
  const isMiddle = (group: string) => /^\d{2,3}$/.test(group);
  return /^\d{1,3}$/.test(groups[0]) && groups.slice(1, -1).every(isMiddle) && /^\d{3}$/.test(groups.at(-1)!);
}

/** The plain decimal of a written number, such as "-1234.5". */
export function plainNumber(written: WrittenNumber, decimal: DecimalSign): string {
  const { digits, exponent, isNegative } = written;
  const sign = written.decimal === '.' || written.decimal === ',' ? written.decimal : decimal;
  const group = sign === '.' ? ',' : '.';
  const plain = digits.replaceAll(group, '').replace(sign, '.');
  const shifted = exponent === 0 ? plain : shift(plain, exponent);
  const tidy = shifted
    .replace(/^0+(?=\d)/, '')
    .replace(/^\./, '0.')
    .replace(/\.$/, '');
  return isNegative && /[1-9]/.test(tidy) ? `-${tidy}` : tidy;
}

function shift(plain: string, places: number): string {
  const [whole, behind = ''] = plain.split('.');
  const digits = whole + behind;
  const point = whole.length + places;
  if (point <= 0) return `0.${'0'.repeat(-point)}${digits}`;
  return point >= digits.length ? digits.padEnd(point, '0') : `${digits.slice(0, point)}.${digits.slice(point)}`;
}
