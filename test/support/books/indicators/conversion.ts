import { cancelledAt, type Deed, paidAt, type Sale, type SoldLine } from '../book-of-facts.ts';
import { sum } from '../book-of-money.ts';
import { addDays } from '../zone-calendar.ts';
import { paidSales } from './overall.ts';
import { distinct, distinctOf, part, type Reading, type View, visitorOf, whole } from './view.ts';

const visitors = (events: readonly Deed[]) => distinct(events.map(visitorOf));

/** "orders of the channels store, phone and marketplace" are out. */
const notOnline = ['store', 'phone', 'marketplace'];

/** Visitors who after such an event, "by the end of the next day", placed an order: it names the visitor, or "a customer whom events of the visitor name on that day". */
function ordering(view: View, events: readonly Deed[], isWanted: (sale: Sale) => boolean = () => true): number {
  const { book } = view;
  const wanted = [...book.sales.values()].filter((sale) => !notOnline.includes(sale.channel) && isWanted(sale));
  const known = new Map<string, Set<string>>();
  const place = ({ at, visitor_id }: Deed) => `${book.dayOf(at)} ${visitor_id}`;
  for (const event of book.events.values()) {
    if (event.visitor_id === undefined || event.customer_id === undefined) continue;
    known.set(place(event), (known.get(place(event)) ?? new Set()).add(event.customer_id));
  }
  const followed = events.filter((event) =>
    wanted.some(
      (sale) =>
        event.at <= sale.at &&
        book.dayOf(sale.at) <= addDays(book.dayOf(event.at), 1) &&
        ((sale.visitor !== null && sale.visitor === event.visitor_id) ||
          (sale.customer !== null &&
            (sale.customer === event.customer_id ||
              (event.visitor_id !== undefined && known.get(place(event))?.has(sale.customer))))),
    ),
  );
  return visitors(followed);
}

const adds = (view: View) => view.events('cart_add');
const looks = (view: View) => view.events('view', 'click');
const checkouts = (view: View) => view.events('checkout_start');
const isPaid = (sale: Sale) => paidAt(sale) !== null && cancelledAt(sale) === null;

/** Only goods have pieces. */
function piecesOf({ book }: View, lines: readonly SoldLine[]): number {
  const goods = lines.filter(({ item }) => book.items.get(item)?.is_product !== false);
  return sum(goods.map(({ pieces }) => pieces)) / 1_000;
}

export const conversion: Record<string, (view: View) => Reading> = {
  'cart-adds': (view) => whole(adds(view).length),
  'cart-users': (view) => whole(visitors(adds(view))),
  'cart-items': (view) => whole(distinct(adds(view).map(({ item_id }) => item_id))),
  'add-to-cart-rate': (view) => part(visitors(adds(view)), visitors(view.events())),
  'cart-to-pay-rate': (view) => part(ordering(view, adds(view), isPaid), visitors(adds(view))),
  'cart-abandonment-rate': (view) => part(visitors(adds(view)) - ordering(view, adds(view)), visitors(adds(view))),
  'browse-to-order-rate': (view) => part(ordering(view, looks(view)), visitors(looks(view))),
  'checkout-to-order-rate': (view) => part(ordering(view, checkouts(view)), visitors(checkouts(view))),
  'order-to-pay-rate': (view) => part(view.sales().filter((sale) => paidAt(sale) !== null).length, view.sales().length),
  'paid-orders': (view) => whole(paidSales(view).length),
  'paying-customers': (view) => whole(distinctOf(paidSales(view).map(({ customer }) => customer)).size),
  'paid-units': (view) =>
    whole(
      piecesOf(
        view,
        paidSales(view).flatMap((sale) => view.lines(sale)),
      ),
    ),
};
