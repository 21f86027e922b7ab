import type { BookOfFacts, Deed, GivenBack, Item, Sale, SoldLine } from '../book-of-facts.ts';
import { addDays, daysOf, type Grain } from '../zone-calendar.ts';

/** A numerator and what it is divided by; null: by nothing. Money in minor units. */
export interface Reading {
  numerator: number;
  denominator: number | null;
}

/** Members of the dimensions that lines of orders, and events of items, have by their item. */
const ofItems = ['category', 'brand', 'item'];

/** The facts of a period and of a member of a dimension. */
export class View {
  readonly book: BookOfFacts;
  readonly grain: Grain;
  readonly period: string;
  readonly by: string | null;
  readonly member: string;

  constructor(book: BookOfFacts, grain: Grain, period: string, by: string | null, member: string) {
    this.book = book;
    this.grain = grain;
    this.period = period;
    this.by = by;
    this.member = member;
  }

  /** Does a moment lie in the period? */
  has(at: number): boolean {
    return this.book.calendar.periodOf(this.grain, at) === this.period;
  }

  /** Does a local day? */
  hasDay(day: string): boolean {
    return this.book.calendar.periodOfDay(this.grain, day) === this.period;
  }

  /** The first and the last local day of the period; of an hour its day. */
  get firstDay(): string {
    return this.period.slice(0, 10);
  }

  get lastDay(): string {
    return this.grain === 'hour' ? this.firstDay : daysOf(this.grain, this.period).at(-1)!;
  }

  /** The moment at which the period is over; not of hours. */
  get end(): number {
    return this.book.calendar.startOfDay(addDays(this.lastDay, 1));
  }

  get now(): number {
    return this.book.now();
  }

  isBeforeEnd(at: number): boolean {
    return at < this.end;
  }

  /** The same period, of the whole shop. */
  get ofAll(): View {
    return new View(this.book, this.grain, this.period, null, '');
  }

  /** Events of the period, of these types or of any. */
  events(...types: string[]): Deed[] {
    return this.eventsEver(...types).filter(({ at }) => this.has(at));
  }

  eventsEver(...types: string[]): Deed[] {
    return [...this.book.events.values()].filter(
      (event) =>
        (types.length === 0 || types.includes(event.type)) && this.isOfMember(membersOfEvent(this.book, event)),
    );
  }

  /** Orders placed in the period; by an item's dimension those with a line of the member. */
  sales(): Sale[] {
    return this.salesEver().filter(({ at }) => this.has(at));
  }

  salesEver(): Sale[] {
    return [...this.book.sales.values()].filter((sale) => this.isOfSale(sale) && this.lines(sale).length > 0);
  }

  /** Of an order the lines of the member. */
  lines(sale: Sale): SoldLine[] {
    return sale.lines.filter((line) => this.isOfLine(line));
  }

  /** Refunds of the period, by their own time, each with what of it is of the member. */
  refunds(): GivenBack[] {
    return [...this.book.refunds.values()]
      .filter(
        ({ at, sale, reason }) => this.has(at) && (this.by === 'reason' ? reason === this.member : this.isOfSale(sale)),
      )
      .map((refund) => ({ ...refund, parts: refund.parts.filter(({ line }) => this.isOfLine(line)) }))
      .filter(({ parts }) => parts.length > 0);
  }

  isOfSale({ channel, store }: Sale): boolean {
    if (this.by === null || ofItems.includes(this.by)) return true;
    return this.isOfMember({ channel, store });
  }

  isOfLine({ item }: SoldLine): boolean {
    if (this.by === null || !ofItems.includes(this.by)) return true;
    return this.isOfMember(membersOfItem(this.book.items.get(item)));
  }

  private isOfMember(members: Record<string, string>): boolean {
    return this.by === null || members[this.by] === this.member;
  }
}

/** "Item dimension values (category, brand) are the item's of now"; what is not told is an empty text. */
export function membersOfItem(item: Item | undefined): Record<string, string> {
  return { item: item?.item_id ?? '', category: item?.category ?? '', brand: item?.brand ?? '' };
}

export function membersOfEvent(book: BookOfFacts, { item_id, page, topic }: Deed): Record<string, string> {
  return {
    ...membersOfItem(item_id === undefined ? undefined : book.items.get(item_id)),
    device: page?.device ?? '',
    campaign: page?.campaign?.name === undefined ? '' : book.campaignOf(page.campaign.name),
    reason: topic ?? '',
  };
}

/** All that a dimension can be parted into. */
export function membersOf(book: BookOfFacts, dimension: string): string[] {
  const members = new Set(['']);
  const add = (of: Record<string, string>) => {
    if (of[dimension] !== undefined) members.add(of[dimension]);
  };
  for (const item of book.items.values()) add(membersOfItem(item));
  for (const event of book.events.values()) add(membersOfEvent(book, event));
  for (const { channel, store, at } of book.sales.values()) add({ channel, store, cohort: book.dayOf(at).slice(0, 7) });
  for (const { reason } of book.refunds.values()) add({ reason });
  for (const { channel, campaign } of book.costs.values()) add({ channel: channel ?? '', campaign: campaign ?? '' });
  for (const { category, whose } of book.marketFigures.values()) add({ category: category ?? '', competitor: whose });
  return [...members];
}

/** "the fact's visitor id, or where it has none its customer" */
export function visitorOf({ visitor_id, customer_id }: Deed): string {
  return visitor_id === undefined ? `customer ${customer_id}` : `visitor ${visitor_id}`;
}

export const distinct = (keys: Iterable<string | null | undefined>): number => distinctOf(keys).size;

export function distinctOf(keys: Iterable<string | null | undefined>): Set<string> {
  return new Set([...keys].filter((key) => key !== null && key !== undefined));
}

export const whole = (numerator: number): Reading => ({ numerator, denominator: null });
export const part = (numerator: number, denominator: number): Reading => ({ numerator, denominator });
