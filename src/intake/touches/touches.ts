/** What figures are counted from, by kind (`cost`: also what coupons gave; `list`: what was shown, in the log of lists); `touched_days` names the days of each that are to be counted anew. */
export type TouchedKind = 'event' | 'order' | 'refund' | 'customer' | 'stock' | 'cost' | 'market' | 'list';

/** What comes in as facts of their own, which are not changed later without their day being touched. */
export type ArrivedKind = 'event' | 'order' | 'refund';

/** Facts that came in, and the moments of the days whose figures hang on them. */
export interface CameIn {
  kind: TouchedKind;
  facts: ArrivedKind;
  moments: Iterable<number>;
  keys: Iterable<number>;
}

const quarterHourMs = 900_000;

/** Of more facts at once nobody says which: their days are counted as a whole. */
export const mostKeys = 5_000;

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
  readonly #came = new Map<
    string,
    { kind: TouchedKind; facts: ArrivedKind; moments: Set<number>; keys: Set<number> }
  >();

  /** @param at epoch milliseconds of a fact */
  addMoment(kind: TouchedKind, at: number): this {
    return this.addMoments(kind, [at]);
  }

  addMoments(kind: TouchedKind, moments: Iterable<number>): this {
    addQuarters(setOf(this.#moments, kind), moments);
    return this;
  }

  /** Facts that came in: no other fact of these moments' days has changed. @param keys also of more than these moments */
  addFacts({ kind, facts, moments, keys }: CameIn): this {
    const name = `${kind} ${facts}`;
    const known = this.#came.get(name) ?? { kind, facts, moments: new Set(), keys: new Set() };
    this.#came.set(name, known);
    addQuarters(known.moments, moments);
    // One more tells that they are too many: a file's would take as much memory as it has rows.
    for (const key of keys) if (known.keys.size <= mostKeys) known.keys.add(key);
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
    for (const came of others.#came.values()) this.addFacts(came);
    return this.addItems(others.#items);
  }

  get moments(): { kind: TouchedKind; at: number }[] {
    return [...this.#moments].flatMap(([kind, moments]) => Array.from(moments, (at) => ({ kind, at })));
  }

  get days(): { kind: TouchedKind; day: string }[] {
    return [...this.#days].flatMap(([kind, days]) => Array.from(days, (day) => ({ kind, day })));
  }

  get facts(): { kind: TouchedKind; facts: ArrivedKind; moments: number[]; keys: number[] }[] {
    return Array.from(this.#came.values(), (came) => ({ ...came, moments: [...came.moments], keys: [...came.keys] }));
  }

  get itemKeys(): number[] {
    return [...this.#items];
  }
}

function addQuarters(known: Set<number>, moments: Iterable<number>): void {
  for (const at of moments) known.add(at < quartersSince ? at : at - (at % quarterHourMs));
}

function setOf<Value>(sets: Map<TouchedKind, Set<Value>>, kind: TouchedKind): Set<Value> {
  const known = sets.get(kind) ?? new Set<Value>();
  sets.set(kind, known);
  return known;
}
