import {
  type Bands,
  type DemandForecasts,
  demandOver,
  forecastDemand,
  methods,
  planReorder,
  recipe,
} from '../../../models/demand-forecasts/index.ts';
import type { Database } from '../../db/index.ts';
import { carryOver, mostDaysCarried } from '../../intake/index.ts';
import { addDays } from '../../shop/days.ts';
import type { NightResult, NightTask } from '../nights/night-task.ts';
import { type DailyUnits, historyOfCategories, historyOfItems } from './daily-units.ts';
import { replenishmentOf } from './replenishment.ts';
import * as store from './store.ts';

/** No further past is looked at. */
const mostHistoryDays = 730;

/** Foresees what will be asked for of each item and category, and writes it in place of what was foreseen before. */
export async function forecastShop(db: Database, task: NightTask): Promise<Omit<NightResult, 'tookMs'>> {
  const { timeZone, today } = task;
  const span = { from: addDays(today, -mostHistoryDays), until: today, timeZone };
  // Days on which nothing changed have to be known, whether or not housekeeping has been here since midnight.
  await carryOver(db, new Date(task.now), timeZone, mostDaysCarried);
  const items = await store.selectDailyUnits(db, span);
  const known = await store.selectGoods(db, span);
  // The past begins with the first sale.
  const first = items.reduce((least, { days }) => Math.min(least, days[0]), mostHistoryDays);
  const history = { first, days: mostHistoryDays - first, from: addDays(span.from, first) };
  const made = items.length === 0 ? undefined : foresee(items, history);
  const supplies = known.map((good) => supplyOf(good, made, task));
  await db.transaction(async (tx) => {
    await store.replaceForecasts(tx, made?.rows ?? []);
    await store.replaceSupplies(tx, supplies);
    await store.saveProgress(tx, { firstDay: today, historyDays: history.days });
  });
  return { items: items.length, categories: made?.categories ?? 0, historyDays: history.days };
}

interface Made {
  rows: store.ForecastRow[];
  categories: number;
  ofItems: DemandForecasts;
  placeOf: Map<number, number>;
}

function foresee(
  all: readonly DailyUnits[],
  { first, days, from }: { first: number; days: number; from: string },
): Made {
  const firstWeekday = (new Date(from).getUTCDay() + 6) % 7;
  const items = all.map((item) => ({
    ...item,
    firstDay: item.firstDay === null ? null : item.firstDay - first,
    days: item.days.map((day) => day - first),
    soldOut: item.soldOut.map((day) => day - first).filter((day) => day >= 0),
  }));
  const { history, categories } = historyOfItems(items, days, firstWeekday);
  const ofItems = forecastDemand(history, recipe);
  const ofCategories = forecastDemand(historyOfCategories(items, categories, days, firstWeekday), recipe);
  const itemRows = items.map(({ itemId, category }, row) =>
    toRow(ofItems, row, { of: 'item', member: itemId, category }),
  );
  const categoryRows = categories.map((category, row) =>
    toRow(ofCategories, row, { of: 'category', member: category, category }),
  );
  return {
    rows: [...inOrder(itemRows), ...inOrder(categoryRows)],
    categories: categories.length,
    ofItems,
    placeOf: new Map(items.map(({ itemKey }, row) => [itemKey, row])),
  };
}

type Row = Omit<store.ForecastRow, 'place'>;

/** What is asked for most comes first. */
function inOrder(rows: readonly Row[]): store.ForecastRow[] {
  return rows
    .toSorted((one, other) => other.horizon[0][0] - one.horizon[0][0] || (one.member < other.member ? -1 : 1))
    .map((row, index) => ({ ...row, place: index + 1 }));
}

function toRow(forecasts: DemandForecasts, row: number, who: Pick<Row, 'of' | 'member' | 'category'>): Row {
  const errorOf = (method: (typeof methods)[number]) =>
    forecasts.errors[row * methods.length + methods.indexOf(method)];
  const bands = (all: Bands) => {
    const periods = all.means.length / forecasts.items;
    const cut = (values: Float64Array) => Array.from(values.subarray(row * periods, (row + 1) * periods));
    return [all.means, all.low80, all.high80, all.low95, all.high95].map(cut);
  };
  return {
    ...who,
    method: forecasts.method[row],
    demandClass: forecasts.demandClass[row],
    judgedWeeks: forecasts.judgedWeeks[row],
    error: errorOf(forecasts.method[row]),
    seasonalNaiveError: errorOf('seasonal-naive'),
    days: bands(forecasts.days),
    weeks: bands(forecasts.weeks),
    horizon: bands(forecasts.horizon),
  };
}

function supplyOf(good: store.Good, made: Made | undefined, { replenishment }: NightTask): store.SupplyRow {
  const { itemKey, lastSoldOn, stillSince, attributes } = good;
  const how = replenishmentOf(attributes, replenishment);
  const row = made?.placeOf.get(itemKey);
  const common = { itemKey, lastSoldOn, stillSince, ...how };
  if (!made || row === undefined) {
    return { ...common, expectedADay: 0, point: 0, upTo: 0, safetyStock: 0, soldHigh: [], soldLow: [] };
  }
  const { point, upTo, safetyStock } = planReorder(made.ofItems, row, 0, how);
  const upToDay = (share: number) => {
    let most = 0;
    return Array.from({ length: made.ofItems.horizonDays }, (_, day) => {
      most = Math.max(most, demandOver(made.ofItems, row, day + 1).quantile(share));
      return most;
    });
  };
  const expectedADay = demandOver(made.ofItems, row, 7).mean / 7;
  return { ...common, expectedADay, point, upTo, safetyStock, soldHigh: upToDay(0.9), soldLow: upToDay(0.1) };
}
