import { migrate, openDatabase, startEmbeddedServer } from '../../../src/db/index.ts';
import { createKey } from '../../../src/keys/index.ts';
import type { CustomerSegment, Group } from '../../../src/segments/index.ts';
import { couponIsRight, publishSegments } from '../../support/shops/coupon-shop.ts';

export const groups: Group[] = ['high-value', 'high-quality', 'ordinary', 'low-contribution'];
export const shopSize = { customers: 2_000, campaigns: 200 };

/** A campaign of the bench: some for groups, some for departments, some with a minimum spend or a control group. */
export function benchCampaign(number: number): object {
  return {
    campaign_id: `campaign-${number}`,
    name: `Campaign ${number}`,
    discount: { type: 'percent', percent: 5 + (number % 20), maximum_discount: '5.00' },
    valid_from: '2026-01-01T00:00:00Z',
    valid_until: '2199-01-01T00:00:00Z',
    budget: { coupons: 1_000_000_000, money: '999999999.00' },
    limit_per_customer: 1_000,
    priority: number % 100,
    ...(number % 3 === 0 && { target_groups: [groups[number % 4], groups[(number + 1) % 4]] }),
    ...(number % 4 !== 1 && { applies_to: { categories: [`Department ${number % 40}`] } }),
    ...(number % 2 === 0 && { minimum_spend: `${10 + (number % 50)}.00` }),
    ...(number % 5 === 0 && { control_share: 0.1 }),
  };
}

/** A customer who mostly buys little although the purse is fine. */
export function benchSegment(number: number): Omit<CustomerSegment, 'customerKey'> {
  return {
    ...couponIsRight,
    recencyScore: 1 + (number % 5),
    group: groups[number % 4],
    discountShare: 0.1,
  };
}

/** A Postgres of its own, which flushes every commit, with customers, their segments and a key. */
export async function startCouponShop(folder: string) {
  const server = await startEmbeddedServer({ folder });
  const { connectionString, processId } = server;
  const db = openDatabase({ connectionString, schema: 'pannier', poolSize: 6 });
  await migrate(db);
  const keys = await db.query<{ customer_key: number }>(
    `insert into customers (customer_id) select 'C' || n from generate_series(0, $1::int - 1) as n returning customer_key`,
    [shopSize.customers],
  );
  await db.query(
    `insert into items (item_id, title, category, price)
     select 'I' || n, 'Article ' || n, 'Department ' || n % 40 || ' > Shelf ' || n % 200, 9.00 from generate_series(0, 999) as n`,
  );
  const segments = keys.map(({ customer_key: customerKey }, number) => ({ ...benchSegment(number), customerKey }));
  await publishSegments(db, segments);
  const { token } = await createKey(db, 'bench', ['coupons']);
  await db.query(
    'create table public.bench_decisions (id bigint generated always as identity primary key, inputs json, answer json)',
  );
  await db.query('analyze');
  return {
    db,
    connectionString,
    processId,
    token,
    async stop() {
      await db.close();
      await server.stop();
    },
  };
}
