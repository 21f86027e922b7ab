import { usualMoment } from '../../../formats/moment.ts';

/** A moment read from a file. `rule`: the naive time was none (it fell into a gap of the zone) or two (in an overlap). */
export interface ReadTime {
  /** Milliseconds since 1970. */
  instant: number;
  rule?: 'time_in_gap' | 'time_ambiguous';
}

const earliest = Date.UTC(1970, 0, 1);
const latest = Date.UTC(2200, 0, 1);
const quarterHour = 15 * 60_000;
const day = 86_400_000;
const rememberedOffsets = 20_000;

const iso =
  /^(?<YYYY>\d{4})-(?<MM>\d\d)-(?<DD>\d\d)(?:[T ](?<HH>\d\d):(?<mm>\d\d)(?::(?<ss>\d\d)(?:[.,](?<fraction>\d{1,9}))?)?\s?(?<zone>Z|[+-](?:0\d|1[0-4])(?::?[0-5]\d)?)?)?$/i;

const tokens: Record<string, string> = {
  YYYY: '(?<YYYY>\\d{4})',
  MM: '(?<MM>\\d\\d)',
  M: '(?<MM>\\d\\d?)',
  DD: '(?<DD>\\d\\d)',
  D: '(?<DD>\\d\\d?)',
  HH: '(?<HH>\\d\\d)',
  H: '(?<HH>\\d\\d?)',
  mm: '(?<mm>\\d\\d)',
  ss: '(?<ss>\\d\\d)',
};

/** The expression of a pattern such as `D.M.YYYY HH:mm`. undefined: it does not name year, month and day once each. */
export function compileTimePattern(pattern: string): RegExp | undefined {
  try {
    const source = pattern.replace(
      /YYYY|MM?|DD?|HH?|mm|ss|[^\w\s]|\s+|\w/g,
      (part) => tokens[part] ?? escapeText(part),
    );
    const expression = new RegExp(`^${source}$`);
    const named = ['YYYY', 'MM', 'DD'].every((token) => source.includes(`(?<${token}>`));
    return named ? expression : undefined;
  } catch {
    return undefined;
  }
}

function escapeText(text: string): string {
  return /^\s+$/.test(text) ? '\\s+' : text.replace(/[^\w]/g, '\\$&');
}

/**
 * Makes a reader of times: `iso` (with a zone, or naive), `unix` and `unix-ms`, or a pattern of YYYY MM M DD D HH H mm ss.
 * A naive time is in `timeZone`. One that the zone leaves out (clocks go forward) is moved forward by the gap; of one that it
 * has twice (clocks go back) the earlier is taken.
 * @returns undefined for a text that is no time in the years 1970 to 2199.
 */
export function createTimeReader(timeZone: string, format: string): (text: string) => ReadTime | undefined {
  const offsetAt = offsetsOf(timeZone);
  const expression = format === 'iso' ? iso : compileTimePattern(format);
  let lastText: string | undefined;
  let lastTime: ReadTime | undefined;

  function read(text: string): ReadTime | undefined {
    if (format === 'unix' || format === 'unix-ms') {
      if (!/^\d{1,15}(\.\d+)?$/.test(text)) return undefined;
      return { instant: Math.floor(Number(text) * (format === 'unix' ? 1000 : 1)) };
    }
    const usual = format === 'iso' ? usualMoment(text) : undefined;
    if (usual !== undefined) return { instant: usual };
    const parts = expression?.exec(text)?.groups;
    if (!parts) return undefined;
    const local = localTime(parts);
    if (local === undefined) return undefined;
    return parts['zone'] ? { instant: local - zoneOffset(parts['zone']) } : fromLocal(local, offsetAt);
  }

  return (text) => {
    // Rows of one order carry the same time one after the other.
    if (text !== lastText) {
      lastText = text;
      lastTime = read(text);
      if (lastTime && (lastTime.instant < earliest || lastTime.instant >= latest)) lastTime = undefined;
    }
    return lastTime;
  };
}

/** A naive time as if it were UTC. undefined: there is no such date or time. */
function localTime(parts: Record<string, string | undefined>): number | undefined {
  const [year, month, date, hour, minute, second] = ['YYYY', 'MM', 'DD', 'HH', 'mm', 'ss'].map((part) =>
    Number(parts[part] ?? 0),
  );
  if (month < 1 || month > 12 || date < 1 || hour > 23 || minute > 59 || second > 59) return undefined;
  const millisecond = Number((parts['fraction'] ?? '').padEnd(3, '0').slice(0, 3));
  const local = Date.UTC(year, month - 1, date, hour, minute, second, millisecond);
  return new Date(local).getUTCDate() === date ? local : undefined;
}

function zoneOffset(zone: string): number {
  if (zone.toUpperCase() === 'Z') return 0;
  // Postgres writes whole hours without minutes.
  const minutes = Number(zone.slice(1, 3)) * 60 + (zone.length > 3 ? Number(zone.slice(-2)) : 0);
  return (zone[0] === '-' ? -minutes : minutes) * 60_000;
}

function fromLocal(local: number, offsetAt: (instant: number) => number): ReadTime {
  const before = offsetAt(local - day);
  const after = offsetAt(local + day);
  if (before === after) return { instant: local - before };
  const earlier = local - before;
  const later = local - after;
  const earlierHolds = offsetAt(earlier) === before;
  const laterHolds = offsetAt(later) === after;
  if (earlierHolds && laterHolds) return { instant: earlier, rule: 'time_ambiguous' };
  if (earlierHolds) return { instant: earlier };
  if (laterHolds) return { instant: later };
  return { instant: earlier, rule: 'time_in_gap' };
}

const offsetsOfZones = new Map<string, (instant: number) => number>();

/** The zone's offset from UTC at a moment, in milliseconds. A formatter takes a millisecond to make: one serves all readers. */
function offsetsOf(timeZone: string): (instant: number) => number {
  const offsetAt = offsetsOfZones.get(timeZone) ?? createOffsets(timeZone);
  offsetsOfZones.set(timeZone, offsetAt);
  return offsetAt;
}

/** Remembers by quarter hours, at whose bounds offsets change. */
function createOffsets(timeZone: string): (instant: number) => number {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const remembered = new Map<number, number>();
  return (instant) => {
    const start = Math.floor(instant / quarterHour) * quarterHour;
    let offset = remembered.get(start);
    if (offset === undefined) {
      const parts = Object.fromEntries(format.formatToParts(start).map(({ type, value }) => [type, Number(value)]));
      offset =
        Date.UTC(parts['year'], parts['month'] - 1, parts['day'], parts['hour'], parts['minute'], parts['second']) -
        start;
      if (remembered.size >= rememberedOffsets) remembered.clear();
      remembered.set(start, offset);
    }
    return offset;
  };
}

/** The first midnight of the zone after a moment: where a day of facts is whole. */
export function nextMidnight(instant: number, timeZone: string): number {
  const offsetAt = offsetsOf(timeZone);
  const local = instant + offsetAt(instant);
  return fromLocal((Math.floor(local / day) + 1) * day, offsetAt).instant;
}

/** One moment as people write it: a date (its midnight) or an ISO time; without a zone it is in `timeZone`. */
export function readMoment(text: string, timeZone: string): Date | undefined {
  const time = /^\d{4}-\d\d-\d\d$/.test(text) ? `${text}T00:00:00` : text;
  const read = createTimeReader(timeZone, 'iso')(time);
  return read && new Date(read.instant);
}
