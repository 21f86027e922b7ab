import type { ContentPart } from './item-content.ts';

/** How items are compared by content, and how that is weighed against behaviour. */
export interface ContentSettings {
  /** how much each part of an item's content says; an embedding where both of two items have one */
  weights: Readonly<Record<ContentPart | 'embedding', number>>;
  /** less alike counts as not alike: a cosine, 0 to 1 */
  minimumSimilarity: number;
  /** the same of a text beside whole items, which say more than their titles */
  minimumTextSimilarity: number;
  /** a question looks at so many entries of the index, those of the rarest terms first, before it stops */
  mostEntries: number;
  /** where it stops, it compares so many of the items that it has found whole */
  mostCompared: number;
  /** content weighs as much as so many purchases of the rarer of two items */
  priorPurchases: number;
  /** what items exactly alike are expected to be to each other, where the strongest neighbour by behaviour is 1 */
  priorStrength: number;
}

/** What is served. Figures: CARD.md */
export const contentSettings: ContentSettings = {
  weights: { words: 1, letters: 0.5, category: 0.3, brand: 0.1, attributes: 0.2, price: 0.1, embedding: 4 },
  minimumSimilarity: 0.35,
  minimumTextSimilarity: 0.15,
  mostEntries: 10_000,
  mostCompared: 800,
  priorPurchases: 10,
  priorStrength: 0.5,
};
