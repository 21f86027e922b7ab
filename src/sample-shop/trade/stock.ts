import { timeAt } from '../calendar.ts';
import { itemId } from '../facts/ids.ts';
import type { ShopChange, ShopItem } from '../facts/shapes.ts';
import { formatCents, priceOn } from '../goods/catalogue.ts';
import type { World } from '../world.ts';
import { surveyOf } from './survey.ts';

const restockDays = 28;
/** of items that are sold out in the end */
const reserve = 30;
const reportDays = 7;
const reportsAt = 6 * 3_600;

/** The catalogue as it was on the first day; what became of its stock and prices is in `listChanges`. */
export function itemsAtFirst(world: World): ShopItem[] {
  const updated_at = timeAt(world.calendar, 0, 0);
  return world.catalogue.items.map((item, index) => ({
    ...item,
    price: formatCents(priceOn(world.catalogue, index, 0)),
    stock: levelOn(world, index, 0),
    updated_at,
  }));
}

/**
 * What is told of items in the course of time, an element of PUT /v1/items each: a price when it changes, a level of stock a week, when
 * an item is sold out and when it is there again, and at the end what the catalogue says.
 */
export function* listChanges(world: World): Generator<ShopChange> {
  const { calendar, catalogue } = world;
  const { soldOutFrom, soldOutTo } = surveyOf(world);
  const last = calendar.days - 1;
  for (let day = 0; day <= last; day++) {
    for (let item = 0; item < catalogue.items.length; item++) {
      const [from, to] = [soldOutFrom[item], soldOutTo[item]];
      const tell = (stock: number, second: number) => ({
        item_id: itemId(item),
        stock,
        updated_at: timeAt(calendar, day, second),
      });
      const price = priceOn(catalogue, item, day);
      if (day > 0 && price !== priceOn(catalogue, item, day - 1)) {
        yield { item_id: itemId(item), price: formatCents(price), updated_at: timeAt(calendar, day, 0) };
      }
      if (from >= 0 && day === from) yield tell(0, 0);
      else if (from >= 0 && day === to + 1) yield tell(levelOn(world, item, day), 0);
      else if (day > 0 && day % reportDays === 0 && !(day > from && day <= to))
        yield tell(levelOn(world, item, day), reportsAt);
      if (day === last) yield tell(catalogue.items[item].stock, 86_399);
    }
  }
}

/** Stock at the beginning of a day: what is sold until the next restocking is there, and what is left in the end. */
function levelOn(world: World, item: number, day: number): number {
  const { days } = world.calendar;
  const left = world.catalogue.items[item].stock;
  const { sold, overCounter } = surveyOf(world);
  const restocks = Math.floor(day / restockDays + 1) * restockDays;
  let level = left > 0 ? left : reserve;
  for (let next = day; next < Math.min(restocks, days); next++) {
    level += sold[item * days + next] + overCounter[item * days + next];
  }
  return level;
}
