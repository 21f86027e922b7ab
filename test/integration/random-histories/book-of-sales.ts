import {
  cents,
  inProportion,
  lineAmount,
  roundedQuotient,
  sum,
  thousandths,
} from '../../support/books/book-of-money.ts';

/**
 * What the shop sold, to whom, and what was given back: kept by the words of the contract (beside each rule), and by nothing
 * of the service's code.
 */

export interface OrderLine {
  item_id: string;
  quantity: number;
  unit_price: string;
  list_price?: string;
}

export interface Order {
  order_id: string;
  customer_id?: string;
  visitor_id?: string;
  occurred_at: string;
  shipping?: string;
  updated_at?: string;
  lines: OrderLine[];
}

export interface Refund {
  refund_id: string;
  order_id: string;
  occurred_at: string;
  lines?: { item_id: string; quantity: number }[];
  amount?: string;
  shipping?: string;
}

export type Verdict = 'accepted' | 'merged' | 'quarantined';

interface SoldLine {
  item: string;
  price: string;
  pieces: number;
  amount: number;
  back: Back[];
}

/** What was given back of a line, and when; pieces in thousandths, amounts in cents. */
interface Back {
  at: number;
  pieces: number;
  amount: number;
  /** the refund, and its line; `turn` counts what was sent */
  turn: number;
  refund: string;
  part: number;
}

interface Sale {
  content: string;
  at: number;
  updatedAt: number | null;
  customer: string | null;
  visitor: string | null;
  lines: SoldLine[];
  /** cents; and what of it was given back */
  shipping: number;
  shippingBack: number;
  /** what was given back of lines that an edit took away, with their item */
  lost: (Back & { item: string })[];
}

const never = Number.POSITIVE_INFINITY;
const thirtyDays = 30 * 86_400_000;

export class BookOfSales {
  readonly sales = new Map<string, Sale>();
  private readonly refunds = new Map<string, string>();
  private turn = 0;
  /** who was seen on a visitor, and when */
  private readonly seen = new Map<string, { customer: string; at: number }[]>();
  private readonly erasedAt = new Map<string, number>();

  /** To be called before anything is sent: what was sent together is told apart by id. */
  begin(): void {
    this.turn++;
  }

  /** "Idempotent by `order_id`; the same id with another content is a conflict … kept in quarantine." */
  record(order: Order): Verdict {
    const at = Date.parse(order.occurred_at);
    if (!isSale(order)) return 'quarantined';
    const content = contentOf(order);
    const known = this.sales.get(order.order_id);
    const updatedAt = order.updated_at === undefined ? null : Date.parse(order.updated_at);
    const isOfErased = this.isOfTheErased(order.customer_id ?? order.visitor_id!, at);
    // "a newer one takes the place of what is known …; an older one is ignored"
    if (known && updatedAt !== null && updatedAt !== known.updatedAt) {
      if (known.updatedAt !== null && updatedAt < known.updatedAt) return 'merged';
      if (known.content === content) {
        if (!isOfErased) known.updatedAt = updatedAt;
        return 'merged';
      }
      if (isOfErased) return 'quarantined';
    } else if (known) return known.content === content ? 'merged' : 'quarantined';
    else if (isOfErased) return 'quarantined';
    // "Two equal lines of an order are two by API."
    const lines = order.lines.map((line): SoldLine => {
      const pieces = thousandths(line.quantity);
      return {
        item: line.item_id,
        price: line.unit_price,
        pieces,
        amount: lineAmount(line.unit_price, pieces),
        back: [],
      };
    });
    const { customer_id: customer = null, visitor_id: visitor = null } = order;
    const head = { content, at, updatedAt, customer, visitor, shipping: cents(order.shipping ?? '0') };
    const shippingBack = known?.shippingBack ?? 0;
    this.sales.set(order.order_id, { ...head, shippingBack, lines, lost: known ? moveBack(known, lines) : [] });
    return 'accepted';
  }

  /**
   * "Idempotent by `refund_id`. Without `lines` the whole remaining order is refunded." No more is given back than is left
   * of the sale, and nothing of a refund when it is too much.
   */
  refund(refund: Refund): Verdict {
    const [amount, shipping] = [cents(refund.amount ?? '0'), cents(refund.shipping ?? '0')];
    const content = JSON.stringify([
      refund.order_id,
      Date.parse(refund.occurred_at),
      refund.lines ?? null,
      amount,
      shipping,
    ]);
    const known = this.refunds.get(refund.refund_id);
    if (known !== undefined) return known === content ? 'merged' : 'quarantined';
    const sale = this.sales.get(refund.order_id);
    const at = Date.parse(refund.occurred_at);
    if (!sale || at < sale.at) return 'quarantined';
    const taken = new Map(sale.lines.map((line) => [line, 0]));
    const open = (line: SoldLine) => leftPieces(line, never) - taken.get(line)!;
    if (refund.lines) {
      for (const { item_id, quantity } of refund.lines) {
        const alike = sale.lines.filter((line) => line.item === item_id);
        let missing = thousandths(quantity);
        if (missing <= 0 || alike.length === 0) return 'quarantined';
        for (const line of alike) {
          const pieces = Math.min(missing, open(line));
          taken.set(line, taken.get(line)! + pieces);
          missing -= pieces;
        }
        if (missing > 0) return 'quarantined';
      }
    } else if (refund.amount === undefined && refund.shipping === undefined) {
      for (const line of sale.lines) taken.set(line, open(line));
      if (sum([...taken.values()]) === 0) return 'quarantined';
    } else if (amount + shipping === 0) return 'quarantined';
    if (shipping > Math.max(0, sale.shipping - sale.shippingBack)) return 'quarantined';
    // Tried on a copy, for what the pieces give back is no more there for the money.
    const tried = sale.lines.map((line) => ({ ...line, back: [...line.back] }));
    const trial = { ...sale, lines: tried };
    const by = { at, turn: this.turn, refund: refund.refund_id };
    if (refund.lines) this.giveBackByLine(trial, refund.lines, by);
    else
      for (const [place, line] of sale.lines.entries())
        giveBack(tried[place], taken.get(line)!, { ...by, part: place });
    if (amount > sum(tried.map(openAmount))) return 'quarantined';
    // "it is shared out over what is left of the order's lines in money, the largest remainder first"
    inProportion(amount, tried.map(openAmount)).forEach((part, place) => {
      if (part > 0) tried[place].back.push({ ...by, pieces: 0, amount: part, part: 1_000 + place });
    });
    // "A line takes from the order's lines of its item, in their order, as far as it reaches."
    sale.lines = tried;
    sale.shippingBack += shipping;
    this.refunds.set(refund.refund_id, content);
    return 'accepted';
  }

  private giveBackByLine(
    sale: Pick<Sale, 'lines'>,
    lines: NonNullable<Refund['lines']>,
    by: Omit<Back, 'pieces' | 'amount' | 'part'>,
  ): void {
    for (const [part, { item_id, quantity }] of lines.entries()) {
      let missing = thousandths(quantity);
      for (const line of sale.lines) {
        if (line.item !== item_id) continue;
        const pieces = Math.min(missing, leftPieces(line, never));
        giveBack(line, pieces, { ...by, part });
        missing -= pieces;
      }
    }
  }

  /**
   * "Cancellations and returns become refund facts … linked to the latest earlier sale lines of the same customer, item and
   * price"; partly linked ones are facts too. @returns whether anything was found to undo
   */
  returnOf(refund: string, customer: string, item: string, price: string, quantity: number, at: number): boolean {
    let missing = thousandths(quantity);
    const latestFirst = [...this.sales.values()]
      .filter((sale) => sale.customer === customer && sale.at <= at)
      .sort((a, b) => b.at - a.at);
    for (const line of latestFirst.flatMap(({ lines }) => lines.toReversed())) {
      if (line.item !== item || line.price !== price) continue;
      const pieces = Math.min(missing, leftPieces(line, never));
      giveBack(line, pieces, { at, turn: this.turn, refund, part: 0 });
      missing -= pieces;
    }
    return missing < thousandths(quantity);
  }

  /** "An event may carry a visitor and a customer id; that links them." @returns whether it is a fact */
  see(customer: string, visitor: string, at: number): boolean {
    if (this.isOfTheErased(customer, at)) return false;
    this.seen.set(
      visitor,
      [...(this.seen.get(visitor) ?? []), { customer, at }].sort((a, b) => a.at - b.at),
    );
    return true;
  }

  /**
   * "links them (30 days back, until another customer appears on the visitor)": who appeared last before is meant, else who
   * appears first within 30 days.
   */
  private whoWas(visitor: string, at: number): string | null {
    const seen = this.seen.get(visitor) ?? [];
    const before = seen.filter((sight) => sight.at <= at).at(-1);
    if (before) return before.customer;
    const after = seen.find((sight) => sight.at > at);
    return after && after.at - at <= thirtyDays ? after.customer : null;
  }

  buyerOf(sale: Sale): string | null {
    return sale.customer ?? (sale.visitor === null ? null : this.whoWas(sale.visitor, sale.at));
  }

  /**
   * "The id mapping, events … go; orders and the coupon ledger stay without the person." "What is told later of
   * the time before … is refused"; "a fact of after that makes a new person", "without the old links".
   */
  erase(customer: string, at: number): void {
    const own = [...this.seen]
      .filter(([, seen]) => seen.length > 0 && seen.every((sight) => sight.customer === customer))
      .map(([id]) => id);
    for (const sale of this.sales.values()) {
      const isOnOwnVisitor = sale.customer === null && sale.visitor !== null && own.includes(sale.visitor);
      if (this.buyerOf(sale) === customer || isOnOwnVisitor) {
        sale.customer = null;
        sale.visitor = null;
      }
    }
    for (const [visitor, seen] of this.seen) {
      this.seen.set(
        visitor,
        seen.filter((sight) => sight.customer !== customer),
      );
    }
    // A visitor who was never anybody else is the person too.
    for (const id of [customer, ...own]) this.erasedAt.set(id, at);
  }

  private isOfTheErased(customerOrVisitor: string, at: number): boolean {
    const erased = this.erasedAt.get(customerOrVisitor);
    return erased !== undefined && at <= erased;
  }

  /**
   * "R = floor((as_of − last order) / 86,400 s)", F the orders, M what is left of them. "Given back did not happen. As of a
   * moment, … an order all of whose lines are [wholly refunded] is out of R and F too; partly refunded counts what is left."
   */
  figuresOf(customer: string, asOf: number): { recency_days: number; frequency: number; monetary: number } | null {
    const orders = [...this.sales.values()].filter(
      (sale) =>
        sale.at < asOf && this.buyerOf(sale) === customer && sale.lines.some((line) => leftPieces(line, asOf) > 0),
    );
    if (orders.length === 0) return null;
    const last = Math.max(...orders.map(({ at }) => at));
    return {
      recency_days: Math.floor((asOf - last) / 86_400_000),
      frequency: orders.length,
      monetary: sum(orders.map((sale) => leftAmount(sale, asOf))),
    };
  }

  /** What sales came to, and what is left of it. */
  moneyOf(isMeant: (sale: Sale) => boolean): { gross: number; net: number } {
    const meant = [...this.sales.values()].filter(isMeant);
    const gross = sum(meant.flatMap(({ lines }) => lines.map(({ amount }) => amount)));
    return { gross, net: sum(meant.map((sale) => leftAmount(sale, never))) };
  }

  /** What is left of each line of an order, in the order of its lines. */
  leftOf(orderId: string): { item: string; pieces: number }[] {
    const lines = this.sales.get(orderId)?.lines ?? [];
    return lines.map((line) => ({ item: line.item, pieces: leftPieces(line, never) }));
  }

  /** "Revenue is net of refunds, at the unit prices of the orders." */
  revenueOf(orderIds: Iterable<string>, asOf: number): number {
    const sales = Array.from(orderIds, (id) => this.sales.get(id)).filter((sale) => sale !== undefined);
    return sum(sales.map((sale) => leftAmount(sale, asOf)));
  }
}

/**
 * "A line of 0.00 in an order with another line, or with a list price, is a fact with price 0 … Only an order in which
 * everything is 0.00 without list price or coupon is quarantined."
 */
function isSale(order: Order): boolean {
  return order.lines.some((line) => Number(line.unit_price) > 0 || line.list_price !== undefined);
}

function contentOf({ customer_id, visitor_id, occurred_at, shipping, lines }: Order): string {
  const rows = lines.map(({ item_id, quantity, unit_price, list_price }) => [
    item_id,
    quantity,
    unit_price,
    list_price,
  ]);
  // "the same order" is so whatever the sequence of its lines
  const sorted = rows.map((row) => JSON.stringify(row)).sort();
  return JSON.stringify([customer_id ?? null, visitor_id ?? null, Date.parse(occurred_at), shipping ?? null, sorted]);
}

/** "a part of a line gives back its proportion of what is left of the line's amount, so that parts add up to it" */
function giveBack(line: SoldLine, pieces: number, by: Omit<Back, 'pieces' | 'amount'>): void {
  if (pieces === 0) return;
  const amount = roundedQuotient(BigInt(openAmount(line)) * BigInt(pieces), BigInt(leftPieces(line, never)));
  line.back.push({ ...by, pieces, amount });
}

const openAmount = (line: SoldLine) => line.amount - sum(line.back.map(({ amount }) => amount));

/**
 * "What was given back stays with lines of its item as far as they reach, pieces at what their line comes to now, money as it was":
 * first the line at the same place, then in their order, refund after refund.
 * @returns what finds no line
 */
function moveBack(before: Sale, lines: SoldLine[]): Sale['lost'] {
  const bySequence = (a: Back, b: Back) =>
    a.turn - b.turn || (a.refund < b.refund ? -1 : a.refund > b.refund ? 1 : a.part - b.part);
  const given = [
    ...before.lines.flatMap(({ item, back }, place) => back.map((one) => ({ ...one, item, place }))),
    ...before.lost.map((one) => ({ ...one, place: Number.POSITIVE_INFINITY })),
  ].sort((a, b) => bySequence(a, b) || a.place - b.place);
  const lost: Sale['lost'] = [];
  for (const { place, ...one } of given) {
    const alike = lines.filter(({ item }) => item === one.item);
    const first = alike.filter((line) => line === lines[place]);
    let [missing, money] = [one.pieces, one.amount];
    for (const line of [...first, ...alike.filter((other) => !first.includes(other))]) {
      const pieces = Math.min(missing, leftPieces(line, never));
      const ofPieces =
        pieces === 0 ? 0 : roundedQuotient(BigInt(openAmount(line)) * BigInt(pieces), BigInt(leftPieces(line, never)));
      const amount = one.pieces === 0 ? Math.min(money, openAmount(line)) : ofPieces;
      addBack(line.back, { ...one, pieces, amount });
      missing -= pieces;
      money -= amount;
    }
    const ofMissing =
      one.pieces === 0 ? money : roundedQuotient(BigInt(one.amount) * BigInt(missing), BigInt(one.pieces));
    addBack(lost, { ...one, pieces: missing, amount: ofMissing });
  }
  return lost;
}

/** What a line of a refund gave back of one line is one sum. */
function addBack<One extends Back>(back: One[], more: One): void {
  if (more.pieces === 0 && more.amount === 0) return;
  const known = back.find(({ refund, part }) => refund === more.refund && part === more.part);
  if (!known) back.push({ ...more });
  else {
    known.pieces += more.pieces;
    known.amount += more.amount;
  }
}

const backBefore = (line: SoldLine, asOf: number) => line.back.filter(({ at }) => at < asOf);

const leftPieces = (line: SoldLine, asOf: number) =>
  line.pieces - sum(backBefore(line, asOf).map(({ pieces }) => pieces));

const leftAmount = (sale: Sale, asOf: number) =>
  sum(sale.lines.map((line) => line.amount - sum(backBefore(line, asOf).map(({ amount }) => amount))));
