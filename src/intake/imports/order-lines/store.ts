/** SQL expressions of what a line is to `orderContentHash`. */
export interface LineColumns {
  itemId: string;
  quantity: string;
  unitPrice: string;
  listPrice: string;
  couponCode: string;
  listId: string;
}

const text = (column: string) => `coalesce(to_json(${column})::text, 'null')`;
const number = (column: string) => `coalesce('"' || trim_scale(${column})::text || '"', 'null')`;

/** Columns of an order that are said of all of it, in the sequence of `orderContentHash`. */
export function orderTerms(order: string): readonly string[] {
  return ['channel', 'store', 'shipping_minor', 'tax_minor', 'payment_fee_minor', 'fees_minor'].map(
    (term) => `${order}.${term}`,
  );
}

/** A line's part of the content; in bytewise order, for these texts are sorted. */
export function lineContentSql(of: LineColumns): string {
  return `concat('[', ${text(of.itemId)}, ',', ${number(of.quantity)}, ',', ${number(of.unitPrice)}, ',', ${number(of.listPrice)}, ',',
    ${text(of.couponCode)}, ',', coalesce('"' || ${of.listId}::text || '"', 'null'), ']') collate "C"`;
}

/**
 * `orderContentHash` in SQL, so that a whole file's orders are hashed where they lie: both write the same JSON.
 * An aggregate over an order's lines, whose `lineContentSql` is the column `content`.
 */
export function orderContentHashSql(of: {
  orderId: string;
  customerId: string;
  visitorId: string;
  occurredAt: string;
  /** those of `orderTerms`; absent: it has none */
  terms?: readonly string[];
}): string {
  const terms = of.terms
    ? `case when num_nonnulls(${of.terms.join()}) > 0
        then concat(',[', ${of.terms.slice(0, -1).map(text).join(`, ',', `)}, ',' || to_json(${of.terms.at(-1)})::text, ']') end, `
    : '';
  return `sha256(convert_to(concat('[', ${text(of.orderId)}, ',', ${text(of.customerId)}, ',', ${text(of.visitorId)}, ',',
    floor(extract(epoch from ${of.occurredAt}) * 1000)::bigint, ',[', string_agg(content, ',' order by content), ']', ${terms}']'), 'UTF8'))`;
}
