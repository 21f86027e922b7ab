import { lineAmount, roundedQuotient, sum, thousandths } from './book-of-money.ts';
import type { ZoneCalendar } from './zone-calendar.ts';

/**
 * What a shop has told that was accepted, as it stands now: kept by the words of the contract (beside each rule), and by nothing of
 * the service's code. Whether something is accepted is for the service to say; what follows from it is said here.
 */

export interface Item {
  item_id: string;
  category?: string | null;
  brand?: string | null;
  price?: string | null;
  cost?: string | null;
  stock?: number | null;
  is_product?: boolean | null;
}

export interface Customer {
  customer_id: string;
  registered_at?: string | null;
}

export interface Event {
  event_id: string;
  type: string;
  occurred_at: string;
  customer_id?: string;
  visitor_id?: string;
  item_id?: string;
  query?: string;
  session_id?: string;
  page?: { path?: string; device?: string; campaign?: { name?: string } };
  dwell_seconds?: number;
  rating?: number;
  topic?: string;
  order_id?: string;
  results?: number;
}

export interface Status {
  status: 'placed' | 'paid' | 'shipped' | 'delivered' | 'cancelled';
  occurred_at: string;
}

export interface OrderLine {
  item_id: string;
  quantity: number;
  unit_price: string;
  list_price?: string;
  unit_cost?: string;
}

export interface Order {
  order_id: string;
  occurred_at: string;
  customer_id?: string;
  visitor_id?: string;
  channel?: string;
  store?: string;
  shipping?: string;
  tax?: string;
  payment_fee?: string;
  statuses?: Status[];
  lines: OrderLine[];
}

export interface Refund {
  refund_id: string;
  order_id: string;
  occurred_at: string;
  lines?: { item_id: string; quantity: number }[];
  reason?: string;
}

export interface Cost {
  day: string;
  channel?: string | null;
  campaign?: string | null;
  amount: string;
  impressions?: number | null;
  clicks?: number | null;
}

export interface MarketFigure {
  month: string;
  category?: string | null;
  measure: string;
  whose: string;
  value: string;
}

/** An event as it stands: nobody is named in it who has been erased. */
export type Deed = Event & { at: number };

/** Pieces in thousandths, amounts in minor units. */
export interface SoldLine {
  item: string;
  pieces: number;
  amount: number;
  /** what its pieces would have cost at the list price, where it was told */
  listed: number | null;
  /** of a piece; null: not known */
  unitCost: string | null;
  back: { at: number; pieces: number; amount: number }[];
}

export interface Sale {
  id: string;
  at: number;
  customer: string | null;
  visitor: string | null;
  channel: string;
  store: string;
  shipping: number | null;
  tax: number | null;
  fee: number | null;
  statuses: Map<string, { status: Status['status']; at: number }>;
  lines: SoldLine[];
}

export interface GivenBack {
  id: string;
  sale: Sale;
  at: number;
  customer: string | null;
  reason: string;
  parts: { line: SoldLine; pieces: number; amount: number }[];
}

const thirtyDays = 30 * 86_400_000;

export class BookOfFacts {
  readonly calendar: ZoneCalendar;
  readonly now: () => number;
  readonly items = new Map<string, Item>();
  readonly customers = new Map<string, Customer>();
  readonly events = new Map<string, Deed>();
  readonly sales = new Map<string, Sale>();
  readonly refunds = new Map<string, GivenBack>();
  readonly costs = new Map<string, Cost>();
  /** no more campaigns are told apart but those that costs name */
  areCampaignsFull = false;
  readonly marketFigures = new Map<string, MarketFigure>();
  /** what was told of the stock of items, and when */
  readonly stocks = new Map<string, { at: number; stock: number }[]>();
  /** who was seen on a visitor, and when */
  private seen = new Map<string, { customer: string; at: number }[]>();

  /** @param now what is the time */
  constructor(calendar: ZoneCalendar, now: () => number) {
    this.calendar = calendar;
    this.now = now;
  }

  /** "An absent field is kept, null clears it." */
  item(item: Item): void {
    if (typeof item.stock === 'number') {
      this.stocks.set(item.item_id, [...(this.stocks.get(item.item_id) ?? []), { at: this.now(), stock: item.stock }]);
    }
    this.items.set(item.item_id, { ...this.items.get(item.item_id), ...item });
  }

  customer(customer: Customer): void {
    this.customers.set(customer.customer_id, { ...this.customers.get(customer.customer_id), ...customer });
  }

  event(event: Event): void {
    const at = Date.parse(event.occurred_at);
    this.events.set(event.event_id, { ...event, at });
    this.see(event, at);
  }

  order(order: Order): void {
    const known = this.sales.get(order.order_id);
    if (known) {
      this.tellStatuses(known, order, known.statuses.size === 0);
      return;
    }
    const at = Date.parse(order.occurred_at);
    const sale: Sale = {
      id: order.order_id,
      at,
      customer: order.customer_id ?? null,
      visitor: order.visitor_id ?? null,
      channel: order.channel ?? '',
      store: order.store ?? '',
      shipping: minor(order.shipping),
      tax: minor(order.tax),
      fee: minor(order.payment_fee),
      statuses: new Map(),
      lines: order.lines.map((line) => this.sold(line)),
    };
    this.tellStatuses(sale, order);
    this.sales.set(sale.id, sale);
    this.see(order, at);
    if (order.customer_id !== undefined) this.customer({ customer_id: order.customer_id });
  }

  private sold({ item_id, quantity, unit_price, list_price, unit_cost }: OrderLine): SoldLine {
    const pieces = thousandths(quantity);
    // "An order makes an item that nobody has told of."
    if (!this.items.has(item_id)) this.item({ item_id });
    return {
      item: item_id,
      pieces,
      amount: lineAmount(unit_price, pieces),
      listed: list_price === undefined ? null : lineAmount(list_price, pieces),
      // "without it the item's cost of the moment at which the order came in"
      unitCost: unit_cost ?? this.items.get(item_id)?.cost ?? null,
      back: [],
    };
  }

  /**
   * "The same order sent again with further statuses adds these." One that came without counted as placed and paid when it occurred,
   * and that stays in its history, unless it is told otherwise with the first ones.
   */
  private tellStatuses(sale: Sale, { statuses = [] }: Order, cameWithout = false): void {
    const tell = (status: Status['status'], at: number) => sale.statuses.set(`${status} ${at}`, { status, at });
    if (cameWithout && statuses.length > 0) {
      const implied = (['placed', 'paid'] as const).filter((step) => !statuses.some(({ status }) => status === step));
      for (const step of implied) tell(step, sale.at);
    }
    for (const { status, occurred_at } of statuses) tell(status, Date.parse(occurred_at));
  }

  /**
   * "Without `lines` the whole remaining order is refunded." "A line takes from the order's lines of its item, in their order, as far
   * as it reaches."
   */
  refund({ refund_id, order_id, occurred_at, lines, reason = '' }: Refund): void {
    const sale = this.sales.get(order_id);
    if (!sale) throw new Error(`${refund_id} is of no sale`);
    const at = Date.parse(occurred_at);
    const given: GivenBack = { id: refund_id, sale, at, customer: sale.customer, reason, parts: [] };
    const giveBack = (line: SoldLine, pieces: number) => {
      if (pieces === 0) return;
      // "a part of a line gives back its proportion of what is left of the line's amount, so that parts add up to it"
      const amount = roundedQuotient(BigInt(leftAmount(line)) * BigInt(pieces), BigInt(leftPieces(line)));
      line.back.push({ at, pieces, amount });
      given.parts.push({ line, pieces, amount });
    };
    if (!lines) for (const line of sale.lines) giveBack(line, leftPieces(line));
    for (const { item_id, quantity } of lines ?? []) {
      let missing = thousandths(quantity);
      for (const line of sale.lines) {
        if (line.item !== item_id) continue;
        const pieces = Math.min(missing, leftPieces(line));
        giveBack(line, pieces);
        missing -= pieces;
      }
      if (missing > 0) throw new Error(`${refund_id} gives back more than was sold`);
    }
    this.refunds.set(refund_id, given);
  }

  /** "a row replaces the row of the same day, channel and campaign" */
  /** "names that costs do not tell beyond the first 1,000 that were seen: they are one member, (other)" */
  campaignOf(name: string): string {
    if (!this.areCampaignsFull || [...this.costs.values()].some(({ campaign }) => campaign === name)) return name;
    return '(other)';
  }

  cost(cost: Cost): void {
    this.costs.set(JSON.stringify([cost.day, cost.channel ?? '', cost.campaign ?? '']), cost);
  }

  marketFigure(figure: MarketFigure): void {
    const { month, category, measure, whose } = figure;
    this.marketFigures.set(JSON.stringify([month, category ?? '', measure, whose]), figure);
  }

  /** "An event that carries both a visitor and a customer id links them"; so does an order. */
  private see(fact: { customer_id?: string; visitor_id?: string }, at: number): void {
    if (fact.customer_id !== undefined) this.customer({ customer_id: fact.customer_id });
    if (fact.customer_id === undefined || fact.visitor_id === undefined) return;
    const sights = [...(this.seen.get(fact.visitor_id) ?? []), { customer: fact.customer_id, at }];
    this.seen.set(
      fact.visitor_id,
      sights.sort((a, b) => a.at - b.at),
    );
  }

  /** Who appeared last on a visitor before a moment, else who appears first within 30 days after it. */
  whoWas(visitor: string, at: number): string | null {
    const sights = this.seen.get(visitor) ?? [];
    const before = sights.filter((sight) => sight.at <= at).at(-1);
    if (before) return before.customer;
    const after = sights.find((sight) => sight.at > at);
    return after && after.at - at <= thirtyDays ? after.customer : null;
  }

  /**
   * "The id mapping, events … of the person go; orders … stay without the person." A visitor who was never anybody else goes as well.
   * @returns how many events went
   */
  erase(customer: string): { events: number; orders: number } {
    const own = [...this.seen]
      .filter(([, sights]) => sights.length > 0 && sights.every((sight) => sight.customer === customer))
      .map(([visitor]) => visitor);
    const isTheirs = (named: string | null, visitor: string | null, at: number) =>
      named === customer ||
      (named === null && visitor !== null && (own.includes(visitor) || this.whoWas(visitor, at) === customer));
    const gone = [...this.events.values()].filter((event) =>
      isTheirs(event.customer_id ?? null, event.visitor_id ?? null, event.at),
    );
    for (const { event_id } of gone) this.events.delete(event_id);
    const left = [...this.sales.values()].filter((sale) => isTheirs(sale.customer, sale.visitor, sale.at));
    for (const sale of left) {
      sale.customer = null;
      sale.visitor = null;
    }
    for (const refund of this.refunds.values()) if (refund.customer === customer) refund.customer = null;
    this.customers.delete(customer);
    this.seen = new Map(
      Array.from(this.seen, ([visitor, sights]) => [visitor, sights.filter((sight) => sight.customer !== customer)]),
    );
    return { events: gone.length, orders: left.length };
  }

  dayOf(at: number): string {
    return this.calendar.dayOf(at);
  }
}

export const minor = (decimal: string | undefined): number | null =>
  decimal === undefined ? null : lineAmount(decimal, 1_000);

export const leftPieces = (line: SoldLine): number => line.pieces - sum(line.back.map(({ pieces }) => pieces));
export const leftAmount = (line: SoldLine): number => line.amount - sum(line.back.map(({ amount }) => amount));
export const totalOf = (sale: Sale): number => sum(sale.lines.map(({ amount }) => amount));

/** The latest status; null: none was told. Of two at one moment the one further on. */
function latestStatus(sale: Sale): { status: Status['status']; at: number } | null {
  const course = ['placed', 'paid', 'shipped', 'delivered', 'cancelled'];
  const sorted = [...sale.statuses.values()].sort(
    (a, b) => a.at - b.at || course.indexOf(a.status) - course.indexOf(b.status),
  );
  return sorted.at(-1) ?? null;
}

/** "while `cancelled` is the latest" @returns when; null: it is not */
export function cancelledAt(sale: Sale): number | null {
  const latest = latestStatus(sale);
  return latest?.status === 'cancelled' ? latest.at : null;
}

/**
 * "An order without one counts as placed and paid when it occurred." "One that is shipped or delivered counts as paid, unless `paid`
 * is told too." @returns null: not paid
 */
export function paidAt(sale: Sale): number | null {
  if (sale.statuses.size === 0) return sale.at;
  const earliest = (wanted: string[]) => {
    const times = [...sale.statuses.values()].filter(({ status }) => wanted.includes(status)).map(({ at }) => at);
    return times.length === 0 ? null : Math.min(...times);
  };
  return earliest(['paid']) ?? earliest(['shipped', 'delivered']);
}
