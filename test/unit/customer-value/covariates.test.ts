import { describe, expect, test } from '@jest/globals';
import { effectsAsParameters } from '../../../models/customer-value/covariates/fit-covariates.ts';
import {
  type Covariate,
  expectOrders,
  findPatterns,
  type Histories,
  historyOf,
  judgeCovariates,
  learnCovariates,
  learnOrders,
  type OrderModelName,
  orderModelNames,
  recipe,
  sayOfEach,
  scaleOrderModel,
} from '../../../models/customer-value/index.ts';
import { families } from '../../../models/customer-value/order-models/choose-order-model.ts';
import { seededRandom } from '../../../models/random.ts';
import { sum } from '../../../models/statistics.ts';
import { thoroughly, usually } from '../../support/jest/thorough.ts';
import { type Leaving, type PlantedEffect, simulate } from '../../support/simulated/simulated-customers.ts';

const truths: Record<OrderModelName, { r: number; alpha: number } & Leaving> = {
  'bg-nbd': { r: 0.8, alpha: 9, a: 0.8, b: 3 },
  'mbg-nbd': { r: 0.8, alpha: 9, a: 0.8, b: 2.5, isAtOnce: true },
  'pareto-nbd': { r: 0.8, alpha: 9, s: 0.7, beta: 14 },
};

/** A covariate that customers have by chance. */
function dice(name: string, values: readonly string[], customers: number, seed: number): Covariate {
  const random = seededRandom(seed);
  return {
    name,
    values,
    numbers: Int32Array.from({ length: customers }, () => Math.floor(random() * values.length)),
  };
}

/** Customers of a model of whom each value of `covariate` says something. */
function shop(name: OrderModelName, covariate: Covariate, effects: readonly PlantedEffect[], seed: number) {
  const { length } = covariate.numbers;
  const simulated = simulate(truths[name], length, 52, seed, (customer) => effects[covariate.numbers[customer]]);
  const fitted = learnOrders(simulated.histories, recipe, [name]);
  if ('refusal' in fitted) throw new Error(fitted.refusal);
  return { ...simulated, plain: fitted[0] };
}

const nothing = { orders: 1, leaving: 1 };

usually.describe('told apart are', () => {
  test('values that enough customers share, and what they have of several covariates', () => {
    const customers = 1_000;
    const channel: Covariate = {
      name: 'channel',
      values: ['rare', 'app', 'web'],
      numbers: Int32Array.from({ length: customers }, (_, n) => (n < 49 ? 0 : n < 100 ? -1 : 1 + (n % 2))),
    };
    const everywhere: Covariate = { name: 'country', values: ['here'], numbers: new Int32Array(customers) };
    const category: Covariate = {
      name: 'category',
      values: ['books'],
      numbers: Int32Array.from({ length: customers }, (_, n) => (n < 500 ? 0 : -1)),
    };
    const { values, rows, patterns } = findPatterns([channel, everywhere, category], customers);
    expect(values).toEqual([
      { covariate: 'channel', value: 'app' },
      { covariate: 'channel', value: 'web' },
      { covariate: 'category', value: 'books' },
    ]);
    const told = (customer: number) => rows[patterns[customer]].map((place) => values[place].value);
    expect([0, 60, 100, 101, 998, 999].map(told)).toEqual([
      ['books'],
      ['books'],
      ['app', 'books'],
      ['web', 'books'],
      ['app'],
      ['web'],
    ]);
  });

  test('the most frequent of many values', () => {
    const values = Array.from({ length: 20 }, (_, n) => `V${n}`);
    // Value n is of 60 + n customers.
    const numbers = Int32Array.from(values.flatMap((_, n) => new Array<number>(60 + n).fill(n)));
    const found = findPatterns([{ name: 'many', values, numbers }], numbers.length);
    expect(found.values.map(({ value }) => value)).toEqual(values.slice(8).toReversed());
  });
});

// By the definition of a derivative, with nothing of the formulas.
usually.test.each(orderModelNames)('%s: derivatives by parameters and effects are those of the likelihood', (name) => {
  const { histories } = simulate(truths[name], 300, 52, 3);
  const told: Histories = { ...histories, patterns: Uint32Array.from(histories.repeats, (_, n) => n % 4) };
  const family = families[name];
  const extra = effectsAsParameters(family, 2, [[], [0], [1], [0, 1]]);
  const likelihoodOf = extra.prepare(told);
  const own = Object.keys(family.start(1));
  const parameters: Record<string, number> = { ...truths[name] } as never;
  for (const [n, effect] of extra.names.entries()) parameters[effect] = 0.7 + 0.2 * n;
  const names = [...own, ...extra.names];
  const gradient = new Float64Array(names.length);
  likelihoodOf(parameters, gradient);
  const there = new Float64Array(names.length);
  for (const [at, parameter] of names.entries()) {
    const step = 1e-5 * parameters[parameter];
    const [above, below] = [1, -1].map((side) =>
      likelihoodOf({ ...parameters, [parameter]: parameters[parameter] + side * step }, there),
    );
    expect(gradient[at] / ((above - below) / (2 * step))).toBeCloseTo(1, 4);
  }
});

describe('a covariate that says something', () => {
  const effects = [
    { orders: 1, leaving: 1 },
    { orders: 2.5, leaving: 1 },
    { orders: 0.7, leaving: 2.5 },
  ];

  thoroughly.test.each(orderModelNames)('%s: is taken, the others are not, and its effects are found again', (name) => {
    const customers = 4_000;
    const first = dice('first-channel', ['web', 'app', 'store'], customers, 1);
    const idle = dice('country', ['A', 'B', 'C', 'D'], customers, 2);
    const { histories, later, after, plain } = shop(name, first, effects, 11);
    const patterns = findPatterns([idle, first], customers);
    const choice = judgeCovariates(plain, histories, later, patterns);
    expect(choice.taken).toEqual(['first-channel']);
    expect(choice.trials.map(({ covariate, beside, isTaken }) => [covariate, beside.length, isTaken])).toEqual([
      ['country', 0, false],
      ['first-channel', 0, true],
      ['country', 1, false],
    ]);
    const found = new Map(choice.fitted!.effects.map((effect) => [effect.value, effect]));
    expect(found.size).toBe(3);
    const ratio = (of: 'orders' | 'leaving', one: string, other: string) => found.get(one)![of] / found.get(other)![of];
    expect(Math.abs(ratio('orders', 'app', 'web') / 2.5 - 1)).toBeLessThan(0.2);
    expect(ratio('leaving', 'store', 'web')).toBeGreaterThan(1.5);
    expect(ratio('leaving', 'store', 'web')).toBeLessThan(3.5);
    // What the customers of whom least is to be expected order afterwards is foretold better than where all are alike.
    const told = { ...histories, patterns: patterns.patterns };
    const [withIt, without] = [choice.fitted!.model, plain].map((model) => expectOrders(model, told, 52));
    const ofStore = (orders: ArrayLike<number>) =>
      sum(Array.from(orders).filter((_, customer) => first.numbers[customer] === 2));
    expect(Math.abs(ofStore(withIt) / ofStore(after) - 1)).toBeLessThan(0.15);
    expect(ofStore(without) / ofStore(after)).toBeGreaterThan(1.15);
  });

  usually.test('customers who did the same are told apart by what is known of them, where the model does', () => {
    const customers = 1_500;
    const first = dice('first-channel', ['web', 'app', 'store'], customers, 1);
    const { histories, plain } = shop('mbg-nbd', first, effects, 5);
    const patterns = findPatterns([first], customers);
    // In whole weeks, so that many did the same.
    const [lastRepeat, observed] = [histories.lastRepeat.map(Math.floor), histories.observed.map(Math.ceil)];
    const told = { ...histories, lastRepeat, observed, patterns: patterns.patterns };
    const { model } = learnCovariates('mbg-nbd', histories, patterns, ['first-channel'])!;
    for (const each of [plain, model]) {
      const alive = sayOfEach(each, told, (history) => each.aliveProbability(history));
      for (let customer = 0; customer < customers; customer++) {
        expect(alive[customer]).toBe(each.aliveProbability(historyOf(told, customer)));
      }
    }
    // Of those alike a model that tells nobody apart is asked once.
    const alike = {
      repeats: Uint32Array.of(1, 1, 2, 1),
      lastRepeat: Float64Array.of(3, 3, 3, 3),
      observed: Float64Array.of(9, 9, 9, 8),
    };
    let asked = 0;
    const said = sayOfEach(plain, alike, ({ repeats, observed }) => {
      asked++;
      return 100 * repeats + observed;
    });
    expect([asked, ...said]).toEqual([3, 109, 109, 209, 108]);
  });

  usually.test('the model of a pattern is that of its parameters', () => {
    const customers = 1_500;
    const first = dice('first-channel', ['web', 'app', 'store'], customers, 1);
    const { histories } = shop('mbg-nbd', first, effects, 5);
    const patterns = findPatterns([first], customers);
    const { model, effects: found } = learnCovariates('mbg-nbd', histories, patterns, ['first-channel'])!;
    for (const { value } of found) {
      const pattern = patterns.rows.findIndex((row) => row.some((place) => patterns.values[place].value === value));
      const own = scaleOrderModel(
        'mbg-nbd',
        model.parameters,
        found.filter((effect) => effect.value === value),
      );
      const history = { repeats: 3, lastRepeat: 20, observed: 30 };
      const told = { ...history, pattern };
      expect(model.logLikelihoodOf(told)).toBe(own.logLikelihoodOf(history));
      expect(model.aliveProbability(told)).toBe(own.aliveProbability(history));
      expect(model.expectedOrdersAlive(told, 13)).toBe(own.expectedOrdersAlive(history, 13));
      const wait = { alive: own.aliveProbability(history), probability: 0.2, atMost: 500 };
      expect(model.waitForOrder(told, wait)).toBe(own.waitForOrder(history, wait));
      expect(own.aliveProbability(history)).not.toBe(
        scaleOrderModel('mbg-nbd', model.parameters, []).aliveProbability(history),
      );
    }
  });
});

thoroughly.test('where nothing is to be told, nothing is taken but by chance', () => {
  const customers = 900;
  const taken = Array.from({ length: 20 }, (_, seed) => {
    const covariates = ['first-category', 'first-channel', 'country'].map((name, n) =>
      dice(name, ['A', 'B', 'C', 'D', 'E'], customers, 100 * seed + n),
    );
    const { histories, later, plain } = shop('mbg-nbd', covariates[0], new Array(5).fill(nothing), 1_000 + seed);
    return judgeCovariates(plain, histories, later, findPatterns(covariates, customers)).taken.length;
  });
  expect(sum(taken)).toBeLessThanOrEqual(1);
});
