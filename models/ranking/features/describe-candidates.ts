import type { Knowledge } from './knowledge.ts';
import { columnsAMethod, featureNames } from './names.ts';

/** One customer's candidates, best first as the blend has them. */
export interface CandidatesToDescribe {
  readonly customer: number;
  readonly items: Uint32Array;
  /** of the blend, above 0 */
  readonly scores: ArrayLike<number>;
  /** by item: decayed orders of the customer's own */
  readonly owned: ArrayLike<number>;
  /** by item: how much the customer's behaviours say for it */
  readonly interest: ArrayLike<number>;
  /** by method: its scores beside the items, on any scale, none below 0 */
  readonly methods: readonly ArrayLike<number>[];
}

/** Features of candidates, feature after feature: feature f of candidate c is columns[f * stride + c]. */
export interface CandidateFeatures {
  readonly columns: Float32Array;
  readonly stride: number;
  /** Overwrites the features with those of these candidates, at most `stride`. */
  describe(candidates: CandidatesToDescribe): void;
}

const column = Object.fromEntries(featureNames.map((name, place) => [name, place])) as Record<
  (typeof featureNames)[number],
  number
>;

/** Describes one customer's candidates after the other's. @param most candidates at a time */
export function createCandidateFeatures(knowledge: Knowledge, methods: number, most: number): CandidateFeatures {
  const { habits, goods, shoppers, band, categories } = knowledge;
  const columns = new Float32Array((featureNames.length + columnsAMethod * methods) * most);
  const goodsColumns = Object.entries(goods).map(([name, values]) => ({
    at: column[name as keyof typeof goods],
    values,
  }));
  const shopperColumns = Object.entries(shoppers).map(([name, values]) => ({
    at: column[name as keyof typeof shoppers],
    values: values as Float32Array,
  }));
  const categoryCount = (categories?.reduce((greatest, category) => Math.max(greatest, category), -1) ?? -1) + 1;
  const bought = new Float64Array(categoryCount);
  const order = new Uint32Array(most);

  function put(feature: number, count: number, value: (place: number) => number): void {
    for (let place = 0; place < count; place++) columns[feature * most + place] = value(place);
  }

  function putHabits({ customer, items }: CandidatesToDescribe): void {
    const [start, end] = [habits.offsets[customer], habits.offsets[customer + 1]];
    const entries = habits.items.subarray(start, end);
    const orders = shoppers.orders[customer];
    const newest = shoppers.order_age[customer];
    for (let place = 0; place < items.length; place++) {
      const item = items[place];
      const found = find(entries, item);
      const entry = start + found;
      const isOwn = found >= 0;
      const age = isOwn ? habits.lastAge[entry] : Number.NaN;
      const gap = isOwn ? habits.gap[entry] : Number.NaN;
      const usual = Number.isNaN(gap) ? goods.item_gap[item] : gap;
      columns[column.own_orders * most + place] = isOwn ? habits.orders[entry] : 0;
      columns[column.own_share * most + place] = isOwn ? habits.orders[entry] / orders : 0;
      columns[column.own_age * most + place] = age;
      columns[column.own_gap * most + place] = gap;
      columns[column.own_gap_through * most + place] = age / Math.max(1, usual);
      columns[column.own_last_order * most + place] = age - newest;
      columns[column.new_since_order * most + place] = newest - goods.first_sold_age[item];
    }
  }

  function putCategories({ customer, items }: CandidatesToDescribe): void {
    if (!categories) {
      put(column.category_share, items.length, () => Number.NaN);
      return;
    }
    let all = 0;
    const [start, end] = [habits.offsets[customer], habits.offsets[customer + 1]];
    for (let entry = start; entry < end; entry++) {
      const category = categories[habits.items[entry]];
      if (category < 0) continue;
      bought[category] += habits.orders[entry];
      all += habits.orders[entry];
    }
    put(column.category_share, items.length, (place) => {
      const category = categories[items[place]];
      return category < 0 || all === 0 ? Number.NaN : bought[category] / all;
    });
    for (let entry = start; entry < end; entry++) {
      const category = categories[habits.items[entry]];
      if (category >= 0) bought[category] = 0;
    }
  }

  function putMethod(feature: number, scores: ArrayLike<number>, count: number): void {
    let greatest = 0;
    for (let place = 0; place < count; place++) greatest = Math.max(greatest, scores[place]);
    put(feature, count, (place) => (greatest > 0 ? scores[place] / greatest : 0));
    const ranked = order.subarray(0, count);
    for (let place = 0; place < count; place++) ranked[place] = place;
    ranked.sort((one, other) => scores[other] - scores[one] || one - other);
    // Who has no score has no rank.
    for (let rank = 0; rank < count; rank++) {
      const place = ranked[rank];
      columns[(feature + 1) * most + place] = scores[place] > 0 ? rank : count;
    }
  }

  return {
    columns,
    stride: most,
    describe(candidates) {
      const { customer, items, scores, owned, interest, methods: scored } = candidates;
      const count = items.length;
      put(column.blend_score, count, (place) => scores[place] / scores[0]);
      put(column.blend_rank, count, (place) => place);
      put(column.own_decayed, count, (place) => owned[items[place]]);
      put(column.own_interest, count, (place) => interest[items[place]]);
      putHabits(candidates);
      for (const { at, values } of goodsColumns) put(at, count, (place) => values[items[place]]);
      for (const { at, values } of shopperColumns) columns.fill(values[customer], at * most, at * most + count);
      const [mean, deviation] = [band.mean[customer], band.deviation[customer]];
      put(column.price_band, count, (place) => (goods.price[items[place]] - mean) / Math.max(0.1, deviation));
      putCategories(candidates);
      scored.forEach((own, method) => {
        putMethod(featureNames.length + columnsAMethod * method, own, count);
      });
    },
  };
}

/** The place of a value among ascending ones, -1 where it is not. */
function find(values: Uint32Array, value: number): number {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] < value) low = middle + 1;
    else high = middle;
  }
  return values[low] === value ? low : -1;
}
