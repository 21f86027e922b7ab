import { expect, test } from '@jest/globals';
import type { ItemNeighbours } from '../../../models/collaborative-filtering/graphs/item-neighbours.ts';
import { createLastBasketScorer } from '../../../models/collaborative-filtering/learnt-order/last-basket.ts';
import { seededRandom } from '../../../models/random.ts';
import { knowledgeOf } from '../../../models/ranking/index.ts';

test('the last basket says what the graph makes of its goods alone, of one customer after the other', () => {
  const [itemCount, customerCount, width, most] = [140, 6, 110, 30];
  const random = seededRandom(6);
  const draw = (end: number) => Math.floor(random() * end);
  const weights = Float32Array.from({ length: itemCount * width }, random);
  const graph = {
    itemCount,
    offsets: Uint32Array.from({ length: itemCount + 1 }, (_, item) => item * width),
    neighbours: Uint32Array.from(
      { length: itemCount * width },
      (_, cell) => (Math.floor(cell / width) + (cell % width) + 1) % itemCount,
    ),
    weights,
  } as ItemNeighbours;
  // Three orders a customer; the second half of the newest came six hours before the first.
  const lines = Array.from({ length: customerCount * 12 }, (_, line) => {
    const [customer, order] = [Math.floor(line / 12), Math.floor((line % 12) / 3)];
    return { customer, order: customer * 4 + order, item: draw(itemCount), age: [1, 1.25, 9, 30][order] };
  });
  const items = Uint32Array.from(lines, ({ item }) => item);
  const ageDays = Float64Array.from(lines, ({ age }) => age);
  const purchases = {
    ...{ items, ageDays, customerCount, itemCount },
    customers: Uint32Array.from(lines, ({ customer }) => customer),
    orders: Uint32Array.from(lines, ({ order }) => order),
  };
  const scoresOf = createLastBasketScorer(graph, knowledgeOf({ purchases, sales: { items, ageDays } }), most);
  for (let customer = 0; customer < customerCount; customer++) {
    const asked = Uint32Array.from({ length: most }, (_, place) => (place * 4 + customer) % itemCount);
    const basket = new Set(
      lines.filter((line) => line.customer === customer && line.age < 1.5).map(({ item }) => item),
    );
    const expected = Array.from(asked, (candidate) => {
      let sum = 0;
      for (const item of [...basket].sort((one, other) => one - other)) {
        // Of each only its first hundred neighbours are asked.
        for (let rank = 0; rank < 100; rank++)
          if ((item + rank + 1) % itemCount === candidate) sum += weights[item * width + rank];
      }
      return sum;
    });
    expect([...scoresOf(customer, asked)]).toEqual(expected);
  }
});
