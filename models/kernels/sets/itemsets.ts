import { relaxedSimd, simd } from '../binaries/itemsets.ts';
import type { Heap, KernelSet, PlainKernel } from '../kernel-set.ts';

/** Closes every row; the label of an item that has none. */
export const rowEnd = 0xffffffff;

/** The largest number of an item in a text. */
export const greatestNumber = 0xfffffff;

/** An itemset of so many items has more subsets than can be told. */
export const deepest = 32;

/** 32-bit words of the record of one set that `mineFew` finds. */
export const fewRecord = 4;

/** Sets of so many items at most fit `mineFew`. */
export const mostFew = 64;

/** 32-bit words that `mine` works with, beside what it finds. */
export function wordsOfScratch(labels: number): number {
  return (deepest + 1) * (deepest + 1) + labels;
}

/** 32-bit words of `orderFew`'s tallies: of a digit, and twice of the lengths. */
export const tallyWords = { digit: 2048, sizes: 2 * (deepest + 1) };

/** What stands in the state behind where the log ends and how many itemsets it holds. */
export const miningFailures = { none: 0, tooMany: 1, noRoom: 2 } as const;

/** [0, length) in stretches of one call each: short, so that the engine can exchange its code for faster one in between. */
export function stretchesOf(length: number, stretch: number): [first: number, last: number][] {
  return Array.from({ length: Math.ceil(length / stretch) }, (_, at) => [
    at * stretch,
    Math.min(length, (at + 1) * stretch),
  ]);
}

/**
 * Kernels of frequent itemsets: `assembly/itemsets.ts`. All numbers in memory are 32-bit words. Items are known by labels, the
 * rarest first. `rows` holds each basket's labels, ascending and closed by rowEnd; `starts[offsets[l] .. offsets[l + 1])` the
 * addresses just behind every occurrence of label l.
 *
 * Mining: `counts` are the baskets of each label, `ranks` what stands for it in what is found. What is found is written from
 * where `state[0]` says upwards, in no order. `state` is left as: where that ends, how many there are, a failure, after which
 * nothing more is looked for, and how many items they have together. Memory from there to `top` is used as well.
 */
export const itemsets: KernelSet = {
  simd,
  relaxedSimd,
  plain: {
    /**
     * Reads bytes [from, to) of a text of numbers, a basket a line, into `numbers`, and where each line ends into `offsets`.
     * `state`: lines; numbers; one more than a number that is being read, the one before it in the line, and the largest (0:
     * none); whether all lines ascend; and 1 where a number is too large, on the line that the first then says.
     */
    readNumbers({ u8, u32 }, from, to, numbers, offsets, state) {
      const at = state >>> 2;
      let [lines, length, number, previous, largest, isAscending] = u32.subarray(at, at + 6);
      for (let place = from; place < to; place++) {
        const digit = u8[place] - 0x30;
        if (digit >= 0 && digit <= 9) {
          number = 10 * Math.max(0, number - 1) + digit + 1;
          if (number <= greatestNumber + 1) continue;
          u32[at] = lines;
          u32[at + 6] = 1;
          return;
        }
        if (number > 0) {
          u32[(numbers >>> 2) + length++] = number - 1;
          if (number <= previous) isAscending = 0;
          largest = Math.max(largest, number);
          previous = number;
          number = 0;
        }
        if (u8[place] !== 0x0a) continue;
        u32[(offsets >>> 2) + ++lines] = length;
        previous = 0;
      }
      u32.set([lines, length, number, previous, largest, isAscending], at);
    },

    /** Adds to `counts` how often each item occurs. */
    countItems({ u32 }, items, length, counts) {
      for (let at = items >>> 2; at < (items >>> 2) + length; at++) u32[(counts >>> 2) + u32[at]]++;
    },

    /**
     * For baskets [first, last): closes their rows, whose places it leaves in `nextInRow` (the one behind the last too), and
     * writes them into `starts` by label, each at the place that `nextInLabel` counts up.
     */
    labelItems({ u32 }, first, last, baskets, items, labels, nextInLabel, nextInRow, rows, starts) {
      let place = u32[(nextInRow >>> 2) + first];
      for (let basket = first; basket < last; basket++) {
        const end = u32[(baskets >>> 2) + basket + 1];
        for (let at = u32[(baskets >>> 2) + basket]; at < end; at++) {
          const label = u32[(labels >>> 2) + u32[(items >>> 2) + at]];
          if (label === rowEnd) continue;
          u32[(starts >>> 2) + u32[(nextInLabel >>> 2) + label]++] = basket;
          place++;
        }
        u32[(rows >>> 2) + place++] = rowEnd;
        u32[(nextInRow >>> 2) + basket + 1] = place;
      }
    },

    /** Labels [first, last), whose baskets stand in `starts`: writes them into the rows, and where the rows go on into `starts`. */
    fillRows({ u32 }, first, last, offsets, nextInRow, rows, starts) {
      for (let label = first; label < last; label++) {
        const end = (starts >>> 2) + u32[(offsets >>> 2) + label + 1];
        for (let at = (starts >>> 2) + u32[(offsets >>> 2) + label]; at < end; at++) {
          const place = (rows >>> 2) + u32[(nextInRow >>> 2) + u32[at]]++;
          u32[place] = label;
          u32[at] = 4 * (place + 1);
        }
      }
    },

    /**
     * All itemsets that begin with a label of [first, last) and go on with greater ones: length, baskets and ascending ranks.
     * `scratch`: `wordsOfScratch`.
     */
    mine(heap, first, last, labels, ranks, counts, _rows, offsets, starts, ...rest) {
      const [minimum, longest, most, state, , top] = rest;
      const { u32 } = heap;
      const search = createSearch(heap, { labels, minimum, longest, most, state, top }, (path, count) => [
        ...[path.length, count],
        ...path.map((label) => u32[(ranks >>> 2) + label]).sort((a, b) => a - b),
      ]);
      for (let label = first; label < last; label++) {
        const [from, to] = [u32[(offsets >>> 2) + label], u32[(offsets >>> 2) + label + 1]];
        const places = u32.slice((starts >>> 2) + from, (starts >>> 2) + to).map((address) => address >>> 2);
        search.grow([label], u32[(counts >>> 2) + label], places, u32);
      }
      search.end();
    },

    /**
     * All itemsets of at most 64 labels, as `fewRecord` words each: the bits of its ranks, low word first, baskets, length.
     * The baskets themselves are given, with `labelOf` for each item.
     */
    mineFew(heap, labels, baskets, offsets, items, labelOf, ranks, counts, ...rest) {
      const [minimum, longest, most, state, top] = rest;
      const { u32 } = heap;
      const search = createSearch(heap, { labels, minimum, longest, most, state, top }, (path, count) => {
        const bits = [0, 0];
        for (const label of path) bits[u32[(ranks >>> 2) + label] >>> 5] |= 1 << (u32[(ranks >>> 2) + label] & 31);
        return [...bits, count, path.length];
      });
      const rows = Array.from({ length: baskets }, (_, basket) => {
        const [from, to] = [u32[(offsets >>> 2) + basket], u32[(offsets >>> 2) + basket + 1]];
        const own = u32.slice((items >>> 2) + from, (items >>> 2) + to).map((item) => u32[(labelOf >>> 2) + item]);
        return [...own.filter((label) => label !== rowEnd).sort(), rowEnd];
      });
      const cells = Uint32Array.from(rows.flat());
      for (let label = 0; label < labels; label++) {
        const places = Uint32Array.from(cells.keys()).filter((at) => cells[at] === label);
        search.grow(
          [label],
          u32[(counts >>> 2) + label],
          places.map((at) => at + 1),
          cells,
        );
      }
      search.end();
    },

    /**
     * Puts `count` records of `mineFew` in order, by length and then with the greatest bits first, and writes them as
     * `Itemsets`: `items` says what each bit stands for, of which there are `places`. `sizes` is left as how many there are of
     * each length; `work` is as large as the log, `tally` and `sizes` as `tallyWords` says.
     */
    orderFew({ u32 }, log, count, _work, _places, items, _tally, sizes, offsets, sets, counts) {
      const records = Array.from({ length: count }, (_, place) =>
        u32.slice((log >>> 2) + fewRecord * place, (log >>> 2) + fewRecord * (place + 1)),
      ).sort((a, b) => a[3] - b[3] || b[1] - a[1] || b[0] - a[0]);
      u32.fill(0, sizes >>> 2, (sizes >>> 2) + deepest + 1);
      let end = 0;
      for (const [place, [low, high, baskets, length]] of records.entries()) {
        u32[(offsets >>> 2) + place] = end;
        u32[(counts >>> 2) + place] = baskets;
        u32[(sizes >>> 2) + length]++;
        for (let bit = 63; bit >= 0; bit--) {
          if (((bit < 32 ? low : high) >>> (bit & 31)) & 1) u32[(sets >>> 2) + end++] = u32[(items >>> 2) + bit];
        }
      }
      u32[(offsets >>> 2) + count] = end;
    },
  } satisfies Record<string, PlainKernel>,
};

/** What a search is given, as the kernels are. */
interface Bounds {
  readonly labels: number;
  readonly minimum: number;
  readonly longest: number;
  readonly most: number;
  readonly state: number;
  readonly top: number;
}

/** The plain search: depth first, each prefix with the places behind it in its baskets. `write`: the words of what is found. */
function createSearch(
  { u32 }: Heap,
  { labels, minimum, longest, most, state, top }: Bounds,
  write: (path: readonly number[], count: number) => number[],
) {
  let [end, found, failure, told] = u32.subarray(state >>> 2, (state >>> 2) + 4);

  function tell(path: readonly number[], count: number): void {
    if (found === most || path.length === deepest) failure = miningFailures.tooMany;
    else if (end + 4 * (path.length + fewRecord) > top) failure = miningFailures.noRoom;
    if (failure) return;
    const words = write(path, count);
    u32.set(words, end >>> 2);
    end += 4 * words.length;
    found++;
    told += path.length;
  }

  /** The path, which lies in `count` baskets, and all that begins with it: the baskets go on at `places` of `rows`. */
  function grow(path: readonly number[], count: number, places: Uint32Array, rows: Uint32Array): void {
    if (!failure) tell(path, count);
    if (failure || path.length === longest) return;
    const tally = new Uint32Array(labels);
    for (const place of places) for (let at = place; rows[at] !== rowEnd; at++) tally[rows[at]]++;
    for (let next = 0; next < labels; next++) {
      if (tally[next] >= minimum) grow([...path, next], tally[next], findBehind(places, next, tally[next], rows), rows);
    }
  }

  return { grow, end: () => u32.set([end, found, failure, told], state >>> 2) };
}

/** Where those of the baskets go on that hold the label. */
function findBehind(places: Uint32Array, label: number, count: number, rows: Uint32Array): Uint32Array {
  const found = new Uint32Array(count);
  let end = 0;
  for (let at of places) {
    while (rows[at] < label) at++;
    if (rows[at] === label) found[end++] = at + 1;
  }
  return found;
}
