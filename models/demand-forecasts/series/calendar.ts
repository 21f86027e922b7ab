import type { SparseMatrix } from '../../sparse-matrix.ts';

export interface Calendar {
  /** by day: 1 where the shop was closed */
  readonly closed: Uint8Array;
  /** by weekday, 0 the first of the week: 1 where the shop is closed at present */
  readonly closedWeekdays: Uint8Array;
  /** of day 0, from 0 */
  readonly firstWeekday: number;
}

export const week = 7;
/** Days before and after by which a day is judged. */
const around = 14;
/** Without a sale where so many items a day sell around it: by chance once in a million days. */
const soldItems = 14;
/** A weekday on which the shop was closed so many times in a row is closed. */
const weeks = 6;

/**
 * When the shop was closed: days on which nothing at all was sold although around them so many items sell a day that this is
 * no chance. On such days no item's demand is known. A shop that sells little has no closed days, only days without a sale.
 *
 * @param demand items by days
 * @param firstWeekday of day 0, 0 to 6
 */
export function readCalendar(demand: SparseMatrix, firstWeekday: number): Calendar {
  const days = demand.columns;
  const sold = new Uint32Array(days);
  for (const day of demand.indices) sold[day]++;
  const closed = new Uint8Array(days);
  for (let day = 0; day < days; day++) {
    if (sold[day] > 0) continue;
    const near = sold.subarray(Math.max(0, day - around), day + around + 1);
    closed[day] = Number(near.reduce((sum, count) => sum + count, 0) / near.length >= soldItems);
  }
  const closedWeekdays = new Uint8Array(week);
  for (let back = 1; back <= week && back + (weeks - 1) * week <= days; back++) {
    let isClosed = true;
    for (let past = 0; past < weeks; past++) isClosed &&= closed[days - back - past * week] === 1;
    closedWeekdays[(firstWeekday + days - back) % week] = Number(isClosed);
  }
  return { closed, closedWeekdays, firstWeekday };
}

/** The weekday of a day, 0 to 6. */
export function weekdayOf({ firstWeekday }: Calendar, day: number): number {
  return (firstWeekday + day) % week;
}

/**
 * What each weekday sells, of the mean of the open ones: by category, from the units of the days before `until`, drawn to the
 * whole shop's as if it had added the units of `priorWeeks` mean weeks.
 *
 * @param units by category and day, categories × days
 * @returns categories × 7; 0 where the shop is closed
 */
export function weekProfiles(
  units: Float64Array,
  calendar: Calendar,
  { until, priorWeeks }: { until: number; priorWeeks: number },
): Float64Array {
  const days = calendar.closed.length;
  const categories = units.length / days;
  const byWeekday = new Float64Array(categories * week);
  const opened = new Float64Array(week);
  const shop = new Float64Array(week);
  for (let day = 0; day < until; day++) {
    if (calendar.closed[day]) continue;
    const weekday = weekdayOf(calendar, day);
    opened[weekday]++;
    for (let category = 0; category < categories; category++) {
      byWeekday[category * week + weekday] += units[category * days + day];
      shop[weekday] += units[category * days + day];
    }
  }
  const isOpen = (weekday: number) => calendar.closedWeekdays[weekday] === 0 && opened[weekday] > 0;
  const normal = normalise(
    shop.map((sum, weekday) => (isOpen(weekday) ? sum / opened[weekday] : 0)),
    isOpen,
  );
  const profiles = new Float64Array(byWeekday.length);
  for (let category = 0; category < categories; category++) {
    const own = byWeekday.subarray(category * week, (category + 1) * week);
    const total = own.reduce((sum, value) => sum + value, 0);
    const daily =
      total /
      Math.max(
        1,
        opened.reduce((sum, value) => sum + value, 0),
      );
    const drawn = own.map((sum, weekday) =>
      isOpen(weekday) ? (sum + priorWeeks * daily * normal[weekday]) / (opened[weekday] + priorWeeks) : 0,
    );
    profiles.set(total > 0 ? normalise(drawn, isOpen) : normal, category * week);
  }
  return profiles;
}

/** To a mean of 1 over the open weekdays; all alike where nothing was sold. */
function normalise(values: Float64Array, isOpen: (weekday: number) => boolean): Float64Array {
  let [sum, open] = [0, 0];
  for (let weekday = 0; weekday < week; weekday++) {
    if (!isOpen(weekday)) continue;
    sum += values[weekday];
    open++;
  }
  return values.map((value, weekday) => (isOpen(weekday) ? (sum > 0 ? (value * open) / sum : 1) : 0));
}
