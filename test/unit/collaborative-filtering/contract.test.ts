import { deserialize, serialize } from 'node:v8';
import { describe, expect, test } from '@jest/globals';
import { trainEase } from '../../../models/collaborative-filtering/ease/ease.ts';
import { graphFilterMethod, trainGraphFilter } from '../../../models/collaborative-filtering/graphs/graph-filter.ts';
import { nextBasketsMethod, trainNextBaskets } from '../../../models/collaborative-filtering/graphs/next-baskets.ts';
import { type IalsModel, trainIals } from '../../../models/collaborative-filtering/ials/ials.ts';
import { createIalsScorer } from '../../../models/collaborative-filtering/ials/scorer.ts';
import {
  buildInteractions,
  candidateSources,
  type Facts,
  fitFamily,
  type KnownHistory,
  type MethodName,
  methodOf,
  recipe,
  resolveRecipe,
  type TrainedMethod,
  trainItemNeighbours,
} from '../../../models/collaborative-filtering/index.ts';
import { buildOrderVectors } from '../../../models/collaborative-filtering/tifu-knn/customer-vectors.ts';
import { trainTifuKnn } from '../../../models/collaborative-filtering/tifu-knn/tifu-knn.ts';
import { type TrainingInput, trainMember } from '../../../models/collaborative-filtering/train-member.ts';
import { neighbourMethod, popularityMethod } from '../../../models/collaborative-filtering/trained-method.ts';
import { tifuKnnMethod } from '../../../models/collaborative-filtering/trained-model.ts';
import { rankPopularity } from '../../../models/popularity/index.ts';
import { seededRandom } from '../../../models/random.ts';

/** What is bought, one line an order. */
type Bought = readonly (readonly [customer: number, item: number])[];

function factsOf(bought: Bought, customerCount: number, itemCount: number): Facts {
  const rows = {
    customers: Uint32Array.from(bought, ([customer]) => customer),
    items: Uint32Array.from(bought, ([, item]) => item),
    ageDays: Float64Array.from(bought.keys()),
    customerCount,
    itemCount,
  };
  return {
    behaviours: { ...rows, weights: new Float32Array(bought.length).fill(1) },
    purchases: { ...rows, orders: Uint32Array.from(bought.keys()), orderCount: bought.length },
    sales: { items: rows.items, ageDays: rows.ageDays },
  };
}

const forever = { halfLifeDays: Number.POSITIVE_INFINITY };

function inputOf({ behaviours, purchases }: Facts, seed = 1): TrainingInput {
  return { interactions: buildInteractions(behaviours, forever), purchases, seed };
}

/** Customers of even number take items of even number, odd ones odd; each leaves that of its own number out. */
const SIZE = 12;
const checkerboard = Array.from({ length: SIZE }, (_, customer) =>
  Array.from({ length: SIZE }, (_, item) => [customer, item] as const).filter(
    ([, item]) => item % 2 === customer % 2 && item !== customer,
  ),
).flat();
const squares = inputOf(factsOf(checkerboard, SIZE, SIZE));

const random = seededRandom(7);
const shop = factsOf(
  Array.from({ length: 1500 }, () => [Math.floor(random() * 120), Math.floor(random() ** 2 * 60)] as const),
  125,
  64,
);

const { methods } = resolveRecipe(recipe);
const p3alpha = { ...methods.rp3beta, beta: 0, shrinkage: 0 };

/** A method as training gives it, in plain arrays, and as those arrays bring it back. */
interface Member<State = any> {
  readonly train: (input: TrainingInput) => State;
  readonly load: (state: State) => TrainedMethod;
  /** its name in the recipe, where the night chooses it */
  readonly name?: MethodName;
}

const family: Record<string, Member> = {
  rp3beta: {
    train: ({ interactions }) => trainItemNeighbours(interactions, { method: 'rp3beta', ...methods.rp3beta }),
    load: neighbourMethod,
    name: 'rp3beta',
  },
  p3alpha: {
    train: ({ interactions }) => trainItemNeighbours(interactions, { method: 'rp3beta', ...p3alpha }),
    load: neighbourMethod,
  },
  'item-knn': {
    train: ({ interactions }) => trainItemNeighbours(interactions, { method: 'item-knn', ...methods['item-knn'] }),
    load: neighbourMethod,
    name: 'item-knn',
  },
  ials: {
    train: ({ interactions, seed, threads }) => trainIals(interactions, methods.ials, { seed, threads }),
    load: (model: IalsModel) => createIalsScorer(model),
    name: 'ials',
  },
  ease: {
    train: ({ interactions, threads }) => trainEase(interactions, methods.ease, { threads }),
    load: neighbourMethod,
    name: 'ease',
  },
  'tifu-knn': {
    train: ({ purchases, seed }) => ({ vectors: buildOrderVectors(purchases, methods['tifu-knn']), seed }),
    load: ({ vectors, seed }) => tifuKnnMethod(trainTifuKnn(vectors, methods['tifu-knn'], { seed })),
    name: 'tifu-knn',
  },
  'gf-cf': {
    train: ({ interactions, seed, threads }) => trainGraphFilter(interactions, methods['gf-cf'], { seed, threads }),
    load: graphFilterMethod,
    name: 'gf-cf',
  },
  'next-baskets': {
    train: ({ purchases }) => trainNextBaskets(purchases, methods['next-baskets']),
    load: nextBasketsMethod,
    name: 'next-baskets',
  },
  popularity: {
    train: ({ interactions: { indices, columns } }) => {
      const [weights, ageDays] = [new Float32Array(indices.length).fill(1), new Float64Array(indices.length)];
      return rankPopularity({ items: indices, ageDays, weights, itemCount: columns }, forever).scores;
    },
    load: popularityMethod,
  },
};

test('every method that the night may choose is here', () => {
  const here = Object.values(family).flatMap(({ name }) => name ?? []);
  expect(here.sort()).toEqual(Object.keys(methods).sort());
});

function historyOf({ interactions: { offsets, indices, values } }: TrainingInput, customer: number): KnownHistory {
  const [start, end] = offsets.subarray(customer, customer + 2);
  return { items: indices.subarray(start, end), values: values!.subarray(start, end), customer };
}

function scoresOf(method: TrainedMethod, history: KnownHistory): Float32Array {
  const scores = new Float32Array(method.itemCount).fill(Number.NaN);
  method.score(history, scores);
  return scores;
}

describe.each(Object.entries(family))('%s', (kind, { train, load, name }) => {
  const trained = (input: TrainingInput) => load(train(input));

  test('on a checkerboard everybody is given their own colour first', () => {
    const method = trained(squares);
    for (let customer = 0; customer < SIZE; customer++) {
      const scores = scoresOf(method, historyOf(squares, customer));
      const ofColour = (colour: number) => scores.filter((_, item) => item % 2 === colour);
      if (kind === 'popularity') expect(new Set(scores)).toEqual(new Set([SIZE / 2 - 1]));
      // What was bought long after something else is not near it.
      else if (kind === 'next-baskets')
        expect([Math.max(...ofColour(1 - (customer % 2))), Math.max(...ofColour(customer % 2)) > 0.01]).toEqual([
          0,
          true,
        ]);
      else
        expect(Math.min(...ofColour(customer % 2))).toBeGreaterThan(Math.max(...ofColour(1 - (customer % 2))) + 0.001);
    }
  });

  test('somebody who came later is given their colour too, and unknown items change nothing', () => {
    const method = trained(squares);
    const scores = scoresOf(method, { items: [1, 5], values: [1, 0.5] });
    expect(scoresOf(method, { items: [SIZE, 1, 2 ** 32 - 1, 5], values: [1, 1, 1, 0.5] })).toEqual(scores);
    if (kind !== 'popularity') expect(scores[3]).toBeGreaterThan(Math.max(scores[2], scores[4]) + 0.001);
  });

  test('what was trained survives being written and read: equal scores', () => {
    const input = inputOf(shop);
    const state = train(input);
    const [method, read] = [load(state), load(deserialize(serialize(state)))];
    for (let customer = 0; customer < input.interactions.rows; customer++) {
      const history = historyOf(input, customer);
      expect(scoresOf(read, history)).toEqual(scoresOf(method, history));
    }
  });

  test('the same seed gives the same bytes, on one thread and on two', () => {
    const bytes = serialize(train(inputOf(shop)));
    expect(Buffer.compare(serialize(train(inputOf(shop))), bytes)).toBe(0);
    expect(Buffer.compare(serialize(train({ ...inputOf(shop), threads: 2 })), bytes)).toBe(0);
  });

  test('the same history gives the same bytes whoever was scored before', () => {
    const input = inputOf(shop);
    const method = trained(input);
    const first = scoresOf(method, historyOf(input, 3));
    for (let customer = 0; customer < 40; customer++) scoresOf(method, historyOf(input, customer));
    scoresOf(method, { items: [], values: [] });
    expect(scoresOf(method, historyOf(input, 3))).toEqual(first);
    expect(scoresOf(trained(input), historyOf(input, 3))).toEqual(first);
    expect(first.every(Number.isFinite)).toBe(true);
  });

  test('no history, no customers, no items: nothing known', () => {
    if (kind !== 'popularity') {
      const method = trained(squares);
      expect(scoresOf(method, { items: [], values: [] })).toEqual(new Float32Array(SIZE));
    }
    const nothing = trained(inputOf(factsOf([], 3, 4)));
    expect(scoresOf(nothing, { items: [1], values: [1] }).every((score, item) => item === 1 || score === 0)).toBe(true);
    expect(scoresOf(nothing, { items: [], values: [], customer: 2 })).toEqual(new Float32Array(4));
    const empty = trained(inputOf(factsOf([], 0, 0)));
    expect(scoresOf(empty, { items: [0], values: [1] })).toHaveLength(0);
  });

  if (name === undefined) return;

  test('the night trains the same', () => {
    const input = inputOf(shop);
    const member = trainMember(name, input, methods[name] as never);
    if ('refused' in member) throw new Error(member.refused);
    const [method, theirs] = [trained(input), methodOf(member)];
    for (let customer = 0; customer < 30; customer++) {
      const history = historyOf(input, customer);
      expect(scoresOf(theirs, history)).toEqual(scoresOf(method, history));
    }
  });

  test('its lists descend, equal scores by ascending item, each item once, and say why', () => {
    const alone = Object.entries(methods).map(([other, settings]) => [
      other,
      { ...settings, weight: +(other === name) },
    ]);
    const settings = { ...resolveRecipe(recipe), methods: Object.fromEntries(alone), candidates: 30 };
    const fitted = fitFamily(shop, settings, { seed: 1 });
    const said = new Set<string>();
    for (let customer = 0; customer < shop.behaviours.customerCount; customer++) {
      const { items, scores, sources } = fitted.candidatesOf(customer);
      expect(items).toHaveLength(30);
      expect(new Set(items).size).toBe(30);
      scores.forEach((score, rank) => {
        const isBelow = rank === 0 || score < scores[rank - 1];
        if (!isBelow) expect([score, items[rank] > items[rank - 1]]).toEqual([scores[rank - 1], true]);
        said.add(candidateSources[sources[rank]]);
      });
    }
    expect(fitted.refused).toEqual({});
    expect([...said].sort()).toEqual([...candidateSources].sort());
  });
});
