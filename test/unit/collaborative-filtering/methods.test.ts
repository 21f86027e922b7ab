import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  buildInteractions,
  buildRepurchases,
  type CandidateInput,
  candidateSources,
  createCandidateRanker,
  createMatrices,
  createRecommender,
  type ItemNeighbours,
  recipe as nightly,
  noItem,
  resolveRecipe,
  trainItemNeighbours,
  truncateNeighbours,
} from '../../../models/collaborative-filtering/index.ts';
import { createTopSelector } from '../../../models/collaborative-filtering/top-selector.ts';
import { seededRandom } from '../../../models/random.ts';
import type { SparseMatrix } from '../../../models/sparse-matrix.ts';

type Cell = readonly [customer: number, item: number, value: number];

function matrixOf(cells: readonly Cell[], customerCount: number, itemCount: number): SparseMatrix {
  return buildInteractions(
    {
      customers: Uint32Array.from(cells, ([customer]) => customer),
      items: Uint32Array.from(cells, ([, item]) => item),
      ageDays: new Float64Array(cells.length),
      weights: Float32Array.from(cells, ([, , value]) => value),
      customerCount,
      itemCount,
    },
    { halfLifeDays: Number.POSITIVE_INFINITY },
  );
}

function rowsOf(matrix: SparseMatrix): [item: number, value: number][][] {
  return Array.from({ length: matrix.rows }, (_, row) => {
    const cells: [number, number][] = [];
    for (let cell = matrix.offsets[row]; cell < matrix.offsets[row + 1]; cell++) {
      cells.push([matrix.indices[cell], matrix.values![cell]]);
    }
    return cells;
  });
}

const neighboursOf = (graph: ItemNeighbours, item: number) => [
  ...graph.neighbours.subarray(graph.offsets[item], graph.offsets[item + 1]),
];

/** Customers of even number take items of even number, odd ones odd; each leaves one of its colour out. */
function checkerboard(size: number): SparseMatrix {
  const cells: Cell[] = [];
  for (let customer = 0; customer < size; customer++) {
    for (let item = customer % 2; item < size; item += 2) if (item !== customer) cells.push([customer, item, 1]);
  }
  return matrixOf(cells, size, size);
}

function randomMatrix(seed: number, customerCount: number, itemCount: number, cellCount: number): SparseMatrix {
  const random = seededRandom(seed);
  const cells = Array.from({ length: cellCount }, (): Cell => {
    return [Math.floor(random() * customerCount), Math.floor(random() ** 2 * itemCount), 0.1 + random()];
  });
  return matrixOf(cells, customerCount, itemCount);
}

const resolved = resolveRecipe(nightly);
const recipe = { ...resolved, ...resolved.methods.rp3beta, method: 'rp3beta' } as const;
const knn = { ...resolved, ...resolved.methods['item-knn'], method: 'item-knn' } as const;
const anyCells = fc.array(
  fc.tuple(
    fc.nat({ max: 7 }),
    fc.nat({ max: 9 }),
    fc.integer({ min: 1, max: 9 }).map((tenths) => tenths / 10),
  ),
  { maxLength: 60 },
);

describe('interactions', () => {
  const behaviours = {
    customers: Uint32Array.of(2, 0, 2, 2, 0),
    items: Uint32Array.of(3, 1, 0, 3, 1),
    ageDays: Float64Array.of(0, 10, 20, 10, 0),
    weights: Float32Array.of(1, 2, 4, 1, 0),
    customerCount: 4,
    itemCount: 5,
  };

  test('sum decayed weights in rows sorted by item; weight 0 leaves no trace', () => {
    const matrix = buildInteractions(behaviours, { halfLifeDays: 10 });
    expect(matrix).toMatchObject({ rows: 4, columns: 5 });
    expect(rowsOf(matrix)).toEqual([
      [[1, 1]],
      [],
      [
        [0, 1],
        [3, 1.5],
      ],
      [],
    ]);
  });

  test('hold what a plain sum holds, whatever the order of behaviours', () => {
    fc.assert(
      fc.property(anyCells, (cells) => {
        const sums = new Map<string, number>();
        for (const [customer, item, value] of cells) {
          sums.set(`${customer} ${item}`, (sums.get(`${customer} ${item}`) ?? 0) + Math.fround(value));
        }
        const rows = rowsOf(matrixOf(cells, 8, 10));
        expect(rows.flat()).toHaveLength(sums.size);
        rows.forEach((row, customer) => {
          expect(row.map(([item]) => item)).toEqual(row.map(([item]) => item).sort((a, b) => a - b));
          for (const [item, value] of row) expect(value).toBeCloseTo(sums.get(`${customer} ${item}`)!, 5);
        });
        expect(rowsOf(matrixOf([...cells].reverse(), 8, 10)).map((row) => row.map(([item]) => item))).toEqual(
          rows.map((row) => row.map(([item]) => item)),
        );
      }),
    );
  });

  test.each([
    ['customers[0]', { customerCount: 2 }],
    ['items[0]', { itemCount: 3 }],
    ['ageDays[1]', { ageDays: Float64Array.of(0, -1, 0, 0, 0) }],
    ['ageDays[2]', { ageDays: Float64Array.of(0, 0, Number.NaN, 0, 0) }],
    ['weights[4]', { weights: Float32Array.of(1, 1, 1, 1, Number.POSITIVE_INFINITY) }],
    ['weights has 1', { weights: Float32Array.of(1) }],
  ])('name the faulty field: %s', (name, fault) => {
    expect(() => buildInteractions({ ...behaviours, ...fault }, { halfLifeDays: 1 })).toThrow(name);
  });

  test('refuse a half-life that is not above 0', () => {
    expect(() => buildInteractions(behaviours, { halfLifeDays: 0 })).toThrow('halfLifeDays');
    expect(() => buildInteractions(behaviours, { halfLifeDays: Number.NaN })).toThrow('halfLifeDays');
  });
});

describe('repurchases', () => {
  const purchases = {
    customers: Uint32Array.of(1, 1, 1, 0, 1),
    items: Uint32Array.of(2, 2, 2, 2, 0),
    orders: Uint32Array.of(5, 3, 5, 4, 5),
    ageDays: Float64Array.of(0, 30, 0, 60, 0),
    customerCount: 2,
    itemCount: 3,
    orderCount: 6,
  };

  test('count an item once an order, faded by the order’s age', () => {
    expect(rowsOf(buildRepurchases(purchases, { halfLifeDays: 30 }))).toEqual([
      [[2, 0.25]],
      [
        [0, 1],
        [2, 1.5],
      ],
    ]);
  });

  test('and interactions are at every half-life of the same facts what they are at it alone', () => {
    const { customers, items, ageDays, customerCount, itemCount } = purchases;
    const weights = Float32Array.of(1, 0, 2, 1, 1);
    const behaviours = { customers, items, ageDays, weights, customerCount, itemCount };
    const matricesOf = createMatrices({ behaviours, purchases, sales: { items, ageDays } });
    const halfLives = [30, 7, Infinity, 30, 90];
    for (const [place, halfLifeDays] of halfLives.entries()) {
      const repurchaseHalfLifeDays = halfLives.at(-1 - place)!;
      const made = matricesOf({ halfLifeDays, repurchaseHalfLifeDays, popularityHalfLifeDays: 14 });
      expect(made.interactions).toEqual(buildInteractions(behaviours, { halfLifeDays }));
      expect(made.repurchases).toEqual(buildRepurchases(purchases, { halfLifeDays: repurchaseHalfLifeDays }));
    }
  });

  test('keep what has faded away entirely, because the customer still owns it', () => {
    const rows = rowsOf(
      buildRepurchases({ ...purchases, ageDays: new Float64Array(5).fill(1e6) }, { halfLifeDays: 1 }),
    );
    expect(rows.map((row) => row.map(([item]) => item))).toEqual([[2], [0, 2]]);
    expect(rows.flat().every(([, value]) => value > 0)).toBe(true);
  });

  test('name the faulty field', () => {
    expect(() => buildRepurchases({ ...purchases, orderCount: 5 }, { halfLifeDays: 30 })).toThrow('orders[0]');
    expect(() => buildRepurchases({ ...purchases, orders: Uint32Array.of(1) }, { halfLifeDays: 30 })).toThrow(
      'orders has',
    );
  });
});

describe('top selector', () => {
  test('gives what sorting gives', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 5 })), fc.nat({ max: 8 }), (scores, limit) => {
        const selector = createTopSelector(limit);
        for (let round = 0; round < 2; round++) {
          scores.forEach((score, item) => {
            selector.offer(item, score);
          });
          const sorted = [...scores.entries()].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, limit);
          const { items, scores: kept } = selector.take();
          expect([...items].map((item, rank) => [item, kept[rank]])).toEqual(sorted);
        }
      }),
    );
  });
});

describe('item neighbours', () => {
  test.each([recipe, knn])('of a checkerboard are of the item’s own colour: $method', (method) => {
    const graph = trainItemNeighbours(checkerboard(12), method);
    for (let item = 0; item < 12; item++) {
      expect(neighboursOf(graph, item).sort((a, b) => a - b)).toEqual(
        Array.from({ length: 6 }, (_, half) => 2 * half + (item % 2)).filter((other) => other !== item),
      );
    }
  });

  test('have the weights of the published formulas', () => {
    const matrix = matrixOf(
      [
        [0, 0, 1],
        [0, 1, 3],
        [1, 1, 1],
        [1, 2, 1],
      ],
      2,
      3,
    );
    const walk = trainItemNeighbours(matrix, { ...recipe, alpha: 0.5, beta: 1, shrinkage: 6 });
    expect(neighboursOf(walk, 1)).toEqual([0, 2]);
    expect(walk.weights[walk.offsets[1]]).toBeCloseTo((Math.sqrt(3 / 4) * Math.sqrt(1 / 4)) / 7, 7);
    expect(walk.weights[walk.offsets[1] + 1]).toBeCloseTo((Math.sqrt(1 / 4) * Math.sqrt(1 / 2)) / 7, 7);
    expect(walk.weights[walk.offsets[0]]).toBeCloseTo(Math.sqrt(3 / 4) / 10, 7);

    const cosine = trainItemNeighbours(matrix, { ...knn, shrinkage: 2 });
    expect(neighboursOf(cosine, 1)).toEqual([0, 2]);
    expect(cosine.weights[cosine.offsets[1]]).toBeCloseTo(3 / (Math.sqrt(10) + 2), 6);
    expect(cosine.weights[cosine.offsets[1] + 1]).toBeCloseTo(1 / (Math.sqrt(10) + 2), 6);
  });

  test('of item-knn are the history items nearest to each candidate', () => {
    // Item 0 is nearest to nobody; its own nearest is 1, so 1 speaks for it and not the other way round.
    const matrix = matrixOf(
      [
        [0, 0, 1],
        [0, 1, 1],
        [1, 1, 4],
        [1, 2, 4],
      ],
      2,
      3,
    );
    const graph = trainItemNeighbours(matrix, { ...knn, neighbours: 1, shrinkage: 0 });
    expect(neighboursOf(graph, 0)).toEqual([]);
    expect(neighboursOf(graph, 1)).toEqual([2, 0]);
    expect(neighboursOf(graph, 2)).toEqual([1]);
  });

  test('never include the item itself, are distinct, positive and best first with ties by index', () => {
    fc.assert(
      fc.property(anyCells, fc.constantFrom(recipe, knn), fc.integer({ min: 1, max: 4 }), (cells, method, count) => {
        const graph = trainItemNeighbours(matrixOf(cells, 8, 10), { ...method, neighbours: count });
        for (let item = 0; item < 10; item++) {
          const neighbours = neighboursOf(graph, item);
          expect(neighbours).not.toContain(item);
          expect(new Set(neighbours).size).toBe(neighbours.length);
          if (method.method === 'rp3beta') expect(neighbours.length).toBeLessThanOrEqual(count);
          for (let cell = graph.offsets[item]; cell < graph.offsets[item + 1]; cell++) {
            expect(graph.weights[cell]).toBeGreaterThan(0);
            if (cell === graph.offsets[item]) continue;
            const [before, weight] = graph.weights.subarray(cell - 1, cell + 1);
            const tied = before === weight && graph.neighbours[cell - 1] < graph.neighbours[cell];
            expect(before > weight || tied).toBe(true);
          }
        }
      }),
    );
  });

  test('are byte-equal for equal input', () => {
    for (const method of [recipe, knn]) {
      const [first, second] = [1, 2].map(() => trainItemNeighbours(randomMatrix(7, 200, 80, 3000), method));
      expect(Buffer.from(first.weights.buffer).equals(Buffer.from(second.weights.buffer))).toBe(true);
      expect(first).toEqual(second);
    }
  });

  test('of a part are the first ones of the whole', () => {
    const matrix = randomMatrix(3, 100, 40, 1500);
    const part = truncateNeighbours(trainItemNeighbours(matrix, recipe), 5);
    expect(part).toEqual(trainItemNeighbours(matrix, { ...recipe, neighbours: 5 }));
  });

  test('of nothing are none', () => {
    const graph = trainItemNeighbours(matrixOf([], 0, 3), recipe);
    expect([...graph.offsets]).toEqual([0, 0, 0, 0]);
    expect(trainItemNeighbours(matrixOf([], 0, 0), knn).neighbours).toHaveLength(0);
    expect(() => trainItemNeighbours(matrixOf([], 0, 0), { ...recipe, neighbours: 0 })).toThrow('neighbours');
  });
});

describe('recommender', () => {
  const board = checkerboard(12);
  const graph = trainItemNeighbours(board, recipe);
  const recommend = createRecommender(graph);

  test('fills the hole of a checkerboard', () => {
    for (let customer = 0; customer < 12; customer++) {
      const items = board.indices.subarray(board.offsets[customer], board.offsets[customer + 1]);
      const list = recommend({ items, values: items.map(() => 1) }, { limit: 10, exclude: items });
      expect([...list.items]).toEqual([customer]);
      expect([...items]).toContain(list.because[0]);
    }
  });

  test('adds up value × weight and names the greatest contribution', () => {
    fc.assert(
      fc.property(anyCells, (cells) => {
        const matrix = matrixOf(cells, 8, 10);
        const weights = trainItemNeighbours(matrix, recipe);
        const recommendFrom = createRecommender(weights);
        for (const row of rowsOf(matrix)) {
          const sums = new Map<number, number>();
          const best = new Map<number, number>();
          for (const [item, value] of row) {
            for (let cell = weights.offsets[item]; cell < weights.offsets[item + 1]; cell++) {
              const candidate = weights.neighbours[cell];
              sums.set(candidate, (sums.get(candidate) ?? 0) + value * weights.weights[cell]);
              best.set(candidate, Math.max(best.get(candidate) ?? 0, value * weights.weights[cell]));
            }
          }
          const list = recommendFrom(
            { items: row.map(([item]) => item), values: row.map(([, value]) => value) },
            { limit: 10 },
          );
          expect([...list.scores]).toEqual([...list.scores].sort((a, b) => b - a));
          expect(new Set(list.items)).toEqual(new Set(sums.keys()));
          list.items.forEach((item, rank) => {
            expect(list.scores[rank]).toBeCloseTo(sums.get(item)!, 6);
            const [, value] = row.find(([owned]) => owned === list.because[rank])!;
            const cell = graphCell(weights, list.because[rank], item);
            expect(value * weights.weights[cell]).toBe(best.get(item));
          });
        }
      }),
    );
  });

  test('skips items that came after the training; an empty history gives an empty list', () => {
    expect(recommend({ items: [], values: [] }, { limit: 5 }).items).toHaveLength(0);
    expect(recommend({ items: [99], values: [1] }, { limit: 5 }).items).toHaveLength(0);
    expect(recommend({ items: [99, 0], values: [1, 1] }, { limit: 5 })).toEqual(
      recommend({ items: [0], values: [1] }, { limit: 5 }),
    );
  });

  test('remembers nothing of the customer before', () => {
    const first = recommend({ items: [0, 2], values: [1, 1] }, { limit: 5, exclude: [4] });
    recommend({ items: [1, 3], values: [5, 1] }, { limit: 5, exclude: [6, 7, 8] });
    expect(recommend({ items: [0, 2], values: [1, 1] }, { limit: 5, exclude: [4] })).toEqual(first);
    expect([...first.items]).not.toContain(4);
  });
});

function graphCell(graph: ItemNeighbours, item: number, neighbour: number): number {
  return graph.neighbours.indexOf(neighbour, graph.offsets[item]);
}

describe('candidates', () => {
  // Customers 0 to 2 buy among items 0 to 3, customer 3 has no history; 4 and 5 only sell.
  const interactions = matrixOf(
    [
      [0, 0, 1],
      [0, 1, 1],
      [1, 1, 1],
      [1, 2, 1],
      [2, 0, 1],
      [2, 3, 1],
    ],
    4,
    6,
  );
  const input: CandidateInput = {
    neighbours: trainItemNeighbours(interactions, recipe),
    interactions,
    repurchases: matrixOf(
      [
        [0, 0, 2],
        [0, 1, 1],
        [1, 1, 1],
        [2, 0, 1],
      ],
      4,
      6,
    ),
    popularity: Float64Array.of(1, 1, 1, 1, 10, 5),
    recipe: { ...recipe, blend: { ...recipe.blend, popularityPower: 0.1 } },
  };
  const sourcesOf = (list: { sources: Uint8Array }) => Array.from(list.sources, (source) => candidateSources[source]);

  test('blend own purchases, collaborative filtering and popularity, each with its evidence', () => {
    const list = createCandidateRanker(input).rank(0);
    expect([...list.items]).toEqual([0, 1, 2, 3, 4, 5]);
    expect(sourcesOf(list)).toEqual([
      'repurchase',
      'repurchase',
      'collaborative-filtering',
      'collaborative-filtering',
      'popularity',
      'popularity',
    ]);
    expect([...list.because]).toEqual([0, 1, 1, 0, noItem, noItem]);
    expect([...list.scores]).toEqual([...list.scores].sort((a, b) => b - a));
  });

  test('have the score that the formula says', () => {
    const { collaborative, floor } = recipe.blend;
    const list = createCandidateRanker({ ...input, recipe: { ...recipe, candidates: 3 } }).rank(0);
    const demand = (0.1 + floor) ** recipe.blend.popularityPower;
    // All four items are equally popular, so that customer 0's strongest collaborative scores are of items 2 and 3.
    const cf = createRecommender(input.neighbours)({ items: [0, 1], values: [1, 1] }, { limit: 6 });
    const relative = cf.scores[cf.items.indexOf(0)] / cf.scores[0];
    expect(list.items[0]).toBe(0);
    expect(list.scores[0]).toBeCloseTo((2 + collaborative * relative + floor) * demand, 5);
  });

  test('leave bought items out where repurchase is excluded', () => {
    const list = createCandidateRanker({ ...input, recipe: { ...input.recipe, repurchase: 'exclude' } }).rank(0);
    expect([...list.items].sort()).toEqual([2, 3, 4, 5]);
    expect(sourcesOf(list)).not.toContain('repurchase');
  });

  test('are popularity alone for a customer without history', () => {
    const list = createCandidateRanker(input).rank(3);
    expect([...list.items]).toEqual([4, 5, 0, 1, 2, 3]);
    expect(new Set(sourcesOf(list))).toEqual(new Set(['popularity']));
  });

  test('are eligible items only', () => {
    const { rank } = createCandidateRanker({ ...input, eligible: Uint8Array.of(0, 1, 0, 1, 0, 1) });
    expect([...rank(0).items]).toEqual([1, 3, 5]);
    expect([...rank(3).items]).toEqual([5, 1, 3]);
  });

  test('do without popularity', () => {
    const list = createCandidateRanker({ ...input, popularity: new Float64Array(6) }).rank(0);
    expect([...list.items].sort()).toEqual([0, 1, 2, 3]);
    expect(createCandidateRanker({ ...input, popularity: new Float64Array(6) }).rank(3).items).toHaveLength(0);
  });

  test('are the best of a ranking of all items, byte-equal whoever was ranked before', () => {
    const itemCount = 60;
    const big = randomMatrix(11, 40, itemCount, 400);
    const bought = randomMatrix(12, 40, itemCount, 200);
    const random = seededRandom(5);
    const whole: CandidateInput = {
      neighbours: trainItemNeighbours(big, { ...recipe, neighbours: 5 }),
      interactions: big,
      repurchases: bought,
      popularity: Float64Array.from({ length: itemCount }, random),
      recipe: { ...recipe, candidates: itemCount },
    };
    for (const repurchase of ['allow', 'exclude'] as const) {
      const { rank: all } = createCandidateRanker({ ...whole, recipe: { ...whole.recipe, repurchase } });
      const { rank: few } = createCandidateRanker({ ...whole, recipe: { ...whole.recipe, repurchase, candidates: 7 } });
      const lists = Array.from({ length: 40 }, (_, customer) => few(customer));
      for (let customer = 39; customer >= 0; customer--) {
        const list = all(customer);
        const owned = rowsOf(bought)[customer].length;
        expect(list.items).toHaveLength(repurchase === 'allow' ? itemCount : itemCount - owned);
        expect(lists[customer].items).toEqual(list.items.slice(0, 7));
        expect(lists[customer].scores).toEqual(list.scores.slice(0, 7));
        expect(lists[customer]).toEqual(few(customer));
      }
    }
  });

  test.each([
    ['popularity.length', { popularity: new Float64Array(5) }],
    ['eligible.length', { eligible: new Uint8Array(7) }],
    ['interactions.columns', { interactions: matrixOf([], 4, 5) }],
    ['repurchases.rows', { repurchases: matrixOf([], 3, 6) }],
    ['blend.floor', { recipe: { ...recipe, blend: { ...recipe.blend, floor: 0 } } }],
  ])('name the input that does not fit: %s', (name, fault) => {
    expect(() => createCandidateRanker({ ...input, ...fault })).toThrow(name);
  });
});
