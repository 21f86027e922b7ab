export type AttributeValue = string | number | boolean;

/** Between bounds: `min` and `max` are inside, `above` and `below` are not. */
export interface Range<Bound> {
  min?: Bound;
  max?: Bound;
  above?: Bound;
  below?: Bound;
}

export const orders = ['lower', 'not_higher', 'same', 'other', 'not_lower', 'higher'] as const;
/** How an item's figure lies to that of the item that is looked at. */
export type Order = (typeof orders)[number];

/** What an item must be like beside the one that is looked at. */
export interface Comparison {
  price?: Order;
  brand?: 'same' | 'other';
  category?: 'same' | 'other';
  attributes?: Record<string, Order>;
}

/** What an item must be like, as the API asks for it. */
export interface Filter {
  /** a path, or one of several */
  category?: string | string[];
  brand?: string | string[];
  /** decimal strings */
  min_price?: string;
  max_price?: string;
  price?: Range<string>;
  /** the item's attribute equals the value, or one of the values, or lies between bounds */
  attributes?: Record<string, AttributeValue | AttributeValue[] | Range<number>>;
  /** what tells it from other variants equals the value, or one of the values */
  options?: Record<string, string | string[]>;
  compared_to_item?: Comparison;
  any?: Filter[];
  all?: Filter[];
  not?: Filter;
}
