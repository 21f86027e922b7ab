import { type Definition, sum } from './definition.ts';

const since = '2026-11-28';
const common = { version: 1, class: 'risk', since, exclusions: [] } as const;

const badReviews = { numerator: sum('service.bad_reviews'), denominator: sum('service.reviews') };

export const risk: readonly Definition[] = [
  {
    ...common,
    id: 'reviews-per-buyer',
    name: { en: 'Reviews a buyer', zh: '人均评价数' },
    meaning: {
      en: 'Reviews written in the period over the distinct customers who placed an order in it.',
      zh: '统计期内的评价数除以同期下单的去重顾客数。',
    },
    unit: 'ratio',
    numerator: sum('service.reviews'),
    denominator: sum('customers.buyers'),
    exclusions: ['orders that name no customer'],
    needs: ['reviews', 'orders'],
  },
  {
    ...common,
    id: 'mean-rating',
    name: { en: 'Mean rating', zh: '平均评分' },
    meaning: {
      en: 'Mean of the ratings, from 1 to 5, of the reviews written in the period.',
      zh: '统计期内所写评价的评分（1 至 5 分）的平均值。',
    },
    unit: 'points',
    numerator: sum('service.rating_points'),
    denominator: sum('service.reviews'),
    needs: ['reviews'],
  },
  {
    ...common,
    id: 'bad-review-share',
    name: { en: 'Share of bad reviews', zh: '差评率' },
    meaning: {
      en: 'Share of the reviews written in the period whose rating is 1 or 2.',
      zh: '统计期内评分为 1 分或 2 分的评价占全部评价的比例。',
    },
    unit: 'share',
    ...badReviews,
    needs: ['reviews'],
  },
  {
    ...common,
    id: 'bad-review-rise',
    name: { en: 'Rise of the share of bad reviews', zh: '差评率环比升幅' },
    meaning: {
      en: 'By what part the share of bad reviews is above that of the period before, and below it where negative.',
      zh: '差评率相对上一统计期的变动幅度，正值为上升，负值为下降。',
    },
    unit: 'share',
    ...badReviews,
    change: 'previous',
    grains: ['day', 'week', 'month'],
    exclusions: ['periods with no review, or no bad one in the period before'],
    needs: ['reviews'],
  },
  {
    ...common,
    id: 'complaints',
    name: { en: 'Complaints', zh: '投诉数' },
    meaning: {
      en: 'Complaints made in the period; by reason, what each says it is about.',
      zh: '统计期内的投诉数；按原因查看时以投诉所述主题为准。',
    },
    unit: 'count',
    numerator: sum('service.complaints'),
    denominator: null,
    needs: ['complaints'],
  },
  {
    ...common,
    id: 'complaints-per-order',
    name: { en: 'Complaints an order', zh: '订单投诉率' },
    meaning: {
      en: 'Complaints made in the period over the orders placed in it.',
      zh: '统计期内的投诉数除以同期下单量。',
    },
    unit: 'ratio',
    numerator: sum('service.complaints'),
    denominator: sum('sales.orders'),
    needs: ['complaints', 'orders'],
  },
  {
    ...common,
    id: 'refunded-orders-share',
    name: { en: 'Refund rate by orders', zh: '退款率（按订单）' },
    meaning: {
      en: 'Share of the orders placed in the period of which anything was given back since, on the day of the sale.',
      zh: '统计期内所下订单中其后发生过退款的订单占比，退款回溯计入原下单日。',
    },
    unit: 'share',
    numerator: sum('returns.orders'),
    denominator: sum('sales.orders'),
    needs: ['orders'],
  },
  {
    ...common,
    id: 'refunded-money-share',
    name: { en: 'Refund rate by money', zh: '退款率（按金额）' },
    meaning: {
      en: 'What was given back since of the orders placed in the period over their turnover, on the day of the sale.',
      zh: '统计期内所下订单其后退款的金额占其成交总额的比例，退款回溯计入原下单日。',
    },
    unit: 'share',
    numerator: sum('returns.amount'),
    denominator: sum('sales.placed'),
    exclusions: ['cancelled orders that were not refunded', 'shipping'],
    needs: ['orders'],
  },
  {
    ...common,
    id: 'coupon-reversals-per-customer',
    name: { en: 'Coupon reversals a customer', zh: '人均优惠券撤销次数' },
    meaning: {
      en: 'Reversals of redemptions, by their own day, over the distinct customers who redeemed a coupon in the period.',
      zh: '统计期内按撤销日统计的核销撤销次数除以同期核销优惠券的去重顾客数。',
    },
    unit: 'ratio',
    numerator: sum('coupons.reversals'),
    denominator: sum('coupons.redeemers'),
    exclusions: ['redemptions that name no customer, in the denominator'],
    needs: ['redemptions'],
  },
];
