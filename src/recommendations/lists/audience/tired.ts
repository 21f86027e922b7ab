import type { ItemBehaviour, ShownItem } from '../../memory/packing.ts';
import type { RankedItems } from '../ranked-items.ts';

/** Of what somebody has seen and left so much is forgotten by half. */
const halfLifeMs = 2 * 86_400_000;
/** Seen so often it is no sign yet. */
const patience = 2;
/** Whatever was sent counts no more than so often. */
const mostWeight = 10;

/**
 * How far items have sunk for somebody: each time an item was shown without their doing anything with it after, it counts less, and
 * as days go by it comes back. Of no others, so that nobody sinks an item for somebody else.
 * @param done newest first
 * @returns by what its score is multiplied, above 0 and below 1; what has not sunk is not there
 */
export function tiredOf(
  shown: readonly ShownItem[],
  done: readonly ItemBehaviour[],
  now: number,
): ReadonlyMap<number, number> {
  const factors = new Map<number, number>();
  if (shown.length === 0) return factors;
  const touched = new Map<number, number>();
  for (const { item, at } of done) if (!touched.has(item)) touched.set(item, at);
  const weights = new Map<number, number>();
  for (const { item, weight, lastAt } of shown) {
    if ((touched.get(item) ?? Number.NEGATIVE_INFINITY) >= lastAt) continue;
    const faded = weight * 0.5 ** (Math.max(0, now - lastAt) / halfLifeMs);
    weights.set(item, Math.min(mostWeight, (weights.get(item) ?? 0) + faded));
  }
  for (const [item, weight] of weights) if (weight > patience) factors.set(item, 1 / (1 + (weight - patience) / 2));
  return factors;
}

/** Only the first places are looked at again: what sinks further is not shown anyway. */
const reach = 300;

/** The ranking with what somebody is tired of further down. */
export function sinkTired<Ranked extends Pick<RankedItems, 'items' | 'scores'> & Partial<RankedItems>>(
  ranked: Ranked,
  tired: ReadonlyMap<number, number>,
): Ranked {
  if (tired.size === 0 || ranked.items.length === 0) return ranked;
  const scores = Array.from(ranked.scores, (score, rank) =>
    rank < reach ? score * (tired.get(ranked.items[rank]) ?? 1) : score,
  );
  const order = scores.map((_, rank) => rank);
  order.sort((a, b) => scores[b] - scores[a] || a - b);
  const pick = <Value>(values: ArrayLike<Value>) => order.map((rank) => values[rank]);
  const { sources, because, rules } = ranked;
  return {
    ...ranked,
    items: pick(ranked.items),
    scores: pick(scores),
    ...(sources && { sources: pick(sources) }),
    ...(because && { because: pick(because) }),
    ...(rules && { rules: pick(rules) }),
  };
}
