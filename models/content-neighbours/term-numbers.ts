/** Numbers terms by their hash in the order in which they come to be known: open addressing, 12 bytes a term. */
export class TermNumbers {
  #hashes = new Uint32Array(1_024);
  /** number + 1; 0: free */
  #numbers = new Int32Array(1_024);
  #count = 0;

  get count(): number {
    return this.#count;
  }

  /** -1: not known */
  find(hash: number): number {
    return this.#numbers[this.#placeOf(hash)] - 1;
  }

  findOrAdd(hash: number): number {
    const place = this.#placeOf(hash);
    if (this.#numbers[place] > 0) return this.#numbers[place] - 1;
    this.#hashes[place] = hash;
    this.#numbers[place] = ++this.#count;
    if (this.#count * 3 > this.#numbers.length * 2) this.#grow();
    return this.#count - 1;
  }

  #placeOf(hash: number): number {
    const mask = this.#numbers.length - 1;
    let place = hash & mask;
    while (this.#numbers[place] > 0 && this.#hashes[place] !== hash) place = (place + 1) & mask;
    return place;
  }

  #grow(): void {
    const [hashes, numbers] = [this.#hashes, this.#numbers];
    this.#hashes = new Uint32Array(2 * hashes.length);
    this.#numbers = new Int32Array(2 * numbers.length);
    for (let place = 0; place < numbers.length; place++) {
      if (numbers[place] === 0) continue;
      const to = this.#placeOf(hashes[place]);
      this.#hashes[to] = hashes[place];
      this.#numbers[to] = numbers[place];
    }
  }
}
