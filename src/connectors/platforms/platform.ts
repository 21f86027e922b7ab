import { compile, type Getter, isSale, type meaningOf, type Scope, type Source, textOf } from '../../intake/index.ts';

/** What shop platforms can send deliveries from. */
export const platformNames = ['shopify', 'woocommerce', 'medusa'] as const;
export type PlatformName = (typeof platformNames)[number];

/** Something that happened in the shop, as its platform tells it. */
export interface Told {
  topic: string;
  headers: Readonly<Record<string, string | undefined>>;
  body: Record<string, unknown>;
}

/** An element of the contract, by field; whether it has the contract's form is judged where it is recorded. */
export type Element = Record<string, unknown>;

/** What platforms have numbers of their own for. */
export type NumberedKind = 'order' | 'product';

/** What a delivery says, in the form of the API. */
export interface Facts {
  items?: Element[];
  customers?: Element[];
  orders?: Element[];
  /** `order` is the platform's own number of the order, where the delivery does not tell its id */
  refunds?: (Element & { order?: string })[];
  /** products whose items are no longer for sale, by the platform's own number */
  gone?: string[];
  /** ids by which a person to be erased may be known */
  erase?: string[];
  /** what the platform's own numbers are here */
  numbers?: { kind: NumberedKind; number: string; id: string }[];
  /** why nothing of it is a fact */
  ignored?: string;
}

/** How a platform signs and tells. */
export interface Platform {
  /** headers, in lower case */
  signatureHeader: string;
  /** where the signature may be written otherwise than in base64 */
  encodings: readonly ('base64' | 'hex')[];
  topicOf(headers: Told['headers'], body: Record<string, unknown>): string | undefined;
  deliveryIdOf(headers: Told['headers'], body: Record<string, unknown>): string | undefined;
  /** undefined: the topic is not known */
  read(told: Told): Facts | undefined;
}

/** Makes the function that reads a delivery by its topic. */
export function byTopic(topics: Readonly<Record<string, (told: Told) => Facts>>): Platform['read'] {
  return (told) => (Object.hasOwn(topics, told.topic) ? topics[told.topic](told) : undefined);
}

/** Makes the function that finds fields in a row by their sources; those without a value are absent. */
export function reader(sources: Readonly<Record<string, Source>>): (scope: Scope) => Record<string, string> {
  const getters = Object.entries(sources).map(([field, source]): [string, Getter] => [field, compile(source)]);
  return (scope) => {
    const found: Record<string, string> = {};
    for (const [field, get] of getters) {
      const value = get(scope);
      if (value === undefined || value === null) continue;
      const text = textOf(value).trim();
      if (text !== '') found[field] = text;
    }
    return found;
  };
}

export const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

export function listIn(value: unknown): Record<string, unknown>[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** A decimal as millionths; what is none is 0. */
export function millionths(value: unknown): number {
  const number = typeof value === 'number' ? value : typeof value === 'string' ? Number(value) : Number.NaN;
  return Number.isFinite(number) ? Math.round(number * 1e6) : 0;
}

/** Millionths as a decimal string. */
export function decimal(value: number): string {
  const whole = Math.trunc(value / 1e6);
  return `${whole}.${String(Math.abs(value % 1e6)).padStart(6, '0')}`;
}

/** An order as a platform told it: what was paid for each line is known. */
export interface ToldOrder {
  head: Record<string, string>;
  lines: (Record<string, string> & { quantity: string; paid: string; list: string })[];
  /** of what its state means */
  state: 'paid' | 'placed' | 'cancelled';
  cancelledAt?: string | undefined;
  coupon?: string | undefined;
}

/** The element of an order: prices are what was paid for a piece, and the list price what it was before discounts. */
export function toOrder({ head, lines, state, cancelledAt, coupon }: ToldOrder): Element {
  const at = head['occurred_at'];
  const statuses = [
    { status: 'placed', occurred_at: at },
    ...(state === 'paid' ? [{ status: 'paid', occurred_at: head['paid_at'] ?? at }] : []),
    ...(state === 'cancelled' ? [{ status: 'cancelled', occurred_at: cancelledAt ?? head['updated_at'] ?? at }] : []),
  ];
  const { paid_at: _, ...fields } = head;
  return {
    ...fields,
    statuses,
    lines: lines
      .filter(({ quantity }) => Number(quantity) > 0)
      .map(({ quantity, paid, list, ...line }) => {
        const pieces = Number(quantity);
        const isDiscounted = millionths(list) > millionths(paid);
        return {
          ...line,
          quantity: pieces,
          unit_price: decimal(Math.round(millionths(paid) / pieces)),
          ...(isDiscounted && { list_price: decimal(Math.round(millionths(list) / pieces)) }),
          ...(isDiscounted && coupon !== undefined && { coupon_code: coupon }),
        };
      }),
  };
}

/** What a platform's own number of an order or a product is here. */
export function numbersOf(
  kind: NumberedKind,
  { id: number }: Record<string, unknown>,
  ids: readonly string[],
): NonNullable<Facts['numbers']> {
  return ids.map((id) => ({ kind, number: String(number), id }));
}

/** What an order is by what its status means. */
export function stateOf(meaning: ReturnType<typeof meaningOf>): ToldOrder['state'] {
  if (meaning === 'cancelled' || meaning === 'failed') return 'cancelled';
  return isSale(meaning) ? 'paid' : 'placed';
}

/**
 * Money that came back of an order, which is of its goods first, then of shipping and fees.
 * @param left what has not come back yet, in millionths; what comes back now is taken off
 * @returns the amounts of the refund; none for one that gives nothing back
 */
export function takeBack(
  back: number,
  left: Record<'amount' | 'shipping' | 'fees', number>,
): Partial<Record<'amount' | 'shipping' | 'fees', string>> {
  const money: ReturnType<typeof takeBack> = {};
  let rest = back;
  for (const part of ['amount', 'shipping', 'fees'] as const) {
    const given = Math.min(rest, left[part]);
    left[part] -= given;
    rest -= given;
    if (given > 0) money[part] = decimal(given);
  }
  return money;
}

/** A list price that a price is below; null: there is none. */
export const listPriceAbove = (price: string | undefined, list: string | undefined): string | null =>
  list !== undefined && Number(list) > Number(price) ? list : null;

/** A number of the trade; shops write other things there too. */
export const gtinIn = (text: string | undefined): string | undefined =>
  text && /^\d{8,14}$/.test(text) ? text : undefined;

/** A text without the tags of HTML. */
export function withoutTags(html: string | undefined): string | undefined {
  const text = html
    ?.slice(0, 100_000)
    .replace(/<[^<>]*>/g, ' ')
    .replace(/&nbsp;/g, ' ')
    .replace(/&amp;/g, '&')
    .replace(/\s+/g, ' ')
    .trim();
  return text === '' ? undefined : text?.slice(0, 20_000);
}

/** A time without a zone that is of UTC. */
export const ofUtc = (time: string | undefined): string | undefined =>
  time === undefined || /(?:z|[+-]\d\d:?\d\d)$/i.test(time) ? time : `${time}Z`;

/** Without the fields that have no value. */
export function filled(element: Element): Element {
  return Object.fromEntries(Object.entries(element).filter(([, value]) => value !== undefined));
}
