import { type Definition, sum } from './definition.ts';

const common = { version: 1, class: 'campaigns', since: '2026-11-28', exclusions: [] } as const;

/** What figures of tagged visits leave out. */
const untagged = ['what is done more than seven days after the last page view with a tag'];
const notOnline = [...untagged, 'orders of the channels store and phone'];

export const campaigns: readonly Definition[] = [
  {
    ...common,
    id: 'campaign-reach',
    name: { en: 'Reach of campaigns', zh: '活动触达（曝光数）' },
    meaning: {
      en: 'How often campaigns were shown, as the ad seller counts it, by the days of the costs.',
      zh: '活动广告被展示的次数，按广告方统计并随费用按日计入。',
    },
    unit: 'count',
    numerator: sum('costs.impressions'),
    denominator: null,
    needs: ['ad_impressions'],
  },
  {
    ...common,
    id: 'campaign-clicks',
    name: { en: 'Clicks on campaigns', zh: '活动点击数' },
    meaning: {
      en: 'How often campaigns were clicked, as the ad seller counts it, by the days of the costs.',
      zh: '活动广告被点击的次数，按广告方统计并随费用按日计入。',
    },
    unit: 'count',
    numerator: sum('costs.clicks'),
    denominator: null,
    needs: ['ad_clicks'],
  },
  {
    ...common,
    id: 'campaign-click-rate',
    name: { en: 'Click rate of campaigns', zh: '活动点击率' },
    meaning: {
      en: 'Clicks over impressions, of costs that tell both.',
      zh: '点击数除以曝光数，仅计同时告知两者的费用记录。',
    },
    unit: 'share',
    numerator: sum('costs.clicks_of_impressions'),
    denominator: sum('costs.impressions_with_clicks'),
    needs: ['ad_impressions', 'ad_clicks'],
  },
  {
    ...common,
    id: 'cost-per-click',
    name: { en: 'Cost a click', zh: '单次点击成本' },
    meaning: {
      en: 'Costs that tell clicks over these clicks.',
      zh: '告知点击数的费用除以其点击数。',
    },
    unit: 'money',
    numerator: sum('costs.amount_of_clicks'),
    denominator: sum('costs.clicks'),
    needs: ['ad_clicks'],
  },
  {
    ...common,
    id: 'campaign-visitors',
    name: { en: 'Visitors by campaigns', zh: '活动访客数' },
    meaning: {
      en: 'Distinct visitors who did anything in the period within seven days of a page view with a campaign tag, by the last tag.',
      zh: '统计期内在带活动标记的页面浏览后七天内有行为的去重访客数，按最后一个标记归属。',
    },
    unit: 'count',
    numerator: sum('campaigns.visitors'),
    denominator: null,
    exclusions: untagged,
    needs: ['tagged_views'],
  },
  {
    ...common,
    id: 'campaign-registrations',
    name: { en: 'Registrations by campaigns', zh: '活动注册数' },
    meaning: {
      en: 'Customers who registered within seven days of a page view with a campaign tag, their own or of a visitor who was seen as them that day, by the last tag.',
      zh: '在带活动标记的页面浏览后七天内注册的顾客数（标记属本人，或属当天识别为本人的访客），按最后一个标记归属。',
    },
    unit: 'count',
    numerator: sum('campaigns.registrations'),
    denominator: null,
    exclusions: untagged,
    needs: ['tagged_views'],
  },
  {
    ...common,
    id: 'campaign-orders',
    name: { en: 'Orders by campaigns', zh: '活动订单数' },
    meaning: {
      en: 'Orders placed within seven days of a page view with a campaign tag, of the same visitor or customer or of a visitor who was seen as them that day, by the last tag.',
      zh: '在带活动标记的页面浏览后七天内所下的订单数（标记属同一访客或会员，或属当天识别为该会员的访客），按最后一个标记归属。',
    },
    unit: 'count',
    numerator: sum('campaigns.orders'),
    denominator: null,
    exclusions: notOnline,
    needs: ['tagged_views', 'orders'],
  },
  {
    ...common,
    id: 'campaign-conversion',
    name: { en: 'Conversion of campaigns', zh: '活动转化率' },
    meaning: {
      en: 'Share of the visitors by campaigns who placed an order that counts for the campaign.',
      zh: '活动访客中下了归属该活动的订单者所占比例。',
    },
    unit: 'share',
    numerator: sum('campaigns.ordering_visitors'),
    denominator: sum('campaigns.visitors'),
    exclusions: notOnline,
    needs: ['tagged_views', 'orders'],
  },
  {
    ...common,
    id: 'campaign-sales',
    name: { en: 'Net sales by campaigns', zh: '活动净销售额' },
    meaning: {
      en: 'What the orders by campaigns came to, less what was cancelled or given back of them since, on the day of the sale; it is not what the campaign added.',
      zh: '活动订单金额，扣除其后取消和退款的部分，计入原销售日；并非活动带来的增量。',
    },
    unit: 'money',
    numerator: sum('campaigns.net'),
    denominator: null,
    exclusions: [...notOnline, 'cancelled orders', 'shipping'],
    needs: ['tagged_views', 'orders'],
  },
  {
    ...common,
    id: 'cost-per-campaign-order',
    name: { en: 'Cost of an order by campaigns', zh: '活动单均获取成本' },
    meaning: {
      en: 'What was spent on campaigns over the orders by campaigns.',
      zh: '活动费用除以活动订单数。',
    },
    unit: 'money',
    numerator: sum('costs.campaign_amount'),
    denominator: sum('campaigns.orders'),
    exclusions: notOnline,
    needs: ['campaign_costs', 'tagged_views', 'orders'],
  },
  {
    ...common,
    id: 'campaign-roi-attributed',
    name: { en: 'Return on campaigns, attributed', zh: '活动投资回报率（归因）' },
    meaning: {
      en: 'Gross profit of the orders by campaigns less what was spent, over what was spent; it counts as earned what would have been bought anyway.',
      zh: '活动订单毛利额减去活动费用后与活动费用之比；本来也会发生的购买同样计入。',
    },
    unit: 'ratio',
    numerator: sum('campaigns.costed_net', '-campaigns.net_cost', '-costs.campaign_amount'),
    denominator: sum('costs.campaign_amount'),
    exclusions: [...notOnline, 'cancelled orders', 'lines without a known cost'],
    needs: ['campaign_costs', 'tagged_views', 'costs_of_goods'],
  },
];
