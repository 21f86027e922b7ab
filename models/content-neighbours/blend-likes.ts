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
  const trust = alike.length > 0 ? own / (own + prior) : 1;
  parts.clear();
  for (let rank = 0; rank < behaviour.items.length; rank++) {
    parts.done[parts.placeOf(behaviour.items[rank])] = trust * (behaviour.weights[rank] / behaviour.weights[0]);
  }
  for (let rank = 0; rank < alike.length; rank++) {
    const other = alike[rank];
    const share = prior / (prior + Math.min(own, purchasesOf(other)));
    parts.expected[parts.placeOf(other)] = share * strength * similarities[rank];
  }
  return parts.bestFirst();
}

/** What speaks for each of some items, columns by place: they are used again by every question, because objects cost more than all else. */
class Parts {
  #count = 0;
  #items: number[] = [];
  /** by behaviour */
  readonly done: number[] = [];
  /** by content */
  readonly expected: number[] = [];
  /** by item: its place from 1; 0: it has none */
  #places = new Int32Array(1_024);

  clear(): void {
    for (let place = 0; place < this.#count; place++) this.#places[this.#items[place]] = 0;
    this.#count = 0;
  }

  placeOf(item: number): number {
    if (item >= this.#places.length) {
      const places = new Int32Array(2 * (item + 1));
      places.set(this.#places);
      this.#places = places;
    }
    if (this.#places[item] > 0) return this.#places[item] - 1;
    const place = this.#count++;
    this.#places[item] = place + 1;
    this.#items[place] = item;
    this.done[place] = 0;
    this.expected[place] = 0;
    return place;
  }

  /** Items for which anything speaks. */
  bestFirst(): Beside {
    const [items, done, expected] = [this.#items, this.done, this.expected];
    const order: number[] = [];
    for (let place = 0; place < this.#count; place++) if (done[place] + expected[place] > 0) order.push(place);
    order.sort((a, b) => done[b] + expected[b] - (done[a] + expected[a]) || items[a] - items[b]);
    return {
      items: Int32Array.from(order, (place) => items[place]),
      weights: Float32Array.from(order, (place) => done[place] + expected[place]),
      isByContent: Uint8Array.from(order, (place) => (expected[place] > done[place] ? 1 : 0)),
    };
  }
}

const parts = new Parts();
