import { languageTag } from '../../../intake/index.ts';
import { type ReasonLanguage, reasonLanguages } from '../../../sentences/index.ts';

/** What a list can say of an item beside its place and id. */
export const listFields = [
  'title',
  'category',
  'categories',
  'brand',
  'price',
  'list_price',
  'url',
  'image_url',
  'gtin',
  'parent_id',
  'options',
  'attributes',
  'score',
  'reason',
] as const;
export type ListField = (typeof listFields)[number];

/** What it says where nobody chooses. */
export const usualFields: ReadonlySet<ListField> = new Set([
  ...(['title', 'category', 'price', 'url', 'image_url'] as const),
  ...(['score', 'reason'] as const),
]);

/** How a list is shown to whom it is for. */
export interface ListView {
  /** undefined: the usual ones */
  fields: ReadonlySet<ListField> | undefined;
  /** whose prices are shown; undefined: of none in particular */
  market: string | undefined;
  /** tags under which an item's own texts are looked for, the first that has them being taken: de-AT, de */
  tags: readonly string[];
  /** of what the service itself says */
  language: ReasonLanguage;
}

/** In English, with what is usually said and no market. */
export const usualView: ListView = { fields: undefined, market: undefined, tags: [], language: 'en' };

/**
 * @param wanted languages, the most wanted first: items are called as in the first of them, reasons are in the first that the
 * service speaks
 */
export function viewOf(
  { fields, market }: { fields?: readonly ListField[] | undefined; market?: string | undefined },
  wanted: readonly string[],
): ListView {
  if (!fields && market === undefined && wanted.length === 0) return usualView;
  const [first] = wanted;
  return {
    fields: fields && new Set(fields),
    market,
    tags: first === undefined ? [] : withFallBacks(languageTag(first)),
    language: wanted.map(spokenAs).find((language) => language !== undefined) ?? 'en',
  };
}

/** A tag, and shorter and shorter ones: de-Latn-AT, de-Latn, de. */
function withFallBacks(tag: string): string[] {
  const parts = tag.split('-');
  return parts.map((_, place) => parts.slice(0, parts.length - place).join('-'));
}

function spokenAs(tag: string): ReasonLanguage | undefined {
  const [primary] = tag.toLowerCase().split('-', 1);
  return reasonLanguages.find((language) => language === primary);
}
