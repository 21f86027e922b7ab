import type { ServedRelease } from '../learnt/served-release.ts';

/** A list as it can be answered, whoever asks and whenever. */
export interface MadeList {
  release: ServedRelease;
  model: 'popularity' | 'rules' | 'collaborative';
  toppedUp: number;
  /** JSON array of `RecommendedItem` */
  itemsJson: string;
  /** item keys, joined by commas */
  itemKeys: string;
}
