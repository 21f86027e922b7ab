/** What a catalogue says of an item, as far as it tells which items are alike. */
export interface ItemContent {
  title: string | null;
  /** paths, each from the root: ['Kitchen', 'Cups'] */
  categories: readonly (readonly string[])[];
  brand: string | null;
  /** by name: text, truth, figures, or lists of these; what else there is says nothing */
  attributes: Readonly<Record<string, unknown>>;
  /** NaN: unknown */
  price: number;
}

/** The parts of an item's content, each weighed by itself. */
export const contentParts = ['words', 'letters', 'category', 'brand', 'attributes', 'price'] as const;
/** A part of an item's content. */
export type ContentPart = (typeof contentParts)[number];
