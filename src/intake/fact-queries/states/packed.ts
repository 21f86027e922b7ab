import { type BehaviourType, behaviours, behaviourTypes } from '../../behaviours.ts';
import type { Behaviour } from './behaviour.ts';

/** Of a behaviour its type (one byte), item key (int4) and time (int8, epoch milliseconds); the highest byte first. */
export const bytesPerBehaviour = 13;
/** Of an item that was shown its key (int4), weight (float8) and when last (int8). */
export const bytesPerShown = 20;

/** An item that somebody was shown in the last seven days, three times or more. */
export interface Shown {
  itemKey: number;
  /** one of the time of the last counts 1, one of two days before a half */
  weight: number;
  lastAt: Date;
}

const typeOf: (BehaviourType | undefined)[] = [];
for (const type of behaviourTypes) typeOf[behaviours[type].number] = type;

/** @throws RangeError for a number that no type has */
export function unpackBehaviours(packed: Buffer): Behaviour[] {
  const found: Behaviour[] = [];
  for (let at = 0; at < packed.length; at += bytesPerBehaviour) {
    const type = typeOf[packed[at]];
    if (type === undefined) throw new RangeError(`No behaviour has the number ${packed[at]}.`);
    found.push({ type, itemKey: packed.readInt32BE(at + 1), occurredAt: dateAt(packed, at + 5) });
  }
  return found;
}

export function unpackShown(packed: Buffer): Shown[] {
  const found: Shown[] = [];
  for (let at = 0; at < packed.length; at += bytesPerShown) {
    found.push({
      itemKey: packed.readInt32BE(at),
      weight: packed.readDoubleBE(at + 4),
      lastAt: dateAt(packed, at + 12),
    });
  }
  return found;
}

function dateAt(packed: Buffer, at: number): Date {
  return new Date(packed.readInt32BE(at) * 2 ** 32 + packed.readUInt32BE(at + 4));
}
