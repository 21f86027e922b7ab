import { count, type Family, moving, type Source } from '../family.ts';
import { checkouts, shoppingEvents } from './store.ts';

const adds = {
  item_views: count('count(*) filter (where is_view)'),
  cart_adds: count('count(*) filter (where is_cart_add)'),
};
const viewer = 'case when is_view then visitor end';
const cartUser = 'case when is_cart_add then visitor end';

const sources: readonly Source[] = [
  moving('people', ['event', 'order'], shoppingEvents, [
    {
      by: { device: 'device', category: 'category' },
      hourly: true,
      sums: adds,
      distinct: {
        viewers: viewer,
        ordering_viewers: `case when is_ordered then ${viewer} end`,
        cart_users: cartUser,
        ordering_cart_users: `case when is_ordered then ${cartUser} end`,
        paying_cart_users: `case when is_paid then ${cartUser} end`,
        cart_items: 'case when is_cart_add then item_key end',
      },
    },
    { by: { brand: 'brand', item: 'item_id' }, inAll: false, sums: adds },
  ]),
  moving('people', ['event', 'order'], checkouts, [
    {
      by: { device: 'device' },
      hourly: true,
      distinct: { checkout_users: 'visitor', ordering_checkout_users: 'case when is_ordered then visitor end' },
    },
  ]),
];

/** From looking at goods to the cart and the order: what follows within a day counts on the day on which it began. */
export const shopping: Family = {
  name: 'shopping',
  version: 4,
  reads: ['event', 'order'],
  followsItems: true,
  ordersReachBack: 1,
  sources: () => sources,
};
