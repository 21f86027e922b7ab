import { abs, fromScaled, million, toScaled } from '../exact.ts';

/** A row's values of an order's line, numbers and times in the import's form. */
export interface DraftLine {
  /** the file's row */
  number: number;
  values: Record<string, string>;
}

/** A line with what was paid for it. */
export interface PricedLine {
  /** money that was paid for it, in millionths */
  amount: bigint | undefined;
  quantity: bigint | undefined;
  cells: Record<string, string>;
}

/** What was paid for each line: its amount, or its price less its discounts and its share of the order's. */
export function priceLines(
  lines: readonly DraftLine[],
  head: Record<string, string>,
  { minorDigits, discountInTotal = false }: { minorDigits: number; discountInTotal?: boolean },
): PricedLine[] {
  const priced = lines.map(({ values }) => priceLine(values, minorDigits));
  const rest = orderDiscountLeft(priced, lines, head, discountInTotal);
  if (rest <= 0n) return priced;
  const whole = priced.reduce((sum, { amount }) => sum + (amount !== undefined && amount > 0n ? amount : 0n), 0n);
  if (whole <= 0n) return priced;
  const unit = 10n ** BigInt(6 - Math.min(6, minorDigits));
  let [seen, given] = [0n, 0n];
  return priced.map((line, index) => {
    if (line.amount === undefined || line.amount <= 0n) return line;
    seen += line.amount;
    const upTo = ((rest * seen) / whole / unit) * unit;
    const share = seen === whole ? rest - given : upTo - given;
    given += share;
    const left = line.amount - share;
    const listPrice = line.cells['list_price'] ?? lines[index].values['unit_price'];
    return {
      ...line,
      amount: left,
      cells: {
        ...withoutPrice(line.cells),
        line_amount: fromScaled(left),
        ...(listPrice !== undefined && { list_price: listPrice }),
      },
    };
  });
}

function withoutPrice(cells: Record<string, string>): Record<string, string> {
  const { unit_price: _, ...others } = cells;
  return others;
}

function priceLine(values: Record<string, string>, minorDigits: number): PricedLine {
  const quantityText = values['quantity'] ?? '1';
  const quantity = toScaled(quantityText);
  const told = toScaled(values['line_amount']);
  const price = toScaled(values['unit_price']);
  const list = toScaled(values['list_amount']);
  const cells: Record<string, string> = { quantity: quantityText };
  const discount =
    (toScaled(values['line_discount']) ?? 0n) +
    (quantity === undefined ? 0n : ((toScaled(values['unit_discount']) ?? 0n) * quantity) / million);
  const gross = toScaled(values['gross_amount']);
  if (told === undefined && gross !== undefined && price === undefined) {
    const paid = gross - abs(discount);
    cells['line_amount'] = fromScaled(paid);
    if (quantity && paid < gross && gross > 0n) cells['list_price'] = fromScaled((gross * million) / quantity);
    return { amount: paid, quantity, cells };
  }
  if (
    told === undefined &&
    price === undefined &&
    values['unit_price'] === undefined &&
    values['line_amount'] !== undefined
  ) {
    // What cannot be read is for the rules to tell.
    return { amount: undefined, quantity, cells: { ...cells, line_amount: values['line_amount'] } };
  }
  if (told !== undefined && values['unit_price'] === undefined) {
    cells['line_amount'] = fromScaled(told);
    if (list !== undefined && quantity && list > told) cells['list_price'] = fromScaled((list * million) / quantity);
    return { amount: told, quantity, cells };
  }
  if (values['unit_price'] !== undefined) cells['unit_price'] = values['unit_price'];
  if (price === undefined || quantity === undefined) return { amount: undefined, quantity, cells };
  return paidOf(roundTo((price * quantity) / million, minorDigits), quantity, cells, told, abs(discount));
}

/** What was paid for a line as the file has it, be it less than price by pieces. */
function paidOf(
  gross: bigint,
  quantity: bigint,
  cells: Record<string, string>,
  told: bigint | undefined,
  off: bigint,
): PricedLine {
  const paid = told ?? (off > 0n && off <= abs(gross) ? gross - off : gross);
  if (paid === gross) return { amount: gross, quantity, cells };
  const { unit_price: listed, ...others } = cells;
  return {
    amount: paid,
    quantity,
    cells: { ...others, line_amount: fromScaled(paid), ...(paid < gross && gross > 0n && { list_price: listed }) },
  };
}

function roundTo(scaled: bigint, digits: number): bigint {
  const unit = 10n ** BigInt(6 - Math.min(6, digits));
  const half = scaled < 0n ? -unit / 2n : unit / 2n;
  return ((scaled + half) / unit) * unit;
}

const cents = 20_000n;

/** Of the order's discount what is not in its lines yet: told by what the order comes to, by its subtotal, or by what lines tell. */
function orderDiscountLeft(
  priced: readonly PricedLine[],
  lines: readonly DraftLine[],
  head: Record<string, string>,
  isInTotal: boolean,
): bigint {
  const ofLines = toScaled(head['discount_lines']) ?? 0n;
  const discount = abs(toScaled(head['order_discount'])) ?? 0n;
  const sum = priced.reduce((total, { amount }) => total + (amount ?? 0n), 0n);
  if (discount === 0n) return isInTotal ? untoldDiscount(sum, head) : ofLines;
  const byTotal = leftByTotal(sum, discount, head);
  if (byTotal !== undefined) return byTotal > ofLines ? byTotal : ofLines;
  const subtotal = toScaled(head['subtotal']);
  if (subtotal !== undefined) {
    const left = sum - subtotal;
    return left > 0n && left <= discount + cents ? left : ofLines;
  }
  const inLines = lines.reduce((total, { values }) => total + (toScaled(values['line_discount']) ?? 0n), 0n);
  const left = discount - abs(inLines);
  return left > 0n && left < sum ? left : ofLines;
}

/** Where no discount is told: what the order comes to less than its goods and shipping, whose prices may come without the tax. */
function untoldDiscount(sum: bigint, head: Record<string, string>): bigint {
  const paid = toScaled(head['goods_paid']);
  const total = toScaled(head['order_total']);
  if (paid === undefined && total === undefined) return 0n;
  const above = paid === undefined ? sum + besideGoods(head) - total! : sum - paid;
  const left = above < -cents ? above + (toScaled(head['tax']) ?? 0n) : above;
  return left > cents && left < sum ? left : 0n;
}

function besideGoods(head: Record<string, string>): bigint {
  return ['shipping', 'payment_fee', 'fees'].reduce((sum, field) => sum + (toScaled(head[field]) ?? 0n), 0n);
}

/** What goods, shipping and tax come to above the order's total; undefined: that is neither nothing nor the discount. */
function leftByTotal(sum: bigint, discount: bigint, head: Record<string, string>): bigint | undefined {
  const total = toScaled(head['order_total']);
  if (total === undefined) return undefined;
  const tax = toScaled(head['tax']) ?? 0n;
  const above = sum + besideGoods(head) - total;
  const near = (left: bigint, to: bigint) => left - to <= cents && to - left <= cents;
  for (const left of [above, above + tax]) {
    if (near(left, 0n)) return 0n;
    if (near(left, discount)) return left;
  }
  return undefined;
}
