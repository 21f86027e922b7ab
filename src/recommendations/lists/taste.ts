import { behaviours } from '../../intake/index.ts';
import { dayMs } from '../../shop/days.ts';
import type { ServedRelease } from '../learnt/served-release.ts';
import type { ItemBehaviour } from '../memory/packing.ts';
import { mergeSignals, type RecentBehaviour } from './fold-in.ts';
import { noItems, type RankedItems } from './ranked-items.ts';

/** What somebody is offered, before filters: blended candidates, and what is kept from them. */
export interface Taste {
  ranked: RankedItems;
  /** what reasons may refer to, newest first */
  behaviours: readonly ItemBehaviour[];
  /** in the cart, or bought where the recipe lists nothing twice */
  blocked: ReadonlySet<number>;
}

export interface TasteInput {
  /** newest first */
  behaviours: readonly ItemBehaviour[];
  /** the night's list of this customer; undefined: the night did not know them */
  candidates: RankedItems | undefined;
  release: ServedRelease;
  /** items in the cart beyond those that the behaviours put there */
  cart?: readonly number[];
  /** epoch ms */
  now: number;
}

/**
 * Blends the night's list with the behaviours that the night has not seen: those after its `as_of`, or all of them where it
 * made no list.
 */
export function tasteOf(input: TasteInput): Taste {
  const { behaviours: done, candidates, release, now } = input;
  const { collaborative, rules } = release;
  const seenUntil = candidates && collaborative ? collaborative.asOf.getTime() : Number.NEGATIVE_INFINITY;
  const recent: RecentBehaviour[] = [];
  for (const { type, item, at } of done) {
    if (at < seenUntil) break;
    recent.push({ type, item, ageDays: Math.max(0, now - at) / dayMs });
  }
  const cart = new Set([...cartOf(done, now), ...(input.cart ?? [])]);
  const blocked = new Set(cart);
  if (collaborative?.repurchase === 'exclude') {
    for (const { type, item } of done) if (type === 'purchase') blocked.add(item);
  }
  const ranked = mergeSignals({
    candidates: candidates ?? noItems,
    recent,
    neighbours: collaborative?.neighbours,
    cart,
    rules: rules?.table,
  });
  return { ranked, behaviours: done, blocked };
}

/** What was put in the cart within a day and neither removed nor bought since, whether or not it came back then. */
function cartOf(done: readonly ItemBehaviour[], now: number): number[] {
  const decided = new Set<number>();
  const cart: number[] = [];
  for (const { type, item, at } of done) {
    const does = behaviours[type].cart;
    if (does === 'alone' || decided.has(item)) continue;
    decided.add(item);
    if (does === 'in' && now - at < dayMs) cart.push(item);
  }
  return cart;
}
