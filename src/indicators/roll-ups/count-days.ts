import type { Transaction } from '../../db/index.ts';
import { startOf } from '../values/periods.ts';
import type { ChangedCell } from './cells/store.ts';
import * as counting from './counting/store.ts';
import { type CameIn, type CountedShop, type Family, measuresOf, type Scope, type Window } from './family.ts';
import { keptPeriods } from './forget-subjects.ts';
import { type CellsKept, deleteGone, hasManyMembers, selectCellsKept } from './kept-cells/store.ts';
import * as moving from './moving/store.ts';

/** Of more facts, visitors or customers the days are counted as a whole. */
const mostFacts = 5_000;
const mostPeople = 20_000;
/** Of more facts a day it costs less to count the day as a whole. */
const mostFactsADay = 1_000;

const grains = ['week', 'month'] as const;

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
  const staying = await readStaying(tx, shop.timeZone);
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
  for (const grain of grains)
    await counting.countPeriods(tx, grain, periodsOf(grain, changed, family, staying), shop.timeZone);
  return { aDay, periods: performance.now() - started - aDay * days.length };
}

/** Days of a family to which facts that came in are to be put. */
export interface Arrival {
  family: Family;
  days: readonly string[];
  came: CameIn;
}

/**
 * Puts facts that came in to what was counted of days, for several families at once: whom they concern is looked for once.
 * @returns those of which the days are to be counted as a whole, because there are too many of them
 */
export async function countFacts(tx: Transaction, arrivals: readonly Arrival[], shop: CountedShop): Promise<Arrival[]> {
  const counted: Arrival[] = [];
  const deltas: moving.CellDelta[] = [];
  const staying = await readStaying(tx, shop.timeZone);
  // Whoever did something is many; who ordered is few, and families of orders alone look for no others.
  for (const areOrdersAlone of [false, true]) {
    const few = arrivals.filter((one) => readsEvents(one) !== areOrdersAlone && !areMany(one.came, one.days.length));
    if (few.length === 0) continue;
    const window = moving.windowOf(
      few.flatMap(({ days }) => days),
      shop.timeZone,
      areOrdersAlone,
    );
    const scope = await moving.selectScope(tx, allOf(few), window);
    if (scope.visitors.length + scope.customers.length > mostPeople) continue;
    for (const arrival of few) {
      await arrival.family.prepareFacts?.(tx, arrival.came, scope, window);
      deltas.push(...(await deltasOf(tx, arrival, { scope, window, kept: staying.kept }, shop)));
    }
    counted.push(...few);
  }
  await writeSubjects(tx, counted, { deltas, staying }, shop);
  return arrivals.filter((one) => !counted.includes(one));
}

const readsEvents = ({ family }: Pick<Arrival, 'family'>) => family.reads.includes('event');

function allOf(arrivals: readonly Arrival[]): CameIn {
  const keysOf = (kind: keyof CameIn) => [...new Set(arrivals.flatMap(({ came }) => came[kind]))];
  return { event: keysOf('event'), order: keysOf('order'), refund: keysOf('refund') };
}

async function deltasOf(
  tx: Transaction,
  { family, days, came }: Arrival,
  around: { scope: Scope; window: Window; kept: CellsKept },
  shop: CountedShop,
): Promise<moving.CellDelta[]> {
  const deltas: moving.CellDelta[] = [];
  for (const source of family.sources(shop)) {
    const { moves } = source;
    if (!moves?.on.some((kind) => came[kind].length > 0)) continue;
    const question = { ...around, days, came, timeZone: shop.timeZone };
    deltas.push(...(await moving.addAmounts(tx, { source, moves, family: family.name }, question)));
  }
  return deltas;
}

async function writeSubjects(
  tx: Transaction,
  counted: readonly Arrival[],
  { deltas, staying }: { deltas: readonly moving.CellDelta[]; staying: Staying },
  shop: CountedShop,
): Promise<void> {
  const { timeZone } = shop;
  const moved = await moving.moveSubjects(tx, deltas, timeZone);
  const inPeriods: moving.MovedInPeriod[] = [];
  for (const { family, days } of counted) {
    const unmoved = family.sources(shop).filter(({ moves }) => !moves);
    const changed = await counting.countDays(tx, { name: family.name, sources: unmoved }, days, timeZone);
    const ofFamily = moved.filter(({ measure }) => measure.startsWith(`${family.name}.`));
    for (const grain of grains) {
      inPeriods.push(...periodsOf(grain, ofFamily, family, staying).map((one) => ({ ...one, grain })));
      await counting.countPeriods(tx, grain, periodsOf(grain, changed, family, staying), timeZone);
    }
  }
  await moving.movePeriods(tx, inPeriods, timeZone);
}

/** Whether weeks or months of cells as one are kept: those that begin on days that are. */
const isPeriodKept =
  ({ members }: CellsKept, grain: 'week' | 'month') =>
  ({ dimension, day }: ChangedCell): boolean =>
    !hasManyMembers(dimension) || startOf(grain, day) >= members;

/** What a count leaves as it is, of one moment as all that it reads. */
interface Staying {
  kept: CellsKept;
  /** the weeks and months of which nobody knows any more who was on some of their days */
  isForgotten: Awaited<ReturnType<typeof keptPeriods>>;
}

async function readStaying(tx: Transaction, timeZone: string): Promise<Staying> {
  return { kept: await selectCellsKept(tx), isForgotten: await keptPeriods(tx, timeZone) };
}

/** Cells of a family with the weeks or months that they are counted in, but for those that stay as they are. */
function periodsOf<Cell extends ChangedCell>(
  grain: 'week' | 'month',
  cells: readonly Cell[],
  { reads }: Family,
  { kept, isForgotten }: Staying,
): (Cell & { first: string })[] {
  const placed = cells.filter(isPeriodKept(kept, grain)).map((cell) => ({ ...cell, first: startOf(grain, cell.day) }));
  if (!reads.includes('event')) return placed;
  const stay = new Map(
    [...new Set(placed.map(({ first }) => first))].map((first) => [first, isForgotten(grain, first)]),
  );
  return placed.filter(({ first }) => !stay.get(first));
}
