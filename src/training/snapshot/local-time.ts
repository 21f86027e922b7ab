import type { LocalTime } from '../../../models/customer-tags/index.ts';

const quarterHour = 900_000;
const weekdayNumbers: Record<string, number> = { Mon: 0, Tue: 1, Wed: 2, Thu: 3, Fri: 4, Sat: 5, Sun: 6 };

/** Hour and weekday in a zone, remembered by the quarter of an hour: no zone's offset is finer. */
export function createLocalTime(timeZone: string): (time: number) => LocalTime {
  const format = new Intl.DateTimeFormat('en', { timeZone, hourCycle: 'h23', hour: 'numeric', weekday: 'short' });
  const remembered = new Map<number, LocalTime>();
  return (time) => {
    const quarter = Math.floor(time / quarterHour);
    let localTime = remembered.get(quarter);
    if (!localTime) {
      const parts = format.formatToParts(time);
      const part = (type: string) => parts.find((one) => one.type === type)!.value;
      localTime = { hour: Number(part('hour')), weekday: weekdayNumbers[part('weekday')] };
      remembered.set(quarter, localTime);
    }
    return localTime;
  };
}
