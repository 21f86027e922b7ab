import { addDays, dayMs } from './days.ts';
import { createLocalDates } from './time-zone.ts';

/** Days on which a shop's weeks may begin. */
export const weekStarts = ['monday', 'sunday', 'saturday'] as const;
export type WeekStart = (typeof weekStarts)[number];

/** Where a shop's days and weeks begin. */
export interface ShopCalendar {
  timeZone: string;
  weekStart: WeekStart;
}

/** Periods of the calendar, told from a day. */
export const periods = [
  'today',
  'yesterday',
  'this_week',
  'last_week',
  'this_month',
  'last_month',
  'this_year',
  'last_year',
] as const;
export type Period = (typeof periods)[number];

/** The period that is told from the local day of an instant. */
export function periodOf(
  period: Period,
  instant: Date,
  { timeZone, weekStart }: ShopCalendar,
): { from: Date; until: Date } {
  const today = localDatesOf(timeZone)(instant.getTime());
  const [first, next] = daysOf(period, today, weekStart);
  return { from: startOfDay(first, timeZone), until: startOfDay(next, timeZone) };
}

/** The first instant of a local day: of one whose midnight is left out when clocks go forward the moment they do. */
export function startOfDay(day: string, timeZone: string): Date {
  const dateOf = localDatesOf(timeZone);
  const utc = Date.parse(`${day}T00:00:00Z`);
  // No zone is a whole day away from UTC.
  let [before, within] = [utc - dayMs, utc + dayMs];
  while (within - before > 1) {
    const middle = Math.floor((before + within) / 2);
    if (dateOf(middle) >= day) within = middle;
    else before = middle;
  }
  return new Date(within);
}

/** The first local day of a period, and the first after it. */
function daysOf(period: Period, today: string, weekStart: WeekStart): [first: string, next: string] {
  const week = addDays(today, -daysInto(today, weekStart));
  const month = `${today.slice(0, 8)}01`;
  const year = Number(today.slice(0, 4));
  switch (period) {
    case 'today':
      return [today, addDays(today, 1)];
    case 'yesterday':
      return [addDays(today, -1), today];
    case 'this_week':
      return [week, addDays(week, 7)];
    case 'last_week':
      return [addDays(week, -7), week];
    case 'this_month':
      return [month, monthOf(addDays(month, 31))];
    case 'last_month':
      return [monthOf(addDays(month, -1)), month];
    case 'this_year':
      return [`${year}-01-01`, `${year + 1}-01-01`];
    case 'last_year':
      return [`${year - 1}-01-01`, `${year}-01-01`];
  }
}

const monthOf = (day: string) => `${day.slice(0, 8)}01`;

/** Days since the week began. */
function daysInto(day: string, weekStart: WeekStart): number {
  const first = { sunday: 0, monday: 1, saturday: 6 }[weekStart];
  return (new Date(`${day}T00:00:00Z`).getUTCDay() - first + 7) % 7;
}

const localDates = new Map<string, (instant: number) => string>();

/** A formatter takes a millisecond to make. */
function localDatesOf(timeZone: string): (instant: number) => string {
  const dateOf = localDates.get(timeZone) ?? createLocalDates(timeZone);
  localDates.set(timeZone, dateOf);
  return dateOf;
}
