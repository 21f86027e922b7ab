import { cancelledAt, leftAmount, leftPieces, type MarketFigure } from '../book-of-facts.ts';
import { cents, sum } from '../book-of-money.ts';
import { distinct, part, type Reading, type View, whole } from './view.ts';

const isOfMarket = ({ whose }: MarketFigure) => whose === 'market';

/** Figures of the month and of the member: "of all goods or of a category"; by competitor those of all goods. */
function figures(view: View, measure: string): MarketFigure[] {
  return [...view.book.marketFigures.values()].filter(({ month, category, measure: of, whose }) => {
    if (`${month}-01` !== view.period || of !== measure) return false;
    if (view.by === 'competitor') return (category ?? '') === '' && whose === view.member;
    return (
      (category ?? '') === (view.by === 'category' ? view.member : '') &&
      !(view.by === 'category' && view.member === '')
    );
  });
}

const ofMarket = (view: View, measure: string) => figures(view, measure).filter(isOfMarket);
const ofOthers = (view: View, measure: string) => figures(view, measure).filter((figure) => !isOfMarket(figure));
const total = (told: readonly MarketFigure[]) => sum(told.map(({ value }) => Number(value)));

/** "of a category with those below it"; not "cancelled orders", nor what was given back. */
function soldOf({ book, period, by, member }: View) {
  const isOf = (category: string) =>
    by !== 'category' || member === '' || category === member || category.startsWith(`${member} > `);
  return [...book.sales.values()]
    .filter((sale) => cancelledAt(sale) === null && book.calendar.periodOf('month', sale.at) === period)
    .flatMap((sale) =>
      sale.lines
        .filter(({ item }) => isOf(book.items.get(item)?.category ?? ''))
        .map((line) => ({ sale, line, isProduct: book.items.get(line.item)?.is_product !== false })),
    );
}

const ownSales = (view: View) => sum(soldOf(view).map(({ line }) => leftAmount(line)));
const ownUnits = (view: View) =>
  sum(
    soldOf(view)
      .filter(({ isProduct }) => isProduct)
      .map(({ line }) => leftPieces(line)),
  ) / 1_000;
const ownUsers = (view: View) => distinct(soldOf(view).map(({ sale }) => sale.customer));
/** Of the shop beside a figure that was told; without one nothing is. */
const beside = (told: readonly MarketFigure[], own: number) => (told.length > 0 ? own : 0);

const salesOfMarket = (view: View) => sum(ofMarket(view, 'sales').map(({ value }) => cents(value)));
const share = (view: View) => part(beside(ofMarket(view, 'sales'), ownSales(view)), salesOfMarket(view));

/** Items of competitors of whom it is known what the shop has too. */
function assortments(view: View) {
  const shared = new Map(ofOthers(view, 'shared_items').map(({ whose, value }) => [whose, Number(value)]));
  const known = ofOthers(view, 'items').filter(({ whose }) => shared.has(whose));
  return { shared: sum(known.map(({ whose }) => shared.get(whose)!)), items: total(known) };
}

export const market: Record<string, (view: View) => Reading> = {
  'market-share': share,
  'growth-against-market': share,
  'market-share-by-units': (view) =>
    part(beside(ofMarket(view, 'units'), ownUnits(view)), total(ofMarket(view, 'units'))),
  'user-share': (view) => part(beside(ofMarket(view, 'users'), ownUsers(view)), total(ofMarket(view, 'users'))),
  'market-rank': (view) => {
    const rivals = ofOthers(view, 'sales').map(({ value }) => cents(value));
    const own = ownSales(view);
    return whole(rivals.length === 0 ? 0 : 1 + rivals.filter((sales) => sales > own).length);
  },
  'price-index': (view) => part(total(ofOthers(view, 'price_index')), ofOthers(view, 'price_index').length),
  'assortment-overlap': (view) => part(assortments(view).shared, assortments(view).items),
};

/** Facts that these need of each month by itself. */
export const marketNeeded: Record<string, (view: View) => boolean> = {
  market_sales: (view) => salesOfMarket(view) > 0,
  market_units: (view) => total(ofMarket(view, 'units')) > 0,
  market_users: (view) => total(ofMarket(view, 'users')) > 0,
  competitors_sales: (view) => ofOthers(view, 'sales').length > 0,
  competitors_prices: (view) => ofOthers(view, 'price_index').length > 0,
  competitors_items: (view) => assortments(view).items > 0,
};
