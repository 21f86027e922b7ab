import { fromMinor, trimPrice } from '../../../shop/money.ts';
import type { Line } from '../order-lines/prepare-line.ts';

/** A line that can be a fact, by the names of the API; what it does not say is absent. */
export function factsOfLine(line: Line, minorDigits: number): Record<string, unknown> {
  const { terms } = line;
  const price = (exact: string | undefined) => (exact === undefined ? undefined : trimPrice(exact, minorDigits));
  const money = (minor: number | undefined) => (minor === undefined ? undefined : fromMinor(minor, minorDigits));
  const time = (instant: number | undefined) => (instant === undefined ? undefined : new Date(instant).toISOString());
  const facts = {
    is_refund: line.role === 'cancellation' || undefined,
    order_id: line.orderId,
    item_id: line.itemId,
    title: line.title,
    is_product: line.isProduct ? undefined : false,
    quantity: line.quantity,
    unit_price: price(line.unitPrice),
    list_price: price(line.listPrice),
    unit_cost: price(line.unitCost),
    line_amount: money(line.amountMinor),
    occurred_at: time(line.occurredAt),
    customer_id: line.customerId,
    visitor_id: line.visitorId,
    country: line.country,
    coupon_code: line.couponCode,
    list_id: line.listId,
    refund_reason: line.refundReason,
    channel: terms.channel,
    store: terms.store,
    shipping: money(terms.shippingMinor),
    tax: money(terms.taxMinor),
    payment_fee: money(terms.paymentFeeMinor),
    fees: money(terms.feesMinor),
    status: terms.status,
    status_at: time(terms.statusAt),
  };
  return Object.fromEntries(Object.entries(facts).filter(([, value]) => value !== undefined));
}
