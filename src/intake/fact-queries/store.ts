import type { Queryable } from '../../db/index.ts';

/** A fact of a visitor alone belongs to the customer that the visitor was then. */
export const linkThen = `left join identity_links link on fact.customer_key is null and link.visitor_key = fact.visitor_key
    and fact.occurred_at >= link.valid_from and fact.occurred_at < link.valid_until`;

/** SQL: that customer, of `fact` beside `linkThen`. */
export const whose = 'coalesce(fact.customer_key, link.customer_key)';

/** The time of the latest fact before a moment. */
export async function selectLatestFact(db: Queryable, before: Date): Promise<Date | null> {
  const [row] = await db.query<{ latest: Date | null }>(
    `select greatest((select max(orders.occurred_at) from orders where orders.occurred_at < $1),
                     (select max(events.occurred_at) from events where events.occurred_at < $1)) as latest`,
    [before],
  );
  return row.latest;
}
