import { type Split, splitByTime, splitPerCustomer } from '../../evaluation/index.ts';
import { placesWhere, valuesAt } from '../../places.ts';
import { seededRandom } from '../../random.ts';
import { type Facts, hasTimes } from '../facts.ts';
import type { Behaviours, Purchases } from '../interactions.ts';
import type { Tuning } from '../recipe.ts';

/** Facts to fit on, and what was held out of them to judge by. */
export interface Fold {
  readonly facts: Facts;
  /** ascending */
  readonly customers: Uint32Array;
  /** beside `customers`: the distinct items held out */
  readonly relevant: readonly ReadonlySet<number>[];
  /** more customers of the window, where it has more than are drawn */
  readonly spare?: Pick<Fold, 'customers' | 'relevant'>;
}

/**
 * Spare customers at most. They judge the order of lists, where there is little to do for each: of a gain of .005 in NDCG@20 the
 * standard error of 4,000 customers is a third, that of 10,000 a fifth.
 */
const spareCustomers = 6_000;

/** The part of a customer's items that is held out where nothing has a time. */
const heldOutShare = 0.2;

/**
 * Validation parts of the facts. With times: windows of `windowDays`, the last one ending where the facts end, each judged
 * by what was bought in it and fitted on what lies before it, until `customers` are judged or `windows` used. Without
 * times: `heldOutShare` of the items of each customer drawn, at random; other customers keep theirs. Deterministic by seed.
 *
 * @param facts ages in days before their end; they stay as they are
 * @returns at most `windows`, the latest first; none where nobody can be judged
 */
export function makeFolds(
  facts: Facts,
  tuning: Pick<Tuning, 'windowDays' | 'customers' | 'windows'>,
  { repurchase, seed }: { repurchase: 'allow' | 'exclude'; seed: number },
): Fold[] {
  const timed = hasTimes(facts);
  const random = seededRandom(seed);
  const folds: Fold[] = [];
  let missing = tuning.customers;
  for (let window = 0; window < tuning.windows && missing > 0; window++) {
    const cut = (window + 1) * tuning.windowDays;
    const fold = timed
      ? foldByTime(facts, { cut, end: window * tuning.windowDays, repurchase })
      : foldAtRandom(facts, { customers: missing, seed: Math.floor(random() * 2 ** 32) });
    if (fold.customers.length === 0) break;
    folds.push(drawCustomers(fold, missing, random));
    missing -= folds.at(-1)!.customers.length;
  }
  return folds;
}

/** @param window ages in days */
function foldByTime(facts: Facts, window: { cut: number; end: number; repurchase: 'allow' | 'exclude' }): Fold {
  const { behaviours, purchases, sales, eligible, categories, unitCosts } = facts;
  const { cut, end, repurchase } = window;
  const times = purchases.ageDays.map((age) => -age);
  const split = splitByTime({ ...purchases, times }, { cut: -cut, end: -end, repurchase });
  // The rows are copies, of which there need be no others.
  const since = <Rows extends { readonly ageDays: Float64Array }>(rows: Rows): Rows => {
    for (let row = 0; row < rows.ageDays.length; row++) rows.ageDays[row] -= cut;
    return rows;
  };
  const before = (ageDays: Float64Array) => placesWhere(ageDays.length, (row) => ageDays[row] > cut);
  return asFold(split, {
    behaviours: since(keepBehaviours(behaviours, before(behaviours.ageDays))),
    purchases: since(keepPurchases(purchases, split.fitLines)),
    sales: since(keepSales(sales, before(sales.ageDays))),
    eligible,
    categories,
    unitCosts,
  });
}

function foldAtRandom(facts: Facts, { customers, seed }: { customers: number; seed: number }): Fold {
  const { behaviours, purchases, sales, eligible, categories, unitCosts } = facts;
  const split = splitPerCustomer(purchases, { share: heldOutShare, seed, customers });
  const relevantOf = new Map(Array.from(split.customers, (customer, place) => [customer, split.relevant[place]]));
  // Who bought is not known of sales: of every item as many are left out as were held out of it.
  const heldOut = new Uint32Array(behaviours.itemCount);
  for (const items of split.relevant) for (const item of items) heldOut[item]++;
  const isKept = (row: number) => heldOut[sales.items[row]] === 0 || heldOut[sales.items[row]]-- === 0;
  return asFold(split, {
    behaviours: keepBehaviours(
      behaviours,
      placesWhere(
        behaviours.items.length,
        (row) => !relevantOf.get(behaviours.customers[row])?.has(behaviours.items[row]),
      ),
    ),
    purchases: keepPurchases(purchases, split.fitLines),
    sales: keepSales(sales, placesWhere(sales.items.length, isKept)),
    eligible,
    categories,
    unitCosts,
  });
}

function asFold({ customers, relevant }: Split, facts: Facts): Fold {
  return { facts, customers, relevant };
}

function drawCustomers({ facts, customers, relevant }: Fold, count: number, random: () => number): Fold {
  if (customers.length <= count) return { facts, customers, relevant };
  const places = Uint32Array.from(customers.keys());
  const end = Math.min(places.length, count + spareCustomers);
  for (let place = 0; place < end; place++) {
    const other = place + Math.floor(random() * (places.length - place));
    [places[place], places[other]] = [places[other], places[place]];
  }
  const at = (drawn: Uint32Array) => ({
    customers: drawn.map((place) => customers[place]),
    relevant: Array.from(drawn, (place) => relevant[place]),
  });
  return { facts, ...at(places.slice(0, count).sort()), spare: at(places.slice(count, end).sort()) };
}

function keepBehaviours(behaviours: Behaviours, rows: Uint32Array): Behaviours {
  return {
    ...behaviours,
    customers: valuesAt(behaviours.customers, rows),
    items: valuesAt(behaviours.items, rows),
    ageDays: valuesAt(behaviours.ageDays, rows),
    weights: valuesAt(behaviours.weights, rows),
  };
}

function keepPurchases(purchases: Purchases, rows: Uint32Array): Purchases {
  return {
    ...purchases,
    customers: valuesAt(purchases.customers, rows),
    items: valuesAt(purchases.items, rows),
    orders: valuesAt(purchases.orders, rows),
    ageDays: valuesAt(purchases.ageDays, rows),
  };
}

function keepSales(sales: Facts['sales'], rows: Uint32Array): Facts['sales'] {
  return {
    items: valuesAt(sales.items, rows),
    ageDays: valuesAt(sales.ageDays, rows),
    ...(sales.unitPrices && { unitPrices: valuesAt(sales.unitPrices, rows) }),
  };
}
