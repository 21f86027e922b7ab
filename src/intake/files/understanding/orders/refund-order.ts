import { say } from '../../../../sentences/index.ts';
import { refundOfOrder } from '../../../orders/refund-of-order.ts';
import { abs, fromScaled, toScaled } from '../exact.ts';
import type { DraftLine, PricedLine } from './price-lines.ts';
import type { StatusMeaning } from './statuses.ts';

const cent = 10_000n;

/** What came back of an order, by its lines' refunds, its own, or its status; undefined: nothing did. */
export function refundOf(
  lines: readonly DraftLine[],
  head: Record<string, string>,
  meaning: StatusMeaning | undefined,
  priced: readonly PricedLine[],
  notes: string[],
): OrderRefund | undefined {
  const orderId = lines[0].values['order_id'];
  const goods = priced.reduce((sum, { amount }) => sum + (amount ?? 0n), 0n);
  const back = abs(toScaled(head['refunded_amount']));
  const byLine = lines.map(({ values }, index) => ({
    money: abs(toScaled(values['line_refunded_amount'])) ?? 0n,
    pieces: abs(toScaled(values['line_refunded_quantity'])) ?? 0n,
    priced: priced[index],
    itemId: values['item_id'] ?? values['title'],
  }));
  const ofLines = byLine.reduce((sum, { money }) => sum + money, 0n);
  const base = {
    refund_id: refundOfOrder(orderId),
    order_id: orderId,
    occurred_at: head['refunded_at'] ?? head['occurred_at'],
  };
  const shipping = abs(toScaled(head['refunded_shipping']));
  // More than the goods: what was sent with them came back too.
  if (ofLines > 0n && ofLines > goods + cent) return refundOfMoney(base, ofLines, goods, head, shipping, byLine);
  if (byLine.some(({ money, pieces }) => money > 0n || pieces > 0n)) return refundOfLines(base, byLine, goods, ofLines);
  if (back !== undefined && back > 0n) return refundOfMoney(base, back, goods, head, shipping, byLine);
  if (meaning === 'partially-refunded') notes.push(say('file.partly-without-amount', {}));
  return meaning === 'refunded' || meaning === 'returned' ? base : undefined;
}

/** What came back of an order. */
export type OrderRefund = Record<string, unknown> & { refund_id: string };

type RefundBase = { refund_id: string; order_id: string; occurred_at: string };

/** Money that came back of the order: with all of its goods, or without goods; what is more than the goods is shipping. */
function refundOfMoney(
  base: RefundBase,
  back: bigint,
  goods: bigint,
  head: Record<string, string>,
  told: bigint | undefined,
  lines: readonly RefundedLine[],
): OrderRefund | undefined {
  const shipping = toScaled(head['shipping']) ?? 0n;
  const ofGoods = told === undefined ? back : back - told;
  const isWhole = ofGoods >= goods - cent;
  if (!isWhole)
    return {
      ...base,
      ...(ofGoods > 0n && { amount: fromScaled(ofGoods) }),
      ...(told && { shipping: fromScaled(told) }),
    };
  const beyond = told ?? ofGoods - goods;
  const ofShipping = beyond > shipping ? shipping : beyond;
  if (ofShipping <= 0n) return base;
  // Beside money the goods have to be told.
  const whole = lines.filter(({ priced: { quantity } }) => quantity !== undefined && quantity > 0n);
  return {
    ...base,
    lines: merged(
      whole.map(({ itemId, priced: { quantity } }) => ({ item_id: itemId!, quantity: Number(fromScaled(quantity!)) })),
    ),
    shipping: fromScaled(ofShipping),
  };
}

interface RefundedLine {
  money: bigint;
  pieces: bigint;
  priced: PricedLine;
  itemId: string | undefined;
}

function refundOfLines(
  base: RefundBase,
  lines: readonly RefundedLine[],
  goods: bigint,
  ofLines: bigint,
): OrderRefund | undefined {
  const isWholeLine = ({ money, pieces, priced: { amount, quantity } }: RefundedLine) =>
    (pieces > 0n && quantity !== undefined && pieces >= quantity) ||
    (amount !== undefined && amount > 0n && money >= amount - cent);
  if (lines.every(isWholeLine)) return base;
  // Pieces come back at their price: money that is not that of pieces is of no goods.
  const isByPieces = lines.every((line) => {
    const {
      money,
      pieces,
      priced: { amount, quantity },
    } = line;
    if (money === 0n && pieces === 0n) return true;
    if (isWholeLine(line)) return true;
    if (pieces === 0n || amount === undefined || !quantity) return false;
    const share = (amount * pieces) / quantity;
    return money === 0n || (money - share < cent * 2n && share - money < cent * 2n);
  });
  if (!isByPieces) return { ...base, amount: fromScaled(ofLines > goods ? goods : ofLines) };
  const back = lines
    .filter(({ money, pieces }) => money > 0n || pieces > 0n)
    .map((line) => ({
      item_id: line.itemId!,
      quantity: Number(fromScaled(isWholeLine(line) ? line.priced.quantity! : line.pieces)),
    }));
  return { ...base, lines: merged(back) };
}

function merged(lines: readonly { item_id: string; quantity: number }[]): { item_id: string; quantity: number }[] {
  const byItem = new Map<string, number>();
  for (const { item_id, quantity } of lines)
    byItem.set(item_id, Math.round(((byItem.get(item_id) ?? 0) + quantity) * 1_000) / 1_000);
  return [...byItem].map(([item_id, quantity]) => ({ item_id, quantity }));
}
