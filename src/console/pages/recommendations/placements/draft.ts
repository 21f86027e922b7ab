import type { Filter, Method, Placement } from './types.ts';

/** A placement as it stands in the form: texts as they are typed. */
export interface Draft {
  name: string;
  title: string;
  method: Method;
  limit: string;
  /** items that stand first, in this order */
  pinned: readonly string[];
  /** of best sellers: whose; '': everybody's */
  segment: string;
  category: string;
  brand: string;
  lowest: string;
  highest: string;
  /** what else the filter says, as JSON; '': nothing */
  more: string;
}

export const emptyDraft: Draft = {
  name: '',
  title: '',
  method: 'popular',
  limit: '10',
  pinned: [],
  segment: '',
  category: '',
  brand: '',
  lowest: '',
  highest: '',
  more: '',
};

type FilterFields = Pick<Draft, 'category' | 'brand' | 'lowest' | 'highest' | 'more'>;

/** A filter as its fields show it; what has no field of its own is JSON. */
export function splitFilter(filter: Filter | null): FilterFields {
  const { category, brand, min_price: lowest, max_price: highest, ...others } = filter ?? {};
  const [isOneCategory, isOneBrand] = [category, brand].map((value) => typeof value === 'string');
  const more = {
    ...(category !== undefined && !isOneCategory && { category }),
    ...(brand !== undefined && !isOneBrand && { brand }),
    ...others,
  };
  return {
    category: isOneCategory ? String(category) : '',
    brand: isOneBrand ? String(brand) : '',
    lowest: String(lowest ?? ''),
    highest: String(highest ?? ''),
    more: Object.keys(more).length > 0 ? JSON.stringify(more, null, 2) : '',
  };
}

export function draftOf({ name, title, method, limit, pinned_item_ids: pinned, segment, filter }: Placement): Draft {
  const texts = { title: title ?? '', limit: String(limit), segment: segment ?? '' };
  return { name, method, pinned, ...texts, ...splitFilter(filter) };
}

/** What further conditions say; undefined: they are no object of JSON. */
export function readMore(more: string): Filter | undefined {
  if (more.trim() === '') return {};
  try {
    const read = JSON.parse(more);
    return typeof read === 'object' && read !== null && !Array.isArray(read) ? read : undefined;
  } catch {
    return undefined;
  }
}

export interface Settings {
  title: string | null;
  method: Method;
  /** what is no number goes as it is, for the service to name the field */
  limit: number;
  pinned_item_ids: string[];
  segment: string | null;
  filter: Filter | null;
}

/** What is sent; undefined: it cannot be read yet. */
export function settingsOf(draft: Draft): Settings | undefined {
  const more = readMore(draft.more);
  if (!more) return undefined;
  const said = {
    category: draft.category.trim(),
    brand: draft.brand.trim(),
    min_price: draft.lowest.trim().replace(',', '.'),
    max_price: draft.highest.trim().replace(',', '.'),
  };
  const filter: Filter = { ...more, ...Object.fromEntries(Object.entries(said).filter(([, value]) => value !== '')) };
  const limit = draft.limit.trim();
  return {
    title: draft.title.trim() || null,
    method: draft.method,
    limit: (/^\d+$/.test(limit) ? Number(limit) : limit) as number,
    pinned_item_ids: [...draft.pinned],
    segment: draft.method === 'popular' ? draft.segment || null : null,
    filter: Object.keys(filter).length > 0 ? filter : null,
  };
}

/** Whether the form says what holds already. */
export function isSame(settings: Settings, placement: Placement): boolean {
  return JSON.stringify(settings) === JSON.stringify(settingsOf(draftOf(placement)));
}
