import type { Queryable } from '../../db/index.ts';
import { findCustomers, findVisitors } from '../../intake/index.ts';
import type { NamedCustomer } from '../codes/code-obstacles.ts';

/** Whom a request names, as far as there is such a customer and visitor. */
export async function findNamed(
  db: Queryable,
  {
    customer_id: customerId,
    visitor_id: visitorId,
  }: { customer_id?: string | undefined; visitor_id?: string | undefined },
  now: Date,
): Promise<NamedCustomer> {
  const visitor = visitorId === undefined ? undefined : (await findVisitors(db, [visitorId], now)).get(visitorId);
  // Who names nobody but a visitor is the customer whom the visitor turned out to be.
  const id = customerId ?? visitor?.customerId ?? undefined;
  const customer = id === undefined ? undefined : (await findCustomers(db, [id])).get(id);
  return { customerId: id, customerKey: customer?.customerKey ?? null, visitorKey: visitor?.visitorKey ?? null };
}
