import { say } from '../../../../sentences/index.ts';
import { abs, fromScaled, million, toScaled } from '../exact.ts';
import { orderFields } from '../plan.ts';
import { type DraftLine, priceLines } from './price-lines.ts';
import { type OrderRefund, refundOf } from './refund-order.ts';
import { isSale, meaningOf, type StatusMeaning } from './statuses.ts';

/** What became of the rows of an order. */
export interface AssembledOrder {
  lines: DraftLine[];
  refund?: OrderRefund;
  /** why none of it counts */
  leftOut?: string;
  /** of one that was cancelled */
  withdrawn?: Withdrawn;
  /** lines that are no goods, or none any more */
  aside?: { cancelled: number; discounts: number };
  notes: string[];
}

/** An order that was cancelled: if it is known as a sale, it is none any more. Times are in the import's form. */
export interface Withdrawn {
  orderId: string;
  at: string;
  updatedAt: string | undefined;
}

/** The item of what was bought where the file names no goods. */
export const unnamedItem = { id: 'not-named-goods', title: 'Goods that the file does not name' };

/** How a shop's money is written. */
export interface Money {
  minorDigits: number;
}

/** An order's rows as lines of the import and, where money came back, a refund. Order-level values are filled in by the first row that has them. */
export function assembleOrder(
  lines: readonly DraftLine[],
  options: { isLineEach: boolean; mayPriceLines?: boolean; discountInTotal?: boolean } & Money,
): AssembledOrder {
  const head = headOf(lines);
  const notes: string[] = [];
  const status = statusOf(head, notes);
  if (!isSale(status.meaning)) return leftOutOrder(lines, head, status, notes);
  const goods = lines.filter(({ values }) => isLine(values));
  const sold = goods.filter((line) => !isUndone(line));
  if (goods.length > 0 && sold.length === 0) return leftOutOrder(lines, head, lineStatusOf(goods[0]), notes);
  const { kept, discounts } = takeDiscounts(sold.length > 0 ? sold : [unnamedLine(lines[0], head)], head);
  if (kept.length === 1) priceByTotal(kept[0], head);
  if (options.mayPriceLines) takeForAmount(kept, head);
  sumShipping(lines, head);
  const amounts = priceLines(kept, head, options);
  const written = kept.map(({ number, values }, index) => {
    const line: Record<string, string> = {
      ...pick(values, lineOutputs),
      ...pick(head, orderFields.writtenOfOrder),
      ...amounts[index].cells,
    };
    if (options.isLineEach && line['line_id'] === undefined) line['line_id'] = String(index + 1);
    return { number, values: line };
  });
  const refund = refundOf(kept.map(withReturn), head, status.meaning, amounts, notes);
  const aside = { cancelled: goods.length - sold.length, discounts };
  return { lines: written, ...(refund && { refund }), aside, notes };
}

function leftOutOrder(
  lines: readonly DraftLine[],
  head: Record<string, string>,
  { meaning, word }: { meaning: StatusMeaning | undefined; word: string },
  notes: string[],
): AssembledOrder {
  const withdrawn = meaning === 'cancelled' || meaning === 'failed' ? withdrawnOf(lines, head) : undefined;
  return { lines: [], leftOut: reasonOf(meaning!, word), notes, ...(withdrawn && { withdrawn }) };
}

function lineStatusOf({ values }: DraftLine): { meaning: StatusMeaning | undefined; word: string } {
  const word = values['line_status'];
  return { meaning: word === undefined ? undefined : meaningOf(word), word: word ?? '' };
}

/** Of a line what waits is not yet sent, and what is not known says nothing. */
function isUndone(line: DraftLine): boolean {
  const { meaning } = lineStatusOf(line);
  return meaning === 'cancelled' || meaning === 'failed';
}

/** A line that came back, came back with all of its pieces where nothing else is told. */
function withReturn(line: DraftLine): DraftLine {
  const { meaning } = lineStatusOf(line);
  const { values } = line;
  const isBack = meaning === 'refunded' || meaning === 'returned';
  if (!isBack || values['line_refunded_amount'] !== undefined || values['line_refunded_quantity'] !== undefined)
    return line;
  return { ...line, values: { ...values, line_refunded_quantity: values['quantity'] ?? '1' } };
}

/** Lines that take money off the goods of their order are no goods: vouchers, promotions. */
function takeDiscounts(
  lines: readonly DraftLine[],
  head: Record<string, string>,
): { kept: readonly DraftLine[]; discounts: number } {
  const moneyOf = ({ values }: DraftLine) => {
    const pieces = toScaled(values['quantity'] ?? '1') ?? million;
    const each = toScaled(values['unit_price']);
    return toScaled(values['line_amount']) ?? (each === undefined ? 0n : (each * pieces) / million);
  };
  const isDiscount = (line: DraftLine) => moneyOf(line) < 0n && (toScaled(line.values['quantity'] ?? '1') ?? 0n) > 0n;
  const off = lines.filter(isDiscount).reduce((sum, line) => sum - moneyOf(line), 0n);
  const kept = lines.filter((line) => !isDiscount(line));
  const worth = kept.reduce((sum, line) => sum + moneyOf(line), 0n);
  if (off === 0n || worth < off) return { kept: lines, discounts: 0 };
  head['discount_lines'] = fromScaled(off);
  return { kept, discounts: lines.length - kept.length };
}

const lineOutputs = [
  'order_id',
  'line_id',
  'item_id',
  'title',
  'quantity',
  'list_price',
  'list_id',
  'unit_cost',
  'refund_reason',
];

function pick(values: Record<string, string>, fields: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    fields.filter((field) => values[field] !== undefined).map((field) => [field, values[field]]),
  );
}

function withdrawnOf([{ values }]: readonly DraftLine[], head: Record<string, string>): Withdrawn | undefined {
  const at = head['cancelled_at'] ?? head['updated_at'] ?? head['occurred_at'];
  return at === undefined ? undefined : { orderId: values['order_id'], at, updatedAt: head['updated_at'] };
}

function headOf(lines: readonly DraftLine[]): Record<string, string> {
  const head: Record<string, string> = {};
  for (const { values } of lines) {
    for (const field of orderFields.ofOrder)
      if (head[field] === undefined && values[field] !== undefined) head[field] = values[field];
    // Where lines tell it each of themselves, the order is as it is since the last of them.
    const { updated_at: at } = values;
    if (at !== undefined && Date.parse(at) > Date.parse(head['updated_at'])) head['updated_at'] = at;
  }
  return head;
}

/** A row without goods, number of pieces and price is the order's own. */
function isLine(values: Record<string, string>): boolean {
  return values['item_id'] !== undefined || values['title'] !== undefined;
}

function unnamedLine({ number, values }: DraftLine, head: Record<string, string>): DraftLine {
  const shipping = toScaled(head['shipping']);
  const told = toScaled(head['goods_total']);
  const total = told ?? toScaled(head['order_total'] ?? values['line_amount'] ?? values['unit_price']);
  const goods =
    total === undefined || told !== undefined
      ? total
      : shipping !== undefined && shipping < total
        ? total - shipping
        : total;
  const line: Record<string, string> = {
    order_id: values['order_id'],
    item_id: unnamedItem.id,
    title: unnamedItem.title,
    quantity: '1',
  };
  if (goods !== undefined) line['line_amount'] = fromScaled(goods);
  return { number, values: line };
}

/** The only line of an order, of which nothing tells the money, comes to what the order does without its shipping. */
function priceByTotal({ values }: DraftLine, head: Record<string, string>): void {
  const isTold = ['unit_price', 'line_amount', 'gross_amount'].some((field) => values[field] !== undefined);
  const [total, shipping] = [toScaled(head['order_total']), toScaled(head['shipping']) ?? 0n];
  if (!isTold && total !== undefined) values['line_amount'] = fromScaled(shipping < total ? total - shipping : total);
}

/** Of a line of several pieces: the order's total is its price as it stands, and not so many times its price. */
function takeForAmount(lines: readonly DraftLine[], head: Record<string, string>): void {
  const total = toScaled(head['order_total']);
  const [line] = lines;
  if (lines.length !== 1 || total === undefined) return;
  const [price, quantity] = [toScaled(line.values['unit_price']), toScaled(line.values['quantity'])];
  if (price === undefined || quantity === undefined || quantity <= million) return;
  const beside = (toScaled(head['shipping']) ?? 0n) + (toScaled(head['tax']) ?? 0n);
  const asLine = abs(total - beside - price);
  const asPieces = abs(total - beside - (price * quantity) / million);
  if (asLine >= asPieces) return;
  line.values['line_amount'] = line.values['unit_price'];
  delete line.values['unit_price'];
}

/** Shipping that is told line by line. */
function sumShipping(lines: readonly DraftLine[], head: Record<string, string>): void {
  if (head['shipping'] !== undefined) return;
  const told = lines.flatMap(({ values }) => toScaled(values['line_shipping']) ?? []);
  if (told.length > 0) head['shipping'] = fromScaled(told.reduce((sum, one) => sum + one, 0n));
}

function statusOf(head: Record<string, string>, notes: string[]): { meaning: StatusMeaning | undefined; word: string } {
  const told = ['payment_status', 'status'].flatMap((field) =>
    head[field] === undefined ? [] : [{ field, word: head[field] }],
  );
  const all = told.map(({ field, word }) => {
    const meaning = meaningOf(word, field === 'payment_status');
    if (meaning === undefined) notes.push(say('file.unknown-status', { word: word.slice(0, 40) }));
    return { field, meaning, word };
  });
  // What is paid does not wait for its payment, though its order is new.
  const isPaid = all.some(
    ({ field, meaning }) => field === 'payment_status' && meaning !== undefined && isSale(meaning),
  );
  const meanings = all.filter(({ meaning }) => !(isPaid && meaning === 'unpaid'));
  if (isTrue(head['is_test'])) return { meaning: 'test', word: 'test' };
  const not = meanings.find(({ meaning }) => !isSale(meaning));
  if (not) return not;
  const partial = meanings.find(({ meaning }) => meaning === 'partially-refunded');
  const back = meanings.find(({ meaning }) => meaning === 'refunded' || meaning === 'returned');
  if (partial ?? back) return (partial ?? back)!;
  // Cancelled after it was paid, and nothing came back of it: it was never sent.
  if (head['cancelled_at'] !== undefined && !(Number(head['refunded_amount']) > 0))
    return { meaning: 'cancelled', word: '' };
  return meanings[0] ?? { meaning: undefined, word: '' };
}

function isTrue(text: string | undefined): boolean {
  return text !== undefined && /^(true|yes|1|y|t)$/i.test(text.trim());
}

const reasons = {
  cancelled: 'file.cancelled',
  failed: 'file.failed',
  unpaid: 'file.unpaid',
  test: 'file.test',
} as const;

function reasonOf(meaning: StatusMeaning, word: string): string {
  if (word === '') return say('file.cancelled-at', {});
  return say(reasons[meaning as keyof typeof reasons], { word: word.slice(0, 40) });
}
