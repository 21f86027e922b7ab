/** What the models know of each customer: entry `n` of each array is customer `n`. Times in any one unit. */
export interface Histories {
  /** x: orders after the first */
  readonly repeats: Uint32Array;
  /** t_x: from the first order to the last; 0 without a repeat */
  readonly lastRepeat: Float64Array;
  /** T: from the first order to now */
  readonly observed: Float64Array;
  /** mean value of the orders after the first; anything without a repeat */
  readonly meanSpend: Float64Array;
  /** customers of whose beginning the same is known have the same number, see `findPatterns`; absent: nothing is known */
  readonly patterns?: Uint32Array;
}

/** What one customer did, in the times of `Histories`. */
export interface History {
  readonly repeats: number;
  readonly lastRepeat: number;
  readonly observed: number;
  /** see `Histories.patterns`; absent: nothing is known */
  readonly pattern?: number;
}

/** One customer's, out of all. */
export function historyOf(histories: Omit<Histories, 'meanSpend'>, customer: number): History {
  const { repeats, lastRepeat, observed, patterns } = histories;
  return {
    repeats: repeats[customer],
    lastRepeat: lastRepeat[customer],
    observed: observed[customer],
    pattern: patterns ? patterns[customer] : 0,
  };
}

/** What customers did, each once, whatever else is known of them: many did the same. */
interface Alike {
  /** by customer: the number of their history */
  readonly numbers: Uint32Array;
  /** by number: the first customer who has it */
  readonly firsts: Uint32Array;
}

const found = new WeakMap<object, Alike>();

/** Tells histories apart, once for the same object, in the order in which customers first have them. */
export function alikeIn(histories: Omit<Histories, 'meanSpend'>): Alike {
  const alike = found.get(histories) ?? findAlike(histories);
  found.set(histories, alike);
  return alike;
}

function findAlike({ repeats, lastRepeat, observed }: Omit<Histories, 'meanSpend'>): Alike {
  const times = numberPairs(numberValues(lastRepeat), numberValues(observed));
  const { numbers, count } = numberPairs(times, numberValues(repeats));
  const firsts = new Uint32Array(count);
  for (let customer = numbers.length - 1; customer >= 0; customer--) firsts[numbers[customer]] = customer;
  return { numbers, firsts };
}

interface Numbered {
  readonly numbers: Uint32Array;
  readonly count: number;
}

/** Equal values by the same number, from 0 on as they come. */
function numberValues(values: ArrayLike<number>): Numbered {
  const known = new Map<number, number>();
  const numbers = new Uint32Array(values.length);
  for (let place = 0; place < numbers.length; place++) {
    let number = known.get(values[place]);
    if (number === undefined) known.set(values[place], (number = known.size));
    numbers[place] = number;
  }
  return { numbers, count: known.size };
}

function numberPairs(one: Numbered, other: Numbered): Numbered {
  const pairs = new Float64Array(one.numbers.length);
  for (let place = 0; place < pairs.length; place++) {
    pairs[place] = one.numbers[place] * other.count + other.numbers[place];
  }
  return numberValues(pairs);
}

/** Some customers' alone. */
export function pickHistories(histories: Omit<Histories, 'meanSpend'>, customers: ArrayLike<number>) {
  const { repeats, lastRepeat, observed, patterns } = histories;
  const column = (values: Float64Array) => Float64Array.from(customers, (customer) => values[customer]);
  return {
    repeats: Uint32Array.from(customers, (customer) => repeats[customer]),
    lastRepeat: column(lastRepeat),
    observed: column(observed),
    ...(patterns && { patterns: Uint32Array.from(customers, (customer) => patterns[customer]) }),
  };
}

/** @throws RangeError naming the field: lengths differ, or not 0 <= lastRepeat <= observed */
export function requireHistories({ repeats, lastRepeat, observed, meanSpend, patterns }: Histories): void {
  for (const [name, values] of Object.entries({ lastRepeat, observed, meanSpend, ...(patterns && { patterns }) })) {
    if (values.length !== repeats.length) {
      throw new RangeError(`${name} must hold ${repeats.length} values as repeats does, not ${values.length}`);
    }
  }
  for (let customer = 0; customer < repeats.length; customer++) {
    const [last, end] = [lastRepeat[customer], observed[customer]];
    if (!(Number.isFinite(end) && end >= 0))
      throw new RangeError(`observed[${customer}] must be 0 or more, not ${end}`);
    if (!(last >= 0 && last <= end)) {
      throw new RangeError(`lastRepeat[${customer}] must be from 0 to observed (${end}), not ${last}`);
    }
    if (repeats[customer] > 0 && !Number.isFinite(meanSpend[customer])) {
      throw new RangeError(`meanSpend[${customer}] must be a finite number, not ${meanSpend[customer]}`);
    }
  }
}
