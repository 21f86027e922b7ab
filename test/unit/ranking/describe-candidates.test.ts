import { expect, test } from '@jest/globals';
import { createKernels } from '../../../models/kernels/index.ts';
import { trees as treeKernels } from '../../../models/kernels/sets/trees.ts';
import { seededRandom } from '../../../models/random.ts';
import {
  type CandidatesToDescribe,
  columnNames,
  columnsAsked,
  createCandidateDescriber,
  createOrderReasons,
  createRowScorer,
  describerBytes,
  type Knowledge,
  knowledgeOf,
  noTrees,
  orderReasonsBytes,
  type RankingFacts,
  rowScorerBytes,
  type TreeTable,
} from '../../../models/ranking/index.ts';

const [itemCount, customerCount, most] = [30, 12, 25];
const names = columnNames(['last_basket', 'rp3beta']);
const random = seededRandom(11);
const draw = (end: number) => Math.floor(random() * end);

interface Line {
  readonly customer: number;
  readonly item: number;
  readonly order: number;
  readonly age: number;
  readonly price: number;
}

/** Orders of a few goods at a time; the last customer has none, the last item is never sold, and some lines have no price. */
const lines: Line[] = Array.from({ length: 70 }, (_, order) => ({
  customer: draw(customerCount - 1),
  order,
  age: random() * 200,
}))
  .flatMap((order) => Array.from({ length: 1 + draw(5) }, () => ({ ...order, item: draw(itemCount - 1) })))
  .map((line) => ({ ...line, price: random() < 0.1 ? 0 : (1 + (line.item % 7)) * (0.8 + 0.4 * random()) }));
const categories = Int32Array.from({ length: itemCount }, (_, item) => (item % 6) - 1);
const unitCosts = Float64Array.from({ length: itemCount }, (_, item) => (item % 5 === 0 ? Number.NaN : 0.5));

function factsOf(known: Pick<RankingFacts, 'categories' | 'unitCosts'>): RankingFacts {
  const items = Uint32Array.from(lines, ({ item }) => item);
  const ageDays = Float64Array.from(lines, ({ age }) => age);
  return {
    purchases: {
      ...{ items, ageDays, customerCount, itemCount },
      customers: Uint32Array.from(lines, ({ customer }) => customer),
      orders: Uint32Array.from(lines, ({ order }) => order),
    },
    sales: { items, ageDays, unitPrices: Float64Array.from(lines, ({ price }) => price) },
    ...known,
  };
}

const candidatesOf = (customer: number): CandidatesToDescribe => {
  const items = Uint32Array.from({ length: itemCount }, (_, item) => item).sort(() => random() - 0.5);
  const scores = () => Float64Array.from({ length: most }, () => (random() < 0.3 ? 0 : random()));
  return {
    customer,
    items: items.subarray(0, most),
    scores: Float64Array.from({ length: most }, () => 0.1 + random())
      .sort()
      .reverse(),
    owned: Float64Array.from({ length: itemCount }, random),
    interest: Float64Array.from({ length: itemCount }, random),
    methods: [scores(), scores()],
  };
};

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]) => (values.length === 0 ? Number.NaN : sum(values) / values.length);
const least = (values: readonly number[]) => (values.length === 0 ? Number.NaN : Math.min(...values));
const greatest = (values: readonly number[]) => (values.length === 0 ? Number.NaN : Math.max(...values));
const distinct = (values: readonly number[]) => new Set(values).size;
const everyItem = Array.from({ length: itemCount }, (_, item) => item);

/** Of one customer and item: days between orders with it. */
function gapOf(own: readonly Line[]): number {
  const ages = own.map(({ age }) => age);
  const orders = distinct(own.map(({ order }) => order));
  return orders > 1 ? (greatest(ages) - least(ages)) / (orders - 1) : Number.NaN;
}

const soldOf = (halfLife: number) => {
  const sold = everyItem.map((item) =>
    sum(lines.filter((line) => line.item === item).map(({ age }) => 0.5 ** (age / halfLife))),
  );
  return sold.map((value) => value / mean(sold.filter((one) => one > 0)));
};
const [week, month, quarter, ever] = [7, 30, 90, Number.POSITIVE_INFINITY].map(soldOf);
const pricesOf = (item: number, days: number) =>
  mean(
    lines
      .filter((line) => line.item === item && line.price > 0 && line.age <= days)
      .map(({ price }) => Math.log(price)),
  );
const usualPrices = everyItem.map((item) => pricesOf(item, Number.POSITIVE_INFINITY));
const recentPrices = everyItem.map((item) => pricesOf(item, 28));
const prices = everyItem.map((item) => (Number.isNaN(recentPrices[item]) ? usualPrices[item] : recentPrices[item]));

/** Every feature of one candidate, from the lines, by what it is said to be. */
function toldOf(
  candidates: CandidatesToDescribe,
  place: number,
  known: Pick<RankingFacts, 'categories' | 'unitCosts'>,
) {
  const { customer, items, scores, owned, interest, methods } = candidates;
  const item = items[place];
  const own = lines.filter((line) => line.customer === customer);
  const same = own.filter((line) => line.item === item);
  const sold = lines.filter((line) => line.item === item);
  const ages = (some: readonly Line[]) => some.map(({ age }) => age);
  const ordersOf = (some: readonly Line[]) => distinct(some.map(({ order }) => order));
  const buyers = [...new Set(sold.map((line) => line.customer))].map((each) =>
    sold.filter((line) => line.customer === each),
  );
  const habits = everyItem
    .map((each) => ({ item: each, orders: ordersOf(own.filter((line) => line.item === each)) }))
    .filter(({ orders }) => orders > 0);
  const itemGap = mean(buyers.map(gapOf).filter((gap) => !Number.isNaN(gap)));
  const newest = least(ages(own));
  const gap = gapOf(same);
  const usualGap = Number.isNaN(gap) ? itemGap : gap;
  const orders = ordersOf(own);
  const orderGap = gapOf(own);
  const bought = habits
    .flatMap((habit) => Array.from({ length: habit.orders }, () => prices[habit.item]))
    .filter((price) => !Number.isNaN(price));
  const deviation = Math.sqrt(mean(bought.map((price) => (price - mean(bought)) ** 2)));
  const ofCategory = (category: number) =>
    sum(habits.filter((habit) => known.categories?.[habit.item] === category).map((habit) => habit.orders));
  const inCategories = sum(
    habits.filter((habit) => (known.categories?.[habit.item] ?? -1) >= 0).map((habit) => habit.orders),
  );
  const category = known.categories?.[item] ?? -1;
  const bySum = sum(habits.map((habit) => habit.orders));
  const features: Record<string, number> = {
    blend_score: scores[place] / scores[0],
    blend_rank: place,
    own_orders: ordersOf(same),
    own_share: same.length > 0 ? ordersOf(same) / orders : 0,
    own_decayed: owned[item],
    own_interest: interest[item],
    own_age: least(ages(same)),
    own_gap: gap,
    own_gap_through: least(ages(same)) / Math.max(1, usualGap),
    own_last_order: least(ages(same)) - newest,
    sold_7_days: week[item],
    sold_30_days: month[item],
    sold_90_days: quarter[item],
    sold_ever: ever[item],
    sold_trend: month[item] / ever[item],
    first_sold_age: greatest(ages(sold)),
    last_sold_age: least(ages(sold)),
    buyers: buyers.length / customerCount,
    buyers_again: buyers.filter((each) => ordersOf(each) > 1).length / buyers.length,
    item_gap: itemGap,
    new_since_order: newest - greatest(ages(sold)),
    price: prices[item],
    discount: usualPrices[item] - recentPrices[item],
    margin: Math.exp(prices[item]) - (known.unitCosts?.[item] ?? Number.NaN),
    price_band: (prices[item] - mean(bought)) / Math.max(0.1, deviation),
    category_share: category < 0 || inCategories === 0 ? Number.NaN : ofCategory(category) / inCategories,
    orders,
    order_age: newest,
    order_gap: orderGap,
    order_gap_through: newest / Math.max(1, orderGap),
    basket_size: bySum / orders,
    repeat_share: (bySum - habits.length) / bySum,
    variety: habits.length,
    tenure: greatest(ages(own)),
  };
  methods.forEach((method, at) => {
    const better = [...method.keys()].filter(
      (other) => method[other] > method[place] || (method[other] === method[place] && other < place),
    );
    features[names[34 + 2 * at]] = method[place] / greatest([...method]);
    features[names[35 + 2 * at]] = method[place] > 0 ? better.length : most;
  });
  return features;
}

function describerOf(knowledge: Knowledge, trees: TreeTable) {
  const bytes =
    rowScorerBytes(trees, names.length, most) + describerBytes(knowledge, most) + orderReasonsBytes(trees, most);
  const kernels = createKernels(treeKernels, { bytes });
  const scorer = createRowScorer(kernels, trees, names.length, most);
  const describe = createCandidateDescriber(kernels, knowledge, scorer, most);
  return { scorer, describe, sayWhy: createOrderReasons(kernels, trees, { scorer, most }) };
}

const everything = new Uint8Array(names.length).fill(1);

test.each([
  ['with categories and costs', { categories, unitCosts }],
  ['without', {}],
])('every feature of every candidate is what it is said to be, %s', (_, known) => {
  const { scorer, describe } = describerOf(knowledgeOf(factsOf(known)), noTrees);
  const { columns, stride } = scorer;
  for (let customer = 0; customer < customerCount; customer++) {
    const candidates = candidatesOf(customer);
    describe(candidates, everything);
    for (let place = 0; place < most; place++) {
      const told = toldOf(candidates, place, known);
      expect(Object.keys(told)).toHaveLength(names.length);
      for (const [at, name] of names.entries()) {
        const [ours, theirs] = [columns[at * stride + place], told[name]];
        const isSame = Number.isNaN(ours)
          ? Number.isNaN(theirs)
          : Math.abs(ours - theirs) <= 1e-4 * (1 + Math.abs(theirs));
        expect({ customer, place, name, ours, theirs, isSame }).toMatchObject({ isSame: true });
      }
    }
  }
});

/** A few trees of one node that ask about some of the columns. */
function treesOf(asked: readonly number[]): TreeTable {
  return {
    roots: Int32Array.from(asked.keys()),
    features: Uint16Array.from(asked),
    thresholds: Float32Array.from(asked, () => random() - 0.2),
    below: Int32Array.from(asked, (_, tree) => -1 - 2 * tree),
    above: Int32Array.from(asked, (_, tree) => -2 - 2 * tree),
    expected: new Float32Array(asked.length),
    values: Float32Array.from(asked.flatMap(() => [random() - 0.5, random() - 0.5])),
  };
}

test('what trees do not ask about need not be described: scores and reasons are the same', () => {
  const knowledge = knowledgeOf(factsOf({ categories, unitCosts }));
  const places = Uint32Array.from({ length: most }, (_, place) => place);
  let said = 0;
  for (let round = 0; round < 60; round++) {
    const trees = treesOf(Array.from({ length: 1 + draw(4) }, () => draw(names.length)));
    const asked = columnsAsked(trees, names.length);
    const candidates = candidatesOf(draw(customerCount));
    const [whole, part] = [everything, asked].map((isWanted) => {
      const { scorer, describe, sayWhy } = describerOf(knowledge, trees);
      // Whatever was there before.
      scorer.columns.fill(round % 2 === 0 ? 1e6 : -1e6);
      describe(candidates, isWanted);
      return { scores: scorer.score(most).slice(), reasons: sayWhy(places).slice() };
    });
    expect(part).toEqual(whole);
    said += whole.reasons.filter((reason) => reason > 0).length;
  }
  expect(said).toBeGreaterThan(100);
});
