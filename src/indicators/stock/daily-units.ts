import type { DemandHistory } from '../../../models/demand-forecasts/index.ts';
import type { SparseMatrix } from '../../../models/sparse-matrix.ts';

/** Units of an item by day, days ascending from 0, the first of the history. */
export interface DailyUnits {
  itemKey: number;
  itemId: string;
  category: string;
  /** the first day on which it could be bought; null: that of its first sale */
  firstDay: number | null;
  days: number[];
  units: number[];
  soldOut: number[];
}

/** What the forecasts of items learn from, and what the category of each is. */
export function historyOfItems(
  items: readonly DailyUnits[],
  days: number,
  firstWeekday: number,
): { history: DemandHistory; categories: string[] } {
  const categories = [...new Set(items.map(({ category }) => category))].sort();
  const places = new Map(categories.map((category, place) => [category, place]));
  return {
    categories,
    history: {
      demand: toMatrix(items, days),
      soldOut: toMatrix(
        items.map(({ soldOut }) => ({ days: soldOut })),
        days,
      ),
      firstDays: Int32Array.from(items, ({ firstDay }) => (firstDay === null ? -1 : Math.max(0, firstDay))),
      categories: Uint32Array.from(items, ({ category }) => places.get(category)!),
      firstWeekday,
    },
  };
}

/**
 * The same of categories: what all of their items sold together. What an item would have sold while it was sold out is taken to be
 * the mean of its days before, as with items.
 */
export function historyOfCategories(
  items: readonly DailyUnits[],
  categories: readonly string[],
  days: number,
  firstWeekday: number,
): DemandHistory {
  const sums = new Map(categories.map((category) => [category, new Float64Array(days)]));
  for (const item of items) {
    const sum = sums.get(item.category)!;
    for (const [day, units] of askedFor(item, days).entries()) sum[day] += units;
  }
  const rows = Array.from(sums.values(), (sum) => {
    const sold = Array.from(sum.keys()).filter((day) => sum[day] > 0);
    return { days: sold, units: sold.map((day) => sum[day]) };
  });
  return { demand: toMatrix(rows, days), firstWeekday };
}

/** Units by day, where it was sold out at least the mean of the days before on which it was not. */
function askedFor({ days: when, units, soldOut }: DailyUnits, days: number): Float64Array {
  const asked = new Float64Array(days);
  for (const [place, day] of when.entries()) asked[day] = units[place];
  const isSoldOut = new Set(soldOut);
  let [sum, known] = [0, 0];
  for (let day = when[0]; day < days; day++) {
    if (isSoldOut.has(day)) asked[day] = Math.max(asked[day], known > 0 ? sum / known : 0);
    else {
      sum += asked[day];
      known++;
    }
  }
  return asked;
}

function toMatrix(rows: readonly { days: number[]; units?: number[] }[], columns: number): SparseMatrix {
  const offsets = new Uint32Array(rows.length + 1);
  for (const [row, { days }] of rows.entries()) offsets[row + 1] = offsets[row] + days.length;
  const indices = new Uint32Array(offsets[rows.length]);
  const values = new Float32Array(offsets[rows.length]).fill(1);
  for (const [row, { days, units }] of rows.entries()) {
    indices.set(days, offsets[row]);
    if (units) values.set(units, offsets[row]);
  }
  return { rows: rows.length, columns, offsets, indices, values };
}
