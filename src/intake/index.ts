import type { Config } from '../config.ts';
import type { Database, Notice, Transaction } from '../db/index.ts';
import type { StoredItem } from './catalogue.ts';
import type { CustomerElement, EventElement, ItemElement, OrderElement, RefundElement } from './elements.ts';
import type { Erasure } from './erasure.ts';
import { createImports, type Imports } from './imports/index.ts';
import { createRecording } from './recording.ts';
import type { BatchVerdict } from './verdicts.ts';

export type { Fault } from './cleaning.ts';
export type { StoredItem } from './catalogue.ts';
export type { CustomerElement, EventElement, ItemElement, OrderElement, OrderLineElement, RefundElement } from './elements.ts';
export type { Erasure } from './erasure.ts';
export { intakeRoutes } from './routes.ts';
export { type SnapshotEvent, type SnapshotLine, streamBehaviours, streamOrderLines } from './snapshot.ts';
export {
  type Behaviour,
  type BehaviourType,
  type CustomerState,
  loadCustomerStates,
  loadVisitorStates,
  type VisitorState,
} from './state.ts';
export { customerIdsOf, findCustomers, type ItemRecord, loadItems } from './store.ts';
export type { BatchVerdict, RowCounts, Verdict } from './verdicts.ts';

export interface IntakeDependencies {
  db: Database;
  config: Pick<Config, 'timeZone' | 'currency' | 'minorDigits'>;
  clock: () => Date;
  /** Told after each commit what has changed; the answer waits for it, so that the next request sees the change. */
  onChange?: (notice: Notice) => void | Promise<void>;
  /** What other stations know of a person goes in the same transaction. */
  onErase?: readonly ((tx: Transaction, customerKey: number, customerId: string) => Promise<void>)[];
}

/** The shop's facts: in by API or import, through one set of cleaning rules. Rows are conserved: in = facts + quarantined + merged. */
export interface Intake extends Imports {
  /** Absent fields are kept, null clears, an element older than what is stored is merged. */
  upsertItems(elements: ItemElement[]): Promise<BatchVerdict>;
  upsertCustomers(elements: CustomerElement[]): Promise<BatchVerdict>;
  /** The same event id counts once; an event with customer and visitor links them. */
  recordEvents(elements: EventElement[]): Promise<BatchVerdict>;
  /** Idempotent by order id; the same id with another content is quarantined. */
  recordOrders(elements: OrderElement[]): Promise<BatchVerdict>;
  /** Idempotent by refund id; never more than is left of the order. */
  recordRefunds(elements: RefundElement[]): Promise<BatchVerdict>;
  /** @throws PannierError `not_found` */
  eraseCustomer(customerId: string): Promise<Erasure>;
  /** @throws PannierError `not_found` */
  readItem(itemId: string): Promise<StoredItem>;
}

export function createIntake(deps: IntakeDependencies): Intake {
  const { recorder, ...recording } = createRecording(deps);
  return { ...recording, ...createImports(deps, recorder) };
}
