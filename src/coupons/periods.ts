export type Period = 'day' | 'week' | 'month';
export type WeekStart = 'monday' | 'sunday';

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

function dateOf(utcMidnight: number): string {
  return new Date(utcMidnight).toISOString().slice(0, 10);
}
