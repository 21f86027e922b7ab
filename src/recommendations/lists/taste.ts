import type { Beside, Likes } from '../../../models/content-neighbours/index.ts';
import { behaviours } from '../../intake/index.ts';
import { dayMs } from '../../shop/days.ts';
import type { ServedRelease } from '../learnt/served-release.ts';
import type { ItemBehaviour, ShownItem } from '../memory/packing.ts';
import { sinkTired, tiredOf } from './audience/tired.ts';
import { mergeSignals, type RecentBehaviour } from './fold-in.ts';
import { noItems, type RankedItems } from './ranked-items.ts';

/** What somebody is offered, before filters: blended candidates, and what is kept from them. */
export interface Taste {
  ranked: RankedItems;
  /** what reasons may refer to, newest first */
  behaviours: readonly ItemBehaviour[];
  /** in the cart, bought where the recipe lists nothing twice, or bought again too early */
  blocked: ReadonlySet<number>;
  /** what they were shown and left: by what its score is multiplied */
  tired: ReadonlyMap<number, number>;
}

export interface TasteInput {
  /** newest first */
  behaviours: readonly ItemBehaviour[];
  /** what they were shown, and how often */
  shown?: readonly ShownItem[];
  /** the night's list of this customer; undefined: the night did not know them */
  candidates: RankedItems | undefined;
  release: ServedRelease;
  /** what is called what they searched for, and when they did (epoch ms) */
  searched?: readonly { likes: Likes; at: number }[];
  /** see `besideItem`; absent: content says nothing */
  beside?: ((item: number) => Beside) | undefined;
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
  for (const item of tooEarlyFor(done, seenUntil, release, now)) blocked.add(item);
  const tired = tiredOf(input.shown ?? [], done, now);
  const ranked = mergeSignals({
    candidates: candidates ?? noItems,
    recent,
    neighbours: collaborative?.neighbours,
    beside: input.beside,
    searched: input.searched?.map(({ likes, at }) => ({ likes, ageDays: Math.max(0, now - at) / dayMs })),
    cart,
    rules: rules?.table,
  });
  return { ranked: sinkTired(ranked, tired), behaviours: done, blocked, tired };
}

/**
 * What was bought since the night, so that its list does not know it, and is usually not bought again so soon, or not at all. What
 * was bought before the night has weighed itself.
 */
function tooEarlyFor(
  done: readonly ItemBehaviour[],
  seenUntil: number,
  { popularity, collaborative }: ServedRelease,
  now: number,
): number[] {
  if (!popularity || collaborative?.justBought === 'offer') return [];
  return done
    .filter(({ type, item, at }) => {
      if (type !== 'purchase' || at < seenUntil) return false;
      const usual = popularity.rebuying.get(item);
      return !usual || now < at + usual.fromDays * dayMs;
    })
    .map(({ item }) => item);
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
