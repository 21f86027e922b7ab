import type { Transaction } from '../../db/index.ts';
import { type ArrivedKind, type CountedRelations, countedRelations, type TouchedKind } from '../../intake/index.ts';

/** By what a measure can be parted. */
export type Dimension =
  | 'channel'
  | 'store'
  | 'device'
  | 'category'
  | 'brand'
  | 'item'
  | 'campaign'
  | 'coupon_campaign'
  | 'placement'
  | 'model'
  | 'source'
  | 'cohort'
  | 'reason'
  | 'competitor'
  /** of customers: only of what is read when it is asked for */
  | 'segment';

/** SQL of one figure of a group of rows, and whether it is money in minor units. */
export interface Figure {
  sql: string;
  isMoney: boolean;
}

/** @param sql of an aggregate, such as `count(*)` */
export const count = (sql: string): Figure => ({ sql, isMoney: false });
/** @param sql of an aggregate in minor units, such as `sum(total_minor)` */
export const money = (sql: string): Figure => ({ sql, isMoney: true });

/**
 * What is counted of rows: in all, and by each dimension.
 * Additive figures (`sums`) of a day are what the day's rows give, and longer periods are their sum. `levels` stand for the day's end,
 * and a longer period has that of its last day. Of `distinct` each subject (SQL of a key, null: not counted) counts once a
 * period, however long.
 */
export interface Grouping {
  /** SQL of the member of a row, by dimension; an empty text: not told */
  by: Partial<Record<Dimension, string>>;
  /** false: only by the dimensions, because another grouping gives the figures in all */
  inAll?: boolean;
  /** also by the hour, of the rows' `at` */
  hourly?: boolean;
  sums?: Record<string, Figure>;
  levels?: Record<string, Figure>;
  distinct?: Record<string, string>;
}

/** Rows of days, and what is counted of them. */
export interface Source {
  /**
   * SQL of a select over `days (day, starts_at, ends_at)`, the local days to be counted. Its columns: `day`, and whatever the
   * groupings name; `at`, where one is hourly. `$2` is the shop's zone.
   */
  rows: string;
  groupings: readonly Grouping[];
  /** absent: where facts of the days came in, their rows are counted anew, all of them */
  moves?: Moves;
}

/** Relations by which rows are counted: those in which they are looked for by day, and `known`, in which more is found by key. */
export interface Facts extends CountedRelations {
  known: CountedRelations;
}

const allFacts: Facts = { ...countedRelations, known: countedRelations };

/**
 * How a source's rows move when facts come in. They are counted with and without these, of whom or what they belong to, and the
 * difference is put to what was counted before. So every figure of a row must hang on facts of the same one alone: of the same
 * visitor and the customers they name (`people`), or of the same order (`orders`). A row of which that is not true belongs to a
 * source without it. What is distinct is either of the same one as well, or only comes and never goes when facts come in.
 */
export interface Moves {
  by: 'people' | 'orders';
  rows(facts: Facts): string;
  /** kinds of facts on which the rows hang */
  on: readonly ArrivedKind[];
}

/** A source that moves with the facts that come in. */
export function moving(by: Moves['by'], on: Moves['on'], rows: Moves['rows'], groupings: readonly Grouping[]): Source {
  return { rows: rows(allFacts), groupings, moves: { by, on, rows } };
}

/** Keys of facts that came in. */
export type CameIn = Record<ArrivedKind, readonly number[]>;

/** Whom and what facts that came in belong to: keys. */
export interface Scope {
  visitors: number[];
  customers: number[];
  /** what came in, and what was given back of */
  orders: number[];
  /** of these people, around the days */
  ordersOfPeople: number[];
}

/** Moments between which facts lie on which days hang. */
export interface Window {
  from: Date;
  /** of orders, which families that read no events look for longer before */
  ordersFrom: Date;
  until: Date;
}

export interface CountedShop {
  timeZone: string;
  minorDigits: number;
  /** local, `2026-03-29` */
  today: string;
  /** how far back the log of lists goes */
  listRetentionDays: number;
}

/** Measures that are counted together, from the same facts. A measure's name is `<family>.<figure>`. */
export interface Family {
  name: string;
  /** raised when any of its SQL changes what it gives: all days are counted anew then */
  version: number;
  /** touched days of these kinds are counted anew */
  reads: readonly TouchedKind[];
  /** its figures are parted by what is known of items now: a change of an item counts its days anew */
  followsItems?: boolean;
  /** SQL: whether figures of `rolled.day` hang on the items `$3`, beside those of its cells by item; `$4` is the shop's zone */
  daysOfItems?: string;
  /** its figures are of months, and counted on each one's first day, which every day of the month touches */
  ofMonths?: boolean;
  /** a day's figures also change because days pass: each is counted when it begins, whether anything of it was touched or not */
  everyDay?: boolean;
  /** what it counts of today also changes as the hours pass: it is counted again from time to time, and stands as of then */
  followsClock?: boolean;
  /** Days up to today whose figures hang on facts of the touched days, beside these. */
  hangingDays?(tx: Transaction, days: readonly string[], timeZone: string, today: string): Promise<string[]>;
  /** The same of facts that came in, instead of days that were touched otherwise; absent: there are none. */
  hangingDaysOfFacts?(tx: Transaction, came: CameIn, timeZone: string, today: string): Promise<string[]>;
  sources(shop: { minorDigits: number; timeZone: string }): readonly Source[];
  /** so many days after the day of an event what is counted may hang on it as well */
  eventsReach?: number;
  /** so many days before the day of an order what is counted may hang on it as well */
  ordersReachBack?: number;
  /** Since which day what it counts from is whole; days before keep what was counted. undefined: nothing has gone. */
  keptFrom?(tx: Transaction): Promise<string | undefined>;
  /** What has to be made anew of the days (local ones) before they are counted, in the same transaction. */
  prepare?(tx: Transaction, days: readonly string[], shop: CountedShop): Promise<void>;
  /** The same before facts that came in are put to what was counted. */
  prepareFacts?(tx: Transaction, came: CameIn, scope: Scope, window: Window): Promise<void>;
  /** its figures are parted by campaigns: days of one that gets its name are counted anew */
  namesCampaigns?: boolean;
}

export interface Measure {
  /** `sales.orders` */
  name: string;
  /** `read`: counted by no family, and measured when it is asked for */
  kind: 'sum' | 'level' | 'distinct' | 'read';
  isMoney: boolean;
  dimensions: Dimension[];
  /** in several members of which what is counted may be, as an order is of all categories of its lines; absent: none */
  overlapping?: Dimension[];
  isHourly: boolean;
  isInAll: boolean;
}

/** The measures of a family, gathered from what its groupings name. @throws where two groupings give the same figures */
export function measuresOf(family: Family): Measure[] {
  const measures = new Map<string, Measure>();
  const given = new Set<string>();
  const groupings = family.sources({ minorDigits: 2, timeZone: 'UTC' }).flatMap((source) => source.groupings);
  for (const grouping of groupings) {
    const { by, inAll = true, hourly = false } = grouping;
    for (const { name, kind, sql, isMoney } of figuresOf(grouping)) {
      const full = `${family.name}.${name}`;
      const known = measures.get(full) ?? {
        ...{ name: full, kind, isMoney, dimensions: [], isHourly: false, isInAll: false },
      };
      for (const place of [...Object.keys(by), ...(inAll ? ['all'] : [])]) {
        if (given.has(`${full} ${place}`)) throw new Error(`${full} by ${place} is counted twice`);
        given.add(`${full} ${place}`);
      }
      known.dimensions.push(...(Object.keys(by) as Dimension[]));
      if (/\bdistinct\b/.test(sql)) (known.overlapping ??= []).push(...(Object.keys(by) as Dimension[]));
      known.isHourly ||= hourly;
      known.isInAll ||= inAll;
      measures.set(full, known);
    }
  }
  return [...measures.values()];
}

export function figuresOf({ sums = {}, levels = {}, distinct = {} }: Grouping) {
  const figures = (kind: 'sum' | 'level', all: Record<string, Figure>) =>
    Object.entries(all).map(([name, { sql, isMoney }]) => ({ name, kind, sql, isMoney }));
  const subjects = Object.entries(distinct).map(([name, sql]) => ({
    ...{ name, kind: 'distinct' as const, sql, isMoney: false },
  }));
  return [...figures('sum', sums), ...figures('level', levels), ...subjects];
}

const hourlyDimensions: readonly Dimension[] = ['channel', 'device'];

/** By the hour only what is asked for by the hour: a shop's items by the hour would be more cells than facts. */
export function isByHour(dimension: Dimension): boolean {
  return hourlyDimensions.includes(dimension);
}
