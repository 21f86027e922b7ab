import { cancelledAt } from '../book-of-facts.ts';
import { sum } from '../book-of-money.ts';
import { part, type Reading, type View, whole } from './view.ts';

/** Lines of goods; services and postage are none, and "cancelled orders" are out. */
const goodsOf = (view: View) =>
  view
    .sales()
    .filter((sale) => cancelledAt(sale) === null)
    .flatMap((sale) => view.lines(sale).filter(({ item }) => view.book.items.get(item)?.is_product !== false));

export const goods: Record<string, (view: View) => Reading> = {
  'return-rate-of-goods': (view) => {
    const lines = goodsOf(view);
    const returned = sum(lines.flatMap(({ back }) => back.map(({ pieces }) => pieces)));
    return part(returned / 1_000, sum(lines.map(({ pieces }) => pieces)) / 1_000);
  },
  // No item of the book's shops says since when it is available.
  'first-listing-sales': () => whole(0),
};
