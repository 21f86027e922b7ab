import type { Kernels } from '../../kernels/index.ts';
import { deepest, fewRecord, miningFailures, tallyWords } from '../../kernels/sets/itemsets.ts';
import type { LabelledBaskets } from './index-baskets.ts';
import type { Itemsets, MiningFailure } from './itemsets.ts';

/**
 * The frequent itemsets of at most 64 frequent items, by bitmaps of whole baskets: sets as bits, the least item the greatest
 * of them, so that they are sorted as numbers.
 *
 * @param bounds least count, greatest length and most itemsets
 */
export function mineFew(kernels: Kernels, labelled: LabelledBaskets, bounds: number[]): Itemsets | MiningFailure {
  const { baskets, basketOffsets, cells, items, labelOf, ranks, counts } = labelled;
  const state = kernels.uint32(4);
  const bits = kernels.keepUint32(ranks.map((rank) => items.length - 1 - rank));
  const itemOf = kernels.keepUint32(items.toReversed());
  const tally = kernels.uint32(tallyWords.digit);
  const sizes = kernels.uint32(tallyWords.sizes);
  const room = kernels.uint32(kernels.left / 4);
  state[0] = room.byteOffset;
  const addresses = [basketOffsets, cells, labelOf, bits, counts].map((array) => array.byteOffset);
  kernels.run('mineFew', [
    [...[items.length, baskets], ...addresses, ...bounds, ...[state.byteOffset, room.byteOffset + room.byteLength]],
  ]);
  if (state[2] !== miningFailures.none) return state[2] as MiningFailure;
  return orderFew(kernels, { state, room, itemOf, tally, sizes });
}

/** What is sorted in the room behind the log: records, offsets, counts, sets. */
function orderFew(
  kernels: Kernels,
  { state, room, itemOf, tally, sizes }: Record<'state' | 'room' | 'itemOf' | 'tally' | 'sizes', Uint32Array>,
): Itemsets | MiningFailure {
  const [, size, , length] = state;
  const work = fewRecord * size;
  const offsets = 2 * work;
  const counts = offsets + size + 1;
  const sets = counts + size;
  if (sets + length > room.length) return miningFailures.noRoom;
  const at = (word: number) => room.byteOffset + 4 * word;
  kernels.run('orderFew', [
    [
      ...[room.byteOffset, size, at(work), itemOf.length],
      ...[itemOf.byteOffset, tally.byteOffset, sizes.byteOffset],
      ...[at(offsets), at(sets), at(counts)],
    ],
  ]);
  return {
    size,
    offsets: room.slice(offsets, counts),
    items: room.slice(sets, sets + length),
    counts: room.slice(counts, sets),
    countsByLength: sizes.slice(1, 1 + sizes.subarray(0, deepest + 1).findLastIndex((count) => count > 0)),
  };
}
