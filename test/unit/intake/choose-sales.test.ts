import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  type Cancellation,
  chooseSales,
  type OpenSale,
} from '../../../src/intake/imports/order-lines/returns/choose-sales.ts';
import { describeWithSharedData, sharedLines } from '../../support/data/shared-data.ts';

const sale = (occurredAt: number, quantity: number, amountMinor = quantity): OpenSale => ({
  occurredAt,
  quantity,
  amountMinor,
});

describe('linking', () => {
  test('the latest earlier sale first, then the one before it', () => {
    const { links, unlinked } = chooseSales([sale(1, 5), sale(2, 3), sale(9, 9)], [{ occurredAt: 5, quantity: 4 }]);
    expect(links).toEqual([
      { cancellation: 0, sale: 1, quantity: 3, amountMinor: 3 },
      { cancellation: 0, sale: 0, quantity: 1, amountMinor: 1 },
    ]);
    expect(unlinked).toEqual([0]);
  });

  test('a sale of the same moment counts, a later one does not', () => {
    expect(chooseSales([sale(5, 1)], [{ occurredAt: 5, quantity: 1 }]).unlinked).toEqual([0]);
    expect(chooseSales([sale(6, 1)], [{ occurredAt: 5, quantity: 1 }]).unlinked).toEqual([1]);
  });

  test('what one cancellation took is gone for the next, and what is missing is told', () => {
    const { links, unlinked } = chooseSales(
      [sale(1, 3)],
      [
        { occurredAt: 2, quantity: 2 },
        { occurredAt: 3, quantity: 2 },
        { occurredAt: 4, quantity: 2 },
      ],
    );
    expect(links.map(({ quantity }) => quantity)).toEqual([2, 1]);
    expect(unlinked).toEqual([0, 1, 2]);
  });

  test('sales with nothing left are passed over', () => {
    expect(chooseSales([sale(1, 1), sale(2, 0)], [{ occurredAt: 3, quantity: 1 }]).links).toEqual([
      { cancellation: 0, sale: 0, quantity: 1, amountMinor: 1 },
    ]);
  });

  test('the amounts of the parts sum to the whole', () => {
    const thirds = [1, 2, 3].map((occurredAt) => ({ occurredAt, quantity: 1 }));
    expect(chooseSales([sale(0, 3, 100)], thirds).links.map(({ amountMinor }) => amountMinor)).toEqual([33, 34, 33]);
  });

  test('nothing is linked twice, to the future, or beyond what there is; and all that could be is', () => {
    const times = fc.integer({ min: 0, max: 20 });
    const quantities = fc.integer({ min: 1, max: 50 });
    const byTime = (one: { occurredAt: number }, other: { occurredAt: number }) => one.occurredAt - other.occurredAt;
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ occurredAt: times, quantity: quantities, amountMinor: fc.integer({ min: 0, max: 999 }) }),
          { maxLength: 8 },
        ),
        fc.array(fc.record({ occurredAt: times, quantity: quantities }), { maxLength: 8 }),
        (someSales, someCancellations) => {
          const sales = someSales.sort(byTime);
          const cancellations = someCancellations.sort(byTime);
          const { links, unlinked } = chooseSales(sales, cancellations);
          const sum = (of: typeof links, figure: 'quantity' | 'amountMinor') =>
            of.reduce((total, link) => total + link[figure], 0);
          sales.forEach((sold, index) => {
            const taken = links.filter((link) => link.sale === index);
            expect(sum(taken, 'quantity')).toBeLessThanOrEqual(sold.quantity);
            if (sum(taken, 'quantity') === sold.quantity) expect(sum(taken, 'amountMinor')).toBe(sold.amountMinor);
          });
          cancellations.forEach((cancelled, index) => {
            expect(
              sum(
                links.filter((link) => link.cancellation === index),
                'quantity',
              ) + unlinked[index],
            ).toBe(cancelled.quantity);
          });
          for (const link of links)
            expect(sales[link.sale].occurredAt).toBeLessThanOrEqual(cancellations[link.cancellation].occurredAt);
          const wanting = cancellations.findLast((_, index) => unlinked[index] > 0);
          const open = sales.filter(
            (sold, index) =>
              sum(
                links.filter((link) => link.sale === index),
                'quantity',
              ) < sold.quantity,
          );
          if (wanting) expect(open.filter((sold) => sold.occurredAt <= wanting.occurredAt)).toEqual([]);
        },
      ),
    );
  });
});

describeWithSharedData('the cancellations of Online Retail', ['online-retail.csv.gz'], () => {
  interface Group {
    sales: OpenSale[];
    cancellations: Cancellation[];
  }

  /** Lines with a customer by customer, item and price, in order of time; duplicates kept. */
  function readGroups(distinct: boolean): Group[] {
    const groups = new Map<string, Group>();
    const lines = sharedLines('online-retail.csv.gz').slice(1);
    for (const line of distinct ? new Set(lines) : lines) {
      const fields = line.split(',');
      const [order, item] = fields as [string, string];
      const [quantity, time, price, customer] = fields.slice(-5) as [string, string, string, string];
      if (customer === '') continue;
      const key = `${customer} ${item} ${Number(price)}`;
      const group = groups.get(key) ?? { sales: [], cancellations: [] };
      groups.set(key, group);
      const occurredAt = Date.parse(`${time.replace(' ', 'T')}Z`);
      if (order.startsWith('C')) group.cancellations.push({ occurredAt, quantity: -Number(quantity) });
      else if (Number(quantity) > 0 && Number(price) > 0)
        group.sales.push({ occurredAt, quantity: Number(quantity), amountMinor: 0 });
    }
    const byTime = (one: Cancellation, other: Cancellation) => one.occurredAt - other.occurredAt;
    return [...groups.values()].map(({ sales, cancellations }) => ({
      sales: sales.sort(byTime),
      cancellations: cancellations.sort(byTime),
    }));
  }

  function countLinked(groups: Group[]): { whole: number; part: number; none: number } {
    const counts = { whole: 0, part: 0, none: 0 };
    for (const { sales, cancellations } of groups) {
      chooseSales(sales, cancellations).unlinked.forEach((left, index) => {
        counts[left === 0 ? 'whole' : left < cancellations[index].quantity ? 'part' : 'none']++;
      });
    }
    return counts;
  }

  test('over the lines as they lie in the file', () => {
    expect(countLinked(readGroups(false))).toEqual({ whole: 4_299, part: 25, none: 1_241 });
  });

  test('without exact duplicates, as the import links them', () => {
    expect(countLinked(readGroups(true))).toEqual({ whole: 4_279, part: 30, none: 1_237 });
  });
});
