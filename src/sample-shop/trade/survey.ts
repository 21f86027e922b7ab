import { isInSeason } from '../calendar.ts';
import { priceOn } from '../goods/catalogue.ts';
import { playDays } from '../shoppers/visits.ts';
import type { World } from '../world.ts';
import { chance, isSeasonal, matters, planted, poisson } from './planted.ts';

/** What was sold of each item on each day, and when people came first: read once from a shop that is played. */
export interface Survey {
  /** pieces sold on visits, by item and then day */
  readonly sold: Uint16Array;
  /** pieces sold over the counter, by item and then day */
  readonly overCounter: Uint16Array;
  /** day of each shopper's first visit; -1: never */
  readonly firstDays: Int32Array;
  readonly firstSeconds: Int32Array;
  /** first and last day on which an item is sold out; -1: never */
  readonly soldOutFrom: Int32Array;
  readonly soldOutTo: Int32Array;
}

const surveys = new WeakMap<World, Survey>();

export function surveyOf(world: World): Survey {
  const known = surveys.get(world) ?? survey(world);
  surveys.set(world, known);
  return known;
}

/** Pieces over the counter for each customer and year, at list prices and without what makes goods sell. */
const piecesEach = 6;
const shareSoldOut = 0.15;
const fewestDaysSoldOut = 4;
const mostDaysSoldOut = 21;

function survey(world: World): Survey {
  const { calendar, catalogue, shoppers, seeds } = world;
  const [items, days] = [catalogue.items.length, calendar.days];
  const found: Survey = {
    sold: new Uint16Array(items * days),
    overCounter: new Uint16Array(items * days),
    firstDays: new Int32Array(shoppers.count).fill(-1),
    firstSeconds: new Int32Array(shoppers.count),
    soldOutFrom: new Int32Array(items).fill(-1),
    soldOutTo: new Int32Array(items).fill(-1),
  };
  let day = 0;
  for (const visits of playDays(world)) {
    for (const { shopper, second, purchase } of visits) {
      if (found.firstDays[shopper] < 0) {
        found.firstDays[shopper] = day;
        found.firstSeconds[shopper] = second;
      }
      purchase?.items.forEach((item, line) => {
        found.sold[item * days + day] += purchase.quantities[line];
      });
    }
    day++;
  }
  for (let item = 0; item < items; item++) {
    if (chance(seeds.trade, matters.soldOut, item) < shareSoldOut) plantStockOut(found, item, days);
    sellOverCounter(world, found, item);
  }
  return found;
}

/** In the longest time without a sale on visits, so that nothing sells that is not there. */
function plantStockOut(found: Survey, item: number, days: number): void {
  let [longest, from] = [0, 0];
  // Neither at the beginning nor at the end, where the stock is the catalogue's.
  for (let day = 8, gap = 0; day < days - 8; day++) {
    gap = found.sold[item * days + day] === 0 ? gap + 1 : 0;
    if (gap > longest) [longest, from] = [gap, day - gap + 1];
  }
  const length = Math.min(mostDaysSoldOut, longest);
  if (length < fewestDaysSoldOut) return;
  found.soldOutFrom[item] = from;
  found.soldOutTo[item] = from + length - 1;
}

function sellOverCounter({ calendar, catalogue, shoppers, seeds }: World, found: Survey, item: number): void {
  const { attributes, available_from: from, hidden } = catalogue.items[item];
  if (hidden) return;
  const [items, days] = [catalogue.items.length, calendar.days];
  const effect = planted.attributeEffects.reduce(
    (product, { attribute, value, factor }) => product * (attributes[attribute] === value ? factor : 1),
    1,
  );
  const mean = (piecesEach * shoppers.customers) / (365 * items);
  const season = seasonOf(catalogue.items[item].available_until, from);
  for (let day = 0; day < days; day++) {
    if (day >= found.soldOutFrom[item] && day <= found.soldOutTo[item] && found.soldOutFrom[item] >= 0) continue;
    if (season && !isInSeason(season, calendar.dates[day])) continue;
    const price = priceOn(catalogue, item, day) / catalogue.listPrices[item];
    const expected = mean * effect * price ** planted.priceElasticity * seasonal(item, calendar.dates[day]);
    found.overCounter[item * days + day] = poisson(expected, chance(seeds.trade, matters.counter, item * days + day));
  }
}

function seasonOf(until: string | undefined, from: string | undefined) {
  if (from === undefined || until === undefined) return undefined;
  const lastDay = new Date(Date.parse(until) - 1).toISOString();
  return { from: from.slice(5, 10), until: lastDay.slice(5, 10) };
}

function seasonal(item: number, date: string): number {
  if (!isSeasonal(item)) return 1;
  const dayOfYear = (Date.parse(date) - Date.parse(`${date.slice(0, 4)}-01-01`)) / 86_400_000;
  return 1 + planted.seasonalAmplitude * Math.cos((2 * Math.PI * (dayOfYear - planted.seasonalPeakDay)) / 365.25);
}
