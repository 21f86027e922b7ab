import type { IalsModel } from '../../../models/collaborative-filtering/ials/ials.ts';
import { mean } from '../../../models/statistics.ts';
import type { Snapshot } from '../../../src/training/snapshot/snapshot.ts';

/** What a customer bought afterwards, by keys. */
export interface Bought {
  customer: number;
  items: number[];
}

const listed = 20;

/** NDCG@20 of a list by what was bought, whether it was bought before or not. */
export function ndcgOf(shown: readonly number[], bought: readonly number[]): number {
  const gain = (place: number) => 1 / Math.log2(place + 2);
  const sum = (values: number[]) => values.reduce((total, value) => total + value, 0);
  const gained = sum(shown.slice(0, listed).map((item, place) => (bought.includes(item) ? gain(place) : 0)));
  return gained / sum(bought.slice(0, listed).map((_, place) => gain(place)));
}

/** Mean NDCG@20 of the goods that factors alone would list for those who bought. */
export function ndcgOfFactors(
  { customerKeys, itemKeys, isProduct }: Snapshot,
  { dimensions, customers, items }: IalsModel,
  bought: readonly Bought[],
): number {
  const indexOf = new Map(Array.from(customerKeys, (key, index) => [key, index]));
  const goods = Array.from(itemKeys.keys()).filter((item) => isProduct[item] === 1);
  const judged = bought.filter(({ customer }) => indexOf.has(customer));
  return mean(
    judged.map(({ customer, items: wanted }) => {
      const theirs = customers.subarray(indexOf.get(customer)! * dimensions).subarray(0, dimensions);
      const score = (item: number) => theirs.reduce((sum, value, at) => sum + value * items[item * dimensions + at], 0);
      const best = goods.map((item) => [score(item), itemKeys[item]]).sort((a, b) => b[0] - a[0]);
      return ndcgOf(
        best.slice(0, listed).map(([, key]) => key),
        wanted,
      );
    }),
  );
}

/** Rows of an item's key and its factors as a snapshot has its items. */
export function rowsInOrder({ itemKeys }: Snapshot, rows: readonly number[][]): Float32Array {
  const dimensions = rows[0].length - 1;
  const indexOf = new Map(Array.from(itemKeys, (key, index) => [key, index]));
  const items = new Float32Array(itemKeys.length * dimensions);
  for (const [key, ...factors] of rows) items.set(factors, indexOf.get(key)! * dimensions);
  return items;
}
