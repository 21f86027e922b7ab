import { type Sale, totalOf } from '../book-of-facts.ts';
import { sum } from '../book-of-money.ts';
import { addDays } from '../zone-calendar.ts';
import { distinct, part, type Reading, type View, whole } from './view.ts';

const dayMs = 86_400_000;
/** "without an order for 90 days" */
const window = 90;

/** An order that names a customer, and the one of theirs before it. */
interface Bought {
  customer: string;
  sale: Sale;
  previous: Sale | null;
  /** 1: the customer's first */
  number: number;
}

/** Orders of all customers, of each in the sequence of time; of two at one moment the one that came in first is the earlier. */
function boughtEver({ book }: View): Bought[] {
  const sorted = [...book.sales.values()].sort((a, b) => a.at - b.at);
  const latest = new Map<string, { sale: Sale; number: number }>();
  return sorted.flatMap((sale) => {
    const { customer } = sale;
    if (customer === null) return [];
    const before = latest.get(customer);
    const number = (before?.number ?? 0) + 1;
    latest.set(customer, { sale, number });
    return [{ customer, sale, previous: before?.sale ?? null, number }];
  });
}

/** Those of the member; of which period is for the caller to say. */
const boughtOfMember = (view: View) => boughtEver(view).filter(({ sale }) => view.isOfSale(sale));
const bought = (view: View) => boughtOfMember(view).filter(({ sale }) => view.has(sale.at));
const boughtUntilEnd = (view: View) => boughtOfMember(view).filter(({ sale }) => view.isBeforeEnd(sale.at));

const buyers = (view: View) => distinct(bought(view).map(({ customer }) => customer));
export const firsts = (view: View) => bought(view).filter(({ number }) => number === 1);
const customersEver = (view: View) => boughtUntilEnd(view.ofAll).filter(({ number }) => number === 1).length;

/** Customers with an order on this day or in the 89 before it. */
function activeOn(view: View, day: string): number {
  const { book } = view;
  const active = boughtEver(view).filter(({ sale }) => {
    const of = book.dayOf(sale.at);
    return addDays(day, -window) < of && of <= day;
  });
  return distinct(active.map(({ customer }) => customer));
}

/** On the ninetieth day after a day with an order, on which and since which there was none. */
function lost(view: View): number {
  const { book } = view;
  const days = new Set(boughtEver(view).map(({ customer, sale }) => `${customer} ${book.dayOf(sale.at)}`));
  return [...days].filter((of) => {
    const [customer, day] = of.split(' ');
    if (!view.hasDay(addDays(day, window))) return false;
    return !Array.from({ length: window }, (_, place) => addDays(day, place + 1)).some((later) =>
      days.has(`${customer} ${later}`),
    );
  }).length;
}

/** "Of the customers with an order 90 days before a day of the period, the share who have ordered again on a later day up to then." */
function cameBack(view: View): Reading {
  const days = boughtEver(view).map(({ customer, sale }) => ({ customer, day: view.book.dayOf(sale.at) }));
  const due = days.filter(({ day }) => view.hasDay(addDays(day, window)));
  const returned = due.filter(({ customer, day }) =>
    days.some((other) => other.customer === customer && day < other.day && other.day <= addDays(day, window)),
  );
  const customers = (of: { customer: string }[]) => distinct(of.map(({ customer }) => customer));
  return part(customers(returned), customers(due));
}

/** "Mean days since the last order of all customers up to the period's end, or now." */
function recency(view: View): Reading {
  const end = Math.min(view.end, view.now);
  const last = new Map(boughtUntilEnd(view).map(({ customer, sale }) => [customer, sale.at]));
  return part(sum(Array.from(last.values(), (at) => (end - at) / dayMs)), last.size);
}

/** "Of the customers whose first order was placed in a month (in all: of all up to the period's end)". */
function retention(view: View): Reading {
  const { book, by, member } = view;
  const cohort = boughtUntilEnd(view.ofAll)
    .filter(({ sale, number }) => number === 1 && (by === null || book.dayOf(sale.at).slice(0, 7) === member))
    .map(({ customer }) => customer);
  const all = bought(view.ofAll).map(({ customer }) => customer);
  return part(distinct(all.filter((customer) => cohort.includes(customer))), cohort.length);
}

/** "Median time in days from a customer's order to the next, of all orders up to the period's end, or now." */
function medianGap(view: View): number {
  const gaps = boughtEver(view)
    .filter(({ sale, previous }) => previous !== null && view.isBeforeEnd(sale.at))
    .map((one) => gapDays(one)!)
    .sort((a, b) => a - b);
  const middle = (gaps.length - 1) / 2;
  return (gaps[Math.floor(middle)] + gaps[Math.ceil(middle)]) / 2;
}

const gapDays = ({ sale, previous }: Bought) => (previous ? (sale.at - previous.at) / dayMs : null);

/** Customers with an order of the period "that follows another of theirs within 90 days". */
export function recentBuyers(view: View): number {
  const soon = bought(view).filter((one) => one.previous !== null && gapDays(one)! <= window);
  return distinct(soon.map(({ customer }) => customer));
}

export const ordersOfCustomers = (view: View): number => bought(view).length;

export const customerValue: Record<string, (view: View) => Reading> = {
  customers: (view) => whole(buyers(view)),
  'new-customers': (view) => whole(firsts(view).length),
  'share-of-new-customers': (view) => part(firsts(view).length, buyers(view)),
  'active-customers': (view) => whole(activeOn(view, view.lastDay)),
  'lost-customers': (view) => whole(lost(view)),
  'churn-rate': (view) => part(lost(view), activeOn(view, addDays(view.firstDay, -1))),
  'unit-price-of-new-customers': (view) =>
    part(sum(firsts(view).map(({ sale }) => totalOf(sale))), firsts(view).length),
  'repurchase-rate': (view) => part(recentBuyers(view), buyers(view)),
  'return-rate-of-customers': cameBack,
  'share-of-repeat-customers': (view) =>
    part(boughtUntilEnd(view).filter(({ number }) => number === 2).length, customersEver(view)),
  'days-between-orders': (view) => {
    const gaps = bought(view).map(gapDays);
    const told = gaps.filter((gap) => gap !== null);
    return part(sum(told), told.length);
  },
  'median-days-between-orders': (view) => whole(medianGap(view)),
  recency,
  frequency: (view) => part(bought(view).length, buyers(view)),
  'lifetime-orders': (view) => part(boughtUntilEnd(view).length, customersEver(view)),
  consumption: (view) => part(sum(bought(view).map(({ sale }) => totalOf(sale))), buyers(view)),
  'retention-by-cohort': retention,
};
