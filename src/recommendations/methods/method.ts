/** By what a list is made, each in the words of the contract. */
export const methods = [
  'personal',
  'related',
  'bought-together',
  'popular',
  'trending',
  'new-arrivals',
  'on-sale',
  'recently-viewed',
  'buy-again',
  're-rank',
  'categories',
  'brands',
  'people-also-searched',
] as const;
export type Method = (typeof methods)[number];

/** Methods that name categories, brands or search terms instead of items. */
const valueMethods = ['categories', 'brands', 'people-also-searched'] as const;
export type ValueMethod = (typeof valueMethods)[number];
export type ItemMethod = Exclude<Method, ValueMethod>;

export function isValueMethod(method: Method): method is ValueMethod {
  return (valueMethods as readonly Method[]).includes(method);
}
