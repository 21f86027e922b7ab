import { count, type Family, money, moving } from '../family.ts';
import { givenBack } from './store.ts';

/** What customers send back, on the day of the sale. */
export const returns: Family = {
  name: 'returns',
  version: 1,
  reads: ['order', 'refund'],
  followsItems: true,
  sources: () => [
    moving('orders', ['order', 'refund'], givenBack, [
      {
        by: { channel: 'channel', store: 'store', category: 'category', brand: 'brand', item: 'item_id' },
        hourly: true,
        sums: { orders: count('count(distinct order_key)'), amount: money('sum(amount_minor)') },
      },
    ]),
  ],
};
