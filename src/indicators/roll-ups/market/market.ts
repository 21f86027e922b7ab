import { count, type Family, type Grouping, money } from '../family.ts';
import { figuresBesideOwn, monthsOfSoldItems } from './store.ts';

/** @param of SQL: which rows are counted */
function ofMarket(of: string): Grouping['sums'] {
  const told = (measure: string) => `where whose = 'market' and measure = '${measure}' and ${of}`;
  return {
    sales: money(`sum(value) filter (${told('sales')})`),
    own_sales: money(`sum(own_minor) filter (${told('sales')})`),
    units: count(`sum(value) filter (${told('units')})`),
    own_units: count(`sum(own_units) filter (${told('units')})`),
    users: count(`sum(value) filter (${told('users')})`),
    own_users: count(`sum(own_buyers) filter (${told('users')})`),
  };
}

function rankAmong(of: string): Grouping['sums'] {
  const rivals = `whose <> 'market' and measure = 'sales' and ${of}`;
  return {
    rank: count(`case when count(*) filter (where ${rivals}) > 0
                   then 1 + count(*) filter (where ${rivals} and value > own_minor) end`),
  };
}

function besideCompetitors(of: string): Grouping['sums'] {
  const told = (measure: string) => `where measure = '${measure}' and ${of}`;
  return {
    price_index_points: count(`sum(value) filter (${told('price_index')})`),
    price_indices: count(`count(*) filter (${told('price_index')})`),
    items: count(`sum(value) filter (${told('items')} and shared is not null)`),
    shared_items: count(`sum(shared) filter (${told('items')})`),
  };
}

const ofAllGoods = `category = ''`;
const ofACategory = `category <> ''`;
const ofCompetitors = `whose <> 'market'`;

/** The shop beside the market and its competitors, by month: in all, by category, and by competitor. */
export const market: Family = {
  name: 'market',
  version: 1,
  reads: ['market', 'order', 'refund'],
  ofMonths: true,
  followsItems: true,
  daysOfItems: monthsOfSoldItems,
  sources: ({ minorDigits }) => [
    {
      rows: figuresBesideOwn(minorDigits),
      groupings: [
        {
          by: {},
          sums: {
            ...ofMarket(ofAllGoods),
            ...rankAmong(ofAllGoods),
            ...besideCompetitors(`${ofAllGoods} and ${ofCompetitors}`),
          },
        },
        {
          by: { category: 'category' },
          inAll: false,
          sums: {
            ...ofMarket(ofACategory),
            ...rankAmong(ofACategory),
            ...besideCompetitors(`${ofACategory} and ${ofCompetitors}`),
          },
        },
        { by: { competitor: 'whose' }, inAll: false, sums: besideCompetitors(`${ofAllGoods} and ${ofCompetitors}`)! },
      ],
    },
  ],
};
