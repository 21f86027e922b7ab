import { monthOf } from './month-names.ts';

/** In which order day, month and year of a date of digits stand. */
export type DateOrder = 'dmy' | 'mdy' | 'ymd';

/** A time as its parts: whose zone is not written is local to the shop. */
export interface WrittenTime {
  year: number;
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  millisecond: number;
  /** minutes before UTC are negative; a name of a zone that has no fixed offset; undefined: none is written */
  zone: number | string | undefined;
}

/** How a cell may be read: `time` where only one way is left, else the three numbers of its date. */
export interface DateReading {
  time?: WrittenTime;
  /** 01/02/2026: day and month may be either way round */
  open?: { first: number; second: number; rest: Omit<WrittenTime, 'day' | 'month'> };
  /** does only one order make a date of it? */
  proves?: DateOrder;
  /** the sign between the numbers of its date */
  separator?: string;
  hasMeridiem?: boolean;
}

const longest = 80;

const zones: Readonly<Record<string, number>> = {
  z: 0,
  utc: 0,
  gmt: 0,
  wet: 0,
  bst: 60,
  cet: 60,
  mez: 60,
  cest: 120,
  mesz: 120,
  eet: 120,
  eest: 180,
  msk: 180,
  est: -300,
  edt: -240,
  cst: -360,
  cdt: -300,
  mst: -420,
  mdt: -360,
  pst: -480,
  pdt: -420,
  jst: 540,
  kst: 540,
  aest: 600,
  aedt: 660,
};

const clockPattern =
  /(?:^|[\s,T，])(?:(am|pm|a\.m\.|p\.m\.|上午|下午|午前|午後)\s*)?(\d{1,2})(?:[:hH時时](\d{2})?(?:[:m分](\d{2})(?:[.,](\d{1,9}))?)?[秒s分]?)?\s*(am|pm|a\.?\s?m\.?|p\.?\s?m\.?|上午|下午|午前|午後|uhr)?(?=$|[\s,Z+\-([])/i;

/** Takes the time of day out of a text. */
function takeClock(text: string): { rest: string; clock: number[]; hasMeridiem: boolean } | undefined {
  for (const found of text.matchAll(new RegExp(clockPattern.source, 'gi'))) {
    const [whole, before, hour, minute, second, fraction, after] = found;
    const meridiem = (before ?? after)?.toLowerCase().replace(/[.\s]/g, '');
    const isMeridiem = meridiem !== undefined && meridiem !== 'uhr';
    // A number alone is a day or a year.
    if (minute === undefined && meridiem === undefined && !/[hH時时]/.test(whole)) continue;
    let hours = Number(hour);
    if (isMeridiem) {
      if (hours > 12 && !/[p下後]/.test(meridiem)) return undefined;
      const isAfternoon = /^(pm|下午|午後)$/.test(meridiem);
      if (hours <= 12) hours = (hours % 12) + (isAfternoon ? 12 : 0);
    }
    const millisecond = Number((fraction ?? '').padEnd(3, '0').slice(0, 3));
    const clock = [hours, Number(minute ?? 0), Number(second ?? 0), millisecond];
    if (clock[0] === 24 && clock[1] === 0) return undefined;
    if (clock[0] > 23 || clock[1] > 59 || clock[2] > 60) return undefined;
    if (clock[2] === 60) clock[2] = 59;
    const rest = `${text.slice(0, found.index)} \u0001 ${text.slice(found.index + whole.length)}`;
    return { rest, clock, hasMeridiem: isMeridiem };
  }
  return { rest: text, clock: [0, 0, 0, 0], hasMeridiem: false };
}

/** Takes the zone out of what is behind the time of day. */
function takeZone(text: string): { rest: string; zone: number | string | undefined } {
  const named = /[([]?\b([A-Z][a-z]+(?:\/[A-Z][A-Za-z_]+){1,2})\b[)\]]?/.exec(text);
  if (named) return { rest: text.replace(named[0], ' '), zone: named[1] };
  const [date, behind] = text.split('\u0001');
  if (behind === undefined) {
    const lone = /\b(utc|gmt)\b/i.exec(text);
    return lone ? { rest: text.replace(lone[0], ' '), zone: 0 } : { rest: text, zone: undefined };
  }
  const offset = /(?:gmt|utc)?\s*([+-])(\d{1,2})(?::?(\d{2}))?/i.exec(behind);
  if (offset) {
    const minutes = Number(offset[2]) * 60 + Number(offset[3] ?? 0);
    if (minutes <= 14 * 60) {
      const rest = `${date} ${behind.replace(offset[0], ' ').replace(/\([^)]*\)/, ' ')}`;
      return { rest, zone: offset[1] === '-' ? -minutes : minutes };
    }
  }
  const word = /\b([a-z]{1,5})\b/i.exec(behind);
  const known = word ? zones[word[1].toLowerCase()] : undefined;
  if (word && known !== undefined) return { rest: `${date} ${behind.replace(word[0], ' ')}`, zone: known };
  return { rest: `${date} ${behind}`, zone: undefined };
}

/** Makes of two digits a year between 1970 and 2069. */
function fullYear(text: string): number {
  const year = Number(text);
  return text.length > 2 ? year : year < 70 ? 2000 + year : 1900 + year;
}

function isDate(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1 || day > 31 || year < 1900 || year > 2199) return false;
  return new Date(Date.UTC(year, month - 1, day)).getUTCDate() === day;
}

/** Reads a text as a time; undefined for one that is none. Digits alone are read by `readSerial`. */
export function readDate(given: string): DateReading | undefined {
  if (given.length > longest) return undefined;
  const text = given.trim().replace(/^["'=]+|["']+$/g, '');
  if (!/\d/.test(text)) return undefined;
  const packed = /^(\d{4})(\d{2})(\d{2})(?:[T\s_-]?(\d{2})(?:(\d{2})(\d{2})?)?(?:\.\d+)?\s*(Z)?)?$/.exec(text);
  if (packed) {
    const [year, month, day, hour, minute, second] = packed.slice(1, 7).map((part) => Number(part ?? 0));
    if (!isDate(year, month, day) || hour > 23 || minute > 59 || second > 59) return undefined;
    return { time: { year, month, day, hour, minute, second, millisecond: 0, zone: packed[7] ? 0 : undefined } };
  }
  const timed = takeClock(text.replace(/(\d)T(\d)/, '$1 $2'));
  if (!timed) return undefined;
  const { rest, zone } = takeZone(timed.rest);
  const [hour, minute, second, millisecond] = timed.clock;
  const reading = readDay(rest.replaceAll('\u0001', ' '), { hour, minute, second, millisecond, zone });
  return reading && { ...reading, hasMeridiem: timed.hasMeridiem };
}

type Clock = Pick<WrittenTime, 'hour' | 'minute' | 'second' | 'millisecond' | 'zone'>;

function readDay(text: string, clock: Clock): DateReading | undefined {
  const chinese = /(\d{4})\s*[年년]\s*(\d{1,2})\s*[月월]\s*(\d{1,2})\s*[日号號일]?/.exec(text);
  if (chinese) return dayOf(Number(chinese[1]), Number(chinese[2]), Number(chinese[3]), clock, '年');
  const numbers = /^[\s,]*(?:[^\d\s]{2,12}\.?,?\s+)?(\d{1,4})\s*([./\-–])\s*(\d{1,2})\s*\2\s*(\d{1,4})[\s,.]*$/u.exec(
    text,
  );
  if (numbers) return ofNumbers(numbers[1], numbers[3], numbers[4], numbers[2], clock);
  return ofWords(text, clock);
}

function dayOf(year: number, month: number, day: number, clock: Clock, separator?: string): DateReading | undefined {
  return isDate(year, month, day) ? { time: { year, month, day, ...clock }, separator } : undefined;
}

function ofNumbers(a: string, b: string, c: string, separator: string, clock: Clock): DateReading | undefined {
  if (a.length >= 3) {
    if (a.length !== 4 || c.length > 2) return undefined;
    const read = dayOf(Number(a), Number(b), Number(c), clock, separator);
    return read && { ...read, proves: 'ymd' };
  }
  if (c.length === 3) return undefined;
  const year = fullYear(c);
  const [first, second] = [Number(a), Number(b)];
  const asDmy = isDate(year, second, first);
  const asMdy = isDate(year, first, second);
  if (asDmy && asMdy && first !== second) {
    return { open: { first, second, rest: { year, ...clock } }, separator };
  }
  if (asDmy) {
    const proves = asMdy ? undefined : 'dmy';
    return { time: { year, month: second, day: first, ...clock }, proves, separator };
  }
  if (asMdy) return { time: { year, month: first, day: second, ...clock }, proves: 'mdy', separator };
  // 26.03.01 where no other order makes a date.
  const early = fullYear(a);
  return c.length <= 2 && isDate(early, second, Number(c))
    ? { time: { year: early, month: second, day: Number(c), ...clock }, proves: 'ymd', separator }
    : undefined;
}

/** 1 March 2011, Mar 1st, 2011, 01-MAR-11, 1er mars 2011, 1 de marzo de 2011. */
function ofWords(text: string, clock: Clock): DateReading | undefined {
  const parts = text.match(/\d+|\p{L}[\p{L}\p{M}]*/gu) ?? [];
  if (parts.length > 9) return undefined;
  let month: number | undefined;
  const numbers: string[] = [];
  for (const part of parts) {
    if (/^\d/.test(part)) numbers.push(part);
    // The name of a weekday comes before, and may begin as a month does: mar is Tuesday and March.
    else if (part.length >= 3) month = monthOf(part) ?? month;
  }
  if (month === undefined || numbers.length !== 2) return undefined;
  const yearFirst = numbers[0].length === 4;
  const [day, year] = yearFirst ? [numbers[1], numbers[0]] : numbers;
  if (day.length > 2 || (year.length !== 4 && year.length !== 2)) return undefined;
  return dayOf(fullYear(year), month, Number(day), clock);
}

/** What a number may count: a spreadsheet's days since 1900, or seconds and parts of them since 1970. */
export type SerialUnit = 'days' | 's' | 'ms' | 'us' | 'ns';

const perUnit: Readonly<Record<'s' | 'ms' | 'us' | 'ns', number>> = { s: 1_000, ms: 1, us: 1e-3, ns: 1e-6 };
/** Between these lie the times of exports. */
const [earliest, latest] = [Date.UTC(1990, 0, 1), Date.UTC(2100, 0, 1)];
const dayMs = 86_400_000;
const sheetEpoch = Date.UTC(1899, 11, 30);

/** The unit by which a number is a time between 1990 and 2100. */
export function serialUnitOf(value: number): SerialUnit | undefined {
  const isIn = (at: number) => at >= earliest && at < latest;
  if (isIn(sheetEpoch + value * dayMs)) return 'days';
  return (['s', 'ms', 'us', 'ns'] as const).find((unit) => isIn(value * perUnit[unit]));
}

/** @returns for days a local time, else an instant in UTC; whole milliseconds, of days whole seconds */
export function readSerial(value: number, unit: SerialUnit): WrittenTime {
  const isDays = unit === 'days';
  // A spreadsheet's day is a fraction that is not exact.
  const at = isDays
    ? sheetEpoch + Math.round((value * dayMs) / 1_000) * 1_000
    : Math.floor(value * perUnit[unit] + (unit === 's' ? 0.5 * (value % 1 === 0 ? 0 : 1e-3) : 0));
  return { ...partsOf(new Date(at)), zone: isDays ? undefined : 0 };
}

export function partsOf(date: Date): Omit<WrittenTime, 'zone'> {
  return {
    year: date.getUTCFullYear(),
    month: date.getUTCMonth() + 1,
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    millisecond: date.getUTCMilliseconds(),
  };
}

const two = (part: number) => String(part).padStart(2, '0');

/** In ISO form; without a zone where none is written. A zone by name has to be made an offset before. */
export function isoOf(time: WrittenTime): string {
  const { year, month, day, hour, minute, second, millisecond, zone } = time;
  const fraction = millisecond ? `.${String(millisecond).padStart(3, '0')}` : '';
  const local = `${year}-${two(month)}-${two(day)}T${two(hour)}:${two(minute)}:${two(second)}${fraction}`;
  if (typeof zone !== 'number') return local;
  if (zone === 0) return `${local}Z`;
  const size = Math.abs(zone);
  return `${local}${zone < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}
