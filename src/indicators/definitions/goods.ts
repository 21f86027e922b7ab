import { type Definition, over, sum } from './definition.ts';

const since = '2026-11-28';
const common = { version: 1, class: 'goods', since, exclusions: ['services and postage'] } as const;
const grains = ['day', 'week', 'month'] as const;
const stock = {
  ...common,
  grains,
  exclusions: ['services and postage', 'items whose stock was never told'],
  needs: ['stock'],
} as const;

/** What figures of goods on line leave out. */
const onLine = [...stock.exclusions, 'goods that are hidden now, or not available at the end of the day'];

export const goods: readonly Definition[] = [
  {
    ...stock,
    id: 'skus-on-line',
    name: { en: 'SKUs on line', zh: '在架有货 SKU 数' },
    meaning: { en: "Goods with stock at the period's end, or now.", zh: '统计期末（或当前）有库存的商品数。' },
    unit: 'count',
    exclusions: onLine,
    numerator: sum('goods.skus_in_stock'),
    denominator: null,
  },
  {
    ...stock,
    id: 'sell-through-rate',
    name: { en: 'Sell-through', zh: '售罄率' },
    meaning: {
      en: 'Pieces sold in the period over these and the pieces in stock at its end.',
      zh: '统计期内售出件数占售出件数与期末库存件数之和的比例。',
    },
    unit: 'share',
    numerator: sum('goods.sold_stocked_units'),
    denominator: sum('goods.sold_stocked_units', 'goods.stock_units'),
    exclusions: [...stock.exclusions, 'cancelled orders'],
    needs: ['stock', 'orders'],
  },
  {
    ...stock,
    id: 'stock-out-rate',
    name: { en: 'Stock-out rate', zh: '缺货率' },
    meaning: {
      en: 'Share of the time of all goods, in item-days, in which nothing was in stock.',
      zh: '全部商品在架时间（商品·天）中库存为零的比例。',
    },
    unit: 'share',
    numerator: sum('goods.sold_out_days'),
    denominator: sum('goods.item_days'),
    exclusions: onLine,
  },
  {
    ...stock,
    id: 'stock-turnover',
    name: { en: 'Turnover of stock', zh: '库存周转率' },
    meaning: {
      en: 'Cost of what was sold in the period and kept over the mean value of the stock on its days, at the costs of now.',
      zh: '统计期内已售商品成本（扣除退货）除以期内日均库存金额（按当前成本计）。',
    },
    unit: 'ratio',
    numerator: sum('goods.sold_stocked_cost'),
    denominator: over('mean', sum('goods.stock_value')),
    exclusions: [...stock.exclusions, 'cancelled orders', 'lines and items without a known cost'],
    needs: ['stock', 'costs_of_goods'],
  },
  {
    ...stock,
    id: 'days-of-supply',
    name: { en: 'Days of supply', zh: '库存可售天数' },
    meaning: {
      en: "Pieces in stock at the period's end over the pieces sold on a mean day of it.",
      zh: '统计期末库存件数除以期内日均售出件数。',
    },
    unit: 'days',
    numerator: sum('goods.stock_units'),
    denominator: over('mean', sum('goods.sold_stocked_units')),
    exclusions: [...stock.exclusions, 'cancelled orders'],
    needs: ['stock', 'orders'],
  },
  {
    ...stock,
    id: 'stock-units',
    name: { en: 'Pieces in stock', zh: '库存件数' },
    meaning: {
      en: "Pieces in stock at the period's end, or now; by brand the brand's stock.",
      zh: '统计期末（或当前）的库存件数；按品牌查看即品牌库存。',
    },
    unit: 'count',
    numerator: sum('goods.stock_units'),
    denominator: null,
  },
  {
    ...stock,
    id: 'stock-value',
    name: { en: 'Value of the stock', zh: '库存金额' },
    meaning: {
      en: "What is in stock at the period's end, or now, at the costs of now.",
      zh: '统计期末（或当前）库存按当前成本计的金额。',
    },
    unit: 'money',
    numerator: sum('goods.stock_value'),
    denominator: null,
    exclusions: [...stock.exclusions, 'items without a known cost'],
    needs: ['stock', 'costs_of_stock'],
  },
  {
    ...stock,
    id: 'share-of-exclusive-goods',
    name: { en: 'Share of exclusive goods', zh: '独家商品占比' },
    meaning: {
      en: 'Of the goods with stock the share whose attribute `exclusive` is true.',
      zh: '有库存商品中属性 exclusive 为真者所占比例。',
    },
    unit: 'share',
    numerator: sum('goods.exclusive_skus'),
    denominator: sum('goods.skus_in_stock'),
    exclusions: onLine,
    needs: ['stock', 'exclusive_goods'],
  },
  {
    ...common,
    id: 'return-rate-of-goods',
    name: { en: 'Return rate', zh: '退货率' },
    meaning: {
      en: 'Of the pieces sold in the period the share that has been given back since, on the day of the sale.',
      zh: '统计期内售出件数中其后被退回的比例，退货回溯计入原销售日。',
    },
    unit: 'share',
    numerator: sum('sales.returned_units'),
    denominator: sum('sales.units'),
    exclusions: ['services and postage', 'cancelled orders'],
    needs: ['orders'],
  },
  {
    ...common,
    id: 'first-listing-sales',
    name: { en: 'Sales of new goods', zh: '新品首销额' },
    meaning: {
      en: 'What goods came to that were sold in the 30 days after they became available, as the catalogue says.',
      zh: '商品上架（以目录中的可售起始时间为准）后 30 天内的销售额。',
    },
    unit: 'money',
    numerator: sum('sales.first_listing'),
    denominator: null,
    exclusions: ['services and postage', 'items of which the catalogue does not say since when they are available'],
    needs: ['orders'],
  },
];
