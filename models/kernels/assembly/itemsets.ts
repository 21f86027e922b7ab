// Frequent itemsets; the plain twin in ../sets/itemsets.ts says what the kernel does. Depth first through rows, where those of a
// prefix are dense through bitmaps. What lies in every basket of a prefix is looked for no further: it is joined to
// everything that is found below ("perfect extensions").

const ROW_END: u32 = 0xffffffff;
/** An itemset of so many items has more subsets than can be told. */
const DEEPEST: i32 = 32;
/** Bytes of a path. */
const STRIDE: usize = 4 * (<usize>DEEPEST + 1);
/** Extensions that fit one word of a basket. */
const WORD: i32 = 64;
/** A pair counted in rows costs about as much as so many 64-bit words of two bitmaps intersected. */
const WORDS_A_PAIR: f64 = 4;

const TOO_MANY: u32 = 1;
const NO_ROOM: u32 = 2;

let minimum: u32 = 0;
let longest: i32 = 0;
let most: u32 = 0;
let logEnd: usize = 0;
let found: u32 = 0;
let failure: u32 = 0;
/** Items of all that was found, together. */
let told: u32 = 0;
/** Ranks of what lies in every basket of the path, beyond the path. */
let perfect: usize = 0;
let perfectCount: i32 = 0;

const GREATEST_NUMBER: u32 = 0xfffffff;
const NEWLINE: u32 = 0x0a;
const ZERO: u32 = 0x30;

export function readNumbers(from: usize, to: usize, numbers: usize, offsets: usize, state: usize): void {
  let lines = load<u32>(state);
  let length = load<u32>(state, 4);
  let number = load<u32>(state, 8);
  let previous = load<u32>(state, 12);
  let largest = load<u32>(state, 16);
  let isAscending = load<u32>(state, 20);
  for (; from < to; from++) {
    let byte = <u32>load<u8>(from);
    let digit = byte - ZERO;
    if (digit <= 9) {
      // One more than the number, so that 0 is none.
      if (number == 0) number = 1;
      do {
        number = 10 * (number - 1) + digit + 1;
        if (number > GREATEST_NUMBER + 1) {
          store<u32>(state, lines);
          store<u32>(state, 1, 24);
          return;
        }
        if (++from == to) break;
        byte = <u32>load<u8>(from);
        digit = byte - ZERO;
      } while (digit <= 9);
      if (from == to) break;
    }
    if (number != 0) {
      store<u32>(numbers + (<usize>length << 2), number - 1);
      length++;
      isAscending &= <u32>(number > previous);
      if (number > largest) largest = number;
      previous = number;
      number = 0;
    }
    if (byte == NEWLINE) {
      lines++;
      store<u32>(offsets + (<usize>lines << 2), length);
      previous = 0;
    }
  }
  store<u32>(state, lines);
  store<u32>(state, length, 4);
  store<u32>(state, number, 8);
  store<u32>(state, previous, 12);
  store<u32>(state, largest, 16);
  store<u32>(state, isAscending, 20);
}

export function countItems(items: usize, length: i32, counts: usize): void {
  for (const end = items + (<usize>length << 2); items < end; items += 4) {
    const count = counts + (<usize>load<u32>(items) << 2);
    store<u32>(count, load<u32>(count) + 1);
  }
}

export function labelItems(
  first: i32,
  last: i32,
  baskets: usize,
  items: usize,
  labels: usize,
  nextInLabel: usize,
  nextInRow: usize,
  rows: usize,
  starts: usize,
): void {
  let place = load<u32>(nextInRow + (<usize>first << 2));
  for (let basket = first; basket < last; basket++) {
    const row = baskets + (<usize>basket << 2);
    const end = items + (<usize>load<u32>(row, 4) << 2);
    for (let at = items + (<usize>load<u32>(row) << 2); at < end; at += 4) {
      const label = load<u32>(labels + (<usize>load<u32>(at) << 2));
      if (label == ROW_END) continue;
      const next = nextInLabel + (<usize>label << 2);
      const start = load<u32>(next);
      store<u32>(next, start + 1);
      store<u32>(starts + (<usize>start << 2), basket);
      place++;
    }
    store<u32>(rows + (<usize>place << 2), ROW_END);
    place++;
    store<u32>(nextInRow + (<usize>basket << 2), place, 4);
  }
}

export function fillRows(first: i32, last: i32, offsets: usize, nextInRow: usize, rows: usize, starts: usize): void {
  for (let label = first; label < last; label++) {
    const offset = offsets + (<usize>label << 2);
    const end = starts + (<usize>load<u32>(offset, 4) << 2);
    for (let at = starts + (<usize>load<u32>(offset) << 2); at < end; at += 4) {
      const next = nextInRow + (<usize>load<u32>(at) << 2);
      const place = load<u32>(next);
      const cell = rows + (<usize>place << 2);
      store<u32>(next, place + 1);
      store<u32>(cell, label);
      store<u32>(at, <u32>cell + 4);
    }
  }
}

export function mine(
  first: i32,
  last: i32,
  labels: i32,
  ranks: usize,
  counts: usize,
  rows: usize,
  offsets: usize,
  starts: usize,
  minimumCount: u32,
  maximumLength: i32,
  maximumItemsets: u32,
  state: usize,
  scratch: usize,
  top: usize,
): void {
  begin(minimumCount, maximumLength, maximumItemsets, state);
  perfect = scratch + STRIDE * <usize>(DEEPEST + 1);
  perfectCount = 0;
  if (failure == 0) growRows(first, last, scratch, 0, labels, ranks, counts, rows, offsets, starts, top);
  end(state);
}

function begin(minimumCount: u32, maximumLength: i32, maximumItemsets: u32, state: usize): void {
  minimum = minimumCount;
  longest = maximumLength;
  most = maximumItemsets;
  logEnd = load<u32>(state);
  found = load<u32>(state, 4);
  failure = load<u32>(state, 8);
  told = load<u32>(state, 12);
}

function end(state: usize): void {
  store<u32>(state, <u32>logEnd);
  store<u32>(state, found, 4);
  store<u32>(state, failure, 8);
  store<u32>(state, told, 12);
}

// @ts-ignore: decorator
@inline
function hasRoom(top: usize, bytes: usize): bool {
  if (logEnd + bytes + 2 * STRIDE <= top) return true;
  failure = NO_ROOM;
  return false;
}

// @ts-ignore: decorator
@inline
function keepPerfect(rank: u32): void {
  store<u32>(perfect + (<usize>perfectCount << 2), rank);
  perfectCount++;
}

/** The sorted path with one more rank in its place. */
function insert(path: usize, length: i32, rank: u32, longer: usize): void {
  let at = <usize>length << 2;
  for (; at > 0; at -= 4) {
    const other = load<u32>(path + at - 4);
    if (other < rank) break;
    store<u32>(longer + at, other);
  }
  store<u32>(longer + at, rank);
  while (at > 0) {
    at -= 4;
    store<u32>(longer + at, load<u32>(path + at));
  }
}

/** Writes the path, alone and with every choice of the perfect extensions from `from` on. */
function tell(path: usize, length: i32, count: u32, from: i32, top: usize): void {
  if (length > 0) {
    if (found == most || length == DEEPEST) {
      failure = TOO_MANY;
      return;
    }
    if (!hasRoom(top, 0)) return;
    found++;
    store<u32>(logEnd, length);
    store<u32>(logEnd, count, 4);
    logEnd += 8;
    told += length;
    for (let at: usize = 0; at < <usize>length << 2; at += 4) store<u32>(logEnd + at, load<u32>(path + at));
    logEnd += <usize>length << 2;
  }
  if (length == longest) return;
  for (let at = from; at < perfectCount; at++) {
    insert(path, length, load<u32>(perfect + (<usize>at << 2)), path + STRIDE);
    tell(path + STRIDE, length + 1, count, at + 1, top);
    if (failure) return;
  }
}

/** Writes what two bitmaps share, and counts it. */
// @ts-ignore: decorator
@inline
function intersect(one: usize, other: usize, target: usize, bytes: usize): u32 {
  let count: u64 = 0;
  for (let at: usize = 0; at < bytes; at += 16) {
    const low = load<u64>(one + at) & load<u64>(other + at);
    const high = load<u64>(one + at, 8) & load<u64>(other + at, 8);
    store<u64>(target + at, low);
    store<u64>(target + at, high, 8);
    count += popcnt(low) + popcnt(high);
  }
  return <u32>count;
}

/** The path, which lies in `count` baskets, and everything that begins with it: its extensions' bitmaps lie at `words`. */
function growBitmaps(
  path: usize,
  length: i32,
  count: u32,
  size: i32,
  ranks: usize,
  counts: usize,
  words: usize,
  bytes: usize,
  top: usize,
): void {
  tell(path, length, count, 0, top);
  if (failure || length == longest) return;
  const room = <usize>(size - 1);
  const target = (top - room * bytes) & ~15;
  const longerRanks = target - (room << 2);
  const longerCounts = longerRanks - (room << 2);
  if (size > 0 && !hasRoom(top, room * (bytes + 8) + 16)) return;
  const known = perfectCount;
  for (let label = 0; label < size; label++) {
    const own = words + <usize>label * bytes;
    const all = load<u32>(counts + (<usize>label << 2));
    let longer: usize = 0;
    if (length + 2 <= longest) {
      let to = target;
      for (let next = label + 1; next < size; next++) {
        const shared = intersect(own, words + <usize>next * bytes, to, bytes);
        if (shared < minimum) continue;
        const rank = load<u32>(ranks + (<usize>next << 2));
        if (shared == all) {
          keepPerfect(rank);
          continue;
        }
        store<u32>(longerRanks + longer, rank);
        store<u32>(longerCounts + longer, shared);
        longer += 4;
        to += bytes;
      }
    }
    insert(path, length, load<u32>(ranks + (<usize>label << 2)), path + STRIDE);
    growBitmaps(path + STRIDE, length + 1, all, <i32>(longer >> 2), longerRanks, longerCounts, target, bytes, longerCounts);
    perfectCount = known;
    if (failure) return;
  }
}

/** Of a bitmap. */
// @ts-ignore: decorator
@inline
function bytesOf(baskets: i32): usize {
  return <usize>((baskets + 127) >> 7) << 4;
}

/** Everything that begins with the path and one of the labels [first, last). */
function growRows(
  first: i32,
  last: i32,
  path: usize,
  length: i32,
  size: i32,
  ranks: usize,
  counts: usize,
  rows: usize,
  offsets: usize,
  starts: usize,
  top: usize,
): void {
  const longer = path + STRIDE;
  const lists = <usize>((size + 3) & ~3) << 2;
  if (!hasRoom(top, 4 * lists + 64)) return;
  const pairCounts = (top - lists) & ~15;
  const newLabels = pairCounts - lists;
  const longerRanks = newLabels - lists;
  const longerCounts = longerRanks - lists;
  memory.fill(pairCounts, 0, lists);
  const known = perfectCount;
  for (let label = first; label < last; label++) {
    const place = <usize>label << 2;
    const all = load<u32>(counts + place);
    insert(path, length, load<u32>(ranks + place), longer);
    const from = starts + (<usize>load<u32>(offsets + place) << 2);
    const to = starts + (<usize>load<u32>(offsets + place, 4) << 2);
    let extensions = 0;
    if (length + 2 <= longest) {
      countFollowing(from, to, pairCounts);
      extensions = keepFrequent(label + 1, size, all, pairCounts, ranks, newLabels, longerRanks, longerCounts);
    }
    growLonger(longer, length + 1, all, extensions, from, to, newLabels, longerRanks, longerCounts);
    perfectCount = known;
    if (failure) return;
  }
}

/** Counts what follows in the rows from `from` on. */
function countFollowing(from: usize, to: usize, pairCounts: usize): void {
  for (; from < to; from += 4) {
    let row = <usize>load<u32>(from);
    for (let next = load<u32>(row); next != ROW_END; next = load<u32>(row)) {
      const pair = pairCounts + (<usize>next << 2);
      store<u32>(pair, load<u32>(pair) + 1);
      row += 4;
    }
  }
}

/** Numbers anew what is frequent beside a prefix of `all` baskets, gives its number, and zeroes the counts. */
function keepFrequent(
  first: i32,
  size: i32,
  all: u32,
  pairCounts: usize,
  ranks: usize,
  newLabels: usize,
  longerRanks: usize,
  longerCounts: usize,
): i32 {
  let kept = 0;
  const least = i32x4.splat(minimum);
  for (let group = first & ~3; group < size; group += 4) {
    const four = pairCounts + (<usize>group << 2);
    v128.store(newLabels + (<usize>group << 2), i32x4.splat(-1));
    const isFrequent = v128.any_true(i32x4.ge_u(v128.load(four), least));
    if (isFrequent) {
      for (let next = group; next < min(group + 4, size); next++) {
        const place = <usize>next << 2;
        const count = load<u32>(pairCounts + place);
        if (count < minimum) continue;
        const rank = load<u32>(ranks + place);
        if (count == all) {
          keepPerfect(rank);
          continue;
        }
        store<u32>(newLabels + place, kept);
        store<u32>(longerRanks + (<usize>kept << 2), rank);
        store<u32>(longerCounts + (<usize>kept << 2), count);
        kept++;
      }
    }
    v128.store(four, i32x4.splat(0));
  }
  return kept;
}

/** The path and everything that begins with it: its rows begin at what stands from `from` to `to`. */
function growLonger(
  path: usize,
  length: i32,
  count: u32,
  size: i32,
  from: usize,
  to: usize,
  newLabels: usize,
  ranks: usize,
  counts: usize,
): void {
  if (size < 2 || length + 2 > longest) {
    // Nothing is left to be intersected.
    growBitmaps(path, length, count, size, ranks, counts, 0, 0, counts);
  } else if (size <= WORD) {
    packWords(path, length, count, size, from, to, newLabels, ranks, counts);
  } else {
    shortenRows(path, length, count, size, from, to, newLabels, ranks, counts);
  }
}

/** Few extensions: a word for each basket that holds two of them or more, and bitmaps of those. */
function packWords(
  path: usize,
  length: i32,
  count: u32,
  size: i32,
  from: usize,
  to: usize,
  newLabels: usize,
  ranks: usize,
  counts: usize,
): void {
  const most = (to - from) >> 2;
  const room = (most << 3) + (<usize>size) * bytesOf(<i32>most) + 64;
  if (!hasRoom(counts, room)) return;
  const packed = (counts - (most << 3)) & ~15;
  let end = packed;
  for (; from < to; from += 4) {
    let row = <usize>load<u32>(from);
    let word: u64 = 0;
    for (let next = load<u32>(row); next != ROW_END; next = load<u32>(row)) {
      const newLabel = load<u32>(newLabels + (<usize>next << 2));
      // A label that is not kept is -1: shifted by 63 bits and one more, it leaves nothing.
      word |= (<u64>(~newLabel >>> 31)) << (<u64>newLabel & 63);
      row += 4;
    }
    store<u64>(end, word);
    end += (word & (word - 1)) != 0 ? 8 : 0;
  }
  const bytes = bytesOf(<i32>((end - packed) >> 3));
  const words = packed - (<usize>size) * bytes;
  memory.fill(words, 0, <usize>size * bytes);
  let basket: usize = 0;
  for (let at = packed; at < end; at += 8) {
    const place = words + (basket >> 5 << 2);
    const bit: u32 = 1 << (<u32>basket & 31);
    for (let word = load<u64>(at); word != 0; word &= word - 1) {
      const cell = place + <usize>ctz(word) * bytes;
      store<u32>(cell, load<u32>(cell) | bit);
    }
    basket++;
  }
  growBitmaps(path, length, count, size, ranks, counts, words, bytes, words);
}

/** Many extensions: the rows that hold two of them or more, of these alone. */
function shortenRows(
  path: usize,
  length: i32,
  count: u32,
  size: i32,
  from: usize,
  to: usize,
  newLabels: usize,
  ranks: usize,
  counts: usize,
): void {
  let room = to - from;
  for (let next: usize = 0; next < <usize>size << 2; next += 4) room += <usize>load<u32>(counts + next) << 2;
  // The index takes as much again.
  if (!hasRoom(counts, 2 * room + (<usize>size << 2) + 64)) return;
  const rows = (counts - room) & ~15;
  let end = rows;
  let baskets = 0;
  let pairs: f64 = 0;
  for (; from < to; from += 4) {
    const start = end;
    let row = <usize>load<u32>(from);
    for (let next = load<u32>(row); next != ROW_END; next = load<u32>(row)) {
      const newLabel = load<u32>(newLabels + (<usize>next << 2));
      store<u32>(end, newLabel);
      end += newLabel != ROW_END ? 4 : 0;
      row += 4;
    }
    const kept = <f64>((end - start) >> 2);
    if (kept < 2) {
      end = start;
      continue;
    }
    store<u32>(end, ROW_END);
    end += 4;
    baskets++;
    pairs += kept * (kept - 1) * 0.5;
  }
  const bytes = bytesOf(baskets);
  if (<f64>size * <f64>(size - 1) * <f64>(bytes >> 4) > WORDS_A_PAIR * pairs) {
    growIndexed(path, length, count, size, rows, end, ranks, counts);
    return;
  }
  const words = rows - (<usize>size) * bytes;
  if (!hasRoom(rows, <usize>size * bytes + 16)) return;
  memory.fill(words, 0, <usize>size * bytes);
  let basket: usize = 0;
  for (let at = rows; at < end; at += 4) {
    const label = load<u32>(at);
    if (label == ROW_END) {
      basket++;
      continue;
    }
    const cell = words + <usize>label * bytes + (basket >> 5 << 2);
    store<u32>(cell, load<u32>(cell) | (1 << (<u32>basket & 31)));
  }
  growBitmaps(path, length, count, size, ranks, counts, words, bytes, words);
}

/** The path, and everything that begins with it, out of rows of their own. */
function growIndexed(
  path: usize,
  length: i32,
  count: u32,
  size: i32,
  rows: usize,
  end: usize,
  ranks: usize,
  counts: usize,
): void {
  tell(path, length, count, 0, rows);
  if (failure) return;
  const offsets = (rows - (<usize>(size + 1) << 2)) & ~15;
  memory.fill(offsets, 0, <usize>(size + 1) << 2);
  for (let at = rows; at < end; at += 4) {
    const label = load<u32>(at);
    if (label == ROW_END) continue;
    const next = offsets + (<usize>label << 2);
    store<u32>(next, load<u32>(next, 4) + 1, 4);
  }
  for (let label: usize = 0; label < <usize>size << 2; label += 4) {
    store<u32>(offsets + label, load<u32>(offsets + label, 4) + load<u32>(offsets + label), 4);
  }
  const starts = offsets - (<usize>load<u32>(offsets + (<usize>size << 2)) << 2);
  for (let at = rows; at < end; at += 4) {
    const label = load<u32>(at);
    if (label == ROW_END) continue;
    const next = offsets + (<usize>label << 2);
    const place = load<u32>(next);
    store<u32>(starts + (<usize>place << 2), <u32>at + 4);
    store<u32>(next, place + 1);
  }
  // Every offset stands at the next one's by now.
  for (let label = <usize>size << 2; label > 0; label -= 4) {
    store<u32>(offsets + label, load<u32>(offsets + label - 4));
  }
  store<u32>(offsets, 0);
  growRows(0, size, path, length, size, ranks, counts, rows, offsets, starts, starts);
}

export function mineFew(
  labels: i32,
  baskets: i32,
  offsets: usize,
  items: usize,
  labelOf: usize,
  ranks: usize,
  counts: usize,
  minimumCount: u32,
  maximumLength: i32,
  maximumItemsets: u32,
  state: usize,
  top: usize,
): void {
  begin(minimumCount, maximumLength, maximumItemsets, state);
  const bytes = bytesOf(baskets);
  if (failure == 0 && hasRoom(top, <usize>labels * (bytes + 12) + 64)) {
    const bits = (top - (<usize>labels << 3)) & ~15;
    const bitCounts = bits - (<usize>labels << 2);
    const words = (bitCounts - <usize>labels * bytes) & ~15;
    memory.fill(words, 0, <usize>labels * bytes);
    setBits(baskets, offsets, items, labelOf, words, bytes);
    let inAll: u64 = 0;
    let size: usize = 0;
    for (let label: usize = 0; label < <usize>labels; label++) {
      const count = load<u32>(counts + (label << 2));
      const bit = <u64>1 << load<u32>(ranks + (label << 2));
      if (count == <u32>baskets) {
        inAll |= bit;
        continue;
      }
      if (size < label) memory.copy(words + size * bytes, words + label * bytes, bytes);
      store<u64>(bits + (size << 3), bit);
      store<u32>(bitCounts + (size << 2), count);
      size++;
    }
    growFew(0, 0, baskets, inAll, <i32>size, bits, bitCounts, words, bytes, words);
  }
  end(state);
}

function setBits(baskets: i32, offsets: usize, items: usize, labelOf: usize, words: usize, bytes: usize): void {
  for (let basket = 0; basket < baskets; basket++) {
    const row = offsets + (<usize>basket << 2);
    const end = items + (<usize>load<u32>(row, 4) << 2);
    const place = words + (<usize>basket >> 5 << 2);
    const bit: u32 = 1 << (basket & 31);
    for (let at = items + (<usize>load<u32>(row) << 2); at < end; at += 4) {
      const label = load<u32>(labelOf + (<usize>load<u32>(at) << 2));
      if (label == ROW_END) continue;
      const word = place + <usize>label * bytes;
      store<u32>(word, load<u32>(word) | bit);
    }
  }
}

/** Writes the set, alone and with every choice of the perfect extensions. */
function tellFew(path: u64, length: i32, count: u32, inAll: u64, top: usize): void {
  if (length > 0) {
    if (found == most || length == DEEPEST) {
      failure = TOO_MANY;
      return;
    }
    if (!hasRoom(top, 0)) return;
    found++;
    told += length;
    store<u64>(logEnd, path);
    store<u32>(logEnd, count, 8);
    store<u32>(logEnd, length, 12);
    logEnd += 16;
  }
  if (length == longest) return;
  while (inAll != 0 && failure == 0) {
    const bit = inAll & (0 - inAll);
    inAll ^= bit;
    tellFew(path | bit, length + 1, count, inAll, top);
  }
}

/** As growBitmaps, with sets of at most 64 items as bits. */
function growFew(
  path: u64,
  length: i32,
  count: u32,
  inAll: u64,
  size: i32,
  bits: usize,
  counts: usize,
  words: usize,
  bytes: usize,
  top: usize,
): void {
  tellFew(path, length, count, inAll, top);
  if (failure || length == longest || size == 0) return;
  const room = <usize>(size - 1);
  const longerBits = top - (room << 3);
  const longerCounts = longerBits - (room << 2);
  const target = (longerCounts - room * bytes) & ~15;
  if (!hasRoom(top, room * (bytes + 12) + 16)) return;
  for (let label = 0; label < size; label++) {
    const own = words + <usize>label * bytes;
    const all = load<u32>(counts + (<usize>label << 2));
    let longerInAll = inAll;
    let longer: usize = 0;
    if (length + 2 <= longest) {
      let to = target;
      for (let next = label + 1; next < size; next++) {
        const shared = intersect(own, words + <usize>next * bytes, to, bytes);
        if (shared < minimum) continue;
        const bit = load<u64>(bits + (<usize>next << 3));
        if (shared == all) {
          longerInAll |= bit;
          continue;
        }
        store<u64>(longerBits + (longer << 3), bit);
        store<u32>(longerCounts + (longer << 2), shared);
        longer++;
        to += bytes;
      }
    }
    const set = path | load<u64>(bits + (<usize>label << 3));
    growFew(set, length + 1, all, longerInAll, <i32>longer, longerBits, longerCounts, target, bytes, target);
    if (failure) return;
  }
}

/** Bits of a digit of the radix sort. */
const DIGIT: i32 = 11;
const RECORD: usize = 16;

export function orderFew(
  log: usize,
  count: i32,
  work: usize,
  places: i32,
  items: usize,
  tally: usize,
  sizes: usize,
  offsets: usize,
  sets: usize,
  counts: usize,
): void {
  let from = log;
  let to = work;
  for (let shift = 0; shift < places; shift += DIGIT) {
    sortDigit(from, to, count, shift, tally);
    const other = from;
    from = to;
    to = other;
  }
  sortLengths(from, to, count, sizes);
  const first = sets;
  for (let place = 0; place < count; place++) {
    const record = to + <usize>place * RECORD;
    store<u32>(offsets + (<usize>place << 2), <u32>((sets - first) >> 2));
    store<u32>(counts + (<usize>place << 2), load<u32>(record, 8));
    for (let set = load<u64>(record); set != 0; ) {
      const bit = 63 - clz(set);
      store<u32>(sets, load<u32>(items + (<usize>bit << 2)));
      set ^= <u64>1 << bit;
      sets += 4;
    }
  }
  store<u32>(offsets + (<usize>count << 2), <u32>((sets - first) >> 2));
}

/** Stable; the greatest digit first. */
function sortDigit(from: usize, to: usize, count: i32, shift: i32, tally: usize): void {
  const most: u32 = (1 << DIGIT) - 1;
  memory.fill(tally, 0, <usize>(most + 1) << 2);
  const end = from + <usize>count * RECORD;
  for (let at = from; at < end; at += RECORD) {
    const cell = tally + (<usize>(most - (<u32>(load<u64>(at) >> shift) & most)) << 2);
    store<u32>(cell, load<u32>(cell) + 1);
  }
  let place: u32 = 0;
  for (let digit: usize = 0; digit <= <usize>most; digit++) {
    const size = load<u32>(tally + (digit << 2));
    store<u32>(tally + (digit << 2), place);
    place += size;
  }
  for (let at = from; at < end; at += RECORD) {
    const cell = tally + (<usize>(most - (<u32>(load<u64>(at) >> shift) & most)) << 2);
    const target = load<u32>(cell);
    store<u32>(cell, target + 1);
    v128.store(to + <usize>target * RECORD, v128.load(at));
  }
}

/** Stable; the shortest first. `sizes` takes how many there are of each length. */
function sortLengths(from: usize, to: usize, count: i32, sizes: usize): void {
  const end = from + <usize>count * RECORD;
  const next = sizes + (<usize>(DEEPEST + 1) << 2);
  memory.fill(sizes, 0, <usize>(DEEPEST + 1) << 2);
  for (let at = from; at < end; at += RECORD) {
    const cell = sizes + (<usize>load<u32>(at, 12) << 2);
    store<u32>(cell, load<u32>(cell) + 1);
  }
  let place: u32 = 0;
  for (let length: usize = 0; length <= <usize>DEEPEST; length++) {
    store<u32>(next + (length << 2), place);
    place += load<u32>(sizes + (length << 2));
  }
  for (let at = from; at < end; at += RECORD) {
    const cell = next + (<usize>load<u32>(at, 12) << 2);
    const target = load<u32>(cell);
    store<u32>(cell, target + 1);
    v128.store(to + <usize>target * RECORD, v128.load(at));
  }
}
