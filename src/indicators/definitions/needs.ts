/** Kinds of facts without which some indicators are unknown: the measure that tells that some came, and what is said where none did. */
export const needs = {
  orders: { measure: 'sales.orders', reason: 'No order has come.' },
  customers: { measure: 'customers.orders', reason: 'No order that names a customer has come.' },
  costs_of_goods: { measure: 'sales.costed_lines', reason: 'No cost is known of anything sold.' },
  events: { measure: 'traffic.visitors', reason: 'No event of a visitor has come.' },
  lists: { measure: 'lists.facts', reason: 'No event or order line has named a list.' },
  members: { measure: 'traffic.active_members', reason: 'No event or order that names a customer has come.' },
  registrations: { measure: 'traffic.registrations', reason: 'No customer has come with the time of registration.' },
  item_views: { measure: 'shopping.item_views', reason: 'No view or click of an item has come.' },
  cart_adds: { measure: 'shopping.cart_adds', reason: 'No cart_add event has come.' },
  checkouts: { measure: 'shopping.checkout_users', reason: 'No checkout_start event has come.' },
  stock: { measure: 'goods.skus', reason: 'No stock of any goods is known.' },
  costs_of_stock: {
    measure: 'goods.costed_skus',
    reason: 'No cost is known of anything whose stock is known.',
    isOfPeriod: true,
  },
  exclusive_goods: {
    measure: 'goods.skus_told_exclusive',
    reason: 'No item on line whose stock is known has the attribute exclusive.',
    isOfPeriod: true,
  },
  page_views: { measure: 'traffic.page_views', reason: 'No page_view event has come.' },
  reviews: { measure: 'service.reviews', reason: 'No review has come.' },
  complaints: { measure: 'service.complaints', reason: 'No complaint has come.' },
  tagged_views: { measure: 'campaigns.visitors', reason: 'No page_view with the tag of a campaign has come.' },
  costs: { measure: 'costs.told', reason: 'No costs were told of the period.', isOfPeriod: true, isOfAll: true },
  campaign_costs: {
    measure: 'costs.told_of_campaigns',
    reason: 'No cost of a campaign was told of the period.',
    isOfPeriod: true,
  },
  coupons: { measure: 'coupons.issued', reason: 'No coupon was issued to a customer.' },
  redemptions: { measure: 'coupons.redemptions', reason: 'No coupon was redeemed.' },
  effects: {
    measure: 'effects.measured',
    reason:
      'Nothing was measured of the campaign: it has no control, too few customers in an arm, or did not run in the period.',
    isOfPeriod: true,
  },
  customer_values: {
    measure: 'value.customers',
    reason: 'What customers are expected to bring is known of the running period only, once it has been learnt.',
    isOfPeriod: true,
  },
  customer_revenue: {
    measure: 'value.valued',
    reason:
      'No version that tells what customers are expected to spend is published, or the period is not the running one.',
    isOfPeriod: true,
  },
  second_orders: { measure: 'gaps.known', reason: 'No customer had ordered twice by then.', isOfPeriod: true },
  refunds: { measure: 'sales.refunds', reason: 'No refund has come.' },
  failed_codes: {
    measure: 'codes.known',
    reason: 'No coupon code had been tried in vain by then, or nobody counted it.',
    isOfPeriod: true,
    isOfAll: true,
  },
  ad_impressions: { measure: 'costs.impressions', reason: 'No impressions were told with costs.' },
  ad_clicks: { measure: 'costs.clicks', reason: 'No clicks were told with costs.' },
  market_sales: { measure: 'market.sales', reason: 'No sales of the market were told of the month.', isOfPeriod: true },
  market_units: {
    measure: 'market.units',
    reason: 'No units sold in the market were told of the month.',
    isOfPeriod: true,
  },
  market_users: { measure: 'market.users', reason: 'No users of the market were told of the month.', isOfPeriod: true },
  competitors_sales: {
    measure: 'market.rank',
    reason: 'No sales of a competitor were told of the month.',
    isOfPeriod: true,
  },
  competitors_prices: {
    measure: 'market.price_indices',
    reason: 'No price index of a competitor was told of the month.',
    isOfPeriod: true,
  },
  competitors_items: {
    measure: 'market.items',
    reason: 'No items with shared_items of a competitor were told of the month.',
    isOfPeriod: true,
  },
} as const satisfies Record<string, NeededFacts>;

export interface NeededFacts {
  measure: string;
  reason: string;
  /** true: they are needed of each period and member by itself; else since when is enough */
  isOfPeriod?: boolean;
  /** true: of each period, but of the whole shop */
  isOfAll?: boolean;
}

export type Need = keyof typeof needs;
