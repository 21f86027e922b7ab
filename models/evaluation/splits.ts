/** What was bought: entry `n` of each array is one bought line. Times on any one scale. */
export interface Purchases {
  readonly customers: Uint32Array;
  readonly items: Uint32Array;
  readonly times: Float64Array;
}

export interface TimeSplit {
  /** lines before the cut, ascending: what may be learned from */
  readonly fitLines: Uint32Array;
  /** customers who bought before the cut and in the window, ascending */
  readonly customers: Uint32Array;
  /** beside `customers`: every distinct item bought in the window */
  readonly relevant: readonly ReadonlySet<number>[];
}

/**
 * Cuts purchases in time: learn from what is before `cut`, judge by what is bought from `cut` until before `end`, over
 * the customers present in both. With `repurchase: 'exclude'` items that the customer bought before the cut are not
 * relevant, and customers for whom nothing else is left are not judged. Services must be filtered out beforehand.
 *
 * @throws RangeError when lengths differ or the window is empty
 */
export function splitByTime(
  { customers, items, times }: Purchases,
  { cut, end, repurchase }: { cut: number; end: number; repurchase: 'allow' | 'exclude' },
): TimeSplit {
  for (const [name, values] of Object.entries({ items, times })) {
    if (values.length !== customers.length) {
      throw new RangeError(`${name} must hold ${customers.length} values as customers does, not ${values.length}`);
    }
  }
  if (!(cut < end)) throw new RangeError(`end must be after cut (${cut}), not ${end}`);

  const fitLines = Uint32Array.from(times.keys()).filter((line) => times[line]! < cut);
  const bought = new Map<number, Set<number>>();
  for (const line of fitLines) addTo(bought, customers[line]!, items[line]!);

  const wanted = new Map<number, Set<number>>();
  for (let line = 0; line < times.length; line++) {
    if (!(times[line]! >= cut && times[line]! < end)) continue;
    const before = bought.get(customers[line]!);
    if (before === undefined || (repurchase === 'exclude' && before.has(items[line]!))) continue;
    addTo(wanted, customers[line]!, items[line]!);
  }
  const judged = Uint32Array.from(wanted.keys()).sort();
  return { fitLines, customers: judged, relevant: Array.from(judged, (customer) => wanted.get(customer)!) };
}

function addTo(sets: Map<number, Set<number>>, key: number, value: number): void {
  const set = sets.get(key);
  if (set) set.add(value);
  else sets.set(key, new Set([value]));
}
