import type { ListComparison } from './comparison.ts';
import { unpackKeys } from './packed-list.ts';

/** The packed keys that a customer's lists in two versions begin with; null: no list. */
export interface PairOfLists {
  customer_key: number;
  first: Buffer | null;
  second: Buffer | null;
}

/** A customer whose list is another in the second version. */
interface ChangedList {
  customerKey: number;
  overlap: number;
  first: number[];
  second: number[];
}

type Figures = Omit<ListComparison, 'places' | 'examples'>;

/** How far pairs of lists agree, with those `examples` that change most; of two that change alike the lower key comes first. */
export async function comparePairs(
  pairs: AsyncIterable<PairOfLists>,
  examples: number,
): Promise<Figures & { changed: ChangedList[] }> {
  const figures = { customers: 0, only_first: 0, only_second: 0 };
  let [shares, overlaps, unchanged] = [0, 0, 0];
  let changed: ChangedList[] = [];
  const keepMost = () => {
    changed.sort((a, b) => a.overlap - b.overlap || a.customerKey - b.customerKey);
    changed = changed.slice(0, examples);
  };
  for await (const { customer_key: customerKey, first, second } of pairs) {
    if (!first) figures.only_second++;
    if (!second) figures.only_first++;
    if (!first || !second) continue;
    figures.customers++;
    const lists = { first: unpackKeys(first), second: unpackKeys(second) };
    const overlap = overlapOf(lists.first, lists.second);
    if (overlap !== null) {
      overlaps += overlap;
      shares++;
    }
    if (first.equals(second)) unchanged++;
    else if (changed.push({ customerKey, overlap: overlap ?? 0, ...lists }) > 100 + examples) keepMost();
  }
  keepMost();
  return {
    ...figures,
    overlap: shares > 0 ? overlaps / shares : null,
    unchanged: figures.customers > 0 ? unchanged / figures.customers : null,
    changed,
  };
}

/** Items are on a list once, so both lists together hold as many as they have less those on both; null: neither holds any. */
function overlapOf(first: readonly number[], second: readonly number[]): number | null {
  const seconds = new Set(second);
  const shared = first.filter((item) => seconds.has(item)).length;
  const together = first.length + second.length - shared;
  return together > 0 ? shared / together : null;
}
