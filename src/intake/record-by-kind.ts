import type { RecordBatch } from './batch/recorded.ts';
import { upsertItems } from './catalogue/upsert-items.ts';
import { recordEvents } from './events/record-events.ts';
import { recordCosts, recordMarketFigures } from './figures/record-figures.ts';
import { recordOrders } from './orders/record-orders.ts';
import { recordRefunds } from './orders/record-refunds.ts';
import { upsertCustomers } from './people/upsert-customers.ts';
import type { FactRowKind } from './quarantine/rows.ts';

interface KindOfFact {
  /** what such an element is called in quarantine */
  rowKind: Exclude<FactRowKind, 'order_line'>;
  /** the field that names it */
  idField: string;
  record: RecordBatch<never>;
}

/** Each kind of fact, one row a kind: what the API takes in batches, imports bring in pages and a redrive sends again. */
export const recordByKind = {
  items: { rowKind: 'item', idField: 'item_id', record: upsertItems },
  customers: { rowKind: 'customer', idField: 'customer_id', record: upsertCustomers },
  events: { rowKind: 'event', idField: 'event_id', record: recordEvents },
  orders: { rowKind: 'order', idField: 'order_id', record: recordOrders },
  refunds: { rowKind: 'refund', idField: 'refund_id', record: recordRefunds },
  costs: { rowKind: 'cost', idField: 'day', record: recordCosts },
  'market-figures': { rowKind: 'market_figure', idField: 'month', record: recordMarketFigures },
} as const satisfies Record<string, KindOfFact>;

export type RecordedKind = keyof typeof recordByKind;

/** The contract's form of an element of the kind. */
export type ElementOf<Kind extends RecordedKind> = Parameters<(typeof recordByKind)[Kind]['record']>[1][number];
