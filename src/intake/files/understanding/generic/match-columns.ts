import { readDate, serialUnitOf } from '../../forms/dates.ts';
import { barePlainHeading, keyOfHeading, plainHeading } from '../../text/headings.ts';
import { synonyms } from '../../text/synonyms.ts';
import { isFilled, textOf } from '../filled.ts';
import { decimalOf } from '../forms.ts';
import type { LookedAt } from '../looked-at.ts';
import { compile } from '../source.ts';
import { roleInTime } from './roles.ts';
import { statusOfHeading } from './status-headings.ts';

/** A heading as a field may be called, and how likely. */
interface Match {
  column: string;
  score: number;
}

export type Matches = ReadonlyMap<string, readonly Match[]>;

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
export function matchColumns(looked: LookedAt): Matches {
  const { sample, table } = looked;
  const matches = new Map<string, Match[]>();
  const names = table.columns ?? valuePaths(looked);
  for (const [field, phrases] of ranks) {
    const found = names.flatMap((column) => {
      const score = scoreOf(column, phrases);
      return score === undefined ? [] : [{ column, score }];
    });
    const fitting = found.filter(({ column }) => isFitting(field, column, sample));
    fitting.sort((a, b) => b.score - a.score || names.indexOf(a.column) - names.indexOf(b.column));
    matches.set(field, fitting);
  }
  for (const [field, role] of fallbacks) {
    if (matches.get(field)!.length > 0) continue;
    const found = names.flatMap((column) => (role(column) === field ? [{ column, score: 1 }] : []));
    const fitting = found.filter(({ column }) => isFitting(field, column, sample) && !isClaimed(column, matches));
    matches.set(field, fitting);
  }
  if (matches.get('occurred_at')!.length === 0) matches.set('occurred_at', onlyTimes(names, matches, sample));
  return matches;
}

/** Where no heading is known as a field, words in it may tell. */
const fallbacks: readonly (readonly [string, (column: string) => string | undefined])[] = [
  ['status', statusOfHeading],
  ['payment_status', statusOfHeading],
  // Of each place one: Current Quantity Main Street.
  [
    'stock',
    (column) => (/^(?:current|available) (?:quantity|stock) /.test(plainHeading(column)) ? 'stock' : undefined),
  ],
  ...['occurred_at', 'updated_at', 'cancelled_at'].map(
    (field) => [field, (column: string) => roleInTime(column)?.field] as const,
  ),
];

function isClaimed(column: string, matches: Matches): boolean {
  return [...matches.values()].some((found) => found.some((one) => one.column === column));
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
    // Order Lines/Product
    ...(column.includes('/') ? [[plainHeading(column.split('/').at(-1)!), 850] as [string, number]] : []),
    [plain.replace(ofGoods, ''), 870],
    // orders_id, products_name: as their tables are called
    [plain.replace(/^(order|product|customer|item)s (?=.)/, '$1 '), 855],
    [plain.replace(/^(?:订单|商品|宝贝|訂單|주문|상품|注文)(?=.)/u, ''), 480],
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
    if (rank !== undefined) return weight - Math.min(rank, 199) - (withoutTax.test(plain) ? 3 : 0);
  }
  const rank = keys.get(phrases)!.get(keyOfHeading(barePlainHeading(column)));
  if (rank !== undefined) return 650 - Math.min(rank, 149);
  return undefined;
}

/** Of two prices the one with its tax is what is paid. */
const withoutTax =
  /\b(?:excl|ex tax|ex vat|excluding|net|netto|ht|sin iva|iva esclusa|bez dph|exkl)\b|без ндс|税抜|未税|不含税/;

/** Precio del producto, quantité du produit: of goods, as all columns of a line are. */
const ofGoods =
  / (?:del? (?:producto|articulo)|(?:du|de l) (?:produit|article)|do (?:produto|item)|del prodotto|produktu|des (?:artikels|produkts)|of (?:product|item))$/;

const numeric = [
  'quantity',
  'unit_price',
  'line_amount',
  'order_total',
  'shipping',
  'refunded_amount',
  'line_refunded_quantity',
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

export function isTime(value: unknown): boolean {
  if (value instanceof Date) return true;
  if (typeof value === 'number') return serialUnitOf(value) !== undefined;
  const text = textOf(value);
  return (
    readDate(text) !== undefined ||
    (/^\s*\d{5,19}(?:[.,]\d+)?\s*$/.test(text) && serialUnitOf(Number(text.replace(',', '.'))) !== undefined)
  );
}

/** The likeliest column of a field. */
export function bestOf(matches: Matches, field: string): string | undefined {
  return matches.get(field)?.[0]?.column;
}

/** Takes the likeliest column of each field, each column once. */
export function choose(matches: Matches, fields: readonly string[]): Record<string, string> {
  const chosen: Record<string, string> = {};
  const taken = new Set<string>();
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

/** Paths of values: an amount that is an object is one, and what lies in other lists is none of the order's. */
export function valuePaths({ headings, lists, amounts }: LookedAt, within = ''): string[] {
  const inside = headings.all.filter((path) => path.startsWith(within)).map((path) => path.slice(within.length));
  const holders = new Set(inside.flatMap((path) => (path.includes('.') ? [path.slice(0, path.lastIndexOf('.'))] : [])));
  const isWithin = (path: string, of: ReadonlySet<string>) =>
    path.split('.').some((_, index, steps) => index > 0 && of.has(within + steps.slice(0, index).join('.')));
  return inside.filter(
    (path) =>
      (amounts.has(within + path) || !holders.has(path)) &&
      !lists.has(within + path) &&
      !isWithin(path, lists) &&
      !isWithin(path, amounts),
  );
}

/** What a value is called: price.amount is a price, and not an amount. */
function ownName(path: string): string {
  const steps = path.split('.');
  const isHeld = steps.length > 1 && /^(?:amount|value|text|number|gross|decimal|units?)$/i.test(steps.at(-1)!);
  return steps.at(isHeld ? -2 : -1)!;
}

/** The same by their names alone, of paths into rows. */
export function matchNames(paths: readonly string[]): Matches {
  const matches = new Map<string, Match[]>();
  for (const [field, phrases] of ranks) {
    const found = paths.flatMap((column) => {
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
