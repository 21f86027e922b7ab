import { type BookOfFacts, cancelledAt, type Item, leftPieces } from '../book-of-facts.ts';
import { cents, sum } from '../book-of-money.ts';
import { addDays } from '../zone-calendar.ts';
import { costOf } from './overall.ts';
import { membersOfItem, part, type Reading, type View, whole } from './view.ts';

const daySeconds = 86_400;

const endOf = ({ calendar }: BookOfFacts, day: string) => calendar.startOfDay(addDays(day, 1));

/** What was in stock when a day ended; undefined: nobody knew. */
const closing = (book: BookOfFacts, item: string, day: string) =>
  book.stocks.get(item)?.findLast(({ at }) => at < endOf(book, day))?.stock;

/** "services and postage" are out, and "items whose stock was never told". */
function goodsOn(view: View, day: string): { item: Item; stock: number }[] {
  const { book, by, member } = view;
  return [...book.items.values()].flatMap((item) => {
    const stock = closing(book, item.item_id, day);
    const isOut =
      stock === undefined || item.is_product === false || (by !== null && membersOfItem(item)[by] !== member);
    return isOut ? [] : [{ item, stock }];
  });
}

/** When something was told of the stock of goods that was still known as the day ended; that of services says nothing of goods. */
export function momentsOfStock(book: BookOfFacts): number[] {
  return [...book.items.values()]
    .filter((item) => item.is_product !== false)
    .flatMap(({ item_id }) => (book.stocks.get(item_id) ?? []).map(({ at }) => ({ item_id, at })))
    .filter(({ item_id, at }) => closing(book, item_id, book.dayOf(at)) !== undefined)
    .map(({ at }) => at);
}

/** The days of the period that have begun. */
function daysOfPeriod({ book, firstDay, lastDay }: View): string[] {
  const today = book.dayOf(book.now());
  const days: string[] = [];
  for (let day = firstDay; day <= lastDay && day <= today; day = addDays(day, 1)) days.push(day);
  return days;
}

/** "at the period's end, or now": of its last day on which anything was known of any goods. */
function goodsAtEnd(view: View): { item: Item; stock: number }[] {
  const last = daysOfPeriod(view).findLast((day) => goodsOn(view.ofAll, day).length > 0);
  return last === undefined ? [] : goodsOn(view, last);
}

const units = (goods: readonly { stock: number }[]) => sum(goods.map(({ stock }) => stock));
const isCosted = ({ item }: { item: Item }) => item.cost !== null && item.cost !== undefined;
const value = (goods: readonly { item: Item; stock: number }[]) =>
  sum(goods.filter(isCosted).map(({ item, stock }) => stock * cents(item.cost!)));

/** Seconds of a day in which it was known what was in stock, and of these those in which nothing was. */
function secondsOf(book: BookOfFacts, item: string, day: string): { known: number; soldOut: number } {
  const told = book.stocks.get(item) ?? [];
  const [start, end] = [book.calendar.startOfDay(day), endOf(book, day)];
  const spans = told.map(({ at, stock }, place) => ({
    stock,
    seconds: Math.max(0, Math.min(end, told[place + 1]?.at ?? end) - Math.max(start, at)) / 1_000,
  }));
  const all = (of: typeof spans) => sum(of.map(({ seconds }) => seconds));
  return { known: all(spans), soldOut: all(spans.filter(({ stock }) => stock === 0)) };
}

function stockOut(view: View): Reading {
  const all = daysOfPeriod(view).flatMap((day) =>
    goodsOn(view, day).map(({ item }) => secondsOf(view.book, item.item_id, day)),
  );
  return part(sum(all.map(({ soldOut }) => soldOut)) / daySeconds, sum(all.map(({ known }) => known)) / daySeconds);
}

/** Lines of goods whose stock was known on the day of the sale, of orders that stand. */
const soldOf = (view: View) =>
  view
    .sales()
    .filter((sale) => cancelledAt(sale) === null)
    .flatMap((sale) =>
      view
        .lines(sale)
        .filter(({ item }) => view.book.items.get(item)?.is_product !== false)
        .filter(({ item }) => closing(view.book, item, view.book.dayOf(sale.at)) !== undefined),
    );
const soldUnits = (view: View) => sum(soldOf(view).map(({ pieces }) => pieces)) / 1_000;
const mean = (view: View, total: number) => total / Math.max(1, daysOfPeriod(view).length);

export const stock: Record<string, (view: View) => Reading> = {
  'skus-on-line': (view) => whole(goodsAtEnd(view).filter(({ stock }) => stock > 0).length),
  'stock-units': (view) => whole(units(goodsAtEnd(view))),
  'stock-value': (view) => whole(value(goodsAtEnd(view))),
  'stock-out-rate': stockOut,
  'sell-through-rate': (view) => part(soldUnits(view), soldUnits(view) + units(goodsAtEnd(view))),
  'days-of-supply': (view) => part(units(goodsAtEnd(view)), mean(view, soldUnits(view))),
  'stock-turnover': (view) => {
    const costed = soldOf(view).filter((line) => line.unitCost !== null && leftPieces(line) >= 0);
    const values = daysOfPeriod(view).map((day) => value(goodsOn(view, day)));
    return part(sum(costed.map(costOf)), mean(view, sum(values)));
  },
};

/** Facts that these need of each period by itself. */
export const stockNeeded: Record<string, (view: View) => boolean> = {
  costs_of_stock: (view) => goodsAtEnd(view).some(isCosted),
  exclusive_goods: () => false,
};
