import { addDays, countDays } from '../../shop/days.ts';
import type { Grain } from '../definitions/definition.ts';

/** A period of the shop's calendar. Days are local ones, `2026-03-29`. */
export interface Period {
  /** its first day; of an hour its local time with the offset from UTC */
  key: string;
  /** its first day, and the one after its last */
  from: string;
  until: string;
}

const toMs = (day: string) => Date.parse(`${day}T00:00:00Z`);
const toDay = (ms: number) => new Date(ms).toISOString().slice(0, 10);

/** The same day of another month; of a shorter one its last. */
export function addMonths(day: string, months: number): string {
  const [year, month, date] = day.split('-').map(Number);
  const last = new Date(Date.UTC(year, month + months, 0));
  return toDay(Date.UTC(last.getUTCFullYear(), last.getUTCMonth(), Math.min(date, last.getUTCDate())));
}

/** How many periods a stretch of days has, about. */
export function countPeriods(grain: Grain, from: string, to: string): number {
  const days = countDays(from, to) + 1;
  return Math.ceil(days * { hour: 24, day: 1, week: 1 / 7, month: 1 / 30 }[grain]);
}

/** The first day of the period that a day is in; weeks begin on Monday. */
export function startOf(grain: Grain, day: string): string {
  if (grain === 'month') return `${day.slice(0, 7)}-01`;
  if (grain === 'week') return addDays(day, -((new Date(toMs(day)).getUTCDay() + 6) % 7));
  return day;
}

/** The periods that hold the days from `from` to `to`, whole. */
export function periodsOf(grain: Exclude<Grain, 'hour'>, from: string, to: string): Period[] {
  const periods: Period[] = [];
  for (let day = startOf(grain, from); day <= to; ) {
    const until = nextOf(grain, day);
    periods.push({ key: day, from: day, until });
    day = until;
  }
  return periods;
}

export function nextOf(grain: Exclude<Grain, 'hour'>, day: string): string {
  if (grain === 'month') return addMonths(day, 1);
  return addDays(day, grain === 'week' ? 7 : 1);
}

/** A year earlier: the same date, and for weeks the one 52 weeks before. */
export function yearBefore(grain: Grain, day: string): string {
  return grain === 'week' ? addDays(day, -364) : addMonths(day, -12);
}
