import { type Bits, clearBit, grown, noBits, setBit } from '../item-sets/bits.ts';

/** From when until when items may be shown, and whether an answer can still be the same. */
export interface ShowTimes {
  set(item: number, from: number, until: number): void;
  isShown(item: number, now: number): boolean;
  /** The items that are shown; nobody's to change, and good until something is set. */
  shownAt(now: number): Bits;
  /** Something else that answers say of an item is another than before. */
  touch(): void;
  /** A number that is another whenever an answer at `now` could be another than before. */
  stateAt(now: number): number;
}

export const never = Number.POSITIVE_INFINITY;
export const always = Number.NEGATIVE_INFINITY;

export function createShowTimes(): ShowTimes {
  /** For each item from when until when, side by side. */
  const times: number[] = [];
  /** Items whose time to be shown begins or ends. */
  const timed = new Set<number>();
  let shown = noBits(0);
  let state = 0;
  let [stateSince, stateUntil] = [never, never];

  const isShown = (item: number, now: number) => times[2 * item] <= now && now < times[2 * item + 1];

  function show(item: number, isTrue: boolean): void {
    shown = grown(shown, item + 1);
    if (isTrue) setBit(shown, item);
    else clearBit(shown, item);
  }

  /** The state holds until the next item comes or goes. */
  function begin(now: number): void {
    state++;
    stateSince = now;
    stateUntil = never;
    for (const item of timed) {
      show(item, isShown(item, now));
      for (const time of [times[2 * item], times[2 * item + 1]]) {
        if (time > now && time < stateUntil) stateUntil = time;
      }
    }
  }

  function stateAt(now: number): number {
    if (now < stateSince || now >= stateUntil) begin(now);
    return state;
  }

  return {
    set(item, from, until) {
      if (times[2 * item] === from && times[2 * item + 1] === until) return;
      times[2 * item] = from;
      times[2 * item + 1] = until;
      if (Number.isFinite(from) || Number.isFinite(until)) timed.add(item);
      else {
        timed.delete(item);
        show(item, from === always);
      }
      state++;
      stateUntil = always;
    },
    isShown,
    shownAt(now) {
      stateAt(now);
      return shown;
    },
    touch() {
      state++;
    },
    stateAt,
  };
}
