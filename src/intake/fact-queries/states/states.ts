import type { Queryable } from '../../../db/index.ts';
import type { BehaviourType } from '../../behaviours.ts';
import { selectCustomerStates, selectVisitorStates } from './store.ts';

/** What somebody did with an item. */
export interface Behaviour {
  type: BehaviourType;
  itemKey: number;
  occurredAt: Date;
}

/** An item that somebody was shown in the last seven days, three times or more. */
export interface Shown {
  itemKey: number;
  /** one of the time of the last counts 1, one of two days before a half */
  weight: number;
  lastAt: Date;
}

/** A customer as lists need to see them. */
export interface CustomerState {
  customerKey: number;
  customerId: string;
  profilingAllowed: boolean;
  /**
   * The newest 50, newest first: events and bought order lines of the customer and of visitors while they were the customer.
   * What nobody meant (`deliberate`) is left out: it would displace what the customer did.
   */
  behaviours: Behaviour[];
  shown: Shown[];
}

/** A visitor as lists need to see them. */
export interface VisitorState {
  visitorKey: number;
  visitorId: string;
  /** Who the visitor is now, as far as is known. */
  customerId: string | null;
  /** The newest 50, newest first, of this visitor alone; see `CustomerState`. */
  behaviours: Behaviour[];
  shown: Shown[];
}

/** States of the customers that are known, by id, in one prepared statement. */
export async function loadCustomerStates(
  db: Queryable,
  customerIds: readonly string[],
): Promise<Map<string, CustomerState>> {
  const rows = await selectCustomerStates(db, customerIds);
  return new Map(
    rows.map((row) => [
      row.customer_id,
      {
        customerKey: row.customer_key,
        customerId: row.customer_id,
        profilingAllowed: row.profiling_allowed,
        behaviours: toBehaviours(row),
        shown: toShown(row),
      },
    ]),
  );
}

/** States of the visitors that are known, by id, in one prepared statement. */
export async function loadVisitorStates(
  db: Queryable,
  visitorIds: readonly string[],
): Promise<Map<string, VisitorState>> {
  const rows = await selectVisitorStates(db, visitorIds);
  return new Map(
    rows.map((row) => [
      row.visitor_id,
      {
        visitorKey: row.visitor_key,
        visitorId: row.visitor_id,
        customerId: row.customer_id,
        behaviours: toBehaviours(row),
        shown: toShown(row),
      },
    ]),
  );
}

function toBehaviours({
  types,
  item_keys,
  times,
}: {
  types: BehaviourType[];
  item_keys: number[];
  times: number[];
}): Behaviour[] {
  return types.map((type, index) => ({ type, itemKey: item_keys[index], occurredAt: new Date(times[index]) }));
}

function toShown(row: { shown_keys: number[]; shown_weights: number[]; shown_times: number[] }): Shown[] {
  return row.shown_keys.map((itemKey, index) => ({
    itemKey,
    weight: row.shown_weights[index],
    lastAt: new Date(row.shown_times[index]),
  }));
}
