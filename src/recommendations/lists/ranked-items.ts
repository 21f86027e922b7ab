/** Where an item of a list comes from. The first three are what the night writes (`listSources`). */
export const reasonSources = [
  'repurchase',
  'collaborative-filtering',
  'popularity',
  'recent-behaviour',
  'association-rules',
  'catalogue',
  'co-occurrence',
  'category-complement',
  'recently-viewed',
  'trending',
  'new-arrivals',
  'on-sale',
  'given',
  'pinned',
  'segment-popularity',
  'content',
  'exposure',
  'search',
] as const;
/** Where an item of a list comes from. */
export type ReasonSource = (typeof reasonSources)[number];

/** The sources that a version of customer lists can name, by their number in a packed list. */
export const listSources = ['repurchase', 'collaborative-filtering', 'popularity'] as const;

export const sourceNumber = Object.fromEntries(reasonSources.map((source, number) => [source, number])) as Record<
  ReasonSource,
  number
>;

/** Items best first, as dense indices, with what is known of each beside it. */
export interface RankedItems {
  readonly items: ArrayLike<number>;
  /** descending */
  readonly scores: ArrayLike<number>;
  /** index into `reasonSources` */
  readonly sources: ArrayLike<number>;
  /** the item that speaks for this one; -1: none */
  readonly because: ArrayLike<number>;
  /** what brought it up in the learnt order, as a number of `orderReasons`; 0, or absent: nothing that has words */
  readonly reasons?: ArrayLike<number>;
  /** the association rules that speak for this one, strongest first; absent: none */
  readonly rules?: ArrayLike<readonly number[]>;
}

/** An empty ranking. */
export const noItems: RankedItems = { items: [], scores: [], sources: [], because: [] };
