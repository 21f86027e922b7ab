import { shareOf } from '../../money.ts';
import type { Fault } from '../cleaning.ts';

/** What is left of a sale line: not refunded yet. Quantities in thousandths, amounts in minor units. */
export interface LeftLine {
  lineNumber: number;
  itemKey: number;
  itemId: string;
  thousandths: number;
  amountMinor: number;
}

/** One line of a refund with the sale lines that it undoes. */
export interface RefundedLine {
  itemKey: number;
  thousandths: number;
  links: { orderLineNumber: number; thousandths: number; amountMinor: number }[];
}

interface Request {
  candidates: LeftLine[];
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
  for (const { candidates, thousandths, field } of requests) {
    const available = candidates.reduce((sum, line) => sum + line.thousandths, 0);
    if (candidates.length === 0) {
      faults.push({ rule: 'refund_without_sale', field: `${field}/item_id`, message: 'is not an item of the order' });
    } else if (available < thousandths) {
      faults.push(exceeds(`${field}/quantity`, `is more than is left of the sale, ${available / 1000}`));
    } else {
      lines.push({
        itemKey: candidates[0]!.itemKey,
        thousandths,
        links: takeFrom(candidates, thousandths),
      });
    }
  }
  return faults.length > 0 ? { faults } : { lines, left: rest };
}

function requestWanted(rest: LeftLine[], wanted: readonly { item_id: string; quantity: number }[]): Request[] {
  return wanted.map(({ item_id, quantity }, index) => ({
    candidates: rest.filter((line) => line.itemId === item_id),
    thousandths: Math.round(quantity * 1000),
    field: `/lines/${index}`,
  }));
}

function requestAll(rest: LeftLine[]): Request[] {
  return rest
    .filter((line) => line.thousandths > 0)
    .map((line) => ({ candidates: [line], thousandths: line.thousandths, field: '' }));
}

function takeFrom(candidates: LeftLine[], wanted: number): RefundedLine['links'] {
  const links: RefundedLine['links'] = [];
  let missing = wanted;
  for (const line of candidates) {
    const thousandths = Math.min(line.thousandths, missing);
    if (thousandths === 0) continue;
    const amountMinor = shareOf(line.amountMinor, thousandths, line.thousandths);
    links.push({ orderLineNumber: line.lineNumber, thousandths, amountMinor });
    line.thousandths -= thousandths;
    line.amountMinor -= amountMinor;
    missing -= thousandths;
  }
  return links;
}

function exceeds(field: string, message: string): Fault {
  return { rule: 'refund_exceeds_sale', field, message };
}
