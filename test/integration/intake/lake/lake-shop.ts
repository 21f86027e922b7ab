import type { Database } from '../../../../src/db/index.ts';
import type { LakeKind } from '../../../../src/intake/index.ts';
import { generateSampleShop } from '../../../../src/sample-shop/index.ts';
import type { TestIntake } from '../../../support/shops/intake.ts';

export const zone = 'Pacific/Auckland';
export const shopOf = { minorDigits: 2, timeZone: zone };

/** Texts that break what is careless with them. */
export const hostile = 'tab\tline\nback\\slash \\N "quotes" \r\u001f é 漢字 🛒 {}';

/** A random shop of two months, and facts with all that may be told of them. */
export async function fillLakeShop({ recording }: TestIntake, seed: number, customers = 60): Promise<void> {
  const end = new Date('2026-03-01T00:00:00Z');
  const shop = generateSampleShop({ seed, customers, items: 40, days: 70, end });
  const send = async <Element>(elements: Iterable<Element>, record: (batch: Element[]) => Promise<unknown>) => {
    const all = [...elements];
    for (let from = 0; from < all.length; from += 1_000) await record(all.slice(from, from + 1_000));
  };
  await send(shop.items, recording.upsertItems);
  await send(shop.customers(), recording.upsertCustomers);
  await send(shop.orders(), recording.recordOrders);
  await send(shop.refunds(), recording.recordRefunds);
  await send(shop.events(), recording.recordEvents);
  await recording.upsertItems([
    { item_id: 'hostile', title: hostile, price: '0.001', categories: ['A > B', 'C'], attributes: { text: hostile } },
    // So many that Postgres writes their base64 in several lines.
    { item_id: 'embedded', title: 'Embedded', embedding: Array.from({ length: 40 }, (_, at) => (at % 7) - 2.5) },
  ] as never);
  await recording.recordEvents([
    {
      event_id: 'h1',
      type: 'search',
      visitor_id: 'V-h',
      query: hostile.slice(0, 40),
      results: 3,
      occurred_at: '2026-02-10T10:59:59.999Z',
    },
    {
      event_id: 'h2',
      type: 'custom',
      name: 'n',
      properties: { text: hostile, list: [1, null] },
      visitor_id: 'V-h',
      occurred_at: '2026-02-10T11:00:00Z',
    },
    {
      event_id: 'h3',
      type: 'view',
      item_id: 'hostile',
      customer_id: 'refuses',
      visitor_id: 'V-h',
      occurred_at: '2026-02-11T00:00:00Z',
    },
  ] as never);
  await recording.upsertCustomers([
    { customer_id: 'refuses', profiling_allowed: false, attributes: { secret: 'of one who refuses' } },
  ] as never);
}

/** SQL of what each kind's rows are, written anew here: JSON with money and times as texts. */
const at = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US')`;
const money = (column: string) => `(${column} / 100.0)::numeric(18,2)::text`;
const who = `'customer_id', c.customer_id, 'visitor_id', v.visitor_id`;
const people = 'left join customers c using (customer_key) left join visitors v using (visitor_key)';
export const truth: Partial<Record<LakeKind, { sql: string; day?: string }>> = {
  events: {
    sql: `select jsonb_build_object('event_id', event_id, 'type', type, ${who}, 'item_id', i.item_id, 'occurred_at', ${at('occurred_at')},
        'received_at', ${at('received_at')}, 'query', query, 'properties', properties::text, 'position', list_position, 'list_id', list_id)
      from events e ${people} left join items i using (item_key)`,
    day: 'occurred_at',
  },
  orders: {
    sql: `select jsonb_build_object('order_id', order_id, ${who}, 'occurred_at', ${at('occurred_at')}, 'total', ${money('total_minor')},
        'shipping', ${money('shipping_minor')}, 'channel', channel) from orders o ${people}`,
    day: 'occurred_at',
  },
  order_lines: {
    sql: `select jsonb_build_object('order_id', order_id, 'line_number', line_number, 'item_id', item_id, 'quantity', quantity::text,
        'unit_price', unit_price::text, 'amount', ${money('amount_minor')}, 'coupon_code', coupon_code)
      from orders o join order_lines l using (order_key) join items i using (item_key)`,
    day: 'occurred_at',
  },
  refunds: {
    sql: `select jsonb_build_object('refund_id', refund_id, 'customer_id', customer_id, 'occurred_at', ${at('occurred_at')}, 'reason', reason)
      from refunds left join customers using (customer_key)`,
    day: 'occurred_at',
  },
  refund_lines: {
    sql: `select jsonb_build_object('refund_id', refund_id, 'line_number', line_number, 'item_id', item_id, 'quantity', quantity::text)
      from refunds join refund_lines using (refund_key) join items using (item_key)`,
    day: 'occurred_at',
  },
  refunded_lines: {
    sql: `select jsonb_build_object('refund_id', refund_id, 'order_id', order_id, 'quantity', g.quantity::text, 'amount', ${money('g.amount_minor')})
      from refunds r join refund_links g using (refund_key) join orders o using (order_key)`,
    day: 'r.occurred_at',
  },
  items: {
    sql: `select jsonb_build_object('item_id', item_id, 'title', title, 'more_categories', more_categories, 'price', price::text,
        'attributes', attributes::text) from items`,
  },
  item_embeddings: {
    sql: `select jsonb_build_object('item_id', item_id, 'length', length, 'numbers', replace(encode(numbers, 'base64'), chr(10), ''))
      from item_embeddings join items using (item_key)`,
  },
  customers: {
    sql: `select jsonb_build_object('customer_id', customer_id, 'attributes', case when profiling_allowed then attributes::text end,
        'profiling_allowed', profiling_allowed) from customers`,
  },
  identity_links: {
    sql: `select jsonb_build_object('visitor_id', visitor_id, 'customer_id', customer_id, 'valid_from', ${at('valid_from')})
      from identity_links join visitors using (visitor_key) join customers using (customer_key)`,
  },
};

/** What a kind's rows are by the database, of a local day where it has days, as JSON in one order. */
export async function trueRows(database: Database, kind: LakeKind, day?: string): Promise<string[]> {
  const { sql, day: column } = truth[kind]!;
  const ofDay = day ? ` where (${column} at time zone '${zone}')::date = '${day}'` : '';
  const rows = await database.query<{ jsonb_build_object: object }>(sql + ofDay);
  return rows.map((row) => canonical(row.jsonb_build_object)).sort();
}

/** The fields that the truth knows of, in order of their names. */
export function canonical(row: object, like?: object): string {
  const names = Object.keys(like ?? row).sort();
  return JSON.stringify(names.map((name) => [name, (row as Record<string, unknown>)[name] ?? null]));
}
