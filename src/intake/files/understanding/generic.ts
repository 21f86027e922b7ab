import { readDate, serialUnitOf } from '../forms/dates.ts';
import { readWritten } from '../forms/numbers.ts';
import { barePlainHeading, keyOfHeading, plainHeading } from '../text/headings.ts';
import { synonyms } from '../text/synonyms.ts';
import { toScaled } from './exact.ts';
import { isFilled, textOf } from './filled.ts';
import { decimalOf } from './forms.ts';
import type { LookedAt } from './looked-at.ts';
import { brings, type Join, type Output, type Plan, type Source } from './plan.ts';
import { compile } from './source.ts';

/** A heading as a field may be called, and how likely. */
interface Match {
  column: string;
  score: number;
}

type Matches = ReadonlyMap<string, readonly Match[]>;

const ranks = new Map<string, ReadonlyMap<string, number>>();
for (const [field, text] of Object.entries(synonyms)) {
  const phrases = text.split('|').map((phrase) => plainHeading(phrase));
  ranks.set(
    field,
    new Map([...new Set(phrases)].filter((phrase) => phrase !== '').map((phrase, index) => [phrase, index])),
  );
}

/** The same by their keys. */
const keys = new Map(
  [...ranks.values()].map((phrases) => {
    const byKey = new Map<string, number>();
    for (const [phrase, rank] of phrases) if (!byKey.has(keyOfHeading(phrase))) byKey.set(keyOfHeading(phrase), rank);
    return [phrases, byKey] as const;
  }),
);

/** Which columns may be which field, the likeliest first. */
function matchColumns({ headings, sample, table }: LookedAt): Matches {
  const matches = new Map<string, Match[]>();
  const names = table.columns ?? leavesOf(headings.all);
  for (const [field, phrases] of ranks) {
    const found = names.flatMap((column) => {
      const score = scoreOf(column, phrases);
      return score === undefined ? [] : [{ column, score }];
    });
    const fitting = found.filter(({ column }) => isFitting(field, column, sample));
    fitting.sort((a, b) => b.score - a.score || names.indexOf(a.column) - names.indexOf(b.column));
    matches.set(field, fitting);
  }
  if (matches.get('occurred_at')!.length === 0) matches.set('occurred_at', onlyTimes(names, matches, sample));
  return matches;
}

/** Where no heading is known as the time: the one column of times that no other heading claims. */
function onlyTimes(names: readonly string[], matches: Matches, sample: LookedAt['sample']): Match[] {
  const claimed = new Set([...matches.values()].flatMap((found) => found.map(({ column }) => column)));
  const times = names.filter((column) => !claimed.has(column) && isWrittenTimes(column, sample));
  return times.length === 1 ? [{ column: times[0], score: 1 }] : [];
}

/** Times as such or in words: bare numbers may be anything. */
function isWrittenTimes(column: string, sample: LookedAt['sample']): boolean {
  const values = sample.slice(0, 300).flatMap(({ values: row }) => (isFilled(row[column]) ? [row[column]] : []));
  const isTimed = (value: unknown) =>
    value instanceof Date ||
    (typeof value === 'string' && !/^[\d\s.,]{0,9}$/.test(value) && readDate(value) !== undefined);
  return values.length > 0 && values.every(isTimed);
}

/** A heading that is a phrase as it is counts more than one that is so without its brackets or its table's name. */
function scoreOf(column: string, phrases: ReadonlyMap<string, number>): number | undefined {
  const plain = plainHeading(column);
  const forms: [string, number][] = [
    [plain, 1_000],
    [barePlainHeading(column), 900],
    [plain.replace(/ /g, ''), 880],
    // customer.id, order.total
    [plainHeading(column.replaceAll('.', ' ')), 860],
    [
      plain.replace(
        /^(?:the|item|items|line|lines|line item|line items|product|products|order|orders|lineitem|prod|ord) /,
        '',
      ),
      500,
    ],
    [
      plain.replace(
        / (?:brutto|gross|incl tax|inc tax|incl vat|incl btw|ttc|s dph|iva incluida|iva inclusa|kdv dahil|inkl moms|inkl mwst|с ндс|in eur|eur|usd|gbp|pln|net|netto|utc|local|税込|元)$/,
        '',
      ),
      700,
    ],
  ];
  for (const [form, weight] of forms) {
    const rank = phrases.get(form);
    if (rank !== undefined) return weight - Math.min(rank, 199);
  }
  const rank = keys.get(phrases)!.get(keyOfHeading(barePlainHeading(column)));
  if (rank !== undefined) return 650 - Math.min(rank, 149);
  return undefined;
}

const numeric = [
  'quantity',
  'unit_price',
  'line_amount',
  'order_total',
  'shipping',
  'refunded_amount',
  'unit_cost',
  'list_price',
  'stock',
];
const timed = ['occurred_at', 'cancelled_at', 'refunded_at', 'updated_at', 'registered_at'];

/** Has the column what the field holds? */
function isFitting(field: string, column: string, sample: LookedAt['sample']): boolean {
  const get = compile(column);
  const values = sample
    .slice(0, 300)
    .map((row) => get({ row: row.values }))
    .filter(isFilled);
  if (values.length === 0)
    return !['occurred_at', 'quantity', 'unit_price', 'line_amount', 'order_total'].includes(field);
  const share = (is: (value: unknown) => boolean) => values.filter(is).length / values.length;
  if (numeric.includes(field)) return share(isNumber) > 0.6;
  if (timed.includes(field)) return share(isTime) > 0.6;
  if (field === 'time_of_day') return share((value) => /^\D{0,4}\d{1,2}[:hH.]\d{2}/.test(textOf(value).trim())) > 0.6;
  if (field === 'email') return share((value) => textOf(value).includes('@')) > 0.3;
  // A column of days or of money is no name and no number.
  if (['order_id', 'item_id', 'customer_id'].includes(field)) return share((value) => typeof value === 'object') < 0.1;
  if (['status', 'payment_status'].includes(field)) return share((value) => typeof value === 'object') < 0.1;
  return true;
}

function isNumber(value: unknown): boolean {
  return decimalOf(value, '.', true) !== undefined;
}

function isTime(value: unknown): boolean {
  if (value instanceof Date) return true;
  if (typeof value === 'number') return serialUnitOf(value) !== undefined;
  const text = textOf(value);
  return (
    readDate(text) !== undefined ||
    (/^\s*\d{5,19}(?:[.,]\d+)?\s*$/.test(text) && serialUnitOf(Number(text.replace(',', '.'))) !== undefined)
  );
}

/** Plans for tables of no platform, by what their columns are called and what is in them. */
export function planGenerically(
  looked: readonly LookedAt[],
  kind: string | undefined,
): { looked: LookedAt; plan: Plan }[] {
  const matched = looked.map((one) => ({ looked: one, matches: matchColumns(one) }));
  const headsAndLines = kind === undefined || kind === 'orders' || kind === 'refunds' ? joinHeads(matched) : undefined;
  if (headsAndLines) return [headsAndLines];
  const planned = matched.flatMap(({ looked: one, matches }) => {
    const output = planNested(one) ?? planTable(one, matches, kind);
    if (!output || (kind !== undefined && !brings(output, kind))) return [];
    return [
      { looked: one, plan: { platform: 'generic', title: titles[output.kind], outputs: [output], isGuessed: true } },
    ];
  });
  // Of several sheets of orders the same facts would be counted twice: the one with lines is taken.
  const orders = planned.filter(({ plan }) => plan.outputs[0].kind === 'orders');
  const withLines = orders.filter(
    ({ plan }) => plan.outputs[0].fields['item_id'] !== undefined || plan.outputs[0].fields['title'] !== undefined,
  );
  const dropped =
    withLines.length > 0 && withLines.length < orders.length ? orders.filter((one) => !withLines.includes(one)) : [];
  return planned.filter((one) => !dropped.includes(one));
}

const titles: Readonly<Record<Output['kind'], string>> = {
  orders: 'orders, found by their headings',
  refunds: 'refunds, found by their headings',
  items: 'a catalogue, found by its headings',
  customers: 'customers, found by their headings',
  events: 'events, found by their headings',
};

function bestOf(matches: Matches, field: string, taken: ReadonlySet<string> = new Set()): string | undefined {
  return matches.get(field)?.find(({ column }) => !taken.has(column))?.column;
}

function planTable(looked: LookedAt, matches: Matches, kind: string | undefined): Output | undefined {
  const has = (field: string) => bestOf(matches, field) !== undefined;
  const isOrders =
    has('order_id') &&
    has('occurred_at') &&
    (has('item_id') || has('title') || has('line_amount') || has('order_total') || has('unit_price'));
  if (kind === undefined && isEventTable(looked, matches)) return planEvents(matches);
  const isRefunds = has('order_id') && has('refunded_amount') && (has('refunded_at') || has('occurred_at'));
  const hasGoods = has('item_id') || has('title') || has('order_total') || has('unit_price');
  if (isRefunds && !hasGoods && (kind === undefined || kind === 'refunds')) return planRefunds(matches);
  if (isOrders && kind !== 'items' && kind !== 'customers' && kind !== 'events') return planOrders(looked, matches);
  if (kind === 'events') return isEventTable(looked, matches) ? planEvents(matches) : undefined;
  const isItems = has('item_id') && (has('title') || has('unit_price') || has('category'));
  if (isItems && kind !== 'customers' && (kind === 'items' || (!has('order_id') && !has('email'))))
    return planItems(matches);
  const isCustomers = (has('customer_id') || has('email')) && !has('item_id');
  if (isCustomers && (kind === 'customers' || !has('order_id'))) return planCustomers(matches);
  return undefined;
}

/** Takes the likeliest column of each field, each column once. */
function choose(matches: Matches, fields: readonly string[], taken: Set<string> = new Set()): Record<string, string> {
  const chosen: Record<string, string> = {};
  // Who matches best chooses first: `Item` may be what it is called, where `SKU` is its number.
  const claims = fields.flatMap((field, index) =>
    (matches.get(field) ?? []).map(({ column, score }) => ({ field, column, score, index })),
  );
  claims.sort((a, b) => b.score - a.score || a.index - b.index);
  for (const { field, column } of claims) {
    if (chosen[field] !== undefined || taken.has(column)) continue;
    chosen[field] = column;
    taken.add(column);
  }
  return chosen;
}

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

/** What came back of orders that another file has. */
function planRefunds(matches: Matches): Output {
  const {
    order_id: order,
    refunded_amount: amount,
    refunded_at: at,
    occurred_at: date,
  } = choose(matches, ['order_id', 'refunded_amount', 'refunded_at', 'occurred_at']);
  const time = at ?? date;
  return {
    kind: 'refunds',
    fields: { refund_id: { parts: [order, time, amount], by: '-' }, order_id: order, occurred_at: time, amount },
  };
}

function planOrders(looked: LookedAt, matches: Matches): Output {
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
    'line_id',
    'unit_cost',
    'list_price',
    'is_test',
    'time_of_day',
    'visitor_id',
    'phone',
    'person',
  ]);
  const taken = new Set(Object.values(chosen));
  const { email, customer_id: customer, phone, person, ...fields } = chosen;
  const who = [customer, email, phone, person].filter((column) => column !== undefined);
  const money = chooseMoney(looked, matches, chosen, taken);
  const planned: Record<string, Source> = { ...fields, ...money };
  // A customer's name says less than an address.
  const isName = email !== undefined && customer !== undefined && bareCustomers.has(plainHeading(customer));
  if (isName) planned['customer_id'] = [email, customer];
  else if (who.length > 0) planned['customer_id'] = customer === undefined ? who : customer;
  if (typeof planned['time_of_day'] === 'string' && !needsClock(looked, chosen['occurred_at']))
    delete planned['time_of_day'];
  const isOrderTotal = planned['refunded_amount'] !== undefined;
  if (isOrderTotal && isPerLine(looked, chosen['order_id'], chosen['refunded_amount'])) {
    planned['line_refunded_amount'] = planned['refunded_amount'];
    delete planned['refunded_amount'];
  }
  return { kind: 'orders', fields: planned, ...(isContinued(looked, chosen['order_id']) && { continued: true }) };
}

/** Which columns say what was paid: for a piece, for a line, or for the whole order. */
function chooseMoney(
  looked: LookedAt,
  matches: Matches,
  chosen: Record<string, string>,
  taken: Set<string>,
): Record<string, Source> {
  const { item_id: item, title, order_id: order, quantity, unit_price: price } = chosen;
  const left = (field: string) =>
    (matches.get(field) ?? []).map(({ column }) => column).filter((column) => !taken.has(column));
  const totals = [...new Set([...left('line_amount'), ...left('order_total')])];
  if (item === undefined && title === undefined) {
    const [total] = [
      ...new Set([...left('order_total'), ...left('line_amount'), ...(price === undefined ? [] : [price])]),
    ];
    return total === undefined ? {} : { order_total: total };
  }
  if (price !== undefined && quantity !== undefined) {
    // A price that is the line's: price times pieces is never the amount, and the price grows with the pieces.
    const discounted = totals.find((column) => isPaidAmount(looked, column, price, quantity));
    return discounted === undefined ? {} : { line_amount: discounted };
  }
  if (price !== undefined) return {};
  const perLine = totals.filter((column) => isPerLine(looked, order, column));
  const [amount] = perLine.length > 0 ? perLine : left('line_amount');
  if (amount !== undefined) return { line_amount: amount };
  const [total] = totals;
  return total === undefined ? {} : { line_amount: total };
}

const enough = 0.98;

/** Is it what was paid for the line, at times less than price by pieces, and never more? */
function isPaidAmount({ sample }: LookedAt, column: string, price: string, quantity: string): boolean {
  let [rows, equal, less] = [0, 0, 0];
  for (const { values } of sample) {
    const [amount, each, pieces] = [values[column], values[price], values[quantity]].map((value) =>
      toScaled(plain(value)),
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

function plain(value: unknown): string | undefined {
  const written = typeof value === 'string' ? readWritten(value) : undefined;
  return decimalOf(value, written?.decimal === ',' ? ',' : '.', true);
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

function planItems(matches: Matches): Output {
  const fields = choose(matches, [
    'item_id',
    'title',
    'unit_price',
    'list_price',
    'category',
    'brand',
    'stock',
    'unit_cost',
    'updated_at',
  ]);
  const { unit_price: price, unit_cost: cost, ...rest } = fields;
  return { kind: 'items', fields: { ...rest, ...(price && { price }), ...(cost && { cost }) } };
}

function planCustomers(matches: Matches): Output {
  const { email, country, ...fields } = choose(matches, [
    'customer_id',
    'email',
    'registered_at',
    'country',
    'updated_at',
  ]);
  const id = fields['customer_id'] ?? email;
  return {
    kind: 'customers',
    fields: { ...fields, customer_id: id, ...(country && { 'attributes.country': country }) },
  };
}

const eventWords: Readonly<Record<string, string>> = {
  view: 'view',
  pv: 'view',
  view_item: 'view',
  'product viewed': 'view',
  product_viewed: 'view',
  'viewed product': 'view',
  'view product': 'view',
  detail: 'view',
  'detail view': 'view',
  product_view: 'view',
  page_view: 'page',
  pageview: 'page',
  viewcontent: 'view',
  cart: 'cart_add',
  add_to_cart: 'cart_add',
  addtocart: 'cart_add',
  cart_add: 'cart_add',
  'product added': 'cart_add',
  'added to cart': 'cart_add',
  'add to cart': 'cart_add',
  remove_from_cart: 'cart_remove',
  'product removed': 'cart_remove',
  cart_remove: 'cart_remove',
  click: 'click',
  clk: 'click',
  search: 'search',
  'products searched': 'search',
  wishlist: 'wishlist',
  fav: 'wishlist',
  favorite: 'wishlist',
  add_to_wishlist: 'wishlist',
  impression: 'impression',
  imp: 'impression',
};

/** Those that events are recorded of. */
const eventTypes = Object.fromEntries(
  Object.entries(eventWords).filter(([, type]) => type !== 'page' && type !== 'wishlist'),
);

function isEventTable({ sample }: LookedAt, matches: Matches): boolean {
  const type = bestOf(matches, 'event_type');
  if (type === undefined || bestOf(matches, 'occurred_at') === undefined) return false;
  const get = compile(type);
  const values = sample.map(({ values: row }) => get({ row })).filter(isFilled);
  return (
    values.length > 0 &&
    values.filter((value) => eventWords[textOf(value).trim().toLowerCase()] !== undefined).length > values.length / 4
  );
}

function planEvents(matches: Matches): Output {
  const {
    event_type: type,
    email,
    customer_id: customer,
    ...fields
  } = choose(matches, ['event_type', 'event_id', 'occurred_at', 'item_id', 'customer_id', 'email', 'visitor_id']);
  const who = customer ?? email;
  const id: Source = fields['event_id'] ?? {
    parts: [
      fields['occurred_at'],
      type,
      ...[fields['visitor_id'], who, fields['item_id']].filter((one) => one !== undefined),
    ],
    by: '|',
    isHashed: true,
  };
  return {
    kind: 'events',
    where: [{ of: type, in: Object.keys(eventTypes), reason: 'an event of another type' }],
    fields: { ...fields, event_id: id, type: { of: type, values: eventTypes }, ...(who && { customer_id: who }) },
  };
}

const listNames =
  /^(?:line_?items?|order_?lines?|lines?|items?|products?|order_?items?|positions?|positionen|artikel|order_?details?|details?|rows?|cart_?items?|goods)$/i;

/** Orders whose lines are a list in them. */
function planNested({ headings, sample, table }: LookedAt): Output | undefined {
  if (
    table.columns !== undefined &&
    !sample.some(({ values }) => Object.values(values).some((value) => Array.isArray(value)))
  )
    return undefined;
  const lists = headings.all.filter(
    (path) => listNames.test(path.split('.').at(-1)!) && headings.all.some((other) => other.startsWith(`${path}.`)),
  );
  for (const list of lists.sort((a, b) => a.length - b.length)) {
    const inLine = headings.all
      .filter((path) => path.startsWith(`${list}.`))
      .map((path) => path.slice(list.length + 1));
    const outside = headings.all.filter((path) => !path.startsWith(`${list}.`) && path !== list);
    const lineMatches = matchNames(inLine);
    const orderMatches = matchNames(outside);
    const lines = choose(lineMatches, [
      'item_id',
      'title',
      'quantity',
      'unit_price',
      'line_amount',
      'line_id',
      'unit_cost',
      'list_price',
    ]);
    const order = choose(orderMatches, [
      'order_id',
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
      'visitor_id',
    ]);
    const id = order['order_id'] ?? outside.find((path) => path === 'id');
    const isOrder =
      id !== undefined &&
      order['occurred_at'] !== undefined &&
      (lines['item_id'] ?? lines['title'] ?? (inLine.includes('id') ? 'id' : undefined)) !== undefined;
    if (!isOrder) continue;
    if (lines['item_id'] === undefined && inLine.includes('id')) lines['item_id'] = 'id';
    if (lines['unit_price'] !== undefined && lines['line_amount'] !== undefined) delete lines['line_amount'];
    const ofLines = Object.fromEntries(Object.entries(lines).map(([field, path]) => [field, `@${path}`]));
    const { email, ...ofOrder } = order;
    const who = [order['customer_id'], email].filter((path) => path !== undefined);
    return {
      kind: 'orders',
      each: { list },
      isLineEach: true,
      fields: { ...ofOrder, order_id: id, ...(who.length > 0 && { customer_id: who }), ...ofLines },
    };
  }
  return undefined;
}

/** Paths of values, not of what holds others. */
function leavesOf(names: readonly string[]): string[] {
  const holders = new Set(
    names.filter((name) => name.includes('.')).map((name) => name.slice(0, name.lastIndexOf('.'))),
  );
  return names.filter((name) => !holders.has(name));
}

/** What a value is called: price.amount is a price, and not an amount. */
function ownName(path: string): string {
  const steps = path.split('.');
  const isHeld = steps.length > 1 && /^(?:amount|value|text|number|gross|decimal|units?)$/i.test(steps.at(-1)!);
  return steps.at(isHeld ? -2 : -1)!;
}

function matchNames(paths: readonly string[]): Matches {
  const names = leavesOf(paths);
  const matches = new Map<string, Match[]>();
  for (const [field, phrases] of ranks) {
    const found = names.flatMap((column) => {
      const score = scoreOf(column, phrases) ?? scoreOf(ownName(column), phrases);
      return score === undefined ? [] : [{ column, score: score - column.split('.').length * 5 }];
    });
    matches.set(
      field,
      found.sort((a, b) => b.score - a.score),
    );
  }
  return matches;
}

/** A table of lines and one of their orders: the one has the goods, the other who bought and when. */
function joinHeads(
  matched: readonly { looked: LookedAt; matches: Matches }[],
): { looked: LookedAt; plan: Plan } | undefined {
  const has = (matches: Matches, field: string) => bestOf(matches, field) !== undefined;
  const lines = matched.find(
    ({ matches }) =>
      has(matches, 'order_id') && (has(matches, 'item_id') || has(matches, 'title')) && !has(matches, 'occurred_at'),
  );
  if (!lines) return undefined;
  const on = bestOf(lines.matches, 'order_id')!;
  const keyOf = ({ looked, matches }: (typeof matched)[number]) =>
    bestOf(matches, 'order_id') ?? looked.headings.all.find((name) => name.toLowerCase() === 'id');
  const heads = matched.find(
    (one) =>
      one !== lines &&
      has(one.matches, 'occurred_at') &&
      keyOf(one) !== undefined &&
      isShared(lines.looked, on, one.looked, keyOf(one)!),
  );
  if (!heads) return undefined;
  const key = keyOf(heads)!;
  const columns = [...(lines.looked.table.columns ?? lines.looked.headings.all)];
  const more = (heads.looked.table.columns ?? heads.looked.headings.all).filter((name) => !columns.includes(name));
  const both: LookedAt = {
    ...lines.looked,
    table: { ...lines.looked.table, columns: [...columns, ...more] },
    sample: joinSamples(lines.looked, on, heads.looked, key),
  };
  const output = planOrders(both, matchColumns(both));
  const join: Join = { has: heads.looked.headings.all.slice(0, 50), on, key };
  return {
    looked: lines.looked,
    plan: {
      platform: 'generic',
      title: 'orders and their lines in two tables',
      outputs: [{ ...output, fields: { ...output.fields, order_id: on } }],
      joins: [join],
      isGuessed: true,
    },
  };
}

function isShared(lines: LookedAt, on: string, heads: LookedAt, key: string): boolean {
  const known = new Set(heads.sample.map(({ values }) => textOf(values[key] ?? '')));
  const wanted = lines.sample.slice(0, 300).map(({ values }) => textOf(values[on] ?? ''));
  return wanted.some((id) => id !== '' && known.has(id));
}

function joinSamples(lines: LookedAt, on: string, heads: LookedAt, key: string): LookedAt['sample'] {
  const byKey = new Map(heads.sample.map(({ values }) => [textOf(values[key] ?? ''), values]));
  return lines.sample.map((row) => ({ ...row, values: { ...byKey.get(textOf(row.values[on] ?? '')), ...row.values } }));
}
