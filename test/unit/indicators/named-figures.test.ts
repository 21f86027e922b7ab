import { expect, test } from '@jest/globals';
import { dimensionsOf, findDefinition } from '../../../src/indicators/index.ts';

/** Figures that a shop is steered by, class by class, each with its indicator, and what it must be parted by. */
const figures: Record<string, Record<string, string>> = {
  overall: {
    ...{ visitors: 'visitors', 'page views': 'page-views', 'views a visitor': 'views-per-visitor' },
    ...{ 'orders placed': 'orders-placed', 'ordering visitors over visitors': 'visit-to-order-conversion' },
    ...{ 'turnover placed (GMV)': 'turnover-placed', 'sales paid': 'sales-paid' },
    ...{
      'net sales, less discounts and refunds': 'net-sales by segment',
      'average order value': 'average-order-value',
    },
    ...{ 'gross profit': 'gross-profit', 'gross margin': 'gross-margin', 'pieces placed': 'units-placed' },
  },
  traffic: {
    ...{ 'cost of a visitor': 'cost-per-visitor', 'bounce rate': 'bounce-rate', 'mean dwell': 'mean-dwell' },
    ...{ 'pages a session': 'pages-per-session', 'share of new visitors': 'share-of-new-visitors' },
    ...{ registrations: 'registrations', 'active members': 'active-members', 'and their rate': 'active-member-rate' },
    ...{ 'member repurchase rate': 'member-repurchase-rate', 'orders a member': 'orders-per-member' },
    ...{ 'member retention by cohort': 'retention-by-cohort by cohort' },
  },
  conversion: {
    ...{ 'cart adds': 'cart-adds', 'cart users': 'cart-users', 'cart items': 'cart-items' },
    ...{ 'add-to-cart rate': 'add-to-cart-rate', 'cart-to-pay': 'cart-to-pay-rate' },
    ...{ 'abandonment with its window': 'cart-abandonment-rate', 'browse-to-order': 'browse-to-order-rate' },
    ...{ 'order-to-pay': 'order-to-pay-rate', 'paid amount': 'sales-paid', 'paid buyers': 'paying-customers' },
    ...{ 'paid items': 'paid-units' },
  },
  'customer value': {
    ...{ customers: 'customers by segment', new: 'new-customers', lost: 'lost-customers' },
    ...{ 'acquisition cost': 'acquisition-cost', 'unit price of new customers': 'unit-price-of-new-customers' },
    ...{ 'repurchase rate with its window': 'repurchase-rate', 'days between orders': 'days-between-orders' },
    ...{ 'their median': 'median-days-between-orders', consumption: 'consumption' },
    ...{ R: 'recency', F: 'frequency', M: 'consumption', 'expected value': 'expected-value by segment' },
    churn: 'churn-rate',
  },
  'goods and supply': {
    ...{ 'SKU on line': 'skus-on-line', 'sell-through': 'sell-through-rate', 'stock-out rate': 'stock-out-rate' },
    ...{ 'turnover of stock': 'stock-turnover', 'days of supply': 'days-of-supply' },
    ...{ 'return rate': 'return-rate-of-goods by item', 'first-listing sales': 'first-listing-sales' },
    ...{ 'brand stock': 'stock-units by brand', 'share of exclusive goods': 'share-of-exclusive-goods' },
  },
  campaigns: {
    ...{ reach: 'campaign-reach by campaign', clicks: 'campaign-clicks by campaign' },
    ...{ 'click rate': 'campaign-click-rate by campaign', 'cost a click': 'cost-per-click by campaign' },
    ...{ visitors: 'campaign-visitors by campaign', registrations: 'campaign-registrations by campaign' },
    ...{ orders: 'campaign-orders by campaign', conversion: 'campaign-conversion by campaign' },
    ...{ 'redemption rate': 'coupon-redemption-rate by coupon_campaign' },
    ...{ 'discount cost': 'coupon-discount-cost by coupon_campaign' },
    ...{ 'ROI attributed': 'campaign-roi-attributed by campaign' },
    ...{ 'ROI incremental': 'coupon-roi-incremental by coupon_campaign' },
    ...{ 'cost of an incremental order': 'cost-per-incremental-order by coupon_campaign' },
  },
  risk: {
    ...{ 'reviews a buyer': 'reviews-per-buyer', 'mean rating': 'mean-rating' },
    ...{ 'share of bad reviews': 'bad-review-share', 'and its rise': 'bad-review-rise' },
    ...{ 'complaints an order': 'complaints-per-order', 'refund rate': 'refunded-orders-share' },
    ...{ 'refund reasons': 'refunds by reason', 'refunds on their own day': 'refunded-amount by reason' },
    ...{ 'failed codes': 'failed-codes by reason', 'reversals a customer': 'coupon-reversals-per-customer' },
  },
  market: {
    ...{ share: 'market-share by category', 'growth against the market': 'growth-against-market' },
    ...{ 'share of users': 'user-share', rank: 'market-rank', 'price index': 'price-index by competitor' },
    'assortment overlap': 'assortment-overlap by competitor',
  },
};

// Would see: an indicator that goes, or is told by less than it was.
test.each(Object.entries(figures))('%s: each figure has its indicator', (_, named) => {
  const missing = Object.entries(named).filter(([, asked]) => {
    const [id, by] = asked.split(' by ');
    const definition = findDefinition(id);
    return !definition || (by !== undefined && !dimensionsOf(definition).some((dimension) => dimension === by));
  });
  expect(missing).toEqual([]);
});
