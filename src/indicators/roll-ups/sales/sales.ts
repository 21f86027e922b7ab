import type { Family } from '../family.ts';
import { count, money, moving } from '../family.ts';
import { cancelledOrders, daysOfPaidItems, paidOrders, placedOrders, refundedLines, soldLines } from './store.ts';

const units = 'quantity * is_product::int';
const keptAmount = 'kept * (amount_minor - refunded_minor)';
const keptCost = 'kept * unit_cost_minor * (quantity - refunded_quantity)';

const ofLines = {
  units_placed: count(`sum(${units})`),
  /** of orders that were not cancelled */
  units: count(`sum(kept * ${units})`),
  returned_units: count('sum(kept * refunded_quantity * is_product::int)'),
  first_listing: money('sum(amount_minor) filter (where is_product and is_new)'),
  /** lines of known cost, what is left of them, and that cost, which is rounded once a line */
  costed_lines: count('count(unit_cost_minor)'),
  costed_net: money(`sum(${keptAmount}) filter (where unit_cost_minor is not null)`),
  net_cost: money(`sum(round(${keptCost}))`),
};

/** Orders by the day on which they were placed, which refunds and cancellations restate; payments and refunds by their own days. */
export const sales: Family = {
  name: 'sales',
  version: 6,
  reads: ['order', 'refund'],
  followsItems: true,
  daysOfItems: daysOfPaidItems,
  sources: ({ minorDigits }) => [
    moving('orders', ['order', 'refund'], placedOrders, [
      {
        by: { channel: 'channel', store: 'store' },
        hourly: true,
        sums: {
          orders: count('count(*)'),
          paid_of_placed: count('count(*) filter (where is_paid)'),
          placed: money('sum(total_minor)'),
          net: money('sum(case when is_cancelled then 0 else total_minor - refunded_minor end)'),
        },
      },
    ]),
    moving('orders', ['order', 'refund'], (facts) => soldLines(minorDigits, facts), [
      { by: { channel: 'channel', store: 'store' }, hourly: true, sums: ofLines },
      {
        by: { category: 'category', brand: 'brand', item: 'item_id' },
        inAll: false,
        sums: {
          ...ofLines,
          orders: count('count(distinct order_key)'),
          placed: money('sum(amount_minor)'),
          net: money(`sum(${keptAmount})`),
        },
      },
    ]),
    moving('orders', ['order'], paidOrders, [
      {
        by: { channel: 'channel', store: 'store' },
        hourly: true,
        sums: { paid_orders: count('count(*)'), paid: money('sum(total_minor)'), paid_units: count('sum(units)') },
        distinct: { paying_buyers: 'customer_key' },
      },
    ]),
    moving('orders', ['order'], cancelledOrders, [
      {
        by: { channel: 'channel', store: 'store' },
        hourly: true,
        sums: { cancelled_orders: count('count(*)'), cancelled: money('sum(total_minor)') },
      },
    ]),
    moving('orders', ['refund'], refundedLines, [
      {
        by: {
          ...{ channel: 'channel', store: 'store', reason: 'reason' },
          ...{ category: 'category', brand: 'brand', item: 'item_id' },
        },
        hourly: true,
        sums: {
          refunds: count('count(distinct refund_key)'),
          refunded: money('sum(amount_minor)'),
          refunded_units: count(`sum(${units})`),
        },
      },
    ]),
  ],
};
