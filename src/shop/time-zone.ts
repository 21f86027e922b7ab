/**
 * Whether a name is one of the IANA zones. Newer versions of Node take offsets such as `+02:00` too, which Postgres reads the
 * other way round.
 */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z]/.test(name)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

/** Whether two names are of the same zone: `GB` is Europe/London, and case does not matter. */
export function isSameTimeZone(one: string, other: string): boolean {
  const resolved = (timeZone: string) => new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone;
  return one === other || (isTimeZone(one) && isTimeZone(other) && resolved(one) === resolved(other));
}

/** How a zone's local dates are told, by parts: how a language puts them together differs between versions of Node. */
export function createLocalDates(timeZone: string): (instant: number) => string {
  const format = new Intl.DateTimeFormat('en', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  });
  return (instant) => {
    const parts = format.formatToParts(instant);
    const part = (type: string) => parts.find((found) => found.type === type)!.value;
    return `${part('year').padStart(4, '0')}-${part('month')}-${part('day')}`;
  };
}

/** What a clock on the wall shows: the day of the week, 0 for Monday, and the minute of the day. */
export interface LocalClock {
  weekday: number;
  minute: number;
}

const shortDays = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];

/** What the clocks of a zone show. */
export function createLocalClock(timeZone: string): (instant: number) => LocalClock {
  const format = new Intl.DateTimeFormat('en', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
  });
  return (instant) => {
    const parts = format.formatToParts(instant);
    const part = (type: string) => parts.find((found) => found.type === type)!.value;
    return { weekday: shortDays.indexOf(part('weekday')), minute: Number(part('hour')) * 60 + Number(part('minute')) };
  };
}
