import { beforeAll, expect, test } from '@jest/globals';
import {
  fitLogistic,
  fitTLearner,
  learnResponse,
  predictUplift,
  qiniCoefficient,
  recipe,
  takeRows,
  upliftAuc,
} from '../../../models/coupon-response/index.ts';
import { halve } from '../../support/data/halves.ts';
import { type Hillstrom, pickTrial, readHillstrom } from '../../support/data/hillstrom.ts';
import { describeWithSharedData, sharedLines } from '../../support/data/shared-data.ts';
import { sized } from '../../support/jest/thorough.ts';

/** The interval of fewer samples is a little less sure of its ends. */
const shorter = { ...recipe, bootstrapSamples: 400 };

describeWithSharedData('on the Hillstrom e-mail test', ['hillstrom-even.csv.gz'], () => {
  let data: Hillstrom;
  beforeAll(() => {
    data = readHillstrom(sharedLines('hillstrom-even.csv.gz').join('\n'));
  });

  test('the arms are as published', () => {
    const rate = (arm: number) => {
      const visits = data.visit.filter((_, row) => data.arm[row] === arm);
      return [visits.length, visits.reduce((sum, visit) => sum + visit, 0) / visits.length];
    };
    expect(rate(0)).toEqual([10_586, expect.closeTo(0.108162, 6)]);
    expect(rate(1)).toEqual([10_778, expect.closeTo(0.183151, 6)]);
    expect(rate(2)).toEqual([10_636, expect.closeTo(0.152971, 6)]);
  });

  test.each([
    ['womens', 1, 0.060012],
    ['mens', 1, -0.049867],
    ['history', 1, 0.010474],
    ['recency', -1, -0.005675],
  ] as const)('the Qini coefficient of %s (times %i) is %f', (name, sign, expected) => {
    const { rows, ...trial } = pickTrial(data, 'Womens E-Mail', 'visit');
    const scores = Float64Array.from(rows, (row) => sign * data.column[name][row]);
    expect(Math.abs(qiniCoefficient(scores, trial) - expected)).toBeLessThan(1e-6);
  });

  test('the uplift AUC of womens is 0.027619', () => {
    const { rows, ...trial } = pickTrial(data, 'Womens E-Mail', 'visit');
    const scores = Float64Array.from(rows, (row) => data.column.womens[row]);
    expect(Math.abs(upliftAuc(scores, trial) - 0.027619)).toBeLessThan(1e-6);
  });

  test('the T-learner of logistic regressions has the published mean over random halves', async () => {
    const trial = pickTrial(data, 'Womens E-Mail', 'visit');
    // The published ones are 20.
    const halves = sized(6, 20);
    const qinis: number[] = [];
    for (let seed = 1; seed <= halves; seed++) {
      const { learnt, judged } = halve(trial.treated.length, seed);
      const model = await fitTLearner(trial.features, trial, learnt, {
        settings: recipe.network,
        trainer: fitLogistic,
        seed,
      });
      const of = (flags: Uint8Array) => Uint8Array.from(judged, (row) => flags[row]);
      const scores = predictUplift(model, takeRows(trial.features, judged));
      qinis.push(qiniCoefficient(scores, { treated: of(trial.treated), outcomes: of(trial.outcomes) }));
    }
    const mean = qinis.reduce((sum, qini) => sum + qini, 0) / qinis.length;
    expect(Math.abs(mean - 0.059)).toBeLessThan(sized(0.02, 0.01));
  });

  test("on Women's visit the uplift model is used", async () => {
    const learnt = await learnResponse(pickTrial(data, 'Womens E-Mail', 'visit'), shorter, {
      trainer: fitLogistic,
      seed: 1,
    });
    expect(learnt).toMatchObject({ verdict: expect.stringMatching(/^The uplift model is used/) });
    if ('refusal' in learnt) throw new Error(learnt.refusal);
    const { policies, advantage, averageEffect } = learnt.report.judgement;
    expect(learnt.report.customers).toEqual({ treated: 10_636, control: 10_586 });
    expect(averageEffect.value).toBeCloseTo(0.044809, 6);
    expect(advantage.low).toBeGreaterThan(0);
    const added = Object.fromEntries(policies.map(({ policy, addedPerThousand }) => [policy, addedPerThousand]));
    expect(added['treat-all']).toBeCloseTo(44.809, 3);
    expect(added['treat-none']).toBe(0);
    expect(added['uplift']).toBeGreaterThan(added['response']);
    expect(added['response']).toBeGreaterThan(0.45 * added['treat-all']);
  });

  test.each([
    ['Mens E-Mail', 'visit'],
    ['Womens E-Mail', 'conversion'],
    ['Mens E-Mail', 'conversion'],
  ] as const)('on the %s, %s, the simple policy stays', async (email, target) => {
    const learnt = await learnResponse(pickTrial(data, email, target), shorter, { trainer: fitLogistic, seed: 1 });
    expect(learnt).toMatchObject({ model: null, verdict: expect.stringMatching(/^The simple policy stays/) });
    if ('refusal' in learnt) throw new Error(learnt.refusal);
    expect(learnt.report.judgement.advantage.low).toBeLessThan(0);
  });
});
