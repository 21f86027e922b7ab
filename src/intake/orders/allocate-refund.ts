import { shareOf, shareOut } from '../../shop/money.ts';
import type { Fault } from '../cleaning/rules.ts';

/** What is left of a sale line: not refunded yet. Quantities in thousandths, amounts in minor units. */
export interface LeftLine {
  lineNumber: number;
  itemKey: number;
  itemId: string;
  thousandths: number;
  amountMinor: number;
}

/** One line of a refund with the sale lines that it undoes; without pieces it gives back money alone. */
export interface RefundedLine {
  itemKey: number;
  thousandths: number;
  links: { orderLineNumber: number; thousandths: number; amountMinor: number }[];
}

/** The lines of one item of an order, in their order; those before `next` have nothing left. */
interface Stock {
  lines: LeftLine[];
  next: number;
  thousandths: number;
}

interface Request {
  stock: Stock | undefined;
  thousandths: number;
  /** JSON pointer of the refund's line. */
  field: string;
}

/**
 * Which lines of an order a refund undoes: the item's lines in their order, each until nothing is left of it; without
 * `wanted` all that is left of the order. A part of a line gives back its proportion of what is left of the amount, so that
 * the parts add up to the whole.
 * @returns the refund's lines and what is left then, or the faults when there is not enough left
 */
export function allocateRefund(
  left: readonly LeftLine[],
  wanted: readonly { item_id: string; quantity: number }[] | undefined,
): { lines: RefundedLine[]; left: LeftLine[] } | { faults: Fault[] } {
  const rest = left.map((line) => ({ ...line }));
  const requests = wanted ? requestWanted(rest, wanted) : requestAll(rest);
  if (requests.length === 0) return { faults: [exceeds('/order_id', 'has nothing left to refund')] };
  const faults: Fault[] = [];
  const lines: RefundedLine[] = [];
  for (const { stock, thousandths, field } of requests) {
    if (!stock) {
      faults.push({ rule: 'refund_without_sale', field: `${field}/item_id`, message: 'is not an item of the order' });
    } else if (stock.thousandths < thousandths) {
      faults.push(exceeds(`${field}/quantity`, `is more than is left of the sale, ${stock.thousandths / 1000}`));
    } else {
      lines.push({ itemKey: stock.lines[0].itemKey, thousandths, links: takeFrom(stock, thousandths) });
    }
  }
  return faults.length > 0 ? { faults } : { lines, left: rest };
}

/**
 * Shares money without goods out over what is left of the order's lines in money.
 * @returns a line of no pieces for each that gives, and what is left then; undefined: there is less left
 */
export function allocateMoney(
  left: readonly LeftLine[],
  amountMinor: number,
): { lines: RefundedLine[]; left: LeftLine[] } | undefined {
  if (amountMinor > left.reduce((sum, line) => sum + line.amountMinor, 0)) return undefined;
  const shares = shareOut(amountMinor, left);
  const lines = left.flatMap(({ itemKey, lineNumber }, index) => {
    const links = [{ orderLineNumber: lineNumber, thousandths: 0, amountMinor: shares[index] }];
    return shares[index] > 0 ? [{ itemKey, thousandths: 0, links }] : [];
  });
  return { lines, left: left.map((line, index) => ({ ...line, amountMinor: line.amountMinor - shares[index] })) };
}

function requestWanted(rest: LeftLine[], wanted: readonly { item_id: string; quantity: number }[]): Request[] {
  const stocks = new Map<string, Stock>();
  for (const line of rest) {
    const stock = stocks.get(line.itemId) ?? { lines: [], next: 0, thousandths: 0 };
    stock.lines.push(line);
    stock.thousandths += line.thousandths;
    stocks.set(line.itemId, stock);
  }
  return wanted.map(({ item_id, quantity }, index) => ({
    stock: stocks.get(item_id),
    thousandths: Math.round(quantity * 1000),
    field: `/lines/${index}`,
  }));
}

function requestAll(rest: LeftLine[]): Request[] {
  return rest
    .filter((line) => line.thousandths > 0)
    .map((line) => ({
      stock: { lines: [line], next: 0, thousandths: line.thousandths },
      thousandths: line.thousandths,
      field: '',
    }));
}

function takeFrom(stock: Stock, wanted: number): RefundedLine['links'] {
  const links: RefundedLine['links'] = [];
  let missing = wanted;
  stock.thousandths -= wanted;
  while (missing > 0) {
    const line = stock.lines[stock.next];
    const thousandths = Math.min(line.thousandths, missing);
    if (thousandths > 0) {
      const amountMinor = shareOf(line.amountMinor, thousandths, line.thousandths);
      links.push({ orderLineNumber: line.lineNumber, thousandths, amountMinor });
      line.thousandths -= thousandths;
      line.amountMinor -= amountMinor;
      missing -= thousandths;
    }
    if (line.thousandths === 0) stock.next++;
  }
  return links;
}

function exceeds(field: string, message: string): Fault {
  return { rule: 'refund_exceeds_sale', field, message };
}
