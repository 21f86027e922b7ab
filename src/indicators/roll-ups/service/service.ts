import { count, type Family, money, type Source } from '../family.ts';
import { givenBack, opinions } from './store.ts';

const ofItems = { category: 'category', brand: 'brand', item: 'item_id' };

/** What customers say, on the day they say it, and what they send back, on the day of the sale. */
export const service: Family = {
  name: 'service',
  version: 1,
  reads: ['event', 'order', 'refund'],
  followsItems: true,
  sources: (): Source[] => [
    {
      rows: opinions,
      groupings: [
        {
          by: ofItems,
          hourly: true,
          sums: {
            reviews: count(`count(*) filter (where type = 'review')`),
            rating_points: count(`sum(rating) filter (where type = 'review')`),
            bad_reviews: count(`count(*) filter (where type = 'review' and rating <= 2)`),
          },
        },
        {
          by: { ...ofItems, reason: 'topic' },
          hourly: true,
          sums: { complaints: count(`count(*) filter (where type = 'complaint')`) },
        },
      ],
    },
    {
      rows: givenBack,
      groupings: [
        {
          by: { channel: 'channel', store: 'store', ...ofItems },
          hourly: true,
          sums: {
            refunded_orders: count('count(distinct order_key)'),
            given_back: money('sum(amount_minor)'),
          },
        },
      ],
    },
  ],
};
