import type { Transaction } from '../db/index.ts';
import type { Verdict } from './batch/verdicts.ts';
import type { CustomerElement, EventElement, ItemElement, OrderElement, RefundElement } from './elements.ts';

/** What became of a batch inside its transaction. */
export interface Recorded {
  /** One for each element, in the order given. */
  verdicts: Verdict[];
  /** Items and customers whose truth has changed: others are told with the commit. */
  itemKeys: number[];
  customerKeys: number[];
}

/** Cleans and stores elements; what is refused goes to quarantine, with `importId` where an import brought it. */
export type RecordBatch<Element> = (
  tx: Transaction,
  elements: readonly Element[],
  importId?: number,
) => Promise<Recorded>;

/** The inside of the API's writing operations, for imports and redrives, which bring their own transaction. */
export interface Recorder {
  items: RecordBatch<ItemElement>;
  customers: RecordBatch<CustomerElement>;
  /** The partitions of the events' times must be there: see `prepareEvents`. */
  events: RecordBatch<EventElement>;
  orders: RecordBatch<OrderElement>;
  refunds: RecordBatch<RefundElement>;
  /** Makes the partitions that events at these moments (epoch milliseconds) need, outside of the caller's transaction, which must not hold locks yet. */
  prepareEvents(moments: Iterable<number>): Promise<void>;
  /**
   * Runs `work` in a transaction, tells the other instances of its changes with the commit and this one after it.
   * All changes of facts go through here.
   */
  commit<Result extends Pick<Recorded, 'itemKeys' | 'customerKeys'>>(
    work: (tx: Transaction) => Promise<Result>,
  ): Promise<Result>;
}
