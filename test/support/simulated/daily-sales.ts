/** Whether a stock code of Online Retail is goods; the others are postage, fees, gifts and adjustments. */
export function isProduct(itemId: string): boolean {
  return /^(\d{5}|DCGS)/.test(itemId);
}

const dayLength = 86_400_000;

/**
 * Units of goods that Online Retail sold by stock code and day, with a customer or without: no cancellation, quantity and price
 * above zero, duplicates kept. Day 0 is 2010-12-01, a Wednesday.
 *
 * @param lines of its file, with the head
 */
export function sumDailySales(lines: readonly string[]): { sales: Float64Array[]; days: number } {
  const first = Date.parse('2010-12-01T00:00Z');
  const days = (Date.parse('2011-09-01T00:00Z') - first) / dayLength;
  const byItem = new Map<string, Float64Array>();
  for (const line of lines.slice(1)) {
    // Only the description is ever quoted or holds a comma, so the others are safe to read from either end.
    const fields = line.split(',');
    const [order, item] = fields as [string, string];
    const [quantity, time, price] = fields.slice(-5) as [string, string, string];
    if (order.startsWith('C') || !(Number(quantity) > 0) || !(Number(price) > 0) || !isProduct(item)) continue;
    const row = byItem.get(item) ?? new Float64Array(days);
    byItem.set(item, row);
    row[(Date.parse(`${time.slice(0, 10)}T00:00Z`) - first) / dayLength] += Number(quantity);
  }
  return { sales: [...byItem.values()], days };
}
