import { createKernels, type Kernels } from '../kernels/index.ts';
import { embeddings as kernelSet } from '../kernels/sets/embeddings.ts';

/** Rows of bytes are as long as a multiple of this, with zeroes at their ends. */
const lane = 8;
const highest = 127;

/**
 * Embeddings of items, a signed byte a number: scaled so that the largest number of each is 127. Their cosines differ from those of
 * the numbers themselves by less than a hundredth, and are the same in every build.
 */
export class Embeddings {
  /** 0: there is none yet */
  #length = 0;
  /** bytes a row */
  #width = 0;
  #room = 0;
  #kernels: Kernels | undefined;
  #rows: Int8Array = new Int8Array();
  #products: Int32Array = new Int32Array();
  /** by row */
  readonly #items: number[] = [];
  /** by row: 1 / its length */
  readonly #factors: number[] = [];
  readonly #rowOf = new Map<number, number>();

  /** how many items have one */
  get size(): number {
    return this.#items.length;
  }

  has(item: number): boolean {
    return this.#rowOf.has(item);
  }

  /**
   * @param numbers finite, not all 0. Where there are more or fewer of them than before all others are forgotten: embeddings of two
   * lengths are of two models, and of one of them alone are there any.
   * @throws RangeError when there is nothing but zeroes, or something else than numbers
   */
  set(item: number, numbers: ArrayLike<number>): void {
    let largest = 0;
    for (let at = 0; at < numbers.length; at++) largest = Math.max(largest, Math.abs(numbers[at]));
    if (!(largest > 0 && largest < Number.POSITIVE_INFINITY)) {
      throw new RangeError('an embedding has finite numbers that are not all 0');
    }
    if (numbers.length !== this.#length) this.#begin(numbers.length);
    const row = this.#rowFor(item);
    const start = row * this.#width;
    let square = 0;
    for (let at = 0; at < numbers.length; at++) {
      const value = Math.round((highest * numbers[at]) / largest);
      this.#rows[start + at] = value;
      square += value * value;
    }
    this.#factors[row] = 1 / Math.sqrt(square);
  }

  delete(item: number): void {
    const row = this.#rowOf.get(item);
    if (row === undefined) return;
    const last = this.#items.length - 1;
    const width = this.#width;
    this.#rows.copyWithin(row * width, last * width, (last + 1) * width);
    this.#items[row] = this.#items[last];
    this.#factors[row] = this.#factors[last];
    this.#rowOf.set(this.#items[row], row);
    this.#rowOf.delete(item);
    this.#items.pop();
    this.#factors.pop();
  }

  /** Tells the cosine of an item that has an embedding with each of those that have one, itself among them. */
  compare(item: number, take: (other: number, cosine: number) => void): void {
    const [count, width] = [this.#items.length, this.#width];
    const asked = this.#rowOf.get(item)!;
    const { byteOffset } = this.#rows;
    this.#kernels!.run('multiplyRows', [
      [byteOffset, count, width, byteOffset + asked * width, this.#products.byteOffset],
    ]);
    const [items, factors, products] = [this.#items, this.#factors, this.#products];
    const factor = factors[asked];
    for (let row = 0; row < count; row++) take(items[row], products[row] * factor * factors[row]);
  }

  #begin(length: number): void {
    this.#items.length = 0;
    this.#factors.length = 0;
    this.#rowOf.clear();
    this.#length = length;
    this.#width = lane * Math.ceil(length / lane);
    this.#makeRoom(256);
  }

  #rowFor(item: number): number {
    const known = this.#rowOf.get(item);
    if (known !== undefined) return known;
    const row = this.#items.length;
    if (row === this.#room) this.#makeRoom(2 * this.#room);
    this.#items.push(item);
    this.#rowOf.set(item, row);
    return row;
  }

  #makeRoom(room: number): void {
    const bytes = room * this.#width;
    const kernels = createKernels(kernelSet, { bytes: bytes + 4 * room + 256 });
    const before = this.#rows.subarray(0, this.#items.length * this.#width);
    const { buffer, byteOffset } = kernels.uint8(bytes);
    this.#rows = new Int8Array(buffer, byteOffset, bytes);
    this.#rows.set(before);
    const products = kernels.uint32(room);
    this.#products = new Int32Array(products.buffer, products.byteOffset, room);
    this.#kernels = kernels;
    this.#room = room;
  }
}
