import { createHash } from 'node:crypto';
import { plainDecimal } from '../../shop/money.ts';

/** What makes an order the same order: not how its numbers are written, nor the sequence of its lines. */
export interface OrderContent {
  orderId: string;
  customerId: string | null;
  visitorId: string | null;
  occurredAt: Date;
  lines: readonly OrderContentLine[];
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
 * `orderContentHashSql` computes it in SQL for whole files.
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
  return createHash('sha256')
    .update(`[${head.join(',')},[${sortBytewise(lines).join(',')}]]`)
    .digest();
}

/** JavaScript compares UTF-16 units, Postgres with collation "C" bytes of UTF-8. */
function sortBytewise(texts: string[]): string[] {
  return texts
    .map((text) => Buffer.from(text))
    .sort(Buffer.compare)
    .map((bytes) => bytes.toString());
}
