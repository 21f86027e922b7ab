import { type Bits, clearBit, grown, hasBit, setBit } from './bits.ts';

/** As many are listed: more take less room, and are united faster, as bits. */
const mostListed = 256;

/** A set of items that come and go: those of one brand, of one category. */
export class ItemSet {
  #listed: number[] | undefined = [];
  #bits: Bits = new Uint32Array();

  /** An item that is not in it. */
  add(item: number): void {
    if (!this.#listed) {
      this.#setBit(item);
    } else if (this.#listed.push(item) > mostListed) {
      for (const one of this.#listed) this.#setBit(one);
      this.#listed = undefined;
    }
  }

  /** An item that is in it. */
  delete(item: number): void {
    if (this.#listed) this.#listed.splice(this.#listed.indexOf(item), 1);
    else clearBit(this.#bits, item);
  }

  /** Into bits that have room for every item. */
  uniteInto(bits: Bits): void {
    if (this.#listed) for (const item of this.#listed) setBit(bits, item);
    else for (let word = 0; word < this.#bits.length && word < bits.length; word++) bits[word] |= this.#bits[word];
  }

  hasAnyWithin(bits: Bits, holds: (item: number) => boolean): boolean {
    if (this.#listed) return this.#listed.some((item) => hasBit(bits, item) && holds(item));
    const words = Math.min(bits.length, this.#bits.length);
    for (let word = 0; word < words; word++) {
      for (let left = bits[word] & this.#bits[word]; left !== 0; left &= left - 1) {
        if (holds((word << 5) + 31 - Math.clz32(left & -left))) return true;
      }
    }
    return false;
  }

  #setBit(item: number): void {
    this.#bits = grown(this.#bits, item + 1);
    setBit(this.#bits, item);
  }
}
