import { groupByCustomer } from '../../group-by-customer.ts';

/** What is known before a time; ages in days count back from it and are never below 0. */
export interface RankingFacts {
  /** lines of customers who were named */
  readonly purchases: {
    readonly customers: Uint32Array;
    readonly items: Uint32Array;
    readonly orders: Uint32Array;
    readonly ageDays: Float64Array;
    readonly customerCount: number;
    readonly itemCount: number;
  };
  /** every line sold, by whomever; of a price of 0 or none nothing is known */
  readonly sales: {
    readonly items: Uint32Array;
    readonly ageDays: Float64Array;
    readonly unitPrices?: Float64Array | undefined;
  };
  /** by item: its category's number, -1 for none */
  readonly categories?: Int32Array | undefined;
  /** by item: what a piece costs the shop, NaN where it is not known; nothing is known if absent */
  readonly unitCosts?: Float64Array | undefined;
}

/** What a customer has done with items: entries of customer n are offsets[n] .. offsets[n + 1], ascending by item. */
export interface Habits {
  readonly offsets: Uint32Array;
  readonly items: Uint32Array;
  /** distinct orders with the item */
  readonly orders: Float32Array;
  readonly lastAge: Float32Array;
  /** days between orders with it on average; NaN where there is one */
  readonly gap: Float32Array;
}

/** By item. */
export interface GoodsFeatures {
  readonly sold_7_days: Float32Array;
  readonly sold_30_days: Float32Array;
  readonly sold_90_days: Float32Array;
  readonly sold_ever: Float32Array;
  readonly sold_trend: Float32Array;
  readonly first_sold_age: Float32Array;
  readonly last_sold_age: Float32Array;
  readonly buyers: Float32Array;
  readonly buyers_again: Float32Array;
  readonly item_gap: Float32Array;
  /** natural logarithm */
  readonly price: Float32Array;
  readonly discount: Float32Array;
  /** what the price leaves over the cost, in the shop's currency */
  readonly margin: Float32Array;
}

/** By customer. */
export interface ShopperFeatures {
  readonly orders: Float32Array;
  readonly order_age: Float32Array;
  readonly order_gap: Float32Array;
  readonly order_gap_through: Float32Array;
  readonly basket_size: Float32Array;
  readonly repeat_share: Float32Array;
  readonly variety: Float32Array;
  readonly tenure: Float32Array;
}

/** All that features are looked up in, in plain data. */
export interface Knowledge {
  readonly habits: Habits;
  readonly goods: GoodsFeatures;
  readonly shoppers: ShopperFeatures;
  /** by customer: mean and deviation of the logarithm of the prices of what they bought */
  readonly band: { readonly mean: Float32Array; readonly deviation: Float32Array };
  readonly categories: Int32Array | undefined;
  readonly unitCosts: Float64Array | undefined;
  /** of the lines sold, the share whose price is known, and of whose item the cost is */
  readonly known: { readonly prices: number; readonly costs: number };
}

/** Days that "now" means where a price is compared with what it usually is. */
const recentDays = 28;

/**
 * Looks through the facts before a time.
 *
 * @throws RangeError where a fact is of after that time: what is not known when lists are made must not teach how they are ordered
 */
export function knowledgeOf(facts: RankingFacts): Knowledge {
  checkPast('purchases', facts.purchases.ageDays);
  checkPast('sales', facts.sales.ageDays);
  const habits = findHabits(facts.purchases);
  const goods = describeGoods(facts, habits);
  return {
    habits,
    goods,
    shoppers: describeShoppers(facts.purchases, habits),
    band: findBands(habits, goods.price, facts.purchases.customerCount),
    categories: facts.categories,
    unitCosts: facts.unitCosts,
    known: shareKnown(facts),
  };
}

function shareKnown({ sales: { items, unitPrices }, unitCosts }: RankingFacts): Knowledge['known'] {
  let [prices, costs] = [0, 0];
  for (let line = 0; line < items.length; line++) {
    if ((unitPrices?.[line] ?? 0) > 0) prices++;
    if (unitCosts && !Number.isNaN(unitCosts[items[line]])) costs++;
  }
  return { prices: prices / Math.max(1, items.length), costs: costs / Math.max(1, items.length) };
}

function checkPast(name: string, ageDays: Float64Array): void {
  const at = ageDays.findIndex((age) => !(age >= 0));
  if (at >= 0)
    throw new RangeError(`${name}.ageDays[${at}] is ${ageDays[at]}: it lies after the time that is known of`);
}

function findHabits({ customers, items, orders, ageDays, customerCount }: RankingFacts['purchases']): Habits {
  const { offsets: own, places } = groupByCustomer(customers, customerCount);
  const offsets = new Uint32Array(customerCount + 1);
  const columns = { items: new Uint32Array(places.length), orders: new Float32Array(places.length) };
  const ages = { last: new Float32Array(places.length), gap: new Float32Array(places.length) };
  let end = 0;
  for (let customer = 0; customer < customerCount; customer++) {
    const lines = places.subarray(own[customer], own[customer + 1]);
    lines.sort(
      (one, other) => items[one] - items[other] || ageDays[one] - ageDays[other] || orders[one] - orders[other],
    );
    for (let at = 0; at < lines.length; ) {
      const first = lines[at];
      let [count, last, order] = [0, first, -1];
      for (; at < lines.length && items[lines[at]] === items[first]; at++) {
        last = lines[at];
        if (orders[last] !== order) count++;
        order = orders[last];
      }
      columns.items[end] = items[first];
      columns.orders[end] = count;
      ages.last[end] = ageDays[first];
      ages.gap[end] = count > 1 ? (ageDays[last] - ageDays[first]) / (count - 1) : Number.NaN;
      end++;
    }
    offsets[customer + 1] = end;
  }
  return {
    offsets,
    items: columns.items.slice(0, end),
    orders: columns.orders.slice(0, end),
    lastAge: ages.last.slice(0, end),
    gap: ages.gap.slice(0, end),
  };
}

function describeGoods({ sales, purchases, unitCosts }: RankingFacts, habits: Habits): GoodsFeatures {
  const { itemCount, customerCount } = purchases;
  const { items, ageDays, unitPrices } = sales;
  const column = (value = 0) => new Float32Array(itemCount).fill(value);
  const [week, month, quarter, ever] = [column(), column(), column(), column()];
  const [oldest, newest] = [column(Number.NaN), column(Number.NaN)];
  const prices = { all: column(), priced: column(), recent: column(), recentPriced: column() };
  let [former, ofWeek, ofMonth, ofQuarter] = [Number.NaN, 0, 0, 0];
  for (let line = 0; line < items.length; line++) {
    const item = items[line];
    const age = ageDays[line];
    // Lines of one order follow each other.
    if (age !== former) {
      [ofWeek, ofMonth, ofQuarter] = [0.5 ** (age / 7), 0.5 ** (age / 30), 0.5 ** (age / 90)];
      former = age;
    }
    week[item] += ofWeek;
    month[item] += ofMonth;
    quarter[item] += ofQuarter;
    ever[item]++;
    if (!(oldest[item] >= age)) oldest[item] = age;
    if (!(newest[item] <= age)) newest[item] = age;
    const price = unitPrices?.[line] ?? 0;
    if (!(price > 0)) continue;
    prices.all[item] += Math.log(price);
    prices.priced[item]++;
    if (age > recentDays) continue;
    prices.recent[item] += Math.log(price);
    prices.recentPriced[item]++;
  }
  const buyers = { all: column(), again: column(), gaps: column(), gapCount: column() };
  for (let entry = 0; entry < habits.items.length; entry++) {
    const item = habits.items[entry];
    buyers.all[item]++;
    if (!(habits.orders[entry] > 1)) continue;
    buyers.again[item]++;
    buyers.gaps[item] += habits.gap[entry];
    buyers.gapCount[item]++;
  }
  const ratio = (one: Float32Array, other: Float32Array) => one.map((value, item) => value / other[item]);
  const relative = (values: Float32Array) => {
    // Windows differ in how much is sold at all.
    const sum = values.reduce((total, value) => total + value, 0);
    const sold = values.reduce((count, value) => count + (value > 0 ? 1 : 0), 0);
    return values.map((value) => (sum > 0 ? (value * sold) / sum : 0));
  };
  const usual = ratio(prices.all, prices.priced);
  const recent = ratio(prices.recent, prices.recentPriced);
  const price = usual.map((price, item) => (Number.isNaN(recent[item]) ? price : recent[item]));
  return {
    sold_7_days: relative(week),
    sold_30_days: relative(month),
    sold_90_days: relative(quarter),
    sold_ever: relative(ever),
    sold_trend: ratio(relative(month), relative(ever)),
    first_sold_age: oldest,
    last_sold_age: newest,
    buyers: buyers.all.map((count) => count / Math.max(1, customerCount)),
    buyers_again: ratio(buyers.again, buyers.all),
    item_gap: ratio(buyers.gaps, buyers.gapCount),
    price,
    discount: usual.map((price, item) => price - recent[item]),
    margin: price.map((price, item) => Math.exp(price) - (unitCosts?.[item] ?? Number.NaN)),
  };
}

function describeShoppers(purchases: RankingFacts['purchases'], habits: Habits): ShopperFeatures {
  const { customers, items, orders, ageDays, customerCount } = purchases;
  const column = () => new Float32Array(customerCount);
  const unknown = () => column().fill(Number.NaN);
  const [count, lines, oldest, newest] = [column(), column(), unknown(), unknown()];
  const seen = new Uint8Array(orders.reduce((most, order) => Math.max(most, order + 1), 0));
  for (let line = 0; line < items.length; line++) {
    const customer = customers[line];
    if (seen[orders[line]] === 0) count[customer]++;
    seen[orders[line]] = 1;
    if (!(oldest[customer] >= ageDays[line])) oldest[customer] = ageDays[line];
    if (!(newest[customer] <= ageDays[line])) newest[customer] = ageDays[line];
  }
  const variety = column();
  for (let customer = 0; customer < customerCount; customer++) {
    variety[customer] = habits.offsets[customer + 1] - habits.offsets[customer];
    for (let entry = habits.offsets[customer]; entry < habits.offsets[customer + 1]; entry++) {
      lines[customer] += habits.orders[entry];
    }
  }
  const gap = count.map((orders, customer) =>
    orders > 1 ? (oldest[customer] - newest[customer]) / (orders - 1) : Number.NaN,
  );
  return {
    orders: count,
    order_age: newest,
    order_gap: gap,
    order_gap_through: gap.map((days, customer) => newest[customer] / Math.max(1, days)),
    basket_size: lines.map((all, customer) => all / count[customer]),
    repeat_share: lines.map((all, customer) => (all - variety[customer]) / all),
    variety,
    tenure: oldest,
  };
}

function findBands({ offsets, items, orders }: Habits, price: Float32Array, customerCount: number): Knowledge['band'] {
  const mean = new Float32Array(customerCount).fill(Number.NaN);
  const deviation = new Float32Array(customerCount).fill(Number.NaN);
  for (let customer = 0; customer < customerCount; customer++) {
    let [count, sum, squares] = [0, 0, 0];
    for (let entry = offsets[customer]; entry < offsets[customer + 1]; entry++) {
      const own = price[items[entry]];
      if (Number.isNaN(own)) continue;
      count += orders[entry];
      sum += orders[entry] * own;
      squares += orders[entry] * own * own;
    }
    if (count === 0) continue;
    mean[customer] = sum / count;
    deviation[customer] = Math.sqrt(Math.max(0, squares / count - (sum / count) ** 2));
  }
  return { mean, deviation };
}
