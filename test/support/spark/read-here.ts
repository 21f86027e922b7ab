import type { SparseMatrix } from '../../../models/sparse-matrix.ts';
import { tasteEventTypes } from '../../../src/intake/index.ts';
import type { Snapshot } from '../../../src/training/snapshot/snapshot.ts';
import type { ReadFacts } from './read-facts.ts';

/** What the local engine has of a snapshot, as Spark's readers tell theirs. */
export function readHere(snapshot: Snapshot): Pick<ReadFacts, 'lines' | 'events'> {
  const { sold, refunds, events, customerKeys, itemKeys, isProduct, categories } = snapshot;
  const lines = Array.from(sold.times, (time, place) => {
    const [customer, item, listPrice] = [sold.customers[place], sold.items[place], sold.listPrices[place]];
    const [quantity, amount, unitPrice] = [sold.quantities, sold.amountsMinor, sold.unitPrices].map(
      (all) => all[place],
    );
    const whose = customer < 0 ? null : customerKeys[customer];
    const prices = [quantity, amount, unitPrice, Number.isNaN(listPrice) ? null : listPrice];
    const category = categories.numbers[item] < 0 ? null : categories.names[categories.numbers[item]];
    return {
      order: String(sold.orders[place]),
      line: [whose, itemKeys[item], time, ...prices, isProduct[item] === 1, category],
      refunds: [] as number[][],
    };
  });
  for (const [refund, line] of refunds.lines.entries()) {
    lines[line].refunds.push([refunds.times[refund], refunds.quantities[refund], refunds.amountsMinor[refund]]);
  }
  const seen = Array.from(events.times, (time, place) => [
    ...[customerKeys[events.customers[place]], itemKeys[events.items[place]]],
    ...[tasteEventTypes[events.types[place]], time],
  ]);
  return { lines, events: seen.filter((_, place) => isProduct[events.items[place]] === 1) };
}

/** Interactions by the keys of customer and item. */
export function cellsOf(
  { customerKeys, itemKeys }: Snapshot,
  { offsets, indices, values }: SparseMatrix,
): Map<string, number> {
  const cells = new Map<string, number>();
  for (let customer = 0; customer < customerKeys.length; customer++) {
    for (let cell = offsets[customer]; cell < offsets[customer + 1]; cell++) {
      cells.set(`${customerKeys[customer]} ${itemKeys[indices[cell]]}`, values![cell]);
    }
  }
  return cells;
}
