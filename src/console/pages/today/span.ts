import { addDays, type Grain } from '../../format/index.ts';

/** What Today looks at: the last day or the last week that is over. */
export interface Span {
  grain: Extract<Grain, 'day' | 'week'>;
  /** its first day, by which figures name it */
  at: string;
  /** days from one to the next */
  step: 1 | 7;
  /** how many of them a course has */
  length: number;
}

/** @param now today in the shop's zone */
export function spanOf(grain: Span['grain'], now: string): Span {
  if (grain === 'day') return { grain, at: addDays(now, -1), step: 1, length: 28 };
  const weekday = new Date(`${now}T12:00:00Z`).getUTCDay();
  // Weeks begin on Mondays, as those of the figures do.
  return { grain, at: addDays(now, -((weekday + 6) % 7) - 7), step: 7, length: 26 };
}

/** The span so many before, or after where the number is negative. */
export function spanBefore({ at, step }: Span, count: number): string {
  return addDays(at, -step * count);
}

/** The course up to it, the first first. */
export function courseOf(span: Span, length = span.length): string[] {
  return Array.from({ length }, (_, place) => spanBefore(span, length - 1 - place));
}
