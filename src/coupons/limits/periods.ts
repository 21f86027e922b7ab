import { dayMs } from '../../shop/days.ts';
import { createLocalDates } from '../../shop/time-zone.ts';

export type Period = 'day' | 'week' | 'month';
export type WeekStart = 'monday' | 'sunday';

/** Where the days and weeks of a campaign's periods begin. */
export interface Calendar {
  timeZone: string;
  weekStart: WeekStart;
}

/** The first local dates of the day, week and month that an instant lies in. */
export function periodStarts(instant: Date, { timeZone, weekStart }: Calendar): Record<Period, string> {
  const day = localDateOf(instant.getTime(), timeZone);
  return { day, week: firstDateOf(day, 'week', weekStart), month: firstDateOf(day, 'month', weekStart) };
}

const localDates = new Map<string, (instant: number) => string>();

function localDateOf(instant: number, timeZone: string): string {
  let dateOf = localDates.get(timeZone);
  if (!dateOf) {
    dateOf = createLocalDates(timeZone);
    localDates.set(timeZone, dateOf);
  }
  return dateOf(instant);
}

function firstDateOf(date: string, period: Period, weekStart: WeekStart): string {
  if (period === 'day') return date;
  if (period === 'month') return `${date.slice(0, 8)}01`;
  const midnight = Date.parse(date);
  const sinceSunday = new Date(midnight).getUTCDay();
  const since = weekStart === 'sunday' ? sinceSunday : (sinceSunday + 6) % 7;
  return dateOf(midnight - since * dayMs);
}

function dateOf(utcMidnight: number): string {
  return new Date(utcMidnight).toISOString().slice(0, 10);
}
