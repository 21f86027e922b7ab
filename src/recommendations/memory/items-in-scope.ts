import type { Catalogue } from './catalogue/catalogue.ts';

/** Which of these items are named by the scope or lie in or below one of its categories. */
export function itemsInScope(
  catalogue: Catalogue,
  itemIds: readonly string[],
  scope: { itemIds: readonly string[]; categories: readonly string[] },
): Set<string> {
  const named = new Set(scope.itemIds);
  const categories = scope.categories.map((path) => catalogue.categoriesBelow(path));
  const isInScope = (id: string) => {
    if (named.has(id)) return true;
    const item = catalogue.indexOf(id);
    return item !== undefined && categories.some((below) => below?.has(catalogue.categoryOf(item)));
  };
  return new Set(itemIds.filter(isInScope));
}
