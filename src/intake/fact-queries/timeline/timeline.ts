/**
 * One entry of what happened to a customer, from whatever station. The newest comes first; `at` to the microsecond and `key`
 * (of its table, as text) place it among those of its kind.
 */
export interface TimelineEntry {
  /** RFC 3339 with six decimals, UTC */
  at: string;
  key: string;
}

/** Which entries of a kind are asked for: those of before a time, and of that time those with a smaller key. */
export interface TimelineSelection {
  customerKey: number;
  before: TimelineEntry;
  limit: number;
}

/** SQL: a time to the microsecond. */
export function microseconds(time: string): string {
  return `to_char(${time} at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`;
}
