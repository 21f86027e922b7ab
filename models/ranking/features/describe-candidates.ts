import type { FeatureColumns } from '../trees/tree-table.ts';
import type { Knowledge } from './knowledge.ts';
import { columnsAMethod, type FeatureName, featureNames } from './names.ts';
import { createRanks } from './ranks.ts';

/** One customer's candidates, best first as the blend has them. */
export interface CandidatesToDescribe {
  readonly customer: number;
  readonly items: Uint32Array;
  /** of the blend, above 0 */
  readonly scores: Float64Array;
  /** by item: decayed orders of the customer's own */
  readonly owned: Float64Array;
  /** by item: how much the customer's behaviours say for it */
  readonly interest: Float64Array;
  /** by method: its scores beside the items, on any scale, none below 0 */
  readonly methods: readonly Float64Array[];
}

const column = Object.fromEntries(featureNames.map((name, place) => [name, place])) as Record<FeatureName, number>;

/**
 * Describes one customer's candidates after the other's. Scratch: 56 bytes an item.
 *
 * @param rows what features are written into: as many columns as `columnNames` has, for as many candidates as come at a time
 * @returns overwrites the features with those of these candidates
 */
export function createCandidateDescriber(
  knowledge: Knowledge,
  { columns, stride }: FeatureColumns,
): (candidates: CandidatesToDescribe) => void {
  const { habits, goods, shoppers, band, categories } = knowledge;
  const goodsStarts = Uint32Array.from(Object.keys(goods), (name) => stride * column[name as keyof typeof goods]);
  const goodsRows = rowsOf(Object.values(goods));
  const shopperColumns = Object.entries(shoppers).map(([name, values]) => ({
    at: stride * column[name as keyof typeof shoppers],
    values: values as Float32Array,
  }));
  const categoryCount = (categories?.reduce((greatest, category) => Math.max(greatest, category), -1) ?? -1) + 1;
  const bought = new Float64Array(categoryCount);
  const ranks = new Uint32Array(stride);
  const writeRanks = createRanks(stride);
  /** by item: one more than its entry among the customer's habits, 0 where there is none */
  const entries = new Uint32Array(goods.price.length);

  function lookUp(at: number, values: Float64Array, items: Uint32Array): void {
    for (let place = 0; place < items.length; place++) columns[at + place] = values[items[place]];
  }

  function putGoods({ items }: CandidatesToDescribe): void {
    const width = goodsStarts.length;
    for (let place = 0; place < items.length; place++) {
      const start = items[place] * width;
      for (let at = 0; at < width; at++) columns[goodsStarts[at] + place] = goodsRows[start + at];
    }
  }

  function putHabits({ customer, items }: CandidatesToDescribe): void {
    const [start, end] = [habits.offsets[customer], habits.offsets[customer + 1]];
    for (let entry = start; entry < end; entry++) entries[habits.items[entry]] = entry + 1;
    const orders = shoppers.orders[customer];
    const newest = shoppers.order_age[customer];
    const at = (name: FeatureName) => stride * column[name];
    const [ownOrders, ownShare, ownAge] = [at('own_orders'), at('own_share'), at('own_age')];
    const [ownGap, ownThrough, ownLast] = [at('own_gap'), at('own_gap_through'), at('own_last_order')];
    const isNew = at('new_since_order');
    for (let place = 0; place < items.length; place++) {
      const item = items[place];
      const entry = entries[item] - 1;
      const own = entry >= 0 ? habits.orders[entry] : 0;
      const age = entry >= 0 ? habits.lastAge[entry] : Number.NaN;
      const gap = entry >= 0 ? habits.gap[entry] : Number.NaN;
      const usual = Number.isNaN(gap) ? goods.item_gap[item] : gap;
      columns[ownOrders + place] = own;
      columns[ownShare + place] = entry >= 0 ? own / orders : 0;
      columns[ownAge + place] = age;
      columns[ownGap + place] = gap;
      columns[ownThrough + place] = age / Math.max(1, usual);
      columns[ownLast + place] = age - newest;
      columns[isNew + place] = newest - goods.first_sold_age[item];
    }
    for (let entry = start; entry < end; entry++) entries[habits.items[entry]] = 0;
  }

  function putCategories({ customer, items }: CandidatesToDescribe): void {
    const share = stride * column.category_share;
    if (!categories) {
      columns.fill(Number.NaN, share, share + items.length);
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
    for (let place = 0; place < items.length; place++) {
      const category = categories[items[place]];
      columns[share + place] = category < 0 || all === 0 ? Number.NaN : bought[category] / all;
    }
    for (let entry = start; entry < end; entry++) {
      const category = categories[habits.items[entry]];
      if (category >= 0) bought[category] = 0;
    }
  }

  function putMethod(feature: number, scores: Float64Array): void {
    let greatest = 0;
    for (let place = 0; place < scores.length; place++) greatest = Math.max(greatest, scores[place]);
    writeRanks(scores, ranks, scores.length);
    const [scored, ranked] = [feature * stride, (feature + 1) * stride];
    for (let place = 0; place < scores.length; place++) {
      columns[scored + place] = greatest > 0 ? scores[place] / greatest : 0;
      // Who has no score has no rank.
      columns[ranked + place] = scores[place] > 0 ? ranks[place] : scores.length;
    }
  }

  function putBlend({ scores }: CandidatesToDescribe): void {
    const [scored, ranked] = [stride * column.blend_score, stride * column.blend_rank];
    for (let place = 0; place < scores.length; place++) {
      columns[scored + place] = scores[place] / scores[0];
      columns[ranked + place] = place;
    }
  }

  function putBand({ customer, items }: CandidatesToDescribe): void {
    const [at, mean] = [stride * column.price_band, band.mean[customer]];
    const deviation = Math.max(0.1, band.deviation[customer]);
    for (let place = 0; place < items.length; place++) {
      columns[at + place] = (goods.price[items[place]] - mean) / deviation;
    }
  }

  return (candidates) => {
    const { customer, items, owned, interest, methods } = candidates;
    putBlend(candidates);
    lookUp(stride * column.own_decayed, owned, items);
    lookUp(stride * column.own_interest, interest, items);
    putHabits(candidates);
    putGoods(candidates);
    for (const { at, values } of shopperColumns) columns.fill(values[customer], at, at + items.length);
    putBand(candidates);
    putCategories(candidates);
    for (let method = 0; method < methods.length; method++) {
      putMethod(featureNames.length + columnsAMethod * method, methods[method]);
    }
  };
}

/** Columns as rows: what is known of an item lies side by side, for items come in any order. */
function rowsOf(columns: readonly Float32Array[]): Float32Array {
  const rows = new Float32Array(columns.length * (columns[0]?.length ?? 0));
  columns.forEach((column, at) => {
    for (let row = 0; row < column.length; row++) rows[row * columns.length + at] = column[row];
  });
  return rows;
}
