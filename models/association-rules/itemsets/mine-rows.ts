import type { Kernels } from '../../kernels/index.ts';
import { miningFailures, stretchesOf, wordsOfScratch } from '../../kernels/sets/itemsets.ts';
import { indexRows, type LabelledBaskets } from './index-baskets.ts';
import type { Itemsets, MiningFailure } from './itemsets.ts';
import { orderItemsets } from './order-itemsets.ts';

/**
 * The frequent itemsets of any baskets, by rows that grow shorter with the prefix.
 *
 * @param bounds least count, greatest length and most itemsets
 */
export function mineRows(kernels: Kernels, labelled: LabelledBaskets, bounds: number[]): Itemsets | MiningFailure {
  const { items, ranks, counts } = labelled;
  const { rows, offsets, starts } = indexRows(kernels, labelled);
  const state = kernels.uint32(4);
  const scratch = kernels.uint32(wordsOfScratch(items.length));
  const room = kernels.uint32(kernels.left / 4);
  state[0] = room.byteOffset;
  const addresses = [ranks, counts, rows, offsets, starts].map((array) => array.byteOffset);
  for (const [first, last] of stretchesOf(items.length, 64)) {
    kernels.run('mine', [
      [
        ...[first, last, items.length],
        ...addresses,
        ...bounds,
        ...[state.byteOffset, scratch.byteOffset, room.byteOffset + room.byteLength],
      ],
    ]);
    if (state[2] !== miningFailures.none) return state[2] as MiningFailure;
  }
  return orderItemsets(room.subarray(0, (state[0] - room.byteOffset) / 4), state[1], items);
}
