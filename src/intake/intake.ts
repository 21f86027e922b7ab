import type { Config } from '../config.ts';
import type { Database, Notice } from '../db/index.ts';
import { notFound } from '../errors.ts';
import { trimPrice } from '../shop/money.ts';
import { addMalformed, type Malformed } from './batch/malformed.ts';
import type { RecordBatch, Recorded } from './batch/recorded.ts';
import type { BatchVerdict } from './batch/verdicts.ts';
import { selectItem } from './catalogue/store.ts';
import type { StoredItem } from './catalogue/stored-item.ts';
import { createCommit } from './commit.ts';
import { type EraseElsewhere, type Erasure, eraseCustomer } from './erasure/erase-customer.ts';
import { createEventPartitions } from './events/partitions.ts';
import { momentsOf } from './events/record-events.ts';
import { type CustomerFacts, selectCustomerFacts } from './fact-queries/customers/store.ts';
import { type OrderFacts, selectOrderFacts } from './fact-queries/orders/store.ts';
import { type FigureQuery, selectCosts, selectMarketFigures } from './figures/store.ts';
import { createImports, type Imports } from './imports/imports.ts';
import { selectRefundTimes } from './orders/store.ts';
import { type ElementOf, type RecordedKind, recordByKind } from './record-by-kind.ts';
import { recordCalls } from './record-calls.ts';
import type {
  CostElement,
  CustomerElement,
  EventElement,
  ItemElement,
  MarketFigureElement,
  OrderElement,
  RefundElement,
} from './request-elements.ts';
import { cutItems, type ItemQuery, selectionOf } from './search/item-search.ts';
import { type ListedItem, searchItems } from './search/store.ts';
import { Touches } from './touches/touches.ts';

/** What intake is made with. */
export interface IntakeDependencies {
  db: Database;
  /** The database for imports and redrives; the same where absent. */
  work?: Database;
  /** More events of one visitor in a minute than `robotEventsPerMinute` are those of a robot. */
  config: Pick<Config, 'timeZone' | 'currency' | 'minorDigits' | 'eventRetentionDays'> & {
    robotEventsPerMinute?: number;
  };
  clock: () => Date;
  /** Called after each commit with what has changed; the answer waits for it, so that the next request sees the change. */
  onChange?: (notice: Notice) => void | Promise<void>;
  /** What other stations know of a person goes in the same transaction. */
  erase?: EraseElsewhere | undefined;
}

/** Elements that are said to be malformed are quarantined unread; the others have the contract's form. */
type RecordElements<Element> = (elements: readonly Element[], malformed?: Malformed) => Promise<BatchVerdict>;

/** The shop's facts, in by API or import through one set of cleaning rules. Rows are conserved: in = facts + quarantined + merged. */
export interface Intake extends Imports {
  /** Absent fields are kept, null clears, an element older than what is stored is merged. */
  upsertItems: RecordElements<ItemElement>;
  /** The same for customers. */
  upsertCustomers: RecordElements<CustomerElement>;
  /** The same event id counts once; an event with customer and visitor links them. */
  recordEvents: RecordElements<EventElement>;
  /** Idempotent by order id; the same id with another content is quarantined. */
  recordOrders: RecordElements<OrderElement>;
  /** Idempotent by refund id; never more than is left of the order. */
  recordRefunds: RecordElements<RefundElement>;
  /** Of these refunds those that are known, with when they were recorded (epoch milliseconds). */
  findRefunds(refundIds: readonly string[]): Promise<Map<string, number>>;
  /** A row replaces the one of the same day, channel and campaign. */
  recordCosts: RecordElements<CostElement>;
  /** A row replaces the one of the same month, category, measure and name. */
  recordMarketFigures: RecordElements<MarketFigureElement>;
  /** The latest day first. */
  listCosts(query: FigureQuery): ReturnType<typeof selectCosts>;
  /** The latest month first. */
  listMarketFigures(query: FigureQuery): ReturnType<typeof selectMarketFigures>;
  /** @throws PannierError `not_found` */
  eraseCustomer(customerId: string): Promise<Erasure>;
  /** A page of the catalogue. @throws PannierError `invalid_request` for a cursor of another list */
  listItems(query: ItemQuery): Promise<{ page: ListedItem[]; next: string | null; now: Date }>;
  /** @throws PannierError `not_found` */
  readOrder(orderId: string): Promise<OrderFacts>;
  /** @throws PannierError `not_found` */
  readCustomer(customerId: string): Promise<CustomerFacts>;
  /** @throws PannierError `not_found` */
  readItem(itemId: string): Promise<StoredItem>;
}

/** @see Intake */
export function createIntake(deps: IntakeDependencies): Intake {
  const { db, config, clock } = deps;
  const partitions = createEventPartitions(db);
  const commit = createCommit(db, config.timeZone, deps.onChange);

  function recordsOf<Kind extends RecordedKind>(kind: Kind): RecordElements<ElementOf<Kind>> {
    const record = recordByKind[kind].record as RecordBatch<ElementOf<Kind>>;
    return recordCalls<ElementOf<Kind>>(async ({ elements, malformed, sound, isShared }) => {
      const context = { ...config, now: clock(), isShort: true };
      const work = () =>
        commit(
          async (tx) => {
            const recorded = sound.length > 0 ? await record(tx, sound, context) : nothingRecorded();
            return addMalformed(tx, recordByKind[kind], elements, malformed, recorded);
          },
          { pipelined: true, ...(isShared && { lockMs: sharedLockMs }) },
        );
      const moments = kind === 'events' ? momentsOf(sound as readonly EventElement[], context) : [];
      const { verdicts } = await (moments.length > 0 ? partitions.during(moments, work) : work());
      return verdicts;
    });
  }

  return {
    upsertItems: recordsOf('items'),
    upsertCustomers: recordsOf('customers'),
    recordEvents: recordsOf('events'),
    recordOrders: recordsOf('orders'),
    recordRefunds: recordsOf('refunds'),
    findRefunds: (refundIds) => selectRefundTimes(db, refundIds),
    recordCosts: recordsOf('costs'),
    recordMarketFigures: recordsOf('market-figures'),
    listCosts: (query) => selectCosts(db, query),
    listMarketFigures: (query) => selectMarketFigures(db, query),
    async eraseCustomer(customerId) {
      const { erasure } = await commit(async (tx) => {
        const { erasure, customerKey, touches } = await eraseCustomer(tx, customerId, deps.erase, clock());
        return { erasure, itemKeys: [], customerKeys: customerKey === undefined ? [] : [customerKey], touches };
      });
      return erasure;
    },
    async listItems(query) {
      const [selection, now] = [selectionOf(query), clock()];
      return { ...cutItems(await searchItems(db, selection, now), selection), now };
    },
    async readOrder(orderId) {
      const order = await selectOrderFacts(db, orderId);
      if (!order) throw notFound('order');
      return order;
    },
    async readCustomer(customerId) {
      const customer = await selectCustomerFacts(db, customerId);
      if (!customer) throw notFound('customer');
      return customer;
    },
    async readItem(itemId) {
      const item = await selectItem(db, itemId);
      if (!item) throw notFound('item');
      const money = (price: string | null) => price && trimPrice(price, config.minorDigits);
      return { ...item, price: money(item.price), listPrice: money(item.listPrice), cost: money(item.cost) };
    },
    ...createImportsOf(deps),
  };
}

/** Whoever has to wait for a lock for longer than this goes by themselves, and nobody waits with them. */
const sharedLockMs = 300;

function nothingRecorded(): Recorded {
  return { verdicts: [], itemKeys: [], customerKeys: [], touches: new Touches() };
}

function createImportsOf({ work, config, clock, onChange, ...deps }: IntakeDependencies): Imports {
  const db = work ?? deps.db;
  return createImports({
    db,
    config,
    clock,
    commit: createCommit(db, config.timeZone, onChange),
    partitions: createEventPartitions(db),
  });
}
