import type { Queryable } from '../../../db/index.ts';

/** An order with all that was told of it; money in minor units, prices and pieces as decimal strings. */
export interface OrderFacts {
  orderId: string;
  /** null: nobody was named, or the person is erased */
  customerId: string | null;
  occurredAt: Date;
  receivedAt: Date;
  totalMinor: number;
  shippingMinor: number | null;
  taxMinor: number | null;
  paymentFeeMinor: number | null;
  feesMinor: number | null;
  updatedAt: Date | null;
  channel: string | null;
  store: string | null;
  status: string | null;
  lines: OrderLineFacts[];
  statuses: { status: string; occurred_at: string }[];
  refunds: OrderRefundFacts[];
  versions: OrderVersionFacts[];
}

export interface OrderLineFacts {
  line_number: number;
  item_id: string;
  title: string | null;
  quantity: string;
  unit_price: string;
  list_price: string | null;
  amount_minor: number;
  coupon_code: string | null;
  list_id: string | null;
  given_back: string;
  given_back_minor: number;
}

export interface OrderRefundFacts {
  refund_id: string;
  occurred_at: string;
  amount_minor: number;
  shipping_minor: number;
  fees_minor: number;
  /** what of it the order has no line for any more */
  unlinked_minor: number;
}

/** What was known of an order before an edit. */
export interface OrderVersionFacts {
  version: number;
  updated_at: string | null;
  replaced_at: string;
  content: {
    occurred_at: string;
    total_minor: number;
    shipping_minor: number | null;
    fees_minor: number | null;
    lines: {
      item_id: string;
      quantity: string;
      unit_price: string;
      amount_minor: number;
      coupon_code: string | null;
    }[];
    statuses: { status: string; occurred_at: string }[];
  };
}

const lines = `select jsonb_agg(jsonb_build_object(
    'line_number', line.line_number, 'item_id', item.item_id, 'title', item.title, 'quantity', trim_scale(line.quantity)::text,
    'unit_price', line.unit_price::text, 'list_price', line.list_price::text, 'amount_minor', line.amount_minor,
    'coupon_code', line.coupon_code, 'list_id', line.list_id, 'given_back', trim_scale(undone.quantity)::text,
    'given_back_minor', undone.amount) order by line.line_number)
  from order_lines as line join items as item using (item_key) cross join lateral (
    select coalesce(sum(link.quantity), 0) as quantity, coalesce(sum(link.amount_minor), 0)::bigint as amount
    from refund_links as link where link.order_key = line.order_key and link.order_line_number = line.line_number) as undone
  where line.order_key = fact.order_key`;

const statuses = `select jsonb_agg(jsonb_build_object('status', told.status, 'occurred_at', told.occurred_at) order by told.occurred_at, told.status)
  from order_statuses as told where told.order_key = fact.order_key`;

const refunds = `select jsonb_agg(jsonb_build_object('refund_id', refund.refund_id, 'occurred_at', refund.occurred_at, 'amount_minor', undone.amount,
      'shipping_minor', undone.shipping, 'fees_minor', undone.fees, 'unlinked_minor', undone.unlinked) order by refund.occurred_at, refund.refund_id)
  from (select told.refund_key, sum(told.amount)::bigint as amount, sum(told.shipping)::bigint as shipping, sum(told.fees)::bigint as fees,
               sum(told.unlinked)::bigint as unlinked
        from (select link.refund_key, link.amount_minor as amount, 0 as shipping, 0 as fees, 0 as unlinked
              from refund_links as link where link.order_key = fact.order_key
              union all
              select charge.refund_key, 0, charge.shipping_minor, charge.fees_minor, 0
              from refund_charges as charge where charge.order_key = fact.order_key
              union all
              select beside.refund_key, 0, 0, 0, beside.amount_minor
              from refund_remainders as beside where beside.order_key = fact.order_key) as told
        group by told.refund_key) as undone
    join refunds as refund using (refund_key)`;

const versions = `select jsonb_agg(jsonb_build_object('version', kept.version, 'updated_at', kept.updated_at, 'replaced_at', kept.replaced_at,
    'content', kept.content) order by kept.version)
  from order_versions as kept where kept.order_key = fact.order_key`;

/** undefined: no order has this id. */
export async function selectOrderFacts(db: Queryable, orderId: string): Promise<OrderFacts | undefined> {
  const [row] = await db.query<OrderFacts>(
    `select fact.order_id as "orderId", customer_id as "customerId", fact.occurred_at as "occurredAt",
            fact.received_at as "receivedAt", total_minor as "totalMinor", shipping_minor as "shippingMinor", tax_minor as "taxMinor",
            payment_fee_minor as "paymentFeeMinor", fees_minor as "feesMinor", fact.updated_at as "updatedAt", channel, store, status, coalesce((${lines}), '[]') as lines,
            coalesce((${statuses}), '[]') as statuses, coalesce((${refunds}), '[]') as refunds, coalesce((${versions}), '[]') as versions
     from orders as fact left join customers using (customer_key) where order_id = $1`,
    [orderId],
  );
  return row;
}
