/** What a file of each kind has: as docs/bring-your-own-shop.md lists it. */
export interface FileField {
  name: string;
  /** needed in every row */
  isNeeded?: true;
  /** one of those with the same word is needed */
  oneOf?: string;
  form?: 'number' | 'time';
}

export type FileKind = 'orders' | 'items' | 'customers' | 'events' | 'refunds' | 'costs' | 'market-figures';

const text = (...names: string[]): FileField[] => names.map((name) => ({ name }));
const needed = (name: string, form?: FileField['form']): FileField => ({
  name,
  isNeeded: true,
  ...(form ? { form } : {}),
});
const numbers = (...names: string[]): FileField[] => names.map((name) => ({ name, form: 'number' }));

export const fileFields: Record<FileKind, readonly FileField[]> = {
  orders: [
    needed('order_id'),
    needed('item_id'),
    needed('quantity', 'number'),
    needed('occurred_at', 'time'),
    { name: 'unit_price', oneOf: 'price', form: 'number' },
    { name: 'line_amount', oneOf: 'price', form: 'number' },
    ...text('customer_id', 'title', 'currency', 'coupon_code', 'channel'),
    ...numbers('list_price', 'unit_cost'),
  ],
  items: [needed('item_id'), ...text('title', 'category', 'brand'), ...numbers('price', 'list_price', 'cost', 'stock')],
  customers: [needed('customer_id'), { name: 'registered_at', form: 'time' }, ...text('profiling_allowed')],
  events: [
    needed('event_id'),
    needed('type'),
    needed('occurred_at', 'time'),
    { name: 'visitor_id', oneOf: 'person' },
    { name: 'customer_id', oneOf: 'person' },
    ...text('item_id', 'query', 'session_id', 'list_id'),
  ],
  refunds: [
    needed('refund_id'),
    needed('order_id'),
    needed('occurred_at', 'time'),
    ...numbers('amount', 'shipping', 'fees'),
    ...text('reason'),
  ],
  costs: [
    needed('day', 'time'),
    needed('amount', 'number'),
    ...text('channel', 'campaign'),
    ...numbers('impressions', 'clicks'),
  ],
  'market-figures': [
    needed('month'),
    needed('measure'),
    needed('value', 'number'),
    needed('source'),
    ...text('category', 'whose'),
  ],
};

/** How exports of shops call them; letters and digits alone, small. */
const otherNames: Record<string, readonly string[]> = {
  order_id: ['invoiceno', 'invoice', 'ordernumber', 'orderno', 'name', 'bestellung', '订单编号', '订单号'],
  item_id: ['stockcode', 'sku', 'productid', 'articleid', 'lineitemsku', 'artikel', '商品编号', '商品id'],
  title: ['description', 'itemname', 'productname', 'lineitemname', '商品名称'],
  quantity: ['qty', 'lineitemquantity', 'menge', '数量'],
  unit_price: ['unitprice', 'price', 'lineitemprice', 'preis', '单价'],
  line_amount: ['amount', 'total', 'linetotal', '金额'],
  occurred_at: ['invoicedate', 'date', 'createdat', 'orderdate', 'timestamp', 'datum', '下单时间'],
  customer_id: ['customerid', 'userid', 'email', 'kunde', '客户编号', '会员id'],
  event_id: ['id', 'eventid'],
  type: ['event', 'eventtype', 'action'],
  day: ['date', '日期'],
};

const plain = (name: string) => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

/** Which column each field is read from, as far as names tell; none is taken twice. */
export function matchColumns(kind: FileKind, columns: readonly string[]): Record<string, string> {
  const free = new Set(columns);
  const matched: Record<string, string> = {};
  const take = (name: string, isIt: (column: string) => boolean) => {
    const column = matched[name] === undefined && [...free].find(isIt);
    if (!column) return;
    matched[name] = column;
    free.delete(column);
  };
  for (const { name } of fileFields[kind]) take(name, (column) => plain(column) === plain(name));
  for (const { name } of fileFields[kind]) take(name, (column) => otherNames[name]?.includes(plain(column)) ?? false);
  return matched;
}

/** Fields that still have no column, those of which one is enough in one word: `unit_price / line_amount`. */
export function missingFields(kind: FileKind, mapping: Record<string, string>): string[] {
  const groups = new Map<string, string[]>();
  for (const { name, isNeeded, oneOf } of fileFields[kind]) {
    const group = isNeeded ? name : oneOf;
    if (group) groups.set(group, [...(groups.get(group) ?? []), name]);
  }
  return [...groups.values()].filter((names) => !names.some((name) => mapping[name])).map((names) => names.join(' / '));
}

const quoted = (word: string) => (/^[\w./=@:-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`);

/** The line that takes the file in. */
export function importCommand(kind: FileKind, file: string, mapping: Record<string, string>): string {
  const maps = Object.entries(mapping)
    .filter(([field, column]) => column && column !== field)
    .map(([field, column]) => `--map ${quoted(`${field}=${column}`)}`);
  return [`npx pannier import ${kind}`, quoted(file || `${kind}.csv`), ...maps].join(' ');
}

/** The line that takes an export in as it is. */
export const exportCommand = (file: string): string => `npx pannier import ${quoted(file)}`;
