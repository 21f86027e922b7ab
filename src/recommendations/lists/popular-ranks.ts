import { type Bits, countBits, hasBit, nextBit, noBits, setBit } from '../memory/item-sets/bits.ts';

/** Of fewer than one in so many, ranks are looked up by item; else it is tested of each in turn whether it is one of them. */
const few = 8;

/** By list of popular items: the rank of each, -1 for none. */
const ranksByItem = new WeakMap<object, Int32Array>();

/** Ranks of popular items that are among these, the most popular first. @param within absent: all */
export function* popularRanks(popular: ArrayLike<number>, within: Bits | undefined): Generator<number> {
  if (within && countBits(within) * few < popular.length) {
    const ranks = ranksWithin(popular, within);
    for (let rank = nextBit(ranks, 0); rank >= 0; rank = nextBit(ranks, rank + 1)) yield rank;
    return;
  }
  for (let rank = 0; rank < popular.length; rank++) {
    if (!within || hasBit(within, popular[rank])) yield rank;
  }
}

function ranksWithin(popular: ArrayLike<number>, within: Bits): Bits {
  const rankOf = rankByItem(popular);
  const ranks = noBits(popular.length);
  for (let item = nextBit(within, 0); item >= 0; item = nextBit(within, item + 1)) {
    if (item < rankOf.length && rankOf[item] >= 0) setBit(ranks, rankOf[item]);
  }
  return ranks;
}

function rankByItem(popular: ArrayLike<number>): Int32Array {
  let ranks = ranksByItem.get(popular);
  if (!ranks) {
    let most = -1;
    for (let rank = 0; rank < popular.length; rank++) if (popular[rank] > most) most = popular[rank];
    ranks = new Int32Array(most + 1).fill(-1);
    for (let rank = 0; rank < popular.length; rank++) ranks[popular[rank]] = rank;
    ranksByItem.set(popular, ranks);
  }
  return ranks;
}
