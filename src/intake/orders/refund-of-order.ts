import { fromMinor, toMinor } from '../../shop/money.ts';
import { refundMoney } from '../cleaning/check-facts.ts';
import type { RefundElement } from '../request-elements.ts';
import type { LeftLine, RefundedLine } from './allocate-refund.ts';
import type { Charges } from './store.ts';

/** The id of the refund that stands for all that came back of an order, where a file tells it with the order. */
export const refundOfOrder = (orderId: string) => `${orderId}-refund`;

/** What has come back of an order: pieces by item in thousandths, and minor units. */
export interface GivenBack extends Charges {
  pieces: Map<number, number>;
  amountMinor: number;
}

export const nothingGiven = (): GivenBack => ({ pieces: new Map(), amountMinor: 0, shippingMinor: 0, feesMinor: 0 });

export function addGiven(given: GivenBack, lines: readonly RefundedLine[], charges: Charges): void {
  for (const { itemKey, thousandths, links } of lines) {
    given.pieces.set(itemKey, (given.pieces.get(itemKey) ?? 0) + thousandths);
    given.amountMinor += links.reduce((sum, { amountMinor }) => sum + amountMinor, 0);
  }
  given.shippingMinor += charges.shippingMinor;
  given.feesMinor += charges.feesMinor;
}

/**
 * What of all that came back of an order is not known yet: exports tell the sum, and what came in between is theirs already.
 * @param told all that came back
 * @returns the refund of the rest, without its id; undefined: there is none
 */
export function restOf(
  told: RefundElement,
  given: GivenBack,
  left: readonly LeftLine[],
  digits: number,
): RefundElement | undefined {
  const knownMinor = { amount: given.amountMinor, shipping: given.shippingMinor, fees: given.feesMinor };
  const { lines: allLines, amount: _, shipping: __, fees: ___, ...rest } = told;
  const isOfMoney = refundMoney.some((field) => told[field] !== undefined);
  if (allLines === undefined && !isOfMoney) {
    const isLeft = left.some(({ thousandths, amountMinor }) => thousandths > 0 && amountMinor > 0);
    return isLeft || given.pieces.size === 0 ? rest : undefined;
  }
  const money = refundMoney.flatMap((field) => {
    const minor = toMinor(told[field] ?? '0', digits) - knownMinor[field];
    return minor > 0 ? [[field, fromMinor(minor, digits)] as const] : [];
  });
  const lines = restOfLines(allLines ?? [], given, left);
  if (money.length === 0 && lines.length === 0) return undefined;
  return { ...rest, ...Object.fromEntries(money), ...(lines.length > 0 && { lines }) };
}

function restOfLines(
  told: NonNullable<RefundElement['lines']>,
  { pieces }: GivenBack,
  left: readonly LeftLine[],
): NonNullable<RefundElement['lines']> {
  return told.flatMap(({ item_id, quantity }) => {
    const itemKey = left.find((line) => line.itemId === item_id)?.itemKey;
    const known = itemKey === undefined ? 0 : (pieces.get(itemKey) ?? 0);
    const thousandths = Math.round(quantity * 1_000) - known;
    return thousandths > 0 ? [{ item_id, quantity: thousandths / 1_000 }] : [];
  });
}
