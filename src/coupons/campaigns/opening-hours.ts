import { createLocalClock, type LocalClock } from '../../shop/time-zone.ts';

/** In the order of a week. */
export const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
export type Weekday = (typeof weekdays)[number];

/**
 * A time of the day, as `17:00`, on some weekdays: from the minute `from` until before the minute `until`, which is on the day after
 * where it is not later. It holds while the clocks on the wall say so: what a night's change of clocks leaves out does not come,
 * and what it repeats comes twice.
 */
export interface OpeningHours {
  /** on which it begins */
  weekdays: readonly Weekday[];
  from: string;
  until: string;
}

/** When something holds, by the clocks of a zone; no hours: always. */
export interface Opening {
  hours: readonly OpeningHours[];
  timeZone: string;
}

const minuteMs = 60_000;
/** Clocks change at quarters of an hour, wherever. */
const quarterMs = 15 * minuteMs;
const dayMinutes = 1_440;
/** Hours that a night leaves out come a week later. */
const mostDays = 15;

export function isOpenAt({ hours, timeZone }: Opening, instant: number): boolean {
  return hours.length === 0 || holds(hours, localClockOf(timeZone)(instant));
}

/** The first moment from one on at which it is open, before another; undefined: none is. */
export function nextOpening({ hours, timeZone }: Opening, from: Date, before: Date): Date | undefined {
  if (from >= before) return undefined;
  if (isOpenAt({ hours, timeZone }, from.getTime())) return from;
  const clockOf = localClockOf(timeZone);
  const firstMinute = (Math.floor(from.getTime() / minuteMs) + 1) * minuteMs;
  const end = Math.min(before.getTime(), from.getTime() + mostDays * dayMinutes * minuteMs);
  for (let minute = firstMinute; minute < end; ) {
    const start = clockOf(minute);
    const quarter = minute - (minute % quarterMs) + quarterMs;
    for (let later = 0; minute < quarter; minute += minuteMs, later++) {
      if (holds(hours, addMinutes(start, later))) return minute < end ? new Date(minute) : undefined;
    }
  }
  return undefined;
}

function holds(hours: readonly OpeningHours[], { weekday, minute }: LocalClock): boolean {
  const [today, yesterday] = [weekdays[weekday], weekdays[(weekday + 6) % 7]];
  return hours.some(({ weekdays: days, from, until }) => {
    const [start, end] = [minuteOf(from), minuteOf(until)];
    if (start < end) return days.includes(today) && minute >= start && minute < end;
    return (days.includes(today) && minute >= start) || (days.includes(yesterday) && minute < end);
  });
}

function minuteOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}

/** Within a quarter of an hour, in which no clock changes. */
function addMinutes({ weekday, minute }: LocalClock, minutes: number): LocalClock {
  const sum = minute + minutes;
  return sum < dayMinutes ? { weekday, minute: sum } : { weekday: (weekday + 1) % 7, minute: sum - dayMinutes };
}

const localClocks = new Map<string, (instant: number) => LocalClock>();

/** A formatter takes a millisecond to make. */
function localClockOf(timeZone: string): (instant: number) => LocalClock {
  const clockOf = localClocks.get(timeZone) ?? createLocalClock(timeZone);
  localClocks.set(timeZone, clockOf);
  return clockOf;
}
