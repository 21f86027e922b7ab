import type { Transaction } from '../../db/index.ts';
import { addDays, countDays } from '../../shop/days.ts';
import type { Touches } from '../touches/touches.ts';
import type { PlacedStep, Standing, StockDay, StockStep } from './stock-day.ts';
import * as store from './store.ts';

/** Longer than that no stock is carried over days on which nobody spoke of it. */
export const mostDaysCarried = 800;

/**
 * Keeps stock by day: each change goes into the row of its day, and the days since the last change before it get what stood then.
 * A change that is told with a time before the last one is taken to be of that time: what was between is not known. The items are held.
 */
export async function recordStock(
  tx: Transaction,
  steps: readonly StockStep[],
  timeZone: string,
  touches: Touches,
): Promise<void> {
  if (steps.length === 0) return;
  const places = await store.placeSteps(tx, steps, timeZone);
  const { latest, carriedUntil } = await store.selectLatestDays(tx, [...new Set(steps.map(({ itemKey }) => itemKey))]);
  const changed = new Map<string, StockDay>();
  const standing: Standing[] = [];
  for (const [index, step] of steps.entries()) {
    const known = latest.get(step.itemKey);
    const next = follow(known, step, places[index]);
    if (known && known.day < next.day) standing.push(...standingBetween(known, next.day));
    latest.set(step.itemKey, next);
    changed.set(`${next.itemKey} ${next.day}`, next);
  }
  // Told late, of before the days that have been carried over already.
  if (carriedUntil !== undefined) {
    const after = addDays(carriedUntil, 1);
    for (const day of latest.values()) if (day.day < carriedUntil) standing.push(...standingBetween(day, after));
  }
  await store.upsertDays(tx, [...changed.values()]);
  if (standing.length > 0) await store.insertStanding(tx, standing, timeZone);
  touches.addDays(
    'stock',
    Array.from(changed.values(), ({ day }) => day),
  );
  for (const { from, to } of standing) touches.addDays('stock', daysOf(from, to));
}

/** The day of a change, after it. */
export function follow(known: StockDay | undefined, step: StockStep, { day, dayBegan }: PlacedStep): StockDay {
  const { itemKey, next } = step;
  if (known && (day <= known.day || step.at < known.changedAt)) {
    const at = Math.max(step.at, known.changedAt);
    return {
      ...known,
      lowest: Math.min(known.lowest, next ?? known.lowest),
      closing: next,
      soldOutSeconds: known.soldOutSeconds + (known.closing === 0 ? seconds(at - known.changedAt) : 0),
      changedAt: at,
    };
  }
  const opening = known?.closing ?? step.before;
  return {
    itemKey,
    day,
    opening,
    lowest: Math.min(...[opening, next].filter((stock) => stock !== null)),
    closing: next,
    soldOutSeconds: opening === 0 ? seconds(step.at - dayBegan) : 0,
    changedAt: step.at,
    knownAt: opening === null ? step.at : null,
  };
}

function seconds(ms: number): number {
  return Math.round(ms / 1000);
}

/** What stood from the day after `known` to the day before `until`. */
function standingBetween(known: StockDay, until: string): Standing[] {
  const to = addDays(until, -1);
  const earliest = addDays(until, -mostDaysCarried);
  const next = addDays(known.day, 1);
  const from = next < earliest ? earliest : next;
  return known.closing === null || from > to ? [] : [{ itemKey: known.itemKey, from, to, stock: known.closing }];
}

function daysOf(from: string, to: string): string[] {
  const count = countDays(from, to) + 1;
  return Array.from({ length: count }, (_, index) => addDays(from, index));
}
