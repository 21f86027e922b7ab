export type Period = 'day' | 'week' | 'month';
export type WeekStart = 'monday' | 'sunday';

/** A stretch of local dates, as instants: `from` is in it, `until` is the first instant after it. */
export interface PeriodSpan {
  /** its first local date, YYYY-MM-DD */
  starts: string;
  from: Date;
  until: Date;
}

/**
 * The day, week or month of a zone in which an instant lies. Days have 23, 24 or 25 hours, as the zone has them.
 * @param calendar `timeZone`: an IANA name; `weekStart` matters for weeks only
 */
export function periodOf(
  instant: Date,
  calendar: { timeZone: string; period: Period; weekStart: WeekStart },
): PeriodSpan {
  const { timeZone, period, weekStart } = calendar;
  const date = localDateOf(instant.getTime(), timeZone);
  const starts = firstDateOf(date, period, weekStart);
  const next = firstDateAfter(starts, period);
  return { starts, from: firstInstantOf(starts, timeZone), until: firstInstantOf(next, timeZone) };
}

/** The first local dates of the day, week and month that an instant lies in. */
export function periodStarts(
  instant: Date,
  { timeZone, weekStart }: { timeZone: string; weekStart: WeekStart },
): Record<Period, string> {
  const day = localDateOf(instant.getTime(), timeZone);
  return { day, week: firstDateOf(day, 'week', weekStart), month: firstDateOf(day, 'month', weekStart) };
}

const dayMs = 86_400_000;
const formats = new Map<string, Intl.DateTimeFormat>();

function localDateOf(instant: number, timeZone: string): string {
  let format = formats.get(timeZone);
  if (!format) {
    format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' });
    formats.set(timeZone, format);
  }
  return format.format(instant);
}

function firstDateOf(date: string, period: Period, weekStart: WeekStart): string {
  if (period === 'day') return date;
  if (period === 'month') return `${date.slice(0, 8)}01`;
  const midnight = Date.parse(date);
  const sinceSunday = new Date(midnight).getUTCDay();
  const since = weekStart === 'sunday' ? sinceSunday : (sinceSunday + 6) % 7;
  return dateOf(midnight - since * dayMs);
}

function firstDateAfter(starts: string, period: Period): string {
  const midnight = new Date(starts);
  if (period === 'month') return dateOf(midnight.setUTCMonth(midnight.getUTCMonth() + 1));
  return dateOf(midnight.getTime() + (period === 'day' ? 1 : 7) * dayMs);
}

function dateOf(utcMidnight: number): string {
  return new Date(utcMidnight).toISOString().slice(0, 10);
}

/** Bisection, because clocks may go forward at midnight itself, and then the day begins at one. */
function firstInstantOf(date: string, timeZone: string): Date {
  const utcMidnight = Date.parse(date);
  let [before, reached] = [utcMidnight - dayMs, utcMidnight + dayMs];
  while (reached - before > 1) {
    const middle = Math.floor((before + reached) / 2);
    if (localDateOf(middle, timeZone) >= date) reached = middle;
    else before = middle;
  }
  return new Date(reached);
}
