import type { Queryable } from '../../../db/index.ts';
import type { Behaviour } from './behaviour.ts';
import { type Shown, unpackBehaviours, unpackShown } from './packed.ts';
import { type CustomerRow, selectCustomerStates, selectStatesByRow, selectVisitorStates } from './store.ts';

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

/** States of the customers that are known, by id, in one prepared statement; in two where some have no row of what they did last. */
export async function loadCustomerStates(
  db: Queryable,
  customerIds: readonly string[],
): Promise<Map<string, CustomerState>> {
  const states = new Map<string, CustomerState>();
  const add = (row: CustomerRow) =>
    states.set(row.customer_id, {
      customerKey: row.customer_key,
      customerId: row.customer_id,
      profilingAllowed: row.profiling_allowed,
      behaviours: unpackBehaviours(row.behaviours),
      shown: unpackShown(row.shown),
    });
  for (const row of await selectStatesByRow(db, customerIds, Date.now())) add(row);
  const others = customerIds.filter((id) => !states.has(id));
  if (others.length > 0) for (const row of await selectCustomerStates(db, others)) add(row);
  return states;
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
        behaviours: unpackBehaviours(row.behaviours),
        shown: unpackShown(row.shown),
      },
    ]),
  );
}
