import type { paths } from '../../../../client/contract.ts';

type Content<Operation extends { responses: { 200: { content: { 'application/json': unknown } } } }> =
  Operation['responses'][200]['content']['application/json'];

export type Placement = Content<paths['/v1/placements']['get']>['items'][number];
export type Method = Placement['method'];
export type Filter = NonNullable<Placement['filter']>;
export type PageOfLists = Content<paths['/v1/pages']['post']>;

/** In the order of the choice: what is of everybody's use first. */
export const methods: readonly Method[] = [
  'personal',
  'popular',
  'trending',
  'new-arrivals',
  'on-sale',
  'bought-together',
  'related',
  'recently-viewed',
  'buy-again',
  're-rank',
  'categories',
  'brands',
  'people-also-searched',
];

/** Methods that start from an item: the one that is looked at, or the last in the cart. */
export const isBesideItem = (method: Method): boolean => method === 'related' || method === 'bought-together';
/** Methods that name categories, brands or search terms instead of items. */
export const isOfValues = (method: Method): boolean =>
  method === 'categories' || method === 'brands' || method === 'people-also-searched';
/** Methods that know nothing of whom nobody knows. */
export const isOfPerson = (method: Method): boolean => method === 'recently-viewed' || method === 'buy-again';
