/**
 * Where a value comes from: a column, or a path into a row (`properties.order_id`; `@price` is of a line of its list); the first of
 * several that is filled; a constant; several together; the sum of what stands at a path (`refunds.*.total`: in each of a list, or
 * in each of the parts that are packed into a cell); or what a table of values makes of another.
 */
export type Source =
  | string
  | readonly Source[]
  | { readonly constant: string }
  | { readonly parts: readonly Source[]; readonly by: string; readonly isHashed?: boolean }
  | { readonly sumOf: string }
  | { readonly of: Source; readonly values: Readonly<Record<string, string>>; readonly otherwise?: string };

/** What a row must be like. */
export interface Condition {
  of: Source;
  /** one of these, however it is capitalised */
  in?: readonly string[];
  notIn?: readonly string[];
  filled?: boolean;
  /** why rows that are not so are left out; absent: they are somebody else's, and nothing is missing */
  reason?: string;
}

/** How several lines are written into one cell. */
export type Packing = 'pairs-by-bar' | 'pairs-by-comma' | 'quantity-times-name' | 'json';

/** What rows of a table are made into. */
export interface Output {
  kind: OutputKind;
  where?: readonly Condition[];
  /** the list in each row that its lines are in, or the cell that they are packed into */
  each?: { list: string } | { packed: string | readonly string[]; as: Packing };
  fields: Readonly<Record<string, Source>>;
  /** which of the lines are its own */
  lineWhere?: readonly Condition[];
  /** money is in the smallest coins, as whole numbers */
  isMinor?: boolean;
  /** a price may be that of all pieces of a line: what the order comes to shows it */
  mayPriceLines?: boolean;
  /** what an order comes to is less than its lines, shipping and tax by the discounts that nothing else tells */
  discountInTotal?: boolean;
  /** of orders: rows of the same order follow each other, and only the first has what is of the whole order */
  continued?: boolean;
  /** of orders: no two lines are the same line, though they may be equal */
  isLineEach?: boolean;
}

export type OutputKind = 'orders' | 'refunds' | 'customers' | 'items' | 'events';

/** Another table whose row is looked up for each row. */
export interface Join {
  /** columns by which it is known among the tables of the file */
  has: readonly string[];
  /** the row's own value, and the column of the other table that is equal to it */
  on: Source;
  key: string;
  /** the name that the found row has in the row; absent: its values stand beside the row's own, which have precedence */
  as?: string;
}

/** How a table is understood. */
export interface Plan {
  platform: string;
  /** how the platform calls such a file */
  title: string;
  outputs: readonly Output[];
  joins?: readonly Join[];
  /** which part of 01/02/2026 is the day, where a platform writes it in one way everywhere */
  dateOrder?: 'dmy' | 'mdy';
  /** columns whose empty cells have what stands above them */
  fillDown?: readonly string[];
  /** how times are written, where that is told: a pattern of YYYY, MM and so on */
  timeFormat?: string;
  /** fields whose column was found by its heading and what is in it, rather than named by a platform */
  isGuessed?: boolean;
}

/** Of the whole order, and written into its lines as it is told. */
const writtenOfOrder = [
  'occurred_at',
  'customer_id',
  'visitor_id',
  'currency',
  'country',
  'coupon_code',
  'channel',
  'store',
  'shipping',
  'tax',
  'payment_fee',
  'fees',
  'updated_at',
] as const;

/** Fields of order lines beside those of the import, from which these are worked out. */
export const orderFields = {
  numbers: [
    'quantity',
    'unit_price',
    'line_amount',
    'list_price',
    'list_amount',
    'gross_amount',
    'goods_total',
    'goods_paid',
    'line_shipping',
    'line_discount',
    'unit_discount',
    'order_discount',
    'subtotal',
    'order_total',
    'shipping',
    'tax',
    'payment_fee',
    'fees',
    'unit_cost',
    'refunded_amount',
    'refunded_shipping',
    'line_refunded_amount',
    'line_refunded_quantity',
  ],
  /** what became of a line */
  ofLine: ['line_status'],
  times: ['occurred_at', 'refunded_at', 'updated_at', 'cancelled_at'],
  writtenOfOrder,
  /** told once, of the whole order */
  ofOrder: [
    ...writtenOfOrder,
    'status',
    'payment_status',
    'cancelled_at',
    'is_test',
    'refunded_amount',
    'refunded_shipping',
    'refunded_at',
    'order_discount',
    'subtotal',
    'order_total',
    'goods_total',
    'goods_paid',
  ],
} as const;

const elementTimes: Readonly<Record<string, readonly string[]>> = {
  refunds: ['occurred_at'],
  customers: ['registered_at', 'updated_at'],
  items: ['available_from', 'available_until', 'updated_at'],
  events: ['occurred_at'],
};
const elementNumbers: Readonly<Record<string, readonly string[]>> = {
  refunds: ['amount', 'shipping', 'fees'],
  customers: [],
  items: ['price', 'list_price', 'cost', 'stock'],
  events: ['position', 'dwell_seconds', 'rating', 'results'],
};

/** May rows of the kind come of the output? Orders bring what came back of them. */
export function brings({ kind }: Output, wanted: string): boolean {
  return kind === wanted || (kind === 'orders' && wanted === 'refunds');
}

/** How a field of an output is read from its cells. */
export function formOf(kind: OutputKind, field: string): 'number' | 'time' | 'text' {
  const numbers: readonly string[] = kind === 'orders' ? orderFields.numbers : elementNumbers[kind];
  const times: readonly string[] = kind === 'orders' ? orderFields.times : elementTimes[kind];
  return numbers.includes(field) ? 'number' : times.includes(field) ? 'time' : 'text';
}
