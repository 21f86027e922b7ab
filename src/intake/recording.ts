import { type Notice, notify } from '../db/index.ts';
import { notFound } from '../errors.ts';
import { trimPrice } from '../shop/money.ts';
import { addMalformed, type Malformed, withoutMalformed } from './batch/malformed.ts';
import { type BatchVerdict, countVerdicts } from './batch/verdicts.ts';
import type { StoredItem } from './catalogue/apply-item.ts';
import { selectItem } from './catalogue/store.ts';
import { recordItems } from './catalogue/upsert-items.ts';
import type { CustomerElement, EventElement, ItemElement, OrderElement, RefundElement } from './elements.ts';
import { type Erasure, eraseCustomer } from './erasure/erase-customer.ts';
import { createEventPartitions } from './events/partitions.ts';
import { momentsOf, recordEvents } from './events/record-events.ts';
import type { IntakeDependencies } from './intake.ts';
import { recordOrders } from './orders/record-orders.ts';
import { recordRefunds } from './orders/record-refunds.ts';
import { recordCustomers } from './people/upsert-customers.ts';
import type { FactRowKind } from './quarantine/rows.ts';
import type { RecordBatch, Recorded, Recorder } from './recorder.ts';

/** What the API writes and reads of the shop's facts. Elements that are told to be malformed are quarantined unread. */
export interface Recording {
  /** Absent fields are kept, null clears, an element older than what is stored is merged. */
  upsertItems(elements: readonly ItemElement[], malformed?: Malformed): Promise<BatchVerdict>;
  /** The same for customers. */
  upsertCustomers(elements: readonly CustomerElement[], malformed?: Malformed): Promise<BatchVerdict>;
  /** The same event id counts once; an event with customer and visitor links them. */
  recordEvents(elements: readonly EventElement[], malformed?: Malformed): Promise<BatchVerdict>;
  /** Idempotent by order id; the same id with another content is quarantined. */
  recordOrders(elements: readonly OrderElement[], malformed?: Malformed): Promise<BatchVerdict>;
  /** Idempotent by refund id; never more than is left of the order. */
  recordRefunds(elements: readonly RefundElement[], malformed?: Malformed): Promise<BatchVerdict>;
  /** @throws PannierError `not_found` */
  eraseCustomer(customerId: string): Promise<Erasure>;
  /** @throws PannierError `not_found` */
  readItem(itemId: string): Promise<StoredItem>;
}

export function createRecording(deps: IntakeDependencies): { recording: Recording; recorder: Recorder } {
  const { db, config } = deps;
  const partitions = createEventPartitions(db);
  const context = () => ({ ...config, now: deps.clock() });

  const recorder: Recorder = {
    items: (tx, elements, importId) => recordItems(tx, elements, context(), importId),
    customers: (tx, elements, importId) => recordCustomers(tx, elements, context(), importId),
    events: (tx, elements, importId) => recordEvents(tx, elements, context(), importId),
    orders: (tx, elements, importId) => recordOrders(tx, elements, context(), importId),
    refunds: (tx, elements, importId) => recordRefunds(tx, elements, context(), importId),
    prepareEvents: (moments) => partitions.prepareAnew(moments),
    async commit(work) {
      const { result, notices } = await db.transaction(async (tx) => {
        const result = await work(tx);
        const notices = noticesOf(result);
        for (const notice of notices) await notify(tx, db.schema, notice);
        return { result, notices };
      });
      for (const notice of notices) await deps.onChange?.(notice);
      return result;
    },
  };

  async function record<Element>(
    kind: FactRowKind,
    elements: readonly Element[],
    malformed: Malformed,
    work: RecordBatch<Element>,
  ): Promise<BatchVerdict> {
    const sound = withoutMalformed(elements, malformed);
    const { verdicts } = await recorder.commit(async (tx) =>
      addMalformed(tx, kind, elements, malformed, sound.length > 0 ? await work(tx, sound) : nothingRecorded),
    );
    return { counts: countVerdicts(verdicts), verdicts };
  }

  const recording: Recording = {
    upsertItems: (elements, malformed = none) => record('item', elements, malformed, recorder.items),
    upsertCustomers: (elements, malformed = none) => record('customer', elements, malformed, recorder.customers),
    recordEvents: (elements, malformed = none) =>
      partitions.during(momentsOf(withoutMalformed(elements, malformed), context()), () =>
        record('event', elements, malformed, recorder.events),
      ),
    recordOrders: (elements, malformed = none) => record('order', elements, malformed, recorder.orders),
    recordRefunds: (elements, malformed = none) => record('refund', elements, malformed, recorder.refunds),
    async eraseCustomer(customerId) {
      const { erasure } = await recorder.commit(async (tx) => {
        const { erasure, customerKey } = await eraseCustomer(tx, customerId, deps.erase, deps.clock());
        return { erasure, itemKeys: [], customerKeys: customerKey === undefined ? [] : [customerKey] };
      });
      return erasure;
    },
    async readItem(itemId) {
      const item = await selectItem(db, itemId);
      if (!item) throw notFound('item');
      const money = (price: string | null) => price && trimPrice(price, config.minorDigits);
      return { ...item, price: money(item.price), listPrice: money(item.listPrice), cost: money(item.cost) };
    },
  };
  return { recording, recorder };
}

const none: Malformed = new Map();
const nothingRecorded: Recorded = { verdicts: [], itemKeys: [], customerKeys: [] };

function noticesOf({ itemKeys, customerKeys }: Pick<Recorded, 'itemKeys' | 'customerKeys'>): Notice[] {
  const notices: Notice[] = [];
  if (itemKeys.length > 0) notices.push({ about: 'items', keys: itemKeys });
  if (customerKeys.length > 0) notices.push({ about: 'customers', keys: customerKeys });
  return notices;
}
