import { type Definition, ofAll, sum } from './definition.ts';

const since = '2026-11-28';
const common = { version: 1, class: 'lists', since, exclusions: [] } as const;
/** What every figure of credits leaves out. */
const uncredited = [
  'lines that name no list and whose item was not clicked on one in the seven days before',
  'lists served more than seven days before the event that names them, or fourteen before such a line',
];

export const lists: readonly Definition[] = [
  {
    ...common,
    id: 'list-impressions',
    name: { en: 'Impressions of lists', zh: '推荐曝光数' },
    meaning: {
      en: 'Items seen on a list: impression events that name a list of the log which holds the item.',
      zh: '推荐列表中被看到的商品次数：带有列表标识且该列表含有该商品的曝光事件数。',
    },
    unit: 'count',
    numerator: sum('lists.impressions'),
    denominator: null,
    needs: ['lists'],
  },
  {
    ...common,
    id: 'list-click-rate',
    name: { en: 'Click rate of lists', zh: '推荐点击率' },
    meaning: {
      en: 'Clicks that name a list over the impressions that do.',
      zh: '带有列表标识的点击数除以带有列表标识的曝光数。',
    },
    unit: 'share',
    numerator: sum('lists.clicks'),
    denominator: sum('lists.impressions'),
    needs: ['lists'],
  },
  {
    ...common,
    id: 'list-add-rate',
    name: { en: 'Add rate of lists', zh: '推荐加购率' },
    meaning: {
      en: 'Items put in the cart from a list over its impressions.',
      zh: '从推荐列表加入购物车的次数除以其曝光数。',
    },
    unit: 'share',
    numerator: sum('lists.cart_adds'),
    denominator: sum('lists.impressions'),
    needs: ['lists'],
  },
  {
    ...common,
    id: 'list-orders',
    name: { en: 'Orders from lists', zh: '推荐带来的订单数' },
    meaning: {
      en: 'Orders with a line that came from a list and did not come back: the list that the line names, else the last on which the item was clicked in the seven days before.',
      zh: '含有来自推荐列表且未全部退回的订单行的订单数：以订单行所带列表为准，否则取下单前七天内最后一次点击该商品的列表。',
    },
    unit: 'count',
    numerator: sum('lists.orders'),
    denominator: null,
    exclusions: [...uncredited, 'cancelled orders'],
    needs: ['lists', 'orders'],
  },
  {
    ...common,
    id: 'list-revenue',
    name: { en: 'Revenue from lists', zh: '推荐带来的销售额' },
    meaning: {
      en: 'What the lines that came from lists came to, less what was cancelled or given back since, on the day of the sale; it is not what the lists added.',
      zh: '来自推荐列表的订单行金额，扣除其后取消和退款的部分，计入原销售日；并非推荐带来的增量。',
    },
    unit: 'money',
    numerator: sum('lists.net'),
    denominator: null,
    exclusions: [...uncredited, 'cancelled orders'],
    needs: ['lists', 'orders'],
  },
  {
    ...common,
    id: 'list-margin',
    name: { en: 'Margin from lists', zh: '推荐带来的毛利额' },
    meaning: {
      en: 'The revenue from lists of goods of which the cost is known, less that cost.',
      zh: '推荐带来的销售额中已知成本的部分减去其成本。',
    },
    unit: 'money',
    numerator: sum('lists.costed_net', '-lists.net_cost'),
    denominator: null,
    exclusions: [...uncredited, 'lines without a known cost'],
    needs: ['lists', 'costs_of_goods'],
  },
  {
    ...common,
    id: 'list-revenue-share',
    name: { en: 'Share of revenue from lists', zh: '推荐销售额占比' },
    meaning: {
      en: "Revenue from lists over the whole shop's net sales.",
      zh: '推荐带来的销售额占全店净销售额的比例。',
    },
    unit: 'share',
    numerator: sum('lists.net'),
    denominator: ofAll(sum('sales.net')),
    exclusions: [...uncredited, 'cancelled orders'],
    needs: ['lists', 'orders'],
  },
  {
    ...common,
    id: 'list-assisted-revenue',
    name: { en: 'Revenue that lists assisted in', zh: '推荐辅助的销售额' },
    meaning: {
      en: 'What lines came to that name no list and were clicked on none, of items that a list had shown to the person in the seven days before; apart from the revenue from lists.',
      zh: '订单行未带列表、七天内也未在列表中点击，但其商品在七天内曾由推荐列表展示给该客户的金额；与推荐带来的销售额分开统计。',
    },
    unit: 'money',
    numerator: sum('lists.assisted_net'),
    denominator: null,
    exclusions: ['cancelled orders'],
    needs: ['lists', 'orders'],
  },
];
