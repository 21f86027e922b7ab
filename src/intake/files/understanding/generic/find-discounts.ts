import { toScaled } from '../exact.ts';
import { isFilled, textOf } from '../filled.ts';
import { asWritten } from '../forms.ts';
import type { LookedAt } from '../looked-at.ts';
import type { Source } from '../plan.ts';
import type { Matches } from './match-columns.ts';

/** What a column is in of the orders that tell it: a cent more or less is none. */
const cent = 20_000n;
const enough = 0.6;
const fewestOrders = 3;

/**
 * The columns by which orders come to less than their lines: of most orders that is what the lines, or these with the shipping, come
 * to, of the others less, and of none more. The difference is a discount, whether or not a column tells it.
 * @returns undefined: no column is so, or none is ever less
 */
export function findDiscounts(
  looked: LookedAt,
  matches: Matches,
  planned: Readonly<Record<string, Source>>,
): Record<string, string> | undefined {
  const { order_id: order, unit_price: price, line_amount: amount, quantity, shipping } = planned;
  if (typeof order !== 'string' || (price ?? amount) === undefined) return undefined;
  const orders = ordersOf(looked, order, (values) => moneyOf(values, { price, amount, quantity }));
  const named = (field: string) =>
    (matches.get(field) ?? []).map(({ column }) => column).filter((column) => column !== amount);
  const ofOrders = (field: string) => named(field).filter((column) => orders.every((one) => isOfOrder(one, column)));
  const goods = ofOrders('goods_paid').find((column) => isLessAtTimes(orders, (values) => numberAt(values, column)));
  if (goods !== undefined) return { goods_paid: goods };
  const total = ofOrders('order_total').find((column) =>
    isLessAtTimes(orders, (values) => {
      const [sum, beside] = [numberAt(values, column), numberAt(values, shipping) ?? 0n];
      return sum === undefined ? undefined : sum - beside;
    }),
  );
  return total === undefined ? undefined : { order_total: total };
}

type Values = LookedAt['sample'][number]['values'];

/** An order by its rows, and what its lines come to. */
interface SampledOrder {
  rows: Values[];
  lines: bigint;
}

/** The last one may go on behind the sample and is left out. */
function ordersOf({ sample }: LookedAt, order: string, money: (values: Values) => bigint): SampledOrder[] {
  const orders = new Map<string, SampledOrder>();
  let last = '';
  for (const { values } of sample) {
    if (isFilled(values[order])) last = textOf(values[order]);
    const known = orders.get(last);
    if (!known) orders.set(last, { rows: [values], lines: money(values) });
    else {
      known.lines += money(values);
      known.rows.push(values);
    }
  }
  return [...orders.values()].filter(({ lines }) => lines > 0n);
}

function moneyOf(
  values: Values,
  { price, amount, quantity }: { price: Source | undefined; amount: Source | undefined; quantity: Source | undefined },
): bigint {
  const paid = numberAt(values, amount);
  if (paid !== undefined) return paid;
  const each = numberAt(values, price) ?? 0n;
  return (each * (numberAt(values, quantity) ?? 1_000_000n)) / 1_000_000n;
}

function numberAt(values: Values, source: Source | undefined): bigint | undefined {
  if (typeof source !== 'string') return undefined;
  return toScaled(asWritten(values[source]));
}

/** What all rows of an order say alike is said of the order. */
function isOfOrder({ rows }: SampledOrder, column: string): boolean {
  const told = rows.flatMap((values) => (isFilled(values[column]) ? [textOf(values[column])] : []));
  return new Set(told).size <= 1;
}

function isLessAtTimes(orders: readonly SampledOrder[], told: (values: Values) => bigint | undefined): boolean {
  let [all, equal, less] = [0, 0, 0];
  for (const { rows, lines } of orders) {
    const paid = told(rows[0]);
    if (paid === undefined || paid <= 0n) continue;
    all++;
    if (paid - lines <= cent && lines - paid <= cent) equal++;
    else if (paid < lines) less++;
    else return false;
  }
  return all >= fewestOrders && less > 0 && equal / all >= enough;
}
