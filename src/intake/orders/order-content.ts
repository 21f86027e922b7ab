import { createHash } from 'node:crypto';
import { plainDecimal } from '../../shop/money.ts';

/** What makes an order the same order: not how its numbers are written, nor the sequence of its lines. */
export interface OrderContent {
  orderId: string;
  customerId: string | null;
  visitorId: string | null;
  occurredAt: Date;
  terms: OrderTerms;
  lines: readonly OrderContentLine[];
}

/** What of an order is said of all of it, in the currency's minor unit; null: not told. */
export interface OrderTerms {
  channel: string | null;
  store: string | null;
  shippingMinor: number | null;
  taxMinor: number | null;
  paymentFeeMinor: number | null;
  /** what the customer pays beside goods and shipping */
  feesMinor: number | null;
}

export interface OrderContentLine {
  itemId: string;
  quantity: number;
  /** Decimal string. */
  unitPrice: string;
  listPrice: string | null;
  couponCode: string | null;
  listId: string | null;
}

/**
 * SHA-256 over an order's content: the same order sent again hashes the same, whether by API or import.
 * `orderContentHashSql` computes it in SQL for whole files. Terms are in it where any are told, and fees where they
 * are: orders of before have none.
 */
export function orderContentHash(order: OrderContent): Buffer {
  const lines = order.lines.map((line) =>
    JSON.stringify([
      line.itemId,
      String(line.quantity),
      plainDecimal(line.unitPrice),
      line.listPrice && plainDecimal(line.listPrice),
      line.couponCode,
      line.listId?.toLowerCase() ?? null,
    ]),
  );
  const head = [order.orderId, order.customerId, order.visitorId, order.occurredAt.getTime()].map((value) =>
    JSON.stringify(value),
  );
  const { channel, store, shippingMinor, taxMinor, paymentFeeMinor, feesMinor } = order.terms;
  const terms = [channel, store, shippingMinor, taxMinor, paymentFeeMinor, ...(feesMinor === null ? [] : [feesMinor])];
  const tail = terms.some((term) => term !== null) ? `,${JSON.stringify(terms)}` : '';
  return createHash('sha256')
    .update(`[${head.join(',')},[${sortBytewise(lines).join(',')}]${tail}]`)
    .digest();
}

/** JavaScript compares UTF-16 units, Postgres with collation "C" bytes of UTF-8. */
function sortBytewise(texts: string[]): string[] {
  return texts
    .map((text) => Buffer.from(text))
    .sort(Buffer.compare)
    .map((bytes) => bytes.toString());
}
