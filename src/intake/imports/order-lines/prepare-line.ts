import { toMinor } from '../../../shop/money.ts';
import { checkAmount, checkCurrency, checkOrderLine, checkTime } from '../../cleaning/check-facts.ts';
import type { CleaningContext, CleaningRule, Fault } from '../../cleaning/rules.ts';
import { canonicalJson } from '../../quarantine/raw.ts';
import { type OrderChannel, type OrderStatusElement, orderChannels } from '../../request-elements.ts';
import { type Mapping, roleOf } from '../mapping/mapping.ts';
import type { FileRow } from '../reading/file-row.ts';
import { createTimeReader } from '../reading/time.ts';
import type { Correction } from '../values/correction.ts';
import type { ValueFault } from '../values/expectations.ts';
import { createNobody } from '../values/ids.ts';
import { CellReader, cellsOf } from './cells.ts';

/** A row of a file of order lines, with its types, and what the rules say of it by itself. */
export interface PreparedLine {
  /** Canonical JSON of what was in the file. */
  raw: string;
  /** Why the row cannot be a fact; empty for a row that can. */
  refused: CleaningRule[];
  /** Rules that found something worth counting. */
  counted: CleaningRule[];
  corrections: Correction[];
  /** What the rules of cleaning say of its values. */
  judged: readonly Fault[];
  unreadable: readonly ValueFault[];
  /** How many of the expected cells are filled. */
  filled: number;
  /** undefined for a row that could not be read at all. */
  line?: Line;
}

export interface Line {
  role: 'sale' | 'cancellation' | 'adjustment';
  orderId: string | undefined;
  itemId: string | undefined;
  title: string | undefined;
  /** Above zero in every row that can be a fact, cancellations too. */
  quantity: number | undefined;
  unitPrice: string | undefined;
  listPrice: string | undefined;
  /** Only of a row that can be a fact. */
  amountMinor: number | undefined;
  /** Epoch milliseconds. */
  occurredAt: number | undefined;
  customerId: string | undefined;
  visitorId: string | undefined;
  country: string | undefined;
  couponCode: string | undefined;
  listId: string | undefined;
  unitCost: string | undefined;
  refundReason: string | undefined;
  terms: LineTerms;
  isProduct: boolean;
  /** Nobody calls the row a return; its quantity below zero is one if an earlier sale is found. */
  isPresumed: boolean;
}

/** What a row says of the whole order. */
export interface LineTerms {
  channel: OrderChannel | undefined;
  store: string | undefined;
  shippingMinor: number | undefined;
  taxMinor: number | undefined;
  paymentFeeMinor: number | undefined;
  feesMinor: number | undefined;
  status: OrderStatusElement['status'] | undefined;
  /** Epoch milliseconds; undefined: when the row occurred. */
  statusAt: number | undefined;
  /** Epoch milliseconds; since when the order is as the rows tell it. */
  updatedAt: number | undefined;
}

/** The cells that a complete row has. */
export const expectedCells = [
  'order_id',
  'item_id',
  'quantity',
  'occurred_at',
  'unit_price',
  'customer_id',
  'title',
] as const;

export type LinePreparer = (row: FileRow) => PreparedLine;

/** How the cells of a file are read. */
interface Readers {
  mapping: Mapping;
  readTime: ReturnType<typeof createTimeReader>;
  isNobody: ReturnType<typeof createNobody>;
  /** item ids of what is no product */
  service: RegExp | undefined;
}

type LineContext = CleaningContext & { minorDigits: number };

/** Makes the function that prepares rows: texts, types, time zone and currency, then each rule that one row is enough for. */
export function createLinePreparer(mapping: Mapping, timeZone: string, context: LineContext): LinePreparer {
  const readers: Readers = {
    mapping,
    readTime: createTimeReader(timeZone, mapping.time_format),
    isNobody: createNobody(mapping.nobody),
    service: mapping.services && new RegExp(mapping.services.item_pattern),
  };
  return (row) => (row.fields ? prepareRow(row, row.fields, readers, context) : unreadableRow(row));
}

function unreadableRow(row: FileRow): PreparedLine {
  return {
    raw: canonicalJson(row.broken),
    refused: ['unreadable'],
    counted: [],
    corrections: [],
    judged: [],
    unreadable: [{ field: 'row', value: '', expected: row.expected ?? 'a row' }],
    filled: 0,
  };
}

function prepareRow(
  row: FileRow,
  fields: NonNullable<FileRow['fields']>,
  readers: Readers,
  context: LineContext,
): PreparedLine {
  const { cells, odd } = cellsOf(fields);
  const reader = new CellReader(row, cells, odd);
  const { refused } = reader;
  const read = readLine(reader, readers, context.minorDigits);
  const { line, isWhole } = read;
  const counted = countIn(read, reader);
  if (line.role === 'adjustment') refused.unshift('adjustment');
  if (line.role === 'cancellation') makePositive(line, reader);
  judgeLine(read, reader, context);
  if (refused.length === 0) line.amountMinor = amountOf(read, context.minorDigits);
  return {
    raw: canonicalJson({ ...cells, ...odd }),
    refused: [...new Set(refused)],
    counted,
    corrections: reader.corrections,
    judged: reader.judged,
    unreadable: reader.unreadable,
    filled: expectedCells.filter((field) => cells[field === 'unit_price' && isWhole ? 'line_amount' : field]?.trim())
      .length,
    line,
  };
}

/** A line, and what of its cells is no part of it. */
interface ReadLine {
  line: Line;
  /** the file has the amount of the whole line instead of a price */
  isWhole: boolean;
  amount: string | undefined;
  isTimeAmbiguous: boolean;
  currency: string | undefined;
}

function readLine(reader: CellReader, readers: Readers, minorDigits: number): ReadLine {
  const { mapping, readTime, isNobody, service } = readers;
  const orderId = reader.needed('order_id');
  const itemId = reader.needed('item_id');
  const quantity = reader.quantity(mapping.decimals);
  const isWhole = mapping.columns['line_amount'] !== undefined && !reader.has('unit_price');
  const amount = isWhole ? reader.price('line_amount', mapping.decimals) : undefined;
  const unitPrice = isWhole ? priceOfUnit(amount, quantity) : reader.price('unit_price', mapping.decimals);
  const time = reader.time('occurred_at', readTime, mapping.time_format);
  const line: Line = {
    role: roleOf(mapping, orderId ?? '', quantity ?? 0),
    orderId,
    itemId,
    title: reader.text('title'),
    quantity,
    unitPrice,
    listPrice: reader.price('list_price', mapping.decimals),
    amountMinor: undefined,
    occurredAt: time?.instant,
    customerId: reader.person('customer_id', isNobody),
    visitorId: reader.person('visitor_id', isNobody),
    country: reader.text('country'),
    couponCode: reader.text('coupon_code'),
    listId: reader.listId(),
    unitCost: reader.price('unit_cost', mapping.decimals),
    refundReason: reader.code('refund_reason'),
    terms: readTerms(reader, readers, minorDigits),
    isProduct: !(itemId !== undefined && service?.test(itemId)),
    isPresumed: false,
  };
  const currency = reader.text('currency')?.toUpperCase();
  reader.text('line_id');
  return { line, isWhole, amount, isTimeAmbiguous: time?.rule === 'time_ambiguous', currency };
}

/** The rules that found something worth counting. */
function countIn({ line, isTimeAmbiguous }: ReadLine, reader: CellReader): CleaningRule[] {
  const counted: CleaningRule[] = [];
  if (isBelowZero(line.quantity)) counted.push('negative_quantity');
  if (line.customerId === undefined) counted.push('no_customer');
  if (reader.isNobody) counted.push('nobody');
  if (line.title === undefined) counted.push('no_description');
  if (line.unitPrice !== undefined && Number(line.unitPrice) === 0) counted.push('price_zero');
  if (!line.isProduct) counted.push('not_a_product');
  if (isTimeAmbiguous) counted.push('time_ambiguous');
  if (line.role === 'cancellation') counted.push('cancellation');
  return counted;
}

function isBelowZero(quantity: number | undefined): quantity is number {
  return quantity !== undefined && quantity < 0;
}

/** A cancellation's quantity is that which comes back. */
function makePositive(line: Line, reader: CellReader): void {
  if (!isBelowZero(line.quantity)) return;
  const before = String(line.quantity);
  line.quantity = -line.quantity;
  reader.correct('quantity', 'cancellation', before, String(line.quantity));
}

/** Refuses the line for what is wrong with it; a sale whose only fault is a quantity below zero is presumed to be a return. */
function judgeLine({ line, currency }: ReadLine, reader: CellReader, context: LineContext): void {
  const { refused } = reader;
  const { itemId, quantity, unitPrice } = line;
  reader.judge([
    ...checkTime(line.occurredAt, '/occurred_at', context),
    ...checkTime(line.terms.statusAt, '/status_at', context),
    ...checkTime(line.terms.updatedAt, '/updated_at', context),
    ...checkCurrency(currency, '/currency', context),
    ...(itemId !== undefined && quantity !== undefined && unitPrice !== undefined
      ? checkOrderLine({ item_id: itemId, quantity, unit_price: unitPrice })
      : []),
  ]);
  const isOnlyNegative = refused.length === 1 && refused[0] === 'quantity_negative';
  if (line.role !== 'sale' || !isBelowZero(quantity) || !isOnlyNegative || !isSoundReturn(line)) return;
  refused.length = 0;
  reader.judged.length = 0;
  line.role = 'cancellation';
  line.isPresumed = true;
  makePositive(line, reader);
}

function amountOf({ line, isWhole, amount }: ReadLine, digits: number): number {
  // A unit price that was divided out has lost digits that the amount has not.
  return isWhole ? Math.abs(toMinor(amount!, digits)) : toMinor(line.unitPrice!, digits, line.quantity!);
}

const statuses: readonly OrderStatusElement['status'][] = ['placed', 'paid', 'shipped', 'delivered', 'cancelled'];

function readTerms(reader: CellReader, { mapping, readTime }: Readers, minorDigits: number): LineTerms {
  const money = (field: 'shipping' | 'tax' | 'payment_fee' | 'fees') => {
    const amount = reader.price(field, mapping.decimals);
    reader.judge(checkAmount(amount, `/${field}`));
    return amount === undefined ? undefined : toMinor(amount, minorDigits);
  };
  return {
    channel: reader.choice('channel', orderChannels),
    store: reader.id('store'),
    shippingMinor: money('shipping'),
    taxMinor: money('tax'),
    paymentFeeMinor: money('payment_fee'),
    feesMinor: money('fees'),
    status: reader.choice('status', statuses),
    statusAt: reader.time('status_at', readTime, mapping.time_format)?.instant,
    updatedAt: reader.time('updated_at', readTime, mapping.time_format)?.instant,
  };
}

/** A row whose only fault is a quantity below zero: would it be sound above? */
function isSoundReturn({ itemId, quantity, unitPrice }: Line): boolean {
  return checkOrderLine({ item_id: itemId!, quantity: -quantity!, unit_price: unitPrice! }).length === 0;
}

/** Of a line that has the amount of the whole; without a quantity to divide by it is the amount, for the rules to refuse the row. */
function priceOfUnit(amount: string | undefined, quantity: number | undefined): string | undefined {
  return amount === undefined || !quantity ? amount : (Number(amount) / quantity).toFixed(6);
}
