import type { CustomerListRow } from './rows.ts';

/**
 * A customer's list as one value, so that it is loaded and read as it lies in the database: of N items, best first, N keys, N keys of
 * the items that speak for them (0: none), N scores in single precision and N bytes, of which the lower two bits are the source and the
 * others what brought the item up in the learnt order (0: nothing); the highest byte first.
 */
export const bytesPerItem = 13;

/** In memory source and reason have a byte each. */
export const heldBytesPerItem = 14;

/** @throws RangeError where source and reason do not fit into a byte */
export function packList({
  itemKeys,
  scores,
  sources,
  because,
  reasons,
}: Omit<CustomerListRow, 'customerKey'>): Buffer {
  const count = itemKeys.length;
  const packed = Buffer.allocUnsafe(bytesPerItem * count);
  const { buffer, byteOffset } = packed;
  const view = new DataView(buffer, byteOffset, packed.length);
  for (let rank = 0; rank < count; rank++) {
    view.setInt32(4 * rank, itemKeys[rank]);
    view.setInt32(4 * (count + rank), because[rank]);
    view.setFloat32(4 * (2 * count + rank), scores[rank]);
    const [source, reason] = [sources[rank], reasons?.[rank] ?? 0];
    if (source > 3 || reason > 63) throw new RangeError(`source ${source} or reason ${reason} is out of range`);
    packed.writeUInt8(source + 4 * reason, 12 * count + rank);
  }
  return packed;
}

/** What `packList` has packed, in a buffer of its own; scores are as single precision has them. */
export function unpackList(packed: Buffer) {
  const count = packed.length / bytesPerItem;
  // A copy: bytes of a row begin anywhere, numbers only at multiples of their size.
  const own = Buffer.allocUnsafeSlow(heldBytesPerItem * count);
  packed.copy(own);
  own.subarray(0, 12 * count).swap32();
  for (let rank = 0; rank < count; rank++) {
    const both = own[12 * count + rank];
    own[12 * count + rank] = both & 3;
    own[13 * count + rank] = both >> 2;
  }
  const buffer = own.buffer as ArrayBuffer;
  return {
    buffer,
    itemKeys: new Int32Array(buffer, 0, count),
    because: new Int32Array(buffer, 4 * count, count),
    scores: new Float32Array(buffer, 8 * count, count),
    sources: new Uint8Array(buffer, 12 * count, count),
    reasons: new Uint8Array(buffer, 13 * count, count),
  };
}

/** The keys of packed keys alone, with which a packed list begins. */
export function unpackKeys(keys: Buffer): number[] {
  return Array.from({ length: keys.length / 4 }, (_, rank) => keys.readInt32BE(4 * rank));
}

/** Goes through the item keys of a packed list. */
export function readKeys(packed: Buffer, take: (itemKey: number) => void): void {
  const end = 4 * (packed.length / bytesPerItem);
  for (let at = 0; at < end; at += 4) take(packed.readInt32BE(at));
}

/** A number of single precision as it is written: the decimal of fewest digits that is read as the same. */
export function asWritten(single: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const decimal = Number(single.toPrecision(digits));
    if (Math.fround(decimal) === single) return decimal;
  }
  return Number(single.toPrecision(9));
}
