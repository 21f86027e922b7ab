import { sum } from '../book-of-money.ts';
import { distinct, part, type Reading, type View, whole } from './view.ts';

const reviews = (view: View) => view.events('review').length;
const complaints = (view: View) => view.events('complaint').length;
const ratings = (view: View) => view.events('review').map(({ rating }) => rating!);
const bad = (view: View) => ratings(view).filter((rating) => rating <= 2).length;
const orders = (view: View) => view.sales().length;
const linesOf = (view: View) => view.sales().flatMap((sale) => view.lines(sale));

/** "of which anything was given back since" */
function refunded(view: View): number {
  return view.sales().filter((sale) => view.lines(sale).some(({ back }) => back.length > 0)).length;
}

const givenBack = (view: View) => sum(linesOf(view).flatMap(({ back }) => back.map(({ amount }) => amount)));
const placed = (view: View) => sum(linesOf(view).map(({ amount }) => amount));

const partsOf = (view: View) => view.refunds().flatMap(({ parts }) => parts);
const ofGoods = (view: View) =>
  partsOf(view).filter(({ line }) => view.book.items.get(line.item)?.is_product !== false);

export const risk: Record<string, (view: View) => Reading> = {
  'reviews-per-buyer': (view) => part(reviews(view), distinct(view.sales().map(({ customer }) => customer))),
  'mean-rating': (view) => part(sum(ratings(view)), reviews(view)),
  'bad-review-share': (view) => part(bad(view), reviews(view)),
  'bad-review-rise': (view) => part(bad(view), reviews(view)),
  complaints: (view) => whole(complaints(view)),
  'complaints-per-order': (view) => part(complaints(view), orders(view)),
  'refunded-orders-share': (view) => part(refunded(view), orders(view)),
  refunds: (view) => whole(view.refunds().length),
  'refunded-amount': (view) => whole(sum(partsOf(view).map(({ amount }) => amount))),
  'refunded-units': (view) => whole(sum(ofGoods(view).map(({ pieces }) => pieces)) / 1_000),
  'refunded-money-share': (view) => part(givenBack(view), placed(view)),
};
