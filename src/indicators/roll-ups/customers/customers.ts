import { count, type Family, money, moving, type Source } from '../family.ts';
import { customersOrders, customersSince, selectHangingDays, selectHangingDaysOf, silentDays } from './store.ts';

const sources: readonly Source[] = [
  moving('people', ['order'], customersOrders, [
    {
      by: { channel: 'channel', store: 'store' },
      hourly: true,
      sums: {
        orders: count('count(*)'),
        amount: money('sum(total_minor)'),
        new: count('count(*) filter (where number = 1)'),
        first_amount: money('sum(total_minor) filter (where number = 1)'),
        second_orders: count('count(*) filter (where number = 2)'),
        gaps: count('count(*) filter (where number > 1)'),
        gap_days: count('sum(days_since_previous) filter (where number > 1)'),
      },
      distinct: {
        buyers: 'customer_key',
        recent_buyers: `case when previous_at >= at - interval '${24 * silentDays} hours' then customer_key end`,
      },
    },
    {
      by: {},
      sums: {
        // Summed up to a day it is the sum over customers of the time of their last order, in days since 1970.
        last_order_days: count('sum(days_since_previous)'),
        activated: count(
          `count(distinct customer_key) filter (where previous_day is null or previous_day + ${silentDays} < day)`,
        ),
      },
    },
    {
      by: { cohort: 'cohort' },
      sums: { cohort_size: count('count(*) filter (where number = 1)') },
      distinct: { buyers_of_cohort: 'customer_key' },
    },
  ]),
  moving('people', ['order'], customersSince, [
    {
      by: {},
      sums: { lost: count('count(*) filter (where not has_returned)') },
      distinct: {
        due_to_return: 'customer_key',
        returned: 'case when has_returned then customer_key end',
      },
    },
  ]),
];

/** Customers by the orders that name them: first and later ones, the time between, who stays away. */
export const customers: Family = {
  name: 'customers',
  version: 2,
  reads: ['order'],
  // Who is lost becomes it by time alone.
  everyDay: true,
  hangingDays: selectHangingDays,
  hangingDaysOfFacts: selectHangingDaysOf,
  sources: () => sources,
};
