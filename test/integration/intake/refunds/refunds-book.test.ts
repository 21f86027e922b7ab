import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { OrderElement, RefundElement } from '../../../../src/intake/request-elements.ts';
import { createTestIntake, type TestIntake } from '../../../support/shops/intake.ts';

let intake: TestIntake;
beforeAll(async () => {
  intake = await createTestIntake();
});
afterAll(() => intake.drop());

/** What is left of a sold line, kept by hand: thousandths of a piece, and cents. */
interface Left {
  item: string;
  pieces: number;
  cents: number;
}

interface Money {
  amount: number;
  shipping: number;
}

/** An order by hand: its lines, and its shipping in cents. */
interface Order {
  lines: readonly Left[];
  shipping: number;
}

/** A refund by the contract's words: an item's lines in their order, a part its proportion, then money; undefined: not enough left. */
function refundByHand(
  { lines, shipping }: Order,
  wanted: { item: string; pieces: number }[] | undefined,
  money: Money | undefined,
): Order | undefined {
  const rest = takePieces(lines, money && !wanted ? [] : wanted);
  if (!rest || !money) return rest && { lines: rest, shipping };
  if (money.amount + money.shipping === 0 && !wanted) return undefined;
  const total = rest.reduce((sum, { cents }) => sum + cents, 0);
  if (money.amount > total || money.shipping > shipping) return undefined;
  const shares = rest.map(({ cents }) => (total === 0 ? 0 : Math.floor((money.amount * cents) / total)));
  const remainders = rest.map(({ cents }) => (total === 0 ? 0 : (money.amount * cents) % total));
  for (let missing = money.amount - shares.reduce((sum, share) => sum + share, 0); missing > 0; missing--) {
    const largest = remainders.indexOf(Math.max(...remainders));
    shares[largest] += 1;
    remainders[largest] = -1;
  }
  return {
    lines: rest.map((line, index) => ({ ...line, cents: line.cents - shares[index] })),
    shipping: shipping - money.shipping,
  };
}

function takePieces(left: readonly Left[], wanted: { item: string; pieces: number }[] | undefined) {
  const rest = left.map((line) => ({ ...line }));
  if (wanted?.length === 0) return rest;
  const asked = wanted ?? rest.map(({ item, pieces }) => ({ item, pieces })).filter(({ pieces }) => pieces > 0);
  if (asked.length === 0) return undefined;
  for (const { item, pieces } of asked) {
    let missing = pieces;
    for (const line of rest) {
      if (line.item !== item || line.pieces === 0) continue;
      const taken = Math.min(missing, line.pieces);
      const cents = Math.floor((2 * line.cents * taken + line.pieces) / (2 * line.pieces));
      line.pieces -= taken;
      line.cents -= cents;
      missing -= taken;
    }
    if (missing > 0) return undefined;
  }
  return rest;
}

const item = fc.constantFrom('A', 'B', 'C');
const pieces = fc.oneof(
  fc.integer({ min: 1, max: 4 }).map((whole) => whole * 1000),
  fc.integer({ min: 1, max: 3000 }),
);
const line = fc.record({ item, pieces, millis: fc.integer({ min: 1, max: 40_000 }) });
const request = fc.record({
  order: fc.nat(2),
  wanted: fc.option(fc.array(fc.record({ item, pieces }), { minLength: 1, maxLength: 3 }), { nil: undefined, freq: 4 }),
  money: fc.option(fc.record({ amount: fc.nat(4_000), shipping: fc.nat(400) }), { nil: undefined, freq: 2 }),
});
const history = fc.record({
  orders: fc.array(fc.array(line, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 3 }),
  batches: fc.array(fc.array(request, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 6 }),
});

async function readLeft(orderId: string): Promise<Order> {
  const [{ shipping }] = await intake.database.query<{ shipping: number }>(
    `select (shipping_minor - coalesce((select sum(shipping_minor) from refund_charges where order_key = orders.order_key), 0))::int as shipping
     from orders where order_id = $1`,
    [orderId],
  );
  return { lines: await readLeftLines(orderId), shipping };
}

function readLeftLines(orderId: string): Promise<Left[]> {
  return intake.database.query<Left>(
    `select items.item_id as item, ((sold.quantity - coalesce(sum(undone.quantity), 0)) * 1000)::int as pieces,
            (sold.amount_minor - coalesce(sum(undone.amount_minor), 0))::int as cents
     from orders join order_lines as sold on sold.order_key = orders.order_key join items on items.item_key = sold.item_key
     left join refund_links as undone on undone.order_key = sold.order_key and undone.order_line_number = sold.line_number
     where orders.order_id = $1 group by sold.order_key, sold.line_number, items.item_id, sold.quantity, sold.amount_minor
     order by sold.line_number`,
    [orderId],
  );
}

describe('refunds beside a book kept by hand', () => {
  let round = 0;

  // Would see: a line counted as refunded by another's refund or by none, more given back than was sold, cents lost in parts.
  test('whatever is refunded in whatever sequence, verdicts and what is left of each line are the same', async () => {
    await fc.assert(
      fc.asyncProperty(history, async ({ orders, batches }) => {
        round += 1;
        const orderId = (number: number) => `${round}-${number % orders.length}`;
        await intake.recording.recordOrders(
          orders.map(
            (lines, number): OrderElement => ({
              order_id: orderId(number),
              customer_id: 'C',
              occurred_at: '2026-06-01T10:00:00Z',
              shipping: '3.90',
              lines: lines.map((sold) => ({
                item_id: sold.item,
                quantity: sold.pieces / 1000,
                unit_price: (sold.millis / 1000).toFixed(3),
              })),
            }),
          ),
        );
        const book = new Map(
          orders.map((lines, number) => [
            orderId(number),
            {
              lines: lines.map(({ item, pieces, millis }): Left => {
                const cents = Math.floor((pieces * millis + 5_000) / 10_000);
                return { item, pieces, cents };
              }),
              shipping: 390,
            } as Order,
          ]),
        );
        for (const [turn, batch] of batches.entries()) {
          const { verdicts } = await intake.recording.recordRefunds(
            batch.map(
              ({ order, wanted, money }, index): RefundElement => ({
                refund_id: `${round}-${turn}-${index}`,
                order_id: orderId(order),
                occurred_at: '2026-06-05T10:00:00Z',
                ...(wanted && {
                  lines: wanted.map(({ item, pieces }) => ({ item_id: item, quantity: pieces / 1000 })),
                }),
                ...(money && { amount: (money.amount / 100).toFixed(2), shipping: (money.shipping / 100).toFixed(2) }),
              }),
            ),
          );
          const expected = batch.map(({ order, wanted, money }) => {
            const rest = refundByHand(book.get(orderId(order))!, wanted, money);
            if (rest) book.set(orderId(order), rest);
            return rest ? 'accepted' : 'quarantined';
          });
          expect(verdicts.map(({ status }) => status)).toEqual(expected);
          for (const [id, left] of book) expect(await readLeft(id)).toEqual(left);
        }
      }),
      { numRuns: 60 },
    );
  });
});
