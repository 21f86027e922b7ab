import { cancelledAt, leftAmount, leftPieces, paidAt, type Sale, type SoldLine } from '../book-of-facts.ts';
import { millionths, roundedQuotient, sum } from '../book-of-money.ts';
import { distinct, distinctOf, part, type Reading, type View, visitorOf, whole } from './view.ts';

const visitors = (view: View) => distinct(view.events().map(visitorOf));
const pageViews = (view: View) => view.events('page_view').length;
const orders = (view: View) => view.sales().length;
const amountOf = (lines: readonly SoldLine[]) => sum(lines.map(({ amount }) => amount));
const placed = (view: View) => sum(view.sales().map((sale) => amountOf(view.lines(sale))));

/** "by the time of payment"; "orders cancelled since" are out. */
export function paidSales(view: View): Sale[] {
  return view.salesEver().filter((sale) => {
    const at = paidAt(sale);
    return at !== null && view.has(at) && cancelledAt(sale) === null;
  });
}

const standing = (view: View) => view.sales().filter((sale) => cancelledAt(sale) === null);
const net = (view: View) => sum(standing(view).flatMap((sale) => view.lines(sale).map(leftAmount)));

/** "rounded half away from zero once a line" */
export function costOf(line: SoldLine): number {
  return roundedQuotient(millionths(line.unitCost!) * BigInt(leftPieces(line)), 10_000_000n);
}

function profit(view: View): { earned: number; net: number } {
  const lines = standing(view).flatMap((sale) => view.lines(sale).filter(({ unitCost }) => unitCost !== null));
  const left = sum(lines.map(leftAmount));
  return { earned: left - sum(lines.map(costOf)), net: left };
}

/**
 * "who placed an order on a day on which they came: the order names the same visitor, or the customer whom their events name"; not
 * "orders of the channels store, phone and marketplace".
 */
function orderingVisitors(view: View): number {
  const { book } = view;
  const online = [...book.sales.values()].filter(({ channel }) => !['store', 'phone', 'marketplace'].includes(channel));
  return distinctOf(
    view.events().flatMap((event) => {
      const theirs = online.some(
        (sale) =>
          book.dayOf(sale.at) === book.dayOf(event.at) &&
          ((sale.visitor !== null && sale.visitor === event.visitor_id) ||
            (sale.customer !== null && sale.customer === event.customer_id)),
      );
      return theirs ? [visitorOf(event)] : [];
    }),
  ).size;
}

export const overall: Record<string, (view: View) => Reading> = {
  visitors: (view) => whole(visitors(view)),
  'page-views': (view) => whole(pageViews(view)),
  'views-per-visitor': (view) => part(pageViews(view), visitors(view)),
  'orders-placed': (view) => whole(orders(view)),
  'visit-to-order-conversion': (view) => part(orderingVisitors(view), visitors(view)),
  'turnover-placed': (view) => whole(placed(view)),
  'units-placed': (view) => {
    const lines = view.sales().flatMap((sale) => view.lines(sale));
    const goods = lines.filter(({ item }) => view.book.items.get(item)?.is_product !== false);
    return whole(sum(goods.map(({ pieces }) => pieces)) / 1_000);
  },
  'sales-paid': (view) => whole(sum(paidSales(view).map((sale) => amountOf(view.lines(sale))))),
  'net-sales': (view) => whole(net(view)),
  'average-order-value': (view) => part(placed(view), orders(view)),
  'gross-profit': (view) => whole(profit(view).earned),
  'gross-margin': (view) => part(profit(view).earned, profit(view).net),
};
