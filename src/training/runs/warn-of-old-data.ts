import { nextMidnight } from '../../intake/index.ts';
import { say } from '../../sentences/index.ts';
import { dayMs } from '../../shop/days.ts';

const mostDays = 30;

/**
 * What is wrong with an `as of` that lies long past the data: everything counts as long ago, so that lists are worse than they
 * need be and everybody's recency is high.
 *
 * @param latestFact before `as of`; null: there are no facts
 */
export function warnOfOldData(
  { asOf, timeZone }: { asOf: string; timeZone: string },
  latestFact: Date | null,
): string[] {
  const days = latestFact ? Math.floor((Date.parse(asOf) - latestFact.getTime()) / dayMs) : 0;
  if (latestFact === null || Date.parse(asOf) - latestFact.getTime() <= mostDays * dayMs) return [];
  const end = new Date(nextMidnight(latestFact.getTime(), timeZone)).toISOString();
  return [say('run.old-data', { days, asOf, end })];
}
