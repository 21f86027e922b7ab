import { addDays, type Grain } from '../../format/index.ts';

/** What somebody may look at: the last day, week or month that is over, or the last 28 days. */
export const spanKinds = ['day', 'week', 'days', 'month'] as const;
export type SpanKind = (typeof spanKinds)[number];

/** What Today looks at. */
export interface Span {
  kind: SpanKind;
  grain: Extract<Grain, 'day' | 'week' | 'month'>;
  /** the first day of the period, by which figures name it; of the last 28 days the last one */
  at: string;
  /** how many of its grain a course has */
  length: number;
}

/** Local days, both with it. */
export interface Days {
  from: string;
  to: string;
}

/** @param now today in the shop's zone */
export function spanOf(kind: SpanKind, now: string): Span {
  if (kind === 'day' || kind === 'days') return { kind, grain: 'day', at: addDays(now, -1), length: 28 };
  if (kind === 'month') return { kind, grain: 'month', at: addMonths(now, -1), length: 13 };
  const weekday = new Date(`${now}T12:00:00Z`).getUTCDay();
  // Weeks begin on Mondays, as those of the figures do.
  return { kind, grain: 'week', at: addDays(now, -((weekday + 6) % 7) - 7), length: 26 };
}

/** The first day of a month so many months from that of a day. */
function addMonths(day: string, months: number): string {
  const [year, month] = day.split('-').map(Number) as [number, number];
  return new Date(Date.UTC(year, month - 1 + months, 1, 12)).toISOString().slice(0, 10);
}

/** The period so many before, or after where the number is negative. */
export function spanBefore({ at, grain }: Pick<Span, 'at' | 'grain'>, count: number): string {
  if (grain === 'month') return addMonths(at, -count);
  return addDays(at, -(grain === 'week' ? 7 : 1) * count);
}

/** The course up to it, the first first. */
export function courseOf(span: Span, length = span.length): string[] {
  return Array.from({ length }, (_, place) => spanBefore(span, length - 1 - place));
}

/** The days that a span looks at, and those that they are compared with. */
export function daysOf(span: Span): { now: Days; before: Days } {
  if (span.kind === 'days') {
    const from = addDays(span.at, -27);
    return { now: { from, to: span.at }, before: { from: addDays(from, -28), to: addDays(from, -1) } };
  }
  const whole = (count: number): Days => ({
    from: spanBefore(span, count),
    to: addDays(spanBefore(span, count - 1), -1),
  });
  return { now: whole(0), before: whole(1) };
}
