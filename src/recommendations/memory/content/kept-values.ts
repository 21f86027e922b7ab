interface Kept<Value> {
  value: Value;
  /** Has anybody asked for it since it came, or since it was last spared? */
  isAsked: boolean;
}

/** Values by number, so many at most: when one more comes, the oldest goes that nobody has asked for, and those before it are spared once. */
export class KeptValues<Value> {
  readonly #most: number;
  readonly #kept = new Map<number, Kept<Value>>();

  constructor(most: number) {
    this.#most = most;
  }

  get size(): number {
    return this.#kept.size;
  }

  get isFull(): boolean {
    return this.#kept.size >= this.#most;
  }

  has(number: number): boolean {
    return this.#kept.has(number);
  }

  get(number: number): Value | undefined {
    const found = this.#kept.get(number);
    if (!found) return undefined;
    found.isAsked = true;
    return found.value;
  }

  set(number: number, value: Value): void {
    const before = this.#kept.get(number);
    if (before) {
      before.value = value;
      return;
    }
    if (this.isFull) this.#makeRoom();
    this.#kept.set(number, { value, isAsked: false });
  }

  delete(number: number): void {
    this.#kept.delete(number);
  }

  clear(): void {
    this.#kept.clear();
  }

  #makeRoom(): void {
    for (const [number, one] of this.#kept) {
      this.#kept.delete(number);
      if (!one.isAsked) return;
      one.isAsked = false;
      this.#kept.set(number, one);
    }
  }
}
