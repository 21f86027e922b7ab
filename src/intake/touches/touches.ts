/** What figures are counted from, by kind (`cost`: also what coupons gave; `list`: what was shown, in the log of lists); `touched_days` names the days of each that are to be counted anew. */
export type TouchedKind = 'event' | 'order' | 'refund' | 'customer' | 'stock' | 'cost' | 'market' | 'list';

const quarterHourMs = 900_000;

/** Since then every zone's local days begin on a quarter of an hour of UTC. */
const quartersSince = Date.UTC(1973, 0);

/**
 * What a change of facts touches: moments of facts, whose local days the database knows, local days, and items that moved to
 * another category or brand. Moments are kept by the quarter of an hour, so that a long history takes little memory.
 */
export class Touches {
  readonly #moments = new Map<TouchedKind, Set<number>>();
  readonly #days = new Map<TouchedKind, Set<string>>();
  readonly #items = new Set<number>();

  /** @param at epoch milliseconds of a fact */
  addMoment(kind: TouchedKind, at: number): this {
    return this.addMoments(kind, [at]);
  }

  addMoments(kind: TouchedKind, moments: Iterable<number>): this {
    const known = setOf(this.#moments, kind);
    for (const at of moments) known.add(at < quartersSince ? at : at - (at % quarterHourMs));
    return this;
  }

  /** @param days local ones, `2026-03-29` */
  addDays(kind: TouchedKind, days: Iterable<string>): this {
    const known = setOf(this.#days, kind);
    for (const day of days) known.add(day);
    return this;
  }

  addItems(itemKeys: Iterable<number>): this {
    for (const key of itemKeys) this.#items.add(key);
    return this;
  }

  addAll(others: Touches): this {
    for (const [kind, moments] of others.#moments) this.addMoments(kind, moments);
    for (const [kind, days] of others.#days) this.addDays(kind, days);
    return this.addItems(others.#items);
  }

  get moments(): { kind: TouchedKind; at: number }[] {
    return [...this.#moments].flatMap(([kind, moments]) => Array.from(moments, (at) => ({ kind, at })));
  }

  get days(): { kind: TouchedKind; day: string }[] {
    return [...this.#days].flatMap(([kind, days]) => Array.from(days, (day) => ({ kind, day })));
  }

  get itemKeys(): number[] {
    return [...this.#items];
  }
}

function setOf<Value>(sets: Map<TouchedKind, Set<Value>>, kind: TouchedKind): Set<Value> {
  const known = sets.get(kind) ?? new Set<Value>();
  sets.set(kind, known);
  return known;
}
