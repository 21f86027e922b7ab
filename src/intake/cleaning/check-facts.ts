import { escapePointer } from '../../errors.ts';
import { momentOf } from '../../formats/moment.ts';
import { behaviours, type EventType } from '../behaviours.ts';
import type { CleaningContext, CleaningRule, Fault } from './rules.ts';

interface CheckedItem {
  url?: string | null | undefined;
  image_url?: string | null | undefined;
  texts?: Readonly<Record<string, { url?: string | null | undefined } | null | undefined>> | null | undefined;
  markets?: Readonly<Record<string, { url?: string | null | undefined } | null | undefined>> | null | undefined;
  embedding?: readonly number[] | null | undefined;
  available_from?: string | null | undefined;
  available_until?: string | null | undefined;
  updated_at?: string | undefined;
}

interface CheckedEvent {
  type: EventType;
  item_id?: string | undefined;
  rating?: number | undefined;
  dwell_seconds?: number | undefined;
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
  updated_at?: string | undefined;
  currency?: string | undefined;
  shipping?: string | undefined;
  tax?: string | undefined;
  payment_fee?: string | undefined;
  fees?: string | undefined;
  statuses?: readonly { occurred_at: string }[] | undefined;
  lines: readonly CheckedLine[];
}

interface CheckedRefund {
  occurred_at: string;
  lines?: readonly { item_id: string; quantity: number }[] | undefined;
  amount?: string | undefined;
  shipping?: string | undefined;
  fees?: string | undefined;
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
  // Smaller numbers than single precision has are 0.
  if (item.embedding?.every((number) => Math.fround(number) === 0)) {
    faults.push(fault('impossible_value', '/embedding', 'must have a number that is not 0'));
  }
  return [...faults, ...checkAddresses(item)];
}

/** Addresses that a browser can go to. That they are of http or https the contract says. */
function checkAddresses(item: CheckedItem): Fault[] {
  const inside = (['texts', 'markets'] as const).flatMap((field) =>
    Object.entries(item[field] ?? {}).map(([name, part]): [string, string | null | undefined] => [
      `/${field}/${escapePointer(name)}/url`,
      part?.url,
    ]),
  );
  const addresses: [string, string | null | undefined][] = [
    ['/url', item.url],
    ['/image_url', item.image_url],
    ...inside,
  ];
  return addresses
    .filter(([, address]) => typeof address === 'string' && !URL.canParse(address))
    .map(([field]) => fault('unreadable', field, 'must be an address of http or https that a browser can go to'));
}

/** A customer, in the contract's form. */
export function checkCustomer(
  customer: { registered_at?: string | null | undefined; updated_at?: string | undefined },
  context: CleaningContext,
): Fault[] {
  return [
    ...checkTime(customer.registered_at ?? undefined, '/registered_at', context),
    ...checkTime(customer.updated_at, '/updated_at', context),
  ];
}

/** A behaviour event, in the contract's form. */
export function checkEvent(event: CheckedEvent, context: CleaningContext): Fault[] {
  const moment = momentOf(event.occurred_at);
  const faults = [...checkTime(moment, '/occurred_at', context), ...checkYear(moment, '/occurred_at')];
  if (event.item_id === undefined && behaviours[event.type].needsItem) {
    faults.push(fault('event_without_item', '/item_id', `is needed for an event of type ${event.type}`));
  }
  const needed = behaviours[event.type].needsField;
  if (needed && event[needed] === undefined) {
    faults.push(fault('event_incomplete', `/${needed}`, `is needed for an event of type ${event.type}`));
  }
  return faults;
}

/** An order with its lines, in the contract's form. */
export function checkOrder(order: CheckedOrder, context: CleaningContext): Fault[] {
  return [
    ...checkTime(order.occurred_at, '/occurred_at', context),
    ...checkTime(order.updated_at, '/updated_at', context),
    ...checkCurrency(order.currency, '/currency', context),
    ...(['shipping', 'tax', 'payment_fee', 'fees'] as const).flatMap((field) => checkAmount(order[field], `/${field}`)),
    ...(order.statuses ?? []).flatMap(({ occurred_at }, index) =>
      checkTime(occurred_at, `/statuses/${index}/occurred_at`, context),
    ),
    ...order.lines.flatMap((line, index) => checkOrderLine(line, `/lines/${index}`)),
    ...checkWorth(order.lines),
  ];
}

/** Money of an order beside its lines. An absent one has no fault. */
export function checkAmount(amount: string | undefined, field: string): Fault[] {
  if (amount === undefined || Number(amount) <= largestLineAmount) return [];
  return [fault('impossible_value', field, `must be at most ${largestLineAmount}`)];
}

interface CheckedCost {
  day: string;
  amount: string;
  currency?: string | undefined;
}

/** What was spent on a local day, in the contract's form. */
export function checkCost(cost: CheckedCost, context: CleaningContext): Fault[] {
  return [
    ...checkDay(cost.day, '/day', context),
    ...checkAmount(cost.amount, '/amount'),
    ...checkCurrency(cost.currency, '/currency', context),
  ];
}

/** A figure of the market, in the contract's form. */
export function checkMarketFigure(figure: { month: string }, context: CleaningContext): Fault[] {
  return checkDay(`${figure.month}-01`, '/month', context);
}

/** The zone in which a day begins first. */
const earliestZoneMs = 14 * 3_600_000;

/** A day that has begun, somewhere on earth. */
function checkDay(day: string, field: string, context: CleaningContext): Fault[] {
  return [...checkTime(Date.parse(day) - earliestZoneMs, field, context), ...checkYear(Date.parse(day), field)];
}

/** Nothing was done in a shop's pages before there were any: a clock that stands at 1970 would make every day since one of the shop's. */
const earliestYear = 1990;

function checkYear(moment: number, field: string): Fault[] {
  if (moment >= Date.UTC(earliestYear, 0)) return [];
  return [fault('impossible_value', field, `must be of ${earliestYear} or later`)];
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

/** Money that a refund may name. */
export const refundMoney = ['amount', 'shipping', 'fees'] as const;

/** A refund, in the contract's form. Whether the sale exists is for the store to say. */
export function checkRefund(refund: CheckedRefund, context: CleaningContext): Fault[] {
  const told = refundMoney.filter((field) => refund[field] !== undefined);
  const givesNothing = !refund.lines && told.length > 0 && told.every((field) => Number(refund[field]) === 0);
  return [
    ...checkTime(refund.occurred_at, '/occurred_at', context),
    ...(refund.lines ?? []).flatMap((line, index) => checkQuantity(line.quantity, `/lines/${index}`)),
    ...told.flatMap((field) => checkAmount(refund[field], `/${field}`)),
    ...(givesNothing
      ? [fault('impossible_value', `/${told[0]}`, 'must be above zero where nothing else is given back')]
      : []),
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
  const moment = typeof time === 'number' ? time : momentOf(time);
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
