import type { Likes } from './content-index.ts';
import { type ContentSettings, contentSettings } from './settings.ts';

/** What stands beside an item by behaviour and content together, best first. */
export interface Beside {
  readonly items: Int32Array;
  /** above 0; the strongest neighbour by behaviour of an item that sells well has 1 */
  readonly weights: Float32Array;
  /** by place, 1: content says more than behaviour does */
  readonly isByContent: Uint8Array;
}

/**
 * Weighs what content expects of two items against what their customers did, each by the evidence: of an item with n purchases and
 * another with m, k prior purchases and a prior strength s
 *
 *     n / (n + k) · behaviour + k / (k + min(n, m)) · s · likeness
 *
 * where the strongest neighbour by behaviour is 1. A new item stands where its content puts it, and of one that sells its
 * customers' neighbours keep their order. Where content says nothing behaviour stands alone.
 *
 * @param behaviour neighbours, best first, with weights > 0 in any unit
 * @param purchasesOf how often an item was bought, as far as the neighbours know of it
 */
export function blendLikes(
  item: number,
  behaviour: { items: ArrayLike<number>; weights: ArrayLike<number> },
  { items: alike, similarities }: Likes,
  purchasesOf: (item: number) => number,
  { priorPurchases: prior, priorStrength: strength }: ContentSettings = contentSettings,
): Beside {
  const own = purchasesOf(item);
  const parts = new Map<number, { behaviour: number; content: number }>();
  const trust = alike.length > 0 ? own / (own + prior) : 1;
  for (let place = 0; place < behaviour.items.length; place++) {
    const weight = behaviour.weights[place] / behaviour.weights[0];
    parts.set(behaviour.items[place], { behaviour: trust * weight, content: 0 });
  }
  for (let place = 0; place < alike.length; place++) {
    const other = alike[place];
    const content = (prior / (prior + Math.min(own, purchasesOf(other)))) * strength * similarities[place];
    const part = parts.get(other);
    if (part) part.content = content;
    else parts.set(other, { behaviour: 0, content });
  }
  const blended = Array.from(parts, ([other, { behaviour: done, content }]) => ({
    other,
    weight: done + content,
    isByContent: content > done,
  })).filter(({ weight }) => weight > 0);
  blended.sort((a, b) => b.weight - a.weight || a.other - b.other);
  return {
    items: Int32Array.from(blended, ({ other }) => other),
    weights: Float32Array.from(blended, ({ weight }) => weight),
    isByContent: Uint8Array.from(blended, (one) => (one.isByContent ? 1 : 0)),
  };
}
