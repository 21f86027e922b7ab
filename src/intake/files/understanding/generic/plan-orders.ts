import { readDate } from '../../forms/dates.ts';
import { plainHeading } from '../../text/headings.ts';
import { toScaled } from '../exact.ts';
import { isFilled, textOf } from '../filled.ts';
import { asWritten } from '../forms.ts';
import type { LookedAt } from '../looked-at.ts';
import type { Output, Source } from '../plan.ts';
import { findDiscounts } from './find-discounts.ts';
import { choose, type Matches } from './match-columns.ts';
import { roleInLine } from './roles.ts';

/** Headings of which nothing says that they are an id. */
const bareCustomers = new Set([
  'customer',
  'client',
  'buyer',
  'kunde',
  'kaufer',
  'cliente',
  'acheteur',
  'comprador',
  'acquirente',
  'klant',
  'klient',
  '客户',
  '买家',
]);

/** Orders whose lines are rows, or that are a row each. */
export function planOrders(looked: LookedAt, matches: Matches): Output {
  const chosen = choose(matches, [
    'order_id',
    'item_id',
    'title',
    'quantity',
    'unit_price',
    'occurred_at',
    'customer_id',
    'email',
    'currency',
    'status',
    'payment_status',
    'cancelled_at',
    'country',
    'coupon_code',
    'shipping',
    'refunded_amount',
    'refunded_at',
    'line_refunded_quantity',
    'line_id',
    'unit_cost',
    'list_price',
    'is_test',
    'time_of_day',
    'visitor_id',
    'phone',
    'person',
    'updated_at',
  ]);
  const taken = new Set(Object.values(chosen));
  const { email, customer_id: customer, phone, person, ...fields } = chosen;
  const who = [customer, email, phone, person].filter(
    (column) => column !== undefined && !isOwnAccount(looked, column),
  );
  const money = chooseMoney(looked, matches, chosen, taken);
  const planned: Record<string, Source> = { ...fields, ...money };
  // A customer's name says less than an address.
  const isName = email !== undefined && customer !== undefined && bareCustomers.has(plainHeading(customer));
  if (isName) planned['customer_id'] = [email, customer];
  else if (who.length > 0) planned['customer_id'] = who[0] === customer && customer !== undefined ? customer : who;
  if (!needsClock(looked, chosen['occurred_at'])) delete planned['time_of_day'];
  const hasGoods = (chosen['item_id'] ?? chosen['title']) !== undefined;
  if (hasGoods && isPerLine(looked, chosen['order_id'], chosen['refunded_amount'])) {
    planned['line_refunded_amount'] = planned['refunded_amount'];
    delete planned['refunded_amount'];
  }
  const cancelled = cancelledBy(looked);
  if (cancelled) planned['status'] = planned['status'] === undefined ? cancelled : [cancelled, planned['status']];
  const whole = findDiscounts(looked, matches, planned);
  return {
    kind: 'orders',
    fields: { ...planned, ...whole },
    ...(whole && { discountInTotal: true }),
    ...(isContinued(looked, chosen['order_id']) && { continued: true }),
  };
}

/** The account that all rows name is the shop's. */
function isOwnAccount({ sample }: LookedAt, column: string): boolean {
  if (plainHeading(column) !== 'account' || sample.length < 3) return false;
  return new Set(sample.map(({ values }) => textOf(values[column] ?? ''))).size === 1;
}

/** A column that says yes where an order was cancelled. */
function cancelledBy({ table, sample }: LookedAt): Source | undefined {
  const column = table.columns?.find((one) =>
    /^(?:is )?(?:cancell?ed|storno|storniert|annulled)$/.test(plainHeading(one)),
  );
  if (column === undefined) return undefined;
  const isFlag = sample.every(({ values }) =>
    /^(?:[yn01]|yes|no|true|false|)$/i.test(textOf(values[column] ?? '').trim()),
  );
  const word = 'cancelled';
  return isFlag ? { of: column, values: { y: word, yes: word, true: word, '1': word } } : undefined;
}

/** Which columns say what was paid: for a piece, for a line, or for the whole order. */
function chooseMoney(
  looked: LookedAt,
  matches: Matches,
  chosen: Record<string, string>,
  taken: Set<string>,
): Record<string, Source> {
  const { item_id: item, title, order_id: order, quantity, unit_price: known } = chosen;
  const left = (field: string) =>
    (matches.get(field) ?? []).map(({ column }) => column).filter((column) => !taken.has(column));
  const byWords = (field: string) => columnsByWords(looked, field, taken);
  const totals = [...new Set([...left('line_amount'), ...left('order_total'), ...byWords('line_amount')])];
  const price = known ?? (totals.length === 0 || quantity !== undefined ? byWords('unit_price')[0] : undefined);
  if (item === undefined && title === undefined) {
    const [total] = [
      ...new Set([...left('order_total'), ...left('line_amount'), ...(price === undefined ? [] : [price])]),
    ];
    return total === undefined ? {} : { order_total: total };
  }
  if (price !== undefined && quantity !== undefined) {
    // A price that is the line's: price times pieces is never the amount, and the price grows with the pieces.
    if (isOfPieces(looked, order, price, quantity, item ?? title) === false)
      return { line_amount: price, unit_price: [] };
    const discounted = totals.find((column) => isPaidAmount(looked, column, price, quantity));
    return { unit_price: price, ...(discounted !== undefined && { line_amount: discounted }) };
  }
  if (price !== undefined) return { unit_price: price };
  const amount = totals.find((column) => isPerLine(looked, order, column)) ?? totals[0];
  if (amount === undefined) return {};
  if (quantity !== undefined && isOfPieces(looked, order, amount, quantity, item ?? title))
    return { unit_price: amount };
  // What an order of one row comes to may have its shipping in it.
  const isOfOrder =
    !left('line_amount').includes(amount) && chosen['shipping'] !== undefined && !hasSeveralRows(looked, order);
  return isOfOrder ? { order_total: amount } : { line_amount: amount };
}

/** Columns of numbers whose English headings are made of words that say so, the likeliest first. */
function columnsByWords(looked: LookedAt, field: string, taken: ReadonlySet<string>): string[] {
  const columns = looked.table.columns ?? [];
  const found = columns.flatMap((column) => {
    // A point with a blank after it parts words, not steps: (incl. taxes).
    const role = taken.has(column) ? undefined : roleInLine(column.replace(/\.(?=\s)/g, ' '));
    return role?.field === field && isNumbers(looked, column) ? [{ column, score: role.score }] : [];
  });
  return found.sort((a, b) => b.score - a.score).map(({ column }) => column);
}

function isNumbers({ sample }: LookedAt, column: string): boolean {
  const values = sample
    .slice(0, 300)
    .flatMap(({ values: row }) => (isFilled(row[column]) ? [asWritten(row[column])] : []));
  return values.length > 0 && values.filter((value) => value !== undefined).length > values.length * 0.6;
}

const enough = 0.98;

/**
 * Is it the price of a piece, by what a column says of whole orders, else by goods that come in several numbers?
 * @returns false: it is that of all pieces of a line; undefined: nothing tells
 */
function isOfPieces(
  looked: LookedAt,
  order: string | undefined,
  money: string,
  quantity: string,
  item: string | undefined,
): boolean | undefined {
  const byTotals = order === undefined ? undefined : isOfPiecesByTotals(looked, order, money, quantity);
  return byTotals ?? (item === undefined ? undefined : isOfPiecesByGoods(looked, item, money, quantity));
}

/** The price of a piece stays, however many are bought; that of a line grows with them. None of the goods may say the other. */
function isOfPiecesByGoods({ sample }: LookedAt, item: string, money: string, quantity: string): boolean | undefined {
  const goods = new Map<string, Map<number, number>>();
  for (const { values } of sample) {
    const [amount, count] = [Number(asWritten(values[money])), Number(asWritten(values[quantity]))];
    if (!isFilled(values[item]) || !(amount > 0) || !(count > 0)) continue;
    const known = goods.get(textOf(values[item])) ?? new Map<number, number>();
    goods.set(textOf(values[item]), known.set(count, amount));
  }
  const telling = [...goods.values()].filter(({ size }) => size > 1);
  const votes = (worth: (count: number, amount: number) => number) =>
    telling.filter((known) => {
      const all = Array.from(known, ([count, amount]) => worth(count, amount));
      return Math.max(...all) - Math.min(...all) < 0.005;
    }).length;
  const [pieces, lines] = [votes((_, amount) => amount), votes((count, amount) => amount / count)];
  if (pieces > 0 && lines === 0) return true;
  return lines > 0 && pieces === 0 ? false : undefined;
}

function isOfPiecesByTotals(looked: LookedAt, order: string, money: string, quantity: string): boolean | undefined {
  const { sample, table } = looked;
  const orders = new Map<string, { pieces: bigint; lines: bigint; rows: LookedAt['sample'] }>();
  for (const row of sample.slice(0, 1_000)) {
    const [id, amount, count] = [
      row.values[order],
      toScaled(asWritten(row.values[money])),
      toScaled(asWritten(row.values[quantity])),
    ];
    if (!isFilled(id) || amount === undefined || count === undefined) continue;
    const known = orders.get(textOf(id)) ?? { pieces: 0n, lines: 0n, rows: [] };
    known.pieces += (amount * count) / 1_000_000n;
    known.lines += amount;
    known.rows.push(row);
    orders.set(textOf(id), known);
  }
  // Only orders with several pieces of something tell the one from the other.
  const telling = [...orders.values()].filter(({ pieces, lines }) => pieces !== lines);
  if (telling.length < 2) return undefined;
  for (const column of table.columns ?? []) {
    if (column === money || column === quantity) continue;
    const told = telling.map(({ rows }) => [...new Set(rows.map(({ values }) => asWritten(values[column])))]);
    if (told.some((values) => values.length !== 1 || values[0] === undefined)) continue;
    const share = (of: 'pieces' | 'lines') =>
      telling.filter((one, index) => toScaled(told[index][0]) === one[of]).length / telling.length;
    if (share('pieces') >= 0.6) return true;
    if (share('lines') >= 0.6) return false;
  }
  return undefined;
}

/** Is it what was paid for the line, at times less than price by pieces, and never more? */
function isPaidAmount({ sample }: LookedAt, column: string, price: string, quantity: string): boolean {
  let [rows, equal, less] = [0, 0, 0];
  for (const { values } of sample) {
    const [amount, each, pieces] = [values[column], values[price], values[quantity]].map((value) =>
      toScaled(asWritten(value)),
    );
    if (amount === undefined || each === undefined || pieces === undefined || pieces <= 0n) continue;
    rows++;
    const product = Number(each) * Number(pieces) * 1e-6;
    const difference = (Number(amount) - product) / 1e6;
    if (Math.abs(difference) < 0.011) equal++;
    else if (difference < 0 && Number(amount) >= 0) less++;
  }
  return rows > 0 && less > 0 && (equal + less) / rows >= enough && equal / rows >= 0.3;
}

function hasSeveralRows({ sample }: LookedAt, order: string | undefined): boolean {
  const ids = sample.flatMap(({ values }) =>
    order !== undefined && isFilled(values[order]) ? [textOf(values[order])] : [],
  );
  return new Set(ids).size < ids.length;
}

/** Does it differ among the rows of an order? */
function isPerLine({ sample }: LookedAt, order: string | undefined, column: string | undefined): boolean {
  if (order === undefined || column === undefined) return false;
  const seen = new Map<string, Set<string>>();
  let severalRows = 0;
  for (const { values } of sample) {
    if (!isFilled(values[order])) continue;
    const id = textOf(values[order]);
    const known = seen.get(id);
    if (known) severalRows++;
    seen.set(id, (known ?? new Set()).add(isFilled(values[column]) ? textOf(values[column]) : ''));
  }
  if (severalRows === 0) return true;
  return [...seen.values()].some((found) => [...found].filter((text) => text !== '').length > 1);
}

function needsClock({ sample }: LookedAt, column: string | undefined): boolean {
  if (column === undefined) return false;
  return sample.slice(0, 100).every(({ values }) => {
    const reading = isFilled(values[column]) ? readDate(textOf(values[column])) : undefined;
    const clock = reading?.time ?? reading?.open?.rest;
    return clock === undefined || (clock.hour === 0 && clock.minute === 0);
  });
}

/** Are there rows without an order below one that has one? */
function isContinued({ sample }: LookedAt, order: string | undefined): boolean {
  if (order === undefined) return false;
  const blank = sample.filter(({ values, broken }) => !broken && !isFilled(values[order])).length;
  return blank > 0 && blank < sample.length;
}
