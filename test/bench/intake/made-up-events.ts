import type { Database } from '../../../src/db/index.ts';

/** What a storefront sends: a hundred visitors at a time, five events each, every second one logged in; views, pages and carts. */
export const shopSize = { visitors: 20_000, items: 5_000 };

const types = ['page_view', 'view', 'impression', 'view', 'cart_add'] as const;

export interface MadeUpEvent {
  event_id: string;
  type: (typeof types)[number];
  visitor_id: string;
  customer_id?: string;
  item_id?: string;
  occurred_at: string;
  session_id: string;
  page?: { path: string; device: 'mobile' | 'desktop' };
}

/** @param run makes the ids of one run unlike those of another; @param since epoch milliseconds of the first one */
export function madeUpEvent(run: string, n: number, since: number): MadeUpEvent {
  const step = Math.floor((n % 500) / 100);
  const visitor = (Math.floor(n / 500) * 100 + (n % 100)) % shopSize.visitors;
  const type = types[step];
  return {
    event_id: `${run}-${n}`,
    type,
    visitor_id: `visitor-${visitor}`,
    ...(visitor % 2 === 0 && { customer_id: `customer-${visitor / 2}` }),
    ...(type !== 'page_view' && { item_id: `item-${(visitor * 31 + n * 7) % shopSize.items}` }),
    occurred_at: new Date(since + n * 10).toISOString(),
    session_id: `${run}-${visitor}`,
    ...(type === 'page_view' && {
      page: { path: `/shelf/${visitor % 40}`, device: visitor % 3 ? 'mobile' : 'desktop' },
    }),
  };
}

export async function fillCatalogue(db: Database): Promise<void> {
  await db.query(
    `insert into items (item_id, title, price) select 'item-' || n, 'Item ' || n, 10 from generate_series(0, $1::int - 1) as n`,
    [shopSize.items],
  );
  await db.query('analyze items');
}
