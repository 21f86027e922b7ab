import { type Definition, sum } from './definition.ts';

const common = { version: 1, class: 'market', since: '2026-11-28', exclusions: [], grains: ['month'] } as const;
/** What every figure of the shop's own sales beside the market's leaves out. */
const notSold = ['cancelled orders, and what was given back since', 'shipping'];

const share = { numerator: sum('market.own_sales'), denominator: sum('market.sales') };

export const market: readonly Definition[] = [
  {
    ...common,
    id: 'market-share',
    name: { en: 'Market share', zh: '市场份额' },
    meaning: {
      en: "The shop's net sales of the month over those of the whole market, of all goods or of a category with those below it.",
      zh: '当月店铺净销售额占整个市场销售额的比例，可看全部商品或某一品类（含其下级品类）。',
    },
    unit: 'share',
    ...share,
    exclusions: notSold,
    needs: ['market_sales'],
  },
  {
    ...common,
    id: 'market-share-by-units',
    name: { en: 'Market share by units', zh: '市场份额（按件数）' },
    meaning: {
      en: 'Units that the shop sold in the month, less those that came back, over the units that the market sold.',
      zh: '当月店铺售出件数（扣除退货）占整个市场售出件数的比例。',
    },
    unit: 'share',
    numerator: sum('market.own_units'),
    denominator: sum('market.units'),
    exclusions: ['services and postage', 'cancelled orders'],
    needs: ['market_units'],
  },
  {
    ...common,
    id: 'growth-against-market',
    name: { en: 'Growth against the market', zh: '相对市场增长率' },
    meaning: {
      en: "By what part the shop's sales grew faster than the market's since the month before, slower where negative: the change of its market share.",
      zh: '与上月相比，店铺销售额增长快于市场的幅度（即市场份额的变动率），负值表示慢于市场。',
    },
    unit: 'share',
    ...share,
    change: 'previous',
    exclusions: notSold,
    needs: ['market_sales'],
  },
  {
    ...common,
    id: 'user-share',
    name: { en: 'Share of users', zh: '用户占有率' },
    meaning: {
      en: 'Distinct customers who bought in the month over the users who bought anywhere in the market.',
      zh: '当月在本店购买的去重客户数占整个市场购买用户数的比例。',
    },
    unit: 'share',
    numerator: sum('market.own_users'),
    denominator: sum('market.users'),
    exclusions: ['orders that name no customer', 'cancelled orders'],
    needs: ['market_users'],
  },
  {
    ...common,
    id: 'market-rank',
    name: { en: 'Rank', zh: '市场排名' },
    meaning: {
      en: "The shop's place by net sales of the month among the competitors whose sales have been told: one more than those with more.",
      zh: '当月净销售额在已知销售额的竞争对手中的名次：销售额高于本店的对手数加一。',
    },
    unit: 'count',
    numerator: sum('market.rank'),
    denominator: null,
    exclusions: ['competitors of whom nobody has told'],
    needs: ['competitors_sales'],
  },
  {
    ...common,
    id: 'price-index',
    name: { en: 'Price index of competitors', zh: '竞品价格指数' },
    meaning: {
      en: "Mean price level of the competitors for the same goods where the shop's is 100, so that above 100 the shop is cheaper.",
      zh: '以本店价格为 100 时竞争对手同款商品价格水平的平均值，高于 100 表示本店更便宜。',
    },
    unit: 'points',
    numerator: sum('market.price_index_points'),
    denominator: sum('market.price_indices'),
    needs: ['competitors_prices'],
  },
  {
    ...common,
    id: 'assortment-overlap',
    name: { en: 'Assortment overlap', zh: '商品重合度' },
    meaning: {
      en: 'Share of the items that competitors have on offer which the shop has too.',
      zh: '竞争对手在售商品中本店也在售的比例。',
    },
    unit: 'share',
    numerator: sum('market.shared_items'),
    denominator: sum('market.items'),
    exclusions: ['competitors of whom shared_items were not told'],
    needs: ['competitors_items'],
  },
];
