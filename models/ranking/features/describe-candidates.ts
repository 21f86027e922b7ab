import type { Kernels } from '../../kernels/index.ts';
import type { FeatureColumns } from '../trees/tree-table.ts';
import type { Knowledge } from './knowledge.ts';
import { columnsAMethod, type FeatureName, featureNames } from './names.ts';
import { createRanks, ranksBytes } from './ranks.ts';

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

/** By column: 1 where it must be written. */
export type WantedColumns = Uint8Array;

/** What describing takes of a kernels' memory: 52 bytes an item, and little. @param most candidates at a time */
export function describerBytes({ goods }: Knowledge, most: number): number {
  const width = Object.keys(goods).length;
  return 4 * width * goods.price.length + 4 * (width + most) + ranksBytes(most) + 192;
}

/**
 * Describes one customer's candidates after the other's. Scratch: 4 bytes an item.
 *
 * @param kernels those of the rows, with `describerBytes` left
 * @param rows what features are written into: as many columns as `columnNames` has
 * @param most candidates at a time
 * @returns overwrites the features with those of these candidates; of the columns that are not wanted some hold what they held before
 */
export function createCandidateDescriber(
  kernels: Kernels,
  { habits, goods, shoppers, band, categories }: Knowledge,
  { columns, stride }: FeatureColumns,
  most: number,
): (candidates: CandidatesToDescribe, isWanted: WantedColumns) => void {
  const all = Array.from({ length: columns.length / stride }, (_, place) =>
    columns.subarray(place * stride, (place + 1) * stride),
  );
  const put = Object.fromEntries(featureNames.map((name, place) => [name, all[place]])) as Record<
    FeatureName,
    Float32Array
  >;
  const goodsNames = Object.keys(goods) as (keyof typeof goods)[];
  const goodsStarts = kernels.keepUint32(goodsNames.map((name) => 4 * stride * featureNames.indexOf(name)));
  const goodsRows = kernels.keepFloat32(rowsOf(Object.values(goods)));
  const asked = kernels.uint32(most);
  const shopperColumns = Object.entries(shoppers).map(([name, values]) => ({
    place: featureNames.indexOf(name as keyof typeof shoppers),
    values: values as Float32Array,
  }));
  const categoryCount = (categories?.reduce((greatest, category) => Math.max(greatest, category), -1) ?? -1) + 1;
  const bought = new Float64Array(categoryCount);
  const ranksOf = createRanks(kernels, most);
  /** by item: one more than its entry among the customer's habits, 0 where there is none */
  const entries = new Uint32Array(goods.price.length);

  function putGoods({ items }: CandidatesToDescribe): void {
    asked.set(items);
    kernels.run('gatherRows', [
      [
        ...[goodsRows.byteOffset, goodsNames.length, asked.byteOffset, items.length],
        ...[columns.byteOffset, goodsStarts.byteOffset],
      ],
    ]);
  }

  /** After the goods, which lie beside the candidates by then. */
  function putHabits({ customer, items }: CandidatesToDescribe): void {
    const [start, end] = [habits.offsets[customer], habits.offsets[customer + 1]];
    for (let entry = start; entry < end; entry++) entries[habits.items[entry]] = entry + 1;
    const orders = shoppers.orders[customer];
    const newest = shoppers.order_age[customer];
    for (let place = 0; place < items.length; place++) {
      const entry = entries[items[place]] - 1;
      const own = entry >= 0 ? habits.orders[entry] : 0;
      const age = entry >= 0 ? habits.lastAge[entry] : Number.NaN;
      const gap = entry >= 0 ? habits.gap[entry] : Number.NaN;
      const usual = Number.isNaN(gap) ? put.item_gap[place] : gap;
      put.own_orders[place] = own;
      put.own_share[place] = entry >= 0 ? own / orders : 0;
      put.own_age[place] = age;
      put.own_gap[place] = gap;
      put.own_gap_through[place] = age / Math.max(1, usual);
      put.own_last_order[place] = age - newest;
      put.new_since_order[place] = newest - put.first_sold_age[place];
    }
    for (let entry = start; entry < end; entry++) entries[habits.items[entry]] = 0;
  }

  function putCategories({ customer, items }: CandidatesToDescribe): void {
    if (!categories) {
      put.category_share.fill(Number.NaN);
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
      put.category_share[place] = category < 0 || all === 0 ? Number.NaN : bought[category] / all;
    }
    for (let entry = start; entry < end; entry++) {
      const category = categories[habits.items[entry]];
      if (category >= 0) bought[category] = 0;
    }
  }

  function putShares(column: Float32Array, scores: Float64Array): void {
    let greatest = 0;
    for (let place = 0; place < scores.length; place++) greatest = Math.max(greatest, scores[place]);
    for (let place = 0; place < scores.length; place++) column[place] = greatest > 0 ? scores[place] / greatest : 0;
  }

  function putRanks(column: Float32Array, scores: Float64Array): void {
    const ranks = ranksOf(scores);
    // Who has no score has no rank.
    for (let place = 0; place < scores.length; place++)
      column[place] = scores[place] > 0 ? ranks[place] : scores.length;
  }

  function putBlend({ items, scores, owned, interest }: CandidatesToDescribe): void {
    for (let place = 0; place < items.length; place++) {
      put.blend_score[place] = scores[place] / scores[0];
      put.blend_rank[place] = place;
      put.own_decayed[place] = owned[items[place]];
      put.own_interest[place] = interest[items[place]];
    }
  }

  function putBand({ customer, items }: CandidatesToDescribe): void {
    const mean = band.mean[customer];
    const deviation = Math.max(0.1, band.deviation[customer]);
    for (let place = 0; place < items.length; place++) {
      put.price_band[place] = (put.price[place] - mean) / deviation;
    }
  }

  return (candidates, isWanted) => {
    const { customer, items, methods } = candidates;
    putBlend(candidates);
    putGoods(candidates);
    putHabits(candidates);
    for (const { place, values } of shopperColumns) {
      if (isWanted[place]) all[place].fill(values[customer], 0, items.length);
    }
    putBand(candidates);
    if (isWanted[categoryShare]) putCategories(candidates);
    for (let method = 0; method < methods.length; method++) {
      const share = featureNames.length + columnsAMethod * method;
      if (isWanted[share]) putShares(all[share], methods[method]);
      if (isWanted[share + 1]) putRanks(all[share + 1], methods[method]);
    }
  };
}

const categoryShare = featureNames.indexOf('category_share');

/** Columns as rows: what is known of an item lies side by side, for items come in any order. */
function rowsOf(columns: readonly Float32Array[]): Float32Array {
  const rows = new Float32Array(columns.length * (columns[0]?.length ?? 0));
  columns.forEach((column, at) => {
    for (let row = 0; row < column.length; row++) rows[row * columns.length + at] = column[row];
  });
  return rows;
}
