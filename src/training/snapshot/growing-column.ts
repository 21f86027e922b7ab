type Numbers = Float64Array | Float32Array | Uint32Array | Int32Array | Uint8Array;

/** A typed array that grows: what is streamed in has no known length. With room for all of it nothing is copied; without, it doubles. */
export class Column<Values extends Numbers> {
  #values: Values;
  #length = 0;

  /** @param room for so many values; what is never filled takes no memory */
  constructor(kind: new (length: number) => Values, room = 1_024) {
    this.#values = new kind(Math.max(1, room));
  }

  get length(): number {
    return this.#length;
  }

  push(value: number): void {
    if (this.#length === this.#values.length) {
      const larger = new (this.#values.constructor as new (length: number) => Values)(2 * this.#length);
      larger.set(this.#values);
      this.#values = larger;
    }
    this.#values[this.#length++] = value;
  }

  /** The values pushed, where they lie. */
  take(): Values {
    return this.#values.subarray(0, this.#length) as Values;
  }
}

/** The values of columns that belong together. */
export function takeAll<Columns extends Record<string, Column<Numbers>>>(columns: Columns) {
  const taken = Object.entries(columns).map(([name, column]) => [name, column.take()]);
  return Object.fromEntries(taken) as { [Name in keyof Columns]: ReturnType<Columns[Name]['take']> };
}
