/** A set of items by their dense indices, a bit each: item `i` is bit `i & 31` of word `i >>> 5`. What lies beyond its words is not in it. */
export type Bits = Uint32Array;

export function noBits(size: number): Bits {
  return new Uint32Array((size + 31) >>> 5);
}

/** Every item below `size`. */
export function allBits(size: number): Bits {
  const bits = noBits(size).fill(0xffffffff);
  if ((size & 31) > 0) bits[bits.length - 1] = 2 ** (size & 31) - 1;
  return bits;
}

export function hasBit(bits: Bits, item: number): boolean {
  return ((bits[item >>> 5] >>> (item & 31)) & 1) === 1;
}

export function setBit(bits: Bits, item: number): void {
  bits[item >>> 5] |= 1 << (item & 31);
}

export function clearBit(bits: Bits, item: number): void {
  bits[item >>> 5] &= ~(1 << (item & 31));
}

/** What is in both, into the first. */
export function intersect(into: Bits, other: Bits): void {
  const shared = Math.min(into.length, other.length);
  for (let word = 0; word < shared; word++) into[word] &= other[word];
  if (shared < into.length) into.fill(0, shared);
}

/** What is in either, into the first, which is no shorter. */
export function unite(into: Bits, other: Bits): void {
  for (let word = 0; word < other.length; word++) into[word] |= other[word];
}

/** What is in the first alone, into it. */
export function subtract(into: Bits, other: Bits): void {
  const shared = Math.min(into.length, other.length);
  for (let word = 0; word < shared; word++) into[word] &= ~other[word];
}

export function countBits(bits: Bits): number {
  let count = 0;
  for (let word = 0; word < bits.length; word++) count += onesIn(bits[word]);
  return count;
}

function onesIn(word: number): number {
  let pairs = word - ((word >>> 1) & 0x55555555);
  pairs = (pairs & 0x33333333) + ((pairs >>> 2) & 0x33333333);
  return Math.imul((pairs + (pairs >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

/** The first item from `from` on; -1: there is none. */
export function nextBit(bits: Bits, from: number): number {
  let word = from >>> 5;
  if (word >= bits.length) return -1;
  let left = bits[word] & (0xffffffff << (from & 31));
  while (left === 0) {
    if (++word >= bits.length) return -1;
    left = bits[word];
  }
  return (word << 5) + 31 - Math.clz32(left & -left);
}

/** The same set in words enough for `size` items. */
export function grown(bits: Bits, size: number): Bits {
  const words = (size + 31) >>> 5;
  if (words <= bits.length) return bits;
  const larger = new Uint32Array(Math.max(words, bits.length + (bits.length >>> 2)));
  larger.set(bits);
  return larger;
}
