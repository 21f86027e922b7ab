import { Embeddings } from './embeddings.ts';
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
const termBits = 4_095;
/** Sums are of single precision. */
const slack = 1e-5;
/** How often terms are is counted anew when so large a share of the items has changed since. */
const recountShare = 1 / 8;

interface Question {
  readonly terms: Int32Array;
  /** of each in a vector of them */
  readonly weights: Float32Array;
  readonly passedOver: PassedOver;
  /** the item asked for, where it has an embedding */
  readonly embedded: number | undefined;
}

/** Terms of a question that were not looked at, by part. */
interface PassedOver {
  isAny: boolean;
  /** sums of weight by idf, to be multiplied by an item's factor */
  readonly products: Float64Array;
  /** sums of squared weights */
  readonly squares: Float64Array;
}

/**
 * Finds items alike by content. Items are small whole numbers; they come, change and go one by one.
 *
 * An item is a vector of its terms (`takeTerms`), each there or not: within a part a term has idf = ln(1 + N / (1 + n)), N items and n
 * of them with it when that was last counted; each part is brought to length 1 and multiplied by the root of its weight, and the
 * whole is brought to length 1. Likeness is the cosine. An item's vector is made from what it is now; N and n are those of the
 * last count, which is made anew before a question once an eighth of the items has changed.
 *
 * Where both of two items have an embedding it is one more part of them, whose cosine is theirs.
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
  /** by item: a bit for each part that it has terms of */
  #parts = new Uint8Array(256);
  #stamps = new Int32Array(256).fill(-1);
  #size = 0;
  #changes = 0;
  #count = 0;
  /** by term, as of the last count; those that came later have `#newIdf` */
  #idf = new Float32Array();
  #newIdf = Math.LN2;
  /** by item, all 0 between questions: what it shares with the question */
  #sums = new Float32Array(256);
  /** by term, all 0 between questions: what an item's factor of its part is multiplied by */
  #asked = new Float64Array();
  /** by the last bits of a term: whether any of these is asked; small enough to stay near the processor */
  readonly #mayBeAsked = new Uint8Array(termBits + 1);
  #compared = 0;
  /** by the parts that an item has: what they weigh together */
  readonly #wholes = new Float64Array(1 << partCount);
  readonly #embeddings = new Embeddings();
  /** by item: the cosine of its embedding with that of the item asked for last; NaN: it has none */
  #cosines = new Float32Array(256);

  /** @param settings see `contentSettings` */
  constructor(settings: ContentSettings = contentSettings) {
    this.#settings = settings;
    for (let parts = 0; parts < this.#wholes.length; parts++) {
      const own = contentParts.filter((_, part) => parts & (1 << part));
      this.#wholes[parts] = own.reduce((whole, part) => whole + settings.weights[part], 0);
    }
  }

  /** how many items there are */
  get size(): number {
    return this.#size;
  }

  /** how many items questions have compared by all of their terms: what those cost that pass terms over */
  get compared(): number {
    return this.#compared;
  }

  /** Is there anything to compare the item by? */
  has(item: number): boolean {
    const length = item < this.#lengths.length ? this.#lengths[item] : -1;
    return length > 0 || (length === 0 && this.#embeddings.has(item));
  }

  /**
   * The item is as this says from now on.
   * @param content undefined: it is gone
   * @param willChange called before it is otherwise than it was
   * @returns false: it is as it was
   */
  set(item: number, content: ItemContent | undefined, willChange: () => void = () => {}): boolean {
    this.#reach(item);
    const now = content ? this.#termsOf((take) => takeTerms(content, take)) : undefined;
    const length = this.#lengths[item];
    if (!now) {
      if (length < 0) return false;
      willChange();
      this.#unlink(item);
      this.#size--;
      this.#lengths[item] = -1;
    } else {
      if (length === now.length && this.#isSame(item, now)) return false;
      willChange();
      if (length < 0) this.#size++;
      else this.#unlink(item);
      this.#link(item, now);
    }
    this.#stamps[item] = -1;
    this.#changes++;
    return true;
  }

  /**
   * The item has this embedding from now on; it counts as soon as the item is there.
   * @param numbers finite, not all 0, as many for every item: others are forgotten (see `Embeddings`). undefined: it has none
   * @param willChange called before it is otherwise than it was
   */
  setEmbedding(item: number, numbers: ArrayLike<number> | undefined, willChange: () => void = () => {}): void {
    this.#reach(item);
    if (numbers) {
      willChange();
      this.#embeddings.set(item, numbers);
    } else if (this.#embeddings.has(item)) {
      willChange();
      this.#embeddings.delete(item);
    }
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
    const embedded = this.#embeddings.has(item) ? item : undefined;
    return this.#nearest(terms, count, minimumSimilarity, (other) => other !== item && isWanted(other), embedded);
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

  #nearest(
    terms: Int32Array,
    count: number,
    least: number,
    isWanted: (item: number) => boolean,
    embedded?: number,
  ): Likes {
    this.#recount();
    const question = this.#questionOf(terms, embedded);
    const found = this.#addUp(question);
    if (embedded !== undefined) this.#addEmbeddings(question, embedded, found, least);
    const likes = question.passedOver.isAny
      ? this.#compareWhole(question, found, count, least, isWanted)
      : found.filter((item) => this.#sums[item] >= least && isWanted(item));
    likes.sort((a, b) => this.#sums[b] - this.#sums[a] || a - b);
    if (likes.length > count) likes.length = count;
    const answer = {
      items: Int32Array.from(likes),
      similarities: Float32Array.from(likes, (item) => Math.min(1, this.#sums[item])),
    };
    const sums = this.#sums;
    for (let place = 0; place < found.length; place++) sums[found[place]] = 0;
    return answer;
  }

  #questionOf(terms: Int32Array, embedded: number | undefined): Question {
    const factors = this.#factorsOf(terms);
    // As single precision has them, like the factors of items.
    const weights = Float32Array.from(terms, (term) => this.#idfOf(term) * factors[this.#partOf[term]]);
    const passedOver = { isAny: false, products: new Float64Array(partCount), squares: new Float64Array(partCount) };
    return { terms, weights, passedOver, embedded };
  }

  /** Adds up what items share with the question, its rarest terms first. @returns the items that share any of it */
  #addUp(question: Question): number[] {
    const { terms, weights, passedOver } = question;
    const order = Array.from(terms.keys()).sort((a, b) => this.#idfOf(terms[b]) - this.#idfOf(terms[a]));
    const touched: number[] = [];
    const [sums, stamps, factors, count] = [this.#sums, this.#stamps, this.#factors, this.#count];
    let left = this.#settings.mostEntries;
    for (const place of order) {
      const term = terms[place];
      const [part, entries] = [this.#partOf[term], this.#entries[term]];
      const weight = weights[place] * this.#idfOf(term);
      if (entries.length > left) {
        passedOver.isAny = true;
        passedOver.products[part] += weight;
        passedOver.squares[part] += weights[place] ** 2;
        continue;
      }
      left -= entries.length;
      for (let entry = 0; entry < entries.length; entry++) {
        const other = entries[entry];
        if (stamps[other] !== count) this.#refresh(other);
        if (sums[other] === 0) touched.push(other);
        sums[other] += weight * factors[other * partCount + part];
      }
    }
    return touched;
  }

  /** Takes the cosines of embeddings into the sums, and adds those to what was found that are alike by their embedding. */
  #addEmbeddings(question: Question, embedded: number, found: number[], least: number): void {
    const [sums, lengths, cosines] = [this.#sums, this.#lengths, this.#cosines];
    // What terms that were passed over add is not known yet.
    const enough = question.passedOver.isAny ? 0 : least;
    cosines.fill(Number.NaN);
    this.#embeddings.compare(embedded, (other, cosine) => {
      cosines[other] = cosine;
      if (lengths[other] < 0) return;
      const sum = this.#withEmbedding(question, other, sums[other]);
      if (sums[other] > 0) sums[other] = Math.max(0, sum);
      else if (sum > 0 && sum >= enough) {
        if (this.#stamps[other] !== this.#count) this.#refresh(other);
        sums[other] = sum;
        found.push(other);
      }
    });
  }

  /** The likeness of an item to the one asked for, of whose terms it is `cosine`. */
  #withEmbedding({ embedded }: Question, other: number, cosine: number): number {
    if (embedded === undefined || Number.isNaN(this.#cosines[other])) return cosine;
    const weight = this.#settings.weights.embedding;
    const [own, its] = [this.#wholes[this.#parts[embedded]], this.#wholes[this.#parts[other]]];
    const product = cosine * Math.sqrt(own * its) + weight * this.#cosines[other];
    return product / Math.sqrt((own + weight) * (its + weight));
  }

  /**
   * Of items that were found by some of the terms alone the best `mostCompared` are compared by all of them, the most promising
   * first: what cannot come among the `count` best any more, whatever the other terms say, is not.
   * @returns those that are alike enough, with their cosines as sums
   */
  #compareWhole(
    question: Question,
    found: readonly number[],
    count: number,
    least: number,
    isWanted: (item: number) => boolean,
  ): number[] {
    const sums = this.#sums;
    const promising = this.#highest(found, this.#settings.mostCompared).filter(isWanted);
    const { terms, weights, passedOver } = question;
    if (this.#asked.length < this.#entries.length) this.#asked = new Float64Array(2 * this.#entries.length);
    const asked = this.#asked;
    for (let place = 0; place < terms.length; place++) {
      asked[terms[place]] = weights[place] * this.#idfOf(terms[place]);
      this.#mayBeAsked[terms[place] & termBits] = 1;
    }
    const mostLeft = this.#boundOf(passedOver);
    const likes: number[] = [];
    const bests = new Float32Array(count);
    for (const item of promising) {
      if (sums[item] + mostLeft(item) < Math.max(least, bests[count - 1])) continue;
      sums[item] = this.#withEmbedding(question, item, this.#cosine(item));
      this.#compared++;
      if (sums[item] < least) continue;
      likes.push(item);
      put(bests, sums[item]);
    }
    for (const term of terms) {
      asked[term] = 0;
      this.#mayBeAsked[term & termBits] = 0;
    }
    return likes;
  }

  /**
   * How much the terms that were passed over can add to an item at most: of each part as if it had all of them, or by Cauchy and
   * Schwarz, whichever is less.
   */
  #boundOf({ products, squares }: PassedOver): (item: number) => number {
    const { weights } = this.#settings;
    const lengths = squares.map((square, part) => Math.sqrt(square * weights[contentParts[part]]));
    const among = Array.from(contentParts.keys()).filter((part) => squares[part] > 0);
    const [factors, parts] = [this.#factors, this.#parts];
    const shares = this.#wholes.map((whole) => 1 / Math.sqrt(whole));
    return (item) => {
      if (parts[item] === 0) return 0;
      const share = shares[parts[item]];
      let most = slack;
      for (let place = 0; place < among.length; place++) {
        const part = among[place];
        const all = products[part] * factors[item * partCount + part];
        const longest = lengths[part] * share;
        most += all < longest ? all : longest;
      }
      return most;
    };
  }

  /**
   * So many items with the highest sums, and some more: those of the step of sums in which the last of them lies. What is of a higher
   * step comes first.
   */
  #highest(items: readonly number[], count: number): number[] {
    const sums = this.#sums;
    const stepOf = (item: number) => Math.min(255, (256 * sums[item]) | 0);
    const ends = new Int32Array(256);
    for (let place = 0; place < items.length; place++) ends[stepOf(items[place])]++;
    let last = 255;
    while (last > 0 && ends[last] < count) ends[--last] += ends[last + 1];
    const highest = new Array<number>(ends[last]);
    for (let place = 0; place < items.length; place++) {
      const item = items[place];
      if (sums[item] >= last / 256) highest[--ends[stepOf(item)]] = item;
    }
    return highest;
  }

  /** With the question in `#asked`. */
  #cosine(item: number): number {
    const [terms, partOf, factors] = [this.#terms, this.#partOf, this.#factors];
    const [asked, mayBeAsked] = [this.#asked, this.#mayBeAsked];
    let sum = 0;
    for (let place = this.#starts[item], end = place + this.#lengths[item]; place < end; place++) {
      const term = terms[place];
      if (mayBeAsked[term & termBits] === 0) continue;
      const weight = asked[term];
      if (weight > 0) sum += weight * factors[item * partCount + partOf[term]];
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
    if (whole > 0) for (let part = 0; part < partCount; part++) factors[part] /= Math.sqrt(whole);
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
    this.#parts[item] = 0;
    for (const term of terms) {
      this.#entries[term].push(item);
      this.#parts[item] |= 1 << this.#partOf[term];
    }
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
    this.#parts = widened(this.#parts, new Uint8Array(size));
    this.#sums = new Float32Array(size);
    this.#cosines = new Float32Array(size);
  }
}

function widened<Values extends Int32Array | Float32Array | Uint8Array>(values: Values, wide: Values): Values {
  wide.set(values);
  return wide;
}

/** Puts a value among the highest, which fall. */
function put(highest: Float32Array, value: number): void {
  let place = highest.length - 1;
  if (value <= highest[place]) return;
  for (; place > 0 && highest[place - 1] < value; place--) highest[place] = highest[place - 1];
  highest[place] = value;
}
