import type { CustomerListRow } from './rows.ts';

/**
 * A customer's list as one value, so that it is loaded and read as it lies in the database: of N items, best first, N keys, N keys of
 * the items that speak for them (0: none), N scores in single precision and N sources of a byte each; the highest byte first.
 */
export const bytesPerItem = 13;

/** @throws RangeError where a source does not fit into a byte */
export function packList({ itemKeys, scores, sources, because }: Omit<CustomerListRow, 'customerKey'>): Buffer {
  const count = itemKeys.length;
  const packed = Buffer.allocUnsafe(bytesPerItem * count);
  const { buffer, byteOffset } = packed;
  const view = new DataView(buffer, byteOffset, packed.length);
  for (let rank = 0; rank < count; rank++) {
    view.setInt32(4 * rank, itemKeys[rank]);
    view.setInt32(4 * (count + rank), because[rank]);
    view.setFloat32(4 * (2 * count + rank), scores[rank]);
    packed.writeUInt8(sources[rank], 12 * count + rank);
  }
  return packed;
}

/** What `packList` has packed; scores are as single precision has them. */
export function unpackList(packed: Buffer): Omit<CustomerListRow, 'customerKey'> {
  const count = packed.length / bytesPerItem;
  // A copy of its own: bytes of a row begin anywhere, numbers only at multiples of their size.
  const own = Buffer.allocUnsafeSlow(packed.length);
  packed.copy(own);
  own.subarray(0, 12 * count).swap32();
  return {
    itemKeys: new Int32Array(own.buffer, 0, count),
    because: new Int32Array(own.buffer, 4 * count, count),
    scores: new Float32Array(own.buffer, 8 * count, count),
    sources: new Uint8Array(own.buffer, 12 * count, count),
  };
}

/** The keys that `first` packed lists begin with; of SQL's `substr(list, 1, 4 * first)`. */
export function unpackKeys(packed: Buffer): number[] {
  return Array.from({ length: packed.length / 4 }, (_, rank) => packed.readInt32BE(4 * rank));
}

/** A number of single precision as it is written: the decimal of fewest digits that is read as the same. */
export function asWritten(single: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const decimal = Number(single.toPrecision(digits));
    if (Math.fround(decimal) === single) return decimal;
  }
  return Number(single.toPrecision(9));
}
