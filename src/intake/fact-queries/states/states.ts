import type { Queryable } from '../../../db/index.ts';
import type { Attributes } from '../../request-elements.ts';
import type { Arrival } from '../arrivals/store.ts';
import {
  type Beside,
  type CustomerRow,
  selectCustomerStates,
  selectStatesByRow,
  selectVisitorStates,
} from './store.ts';

/** What somebody typed into the search field. */
export interface Search {
  query: string;
  /** epoch milliseconds */
  at: number;
}

/** What somebody did and was shown, packed: to be read by `readBehaviours` and `readShown`. */
interface Doings {
  /**
   * The newest 50, newest first: events and bought order lines of a customer and of visitors while they were the customer.
   * What nobody meant (`deliberate`) is left out: it would displace what somebody did.
   */
  behaviours: Buffer;
  shown: Buffer;
  /** the newest three within a day, newest first */
  searches: readonly Search[];
}

/** A customer as lists need to see them. */
export interface CustomerState extends Doings {
  customerKey: number;
  customerId: string;
  profilingAllowed: boolean;
  attributes: Attributes;
}

/** A visitor as lists need to see them: of this visitor alone. */
export interface VisitorState extends Doings {
  visitorKey: number;
  visitorId: string;
  /** Who the visitor is now, as far as is known. */
  customerId: string | null;
  /** by the first event of the last days that tells; null: none does, or nobody looked */
  arrival: Arrival | null;
}

/**
 * States of the customers that are known, by id, in one prepared statement; in two where some have no row of what they did last.
 * @param beside what else is read of each in the same statement
 */
export async function loadCustomerStates<More = object>(
  db: Queryable,
  customerIds: readonly string[],
  beside?: Beside,
): Promise<Map<string, CustomerState & { more: More }>> {
  const states = new Map<string, CustomerState & { more: More }>();
  const add = (row: CustomerRow) => {
    const { customer_key, customer_id, profiling_allowed, attributes, behaviours, shown, searches, ...more } = row;
    states.set(customer_id, {
      customerKey: customer_key,
      customerId: customer_id,
      profilingAllowed: profiling_allowed,
      attributes,
      behaviours,
      shown,
      searches: searchesOf(searches),
      more: more as More,
    });
  };
  for (const row of await selectStatesByRow(db, customerIds, Date.now(), beside)) add(row);
  const others = customerIds.filter((id) => !states.has(id));
  if (others.length === 0) return states;
  for (const row of await selectCustomerStates(db, others, beside)) add(row);
  return states;
}

/** States of the visitors that are known, by id, in one prepared statement. @param withArrival whether how they came is looked for */
export async function loadVisitorStates(
  db: Queryable,
  visitorIds: readonly string[],
  withArrival = false,
): Promise<Map<string, VisitorState>> {
  const rows = await selectVisitorStates(db, visitorIds, withArrival);
  return new Map(
    rows.map(({ visitor_key, visitor_id, customer_id, behaviours, shown, searches, arrival }) => [
      visitor_id,
      {
        visitorKey: visitor_key,
        visitorId: visitor_id,
        customerId: customer_id,
        behaviours,
        shown,
        searches: searchesOf(searches),
        arrival,
      },
    ]),
  );
}

function searchesOf(rows: readonly [query: string, at: number][]): Search[] {
  return rows.map(([query, at]) => ({ query, at }));
}
