import { seededRandom } from '../../../models/random.ts';
import { timeAt } from '../calendar.ts';
import { drawOne } from '../draws.ts';
import { formatCents, priceOn } from '../goods/catalogue.ts';
import type { Return } from '../shoppers/baskets.ts';
import { playBrowsedDays } from '../shoppers/browsed-visits.ts';
import { listPurchases, type Purchase, playPurchases } from '../shoppers/purchases.ts';
import type { Visit } from '../shoppers/visits.ts';
import type { World } from '../world.ts';
import { customerId, eventId, itemId, orderId, refundId, visitorId } from './ids.ts';
import type { ShopCustomer, ShopEvent, ShopOrder, ShopRefund } from './shapes.ts';

const countries = ['DE', 'DE', 'DE', 'AT', 'CH', 'NL'];
const shareProfilingAllowed = 0.97;

export function* listCustomers({ shoppers, seeds }: World): Generator<ShopCustomer> {
  const random = seededRandom(seeds.customers);
  for (let customer = 0; customer < shoppers.customers; customer++) {
    yield {
      customer_id: customerId(customer),
      profiling_allowed: random() < shareProfilingAllowed,
      attributes: { country: drawOne(random, countries), newsletter: random() < 0.4 },
    };
  }
}

export function* listOrders(world: World): Generator<ShopOrder> {
  for (const purchase of listPurchases(world)) yield describeOrder(world, purchase);
}

export function describeOrder(world: World, { order, day, visit, basket }: Purchase): ShopOrder {
  const { calendar, catalogue } = world;
  return {
    order_id: orderId(order),
    ...whose(world, visit, true),
    occurred_at: timeAt(calendar, day, visit.second),
    lines: basket.items.map((item, line) => ({
      item_id: itemId(item),
      quantity: basket.quantities[line],
      unit_price: formatCents(priceOn(catalogue, item, day)),
      list_price: formatCents(catalogue.listPrices[item]),
    })),
  };
}

export function* listRefunds(world: World): Generator<ShopRefund> {
  const { calendar } = world;
  const dueOn = new Map<number, { purchase: Purchase; back: Return }[]>();
  let day = 0;
  let number = 0;
  for (const purchases of playPurchases(world)) {
    for (const { purchase, back } of dueOn.get(day)?.sort((a, b) => a.back.second - b.back.second) ?? []) {
      yield {
        refund_id: refundId(number++),
        order_id: orderId(purchase.order),
        occurred_at: timeAt(calendar, day, back.second),
        ...(back.line && {
          lines: [{ item_id: itemId(purchase.basket.items[back.line.position]), quantity: back.line.quantity }],
        }),
      };
    }
    dueOn.delete(day);
    for (const purchase of purchases) {
      const back = purchase.basket.refund;
      if (!back) continue;
      const dueDay = day + back.afterDays;
      const due = dueOn.get(dueDay) ?? [];
      due.push({ purchase, back });
      dueOn.set(dueDay, due);
    }
    day++;
  }
}

export function* listEvents(world: World): Generator<ShopEvent> {
  const { calendar, catalogue } = world;
  let day = 0;
  let number = 0;
  for (const visits of playBrowsedDays(world)) {
    const behaviours = visits.flatMap(({ behaviours }) => behaviours);
    for (const { type, item, second, visit, loggedIn } of behaviours.sort((a, b) => a.second - b.second)) {
      yield {
        event_id: eventId(number++),
        type,
        ...whose(world, visit, loggedIn),
        ...(type === 'search' ? { query: catalogue.queries[item] } : { item_id: itemId(item) }),
        occurred_at: timeAt(calendar, day, second),
      };
    }
    day++;
  }
}

/** A passer-by is a visitor only, logged in or not. */
export function whose({ shoppers }: World, { shopper, device }: Visit, loggedIn: boolean) {
  const visitor = { visitor_id: visitorId(shopper, device) };
  return loggedIn && shopper < shoppers.customers ? { customer_id: customerId(shopper), ...visitor } : visitor;
}
