import type { CatalogueItem } from '../../../intake/index.ts';

/**
 * Variants of one parent are a family, and so is the parent where it is an item itself: a list shows one of them. Families are
 * numbered by the ids that items name as their parent.
 */
export interface Families {
  set(item: number, record: Pick<CatalogueItem, 'itemId' | 'parentId'>): void;
  /** -1: it is no variant, and no item names it as its parent */
  of(item: number): number;
  /** the items of a parent that is none itself, or is; in the order in which they came to be known */
  membersOf(parentId: string): number[];
}

export function createFamilies(indexOf: (itemId: string) => number | undefined): Families {
  const numbers = new Map<string, number>();
  const families: number[] = [];

  function numberOf(parentId: string): number {
    const known = numbers.get(parentId);
    if (known !== undefined) return known;
    const number = numbers.size;
    numbers.set(parentId, number);
    const parent = indexOf(parentId);
    // One that has a parent of its own is of that family.
    if (parent !== undefined && families[parent] === -1) families[parent] = number;
    return number;
  }

  return {
    set(item, { itemId, parentId }) {
      families[item] = parentId === null ? (numbers.get(itemId) ?? -1) : numberOf(parentId);
    },
    of: (item) => families[item],
    membersOf(parentId) {
      const number = numbers.get(parentId);
      if (number === undefined) return [];
      return families.flatMap((family, item) => (family === number ? [item] : []));
    },
  };
}
