import { dayMs, type TagFacts } from './facts.ts';
import type { ShoppingTimesRecipe } from './recipe.ts';

/** Quarters of the day, from midnight: each six hours. */
export const dayParts = ['night', 'morning', 'afternoon', 'evening'] as const;
/** A quarter of the day on the shop's clock. */
export type DayPart = (typeof dayParts)[number];

/** By number: 0 is Monday. */
export const weekdays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'] as const;
/** A day of the week on the shop's clock. */
export type Weekday = (typeof weekdays)[number];

/** A time on the shop's clock: hour 0 to 23, weekday 0 (Monday) to 6. */
export interface LocalTime {
  readonly hour: number;
  readonly weekday: number;
}

export interface Favourite<Name> {
  name: Name;
  /** of the customer's active hours, 0 to 1 */
  share: number;
  /** active hours */
  of: number;
}

/** When a customer shops, with its evidence; null below the least support. */
export interface ShoppingTimes {
  dayPart: Favourite<DayPart> | null;
  weekday: Favourite<Weekday> | null;
}

const hourMs = dayMs / 24;

/**
 * When a customer is in the shop: the part of the day (six hours each, night from midnight) and the weekday with the most
 * active hours, equal ones by their order. An hour with any number of orders and behaviours is one, so that a long visit
 * does not outweigh many short ones. null below the minimum support, and where the favourite may be one by chance: the
 * binomial probability of so many hours or more, for any of the parts, were all parts alike.
 *
 * @param own places of the customer's lines and events
 * @param localTime hour and weekday on the shop's clock
 */
export function findShoppingTimes(
  { lines, events }: TagFacts,
  own: { lines: Uint32Array; events: Uint32Array },
  localTime: (time: number) => LocalTime,
  recipe: ShoppingTimesRecipe,
): ShoppingTimes {
  const hours = new Map<number, number>();
  const see = (time: number) => hours.set(Math.floor(time / hourMs), time);
  for (const line of own.lines) see(lines.times[line]);
  for (const event of own.events) see(events.times[event]);
  if (hours.size < recipe.minimumHours) return { dayPart: null, weekday: null };
  const byPart = new Uint32Array(dayParts.length);
  const byWeekday = new Uint32Array(weekdays.length);
  for (const time of hours.values()) {
    const { hour, weekday } = localTime(time);
    byPart[Math.floor((hour * dayParts.length) / 24)]++;
    byWeekday[weekday]++;
  }
  return {
    dayPart: favourite(dayParts, byPart, hours.size, recipe),
    weekday: favourite(weekdays, byWeekday, hours.size, recipe),
  };
}

function favourite<Name>(
  names: readonly Name[],
  counts: Uint32Array,
  of: number,
  { maximumChance }: ShoppingTimesRecipe,
): Favourite<Name> | null {
  const best = counts.indexOf(Math.max(...counts));
  const chance = names.length * atLeast(counts[best], of, 1 / names.length);
  return chance <= maximumChance ? { name: names[best]!, share: counts[best] / of, of } : null;
}

/** Binomial probability of `successes` or more out of `tries`. */
function atLeast(successes: number, tries: number, probability: number): number {
  const odds = Math.log(probability) - Math.log1p(-probability);
  let term = tries * Math.log1p(-probability);
  let sum = 0;
  for (let count = 0; count <= tries; count++) {
    if (count >= successes) sum += Math.exp(term);
    term += Math.log((tries - count) / (count + 1)) + odds;
  }
  return sum;
}
