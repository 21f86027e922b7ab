import type { Queryable } from '../../db/index.ts';
import type { CustomerListRow } from './store.ts';

const pageSize = 5_000;

/** Every customer's list of a version, in ascending customer key. */
export async function* streamCustomerLists(
  db: Queryable,
  version: number,
): AsyncGenerator<Pick<CustomerListRow, 'customerKey' | 'itemKeys' | 'scores' | 'sources'>> {
  for (let after = 0; ; ) {
    const page = await db.query<{ customer_key: number; item_keys: number[]; scores: number[]; sources: number[] }>(
      `select customer_key, item_keys, scores, sources from customer_lists
       where version = $1 and customer_key > $2 order by customer_key limit $3`,
      [version, after, pageSize],
    );
    for (const row of page) {
      yield { customerKey: row.customer_key, itemKeys: row.item_keys, scores: row.scores, sources: row.sources };
    }
    if (page.length < pageSize) return;
    after = page.at(-1)!.customer_key;
  }
}
