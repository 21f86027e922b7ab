import type { Filter } from '../lists/filters/filter-types.ts';
import type { Method } from '../methods/method.ts';

/** What a named spot of a page shows. */
export interface PlacementSettings {
  /** above the list; null: none */
  title: string | null;
  method: Method;
  limit: number;
  /** null: everything */
  filter: Filter | null;
  /** items that stand first where they may be on the list, in this order */
  pinnedItemIds: readonly string[];
  /** whose best sellers it shows, where it shows best sellers; null: everybody's */
  segment: string | null;
}

/** A placement as it holds. */
export interface Placement extends PlacementSettings {
  name: string;
  /** 0: as it came with the service, which nobody has changed */
  revision: number;
  changedAt: Date | null;
}

const readyMade: Record<string, Pick<PlacementSettings, 'method' | 'limit'>> = {
  home: { method: 'personal', limit: 10 },
  item: { method: 'bought-together', limit: 10 },
  cart: { method: 'bought-together', limit: 10 },
  category: { method: 'popular', limit: 20 },
  search: { method: 're-rank', limit: 50 },
  'thank-you': { method: 'personal', limit: 10 },
  '404': { method: 'trending', limit: 10 },
};

export const isReadyMade = (name: string): boolean => Object.hasOwn(readyMade, name);

/** What pages show before a shop has set anything. */
export const readyMadePlacements: readonly Placement[] = Object.entries(readyMade).map(([name, settings]) => ({
  name,
  title: null,
  filter: null,
  pinnedItemIds: [],
  segment: null,
  revision: 0,
  changedAt: null,
  ...settings,
}));
