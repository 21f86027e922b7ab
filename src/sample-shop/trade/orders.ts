import { dayMs } from '../../shop/days.ts';
import { timeAt } from '../calendar.ts';
import { itemId, numbered } from '../facts/ids.ts';
import { describeOrder } from '../facts/list-facts.ts';
import type { ShopOrder } from '../facts/shapes.ts';
import { formatCents, priceOn } from '../goods/catalogue.ts';
import { type Purchase, playPurchases } from '../shoppers/purchases.ts';
import type { World } from '../world.ts';
import { chance, matters, planted } from './planted.ts';
import { surveyOf } from './survey.ts';

const shippingCents = 390;
const freeFromCents = 5_000;
const taxShare = 0.19;

/** The orders of visits as they are without indicators, with more told of each, and the sales over the counter. */
export function* listTradeOrders(world: World): Generator<ShopOrder> {
  let day = 0;
  let sale = 0;
  for (const purchases of playPurchases(world)) {
    const visited = purchases.map((purchase) => tellMore(world, purchase));
    const sold = counterSales(world, day).map((order) => ({ ...order, order_id: numbered('K', sale++, 7) }));
    yield* [...visited, ...sold].sort((a, b) => (a.occurred_at < b.occurred_at ? -1 : 1));
    day++;
  }
}

function centsOf({ lines }: Pick<ShopOrder, 'lines'>): number {
  return lines.reduce((sum, { quantity, unit_price }) => sum + Math.round(quantity * Number(unit_price) * 100), 0);
}

/** An order with all that a shop with indicators tells of it. */
export function tellMore(world: World, purchase: Purchase): ShopOrder {
  const order = describeOrder(world, purchase);
  const { seeds } = world;
  const cents = centsOf(order);
  const shipping = cents >= freeFromCents ? 0 : shippingCents;
  return {
    ...order,
    channel: chance(seeds.trade, matters.app, purchase.order) < planted.appShare ? 'app' : 'web',
    shipping: formatCents(shipping),
    tax: formatCents(Math.round(((cents + shipping) * taxShare) / (1 + taxShare))),
    payment_fee: formatCents(35 + Math.round(0.014 * (cents + shipping))),
    statuses: statusesOf(world, purchase, Date.parse(order.occurred_at)),
  };
}

/** What has become of an order by the end of the data. */
function statusesOf({ calendar, seeds }: World, { order, basket }: Purchase, at: number): ShopOrder['statuses'] {
  const minutes = 1 + Math.floor(30 * chance(seeds.trade, matters.shipped, order));
  const isCancelled = !basket.refund && chance(seeds.trade, matters.cancelled, order) < planted.cancelledShare;
  const life = isCancelled
    ? ([
        ['placed', at],
        ['cancelled', at + 2 * dayMs],
      ] as const)
    : ([
        ['placed', at],
        ['paid', at + minutes * 60_000],
        ['shipped', at + dayMs],
        ['delivered', at + 3 * dayMs],
      ] as const);
  const end = Date.parse(calendar.dates[calendar.days - 1]) + dayMs;
  return life
    .filter(([, moment]) => moment < end)
    .map(([status, moment]) => ({ status, occurred_at: `${new Date(moment).toISOString().slice(0, 19)}Z` }));
}

const opens = 9 * 3_600;
const openFor = 10 * 3_600;
const mostLines = 4;

/** What was sold over the counter on a day: nobody is named, and what goes together is chance. */
function counterSales(world: World, day: number): Omit<ShopOrder, 'order_id'>[] {
  const { calendar, catalogue, seeds } = world;
  const { overCounter } = surveyOf(world);
  const items = catalogue.items.length;
  const lines = Array.from({ length: items }, (_, item) => ({ item, pieces: overCounter[item * calendar.days + day] }))
    .filter(({ pieces }) => pieces > 0)
    .map((line) => ({ ...line, place: chance(seeds.trade, matters.shuffle, day * items + line.item) }))
    .sort((a, b) => a.place - b.place);
  const baskets: (typeof lines)[] = [];
  for (let from = 0; from < lines.length; ) {
    const size = 1 + Math.floor(mostLines * chance(seeds.trade, matters.basket, day * items + lines[from].item));
    baskets.push(lines.slice(from, from + size));
    from += size;
  }
  return baskets.map((basket, index) => {
    const order = {
      occurred_at: timeAt(calendar, day, opens + Math.floor((openFor * (index + 0.5)) / baskets.length)),
      channel: 'store' as const,
      store: planted.stores[index % planted.stores.length],
      lines: basket.map(({ item, pieces }) => ({
        item_id: itemId(item),
        quantity: pieces,
        unit_price: formatCents(priceOn(catalogue, item, day)),
        list_price: formatCents(catalogue.listPrices[item]),
      })),
    };
    return { ...order, tax: formatCents(Math.round((centsOf(order) * taxShare) / (1 + taxShare))) };
  });
}
