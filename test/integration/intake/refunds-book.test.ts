import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { OrderElement, RefundElement } from '../../../src/intake/request-elements.ts';
import { createTestIntake, type TestIntake } from '../../support/shops/intake.ts';

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

/** A refund by the contract's words: an item's lines in their order, a part its proportion; undefined: not enough left. */
function refundByHand(left: readonly Left[], wanted: { item: string; pieces: number }[] | undefined) {
  const rest = left.map((line) => ({ ...line }));
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
});
const history = fc.record({
  orders: fc.array(fc.array(line, { minLength: 1, maxLength: 4 }), { minLength: 1, maxLength: 3 }),
  batches: fc.array(fc.array(request, { minLength: 1, maxLength: 3 }), { minLength: 1, maxLength: 6 }),
});

async function readLeft(orderId: string): Promise<Left[]> {
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
            lines.map(({ item, pieces, millis }): Left => {
              const cents = Math.floor((pieces * millis + 5_000) / 10_000);
              return { item, pieces, cents };
            }),
          ]),
        );
        for (const [turn, batch] of batches.entries()) {
          const { verdicts } = await intake.recording.recordRefunds(
            batch.map(
              ({ order, wanted }, index): RefundElement => ({
                refund_id: `${round}-${turn}-${index}`,
                order_id: orderId(order),
                occurred_at: '2026-06-05T10:00:00Z',
                ...(wanted && {
                  lines: wanted.map(({ item, pieces }) => ({ item_id: item, quantity: pieces / 1000 })),
                }),
              }),
            ),
          );
          const expected = batch.map(({ order, wanted }) => {
            const rest = refundByHand(book.get(orderId(order))!, wanted);
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
