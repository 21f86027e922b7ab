import { shopSize } from '../console/shop.ts';
import type { Request } from './connection.ts';

/** What a source of load asks for the n-th time. Numbers of one source, so that no two make the same facts. */
export type Ask = (n: number, source: string) => Request;

const padded = (prefix: string, digits: number, number: number) => prefix + String(number).padStart(digits, '0');
/** Steps that are prime to the counts go through all of them before one comes again. */
const customer = (n: number) => padded('C', 6, 1 + ((n * 7_919) % shopSize.customers));
const item = (n: number) => padded('I', 5, 1 + ((n * 6_113) % shopSize.items));
const fewCustomers = 1_000;

const event = (n: number, source: string) => ({
  event_id: `${source}-${n}`,
  type: ['view', 'click', 'cart_add', 'favourite'][n % 4],
  customer_id: customer(n),
  item_id: item(n),
  occurred_at: new Date().toISOString(),
});

/** The operations that a storefront or a marketing system waits for. */
export const operations: Record<string, Ask> = {
  'list, customer in memory': (n) => get(`/v1/customers/${customer(n % fewCustomers)}/recommendations?limit=10`),
  'list, customer in turn': (n) => get(`/v1/customers/${customer(n)}/recommendations?limit=10`),
  'list of a category, below a price': (n) =>
    post('/v1/recommendations', {
      customer_id: customer(n % fewCustomers),
      limit: 10,
      filter: { category: `Department ${n % 10}`, max_price: '30' },
    }),
  'related items': (n) => get(`/v1/items/${item(n)}/related-items?limit=10`),
  'bought together': (n) => get(`/v1/items/${item(n)}/complements?limit=4`),
  'popular items': () => get('/v1/popular-items?limit=10'),
  'page of five placements': (n) =>
    post('/v1/pages', {
      customer_id: customer(n % fewCustomers),
      item_id: item(n),
      placements: [
        { placement: 'home' },
        { placement: 'item' },
        { placement: 'like', method: 'related' },
        { placement: 'category', method: 'popular' },
        { placement: 'seen', method: 'recently-viewed' },
      ],
    }),
  profile: (n) => get(`/v1/customers/${customer(n)}/profile`),
  'members of a segment': () => get('/v1/segments/group-high-value/members?limit=100'),
  'coupon decision': (n) =>
    post('/v1/coupon-decisions', {
      customer_id: customer(n),
      cart: [{ item_id: item(n), quantity: 2, unit_price: '12.50' }],
    }),
  'one event': (n, source) => post('/v1/events', { events: [event(n, source)] }),
  '500 events': (n, source) =>
    post('/v1/events', { events: Array.from({ length: 500 }, (_, place) => event(n * 500 + place, `${source}-b`)) }),
  'one order': (n, source) =>
    post('/v1/orders', {
      orders: [
        {
          order_id: `${source}-${n}`,
          customer_id: customer(n),
          occurred_at: new Date().toISOString(),
          lines: [0, 1, 2].map((line) => ({ item_id: item(3 * n + line), quantity: 1, unit_price: '2.50' })),
        },
      ],
    }),
  'search of items': (n) => get(`/v1/items?limit=20&query=${['coffee', 'kettle', 'lamp', 'towels'][n % 4]}`),
  'an indicator of a month': () => get('/v1/indicators/net-sales/values?grain=day'),
};

/** A storefront with a marketing system beside it: how many of a hundred requests are which. */
export const usualTraffic: Record<string, number> = {
  'list, customer in memory': 20,
  'list, customer in turn': 20,
  'related items': 10,
  'bought together': 5,
  'page of five placements': 10,
  'one event': 25,
  'one order': 3,
  'coupon decision': 5,
  profile: 2,
};

function get(path: string): Request {
  return { method: 'GET', path };
}

function post(path: string, body: unknown): Request {
  return { method: 'POST', path, body };
}
