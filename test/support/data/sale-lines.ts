/** Sale lines as parallel arrays, in the file's order; customers, items and orders are numbered as first seen. */
export interface SaleLines {
  readonly customers: Uint32Array;
  readonly items: Uint32Array;
  readonly orders: Uint32Array;
  /** milliseconds since 1970, the file's naive times taken as UTC */
  readonly times: Float64Array;
  readonly quantities: Float64Array;
  readonly unitPrices: Float64Array;
  /** 1 where the whole row repeats an earlier one */
  readonly duplicates: Uint8Array;
  readonly customerIds: readonly string[];
  /** beside `customerIds`: of their last line */
  readonly countries: readonly string[];
  readonly itemIds: readonly string[];
  readonly orderIds: readonly string[];
}

/**
 * @param rows of the file, its head first
 * @param given.withGuests also lines without a customer, which are all of one without a name
 */
export function parseSaleLines(rows: readonly string[], { withGuests = false } = {}): SaleLines {
  const customers = new Numbering();
  const items = new Numbering();
  const orders = new Numbering();
  const seen = new Set<string>();
  const lines: number[][] = [];
  const countries: string[] = [];
  for (const line of rows.slice(1)) {
    // Only the description is ever quoted or holds a comma, so the others are safe to read from either end.
    const fields = line.split(',');
    const [order, item] = fields as [string, string];
    const [quantity, time, price, customer, country] = fields.slice(-5) as [string, string, string, string, string];
    if (order.startsWith('C') || (customer === '' && !withGuests) || !(Number(quantity) > 0) || !(Number(price) > 0))
      continue;
    lines.push([
      customers.number(customer),
      items.number(item),
      orders.number(order),
      Date.parse(`${time.replace(' ', 'T')}Z`),
      Number(quantity),
      Number(price),
      Number(seen.has(line)),
    ]);
    seen.add(line);
    countries[customers.number(customer)] = country;
  }
  const column = (index: number) => lines.map((line) => line[index]);
  return {
    customers: Uint32Array.from(column(0)),
    items: Uint32Array.from(column(1)),
    orders: Uint32Array.from(column(2)),
    times: Float64Array.from(column(3)),
    quantities: Float64Array.from(column(4)),
    unitPrices: Float64Array.from(column(5)),
    duplicates: Uint8Array.from(column(6)),
    customerIds: customers.ids,
    countries,
    itemIds: items.ids,
    orderIds: orders.ids,
  };
}

class Numbering {
  readonly ids: string[] = [];
  readonly #numbers = new Map<string, number>();

  number(id: string): number {
    let number = this.#numbers.get(id);
    if (number === undefined) {
      number = this.ids.push(id) - 1;
      this.#numbers.set(id, number);
    }
    return number;
  }
}
