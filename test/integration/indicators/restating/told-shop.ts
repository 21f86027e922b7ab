import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BookOfFacts, type Event, type Item, type Order, type Refund } from '../../../support/books/book-of-facts.ts';
import { addDays, type ZoneCalendar } from '../../../support/books/zone-calendar.ts';
import type { TestService } from '../../../support/service/service.ts';
import {
  type CostOf,
  type EventOf,
  type FigureOf,
  items,
  type OrderOf,
  type RefundOf,
  type Step,
  type When,
  type Who,
} from './steps.ts';

/** A day on which the clock is put on or back: facts lie around it. */
export interface Clock {
  now: Date;
}

/** The database counts what is in stock up to its own now, before which the shop's time has to stay. */
const longestMs = 6 * 86_400_000;

const categories = ['Food > Coffee', 'Food > Coffee', 'Food > Tea', null] as const;
const brands = ['Alba', 'Brio', 'Alba', null] as const;
const costs = ['2.50', null, '0.333', '8.00'] as const;

/** Nobody tells of it but orders, and events about it wait until then. */
const unknownItem = 4;
const service = 'POST';
const itemId = (number: number) => (number === items - 1 ? service : `item-${number}`);

type Kind = 'events' | 'orders' | 'refunds';
interface Sent {
  events: Event;
  orders: Order;
  refunds: Refund;
}

/** A row to be sent again, and how it is written into the book. */
interface WaitingRow {
  customerId?: string;
  path: string;
  body: object;
  write: () => void;
}

/** What these refused may be accepted when it is driven through cleaning again. */
const passing = new Set(['unknown_item', 'refund_without_sale', 'time_in_future']);

/** A shop whose every fact is sent to the service and, where it is accepted, written into the book. */
export class ToldShop {
  readonly book: BookOfFacts;
  readonly told: string[] = [];
  /** facts that were accepted, and local days that were counted */
  facts = 0;
  days = 0;
  private readonly service: TestService;
  private readonly clock: Clock;
  readonly spots: string[];
  private readonly until: number;
  private readonly sent: { [One in Kind]: Sent[One][] } = { events: [], orders: [], refunds: [] };
  /** refused, and to be sent again when they may be accepted */
  private readonly waiting: { [One in Kind]: Sent[One][] } = { events: [], orders: [], refunds: [] };
  /** refused because their time had not come: costs, figures of the market and customers, the oldest first */
  private waitingRows: WaitingRow[] = [];
  /** ids of events that were written down once: one that has been erased is known when it comes again, and no news */
  private readonly everWritten = new Set<string>();
  /** when the newest word of a customer was said */
  private readonly customersToldAt = new Map<string, string>();

  constructor(service: TestService, clock: Clock, calendar: ZoneCalendar) {
    this.service = service;
    this.clock = clock;
    this.book = new BookOfFacts(calendar, () => clock.now.getTime());
    this.spots = [...spotsOf(calendar), calendar.dayOf(clock.now.getTime())];
    this.until = clock.now.getTime() + longestMs;
  }

  async open(): Promise<void> {
    const catalogue = categories.map((category, number): Item => {
      return { item_id: itemId(number), category, brand: brands[number], cost: costs[number] };
    });
    await this.tellItems([...catalogue, { item_id: service, is_product: false, category: 'Services' }]);
  }

  /** Strangers have written as many campaigns as are told apart. */
  async fillCampaigns(): Promise<void> {
    await this.service.database.query(
      `insert into named_campaigns (campaign) select 'junk ' || n from generate_series(1, 1000) as n`,
    );
    this.book.areCampaignsFull = true;
  }

  async take(step: Step): Promise<void> {
    this.clock.now = new Date(this.clock.now.getTime() + 61_000);
    switch (step.do) {
      case 'events':
        return this.record(
          'events',
          step.events.map((one) => this.eventOf(one)),
        );
      case 'orders':
        return this.record(
          'orders',
          step.orders.map((one) => this.orderOf(one)),
        );
      case 'refund':
        return this.record(
          'refunds',
          step.refunds.map((one) => this.refundOf(one)),
        );
      case 'status':
        return this.tellStatuses(step);
      case 'item':
        return this.tellItems([{ item_id: itemId(step.item), ...step.change }].filter(() => step.item !== unknownItem));
      case 'customer':
        return this.tellCustomer(step.customer, step.registered);
      case 'costs':
        return this.tellCosts(step.costs);
      case 'market':
        return this.tellMarket(step.figures);
      case 'stock':
        return this.tellItems(
          [{ item_id: itemId(step.item), stock: step.stock }].filter(() => step.item < unknownItem),
        );
      case 'wait': {
        const next = this.clock.now.getTime() + step.minutes * 60_000;
        if (next < this.until) this.clock.now = new Date(next);
        return;
      }
      case 'files':
        await this.importFile(
          'events',
          step.events.map((one) => this.eventOf(one)),
        );
        return this.importFile(
          'orders',
          step.orders.map((one) => this.orderOf({ ...one, statuses: one.statuses.slice(0, 1) })),
        );
      case 'erase':
        return this.erase(`customer-${step.customer}`);
      case 'redrive':
        return this.redrive();
      case 'roll-up':
        return this.rollUp();
    }
  }

  async rollUp(): Promise<void> {
    this.days += await this.service.stations.indicators.rollUp({ atOnce: true });
  }

  private moment({ spot, day, minute }: When): number {
    return this.book.calendar.startOfDay(addDays(this.spots[spot], day)) + minute * 60_000;
  }

  private eventOf(one: EventOf): Event {
    const known = one.again === null ? undefined : pick(this.sent.events, one.again);
    if (known) return known;
    const { type, who, item, session, device, campaign, path, dwell, rating, results, topic } = one;
    const page = {
      ...(path !== null && { path }),
      ...(device !== null && { device }),
      ...(campaign !== null && { campaign: { name: campaign } }),
    };
    const needsItem = !['page_view', 'page_ping', 'search', 'checkout_start', 'complaint', 'custom'].includes(type);
    const event: Event = {
      event_id: `e${this.sent.events.length}`,
      type,
      occurred_at: new Date(this.moment(one.when)).toISOString(),
      ...peopleOf(who),
      ...(item !== null ? { item_id: itemId(item) } : needsItem && { item_id: itemId(0) }),
      ...(session !== null && { session_id: `session-${session}` }),
      ...(Object.keys(page).length > 0 && { page }),
      ...(type === 'page_ping' && { dwell_seconds: dwell }),
      ...(type === 'review' && { rating }),
      ...(type === 'search' && { query: 'cups', ...(results !== null && { results }) }),
      ...(type === 'complaint' && topic !== null && { topic }),
    };
    this.sent.events.push(event);
    return event;
  }

  private orderOf({ again, who, when, channel, store, shipping, fee, statuses, lines }: OrderOf): Order {
    const known = again === null ? undefined : pick(this.sent.orders, again);
    if (known) return known;
    const at = this.moment(when);
    const order: Order = {
      order_id: `o${this.sent.orders.length}`,
      occurred_at: new Date(at).toISOString(),
      ...peopleOf(who),
      ...(channel !== null && { channel }),
      ...(store !== null && { store }),
      ...(shipping !== null && { shipping }),
      ...(fee !== null && { payment_fee: fee }),
      ...(statuses.length > 0 && { statuses: statusesOf(statuses, at) }),
      lines: lines.map(({ item, quantity, price, cost, listPrice }) => ({
        item_id: itemId(item),
        quantity,
        unit_price: price,
        ...(cost !== null && { unit_cost: cost }),
        ...(listPrice !== null && { list_price: listPrice }),
      })),
    };
    this.sent.orders.push(order);
    return order;
  }

  private refundOf({ order: number, lines, minutesLater, reason }: RefundOf): Refund {
    // One more than there are: it may come yet.
    const place = number % (this.sent.orders.length + 1);
    const order = this.sent.orders[place];
    const at =
      (order ? Date.parse(order.occurred_at) : this.moment({ spot: 1, day: 3, minute: 0 })) + minutesLater * 60_000;
    const refund: Refund = {
      refund_id: `r${this.sent.refunds.length}`,
      order_id: `o${place}`,
      occurred_at: new Date(Math.min(at, this.clock.now.getTime())).toISOString(),
      ...(reason !== null && { reason }),
      ...(lines && {
        lines: lines.map(({ item, quantity }) => {
          const line = pick(order?.lines ?? [], item);
          return { item_id: line?.item_id ?? itemId(0), quantity: Math.min(quantity, line?.quantity ?? 1) };
        }),
      }),
    };
    this.sent.refunds.push(refund);
    return refund;
  }

  /** Sent, and what is accepted written down; of one order or event twice the first is. */
  private async record<One extends Kind>(kind: One, elements: readonly Sent[One][]): Promise<void> {
    const { json } = await this.ask('ingest', 'POST', `/v1/${kind}`, { [kind]: elements });
    for (const [index, { status, faults }] of json.verdicts.entries()) {
      if (status === 'accepted') this.write(kind, elements[index]);
      if (faults?.some(({ rule }: { rule: string }) => passing.has(rule))) this.waiting[kind].push(elements[index]);
    }
  }

  private write<One extends Kind>(kind: One, element: Sent[One]): void {
    this.facts++;
    if (kind === 'events') {
      this.book.event(element as Event);
      this.everWritten.add((element as Event).event_id);
      // It waits no longer: it would be taken for news after it has been erased.
      const { event_id: id } = element as Event;
      this.waiting.events = this.waiting.events.filter(({ event_id }) => event_id !== id);
    } else if (kind === 'orders') this.book.order(element as Order);
    else this.book.refund(element as Refund);
  }

  private async tellStatuses({ order: number, statuses }: Extract<Step, { do: 'status' }>): Promise<void> {
    const order = pick(this.sent.orders, number);
    if (!order) return;
    const further = { ...order, statuses: statusesOf(statuses, Date.parse(order.occurred_at)) };
    await this.record('orders', [further]);
  }

  private async tellItems(changes: readonly Item[]): Promise<void> {
    if (changes.length === 0) return;
    await this.ask('ingest', 'PUT', '/v1/items', { items: changes });
    for (const change of changes) this.book.item(change);
    this.facts += changes.length;
  }

  private async tellCustomer(number: number, registered: When | null): Promise<void> {
    const customer = {
      customer_id: `customer-${number}`,
      registered_at: registered && new Date(this.moment(registered)).toISOString(),
    };
    const updatedAt = this.clock.now.toISOString();
    await this.tellRow({
      customerId: customer.customer_id,
      path: '/v1/customers',
      body: { customers: [{ ...customer, updated_at: updatedAt }] },
      // An older word is not heard.
      write: () => {
        if (updatedAt < (this.customersToldAt.get(customer.customer_id) ?? '')) return;
        this.customersToldAt.set(customer.customer_id, updatedAt);
        this.book.customer(customer);
      },
    });
  }

  private async tellCosts(told: readonly CostOf[]): Promise<void> {
    const costs = told.map(({ when, channel, campaign, amount, impressions, clicks }) => ({
      day: this.book.dayOf(this.moment(when)),
      ...(channel !== null && { channel }),
      ...(campaign !== null && { campaign }),
      amount,
      ...(impressions !== null && { impressions }),
      ...(clicks !== null && { clicks }),
    }));
    const { json } = await this.ask('ingest', 'PUT', '/v1/costs', { costs });
    for (const [index, cost] of costs.entries()) {
      const row = { path: '/v1/costs', body: { costs: [cost] }, write: () => this.book.cost(cost) };
      this.heed(json.verdicts[index], row);
    }
  }

  private async tellMarket(told: readonly FigureOf[]): Promise<void> {
    const figures = told.map(({ when, category, ...figure }) => ({
      month: this.book.dayOf(this.moment(when)).slice(0, 7),
      ...(category !== null && { category }),
      ...{ ...figure, source: 'panel' },
    }));
    const { json } = await this.ask('ingest', 'PUT', '/v1/market-figures', { market_figures: figures });
    for (const [index, figure] of figures.entries()) {
      const body = { market_figures: [figure] };
      this.heed(json.verdicts[index], {
        path: '/v1/market-figures',
        body,
        write: () => this.book.marketFigure(figure),
      });
    }
  }

  private async tellRow(row: WaitingRow): Promise<void> {
    const { json } = await this.ask('ingest', 'PUT', row.path, row.body);
    this.heed(json.verdicts[0], row);
  }

  /** What is known already is as the row says. */
  private heed({ status, faults }: { status: string; faults?: { rule: string }[] }, row: WaitingRow): void {
    if (status !== 'quarantined') {
      row.write();
      this.facts++;
    } else if (faults?.some(({ rule }) => passing.has(rule))) this.waitingRows.push(row);
  }

  /** What of a file was accepted is known when it is sent again. */
  private async importFile<One extends 'events' | 'orders'>(kind: One, elements: readonly Sent[One][]): Promise<void> {
    const folder = await mkdtemp(join(tmpdir(), 'pannier-history-'));
    const file = join(folder, 'facts');
    await writeFile(file, kind === 'events' ? ndjson(elements) : linesOf(elements as unknown as Order[]));
    const { report } = await this.service.stations.intake.importFile({ kind, file, timeZone: 'UTC', force: true });
    this.told.push(`file of ${kind} ${JSON.stringify(elements)}\n  -> ${JSON.stringify(report.rows)}`);
    await rm(folder, { recursive: true });
    this.waiting[kind].push(...elements);
    await this.findRedriven(kind);
  }

  private async erase(customerId: string): Promise<void> {
    const { json } = await this.ask('admin', 'DELETE', `/v1/customers/${customerId}`);
    const gone = this.book.erase(customerId);
    // What was refused and names the person went as well.
    for (const kind of ['events', 'orders', 'refunds'] as const) {
      const waiting = this.waiting[kind] as { customer_id?: string }[];
      waiting.splice(0, waiting.length, ...waiting.filter(({ customer_id }) => customer_id !== customerId));
    }
    this.waitingRows = this.waitingRows.filter((row) => row.customerId !== customerId);
    this.customersToldAt.delete(customerId);
    const erased = { events: json.erased_events ?? 0, orders: json.anonymised_orders ?? 0 };
    if (erased.events !== gone.events || erased.orders !== gone.orders)
      throw new Error(`${customerId}: ${JSON.stringify(erased)} erased, by the book ${JSON.stringify(gone)}`);
  }

  /** What is accepted when it is driven through cleaning again is known when it is sent again. */
  private async redrive(): Promise<void> {
    await this.ask('train', 'POST', '/v1/quarantine/redrives', {});
    for (const kind of ['orders', 'refunds', 'events'] as const) await this.findRedriven(kind);
    for (const row of this.waitingRows.splice(0)) await this.tellRow(row);
  }

  private async findRedriven<One extends Kind>(kind: One): Promise<void> {
    const news: Sent[One][] = [];
    const known: Sent[One][] = [];
    const waiting = this.waiting[kind].splice(0);
    for (const element of waiting) {
      const { json } = await this.ask('ingest', 'POST', `/v1/${kind}`, { [kind]: [element] });
      const [{ status }] = json.verdicts;
      if (status === 'quarantined') this.waiting[kind].push(element);
      else if (status === 'merged') known.push(element);
      else news.push(element);
    }
    // What was redriven of an order was told at once.
    const told = kind === 'orders' ? (together(known as Order[]) as Sent[One][]) : known;
    for (const element of [...told, ...news]) {
      if (kind === 'orders' || !this.isKnown(kind, element)) this.write(kind, element);
    }
  }

  private isKnown(kind: Kind, element: object): boolean {
    if (kind === 'events') return this.everWritten.has((element as Event).event_id);
    if (kind === 'orders') return this.book.sales.has((element as Order).order_id);
    return this.book.refunds.has((element as Refund).refund_id);
  }

  private async ask(scope: 'ingest' | 'admin' | 'train', method: string, path: string, body?: object) {
    const answer = await this.service.ask(scope, method, path, body);
    this.told.push(
      `${method} ${path} ${body ? JSON.stringify(body) : ''}\n  -> ${answer.status} ${JSON.stringify(answer.json)}`,
    );
    if (answer.status >= 500) throw new Error(this.told.join('\n'));
    return answer;
  }
}

/** Each order once, with all that is told of its history. */
function together(orders: readonly Order[]): Order[] {
  const byId = new Map<string, Order>();
  for (const order of orders) {
    const { statuses = [] } = byId.get(order.order_id) ?? {};
    byId.set(order.order_id, { ...order, statuses: [...statuses, ...(order.statuses ?? [])] });
  }
  return [...byId.values()];
}

const ndjson = (elements: readonly object[]) => elements.map((element) => JSON.stringify(element)).join('\n');

/** Orders as a file has them, a line a row. */
function linesOf(orders: readonly Order[]): string {
  const rows = orders.flatMap((order) =>
    order.lines.map((line, place) => ({
      ...{ order_id: order.order_id, line_id: place, occurred_at: order.occurred_at },
      ...{ customer_id: order.customer_id, visitor_id: order.visitor_id, channel: order.channel, store: order.store },
      ...{ shipping: order.shipping, payment_fee: order.payment_fee },
      ...{ status: order.statuses?.[0].status, status_at: order.statuses?.[0].occurred_at },
      ...line,
    })),
  );
  return ndjson(rows);
}

/** The days around which facts lie: those on which the clock is changed, of this year and of the year before. */
export function spotsOf(calendar: ZoneCalendar): string[] {
  return [2026, 2025].flatMap((year) => {
    const changes = calendar.changesOf(year).map((at) => calendar.dayOf(at));
    return changes.length === 2 ? changes : [`${year}-03-29`, `${year}-10-25`];
  });
}

function peopleOf({ customer, visitor }: Who) {
  return {
    ...(customer !== null && { customer_id: `customer-${customer}` }),
    ...(visitor !== null && { visitor_id: `visitor-${visitor}` }),
  };
}

function statusesOf(statuses: readonly { status: string; minutesLater: number }[], at: number) {
  return statuses.map(({ status, minutesLater }) => ({
    status: status as 'paid',
    occurred_at: new Date(at + minutesLater * 60_000).toISOString(),
  }));
}

function pick<Value>(from: readonly Value[], place: number): Value | undefined {
  return from[place % from.length];
}
