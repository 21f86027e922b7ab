import { addDays } from './days.ts';

/**
 * The local date of the latest night that has begun: a night begins at `hour` of the shop's zone. On a night when clocks go
 * back the hour comes twice and the date stays the same; when they go forward over the hour, the night begins with the next.
 * @returns `YYYY-MM-DD`
 */
export function latestNight(now: Date, timeZone: string, hour: number): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(now);
  const part = (type: string) => parts.find((found) => found.type === type)!.value;
  const date = `${part('year')}-${part('month')}-${part('day')}`;
  return Number(part('hour')) >= hour ? date : addDays(date, -1);
}
