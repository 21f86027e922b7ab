import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { Scope } from '../../../src/keys/index.ts';
import { cents, decimal, sum } from '../../support/books/book-of-money.ts';
import type { TestService } from '../../support/service/service.ts';
import {
  BookOfCoupons,
  type Campaign,
  type CartLine,
  type Code,
  type Person,
  type Standing,
  type Use,
} from './book-of-coupons.ts';
import { BookOfSales, type Order, type Refund, type Verdict } from './book-of-sales.ts';
import { categories, type EditOf, type Line, type RefundOf, type Step, type Terms, type Who } from './steps.ts';

export interface Shop {
  service: TestService;
  time: { now: Date };
  /** for files to import */
  folder: string;
  /** how often what has happened */
  happened: Map<string, number>;
}

const hour = 3_600_000;

/** Of a history's customers so many have a profile when it begins, by which a decision finds a coupon fit for them. */
export const profiledCustomers = 2;
/** After these the codes are asked about now and then, for nothing should have become of them. */
const aboutSales = new Set<Step['do']>([
  'order',
  'order-again',
  'edit',
  'refund',
  'refund-again',
  'see',
  'import-orders',
  'return-by-file',
]);
const campaignsAtMost = 3;
const codesAtMost = 12;

/** One history: every step is sent to the service and written into the book, and what the service says is compared. */
export class History {
  /** what was sent and answered; of what was only asked to compare, that of the last step */
  private readonly told: string[] = [];
  private compared: string[] = [];
  private isComparing = false;
  readonly sales = new BookOfSales();
  private readonly orders: Order[] = [];
  private readonly refunds: Refund[] = [];
  /** whom the service has heard of, and whether they may be profiled */
  private readonly people = new Map<string, Person>();
  /** erased while they objected */
  private readonly objectors = new Set<string>();
  readonly coupons = new BookOfCoupons((itemId) => categories[Number(itemId.slice(-1))] ?? null);
  /** orders as a redemption names them, recorded or not */
  private readonly carts: { order_id: string; lines: CartLine[] }[] = [];
  private readonly reversals: { reversal_id: string; redemption_id?: string; order_id?: string; amount?: string }[] =
    [];
  private made = 0;
  private erased = 0;

  private readonly shop: Shop;
  private readonly prefix: string;
  readonly customerIds: readonly string[];

  constructor(shop: Shop, prefix: string) {
    this.shop = shop;
    this.prefix = prefix;
    this.customerIds = [0, 1, 2, 3].map((number) => this.customer(number));
    for (const customerId of this.customerIds.slice(0, profiledCustomers)) {
      this.people.set(customerId, { allowed: true, profile: { group: 'low-contribution' } });
    }
  }

  private customer(number: number): string {
    return `${this.prefix}-c${number}`;
  }

  private id(kind: string): string {
    return `${this.prefix}-${kind}${++this.made}`;
  }

  private get now(): number {
    return this.shop.time.now.getTime();
  }

  async take(step: Step): Promise<void> {
    // So that no two things happen at one moment.
    await this.pass(61_000);
    this.told.push(JSON.stringify(step));
    this.isComparing = false;
    this.compared = [];
    await this.happen(step);
    this.isComparing = true;
    await this.compareCoupons(aboutSales.has(step.do));
  }

  private async happen(step: Step): Promise<void> {
    switch (step.do) {
      case 'order':
        return this.order(step);
      case 'edit':
        return this.edit(step.edits);
      case 'order-again':
        return this.orderAgain(step.order, step.changed);
      case 'refund':
        return this.refund(step.refunds);
      case 'refund-again':
        return this.refundAgain(step.refund, step.changed);
      case 'import-orders':
        return this.importOrders(step);
      case 'return-by-file':
        return this.returnByFile(step);
      case 'see':
        return this.see(step);
      case 'allow':
        return this.allow(step.customer, step.allowed);
      case 'erase':
        return this.erase(this.customer(step.customer));
      case 'wait':
        return this.pass(step.hours * hour);
      case 'campaign':
        return this.campaign(step.terms);
      case 'change':
        return this.change(step);
      case 'pause':
        return this.pause(step.campaign, step.paused);
      case 'codes':
        return this.makeCodes(step);
      case 'decide':
        return this.decide(step);
      case 'redeem':
        return this.redeem(step);
      case 'release':
        return this.release(step.code);
      case 'reverse':
        return this.reverse(step);
    }
  }

  /** Time goes on; the service looks for coupons that have expired, as its timer does. */
  private async pass(milliseconds: number): Promise<void> {
    this.shop.time.now = new Date(this.now + milliseconds);
    await this.shop.service.stations.coupons.expireCoupons();
    this.coupons.expire(this.now);
  }

  /** All is compared once more, where the last step was only asked about in part. */
  async compareAll(): Promise<void> {
    if (!this.wasBrief) return;
    this.compared = [];
    await this.compareCoupons(false);
  }

  async end(): Promise<void> {
    this.isComparing = false;
    this.compared = [];
    for (const [place, { order_id }] of this.orders.entries()) await this.probeLeft(order_id, place % 2 === 1);
    await this.compareMoney();
  }

  /** Money is conserved: what orders and customers came to, less what was given back of it, is what is left. */
  private async compareMoney(): Promise<void> {
    this.isComparing = true;
    for (const { order_id } of this.orders) {
      const { json } = await this.ask('customers', 'GET', `/v1/orders/${order_id}`);
      const { lines, shippingBack, lost } = this.sales.sales.get(order_id)!;
      const given = lines.map(({ back }) => [
        (sum(back.map(({ pieces }) => pieces)) / 1_000).toString(),
        decimal(sum(back.map(({ amount }) => amount))),
      ]);
      this.compare(
        `what was given back of ${order_id}`,
        json.lines.map((line: any) => [line.given_back, line.given_back_amount]),
        given,
      );
      const totals = ['amount', 'shipping', 'unlinked'].map((part) =>
        decimal(sum(json.refunds.map((one: any) => cents(one[part])))),
      );
      const back = sum(lines.flatMap((line) => line.back.map(({ amount }) => amount)));
      this.compare(
        `money of ${order_id}`,
        [json.total, ...totals],
        [sum(lines.map(({ amount }) => amount)), back, shippingBack, sum(lost.map(({ amount }) => amount))].map(
          decimal,
        ),
      );
    }
    for (const customerId of this.customerIds.filter((id) => this.people.has(id))) {
      const { json } = await this.ask('customers', 'GET', `/v1/customers/${customerId}`);
      const { gross, net } = this.sales.moneyOf((sale) => this.sales.buyerOf(sale) === customerId);
      this.compare(`money of ${customerId}`, [json.spent, json.given_back], [decimal(net), decimal(gross - net)]);
    }
  }

  private ago(days: number): number {
    return this.now - days * 24 * hour;
  }

  private async order({ who, lines, daysAgo, shipping }: Extract<Step, { do: 'order' }>): Promise<void> {
    const order: Order = {
      order_id: this.id('order'),
      ...this.buyer(who),
      occurred_at: new Date(this.ago(daysAgo)).toISOString(),
      ...(shipping !== null && { shipping: decimal(shipping) }),
      lines: toOrderLines(lines),
    };
    if ((await this.sendOrder(order)) === 'accepted') {
      this.orders.push(order);
      this.carts.push({ order_id: order.order_id, lines: order.lines.map(cartLine) });
    }
  }

  private buyer(who: Who): { customer_id: string } | { visitor_id: string } {
    return 'customer' in who
      ? { customer_id: this.customer(who.customer) }
      : { visitor_id: `${this.prefix}-v${who.visitor}` };
  }

  /** Several in one request are judged one after the other, also of one order. */
  private async edit(wanted: readonly EditOf[]): Promise<void> {
    const edits = wanted.flatMap((edit, place) => {
      const order = pick(this.orders, edit.order);
      return order ? [this.edited(order, edit, place)] : [];
    });
    if (edits.length === 0) return;
    const expected = edits.map((order) => this.sales.record(order));
    for (const [place, verdict] of expected.entries()) {
      if (verdict !== 'accepted') continue;
      this.hearOf(edits[place].customer_id);
      this.orders[this.orders.findIndex(({ order_id }) => order_id === edits[place].order_id)] = edits[place];
    }
    await this.expectVerdicts('/v1/orders', 'orders', edits, expected, 'edits');
  }

  private edited(order: Order, { minutesLater, lines, who, daysAgo, shipping }: EditOf, place: number): Order {
    const { customer_id, visitor_id, updated_at = order.occurred_at } = order;
    const [first, ...others] = order.lines;
    const changed = {
      fewer: others.length > 0 ? others : [first],
      'more-pieces': [...others, { ...first, quantity: first.quantity + 1 }],
      dearer: [{ ...first, unit_price: '12.34' }, ...others],
      another: [{ item_id: 'item-3', quantity: 1, unit_price: '5.55' }, ...order.lines],
    };
    const kept = customer_id === undefined ? { visitor_id: visitor_id! } : { customer_id };
    // So that no two orders are of one moment.
    const at = daysAgo === null ? order.occurred_at : new Date(this.ago(daysAgo) - 1_000 * (place + 1)).toISOString();
    return {
      order_id: order.order_id,
      ...(who ? this.buyer(who) : kept),
      occurred_at: at,
      ...(shipping !== null && { shipping: decimal(shipping) }),
      updated_at: new Date(Math.min(this.now, Date.parse(updated_at) + minutesLater * 60_000)).toISOString(),
      lines: lines === null ? order.lines : typeof lines === 'string' ? changed[lines] : toOrderLines(lines),
    };
  }

  private async orderAgain(place: number, changed: boolean): Promise<void> {
    const order = pick(this.orders, place);
    if (!order) return;
    const [first, ...others] = order.lines;
    const lines = [{ ...first, quantity: first.quantity + 1 }, ...others];
    await this.sendOrder(changed ? { ...order, lines } : order);
  }

  private async sendOrder(order: Order): Promise<Verdict> {
    const expected = this.sales.record(order);
    if (expected === 'accepted') this.hearOf(order.customer_id);
    await this.expectVerdicts('/v1/orders', 'orders', [order], [expected]);
    return expected;
  }

  /** Several in one request are judged one after the other. */
  private async refund(wanted: readonly RefundOf[]): Promise<void> {
    const refunds = wanted.map(({ order: place, lines, money, hoursLater }): Refund => {
      const order = pick(this.orders, place);
      const at = order ? Math.min(this.now, Date.parse(order.occurred_at) + hoursLater * hour) : this.now;
      return {
        refund_id: this.id('refund'),
        order_id: order?.order_id ?? `${this.prefix}-unknown`,
        occurred_at: new Date(at).toISOString(),
        ...(money && { amount: decimal(money.amount), shipping: decimal(money.shipping) }),
        ...(lines &&
          !money?.isAlone && {
            lines: lines.map(({ line, quantity }) => ({
              item_id: (order && pick(order.lines, line)?.item_id) ?? 'item-0',
              quantity,
            })),
          }),
      };
    });
    await this.sendRefunds(refunds);
  }

  private async refundAgain(place: number, changed: boolean): Promise<void> {
    const refund = pick(this.refunds, place);
    if (!refund) return;
    await this.sendRefunds([changed ? { ...refund, lines: [{ item_id: 'item-4', quantity: 7 }] } : refund]);
  }

  private async sendRefunds(refunds: readonly Refund[]): Promise<void> {
    this.sales.begin();
    const expected = refunds.map((refund) => this.sales.refund(refund));
    this.refunds.push(...refunds.filter((_, place) => expected[place] === 'accepted'));
    await this.expectVerdicts('/v1/refunds', 'refunds', refunds, expected);
  }

  /** Of each item one thousandth more than is left is refused; what is left may be taken. */
  private async probeLeft(orderId: string, isTaken: boolean): Promise<void> {
    const items = new Map<string, number>();
    for (const { item, pieces } of this.sales.leftOf(orderId)) items.set(item, (items.get(item) ?? 0) + pieces);
    const quantities = [...items].flatMap(([item_id, pieces]) =>
      [pieces + 1, isTaken ? pieces : 0]
        .filter((thousandths) => thousandths > 0)
        .map((thousandths) => ({ item_id, quantity: thousandths / 1_000 })),
    );
    const occurred_at = this.shop.time.now.toISOString();
    await this.sendRefunds(
      quantities.map((line) => ({ refund_id: this.id('refund'), order_id: orderId, occurred_at, lines: [line] })),
    );
  }

  /** A file of orders that are known in part, which may be taken in twice. */
  private async importOrders(step: Extract<Step, { do: 'import-orders' }>): Promise<void> {
    const fresh: Order = {
      order_id: this.id('order'),
      customer_id: this.customer(step.customer),
      occurred_at: new Date(this.now).toISOString(),
      lines: toOrderLines(step.lines),
    };
    const known = [...new Set(step.orders)]
      .map((place) => pick(this.orders, place))
      .filter((order) => order !== undefined && Date.parse(order.occurred_at) > this.erased);
    // Equal rows of a file are exact duplicates, and equal lines of an order by API are two.
    const orders = [...new Set(known as Order[]), fresh]
      .filter(({ lines }) => isAllDifferent(lines))
      .map(({ updated_at: _, ...order }) => order);
    if (orders.length === 0) return;
    for (let time = 0; time < (step.isTwice ? 2 : 1); time++) {
      const expected = { in: 0, facts: 0, quarantined: 0, merged: 0 };
      for (const order of orders) {
        const verdict = this.sales.record(order);
        expected.in += order.lines.length;
        // "Exact duplicates of what is known already", also of what is in quarantine.
        const isKnown = verdict === 'quarantined' && time > 0;
        expected[verdict === 'accepted' ? 'facts' : isKnown ? 'merged' : verdict] += order.lines.length;
        if (verdict !== 'accepted') continue;
        this.hearOf(order.customer_id);
        this.orders.push(order);
        this.carts.push({ order_id: order.order_id, lines: order.lines.map(cartLine) });
      }
      await this.importRows(
        orders.flatMap(({ lines, ...head }) => lines.map((line) => ({ ...head, ...line }))),
        expected,
      );
    }
  }

  /** "Cancellations and returns become refund facts … linked to the latest earlier sale lines of the same customer, item and price." */
  private async returnByFile(step: Extract<Step, { do: 'return-by-file' }>): Promise<void> {
    const order = pick(this.orders, step.order);
    const line = order && pick(order.lines, step.line);
    if (!order?.customer_id || !line || Date.parse(order.occurred_at) <= this.erased) return;
    const at = Math.min(this.now, Date.parse(order.occurred_at) + step.hoursLater * hour);
    const row = {
      order_id: this.id('return'),
      customer_id: order.customer_id,
      occurred_at: new Date(at).toISOString(),
      item_id: line.item_id,
      quantity: -step.quantity,
      unit_price: line.unit_price,
    };
    this.sales.begin();
    const isLinked = this.sales.returnOf(
      row.order_id,
      order.customer_id,
      line.item_id,
      line.unit_price,
      step.quantity,
      at,
    );
    await this.importRows([row], { in: 1, facts: isLinked ? 1 : 0, quarantined: isLinked ? 0 : 1, merged: 0 });
  }

  private async importRows(rows: object[], expected: object): Promise<void> {
    const file = join(this.shop.folder, this.id(`${this.prefix}-file`));
    await writeFile(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
    const mapping = { cancellations: 'negative-quantity' };
    const { intake } = this.shop.service.stations;
    const { status, report } = await intake.importFile({
      kind: 'orders',
      file,
      format: 'ndjson',
      mapping,
      force: true,
    });
    this.told.push(`  import ${JSON.stringify(rows)}\n  -> ${status} ${JSON.stringify(report)}`);
    this.compare('rows of the file', report.rows, expected);
    for (const [count, rows] of Object.entries(expected)) if (rows > 0) this.happens(`row of a file: ${count}`);
  }

  private async see(step: Extract<Step, { do: 'see' }>): Promise<void> {
    const customer_id = this.customer(step.customer);
    const at = this.ago(step.daysAgo);
    const visitor_id = `${this.prefix}-v${step.visitor}`;
    const isFact = this.sales.see(customer_id, visitor_id, at);
    if (isFact) this.hearOf(customer_id);
    const event = { event_id: this.id('event'), type: 'view', item_id: 'item-0', customer_id, visitor_id };
    const occurred_at = new Date(at).toISOString();
    await this.expectVerdicts(
      '/v1/events',
      'events',
      [{ ...event, occurred_at }],
      [isFact ? 'accepted' : 'quarantined'],
    );
  }

  private hearOf(customerId: string | undefined): void {
    if (customerId !== undefined && !this.people.has(customerId)) {
      // "A fact of after that makes a new person, who starts with the objection of the old one."
      this.people.set(customerId, { allowed: !this.objectors.has(customerId), profile: null });
    }
  }

  private async allow(number: number, allowed: boolean): Promise<void> {
    const customer_id = this.customer(number);
    const isChange = this.people.get(customer_id)?.allowed !== allowed;
    if (allowed) this.objectors.delete(customer_id);
    this.hearOf(customer_id);
    this.people.get(customer_id)!.allowed = allowed;
    const element = { customer_id, profiling_allowed: allowed };
    const { status, json } = await this.ask('ingest', 'PUT', '/v1/customers', { customers: [element] });
    this.compare('upsert of a customer', [status, json.verdicts?.[0]?.status], [200, isChange ? 'accepted' : 'merged']);
  }

  private async erase(customerId: string): Promise<void> {
    if (this.people.get(customerId)?.allowed === false) this.objectors.add(customerId);
    const isKnown = this.people.delete(customerId);
    const { status } = await this.ask('admin', 'DELETE', `/v1/customers/${customerId}`);
    // Of somebody unknown there may be quarantined rows.
    if (isKnown || status !== 200) this.compare('erasure', status, isKnown ? 200 : 404);
    if (status === 200) this.erased = this.now;
    if (status === 200) this.coupons.erase(customerId);
    if (status === 200) this.sales.erase(customerId, this.now);
  }

  private async campaign({ from, days, ...terms }: Terms): Promise<void> {
    if (this.coupons.campaigns.length >= campaignsAtMost) return;
    const valid_from = new Date(this.now + from * 24 * hour).toISOString();
    const valid_until = new Date(this.now + (from + days) * 24 * hour).toISOString();
    const campaign_id = this.id('campaign');
    const campaign: Campaign = { campaign_id, name: campaign_id, ...terms, valid_from, valid_until };
    this.coupons.campaigns.push(campaign);
    const { status } = await this.ask('coupons', 'POST', '/v1/campaigns', campaign);
    this.compare('campaign', status, 201);
  }

  private readonly versions = new Map<Campaign, number>();

  private async change({ campaign: place, terms, tight, again }: Extract<Step, { do: 'change' }>): Promise<void> {
    const campaign = pick(this.coupons.campaigns, place);
    if (!campaign) return;
    const { from, days, ...rest } = terms;
    const { campaign_id, name, time_zone, week_start } = campaign;
    const valid_from = new Date(this.now + from * 24 * hour).toISOString();
    const valid_until = new Date(this.now + (from + days) * 24 * hour).toISOString();
    const wanted: Campaign = { campaign_id, name, ...rest, time_zone, week_start, valid_from, valid_until };
    if (tight) wanted.budget = this.tightBudget(campaign, wanted, tight);
    const version = this.versions.get(campaign) ?? 1;
    const against = this.coupons.change(campaign, wanted);
    for (let time = 0; time < (again ? 2 : 1); time++) {
      const { status, json } = await this.ask('coupons', 'PUT', `/v1/campaigns/${campaign_id}`, wanted);
      if (against.length > 0) {
        this.compare('change', [status, json.errors?.map((one: any) => one.field)], [409, against]);
        for (const field of against) this.happens(`change refused: ${field}`);
        return;
      }
      this.compare('change', [status, json.version], [200, version + 1]);
    }
    this.versions.set(campaign, version + 1);
    this.happens('change');
  }

  /** In turn just what is held and a little less, where that is a budget at all. */
  private tightBudget(campaign: Campaign, { discount }: Campaign, which: 'coupons' | 'money'): Campaign['budget'] {
    const { issued, money_reserved, money_redeemed, money_reversed } = this.coupons.countersOf(campaign);
    const less = this.made % 2;
    const held = money_reserved + money_redeemed - money_reversed - less;
    const isBounded = discount.percent === undefined || discount.maximum_discount !== undefined;
    // "less than the discount of one coupon" is none.
    const least = Math.max(1, cents(discount.amount ?? discount.maximum_discount ?? '0'));
    if (which === 'money' && isBounded && held >= least) return { money: decimal(held) };
    return { coupons: Math.max(1, issued - less) };
  }

  private async pause(place: number, isPaused: boolean): Promise<void> {
    const campaign = pick(this.coupons.campaigns, place);
    if (!campaign) return;
    this.coupons.pause(campaign, isPaused);
    await this.ask('coupons', isPaused ? 'PUT' : 'DELETE', `/v1/campaigns/${campaign.campaign_id}/pause`);
  }

  private async makeCodes(step: Extract<Step, { do: 'codes' }>): Promise<void> {
    const campaign = pick(this.coupons.campaigns, step.campaign);
    if (!campaign || this.coupons.codes.length >= codesAtMost) return;
    const validUntil = step.days === null ? null : this.now + step.days * 24 * hour;
    const customer = step.customer === null ? null : this.customer(step.customer);
    if (customer !== null && !this.people.has(customer)) return;
    if (validUntil !== null && validUntil > Date.parse(campaign.valid_until)) return;
    if (this.now >= Date.parse(campaign.valid_until)) return;
    const batch_id = this.id('batch');
    const path = `/v1/campaigns/${campaign.campaign_id}/codes`;
    const usageLimit = step.kind === 'shared' ? step.limit : null;
    const body = {
      batch_id,
      kind: step.kind,
      ...(step.own ? { code: `Own ${batch_id}` } : { count: 2 }),
      ...(usageLimit !== null && { usage_limit: usageLimit }),
      ...(customer !== null && { customer_id: customer }),
      ...(validUntil !== null && { valid_until: new Date(validUntil).toISOString() }),
    };
    const { status, json } = await this.ask('coupons', 'POST', path, body, this.id('key'));
    // "A code for one customer is refused for somebody who does not allow profiling."
    if (customer !== null && !this.people.get(customer)!.allowed) return this.compare('personal code', status, 400);
    this.compare('codes', [status, json.codes], [201, step.own ? 1 : 2]);
    const list = await fetch(`${this.shop.service.url}${path}?batch_id=${batch_id}`, {
      headers: { ...this.shop.service.as('coupons'), Accept: 'application/x-ndjson' },
    });
    const codes = (await list.text()).split('\n').filter((row) => row !== '');
    for (const row of codes) {
      this.coupons.codes.push({
        code: JSON.parse(row).code,
        campaign,
        terms: null,
        kind: step.kind,
        usageLimit,
        customer,
        isOfTheErased: false,
        validUntil,
      });
    }
  }

  private async decide(step: Extract<Step, { do: 'decide' }>): Promise<void> {
    const { campaigns } = this.coupons;
    if (campaigns.length === 0) return;
    const customer = step.customer === null ? null : this.customer(step.customer);
    const cart = step.cart && toCart(step.cart);
    const body = {
      campaign_ids: campaigns.map(({ campaign_id }) => campaign_id),
      ...(customer !== null && { customer_id: customer }),
      ...(cart && { cart }),
      ...(step.seconds !== null && { reserve_seconds: step.seconds }),
    };
    const key = this.id('key');
    const path = '/v1/coupon-decisions?campaigns=true';
    const { status, json } = await this.ask('coupons', 'POST', path, body, key);
    this.compare('decision', status, 200);
    await this.compareAgain(step.again, path, body, key, json);
    const person = customer === null ? undefined : this.people.get(customer);
    const cause =
      customer === null ? 'guest' : !person ? 'unknown-customer' : !person.allowed ? 'profiling-not-allowed' : null;
    if (cause) this.compare('cause', json.cause, cause);
    if (cause || !person?.profile) {
      this.compare('coupon of somebody without a profile', json.coupon, null);
      return;
    }
    const { group } = person.profile;
    const obstacles = new Map(
      campaigns.map((one) => [one, this.coupons.obstaclesOf(one, customer!, group, cart, this.now)]),
    );
    const open = campaigns.filter((one) => obstacles.get(one)!.size === 0);
    // "The highest is tried first."
    const highest = Math.max(...open.map(({ priority }) => priority));
    const granted = open.filter(({ priority }) => priority === highest).map(({ campaign_id }) => campaign_id);
    const given = json.coupon?.campaign_id ?? null;
    if (granted.length === 0) this.compare('coupon', given, null);
    else this.compare('coupon', granted.includes(given), true);
    const told = new Map<string, string>(json.campaigns.map((one: any) => [one.campaign_id, one.outcome]));
    const versions = new Map<string, number>(json.campaigns.map((one: any) => [one.campaign_id, one.version]));
    for (const one of campaigns)
      this.compare(`version of ${one.campaign_id}`, versions.get(one.campaign_id), this.versions.get(one) ?? 1);
    for (const [{ campaign_id }, against] of obstacles) {
      const expected = against.size > 0 ? [...against] : [campaign_id === given ? 'granted' : 'lower-priority'];
      this.compareOneOf(`outcome of ${campaign_id}`, told.get(campaign_id), expected);
    }
    for (const against of obstacles.values()) for (const obstacle of against) this.happens(`decision: ${obstacle}`);
    this.happens(`decision: ${given === null ? 'nothing' : 'coupon'}`);
    if (given === null) return;
    const campaign = campaigns.find(({ campaign_id }) => campaign_id === given)!;
    const { validUntil } = this.coupons.issue(campaign, json.coupon.code, customer!, step.seconds, this.now);
    this.compare('end of the coupon', Date.parse(json.coupon.valid_until), validUntil);
    const left = this.coupons.budgetLeft(campaign);
    const { coupons, money } = left;
    this.compare('budget left', json.budget_left, { coupons, money: money === null ? null : decimal(money) });
  }

  /** Carelessly codes as they come, else one of each campaign that the order has not yet. */
  private codesFrom(place: number, orderId: string, isCareless: boolean): Code[] {
    const { codes, uses } = this.coupons;
    const from = place % codes.length;
    const inTurn = [...codes.slice(from), ...codes.slice(0, from)];
    if (isCareless) return inTurn;
    const had = uses.filter(({ order }) => order === orderId).map(({ code }) => code.campaign);
    return inTurn.filter(
      ({ campaign }, at) => !had.includes(campaign) && inTurn.findIndex((one) => one.campaign === campaign) === at,
    );
  }

  private async redeem(step: Extract<Step, { do: 'redeem' }>): Promise<void> {
    const { codes: known } = this.coupons;
    if (step.cart) this.carts.push({ order_id: this.id('cart'), lines: toCart(step.cart) });
    const cart = pick(this.carts.toReversed(), step.order);
    const wanted = known.length === 0 || !cart ? [] : this.codesFrom(step.code, cart.order_id, step.careless);
    const codes = wanted.slice(0, 1 + step.more);
    if (codes.length === 0 || !cart || this.coupons.hasBoth(cart.order_id)) return;
    if (!step.inTurn) return this.redeemCodes(codes, cart, step);
    for (const code of codes) await this.redeemCodes([code], cart, step);
  }

  private async redeemCodes(
    codes: readonly Code[],
    cart: { order_id: string; lines: CartLine[] },
    step: Extract<Step, { do: 'redeem' }>,
  ): Promise<void> {
    const somebody =
      step.as === 'owner' ? (codes[0].customer ?? this.customer(0)) : step.as === null ? null : this.customer(step.as);
    // Mostly an order is of one customer.
    const customer = (!step.careless && somebody !== null && this.coupons.customerOf(cart.order_id)) || somebody;
    const isOne = codes.length === 1;
    const typed = (code: string) => asTyped[step.typed](code);
    const body = {
      ...(isOne ? { code: typed(codes[0].code) } : { codes: codes.map(({ code }) => typed(code)) }),
      order_id: cart.order_id,
      lines: cart.lines,
      ...(customer !== null && { customer_id: customer }),
    };
    const key = this.id('key');
    const result = this.coupons.redeem(codes, cart.order_id, customer, cart.lines, this.now);
    const path = isOne ? '/v1/coupon-redemptions' : '/v1/coupon-order-redemptions';
    const { status, json } = await this.ask('coupons', 'POST', path, body, key);
    if ('obstacles' in result) {
      this.compare(`redemption, against which stands ${[...result.obstacles]}`, status, 409);
      for (const obstacle of result.obstacles) this.happens(`redemption refused: ${obstacle}`);
      return;
    }
    this.compare('redemption', status, 200);
    for (const { kind } of codes) this.happens(`redemption of ${kind} code`);
    if (!isOne) this.happens('redemption of several at once');
    for (const { use, isChanged } of result.standing) {
      if (isChanged) this.happens(use.isUndone ? 'redemption undone' : 'redemption restated');
    }
    for (const { code } of result.uses) this.happens(`redemption of ${(code.terms ?? code.campaign).discount.type}`);
    if (customer !== null) this.hearOf(customer);
    const redemptions = isOne ? [json] : json.redemptions;
    result.uses.forEach((use, place) => {
      const { discount, free_shipping, redemption_id } = redemptions[place];
      const isFree = use.terms.discount.type === 'free-shipping';
      this.compare(
        'what is given',
        { discount, free_shipping },
        { discount: decimal(use.discount), free_shipping: isFree },
      );
      const parts = redemptions[place].lines.map((line: any) => cents(line.discount));
      this.compare('discounts of the lines added up', decimal(sum(parts)), discount);
      use.redemptionId = redemption_id;
    });
    this.compareRestated(json.restated, result.standing);
    this.compare('discount of the order', json.order.discount, decimal(result.total));
    await this.compareAgain(step.again, path, body, key, json);
  }

  /** Told is what gives something else now; also where only its lines get other parts. */
  private compareRestated(told: any[], standing: readonly Standing[]): void {
    for (const { use, discount, isChanged } of standing) {
      const one = told.find(({ redemption_id }) => redemption_id === use.redemptionId);
      const expected = { discount: decimal(discount), unit_given_back: use.isUndone === true };
      if (!one && !isChanged) continue;
      this.compare('restated', one && { discount: one.discount, unit_given_back: one.unit_given_back }, expected);
    }
    const known = standing.map(({ use }) => use.redemptionId);
    this.compare(
      'restated and not of the order',
      told.filter(({ redemption_id }) => !known.includes(redemption_id)),
      [],
    );
  }

  private async release(place: number): Promise<void> {
    const code = pick(this.coupons.codes, place);
    if (!code) return;
    const reserved = this.coupons.release(code);
    const { status, json } = await this.ask(
      'coupons',
      'POST',
      `/v1/coupons/${encodeURIComponent(code.code)}/releases`,
      undefined,
      this.id('key'),
    );
    this.happens(`release ${status}`);
    this.compare('release', [status, json.money], reserved === null ? [409, undefined] : [200, decimal(reserved)]);
  }

  private async reverse(step: Extract<Step, { do: 'reverse' }>): Promise<void> {
    const redeemed = this.coupons.uses.filter(
      (use): use is Use & { redemptionId: string } => use.redemptionId !== null,
    );
    const use = pick(redeemed, step.redemption);
    const earlier = pick(this.reversals, step.redemption);
    if (!use) return;
    const among = step.whole ? redeemed.filter(({ order }) => order === use.order) : [use];
    const left = sum(
      among.filter(({ state }) => state === 'redeemed').map(({ discount, reversed }) => discount - reversed),
    );
    const amount = step.share === null ? null : Math.max(1, Math.ceil(left * step.share));
    const reversal = {
      ...(step.whole ? { order_id: use.order! } : { redemption_id: use.redemptionId }),
      ...(amount !== null && { amount: decimal(amount) }),
    };
    const fresh = { reversal_id: this.id('reversal'), ...reversal };
    const body =
      !step.again || !earlier ? fresh : step.changed ? { ...fresh, reversal_id: earlier.reversal_id } : earlier;
    const expected = this.coupons.reverse(body);
    const { status, json } = await this.ask('coupons', 'POST', '/v1/coupon-reversals', body, this.id('key'));
    this.compare('reversal', status, expected.status);
    this.happens(`reversal ${status}`);
    if (status !== 200) return;
    if (expected.answer.length > 1) this.happens('reversal of several redemptions');
    this.reversals.push(body);
    const given = expected.answer.filter((one) => one.amount > 0 || one.unit_given_back);
    this.compare(
      'what was given back',
      json.redemptions.filter((one: any) => one.amount !== '0.00' || one.unit_given_back),
      given.map((one) => ({ ...one, amount: decimal(one.amount) })),
    );
  }

  /** Counters and reports of every campaign, and the state of every code, asked by qualification. */
  private async compareCoupons(isAboutSales: boolean): Promise<void> {
    const { campaigns } = this.coupons;
    if (campaigns.length === 0) return;
    const turn = this.asked++;
    const isBrief = isAboutSales && turn % 3 !== 0;
    this.wasBrief = isBrief;
    // Of sales nothing should have come upon coupons; what did all the same stays until all are asked about.
    for (const campaign of isBrief ? [campaigns[turn % campaigns.length]] : campaigns) {
      const path = `/v1/campaigns/${campaign.campaign_id}`;
      const { json } = await this.ask('coupons', 'GET', path);
      const { money_reserved, money_redeemed, money_reversed, ...units } = this.coupons.countersOf(campaign);
      this.compare(
        `counters of ${campaign.campaign_id}`,
        { status: json.status, ...json.counters },
        {
          status: this.coupons.statusOf(campaign, this.now),
          ...units,
          money_reserved: decimal(money_reserved),
          money_redeemed: decimal(money_redeemed),
          money_reversed: decimal(money_reversed),
        },
      );
    }
    if (turn % 3 === 0) await this.compareReport(campaigns[turn % campaigns.length]);
    if (isBrief) return;
    const customer = turn % 5 === 4 ? null : this.customer(turn % 5);
    const cart = turn % 3 === 0 ? null : this.carts[turn % Math.max(1, this.carts.length)]?.lines;
    await this.compareQualification(customer, cart ?? null);
  }

  private asked = 0;
  private wasBrief = false;

  private async compareReport(campaign: Campaign): Promise<void> {
    const { json } = await this.ask('coupons', 'GET', `/v1/campaigns/${campaign.campaign_id}/report`);
    const { cost, ...units } = this.coupons.reportOf(campaign);
    const { issued, redeemed, reversed, attributed } = json;
    const orders = this.coupons.ordersOf(campaign);
    if (orders) {
      this.compare(
        `revenue of ${campaign.campaign_id}`,
        [attributed.revenue, attributed.redemptions_without_order],
        [decimal(this.sales.revenueOf(orders, this.now + 1)), orders.filter((id) => !this.sales.sales.has(id)).length],
      );
    }
    this.compare(
      `report of ${campaign.campaign_id}`,
      { issued, redeemed, reversed, cost: json.cost },
      { ...units, cost: decimal(cost) },
    );
  }

  private async compareQualification(customer: string | null, cart: CartLine[] | null): Promise<void> {
    const { codes } = this.coupons;
    const body = {
      campaign_ids: this.coupons.campaigns.map(({ campaign_id }) => campaign_id),
      codes: codes.map(({ code }) => code),
      ...(customer !== null && { customer_id: customer }),
      ...(cart && { cart }),
    };
    const expected = this.coupons.qualify(codes, customer, cart, this.now);
    const { status, json } = await this.ask('coupons', 'POST', '/v1/coupon-qualifications', body);
    this.compare('qualification', status, 200);
    const together = codes.length > 0 ? expected.together : null;
    if (together) {
      this.compare('discount together', json.together?.discount, decimal(together.total));
      if (together.isOnlyOne) this.compare('free shipping', json.together.free_shipping, together.isFreeShipping);
    }
    codes.forEach((code, place) => {
      const { outcomes, discount } = expected.outcomes.get(code)!;
      const told = json.codes[place];
      if (together && !together.isOnlyOne && [...outcomes].some((one) => one === 'applied' || one === 'not-combinable'))
        return;
      this.compareOneOf(`outcome of ${code.code}`, told.outcome, [...outcomes]);
      this.compare(`discount of ${code.code}`, told.discount, discount === null ? null : decimal(discount));
    });
    const person = customer === null ? undefined : this.people.get(customer);
    if (!person?.profile || !person.allowed) return;
    for (const campaign of this.coupons.campaigns) {
      const against = this.coupons.obstaclesOf(campaign, customer!, person.profile.group, cart, this.now);
      const told = json.campaigns.find((one: any) => one.campaign_id === campaign.campaign_id);
      this.compareOneOf(
        `what is said of ${campaign.campaign_id}`,
        told.outcome,
        against.size > 0 ? [...against] : ['qualifies'],
      );
    }
  }

  /** "The same key with the same body gives the stored answer." */
  private async compareAgain(
    isAgain: boolean,
    path: string,
    body: object,
    key: string,
    before: unknown,
  ): Promise<void> {
    if (!isAgain) return;
    const { json } = await this.ask('coupons', 'POST', path, body, key);
    this.compare('the same key again', json, before);
  }

  private compareOneOf(what: string, told: unknown, expected: readonly unknown[]): void {
    if (!expected.includes(told)) this.compare(what, told, expected);
  }

  /** R, F and M of everybody as of a moment, by the profiles of a segmentation that was trained as of then. */
  async compareFigures(asOf: number): Promise<void> {
    this.isComparing = true;
    this.compared = [];
    for (const customerId of this.customerIds) {
      const person = this.people.get(customerId);
      const { status, json } = await this.ask('segments', 'GET', `/v1/customers/${customerId}/profile`);
      this.compare(`profile of ${customerId}`, status, person ? 200 : 404);
      if (!person) continue;
      const figures = person.allowed ? this.sales.figuresOf(customerId, asOf) : null;
      this.compare(
        `R, F, M of ${customerId} as of ${new Date(asOf).toISOString()}`,
        [json.recency_days, json.frequency, json.monetary],
        figures ? [figures.recency_days, figures.frequency, decimal(figures.monetary)] : [null, null, null],
      );
    }
  }

  private async expectVerdicts(
    path: string,
    kind: string,
    elements: readonly object[],
    expected: readonly Verdict[],
    what = kind,
  ) {
    const { status, json } = await this.ask('ingest', 'POST', path, { [kind]: elements });
    this.compare(`verdicts on ${kind}`, [status, json.verdicts?.map((one: any) => one.status)], [200, expected]);
    for (const verdict of expected) this.happens(`${what} ${verdict}`);
  }

  private async ask(scope: Scope, method: string, path: string, body?: object, key?: string) {
    const { service } = this.shop;
    const response = await fetch(service.url + path, {
      method,
      headers: {
        ...service.as(scope),
        ...(body && { 'Content-Type': 'application/json' }),
        ...(key !== undefined && { 'Idempotency-Key': key }),
      },
      body: body && JSON.stringify(body),
    });
    const json: any = await response.json();
    (this.isComparing ? this.compared : this.told).push(
      `  ${method} ${path} ${body ? JSON.stringify(body) : ''}\n  -> ${response.status} ${JSON.stringify(json)}`,
    );
    return { status: response.status, json };
  }

  private happens(what: string): void {
    this.shop.happened.set(what, (this.shop.happened.get(what) ?? 0) + 1);
  }

  private compare(what: string, told: unknown, expected: unknown): void {
    if (isDeepStrictEqual(plain(told), plain(expected))) return;
    throw new Disagreement(
      `${what}: the service says ${JSON.stringify(told)}, the book ${JSON.stringify(expected)}\n${[...this.told, ...this.compared].join('\n')}`,
    );
  }
}

/** Answers were made in another realm than the tests. */
const plain = (value: unknown) => JSON.parse(JSON.stringify(value ?? null));

const cartLine = ({ item_id, quantity, unit_price }: CartLine): CartLine => ({ item_id, quantity, unit_price });

/** "Codes are found however they are typed: any dash, dot, underscore, blank or invisible character, full-width letters; look-alikes." */
const asTyped: ((code: string) => string)[] = [
  (code) => code,
  (code) => code.toLowerCase().replaceAll('0', 'o'),
  (code) => code.replaceAll('-', ' ').replaceAll('1', 'l'),
  (code) => code.replaceAll('-', ''),
  (code) => code.replaceAll('-', '_').replace(/^/, '.'),
  (code) => code.replaceAll('-', '\u2013\u200b'),
  (code) => code.replace(/[A-Z0-9]/g, (letter) => String.fromCodePoint(letter.codePointAt(0)! + 0xfee0)),
];

const toOrderLines = (lines: readonly Line[]) =>
  lines.map(({ item, quantity, price, hasListPrice }) => ({
    item_id: `item-${item}`,
    quantity,
    unit_price: price,
    ...(hasListPrice && { list_price: '100.00' }),
  }));

const isAllDifferent = (lines: readonly object[]) =>
  new Set(lines.map((line) => JSON.stringify(line))).size === lines.length;

const toCart = (lines: readonly Line[]): CartLine[] =>
  lines.map(({ item, quantity, price }) => ({ item_id: `item-${item}`, quantity, unit_price: price }));

/** The service and the book say different things. */
export class Disagreement extends Error {}

export function pick<Value>(from: readonly Value[], place: number): Value | undefined {
  return from[place % from.length];
}
