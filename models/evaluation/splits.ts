import { placesWhere } from '../places.ts';
import { seededRandom, shuffle } from '../random.ts';

/** What was bought: entry `n` of each array is one bought line. Times on any one scale. */
export interface TimedPurchases {
  readonly customers: Uint32Array;
  readonly items: Uint32Array;
  readonly times: Float64Array;
}

/** Whom to judge, and by what. */
export interface TestSet {
  /** ascending */
  readonly customers: Uint32Array;
  /** beside `customers`: every distinct item held out, at least one */
  readonly relevant: readonly ReadonlySet<number>[];
}

/** What may be learnt from, and the test set beside it. */
export interface Split extends TestSet {
  /** ascending: what may be learned from */
  readonly fitLines: Uint32Array;
}

/**
 * Cuts purchases in time: learn from what is before `cut`, judge by what is bought from `cut` until before `end`, over
 * the customers present in both. With `repurchase: 'exclude'` items that the customer bought before the cut are not
 * relevant, and customers for whom nothing else is left are not judged. Services must be filtered out beforehand.
 *
 * @throws RangeError when lengths differ or the window is empty
 */
export function splitByTime(
  { customers, items, times }: TimedPurchases,
  { cut, end, repurchase }: { cut: number; end: number; repurchase: 'allow' | 'exclude' },
): Split {
  requireEqualLengths(customers, { items, times });
  if (!(cut < end)) throw new RangeError(`end must be after cut (${cut}), not ${end}`);

  const fitLines = placesWhere(times.length, (line) => times[line] < cut);
  const heldOutLines = placesWhere(times.length, (line) => times[line] >= cut && times[line] < end);
  // What the others bought is not asked for, and they are most customers.
  const bought = new Map<number, Set<number>>();
  for (const line of heldOutLines) if (!bought.has(customers[line])) bought.set(customers[line], new Set());
  for (const line of fitLines) {
    const before = bought.get(customers[line]);
    if (before !== undefined && (before.size === 0 || repurchase === 'exclude')) before.add(items[line]);
  }

  const wanted = new Map<number, Set<number>>();
  for (const line of heldOutLines) {
    const before = bought.get(customers[line])!;
    if (before.size === 0 || (repurchase === 'exclude' && before.has(items[line]))) continue;
    addTo(wanted, customers[line], items[line]);
  }
  return { fitLines, ...asTestSet(wanted) };
}

/**
 * For data without times: of each customer's distinct items a random `share`, rounded, is held out with every line of it;
 * whoever has too few for that is not judged and keeps all. The same seed gives the same split.
 *
 * @param options.customers draws so many of the customers who can be judged; the others keep all. All if absent
 * @throws RangeError when lengths differ or the share is not between 0 and 1
 */
export function splitPerCustomer(
  { customers, items }: Pick<TimedPurchases, 'customers' | 'items'>,
  options: { share: number; seed: number; customers?: number },
): Split {
  const { share, seed, customers: limit } = options;
  requireEqualLengths(customers, { items });
  if (!(share > 0 && share < 1)) throw new RangeError(`share must be between 0 and 1, not ${share}`);
  const bought = new Map<number, Set<number>>();
  for (let line = 0; line < customers.length; line++) addTo(bought, customers[line], items[line]);
  const random = seededRandom(seed);
  const countOf = (customer: number) => Math.round(share * bought.get(customer)!.size);
  const able = Uint32Array.from(bought.keys())
    .filter((customer) => countOf(customer) > 0)
    .sort();
  const wanted = new Map<number, Set<number>>();
  for (const customer of limit === undefined ? able : shuffle(able, random).slice(0, limit)) {
    const own = shuffle(Uint32Array.from(bought.get(customer)!).sort(), random);
    wanted.set(customer, new Set(own.subarray(0, countOf(customer))));
  }
  const fitLines = placesWhere(customers.length, (line) => !wanted.get(customers[line])?.has(items[line]));
  return { fitLines, ...asTestSet(wanted) };
}

/**
 * A test set that lies in a file of its own: entry `n` is one item to be found for one customer.
 *
 * @throws RangeError when lengths differ
 */
export function testSetOf({ customers, items }: Pick<TimedPurchases, 'customers' | 'items'>): TestSet {
  requireEqualLengths(customers, { items });
  const wanted = new Map<number, Set<number>>();
  for (let line = 0; line < customers.length; line++) addTo(wanted, customers[line], items[line]);
  return asTestSet(wanted);
}

/**
 * Some customers of a test set, drawn at random; the same seed draws the same.
 *
 * @param options.most customers at most; a smaller test set stays whole
 */
export function drawCustomers(
  { customers, relevant }: TestSet,
  { most, seed }: { most: number; seed: number },
): TestSet {
  if (customers.length <= most) return { customers, relevant };
  const places = shuffle(Uint32Array.from(customers.keys()), seededRandom(seed)).slice(0, most).sort();
  return {
    customers: places.map((place) => customers[place]),
    relevant: Array.from(places, (place) => relevant[place]),
  };
}

function asTestSet(wanted: Map<number, Set<number>>): TestSet {
  const customers = Uint32Array.from(wanted.keys()).sort();
  return { customers, relevant: Array.from(customers, (customer) => wanted.get(customer)!) };
}

function requireEqualLengths(customers: Uint32Array, others: Record<string, ArrayLike<number>>): void {
  for (const [name, values] of Object.entries(others)) {
    if (values.length !== customers.length) {
      throw new RangeError(`${name} must hold ${customers.length} values as customers does, not ${values.length}`);
    }
  }
}

function addTo(sets: Map<number, Set<number>>, key: number, value: number): void {
  const set = sets.get(key);
  if (set) set.add(value);
  else sets.set(key, new Set([value]));
}
