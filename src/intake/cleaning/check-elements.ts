import { behaviours, type EventType, isDeliberate } from '../behaviours.ts';

/** What each rule of cleaning says of the row it finds. Some refuse the row, some only count it or say what was changed. */
export const cleaningRules = {
  unreadable: 'a value has not the form of its field',
  destroyed_id: 'an id was rounded by a spreadsheet and cannot be told from others',
  no_product: 'the item id is missing',
  no_order: 'the order id is missing',
  no_time: 'the time is missing',
  quantity_zero: 'the quantity is zero',
  quantity_negative: 'the quantity is below zero and the row is no cancellation',
  price_zero: 'the price is zero; alone, without list price or coupon, it is no sale',
  price_negative: 'the price is below zero',
  impossible_value: 'a value is finer or larger than a shop can have',
  time_in_future: 'the time has not come yet',
  foreign_currency: "the currency is not the shop's",
  availability_reversed: 'the item would end before it begins',
  event_without_item: 'an event of this type needs an item',
  robot: 'more events in one minute than a person can make',
  adjustment: 'a booking of the shop itself, not a sale',
  mixed_order: 'rows of one order name another customer or visitor than its first row',
  oversized_order: 'an order has more than 10,000 lines',
  order_conflict: 'the order or refund is known with another content',
  unknown_item: 'nothing is known of the item',
  refund_without_sale: 'no earlier sale to undo is known',
  refund_exceeds_sale: 'more is given back than is left of the sale',
  erased_person: 'the person was erased after this happened; nothing of it is kept',
  unknown_campaign: 'nothing is known of the campaign',
  campaign_conflict: 'a campaign of this id is known with another content',
  campaign_reversed: 'the campaign would end before it begins',
  exact_duplicate: 'every mapped column equals an earlier row',
  cancellation: 'the row undoes a sale',
  negative_quantity: 'the quantity is below zero, cancellation or not',
  no_customer: 'nobody is named; the row still counts for rules and popularity',
  nobody: 'the value means that nobody is known',
  whole_id: 'the id is a whole number that was written as a decimal',
  no_description: 'the title is missing',
  not_a_product: 'the code is a service or an adjustment and is never recommended',
  decoded_latin1: 'the text was no UTF-8 and is read as Windows-1252',
  trimmed: 'white space around the text is taken away',
  rounded: 'a price is rounded to six decimals',
  time_in_gap: 'clocks went forward over this time, which is moved along with them',
  time_ambiguous: 'clocks went back over this time, of which the earlier is taken',
  earliest_time: "rows of one order differ in time; the earliest is the order's",
  order_customer: 'the row names nobody, and another row of its order does',
} as const;

export type CleaningRule = keyof typeof cleaningRules;

/** One reason why an element is refused. */
export interface Fault {
  rule: CleaningRule;
  /** JSON pointer inside the element, such as `/lines/0/unit_price`. */
  field: string;
  message: string;
}

export interface CleaningContext {
  /** The moment that "the future" begins, but for a tolerance for clocks that differ. */
  now: Date;
  /** The shop's one currency, an ISO 4217 code. */
  currency: string;
  /** More deliberate events than this in one clock minute make a visitor a robot. */
  robotEventsPerMinute?: number;
}

interface CheckedItem {
  available_from?: string | null | undefined;
  available_until?: string | null | undefined;
  updated_at?: string | undefined;
}

interface CheckedEvent {
  type: EventType;
  item_id?: string | undefined;
  occurred_at: string;
}

interface CheckedLine {
  item_id: string;
  quantity: number;
  /** Decimal string. */
  unit_price: string;
  list_price?: string | undefined;
  coupon_code?: string | undefined;
}

interface CheckedOrder {
  occurred_at: string;
  currency?: string | undefined;
  lines: readonly CheckedLine[];
}

interface CheckedRefund {
  occurred_at: string;
  lines?: readonly { item_id: string; quantity: number }[] | undefined;
}

/** How far a sender's clock may run ahead before its times count as the future. */
export const clockToleranceMs = 5 * 60_000;

/** In whole units of the currency; keeps every total of minor units exact in a double. */
const largestLineAmount = 1e9;

/** An item of the catalogue, in the contract's form. */
export function checkItem(item: CheckedItem, context: CleaningContext): Fault[] {
  const faults = checkTime(item.updated_at, '/updated_at', context);
  if (
    item.available_from &&
    item.available_until &&
    Date.parse(item.available_until) <= Date.parse(item.available_from)
  ) {
    faults.push(fault('availability_reversed', '/available_until', 'must be after available_from'));
  }
  return faults;
}

/** A customer, in the contract's form. */
export function checkCustomer(customer: { updated_at?: string | undefined }, context: CleaningContext): Fault[] {
  return checkTime(customer.updated_at, '/updated_at', context);
}

/** A behaviour event, in the contract's form. */
export function checkEvent(event: CheckedEvent, context: CleaningContext): Fault[] {
  const faults = checkTime(event.occurred_at, '/occurred_at', context);
  if (event.item_id === undefined && behaviours[event.type].needsItem) {
    faults.push(fault('event_without_item', '/item_id', `is needed for an event of type ${event.type}`));
  }
  return faults;
}

/** An order with its lines, in the contract's form. */
export function checkOrder(order: CheckedOrder, context: CleaningContext): Fault[] {
  return [
    ...checkTime(order.occurred_at, '/occurred_at', context),
    ...checkCurrency(order.currency, '/currency', context),
    ...order.lines.flatMap((line, index) => checkOrderLine(line, `/lines/${index}`)),
    ...checkWorth(order.lines),
  ];
}

/** A gift is sold with other goods, and a discounted one has a list price or a coupon: an order of nothing else is no sale. */
function checkWorth(lines: readonly CheckedLine[]): Fault[] {
  if (!lines.every((line) => Number(line.unit_price) === 0 && !tellsDiscount(line))) return [];
  const message = 'must be above zero in an order without another price, a list price or a coupon';
  return lines.map((_, index) => fault('price_zero', `/lines/${index}/unit_price`, message));
}

/** Does a line say why it may have cost nothing? */
export function tellsDiscount(line: Pick<CheckedLine, 'list_price' | 'coupon_code'>): boolean {
  return Number(line.list_price ?? 0) > 0 || line.coupon_code !== undefined;
}

/** A refund, in the contract's form. Whether the sale exists is for the store to say. */
export function checkRefund(refund: CheckedRefund, context: CleaningContext): Fault[] {
  return [
    ...checkTime(refund.occurred_at, '/occurred_at', context),
    ...(refund.lines ?? []).flatMap((line, index) => checkQuantity(line.quantity, `/lines/${index}`)),
  ];
}

/**
 * One sale line: of an order sent to the API and of a row of a file alike. Whether it may cost nothing is for its order to say.
 * @param path JSON pointer of the line inside its element; '' for a row.
 */
export function checkOrderLine(line: CheckedLine, path = ''): Fault[] {
  const faults = checkQuantity(line.quantity, path);
  const price = Number(line.unit_price);
  if (price < 0) faults.push(fault('price_negative', `${path}/unit_price`, 'must not be below zero'));
  else if (Math.abs(line.quantity) * price > largestLineAmount) {
    faults.push(fault('impossible_value', `${path}/unit_price`, `times quantity must be at most ${largestLineAmount}`));
  }
  return faults;
}

/** A quantity above zero, as precise as it can be stored. */
export function checkQuantity(quantity: number, path: string): Fault[] {
  if (quantity === 0) return [fault('quantity_zero', `${path}/quantity`, 'must be above zero')];
  if (quantity < 0) return [fault('quantity_negative', `${path}/quantity`, 'must be above zero')];
  if (quantity !== Math.round(quantity * 1000) / 1000) {
    return [fault('impossible_value', `${path}/quantity`, 'must have at most three decimals')];
  }
  return [];
}

/** `.` and `..` are no ids: in the path of a URL they mean another path. */
export function isPathStep(id: string): boolean {
  return id === '.' || id === '..';
}

/** A time that has come. An absent one has no fault. */
export function checkTime(time: string | number | undefined, field: string, context: CleaningContext): Fault[] {
  if (time === undefined) return [];
  const moment = typeof time === 'number' ? time : Date.parse(time);
  if (moment <= context.now.getTime() + clockToleranceMs) return [];
  return [fault('time_in_future', field, 'must not lie in the future')];
}

/** The shop's currency. An absent one is the shop's. */
export function checkCurrency(currency: string | undefined, field: string, context: CleaningContext): Fault[] {
  if (currency === undefined || currency === context.currency) return [];
  return [fault('foreign_currency', field, `must be the shop's currency, ${context.currency}`)];
}

function fault(rule: CleaningRule, field: string, message: string): Fault {
  return { rule, field, message };
}

/** The limit where none is configured. */
export const robotEventsPerMinute = 600;

/** What tells robots of an event. */
export interface Deed {
  event_id: string;
  type: string;
  visitor_id?: string | undefined;
  customer_id?: string | undefined;
  occurred_at: string;
}

/** One who did something deliberate in a clock minute. */
export interface BusyMinute {
  actor: string;
  visitorId: string | undefined;
  customerId: string | undefined;
  /** the minute's beginning in epoch milliseconds */
  minute: number;
  eventIds: Set<string>;
}

/**
 * Who did what in which clock minute, each event once: a visitor or, without one, a customer. What nobody meant does not
 * count (`deliberate`).
 */
export function countDeeds(events: Iterable<Deed>): BusyMinute[] {
  const minutes = new Map<string, BusyMinute>();
  for (const event of events) {
    if (!isDeliberate(event.type)) continue;
    const actor = actorOf(event);
    const minute = Math.floor(Date.parse(event.occurred_at) / 60_000) * 60_000;
    const busy = minutes.get(`${minute} ${actor}`) ?? {
      actor,
      visitorId: event.visitor_id,
      customerId: event.visitor_id === undefined ? event.customer_id : undefined,
      minute,
      eventIds: new Set(),
    };
    busy.eventIds.add(event.event_id);
    minutes.set(`${minute} ${actor}`, busy);
  }
  return [...minutes.values()];
}

/** Who did it, for `countDeeds`: the visitor where one is named, else the customer. */
export function actorOf(event: { visitor_id?: string | undefined; customer_id?: string | undefined }): string {
  return event.visitor_id === undefined ? `customer ${event.customer_id}` : `visitor ${event.visitor_id}`;
}
