import type {
  CostElement,
  CustomerElement,
  EventElement,
  ItemElement,
  MarketFigureElement,
  OrderElement,
  OrderLineElement,
  OrderStatusElement,
  RefundElement,
} from '../../request-elements.ts';
import type { FactKind } from '../kinds.ts';

export type ElementKind = FactKind;

/** How a cell of text becomes a field of an element; what cannot become one is left as it is for the contract to refuse. */
export type FieldType =
  | 'text'
  | 'decimal'
  | 'integer'
  | 'boolean'
  | 'time'
  | 'attributes'
  | 'paths'
  | 'numbers'
  | 'texts'
  | 'markets'
  | 'page'
  | 'lines'
  | 'statuses'
  | 'refunded-lines';

type Fields<Element> = Record<keyof Element & string, FieldType>;

const items: Fields<ItemElement> = {
  item_id: 'text',
  title: 'text',
  url: 'text',
  image_url: 'text',
  description: 'text',
  category: 'text',
  categories: 'paths',
  brand: 'text',
  gtin: 'text',
  parent_id: 'text',
  options: 'attributes',
  texts: 'texts',
  markets: 'markets',
  price: 'decimal',
  list_price: 'decimal',
  cost: 'decimal',
  stock: 'integer',
  in_stock: 'boolean',
  hidden: 'boolean',
  is_product: 'boolean',
  available_from: 'time',
  available_until: 'time',
  attributes: 'attributes',
  embedding: 'numbers',
  updated_at: 'time',
};

const customers: Fields<CustomerElement> = {
  customer_id: 'text',
  attributes: 'attributes',
  profiling_allowed: 'boolean',
  registered_at: 'time',
  updated_at: 'time',
};

const events: Fields<EventElement> = {
  event_id: 'text',
  type: 'text',
  customer_id: 'text',
  visitor_id: 'text',
  item_id: 'text',
  occurred_at: 'time',
  query: 'text',
  name: 'text',
  list_id: 'text',
  position: 'integer',
  session_id: 'text',
  page: 'page',
  dwell_seconds: 'integer',
  rating: 'integer',
  topic: 'text',
  order_id: 'text',
  results: 'integer',
  properties: 'attributes',
};

const orders: Fields<OrderElement> = {
  order_id: 'text',
  customer_id: 'text',
  visitor_id: 'text',
  occurred_at: 'time',
  currency: 'text',
  channel: 'text',
  store: 'text',
  shipping: 'decimal',
  tax: 'decimal',
  payment_fee: 'decimal',
  fees: 'decimal',
  statuses: 'statuses',
  updated_at: 'time',
  lines: 'lines',
};

const refunds: Fields<RefundElement> = {
  refund_id: 'text',
  order_id: 'text',
  occurred_at: 'time',
  amount: 'decimal',
  shipping: 'decimal',
  fees: 'decimal',
  reason: 'text',
  lines: 'refunded-lines',
};

const costs: Fields<CostElement> = {
  day: 'text',
  channel: 'text',
  campaign: 'text',
  amount: 'decimal',
  currency: 'text',
  impressions: 'integer',
  clicks: 'integer',
};

const marketFigures: Fields<MarketFigureElement> = {
  month: 'text',
  category: 'text',
  measure: 'text',
  whose: 'text',
  value: 'decimal',
  source: 'text',
};

/** Quantities are numbers in JSON already. */
const orderLineFields: Partial<Fields<OrderLineElement>> = {
  item_id: 'text',
  unit_price: 'decimal',
  list_price: 'decimal',
  title: 'text',
  coupon_code: 'text',
  list_id: 'text',
  position: 'integer',
  unit_cost: 'decimal',
};

const orderStatusFields: Fields<OrderStatusElement> = { status: 'text', occurred_at: 'time' };

/** Of fields that hold a list of objects: the fields of these. */
export const listedFields: Partial<Record<FieldType, Record<string, FieldType>>> = {
  lines: orderLineFields,
  statuses: orderStatusFields,
  'refunded-lines': { item_id: 'text' },
};

/** Columns of a page: `page.path`, `page.campaign.name`. */
const pageKeys: readonly string[] = [
  'path',
  'referrer',
  'device',
  'language',
  ...['source', 'medium', 'name', 'term', 'content'].map((tag) => `campaign.${tag}`),
];

/**
 * Of fields that hold an object by name the fields of it: what an item is called in a language, and what it costs in a market. They
 * may be columns: `texts.de.title`, `markets.at.price`.
 */
export const namedFields: Partial<Record<FieldType, Record<string, FieldType>>> = {
  texts: { title: 'text', description: 'text', url: 'text' },
  markets: { price: 'decimal', list_price: 'decimal', stock: 'integer', url: 'text' },
};

/**
 * What a column of its own holds that is named by the field and a key behind its first dot, and the keys under which it is found
 * there; undefined: such a field has no such column.
 */
export function partOf(type: FieldType | undefined, key: string): { keys: string[]; type: FieldType } | undefined {
  if (type === 'attributes') return { keys: [key], type: 'text' };
  if (type === 'page') return pageKeys.includes(key) ? { keys: key.split('.'), type: 'text' } : undefined;
  const keys = key.split('.');
  const parts = type && namedFields[type];
  const part =
    keys.length === 2 && keys[0] !== '' && parts && Object.hasOwn(parts, keys[1]) ? parts[keys[1]] : undefined;
  return part && { keys, type: part };
}

export const elementFields: Record<ElementKind, Record<string, FieldType>> = {
  items,
  customers,
  events,
  orders,
  refunds,
  costs,
  'market-figures': marketFigures,
};

/** What a complete element has; "completeness" is measured on these. */
export const expectedFields: Record<ElementKind, readonly string[]> = {
  items: ['item_id', 'title', 'category', 'price'],
  customers: ['customer_id'],
  events: ['event_id', 'type', 'occurred_at'],
  orders: ['order_id', 'occurred_at', 'customer_id', 'lines'],
  refunds: ['refund_id', 'order_id', 'occurred_at'],
  costs: ['day', 'amount'],
  'market-figures': ['month', 'measure', 'value', 'source'],
};

/** Ids that name one fact; of items and customers a later row with the same id is an update. */
export const factIds: Partial<Record<ElementKind, string>> = {
  events: 'event_id',
  orders: 'order_id',
  refunds: 'refund_id',
};

/** May a file of this kind have such a column? `attributes.roast` is one attribute. */
export function isElementField(kind: ElementKind, name: string): boolean {
  const [field, key] = splitField(name);
  const type = Object.hasOwn(elementFields[kind], field) ? elementFields[kind][field] : undefined;
  if (type === undefined || listedFields[type]) return false;
  return key === undefined ? type !== 'page' : partOf(type, key) !== undefined;
}

export function splitField(name: string): [field: string, key: string | undefined] {
  const dot = name.indexOf('.');
  return dot < 0 ? [name, undefined] : [name.slice(0, dot), name.slice(dot + 1)];
}
