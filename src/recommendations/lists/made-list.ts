import type { ServedRelease } from '../learnt/served-release.ts';

/** What of a list stands where it does by chance. */
export interface ByChance {
  /**
   * from 1: those that were given to new items; or of the two that were drawn to change first that of the item which ranked higher,
   * changed or not
   */
  places: readonly number[];
  /** items that were given a place to show what they are, as dense indices and with their places */
  exposed: readonly { item: number; place: number }[];
}

/** A list as it can be answered, whoever asks and whenever. */
export interface MadeList {
  release: ServedRelease;
  model: 'popularity' | 'rules' | 'collaborative' | 'segments';
  toppedUp: number;
  /** JSON array of `RecommendedItem` */
  itemsJson: string;
  /** item keys, joined by commas */
  itemKeys: string;
  /** the number of each item's source, joined by commas */
  sources: string;
  /** the strongest rule that each item rests on, or NULL, joined by commas; empty where none rests on a rule */
  ruleIds: string;
  /** what chance put where it stands; absent: nothing */
  byChance?: ByChance;
}

/** JSON text of a list, whose end may have been written before; `rest` is UTF-8. */
export interface ListText {
  text: string;
  rest?: Buffer | undefined;
}

export const wholeText = ({ text, rest }: ListText): string => (rest ? text + rest.toString() : text);

/** Of the very list, not of one that was made from it: its items and what ends its text. */
const endings = new WeakMap<MadeList, Buffer>();

/** What is the same in each of its answers is written now, and not once more for every answer. */
export function withBytes(made: MadeList): MadeList {
  endings.set(made, Buffer.from(`${made.itemsJson}}`));
  return made;
}

/** undefined: nothing is kept of it */
export const endingOf = (made: MadeList): Buffer | undefined => endings.get(made);
