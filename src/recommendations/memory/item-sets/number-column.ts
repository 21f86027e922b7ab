import { type Bits, clearBit, grown, noBits, setBit, subtract, unite } from './bits.ts';

/** What lies between two edges is looked at one by one: a sixty-fourth of all, unless many are alike. */
const portions = 64;

/** `min` and `max` are inside, `above` and `below` are not. */
export interface Bounds {
  min?: number | undefined;
  max?: number | undefined;
  above?: number | undefined;
  below?: number | undefined;
}

/** Items whose figure lies below an edge, and the largest figure that there was between it and the edge before. */
interface Edge {
  readonly edge: number;
  below: Bits;
  most: number;
}

/**
 * A figure of each item, and which items lie below any bound: sets of those below some edges are kept, so that a question costs
 * two passes over bits, and a change a bit for each edge.
 */
export class NumberColumn {
  readonly #figures: number[] = [];
  #edges: Edge[] | undefined;
  #changes = 0;

  /** @param figure NaN: not known */
  set(item: number, figure: number): void {
    const before = item < this.#figures.length ? this.#figures[item] : Number.NaN;
    this.#figures[item] = figure;
    if (!this.#edges || before === figure || (Number.isNaN(before) && Number.isNaN(figure))) return;
    // Portions that have grown uneven are cut anew.
    if (++this.#changes > this.#figures.length / 2 + portions) {
      this.#edges = undefined;
      return;
    }
    for (let place = 0; place < this.#edges.length; place++) {
      const one = this.#edges[place];
      if (figure < one.edge) {
        one.below = grown(one.below, item + 1);
        setBit(one.below, item);
        if (place === 0 || figure >= this.#edges[place - 1].edge) one.most = Math.max(one.most, figure);
      } else if (before < one.edge) clearBit(one.below, item);
    }
  }

  /** Cuts portions, where there are none for what there is now; a question does so too. */
  prepare(): void {
    if (this.#edges) return;
    this.#edges = cut(this.#figures);
    this.#changes = 0;
  }

  /** NaN: not known */
  figureOf(item: number): number {
    return this.#figures[item];
  }

  /** Items whose figure is known and within the bounds. @param size of the bits */
  between(bounds: Bounds, size: number): Bits {
    this.prepare();
    const bits = noBits(size);
    const { low, isLowIn, high, isHighIn } = narrowest(bounds);
    const upper = this.#portionOf(high, isHighIn);
    const lower = this.#portionOf(low, !isLowIn);
    bits.set(upper.below.length > bits.length ? upper.below.subarray(0, bits.length) : upper.below);
    subtract(bits, lower.before);
    const holds = (figure: number) =>
      (figure > low || (isLowIn && figure === low)) && (figure < high || (isHighIn && figure === high));
    if (upper.isCut) this.#keep(bits, upper, holds);
    if (lower.isCut) this.#keep(bits, lower, holds);
    return bits;
  }

  /** The portion in which a bound lies, and whether it parts it: some of it are below the bound and some above. */
  #portionOf(bound: number, isWithIt: boolean): Portion {
    const edges = this.#edges!;
    const place = placeOf(edges, bound);
    const { below, most } = edges[place];
    const before = place > 0 ? edges[place - 1].below : nothing;
    // Nothing of the portion is below its first edge, and all of it is below what is more than its largest.
    const isAtFirst = place > 0 && bound === edges[place - 1].edge && !isWithIt;
    if (isAtFirst || bound === Number.NEGATIVE_INFINITY) return { below: before, before, isCut: false };
    if (isWithIt ? bound >= most : bound > most) return { below, before: below, isCut: false };
    return { below, before, isCut: true };
  }

  /** Of the items of a portion those that hold. */
  #keep(bits: Bits, { below, before }: Portion, holds: (figure: number) => boolean): void {
    const words = Math.min(bits.length, below.length);
    for (let word = 0; word < words; word++) {
      const earlier = word < before.length ? before[word] : 0;
      for (let left = bits[word] & below[word] & ~earlier; left !== 0; left &= left - 1) {
        if (!holds(this.#figures[(word << 5) + 31 - Math.clz32(left & -left)])) bits[word] &= ~(left & -left);
      }
    }
  }
}

const nothing: Bits = new Uint32Array();

/** `before`: items of all portions before it; `below`: with its own. */
interface Portion {
  below: Bits;
  before: Bits;
  isCut: boolean;
}

function narrowest({ min, max, above, below }: Bounds) {
  const low = Math.max(min ?? Number.NEGATIVE_INFINITY, above ?? Number.NEGATIVE_INFINITY);
  const high = Math.min(max ?? Number.POSITIVE_INFINITY, below ?? Number.POSITIVE_INFINITY);
  return { low, isLowIn: low !== above, high, isHighIn: high !== below };
}

/** Edges between portions of about the same size, one of items that are all alike by itself; the last is above all. */
function cut(figures: readonly number[]): Edge[] {
  const sorted = Float64Array.from(figures.filter((figure) => !Number.isNaN(figure))).sort();
  const portion = Math.ceil(sorted.length / portions);
  const edges: Edge[] = [];
  for (let at = 0; at < sorted.length; ) {
    const end = endOfPortion(sorted, at, portion);
    const edge = end < sorted.length ? sorted[end] : Number.POSITIVE_INFINITY;
    edges.push({ edge, below: noBits(figures.length), most: sorted[end - 1] });
    at = end;
  }
  if (edges.length === 0)
    edges.push({ edge: Number.POSITIVE_INFINITY, below: noBits(0), most: Number.NEGATIVE_INFINITY });
  for (const [item, figure] of figures.entries()) {
    if (!Number.isNaN(figure)) setBit(edges[placeOf(edges, figure)].below, item);
  }
  for (let place = 1; place < edges.length; place++) unite(edges[place].below, edges[place - 1].below);
  return edges;
}

/** The first edge above the figure. */
function placeOf(edges: readonly Edge[], figure: number): number {
  let [low, high] = [0, edges.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (figure < edges[middle].edge) high = middle;
    else low = middle + 1;
  }
  return low;
}

function endOfPortion(sorted: Float64Array, at: number, portion: number): number {
  const last = Math.min(sorted.length, at + portion) - 1;
  let [first, end] = [last, last + 1];
  while (first > at && sorted[first - 1] === sorted[last]) first--;
  while (end < sorted.length && sorted[end] === sorted[last]) end++;
  return end - first > portion && first > at ? first : end;
}
