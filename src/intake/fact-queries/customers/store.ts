import type { Queryable } from '../../../db/index.ts';
import type { Attributes } from '../../request-elements.ts';

/** What the facts say of a customer; money in minor units. */
export interface CustomerFacts {
  customerKey: number;
  customerId: string;
  attributes: Attributes;
  profilingAllowed: boolean;
  registeredAt: Date | null;
  createdAt: Date;
  updatedAt: Date | null;
  /** that were not cancelled, as are the sums and times */
  orders: number;
  cancelledOrders: number;
  spentMinor: number;
  givenBackMinor: number;
  firstOrderAt: Date | null;
  lastOrderAt: Date | null;
}

/**
 * SQL: facts of a table that are a customer's (SQL): told of them, or of a visitor while the visitor was nobody else.
 * @param columns of the fact, which goes by the name of `fact`
 * @param rest what follows the conditions, of both parts: more of them, an order, a limit
 */
export function factsOf(table: 'events' | 'orders', customer: string, columns: string, rest = ''): string {
  return `((select ${columns} from ${table} as fact where fact.customer_key = ${customer} ${rest})
    union all
    (select ${columns} from identity_links as link join ${table} as fact on fact.visitor_key = link.visitor_key
      and fact.customer_key is null and fact.occurred_at >= link.valid_from and fact.occurred_at < link.valid_until
    where link.customer_key = ${customer} ${rest}))`;
}

/** undefined: nobody has this id. */
export async function selectCustomerFacts(db: Queryable, customerId: string): Promise<CustomerFacts | undefined> {
  const kept = 'filter (where own.cancelled_at is null)';
  const [row] = await db.query<CustomerFacts>(
    `select customer_key as "customerKey", customer_id as "customerId", attributes, profiling_allowed as "profilingAllowed",
            registered_at as "registeredAt", created_at as "createdAt", updated_at as "updatedAt", bought.*
     from customers, lateral (
       select count(*) ${kept}::int as orders, count(own.cancelled_at)::int as "cancelledOrders",
              coalesce(sum(own.total_minor) ${kept}, 0)::bigint as "spentMinor",
              coalesce(sum(undone.amount) ${kept}, 0)::bigint as "givenBackMinor",
              min(own.occurred_at) ${kept} as "firstOrderAt", max(own.occurred_at) ${kept} as "lastOrderAt"
       from ${factsOf('orders', 'customers.customer_key', 'fact.order_key, fact.occurred_at, fact.total_minor, fact.cancelled_at')} as own,
         lateral (select sum(link.amount_minor) as amount from refund_links as link where link.order_key = own.order_key) as undone) as bought
     where customer_id = $1`,
    [customerId],
  );
  return row;
}
