import type { Bits } from './bits.ts';
import { ItemSet } from './item-set.ts';

/** Which items have which values: an item has none, one or several. */
export class ValueColumn {
  readonly #valuesOf: (readonly unknown[] | undefined)[] = [];
  readonly #items = new Map<unknown, ItemSet>();
  readonly #known = new ItemSet();

  /** @param values undefined: nothing is known of it; empty: something is, and it is nothing */
  set(item: number, values: readonly unknown[] | undefined): void {
    const before = this.#valuesOf[item];
    if (isSame(before, values)) return;
    if (before) {
      for (const value of distinct(before)) this.#items.get(value)!.delete(item);
      if (!values) this.#known.delete(item);
    } else this.#known.add(item);
    if (values) for (const value of distinct(values)) this.#setOf(value).add(item);
    this.#valuesOf[item] = values;
  }

  /** Items that have one of these values. */
  uniteInto(bits: Bits, values: Iterable<unknown>): void {
    for (const value of new Set(values)) this.#items.get(value)?.uniteInto(bits);
  }

  /** Items of which something is known. */
  uniteKnownInto(bits: Bits): void {
    this.#known.uniteInto(bits);
  }

  /** The values that some item has which is among these and holds. */
  valuesWithin(bits: Bits, holds: (item: number) => boolean): Set<unknown> {
    const values = new Set<unknown>();
    for (const [value, items] of this.#items) if (items.hasAnyWithin(bits, holds)) values.add(value);
    return values;
  }

  #setOf(value: unknown): ItemSet {
    let items = this.#items.get(value);
    if (!items) {
      items = new ItemSet();
      this.#items.set(value, items);
    }
    return items;
  }
}

function distinct(values: readonly unknown[]): Iterable<unknown> {
  return values.length > 1 ? new Set(values) : values;
}

function isSame(before: readonly unknown[] | undefined, now: readonly unknown[] | undefined): boolean {
  if (before === now) return true;
  if (before === undefined || now === undefined) return false;
  return before.length === now.length && before.every((value, place) => value === now[place]);
}
