import type { Language } from '../texts/texts.ts';

/** What of the shop decides how its figures are written. */
export interface ShopSettings {
  currency: string;
  /** digits after the point of an amount of money */
  minorDigits: number;
  timeZone: string;
}

/** How a value is to be read: as the contract names the units of indicators. */
export type Unit = 'count' | 'money' | 'share' | 'ratio' | 'days' | 'seconds' | 'points';
export type Grain = 'hour' | 'day' | 'week' | 'month';
/** Money comes as a decimal string, everything else as a number. */
export type Amount = string | number | null | undefined;

export const nothing = '–';

export interface Format {
  /** a whole number, grouped */
  count(value: Amount): string;
  /** with so many digits after the point, so that figures of a column stand below each other */
  number(value: Amount, digits?: number): string;
  /** a difference: with its sign, and so many digits after the point */
  signed(value: Amount, digits?: number): string;
  /** as it is said in a sentence: two digits after the point at most, and none that say nothing */
  plain(value: Amount): string;
  money(value: Amount): string;
  /** few characters, for axes and tiles: 12.3K */
  compact(value: Amount, unit?: Unit): string;
  /** the ends of a range in few characters, or to the last digit that is needed where these would hardly tell them apart */
  range(low: number, high: number, unit?: Unit): [string, string];
  /** of a share of 1, with so many digits after the point */
  percent(value: Amount, digits?: number): string;
  /** of a share of 1, as somebody has set it: 10%, 2.5% */
  plainPercent(value: Amount): string;
  /** a share of 1 with its sign: +3.2% */
  change(value: Amount): string;
  /** a value as its unit has it */
  figure(value: Amount, unit: Unit): string;
  /** a day of the shop, `2026-11-28`, or that of a moment: without its year, with it, and with its weekday too */
  day(day: string, style?: 'short' | 'year' | 'long'): string;
  /** the first day of a period, as one says it; of an hour its time of day */
  period(period: string, grain: Grain): string;
  /** a moment in the shop's time zone; of another year than this with its year */
  moment(time: string | Date): string;
  time(time: string | Date): string;
  /** how long ago, or how long until */
  ago(time: string | Date): string;
  seconds(seconds: number): string;
  /** with one digit after the point below ten of them, or as many as are asked for */
  days(days: Amount, digits?: number): string;
}

export const localeOf = (language: Language): string => (language === 'zh' ? 'zh-CN' : 'en-GB');

/** Writes figures as the language, the shop's currency and its time zone have it. */
export function createFormat(language: Language, shop: ShopSettings): Format {
  const locale = localeOf(language);
  const numbers = cached((options: Intl.NumberFormatOptions) => new Intl.NumberFormat(locale, options));
  const dates = cached((options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, options));
  const write = (value: Amount, options: Intl.NumberFormatOptions) => {
    const number = value === null || value === undefined ? Number.NaN : Number(value);
    return Number.isFinite(number) ? numbers(options).format(number) : nothing;
  };
  const digitsAtMost = (maximumFractionDigits: number) => ({ maximumFractionDigits });
  const digitsExactly = (digits: number) => ({ minimumFractionDigits: digits, maximumFractionDigits: digits });
  const ofMoney = { style: 'currency', currency: shop.currency, currencyDisplay: 'narrowSymbol' } as const;
  const money = (value: Amount) => write(value, { ...ofMoney, ...digitsExactly(shop.minorDigits) });
  const percent = (value: Amount, digits = 1) => write(value, { style: 'percent', ...digitsExactly(digits) });
  const days = (value: Amount, digits?: number) =>
    write(value, {
      style: 'unit',
      unit: 'day',
      unitDisplay: 'long',
      ...(digits === undefined ? digitsAtMost(Number(value) < 10 ? 1 : 0) : digitsExactly(digits)),
    });
  const dayIn = (day: string, options: Intl.DateTimeFormatOptions) =>
    day.endsWith('Z')
      ? at(day, options)
      : dates({ ...options, timeZone: 'UTC' }).format(new Date(`${day.slice(0, 10)}T12:00:00Z`));
  const at = (time: string | Date, options: Intl.DateTimeFormatOptions) =>
    dates({ ...options, timeZone: shop.timeZone }).format(new Date(time));

  const format: Format = {
    count: (value) => write(value, digitsAtMost(0)),
    number: (value, digits = 2) => write(value, digitsExactly(digits)),
    signed: (value, digits = 2) => write(value, { signDisplay: 'exceptZero', ...digitsExactly(digits) }),
    plain: (value) => write(value, digitsAtMost(2)),
    money,
    compact: (value, unit = 'count') => {
      if (unit === 'share') return write(value, { style: 'percent', ...digitsAtMost(1) });
      const size = Math.abs(Number(value));
      // Chinese counts in tens of thousands: below, nothing is shortened.
      const isShort = size >= (language === 'zh' ? 10_000 : 1_000);
      const digits = size < 10 ? 2 : isShort || (size < 100 && unit !== 'money') ? 1 : 0;
      const short = {
        ...(isShort ? { notation: 'compact' as const } : {}),
        ...(size > 0 && size < 1 ? { maximumSignificantDigits: 2 } : digitsAtMost(digits)),
      };
      return write(value, unit === 'money' ? { ...ofMoney, minimumFractionDigits: 0, ...short } : short);
    },
    range: (low, high, unit = 'count') => {
      // A tenth of the range has to be seen: 4.7万 stands for more than that of a range of a thousand.
      const isTold =
        format.compact(low, unit) !== format.compact(low + (high - low) / 10, unit) &&
        // Nor is one end counted in tens of thousands where the other is not.
        !(language === 'zh' && Math.abs(low) < 10_000 && Math.abs(high) >= 10_000);
      const whole = unit === 'money' ? { ...ofMoney, ...digitsExactly(0) } : digitsAtMost(0);
      const isLarge = Math.abs(high) >= 1_000 && unit !== 'share';
      const end = (value: number) => (isLarge && !isTold ? write(value, whole) : format.compact(value, unit));
      return [end(low), end(high)];
    },
    percent,
    plainPercent: (value) => write(value, { style: 'percent', ...digitsAtMost(2) }),
    change: (value) => write(value, { style: 'percent', signDisplay: 'exceptZero', ...digitsExactly(1) }),
    figure: (value, unit) => {
      if (value === null || value === undefined) return nothing;
      if (unit === 'money') return money(value);
      if (unit === 'share') return percent(value, 2);
      if (unit === 'days') return days(value);
      if (unit === 'seconds') return format.seconds(Number(value));
      return unit === 'count' ? write(value, digitsAtMost(1)) : format.number(value, 2);
    },
    day: (day, style = 'short') =>
      dayIn(day, {
        day: 'numeric',
        month: 'short',
        ...(style === 'short' ? {} : { year: 'numeric' }),
        ...(style === 'long' ? { weekday: 'short' } : {}),
      }),
    period: (period, grain) => {
      if (grain === 'hour') return period.slice(11, 16);
      if (grain === 'month') return dayIn(period, { month: 'short', year: 'numeric' });
      return dayIn(period, { day: 'numeric', month: 'short' });
    },
    moment: (time) => {
      const year = (of: string | Date) => at(of, { year: 'numeric' });
      const ofYear = year(time) === year(new Date()) ? {} : { year: 'numeric' as const };
      return at(time, {
        ...ofYear,
        day: 'numeric',
        month: 'short',
        hour: '2-digit',
        minute: '2-digit',
        hour12: false,
      });
    },
    time: (time) => at(time, { hour: '2-digit', minute: '2-digit', hour12: false }),
    ago: (time) => relative(locale, new Date(time).getTime() - Date.now()),
    seconds: (seconds) => span(locale, seconds),
    days,
  };
  return format;
}

function cached<Options extends object, Made>(make: (options: Options) => Made): (options: Options) => Made {
  const made = new Map<string, Made>();
  return (options) => {
    const key = JSON.stringify(options);
    const known = made.get(key) ?? make(options);
    made.set(key, known);
    return known;
  };
}

const steps: [Intl.RelativeTimeFormatUnit, number][] = [
  ['day', 86_400],
  ['hour', 3_600],
  ['minute', 60],
];

function relative(locale: string, milliseconds: number): string {
  const seconds = milliseconds / 1_000;
  // By what it is rounded to: 59.6 minutes are an hour.
  const [unit, length] = steps.find(([, size]) => Math.round(Math.abs(seconds) / (size / 60)) >= 60) ?? ['second', 1];
  const count = seconds / length;
  // Days that have passed are whole ones, as the segmentation counts them.
  const shown = unit === 'day' && count < 0 ? Math.min(Math.ceil(count), -1) : Math.round(count);
  return new Intl.RelativeTimeFormat(locale, { numeric: 'auto' }).format(shown, unit);
}

/** 2 ms, 0.4 s, 12 s, 3 min 5 s, 2 h 10 min */
function span(locale: string, seconds: number): string {
  const in_ = (value: number, unit: string, digits = 0) =>
    new Intl.NumberFormat(locale, {
      style: 'unit',
      unit,
      unitDisplay: 'narrow',
      maximumFractionDigits: digits,
    }).format(value);
  if (seconds > 0 && seconds < 0.0995) return in_(seconds * 1_000, 'millisecond', seconds < 0.00995 ? 1 : 0);
  if (seconds < 9.95) return in_(seconds, 'second', 1);
  const whole = Math.round(seconds);
  if (whole < 60) return in_(whole, 'second');
  if (whole < 3_600) return [in_(Math.floor(whole / 60), 'minute'), in_(whole % 60, 'second')].join(' ');
  const minutes = Math.round(seconds / 60);
  return [in_(Math.floor(minutes / 60), 'hour'), in_(minutes % 60, 'minute')].join(' ');
}
