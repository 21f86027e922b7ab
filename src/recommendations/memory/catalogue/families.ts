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
  /** by number of the family, in ascending order */
  const members: number[][] = [];

  function put(item: number, family: number): void {
    const before = families[item] ?? -1;
    families[item] = family;
    if (before === family) return;
    if (before >= 0) members[before].splice(members[before].indexOf(item), 1);
    if (family < 0) return;
    const own = (members[family] ??= []);
    const after = own.findLastIndex((one) => one < item);
    own.splice(after + 1, 0, item);
  }

  function numberOf(parentId: string): number {
    const known = numbers.get(parentId);
    if (known !== undefined) return known;
    const number = numbers.size;
    numbers.set(parentId, number);
    const parent = indexOf(parentId);
    // One that has a parent of its own is of that family.
    if (parent !== undefined && families[parent] === -1) put(parent, number);
    return number;
  }

  return {
    set(item, { itemId, parentId }) {
      put(item, parentId === null ? (numbers.get(itemId) ?? -1) : numberOf(parentId));
    },
    of: (item) => families[item],
    membersOf(parentId) {
      const number = numbers.get(parentId);
      return number === undefined ? [] : [...(members[number] ?? [])];
    },
  };
}
