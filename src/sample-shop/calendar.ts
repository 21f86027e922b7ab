import type { Season } from './goods/assortment.ts';

const dayLength = 86_400_000;

/** The days of the shop's data, numbered from 0; a day is a UTC day. */
export interface Calendar {
  readonly days: number;
  /** YYYY-MM-DD of each day */
  readonly dates: readonly string[];
  /** 0 Sunday to 6 Saturday */
  readonly weekdays: Uint8Array;
}

/** The last `days` whole UTC days that ended at or before `end`. */
export function createCalendar(end: Date, days: number): Calendar {
  const start = Math.floor(end.getTime() / dayLength) - days;
  const dates = Array.from({ length: days }, (_, day) =>
    new Date((start + day) * dayLength).toISOString().slice(0, 10),
  );
  // 1970-01-01 was a Thursday.
  const weekdays = Uint8Array.from({ length: days }, (_, day) => (start + day + 4) % 7);
  return { days, dates, weekdays };
}

export function isInSeason(season: Season, date: string): boolean {
  const monthDay = date.slice(5);
  return monthDay >= season.from && monthDay <= season.until;
}

/** The first moment of the season that began last at or before `date`, and the first moment after it. */
export function lastWindow(season: Season, date: string): { from: string; until: string } {
  const year = date.slice(5) >= season.from ? Number(date.slice(0, 4)) : Number(date.slice(0, 4)) - 1;
  const lastDay = Date.parse(`${year}-${season.until}T00:00:00Z`);
  return {
    from: `${year}-${season.from}T00:00:00Z`,
    until: `${new Date(lastDay + dayLength).toISOString().slice(0, 19)}Z`,
  };
}

const digits = Array.from({ length: 60 }, (_, value) => String(value).padStart(2, '0'));

/** RFC 3339 time of a second of a day. */
export function timeAt(calendar: Calendar, day: number, second: number): string {
  const minute = Math.floor(second / 60);
  return `${calendar.dates[day]}T${digits[Math.floor(minute / 60)]}:${digits[minute % 60]}:${digits[second % 60]}Z`;
}
