import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { buildOrderVectors } from '../../../models/collaborative-filtering/tifu-knn/customer-vectors.ts';
import { splitByTime } from '../../../models/evaluation/index.ts';
import { tasteEventTypes } from '../../../src/intake/index.ts';
import { Column } from '../../../src/training/snapshot/growing-column.ts';
import { toSessions } from '../../../src/training/snapshot/sessions.ts';
import { makeSnapshot } from '../../support/shops/training-snapshot.ts';

/** What is done in typed arrays, so that large shops fit, beside the same in plain lists and comparisons. */
const counts = { customers: 5, items: 6 };
const facts = fc.array(
  fc.record({
    customer: fc.nat(counts.customers - 1),
    item: fc.nat(counts.items - 1),
    minutes: fc.nat(400),
    type: fc.nat(3),
    order: fc.nat(9),
  }),
  { maxLength: 60 },
);

describe('facts in columns', () => {
  test('sessions are runs of looks of one customer without half an hour of silence', () => {
    const isGoods = [true, true, false, true, true, true];
    fc.assert(
      fc.property(facts, (seen) => {
        const events = seen
          .map(({ customer, item, minutes, type }) => ({ customer, item, type, time: minutes * 60_000 }))
          .sort((a, b) => a.time - b.time);
        const snapshot = makeSnapshot({ asOf: 1e9, customers: counts.customers, items: isGoods, lines: [], events });
        const isLook = (type: number) => ['view', 'click'].includes(tasteEventTypes[type]);
        const sessions: number[][] = [];
        for (let customer = 0; customer < counts.customers; customer++) {
          let last = Number.NEGATIVE_INFINITY;
          for (const look of events) {
            if (look.customer !== customer || !isLook(look.type) || !isGoods[look.item]) continue;
            if (look.time - last > 30 * 60_000) sessions.push([]);
            sessions.at(-1)!.push(look.item);
            last = look.time;
          }
        }
        const expected = sessions.map((items) => [...new Set(items)].sort((a, b) => a - b));
        const { rows, offsets, indices } = toSessions(snapshot);
        expect(Array.from({ length: rows }, (_, row) => [...indices.subarray(offsets[row], offsets[row + 1])])).toEqual(
          expected,
        );
        expect([offsets.length, indices.length]).toEqual([rows + 1, expected.flat().length]);
      }),
    );
  });

  test.each(['allow', 'exclude'] as const)(
    'whoever bought before the cut is judged by the window: %s',
    (repurchase) => {
      fc.assert(
        fc.property(facts, (bought) => {
          const [cut, end] = [200, 300];
          const split = splitByTime(
            {
              customers: Uint32Array.from(bought, ({ customer }) => customer),
              items: Uint32Array.from(bought, ({ item }) => item),
              times: Float64Array.from(bought, ({ minutes }) => minutes),
            },
            { cut, end, repurchase },
          );
          const before = bought.filter(({ minutes }) => minutes < cut);
          const isKnown = (customer: number, item?: number) =>
            before.some((line) => line.customer === customer && (item === undefined || line.item === item));
          const relevant = new Map<number, Set<number>>();
          for (const { customer, item, minutes } of bought) {
            if (minutes < cut || minutes >= end || !isKnown(customer)) continue;
            if (repurchase === 'exclude' && isKnown(customer, item)) continue;
            relevant.set(customer, (relevant.get(customer) ?? new Set()).add(item));
          }
          expect([...split.fitLines]).toEqual([...bought.keys()].filter((line) => bought[line].minutes < cut));
          expect([...split.customers]).toEqual([...relevant.keys()].sort((a, b) => a - b));
          expect(split.relevant.map((items) => [...items])).toEqual(
            Array.from(split.customers, (customer) => [...relevant.get(customer)!]),
          );
        }),
      );
    },
  );

  test('orders follow each other by age, whatever their numbers', () => {
    const settings = { groups: 3, withinDecay: 0.9, groupDecay: 0.7 };
    fc.assert(
      fc.property(facts, (lines) => {
        // An order is one customer's.
        const rows = lines.map((line) => ({ ...line, order: line.customer * 10 + line.order, age: line.minutes }));
        const purchases = (orderOf: (order: number) => number) => ({
          customers: Uint32Array.from(rows, ({ customer }) => customer),
          items: Uint32Array.from(rows, ({ item }) => item),
          orders: Uint32Array.from(rows, ({ order }) => orderOf(order)),
          ageDays: Float64Array.from(rows, ({ age }) => age),
          customerCount: counts.customers,
          itemCount: counts.items,
          orderCount: 50,
        });
        const ageOf = (order: number) =>
          Math.max(-1, ...rows.filter((row) => row.order === order).map(({ age }) => age));
        const inTurn = Array.from({ length: 50 }, (_, order) => order).sort((a, b) => ageOf(b) - ageOf(a) || a - b);
        const given = buildOrderVectors(
          purchases((order) => order),
          settings,
        );
        expect(given).toEqual(
          buildOrderVectors(
            purchases((order) => inTurn.indexOf(order)),
            settings,
          ),
        );
      }),
    );
  });

  test.each([0, 5, 8, 3_000])('a column holds what is pushed, with room for %i beforehand', (room) => {
    const column = new Column(Float64Array, room);
    const values = Array.from({ length: 3_000 }, (_, place) => place / 4);
    for (const value of values.slice(0, 8)) column.push(value);
    expect([...column.take()]).toEqual(values.slice(0, 8));
    for (const value of values.slice(8)) column.push(value);
    expect(column.take()).toEqual(Float64Array.from(values));
  });

  test('what fits the room is never copied', () => {
    const column = new Column(Uint32Array, 4);
    column.push(7);
    const { buffer } = column.take();
    for (const value of [8, 9, 10]) column.push(value);
    expect(column.take().buffer).toBe(buffer);
    column.push(11);
    expect(column.take().buffer).not.toBe(buffer);
  });
});
