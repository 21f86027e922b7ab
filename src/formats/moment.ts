/** A time as the contract has it (RFC 3339) in epoch milliseconds; NaN where it is none. */
export function momentOf(text: string): number {
  return usualMoment(text) ?? Date.parse(text);
}

/**
 * The same of a time as JSON.stringify writes it, with or without milliseconds: read by its places, which takes a tenth of `Date.parse`.
 * undefined: it is written otherwise, or is none.
 */
export function usualMoment(text: string): number | undefined {
  const { length } = text;
  if ((length !== 24 && length !== 20) || text.charCodeAt(length - 1) !== letterZ || !hasItsSigns(text))
    return undefined;
  const [year, month, day] = [100 * two(text, 0) + two(text, 2), two(text, 5), two(text, 8)];
  const [hour, minute, second] = [two(text, 11), two(text, 14), two(text, 17)];
  const milliseconds = length === 24 ? 10 * two(text, 20) + digit(text, 22) : 0;
  const exists = year >= 1_000 && month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month);
  if (!exists || !(hour < 24 && minute < 60 && second < 60 && milliseconds >= 0)) return undefined;
  return Date.UTC(year, month - 1, day, hour, minute, second, milliseconds);
}

/** A moment as JSON.stringify writes it; most are read of such a text. */
export function isoOf(moment: number, read: string): string {
  return read.length === 24 && usualMoment(read) === moment ? read : new Date(moment).toISOString();
}

const letterZ = 90;
const daysOfMonth = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

function daysOf(year: number, month: number): number {
  const isLeap = month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  return isLeap ? 29 : daysOfMonth[month - 1];
}

function hasItsSigns(text: string): boolean {
  return (
    text.charCodeAt(4) === 45 &&
    text.charCodeAt(7) === 45 &&
    text.charCodeAt(10) === 84 &&
    text.charCodeAt(13) === 58 &&
    text.charCodeAt(16) === 58 &&
    (text.length === 20 || text.charCodeAt(19) === 46)
  );
}

/** NaN where it is none, and so is what is made of it. */
function digit(text: string, at: number): number {
  const value = text.charCodeAt(at) - 48;
  return value >= 0 && value <= 9 ? value : Number.NaN;
}

function two(text: string, at: number): number {
  return 10 * digit(text, at) + digit(text, at + 1);
}
