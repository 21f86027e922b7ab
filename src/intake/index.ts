import type { Config } from '../config.ts';
import type { Database, Notice } from '../db/index.ts';
import type { EraseHook } from './erasure/erase-customer.ts';
import { createImports, type Imports } from './imports/index.ts';
import { createRecording, type Recording } from './recording.ts';

export type { StoredItem } from './catalogue/apply-item.ts';
export { type ItemRecord, itemIdsOf, loadItems } from './catalogue/store.ts';
export { intakeChores } from './chores.ts';
export type { Fault } from './cleaning.ts';
export type {
  CustomerElement,
  EventElement,
  ItemElement,
  OrderElement,
  OrderLineElement,
  RefundElement,
} from './elements.ts';
export type { EraseHook, Erasure } from './erasure/erase-customer.ts';
export { findErasures } from './erasure/late-facts.ts';
export { holdOffErasure } from './erasure/store.ts';
export type {
  CleaningReport,
  FactKind,
  HistoryKind,
  ImportOptions,
  ImportProgress,
  ImportRecord,
  ImportResult,
  QuarantinedRow,
  RecordRow,
  RecordTaker,
  RecordVerdict,
} from './imports/index.ts';
export { factKinds, historyKinds } from './imports/index.ts';
export { openRows } from './imports/reading/rows.ts';
export { nextMidnight, readMoment } from './imports/reading/time.ts';
export {
  customerIdsOf,
  findCustomers,
  findErased,
  holdCustomers,
  insertMissingCustomers,
  profiledCustomerIdsOf,
  resolveCustomers,
} from './people/store.ts';
export {
  type Bind,
  behaviourCountsQuery,
  type CountedBehaviour,
  profiledCustomersQuery,
} from './reading/behaviour-counts-store.ts';
export { type ChannelCount, streamChannels } from './reading/channels.ts';
export {
  findOrdersWithItems,
  type Purchases,
  type PurchaseWindow,
  sumOrders,
  sumPurchases,
} from './reading/purchases.ts';
export { type SnapshotEvent, type SnapshotLine, streamBehaviours, streamOrderLines } from './reading/snapshot.ts';
export {
  type Behaviour,
  type BehaviourType,
  type CustomerState,
  type DoneType,
  loadCustomerStates,
  loadVisitorStates,
  type VisitorState,
} from './reading/states.ts';
export { selectLatestFact } from './reading/store.ts';
export { intakeRoutes } from './routes.ts';
export type { BatchVerdict, RowCounts, Verdict } from './verdicts.ts';

export interface IntakeDependencies {
  db: Database;
  /** The database for imports and redrives; the same where absent. */
  work?: Database;
  /** More events of one visitor in a minute than `robotEventsPerMinute` are those of a robot. */
  config: Pick<Config, 'timeZone' | 'currency' | 'minorDigits'> & { robotEventsPerMinute?: number };
  clock: () => Date;
  /** Told after each commit what has changed; the answer waits for it, so that the next request sees the change. */
  onChange?: (notice: Notice) => void | Promise<void>;
  /** What other stations know of a person goes in the same transaction. */
  onErase?: readonly EraseHook[];
}

/** The shop's facts, in by API or import through one set of cleaning rules. Rows are conserved: in = facts + quarantined + merged. */
export interface Intake extends Recording, Imports {}

export function createIntake(deps: IntakeDependencies): Intake {
  const long = { ...deps, db: deps.work ?? deps.db };
  return { ...createRecording(deps).recording, ...createImports(long, createRecording(long).recorder) };
}
