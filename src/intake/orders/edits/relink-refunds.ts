import { shareOf } from '../../../shop/money.ts';
import type { LeftLine } from '../allocate-refund.ts';

/** What a line of a refund gave back of one line of an order, before the order was edited. */
export interface GivenBack {
  refundKey: number;
  lineNumber: number;
  itemKey: number;
  /** of the order as it was; null: an earlier edit left no line for it */
  orderLineNumber: number | null;
  thousandths: number;
  amountMinor: number;
}

/** What a line of a refund gives back of a line of the order as it is now. */
export interface Link {
  refundKey: number;
  lineNumber: number;
  orderLineNumber: number;
  thousandths: number;
  amountMinor: number;
}

/** What no line of the order is left for. */
export type Remainder = Omit<Link, 'orderLineNumber'>;

/**
 * Gives back anew, of an order as it is now, what refunds gave back of it as it was: of lines of the same item, first the line of the
 * same number, then in their order, as far as there are pieces and money. Pieces give back their proportion of what is left of their
 * line's amount, as when they came back; money without pieces is what it was.
 * @param lines of the order as it is now, of which nothing was given back yet
 * @param given in the order in which the refunds came
 */
export function relinkRefunds(
  lines: readonly LeftLine[],
  given: readonly GivenBack[],
): { links: Link[]; remainders: Remainder[] } {
  const left = lines.map((line) => ({ ...line }));
  const links = new Map<string, Link>();
  const remainders = new Map<string, Remainder>();
  for (const one of given) {
    const own = left
      .filter(({ itemKey }) => itemKey === one.itemKey)
      .sort((a, b) => Number(b.lineNumber === one.orderLineNumber) - Number(a.lineNumber === one.orderLineNumber));
    const missing = place(one, own, links);
    if (missing.thousandths > 0 || missing.amountMinor > 0) {
      const key = `${one.refundKey} ${one.lineNumber}`;
      const known = remainders.get(key) ?? { ...missing, thousandths: 0, amountMinor: 0 };
      remainders.set(key, {
        ...known,
        thousandths: known.thousandths + missing.thousandths,
        amountMinor: known.amountMinor + missing.amountMinor,
      });
    }
  }
  return { links: [...links.values()], remainders: [...remainders.values()] };
}

/** @returns what found no place */
function place(one: GivenBack, own: LeftLine[], links: Map<string, Link>): Remainder {
  const { refundKey, lineNumber } = one;
  let [pieces, money] = [one.thousandths, one.amountMinor];
  for (const line of own) {
    const thousandths = Math.min(line.thousandths, pieces);
    const ofPieces = thousandths > 0 ? shareOf(line.amountMinor, thousandths, line.thousandths) : 0;
    const amountMinor = one.thousandths > 0 ? ofPieces : Math.min(line.amountMinor, money);
    if (thousandths === 0 && amountMinor === 0) continue;
    pieces -= thousandths;
    money -= amountMinor;
    line.thousandths -= thousandths;
    line.amountMinor -= amountMinor;
    const key = `${refundKey} ${lineNumber} ${line.lineNumber}`;
    const known = links.get(key);
    links.set(key, {
      ...{ refundKey, lineNumber, orderLineNumber: line.lineNumber },
      thousandths: thousandths + (known?.thousandths ?? 0),
      amountMinor: amountMinor + (known?.amountMinor ?? 0),
    });
  }
  const without = one.thousandths > 0 ? shareOf(one.amountMinor, pieces, one.thousandths) : money;
  return { refundKey, lineNumber, thousandths: pieces, amountMinor: without };
}
