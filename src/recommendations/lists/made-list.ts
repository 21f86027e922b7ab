import type { ServedRelease } from '../learnt/served-release.ts';

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
}
