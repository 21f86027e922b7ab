/** Of a behaviour its type (one byte), item key (int4) and time (int8, epoch milliseconds); the highest byte first. */
export const bytesPerBehaviour = 13;
/**
 * Of an item that was shown in the last seven days, three times or more: its key (int4), weight (float8; one of the time of the last
 * counts 1, one of two days before a half) and when last (int8).
 */
const bytesPerShown = 20;

/** Goes through packed behaviours, newest first: the number of the type, item key, and epoch milliseconds. */
export function readBehaviours(packed: Buffer, take: (type: number, itemKey: number, at: number) => void): void {
  for (let at = 0; at < packed.length; at += bytesPerBehaviour) {
    take(packed[at], packed.readInt32BE(at + 1), millisecondsAt(packed, at + 5));
  }
}

/** Goes through packed items that were shown: item key, weight, and when last in epoch milliseconds. */
export function readShown(packed: Buffer, take: (itemKey: number, weight: number, lastAt: number) => void): void {
  for (let at = 0; at < packed.length; at += bytesPerShown) {
    take(packed.readInt32BE(at), packed.readDoubleBE(at + 4), millisecondsAt(packed, at + 12));
  }
}

function millisecondsAt(packed: Buffer, at: number): number {
  return packed.readInt32BE(at) * 2 ** 32 + packed.readUInt32BE(at + 4);
}
