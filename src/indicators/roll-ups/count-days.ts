import type { Transaction } from '../../db/index.ts';
import { startOf } from '../values/periods.ts';
import type { ChangedCell } from './cells/store.ts';
import * as counting from './counting/store.ts';
import { type CameIn, type CountedShop, type Family, measuresOf } from './family.ts';
import { keptPeriods } from './forget-subjects.ts';
import { type CellsKept, deleteGone, hasManyMembers, selectCellsKept } from './kept-cells/store.ts';
import * as moving from './moving/store.ts';

/** Of more facts, visitors or customers the days are counted as a whole. */
const mostFacts = 5_000;
const mostPeople = 20_000;
/** Of more facts a day it costs less to count the day as a whole. */
const mostFactsADay = 100;

/** Whether so many facts came in that their days are counted as a whole. @param days how many hang on them */
export function areMany({ event, order, refund }: CameIn, days: number): boolean {
  return event.length + order.length + refund.length > Math.min(mostFacts, mostFactsADay * days);
}

/** Counts days from all their facts. @returns what it took, in milliseconds: a day, and the weeks and months around the days */
export async function countWhole(
  tx: Transaction,
  family: Family,
  days: readonly string[],
  shop: CountedShop,
): Promise<{ aDay: number; periods: number }> {
  const started = performance.now();
  await family.prepare?.(tx, days, shop);
  const changed = await counting.countDays(
    tx,
    { name: family.name, sources: family.sources(shop) },
    days,
    shop.timeZone,
  );
  const staying = await readStaying(tx, family, shop.timeZone);
  const { kept } = staying;
  if (days.some((day) => day < kept.hours || day < kept.members)) {
    await deleteGone(
      tx,
      measuresOf(family).map(({ name }) => name),
      kept,
      shop.timeZone,
    );
  }
  const aDay = (performance.now() - started) / days.length;
  for (const grain of ['week', 'month'] as const) {
    await counting.countPeriods(tx, grain, periodsOf(grain, changed, staying), shop.timeZone);
  }
  return { aDay, periods: performance.now() - started - aDay * days.length };
}

/**
 * Puts facts that came in to what was counted of days.
 * @returns false: there are too many of them
 */
export async function countFacts(
  tx: Transaction,
  family: Family,
  days: readonly string[],
  came: CameIn,
  shop: CountedShop,
): Promise<boolean> {
  const { timeZone } = shop;
  if (areMany(came, days.length)) return false;
  const window = moving.windowOf(days, timeZone);
  const scope = await moving.selectScope(tx, came, window);
  if (scope.visitors.length + scope.customers.length > mostPeople) return false;
  await family.prepareFacts?.(tx, came, scope, window);
  const staying = await readStaying(tx, family, timeZone);
  const deltas: moving.CellDelta[] = [];
  const unmoved = [];
  for (const source of family.sources(shop)) {
    const { moves } = source;
    if (!moves) unmoved.push(source);
    else if (moves.on.some((kind) => came[kind].length > 0)) {
      const question = { days, came, scope, window, timeZone };
      const all = await moving.selectDeltas(tx, { source, moves, family: family.name }, question);
      deltas.push(...all.filter(isKept(staying.kept)));
    }
  }
  await moving.addAmounts(tx, deltas);
  const moved = await moving.moveSubjects(tx, deltas, timeZone);
  const changed = await counting.countDays(tx, { name: family.name, sources: unmoved }, days, timeZone);
  for (const grain of ['week', 'month'] as const) {
    await moving.movePeriods(tx, grain, periodsOf(grain, moved, staying), timeZone);
    await counting.countPeriods(tx, grain, periodsOf(grain, changed, staying), timeZone);
  }
  return true;
}

/** Whether cells as one are kept; of weeks and months those that begin on days that are. */
const isKept =
  ({ hours, members }: CellsKept, grain?: 'week' | 'month') =>
  (cell: ChangedCell & { grain?: string }): boolean => {
    const day = grain === undefined ? cell.day : startOf(grain, cell.day);
    return day >= (cell.grain === 'hour' ? hours : '') && (!hasManyMembers(cell.dimension) || day >= members);
  };

/** What a count leaves as it is, of one moment as all that it reads. */
interface Staying {
  kept: CellsKept;
  /** the weeks and months of which nobody knows any more who was on some of their days */
  isStaying: Awaited<ReturnType<typeof keptPeriods>>;
}

async function readStaying(tx: Transaction, { reads }: Family, timeZone: string): Promise<Staying> {
  return {
    kept: await selectCellsKept(tx),
    isStaying: reads.includes('event') ? await keptPeriods(tx, timeZone) : () => false,
  };
}

/** The cells with the weeks or months that they are counted in, but for those that stay as they are. */
function periodsOf<Cell extends ChangedCell>(
  grain: 'week' | 'month',
  cells: readonly Cell[],
  { kept, isStaying }: Staying,
): (Cell & { first: string })[] {
  const stay = new Map<string, boolean>();
  const placed = cells.filter(isKept(kept, grain)).map((cell) => ({ ...cell, first: startOf(grain, cell.day) }));
  for (const { first } of placed) if (!stay.has(first)) stay.set(first, isStaying(grain, first));
  return placed.filter(({ first }) => !stay.get(first));
}
