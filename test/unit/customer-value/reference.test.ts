import { beforeAll, expect, test } from '@jest/globals';
import {
  type BgNbd,
  chooseOrderModel,
  correlateSpend,
  expectedOrderValue,
  fitBgNbd,
  fitGammaGamma,
  fitMbgNbd,
  fitOrderModel,
  fitParetoNbd,
  type Histories,
  judgeValue,
  learnSpend,
  orderModelNames,
  recipe,
} from '../../../models/customer-value/index.ts';
import {
  aliveProbability,
  asOrderModel,
  expectedOrdersAlive,
} from '../../../models/customer-value/order-models/bg-nbd.ts';
import { learnValue } from '../../../src/training/learners/customer-value.ts';
import { readCdnowHistories, readCdnowOrders } from '../../support/data/cdnow.ts';
import { readSaleLines } from '../../support/data/online-retail.ts';
import { describeWithSharedData } from '../../support/data/shared-data.ts';
import { makeSnapshot } from '../../support/shops/training-snapshot.ts';

describeWithSharedData('CDNOW, calibrated to 1997-09-30, judged by the 39 weeks after', ['cdnow-sample.txt'], () => {
  let histories: Histories;
  let ordersAfter: Uint32Array;
  let later: ReturnType<typeof readCdnowHistories>['later'];
  let fit: ReturnType<typeof fitBgNbd>;
  let model: BgNbd;
  let spend: ReturnType<typeof fitGammaGamma>;
  beforeAll(() => {
    ({ histories, ordersAfter, later } = readCdnowHistories());
    fit = fitBgNbd(histories);
    model = fit.model;
    spend = fitGammaGamma(histories);
  });

  test('the histories', () => {
    expect(histories.repeats).toHaveLength(2357);
    expect(histories.repeats.filter((repeats) => repeats > 0)).toHaveLength(946);
    expect(ordersAfter.reduce((sum, orders) => sum + orders, 0)).toBe(1882);
  });

  test('BG/NBD', () => {
    expect(fit.converged).toBe(true);
    expect(model.r.toFixed(5)).toBe('0.24259');
    expect(model.alpha.toFixed(4)).toBe('4.4135');
    expect(model.a.toFixed(5)).toBe('0.79289');
    expect(model.b.toFixed(4)).toBe('2.4258');
    expect(fit.logLikelihood.toFixed(4)).toBe('-9582.4256');
  });

  test('MBG/NBD, as BTYDplus has it', () => {
    const modified = fitMbgNbd(histories);
    expect(modified.converged).toBe(true);
    const { r, alpha, a, b } = modified.model;
    expect([r, alpha, a, b].map((value) => value.toFixed(3))).toEqual(['0.525', '6.183', '0.891', '1.614']);
  });

  test('Pareto/NBD, as published', () => {
    // Fader and Hardie (2005), of the same data: 0.553, 10.578, 0.606, 11.669; -9594.98.
    const pareto = fitParetoNbd(histories);
    expect(pareto.converged).toBe(true);
    const { r, alpha, s, beta } = pareto.model;
    expect([r, alpha, s].map((value) => value.toFixed(3))).toEqual(['0.553', '10.578', '0.606']);
    expect(Math.abs(beta - 11.669)).toBeLessThan(0.005);
    expect(pareto.logLikelihood.toFixed(2)).toBe('-9594.97');
  });

  test('the hold-out chooses MBG/NBD; P(alive) of BG/NBD ranks worse than a coin, those of the others do not', () => {
    const models = orderModelNames.map((name) => fitOrderModel(name, histories)!);
    const { trials, lead } = chooseOrderModel(models, histories, later);
    const told = trials.map(({ name, logLikelihood, areas }) => [
      name,
      logLikelihood.toFixed(4),
      areas.expectedOrders.toFixed(3),
      areas.aliveProbability.toFixed(3),
    ]);
    expect(told).toEqual([
      ['mbg-nbd', '-3.2109', '0.773', '0.687'],
      ['bg-nbd', '-3.2132', '0.773', '0.316'],
      ['pareto-nbd', '-3.2145', '0.779', '0.726'],
    ]);
    expect(lead!.difference).toBeCloseTo(0.0023, 4);
  });

  test.each([
    [26, 30.86, 31, 0.96892],
    [7, 29.43, 38.86, 0.641801],
    [1, 1.71, 38.86, 0.212227],
    [0, 0, 38.86, 1],
  ])('the probability to be alive with x = %d, t_x = %d, T = %d is %d', (repeats, last, observed, alive) => {
    expect(aliveProbability(model, repeats, last, observed)).toBeCloseTo(alive, 6);
  });

  test('expected orders of one customer in 39 weeks', () => {
    const expected = aliveProbability(model, 2, 30.43, 38.86) * expectedOrdersAlive(model, 2, 38.86, 39);
    expect(expected.toFixed(4)).toBe('1.2259');
  });

  test('Gamma-Gamma', () => {
    expect(spend.converged).toBe(true);
    for (const [name, value] of [
      ['p', 6.249],
      ['q', 3.744],
      ['gamma', 15.44],
    ] as const) {
      expect(Math.abs(spend.model[name] / value - 1)).toBeLessThan(0.001);
    }
    expect(spend.logLikelihood.toFixed(3)).toBe('-4055.918');
    expect(correlateSpend(histories)).toBeCloseTo(0.1139, 4);
    const { p, q, gamma } = spend.model;
    expect(expectedOrderValue(spend.model, 0, 0)).toBeCloseTo((p * gamma) / (q - 1), 12);
  });

  test('beside what needs no model: it counts better and ranks no better', () => {
    const judged = judgeValue(asOrderModel(fit), histories, ordersAfter, 39);
    expect(judged.orders.actual).toBe(1882);
    expect(Math.round(judged.orders.expected)).toBe(1653);
    expect(Math.round(judged.orders.naive)).toBe(2930);
    expect(judged.meanAbsoluteErrors.model).toBeLessThan(judged.meanAbsoluteErrors.naive);
    expect(judged.areas.model.toFixed(4)).toBe('0.7725');
    expect(judged.areas.recency.toFixed(4)).toBe('0.7714');
    // 0.78224 with equal recencies kept equal; 0.78226 where the rounding of their differences parts them.
    expect(Math.abs(judged.areas['frequency-and-recency'] - 0.7823)).toBeLessThan(1e-4);
    expect(judged.aliveAreas.everybody.toFixed(3)).toBe('0.316');
    expect(judged.bestRanking).toBe('frequency-and-recency');
  });

  test('the spend of frequent buyers differs little enough, and a stricter bound says so', () => {
    expect(learnSpend(histories, recipe)).toMatchObject({ customers: 946, isIndependent: true });
    expect(learnSpend(histories, { ...recipe, maximumSpendCorrelation: 0.1 })).toMatchObject({ isIndependent: false });
  });

  test('the nightly run finds the same out of orders', () => {
    // The last moment of the calibration, so that days count back to the same dates; and the hold-out within it.
    const asOf = Date.UTC(1997, 9, 1) - 1;
    const orders = readCdnowOrders()
      .map((order) => ({ ...order, order: 0 }))
      .filter(({ time }) => time < asOf)
      .sort((a, b) => a.time - b.time);
    const lines = orders.map(({ customer, time, cents }, order) => ({
      customer,
      order,
      time,
      item: 0,
      unitPrice: cents / 100,
    }));
    const learnt = learnValue(makeSnapshot({ asOf, customers: 2357, items: [true], lines }), recipe, {
      minorDigits: 2,
    });
    if ('refusal' in learnt) throw new Error(learnt.refusal);
    expect(learnt.summary.orders.model).toBe('mbg-nbd');
    // Drawn towards the shop as a whole by less than what rounds away.
    for (const [name, value] of [
      ['r', 0.525],
      ['alpha_weeks', 6.183],
      ['a', 0.891],
      ['b', 1.614],
    ] as const) {
      expect(Math.abs((learnt.summary.orders[name] as number) / value - 1)).toBeLessThan(0.01);
    }
    expect(learnt.summary.spend).toMatchObject({ customers: 946 });
    expect(learnt.summary).toMatchObject({ horizon_days: 90, sees_leaving: true, spend_refusal: null });
    expect(learnt.holdout.judgement.areas.model).toBeGreaterThan(0.7);
    const values = [...learnt.values];
    expect(values).toHaveLength(2357);
    const once = values.filter((_, customer) => histories.repeats[customer] === 0);
    // Everybody came in the first quarter, and who never came again has likely left: so it is told of them as well.
    expect(once.every(({ aliveProbability }) => aliveProbability! < 0.5)).toBe(true);
  });
});

describeWithSharedData('Online Retail, calibrated to 2011-08-01', ['online-retail.csv.gz'], () => {
  const dayMs = 86_400_000;
  const asOf = Date.UTC(2011, 8, 1);
  let snapshot: ReturnType<typeof makeSnapshot>;
  let countries: Map<number, string>;
  beforeAll(() => {
    const lines = readSaleLines();
    countries = new Map(lines.countries.map((country, customer) => [100 + customer, country]));
    const order = Array.from(lines.times.keys()).sort((a, b) => lines.times[a] - lines.times[b]);
    snapshot = makeSnapshot({
      asOf,
      customers: lines.customerIds.length,
      items: [true],
      lines: order.map((line) => ({
        customer: lines.customers[line],
        order: lines.orders[line],
        time: lines.times[line],
        item: 0,
        quantity: lines.quantities[line],
        unitPrice: lines.unitPrices[line],
      })),
    });
  });

  test('nobody is seen to leave, so no probability to be alive is given; the model ranks best all the same', () => {
    const learnt = learnValue(snapshot, { ...recipe, horizonDays: 31 }, { minorDigits: 2 });
    if ('refusal' in learnt) throw new Error(learnt.refusal);
    expect(learnt.summary).toMatchObject({ sees_leaving: false, ranking: 'model' });
    expect([...learnt.values].every(({ aliveProbability }) => aliveProbability === null)).toBe(true);
    const { areas, advantage, orders } = learnt.holdout.judgement;
    expect(areas.model).toBeGreaterThan(areas['frequency-and-recency']);
    expect(advantage.low).toBeGreaterThan(0);
    expect(orders.expected / orders.actual).toBeGreaterThan(0.9);
    expect(orders.expected / orders.actual).toBeLessThan(1.15);
    expect(learnt.customers).toBe(3317);
    expect(learnt.holdout.days).toBe(31);
    expect(asOf - learnt.holdout.days * dayMs).toBe(Date.UTC(2011, 7, 1));
  });

  test('the country of customers foretells nothing of their orders beyond noise', () => {
    const learnt = learnValue(snapshot, { ...recipe, horizonDays: 31 }, { minorDigits: 2, countries });
    if ('refusal' in learnt) throw new Error(learnt.refusal);
    const { trials, taken } = learnt.holdout.covariates;
    expect(trials.map(({ covariate }) => covariate)).toEqual(['country']);
    const [{ gain }] = trials;
    expect(gain.difference).toBeCloseTo(0.0001, 4);
    expect(gain.low).toBeLessThan(0);
    expect(taken).toEqual([]);
    expect(learnt.summary.covariates).toEqual([]);
  });
});
