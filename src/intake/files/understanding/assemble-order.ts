import { fromScaled, toScaled } from './exact.ts';
import { orderFields } from './plan.ts';
import { isSale, meaningOf, type StatusMeaning } from './statuses.ts';

/** A row's values of an order's line, numbers and times in the import's form. */
export interface DraftLine {
  /** the file's row */
  number: number;
  values: Record<string, string>;
}

/** What became of the rows of an order. */
export interface AssembledOrder {
  lines: DraftLine[];
  refund?: Record<string, unknown> & { refund_id: string };
  /** why none of it counts */
  leftOut?: string;
  notes: string[];
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
  options: { isLineEach: boolean; mayPriceLines?: boolean } & Money,
): AssembledOrder {
  const head = headOf(lines);
  const notes: string[] = [];
  const { meaning, word } = statusOf(head, notes);
  if (!isSale(meaning)) return { lines: [], leftOut: reasonOf(meaning!, word), notes };
  const goods = lines.filter(({ values }) => isLine(values));
  const kept = goods.length > 0 ? goods : [unnamedLine(lines[0], head)];
  if (options.mayPriceLines) takeForAmount(kept, head);
  sumShipping(lines, head);
  const amounts = priceLines(kept, head, options.minorDigits);
  const written = kept.map(({ number, values }, index) => {
    const line: Record<string, string> = {
      ...pick(values, lineOutputs),
      ...pick(head, orderFields.writtenOfOrder),
      ...amounts[index].cells,
    };
    if (options.isLineEach && line['line_id'] === undefined) line['line_id'] = String(index + 1);
    return { number, values: line };
  });
  const refund = refundOf(kept, head, meaning, amounts, notes);
  return { lines: written, ...(refund && { refund }), notes };
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

function headOf(lines: readonly DraftLine[]): Record<string, string> {
  const head: Record<string, string> = {};
  for (const { values } of lines) {
    for (const field of orderFields.ofOrder)
      if (head[field] === undefined && values[field] !== undefined) head[field] = values[field];
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

/** Of a line of several pieces: the order's total is its price as it stands, and not so many times its price. */
function takeForAmount(lines: readonly DraftLine[], head: Record<string, string>): void {
  const total = toScaled(head['order_total']);
  const [line] = lines;
  if (lines.length !== 1 || total === undefined) return;
  const [price, quantity] = [toScaled(line.values['unit_price']), toScaled(line.values['quantity'])];
  if (price === undefined || quantity === undefined || quantity <= million) return;
  const beside = (toScaled(head['shipping']) ?? 0n) + (toScaled(head['tax']) ?? 0n);
  const asLine = abs(total - beside - price)!;
  const asPieces = abs(total - beside - (price * quantity) / million)!;
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
  const told = ['payment_status', 'status'].flatMap((field) => (head[field] === undefined ? [] : [head[field]]));
  const meanings = told.map((word) => {
    const meaning = meaningOf(word);
    if (meaning === undefined) notes.push(`status “${word.slice(0, 40)}” is not known and counts as a sale`);
    return { meaning, word };
  });
  if (isTrue(head['is_test'])) return { meaning: 'test', word: 'test' };
  const not = meanings.find(({ meaning }) => !isSale(meaning));
  if (not) return not;
  const partial = meanings.find(({ meaning }) => meaning === 'partially-refunded');
  const back = meanings.find(({ meaning }) => meaning === 'refunded' || meaning === 'returned');
  if (partial ?? back) return (partial ?? back)!;
  // Cancelled after it was paid, and nothing came back of it: it was never sent.
  if (head['cancelled_at'] !== undefined && !(Number(head['refunded_amount']) > 0))
    return { meaning: 'cancelled', word: 'cancelled' };
  return meanings[0] ?? { meaning: undefined, word: '' };
}

function isTrue(text: string | undefined): boolean {
  return text !== undefined && /^(true|yes|1|y|t)$/i.test(text.trim());
}

function reasonOf(meaning: StatusMeaning, word: string): string {
  return meaning === 'cancelled' && word === 'cancelled' ? 'cancelled' : `${meaning}: status “${word.slice(0, 40)}”`;
}

interface PricedLine {
  /** money that was paid for it, in millionths */
  amount: bigint | undefined;
  quantity: bigint | undefined;
  cells: Record<string, string>;
}

const million = 1_000_000n;

/** What was paid for each line: its amount, or its price less its discounts and its share of the order's. */
function priceLines(lines: readonly DraftLine[], head: Record<string, string>, minorDigits: number): PricedLine[] {
  const priced = lines.map(({ values }) => priceLine(values, minorDigits));
  const rest = orderDiscountLeft(priced, lines, head);
  if (rest <= 0n) return priced;
  const whole = priced.reduce((sum, { amount }) => sum + (amount !== undefined && amount > 0n ? amount : 0n), 0n);
  if (whole <= 0n) return priced;
  const unit = 10n ** BigInt(6 - Math.min(6, minorDigits));
  let [seen, given] = [0n, 0n];
  return priced.map((line, index) => {
    if (line.amount === undefined || line.amount <= 0n) return line;
    seen += line.amount;
    const upTo = ((rest * seen) / whole / unit) * unit;
    const share = seen === whole ? rest - given : upTo - given;
    given += share;
    const left = line.amount - share;
    const listPrice = line.cells['list_price'] ?? lines[index].values['unit_price'];
    return {
      ...line,
      amount: left,
      cells: {
        ...withoutPrice(line.cells),
        line_amount: fromScaled(left),
        ...(listPrice !== undefined && { list_price: listPrice }),
      },
    };
  });
}

function withoutPrice(cells: Record<string, string>): Record<string, string> {
  const { unit_price: _, ...others } = cells;
  return others;
}

function priceLine(values: Record<string, string>, minorDigits: number): PricedLine {
  const quantityText = values['quantity'] ?? '1';
  const quantity = toScaled(quantityText);
  const told = toScaled(values['line_amount']);
  const price = toScaled(values['unit_price']);
  const list = toScaled(values['list_amount']);
  const cells: Record<string, string> = { quantity: quantityText };
  const discount =
    (toScaled(values['line_discount']) ?? 0n) +
    (quantity === undefined ? 0n : ((toScaled(values['unit_discount']) ?? 0n) * quantity) / million);
  const gross = toScaled(values['gross_amount']);
  if (told === undefined && gross !== undefined && price === undefined) {
    const paid = gross - (abs(discount) ?? 0n);
    cells['line_amount'] = fromScaled(paid);
    if (quantity && paid < gross && gross > 0n) cells['list_price'] = fromScaled((gross * million) / quantity);
    return { amount: paid, quantity, cells };
  }
  if (
    told === undefined &&
    price === undefined &&
    values['unit_price'] === undefined &&
    values['line_amount'] !== undefined
  ) {
    // What cannot be read is for the rules to tell.
    return { amount: undefined, quantity, cells: { ...cells, line_amount: values['line_amount'] } };
  }
  if (told !== undefined && values['unit_price'] === undefined) {
    cells['line_amount'] = fromScaled(told);
    if (list !== undefined && quantity && list > told) cells['list_price'] = fromScaled((list * million) / quantity);
    return { amount: told, quantity, cells };
  }
  if (values['unit_price'] !== undefined) cells['unit_price'] = values['unit_price'];
  if (price === undefined || quantity === undefined) return { amount: undefined, quantity, cells };
  return paidOf(roundTo((price * quantity) / million, minorDigits), quantity, cells, told, abs(discount)!);
}

/** What was paid for a line as the file has it, be it less than price by pieces. */
function paidOf(
  gross: bigint,
  quantity: bigint,
  cells: Record<string, string>,
  told: bigint | undefined,
  off: bigint,
): PricedLine {
  const paid = told ?? (off > 0n && off <= abs(gross)! ? gross - off : gross);
  if (paid === gross) return { amount: gross, quantity, cells };
  const { unit_price: listed, ...others } = cells;
  return {
    amount: paid,
    quantity,
    cells: { ...others, line_amount: fromScaled(paid), ...(paid < gross && gross > 0n && { list_price: listed }) },
  };
}

function roundTo(scaled: bigint, digits: number): bigint {
  const unit = 10n ** BigInt(6 - Math.min(6, digits));
  const half = scaled < 0n ? -unit / 2n : unit / 2n;
  return ((scaled + half) / unit) * unit;
}

/** Of the order's discount what is not in its lines yet: told by what the lines come to and the order's subtotal. */
function orderDiscountLeft(
  priced: readonly PricedLine[],
  lines: readonly DraftLine[],
  head: Record<string, string>,
): bigint {
  const told = toScaled(head['order_discount']);
  const discount = told !== undefined && told < 0n ? -told : told;
  if (discount === undefined || discount === 0n) return 0n;
  const sum = priced.reduce((total, { amount }) => total + (amount ?? 0n), 0n);
  const subtotal = toScaled(head['subtotal']);
  if (subtotal !== undefined) {
    const left = sum - subtotal;
    return left > 0n && left <= discount + 20_000n ? left : 0n;
  }
  const inLines = lines.reduce((total, { values }) => total + (toScaled(values['line_discount']) ?? 0n), 0n);
  const left = discount - (inLines < 0n ? -inLines : inLines);
  return left > 0n && left < sum ? left : 0n;
}

const cent = 10_000n;

function refundOf(
  lines: readonly DraftLine[],
  head: Record<string, string>,
  meaning: StatusMeaning | undefined,
  priced: readonly PricedLine[],
  notes: string[],
): AssembledOrder['refund'] {
  const orderId = lines[0].values['order_id'];
  const goods = priced.reduce((sum, { amount }) => sum + (amount ?? 0n), 0n);
  const back = abs(toScaled(head['refunded_amount']));
  const byLine = lines.map(({ values }, index) => ({
    money: abs(toScaled(values['line_refunded_amount'])) ?? 0n,
    pieces: abs(toScaled(values['line_refunded_quantity'])) ?? 0n,
    priced: priced[index],
    itemId: values['item_id'] ?? values['title'],
  }));
  const ofLines = byLine.reduce((sum, { money }) => sum + money, 0n);
  const base = {
    refund_id: `${orderId}-refund`,
    order_id: orderId,
    occurred_at: head['refunded_at'] ?? head['occurred_at'],
  };
  if (byLine.some(({ money, pieces }) => money > 0n || pieces > 0n)) return refundOfLines(base, byLine, goods, ofLines);
  const shipping = abs(toScaled(head['refunded_shipping']));
  if (back !== undefined && back > 0n) return refundOfMoney(base, back, goods, head, shipping, byLine);
  if (meaning === 'partially-refunded')
    notes.push('orders are called partially refunded without an amount: they count whole');
  return meaning === 'refunded' || meaning === 'returned' ? base : undefined;
}

function abs(value: bigint | undefined): bigint | undefined {
  return value !== undefined && value < 0n ? -value : value;
}

type RefundBase = { refund_id: string; order_id: string; occurred_at: string };

/** Money that came back of the order: with all of its goods, or without goods; what is more than the goods is shipping. */
function refundOfMoney(
  base: RefundBase,
  back: bigint,
  goods: bigint,
  head: Record<string, string>,
  told: bigint | undefined,
  lines: readonly RefundedLine[],
): AssembledOrder['refund'] {
  const shipping = toScaled(head['shipping']) ?? 0n;
  const ofGoods = told === undefined ? back : back - told;
  const isWhole = ofGoods >= goods - cent;
  if (!isWhole)
    return {
      ...base,
      ...(ofGoods > 0n && { amount: fromScaled(ofGoods) }),
      ...(told && { shipping: fromScaled(told) }),
    };
  const beyond = told ?? ofGoods - goods;
  const ofShipping = beyond > shipping ? shipping : beyond;
  if (ofShipping <= 0n) return base;
  // Beside money the goods have to be told.
  const whole = lines.filter(({ priced: { quantity } }) => quantity !== undefined && quantity > 0n);
  return {
    ...base,
    lines: merged(
      whole.map(({ itemId, priced: { quantity } }) => ({ item_id: itemId!, quantity: Number(fromScaled(quantity!)) })),
    ),
    shipping: fromScaled(ofShipping),
  };
}

interface RefundedLine {
  money: bigint;
  pieces: bigint;
  priced: PricedLine;
  itemId: string | undefined;
}

function refundOfLines(
  base: RefundBase,
  lines: readonly RefundedLine[],
  goods: bigint,
  ofLines: bigint,
): AssembledOrder['refund'] {
  const isWholeLine = ({ money, pieces, priced: { amount, quantity } }: RefundedLine) =>
    (pieces > 0n && quantity !== undefined && pieces >= quantity) ||
    (amount !== undefined && amount > 0n && money >= amount - cent);
  if (lines.every(isWholeLine)) return base;
  // Pieces come back at their price: money that is not that of pieces is of no goods.
  const isByPieces = lines.every((line) => {
    const {
      money,
      pieces,
      priced: { amount, quantity },
    } = line;
    if (money === 0n && pieces === 0n) return true;
    if (isWholeLine(line)) return true;
    if (pieces === 0n || amount === undefined || !quantity) return false;
    const share = (amount * pieces) / quantity;
    return money === 0n || (money - share < cent * 2n && share - money < cent * 2n);
  });
  if (!isByPieces) return { ...base, amount: fromScaled(ofLines > goods ? goods : ofLines) };
  const back = lines
    .filter(({ money, pieces }) => money > 0n || pieces > 0n)
    .map((line) => ({
      item_id: line.itemId!,
      quantity: Number(fromScaled(isWholeLine(line) ? line.priced.quantity! : line.pieces)),
    }));
  return { ...base, lines: merged(back) };
}

function merged(lines: readonly { item_id: string; quantity: number }[]): { item_id: string; quantity: number }[] {
  const byItem = new Map<string, number>();
  for (const { item_id, quantity } of lines)
    byItem.set(item_id, Math.round(((byItem.get(item_id) ?? 0) + quantity) * 1_000) / 1_000);
  return [...byItem].map(([item_id, quantity]) => ({ item_id, quantity }));
}
