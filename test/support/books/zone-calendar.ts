/**
 * The calendar of a time zone as its inhabitants read it off a clock: every moment is asked for what the clock shows, and nothing is
 * reckoned with offsets.
 */

export type Grain = 'hour' | 'day' | 'week' | 'month';

/** What the clock shows at a moment. */
interface Shown {
  /** 2026-03-29 */
  day: string;
  /** of the day: 0 to 23 */
  hour: number;
  /** +02:00 */
  offset: string;
}

const dayMs = 86_400_000;
const minuteMs = 60_000;

export class ZoneCalendar {
  readonly timeZone: string;
  private readonly format: Intl.DateTimeFormat;
  private readonly shown = new Map<number, Shown>();
  private readonly starts = new Map<string, number>();
  private readonly hours = new Map<string, string[]>();

  constructor(timeZone: string) {
    this.timeZone = timeZone;
    // A format costs far more to make than to use.
    this.format = new Intl.DateTimeFormat('en-GB', {
      timeZone,
      ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', hourCycle: 'h23' },
      timeZoneName: 'longOffset',
    });
  }

  private show(at: number): Shown {
    // Clocks are put on and back at whole minutes.
    const minute = Math.floor(at / minuteMs) * minuteMs;
    const known = this.shown.get(minute);
    if (known) return known;
    const part = Object.fromEntries(this.format.formatToParts(minute).map(({ type, value }) => [type, value]));
    const shown = {
      day: `${part['year']}-${part['month']}-${part['day']}`,
      hour: Number(part['hour']),
      offset: part['timeZoneName'].replace('GMT', '') || '+00:00',
    };
    this.shown.set(minute, shown);
    return shown;
  }

  dayOf(at: number): string {
    return this.show(at).day;
  }

  /** The period that a moment lies in, by its first day; an hour by its local time with the offset. Weeks begin on Monday. */
  periodOf(grain: Grain, at: number): string {
    const { day, hour, offset } = this.show(at);
    if (grain === 'hour') return `${day}T${String(hour).padStart(2, '0')}:00:00${offset}`;
    return startOf(grain, day);
  }

  /** The period that a local day lies in; none of the hours. */
  periodOfDay(grain: Grain, day: string): string | null {
    return grain === 'hour' ? null : startOf(grain, day);
  }

  /** The hours that the clock shows on the days from `from` to `to`, each once, in the sequence of time. */
  hoursOf(from: string, to: string): string[] {
    const known = this.hours.get(`${from} ${to}`);
    if (known) return known;
    const hours = new Set<string>();
    // No zone is further than a day from UTC, and none changes its clock by less than a quarter of an hour.
    for (let at = Date.parse(from) - dayMs; at < Date.parse(to) + 2 * dayMs; at += 15 * minuteMs) {
      const { day } = this.show(at);
      if (from <= day && day <= to) hours.add(this.periodOf('hour', at));
    }
    this.hours.set(`${from} ${to}`, [...hours]);
    return [...hours];
  }

  /** The first moment of a local day. */
  startOfDay(day: string): number {
    const known = this.starts.get(day);
    if (known !== undefined) return known;
    let at = Date.parse(day) - dayMs;
    while (this.dayOf(at) < day) at += 15 * minuteMs;
    this.starts.set(day, at);
    return at;
  }

  /** The moments of a year at which the clock is put on or back. */
  changesOf(year: number): number[] {
    const changes: number[] = [];
    const changed = (from: number, to: number) => this.show(from).offset !== this.show(to).offset;
    for (let day = Date.UTC(year, 0); day < Date.UTC(year + 1, 0); day += dayMs) {
      if (!changed(day - minuteMs, day + dayMs - minuteMs)) continue;
      for (let at = day; at < day + dayMs; at += 15 * minuteMs) if (changed(at - minuteMs, at)) changes.push(at);
    }
    return changes;
  }
}

export function addDays(day: string, days: number): string {
  return new Date(Date.parse(day) + days * dayMs).toISOString().slice(0, 10);
}

export function startOf(grain: Exclude<Grain, 'hour'>, day: string): string {
  if (grain === 'month') return `${day.slice(0, 8)}01`;
  if (grain === 'day') return day;
  // A Monday: the fifth of January 1970.
  const weekday = (Date.parse(day) / dayMs - 4) % 7;
  return addDays(day, -((weekday + 7) % 7));
}

/** The periods that have a day from `from` to `to`, by their first days. */
export function periodsOf(grain: Exclude<Grain, 'hour'>, from: string, to: string): string[] {
  const periods = new Set<string>();
  for (let day = from; day <= to; day = addDays(day, 1)) periods.add(startOf(grain, day));
  return [...periods];
}

/** The days of a period, which is told by its first one. */
export function daysOf(grain: Exclude<Grain, 'hour'>, period: string): string[] {
  const days: string[] = [];
  for (let day = period; startOf(grain, day) === period; day = addDays(day, 1)) days.push(day);
  return days;
}
