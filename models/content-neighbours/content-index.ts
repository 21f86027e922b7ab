import { contentParts, type ItemContent } from './item-content.ts';
import { type ContentSettings, contentSettings } from './settings.ts';
import { TermNumbers } from './term-numbers.ts';
import { takeTerms, takeTextTerms } from './terms.ts';

/** Items alike another, the most alike first. */
export interface Likes {
  readonly items: Int32Array;
  /** cosines, above 0 and at most 1 */
  readonly similarities: Float32Array;
}

/** Items alike nothing. */
export const noLikes: Likes = { items: new Int32Array(), similarities: new Float32Array() };

const partCount = contentParts.length;
/** How often terms are is counted anew when so large a share of the items has changed since. */
const recountShare = 1 / 8;

/**
 * Finds items alike by content. Items are small whole numbers; they come, change and go one by one.
 *
 * An item is a vector of its terms (`takeTerms`), each there or not: within a part a term has idf = ln(1 + N / (1 + n)), N items and n
 * of them with it when that was last counted; each part is brought to length 1 and multiplied by the root of its weight, and the
 * whole is brought to length 1. Likeness is the cosine. An item's vector is made from what it is now; N and n are those of the
 * last count, which is made anew before a question once an eighth of the items has changed.
 */
export class ContentIndex {
  readonly #settings: ContentSettings;
  readonly #numbers = new TermNumbers();
  /** by term */
  readonly #partOf: number[] = [];
  /** by term: the items that have it */
  readonly #entries: number[][] = [];
  /** the items' terms, one item's after the other, with holes where items have changed */
  #terms = new Int32Array(4_096);
  #end = 0;
  #held = 0;
  /** by item: where its terms begin, and how many there are; -1: it is not there */
  #starts = new Int32Array(256);
  #lengths = new Int32Array(256).fill(-1);
  /** by item and part: what a term's idf is multiplied by; as of the count in `#stamps` */
  #factors = new Float32Array(256 * partCount);
  #stamps = new Int32Array(256).fill(-1);
  #size = 0;
  #changes = 0;
  #count = 0;
  /** by term, as of the last count; those that came later have `#newIdf` */
  #idf = new Float32Array();
  #newIdf = Math.LN2;
  readonly #scores: { sums: Float32Array; touched: number[] } = { sums: new Float32Array(256), touched: [] };

  /** @param settings see `contentSettings` */
  constructor(settings: ContentSettings = contentSettings) {
    this.#settings = settings;
  }

  /** how many items there are */
  get size(): number {
    return this.#size;
  }

  /** Is there anything to compare the item by? */
  has(item: number): boolean {
    return item < this.#lengths.length && this.#lengths[item] > 0;
  }

  /** The item is as this says from now on. @param content undefined: it is gone @returns false: it is as it was */
  set(item: number, content: ItemContent | undefined): boolean {
    this.#reach(item);
    const now = content ? this.#termsOf((take) => takeTerms(content, take)) : undefined;
    const length = this.#lengths[item];
    if (!now) {
      if (length < 0) return false;
      this.#unlink(item);
      this.#size--;
      this.#lengths[item] = -1;
    } else {
      if (length === now.length && this.#isSame(item, now)) return false;
      if (length < 0) this.#size++;
      else this.#unlink(item);
      this.#link(item, now);
    }
    this.#stamps[item] = -1;
    this.#changes++;
    return true;
  }

  /**
   * The items that are most alike an item.
   * @param count at most so many
   * @param isWanted others are passed over
   */
  likesOf(item: number, count: number, isWanted: (other: number) => boolean = () => true): Likes {
    if (!this.has(item)) return noLikes;
    const start = this.#starts[item];
    const terms = this.#terms.slice(start, start + this.#lengths[item]);
    const { minimumSimilarity } = this.#settings;
    return this.#nearest(terms, count, minimumSimilarity, (other) => other !== item && isWanted(other));
  }

  /** The items whose titles are most alike a text, such as what somebody searched for; of a text without a known word none. */
  likesOfText(text: string, count: number, isWanted: (item: number) => boolean = () => true): Likes {
    const known = new Set<number>();
    takeTextTerms(text, (_, hash) => {
      const term = this.#numbers.find(hash);
      if (term >= 0) known.add(term);
    });
    if (known.size === 0) return noLikes;
    return this.#nearest(Int32Array.from(known), count, this.#settings.minimumTextSimilarity, isWanted);
  }

  #nearest(terms: Int32Array, count: number, least: number, isWanted: (item: number) => boolean): Likes {
    this.#recount();
    const weights = this.#weightsOf(terms);
    const order = Array.from(terms.keys()).sort((a, b) => this.#idfOf(terms[b]) - this.#idfOf(terms[a]));
    const { sums, touched } = this.#scores;
    touched.length = 0;
    const [stamps, factors, counts] = [this.#stamps, this.#factors, this.#count];
    let left = this.#settings.mostEntries;
    let isCut = false;
    for (const place of order) {
      const term = terms[place];
      const entries = this.#entries[term];
      if (entries.length > left) {
        isCut = true;
        continue;
      }
      left -= entries.length;
      const [part, weight] = [this.#partOf[term], weights[place] * this.#idfOf(term)];
      for (let entry = 0; entry < entries.length; entry++) {
        const other = entries[entry];
        if (stamps[other] !== counts) this.#refresh(other);
        if (sums[other] === 0) touched.push(other);
        sums[other] += weight * factors[other * partCount + part];
      }
    }
    const likes = this.#best(count, least, isWanted, isCut ? { terms, weights } : undefined);
    for (const other of touched) sums[other] = 0;
    return likes;
  }

  /** @param whole what to add up for the best of those that were found by some of the terms alone */
  #best(
    count: number,
    least: number,
    isWanted: (item: number) => boolean,
    whole: { terms: Int32Array; weights: Float32Array } | undefined,
  ): Likes {
    const { sums, touched } = this.#scores;
    let found = touched;
    if (whole) {
      found = this.#highest(4 * count, isWanted);
      const weightOf = new Float32Array(this.#entries.length);
      for (let place = 0; place < whole.terms.length; place++) weightOf[whole.terms[place]] = whole.weights[place];
      for (const item of found) sums[item] = this.#cosine(item, weightOf);
    }
    // Few are left before they are sorted.
    found = found.filter((item) => sums[item] >= least && isWanted(item));
    found.sort((a, b) => sums[b] - sums[a] || a - b);
    if (found.length > count) found.length = count;
    return {
      items: Int32Array.from(found),
      similarities: Float32Array.from(found, (item) => Math.min(1, sums[item])),
    };
  }

  /** So many touched items with the highest sums, and some more: those of the step of sums in which the last of them lies. */
  #highest(count: number, isWanted: (item: number) => boolean): number[] {
    const { sums, touched } = this.#scores;
    const steps = new Int32Array(256);
    const stepOf = (item: number) => Math.min(255, Math.floor(256 * sums[item]));
    for (const item of touched) steps[stepOf(item)]++;
    let lowest = 255;
    for (let left = count - steps[lowest]; left > 0 && lowest > 0; ) left -= steps[--lowest];
    return touched.filter((item) => stepOf(item) >= lowest && isWanted(item));
  }

  /** @param weightOf by term */
  #cosine(item: number, weightOf: Float32Array): number {
    let sum = 0;
    for (let place = this.#starts[item], end = place + this.#lengths[item]; place < end; place++) {
      const term = this.#terms[place];
      const weight = weightOf[term];
      if (weight > 0) sum += weight * this.#idfOf(term) * this.#factors[item * partCount + this.#partOf[term]];
    }
    return sum;
  }

  #idfOf(term: number): number {
    return term < this.#idf.length ? this.#idf[term] : this.#newIdf;
  }

  #recount(): void {
    if (this.#changes === 0 || this.#changes < this.#size * recountShare) return;
    this.#changes = 0;
    this.#count++;
    this.#idf = Float32Array.from(this.#entries, ({ length }) => Math.log(1 + this.#size / (1 + length)));
    this.#newIdf = Math.log(1 + this.#size);
  }

  /** What each of these terms weighs in a vector of them. */
  #weightsOf(terms: Int32Array): Float32Array {
    const factors = this.#factorsOf(terms);
    return Float32Array.from(terms, (term) => this.#idfOf(term) * factors[this.#partOf[term]]);
  }

  #factorsOf(terms: Int32Array): Float64Array {
    const factors = new Float64Array(partCount);
    for (let place = 0; place < terms.length; place++) {
      factors[this.#partOf[terms[place]]] += this.#idfOf(terms[place]) ** 2;
    }
    let whole = 0;
    const { weights } = this.#settings;
    for (let part = 0; part < partCount; part++) {
      if (factors[part] === 0) continue;
      const weight = weights[contentParts[part]];
      whole += weight;
      factors[part] = Math.sqrt(weight / factors[part]);
    }
    for (let part = 0; part < partCount; part++) factors[part] /= Math.sqrt(whole);
    return factors;
  }

  #refresh(item: number): void {
    const start = this.#starts[item];
    this.#factors.set(this.#factorsOf(this.#terms.subarray(start, start + this.#lengths[item])), item * partCount);
    this.#stamps[item] = this.#count;
  }

  /** Numbers of the terms, ascending, each once. */
  #termsOf(takeAll: (take: (part: number, hash: number) => void) => void): Int32Array {
    const terms = new Set<number>();
    takeAll((part, hash) => {
      const term = this.#numbers.findOrAdd(hash);
      if (term === this.#entries.length) {
        this.#entries.push([]);
        this.#partOf.push(part);
      }
      terms.add(term);
    });
    return Int32Array.from(terms).sort();
  }

  #isSame(item: number, terms: Int32Array): boolean {
    const start = this.#starts[item];
    for (let place = 0; place < terms.length; place++) if (this.#terms[start + place] !== terms[place]) return false;
    return true;
  }

  #link(item: number, terms: Int32Array): void {
    this.#makeRoom(terms.length);
    this.#starts[item] = this.#end;
    this.#lengths[item] = terms.length;
    this.#terms.set(terms, this.#end);
    this.#end += terms.length;
    this.#held += terms.length;
    for (const term of terms) this.#entries[term].push(item);
  }

  #unlink(item: number): void {
    const start = this.#starts[item];
    for (let place = start; place < start + this.#lengths[item]; place++) {
      const entries = this.#entries[this.#terms[place]];
      entries[entries.indexOf(item)] = entries.at(-1)!;
      entries.pop();
    }
    this.#held -= this.#lengths[item];
    this.#lengths[item] = 0;
  }

  #makeRoom(length: number): void {
    if (this.#end + length <= this.#terms.length) return;
    const terms = new Int32Array(2 * (this.#held + length));
    let end = 0;
    for (let item = 0; item < this.#lengths.length; item++) {
      const [start, own] = [this.#starts[item], Math.max(0, this.#lengths[item])];
      terms.set(this.#terms.subarray(start, start + own), end);
      this.#starts[item] = end;
      end += own;
    }
    this.#terms = terms;
    this.#end = end;
  }

  #reach(item: number): void {
    const before = this.#lengths.length;
    if (item < before) return;
    const size = Math.max(item + 1, 2 * before);
    this.#starts = widened(this.#starts, new Int32Array(size));
    this.#lengths = widened(this.#lengths, new Int32Array(size).fill(-1));
    this.#stamps = widened(this.#stamps, new Int32Array(size).fill(-1));
    this.#factors = widened(this.#factors, new Float32Array(size * partCount));
    this.#scores.sums = new Float32Array(size);
  }
}

function widened<Values extends Int32Array | Float32Array>(values: Values, wide: Values): Values {
  wide.set(values);
  return wide;
}
