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
