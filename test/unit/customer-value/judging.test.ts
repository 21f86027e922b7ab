import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  chooseOrderModel,
  expectedOrderValue,
  fitBgNbd,
  fitGammaGamma,
  fitMbgNbd,
  fitOrderModel,
  fitParetoNbd,
  type Histories,
  historyOf,
  judgeValue,
  learnOrders,
  learnSpend,
  type OrderModelName,
  orderModelNames,
  rank,
  recipe,
} from '../../../models/customer-value/index.ts';
import { minimise } from '../../../models/customer-value/minimise.ts';
import {
  aliveProbability,
  asOrderModel,
  expectedOrdersAlive,
  waitForOrder,
} from '../../../models/customer-value/order-models/bg-nbd.ts';
import { asOrderModel as asParetoModel } from '../../../models/customer-value/order-models/pareto-nbd.ts';
import { areaUnderCurve, compareAreas } from '../../../models/customer-value/rankings.ts';
import { digamma, logGamma, logHypergeometric } from '../../../models/customer-value/special-functions.ts';
import { seededRandom } from '../../../models/random.ts';
import { mean } from '../../../models/statistics.ts';
import { type Leaving, simulate } from '../../support/simulated/simulated-customers.ts';

const relative = (found: number, expected: number) => Math.abs(found / expected - 1);

describe('special functions', () => {
  test('logarithms of factorials and of the gamma function at one half', () => {
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 14);
    expect(Math.abs(logGamma(1))).toBeLessThan(1e-14);
    let factorial = 1;
    for (let n = 1; n < 160; n++) {
      factorial *= n;
      expect(relative(Math.exp(logGamma(n + 1)), factorial)).toBeLessThan(1e-12);
    }
  });

  test('digamma is its derivative, and known at 1 and one half', () => {
    expect(digamma(1)).toBeCloseTo(-0.577_215_664_901_532_9, 14);
    expect(digamma(0.5)).toBeCloseTo(-0.577_215_664_901_532_9 - 2 * Math.LN2, 13);
    for (const x of [0.1, 0.7, 3.3, 11.9, 12.1, 1_000]) {
      const step = 1e-5 * x;
      expect(relative(digamma(x), (logGamma(x + step) - logGamma(x - step)) / (2 * step))).toBeLessThan(1e-7);
    }
  });

  test.each([
    ['ln(1 / (1 - z))', 1, 1, 2, 0.7, Math.log(-Math.log1p(-0.7) / 0.7)],
    ['a power', 2.5, 3, 3, 0.9, -2.5 * Math.log(0.1)],
    ['the arcsine', 0.5, 0.5, 1.5, 0.25, Math.log(Math.asin(0.5) / 0.5)],
    ['a power beyond the range of a float64', 4_000, 7, 7, 0.5, 4_000 * Math.LN2],
    ['near 1', 0.25, 1, 3, 0.999, Number.NaN],
  ])('2F1 is %s', (_, a, b, c, z, expected) => {
    // The series itself, without the transformation, for the one without a closed form.
    const series = () => {
      let [term, sum] = [1, 1];
      for (let n = 0; n < 200_000; n++) {
        term *= (((a + n) * (b + n)) / ((c + n) * (n + 1))) * z;
        sum += term;
      }
      return Math.log(sum);
    };
    expect(relative(logHypergeometric(a, b, c, z), Number.isNaN(expected) ? series() : expected)).toBeLessThan(1e-12);
  });

  test('2F1 beyond its circle is refused', () => {
    expect(() => logHypergeometric(1, 1, 1.5, 1)).toThrow(RangeError);
  });
});

test('the minimum of the Rosenbrock valley', () => {
  const { point, converged } = minimise(
    ([x, y], gradient) => {
      gradient[0] = -2 * (1 - x) - 400 * x * (y - x * x);
      gradient[1] = 200 * (y - x * x);
      return (1 - x) ** 2 + 100 * (y - x * x) ** 2;
    },
    Float64Array.of(-1.2, 1),
    { tolerance: 1e-9, maximumIterations: 200 },
  );
  expect(converged).toBe(true);
  for (const coordinate of point) expect(coordinate).toBeCloseTo(1, 8);
});

describe('customers who live by the models', () => {
  const truth = { r: 0.6, alpha: 6, a: 0.9, b: 3 };
  const { histories, after } = simulate(truth, 10_000, 52);
  const fit = fitBgNbd(histories);
  const { model } = fit;

  test('their parameters are found again', () => {
    for (const name of ['r', 'alpha', 'a', 'b'] as const) {
      expect(relative(model[name], truth[name])).toBeLessThan(0.15);
    }
    const spend = fitGammaGamma(histories).model;
    expect(relative(spend.p, 6)).toBeLessThan(0.1);
    expect(relative(spend.q, 4)).toBeLessThan(0.1);
    expect(relative(spend.gamma, 50)).toBeLessThan(0.1);
  });

  test('their orders are foretold, group by group', () => {
    for (const [from, to] of [
      [0, 0],
      [1, 1],
      [2, 4],
      [5, 1_000],
    ] as const) {
      let [expected, actual] = [0, 0];
      for (const [customer, repeats] of histories.repeats.entries()) {
        if (repeats < from || repeats > to) continue;
        const alive = aliveProbability(model, repeats, histories.lastRepeat[customer], histories.observed[customer]);
        expected += alive * expectedOrdersAlive(model, repeats, histories.observed[customer], 52);
        actual += after[customer];
      }
      expect(relative(expected, actual)).toBeLessThan(0.08);
    }
  });

  test('here the model ranks best, and is seen to', () => {
    const judged = judgeValue(asOrderModel(fit), histories, after, 52);
    expect(judged.bestRanking).toBe('model');
    expect(judged.advantage.low).toBeGreaterThan(0);
    expect(judged.returned).toBe(after.filter((orders) => orders > 0).length);
  });

  test('the derivatives are those of the likelihood: no neighbour is likelier', () => {
    const { logLikelihood, converged } = fitBgNbd(histories);
    expect(converged).toBe(true);
    const reversed = Object.fromEntries(
      Object.entries(histories).map(([name, values]) => [name, values.slice().reverse()]),
    ) as unknown as Histories;
    expect(fitBgNbd(reversed).logLikelihood).toBeCloseTo(logLikelihood, 6);
  });

  test('the same customers give the same bits', () => {
    expect(fitBgNbd(histories).model).toEqual(model);
  });
});

describe('three ways to leave', () => {
  const truths: Record<OrderModelName, { r: number; alpha: number } & Leaving> = {
    'bg-nbd': { r: 0.8, alpha: 5, a: 0.9, b: 2 },
    'mbg-nbd': { r: 0.8, alpha: 5, a: 0.9, b: 1.5, isAtOnce: true },
    'pareto-nbd': { r: 0.8, alpha: 5, s: 0.7, beta: 8 },
  };

  test.each(orderModelNames)('%s: parameters are found again, and it is chosen by what it foretells', (name) => {
    const truth = truths[name];
    const { histories, later, isThere } = simulate(truth, 3_000, 52);
    const models = orderModelNames.map((each) => fitOrderModel(each, histories, { priorDeviation: 2 })!);
    const choice = chooseOrderModel(models, histories, later);
    expect(choice.trials[0].name).toBe(name);
    expect(choice.lead!.difference).toBeCloseTo(choice.trials[0].logLikelihood - choice.trials[1].logLikelihood, 10);
    const model = models.find((each) => each.name === name)!;
    for (const [parameter, value] of Object.entries(model.parameters)) {
      expect(relative(value, (truth as unknown as Record<string, number>)[parameter])).toBeLessThan(0.4);
    }
    // Who is said to be there with a chance of p is there in a share of p.
    for (const [from, to] of [
      [0.05, 0.35],
      [0.35, 0.65],
      [0.65, 0.95],
    ] as const) {
      let [told, there, count] = [0, 0, 0];
      for (const [customer, is] of isThere.entries()) {
        const alive = model.aliveProbability(historyOf(histories, customer));
        if (alive < from || alive >= to) continue;
        told += alive;
        there += is;
        count++;
      }
      expect(count).toBeGreaterThan(60);
      expect(Math.abs(told - there) / count).toBeLessThan(0.09);
    }
  });

  test('of one order only BG/NBD says nothing about leaving', () => {
    const { histories } = simulate(truths['mbg-nbd'], 500, 52);
    for (const name of orderModelNames) {
      const model = fitOrderModel(name, histories, { priorDeviation: 2 })!;
      const [soon, long] = [1, 300].map((observed) => model.aliveProbability({ repeats: 0, lastRepeat: 0, observed }));
      expect(model.tellsOfOneOrder).toBe(name !== 'bg-nbd');
      if (model.tellsOfOneOrder) expect(long).toBeLessThan(soon - 0.1);
      else expect([soon, long]).toEqual([1, 1]);
    }
  });
});

describe('Pareto/NBD against the integral over both rates', () => {
  const truth = { r: 0.7, alpha: 9, s: 0.6, beta: 12 };
  const model = asParetoModel({ model: truth, logLikelihood: 0 });

  /**
   * The double sum over the rate to order and the rate to leave, in steps of their logarithms: what happened under given rates
   * is of the textbook; `of` gives what to weigh of a customer who is there at the end.
   */
  function overRates(repeats: number, last: number, observed: number, of: (order: number, leave: number) => number) {
    let [there, gone, weighed] = [0, 0, 0];
    const density = (rate: number, shape: number, scale: number) => rate ** shape * Math.exp(-scale * rate);
    const step = 0.15;
    for (let i = -300; i < 30; i++) {
      const order = Math.exp(i * step);
      const likely = density(order, truth.r + repeats, truth.alpha);
      for (let j = -300; j < 30; j++) {
        const leave = Math.exp(j * step);
        const weight = likely * density(leave, truth.s, truth.beta);
        const both = order + leave;
        const stays = weight * Math.exp(-both * observed);
        there += stays;
        gone += (weight * leave * (Math.exp(-both * last) - Math.exp(-both * observed))) / both;
        weighed += stays * of(order, leave);
      }
    }
    return { alive: there / (there + gone), mean: weighed / there, total: (there + gone) * step * step };
  }
  const cases = [
    [0, 0, 30],
    [3, 20, 38],
    [12, 10, 35],
  ] as const;

  test.each(cases)('x = %d, t_x = %d, T = %d', (repeats, lastRepeat, observed) => {
    const history = { repeats, lastRepeat, observed };
    const expected = overRates(
      repeats,
      lastRepeat,
      observed,
      (order, leave) => (order * -Math.expm1(-leave * 26)) / leave,
    );
    expect(relative(model.aliveProbability(history), expected.alive)).toBeLessThan(1e-6);
    expect(relative(model.expectedOrdersAlive(history, 26), expected.mean)).toBeLessThan(1e-6);
    const scale =
      truth.r * Math.log(truth.alpha) + truth.s * Math.log(truth.beta) - logGamma(truth.r) - logGamma(truth.s);
    expect(model.logLikelihoodOf(history)).toBeCloseTo(Math.log(expected.total) + scale, 5);
    const alive = model.aliveProbability(history);
    const wait = model.waitForOrder(history, { alive, probability: 0.3 * alive, atMost: 1_000 });
    const ordered = overRates(repeats, lastRepeat, observed, (order, leave) => {
      return (order * -Math.expm1(-(order + leave) * wait)) / (order + leave);
    });
    expect(ordered.mean).toBeCloseTo(0.3, 5);
    expect(model.waitForOrder(history, { alive, probability: 0.3 * alive, atMost: wait / 2 })).toBe(Infinity);
  });
});

test('a prior draws few customers towards the shop as a whole: what they do next is foretold better', () => {
  const truth = { r: 0.6, alpha: 6, a: 0.9, b: 3 };
  const others = simulate(truth, 800, 52, 99);
  const foretold = (priorDeviation: number) => {
    const likelihoods = [1, 2, 3, 4, 5].map((seed) => {
      const model = asOrderModel(fitBgNbd(simulate(truth, 80, 52, seed).histories, { priorDeviation }));
      return chooseOrderModel([model], others.histories, others.later).trials[0].logLikelihood;
    });
    return mean(likelihoods);
  };
  expect(foretold(2)).toBeGreaterThan(foretold(Infinity) + 0.001);
});

test.each([fitMbgNbd, fitParetoNbd])('the greatest likelihood does not depend on the unit of time (%p)', (maximise) => {
  const { histories } = simulate({ r: 0.6, alpha: 6, a: 0.9, b: 3 }, 400, 52);
  const inDays = {
    ...histories,
    lastRepeat: histories.lastRepeat.map((weeks) => 7 * weeks),
    observed: histories.observed.map((weeks) => 7 * weeks),
  };
  const prior = { priorDeviation: 2 };
  const [weeks, days] = [maximise(histories, prior), maximise(inDays, prior)];
  expect(weeks.converged).toBe(true);
  expect(relative(days.model.alpha, 7 * weeks.model.alpha)).toBeLessThan(1e-4);
  expect(days.model.r).toBeCloseTo(weeks.model.r, 4);
});

describe('expected orders', () => {
  /** By definition: while there, orders come at a rate and each ends it all with a probability; summed over both. */
  function integrate({ r, alpha, a, b }: typeof usual, repeats: number, observed: number, horizon: number): number {
    const steps = 50_000;
    let [sum, weights] = [0, 0];
    for (let step = 0; step < steps; step++) {
      // A substitution that flattens the ends of the beta density.
      const u = (step + 0.5) / steps;
      const dropout = u * u * (3 - 2 * u);
      const weight = dropout ** (a - 1) * (1 - dropout) ** (b + repeats - 1) * 6 * u * (1 - u);
      const stay = ((alpha + observed) / (alpha + observed + dropout * horizon)) ** (r + repeats);
      sum += (weight * (1 - stay)) / dropout;
      weights += weight;
    }
    return sum / weights;
  }
  const usual = { r: 0.6, alpha: 6, a: 1.3, b: 3 };

  test.each([
    [usual, 0, 0, 10],
    [usual, 3, 40, 39],
    [{ ...usual, a: 1 }, 2, 30, 39],
    [{ ...usual, a: 1 + 1e-9 }, 2, 30, 39],
    [{ ...usual, a: 5 }, 1, 10, 500],
    [{ ...usual, r: 30, alpha: 300 }, 1, 10, 20],
    [{ ...usual, b: 20 }, 400, 52, 52],
    [{ ...usual, a: 0.6, b: 0.4 }, 0, 5, 10],
    [{ ...usual, a: 0.5, b: 0.3 }, 0, 5, 30],
    [{ r: 90, alpha: 100, a: 2, b: 5 }, 0, 5, 10],
  ])('agree with the integral they stand for: %j x = %d, T = %d, t = %d', (model, repeats, observed, horizon) => {
    const expected = integrate(model, repeats, observed, horizon);
    expect(relative(expectedOrdersAlive(model, repeats, observed, horizon), expected)).toBeLessThan(2e-4);
  });

  test('are finite, grow with the horizon and never pass what somebody who never leaves would order', () => {
    const positive = (most: number) => fc.double({ min: 0.02, max: most, noNaN: true });
    fc.assert(
      fc.property(
        fc.record({ r: positive(50), alpha: positive(100), a: positive(50), b: positive(200) }),
        fc.nat(300),
        positive(300),
        positive(100),
        (model, repeats, observed, horizon) => {
          const [half, whole] = [horizon / 2, horizon].map((time) =>
            expectedOrdersAlive(model, repeats, observed, time),
          ) as [number, number];
          expect(whole).toBeGreaterThan(half * (1 - 1e-12));
          expect(half).toBeGreaterThan(0);
          const rate = (model.r + repeats) / (model.alpha + observed);
          expect(whole).toBeLessThan(rate * horizon * (1 + 1e-9));
        },
      ),
      { numRuns: 300, seed: 1 },
    );
  });

  test('nothing is ordered in no time', () => {
    expect(expectedOrdersAlive(usual, 3, 40, 0)).toBeCloseTo(0, 15);
  });
});

test('the wait for an order is where its probability is reached; of the likely gone there is none', () => {
  const model = { r: 0.6, alpha: 6, a: 1.3, b: 3 };
  const wait = waitForOrder(model, { repeats: 4, observed: 30, alive: 0.8 }, 0.5);
  expect(0.8 * (1 - (36 / (36 + wait)) ** 4.6)).toBeCloseTo(0.5, 12);
  expect(waitForOrder(model, { repeats: 4, observed: 30, alive: 0.5 }, 0.5)).toBe(Infinity);
});

test('the value of an order lies between the own mean and that of all, nearer to the own with more orders', () => {
  const model = { p: 6, q: 4, gamma: 15 };
  const [none, one, many] = [0, 1, 100].map((repeats) => expectedOrderValue(model, repeats, 90)) as number[];
  expect(none).toBeCloseTo(30, 12);
  expect(one).toBeGreaterThan(30);
  expect(many).toBeGreaterThan(one);
  expect(many).toBeLessThan(90);
  expect(expectedOrderValue({ ...model, q: 1 }, 1, 90)).toBeNaN();
});

test('customers who all spend the same are expected to go on so, and those who differ by chance alone alike', () => {
  const random = seededRandom(13);
  const count = 400;
  const alike = (spend: () => number) =>
    learnSpend(
      {
        repeats: Uint32Array.from({ length: count }, (_, customer) => 1 + (customer % 4)),
        lastRepeat: new Float64Array(count).fill(5),
        observed: new Float64Array(count).fill(10),
        meanSpend: Float64Array.from({ length: count }, (_, customer) => {
          const orders = Array.from({ length: 1 + (customer % 4) }, spend);
          return orders.reduce((sum, value) => sum + value, 0) / orders.length;
        }),
      },
      recipe,
    );
  const [same, chance] = [alike(() => 10), alike(() => -10 * Math.log(1 - random()))];
  if ('refusal' in same || 'refusal' in chance) throw new Error('refused');
  expect(expectedOrderValue(same.model, 2, 10)).toBeCloseTo(10, 2);
  const [low, high] = [2, 40].map((spend) => expectedOrderValue(chance.model, 4, spend)) as [number, number];
  expect(relative(high, low)).toBeLessThan(0.5);
  expect(relative(expectedOrderValue(chance.model, 0, 0), 10)).toBeLessThan(0.15);
});

describe('rankings', () => {
  test('ranks share places', () => {
    expect([...rank(Float64Array.of(3, 1, 3, 2, 3))]).toEqual([4, 1, 4, 2, 4]);
  });

  test('the area by hand: of six pairs four and a half are ranked rightly', () => {
    const scores = Float64Array.of(0.9, 0.5, 0.5, 0.1, 0.7);
    expect(areaUnderCurve(scores, Uint8Array.of(1, 1, 0, 0, 0))).toBeCloseTo(4.5 / 6, 12);
    expect(areaUnderCurve(scores, new Uint8Array(5))).toBeNaN();
  });

  test('a difference between equals is nothing, and one by chance is not beyond it', () => {
    const random = seededRandom(3);
    const truth = Uint8Array.from({ length: 500 }, () => Number(random() < 0.4));
    const good = Float64Array.from(truth, (one) => one + 2 * random());
    const noise = Float64Array.from(truth, random);
    expect(compareAreas(good, good, truth)).toEqual({ difference: 0, low: 0, high: 0 });
    expect(compareAreas(good, noise, truth).low).toBeGreaterThan(0);
    const { low, high } = compareAreas(noise, Float64Array.from(truth, random), truth);
    expect(low).toBeLessThan(0);
    expect(high).toBeGreaterThan(0);
  });

  test('its interval holds the truth in about 95 of 100 cases', () => {
    const random = seededRandom(11);
    let holds = 0;
    for (let trial = 0; trial < 400; trial++) {
      const truth = Uint8Array.from({ length: 120 }, () => Number(random() < 0.3));
      const [one, other] = [0, 1].map(() => Float64Array.from(truth, (is) => is + 3 * random())) as Float64Array[];
      const { low, high } = compareAreas(one, other, truth);
      holds += Number(low <= 0 && high >= 0);
    }
    expect(holds / 400).toBeGreaterThan(0.92);
    expect(holds / 400).toBeLessThan(0.98);
  });
});

describe('refusals', () => {
  const customers = (count: number, repeats: number, spend: number): Histories => ({
    repeats: new Uint32Array(count).fill(repeats),
    lastRepeat: new Float64Array(count).fill(repeats > 0 ? 5 : 0),
    observed: new Float64Array(count).fill(10),
    meanSpend: new Float64Array(count).fill(spend),
  });

  test('too few who ordered again', () => {
    expect(learnOrders(customers(1_000, 0, 0), recipe)).toEqual({
      refusal: '0 customers ordered again, 100 are needed',
    });
    expect(learnOrders(customers(0, 0, 0), recipe)).toMatchObject({ refusal: /^0 customers/ });
  });

  test('too few who paid for it', () => {
    expect(learnSpend(customers(1_000, 2, -3), recipe)).toEqual({
      refusal: '0 customers ordered again and paid for it, 100 are needed',
    });
  });

  test.each([
    ['lastRepeat', { lastRepeat: Float64Array.of(11) }],
    ['observed', { observed: Float64Array.of(Number.NaN) }],
    ['meanSpend', { meanSpend: Float64Array.of(Number.POSITIVE_INFINITY) }],
    ['lastRepeat', { lastRepeat: new Float64Array(2) }],
  ])('a history that cannot be is named: %s', (field, wrong) => {
    expect(() => learnOrders({ ...customers(1, 2, 3), ...wrong }, recipe)).toThrow(new RegExp(`^${field}`));
  });
});
