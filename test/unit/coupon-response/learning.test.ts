import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  allocateBudget,
  type CampaignTrial,
  expectIncrementalMargin,
  fitLogistic,
  learnResponse,
  predictUplift,
  qiniCoefficient,
  readModel,
  recipe,
  upliftAuc,
  writeModel,
} from '../../../models/coupon-response/index.ts';
import { seededRandom } from '../../../models/random.ts';

const quick = { ...recipe, bootstrapSamples: 200 };
const learning = { trainer: fitLogistic, seed: 1 };

/** Customers of two kinds, who have the outcome at `rates`, to which the coupon adds `effects`. */
function makeTrial(count: number, effects: number[], seed: number, rates = [0.2, 0.2]): CampaignTrial {
  const random = seededRandom(seed);
  const values = Float64Array.from({ length: 2 * count }, (_, cell) =>
    cell % 2 === 0 ? Number(random() < 0.5) : random(),
  );
  const treated = Uint8Array.from({ length: count }, () => Number(random() < 0.5));
  const outcomes = Uint8Array.from(treated, (arm, row) =>
    Number(random() < rates[values[2 * row]] + arm * effects[values[2 * row]]),
  );
  return { features: { values, columns: 2 }, treated, outcomes };
}

describe('the Qini coefficient', () => {
  const trial = {
    treated: Uint8Array.from([1, 1, 0, 0, 1, 1, 0, 0]),
    outcomes: Uint8Array.from([1, 1, 0, 0, 0, 0, 1, 1]),
  };

  test('is 1 of the perfect order, -1 of its reverse and 0 where everybody has the same score', () => {
    const perfect = Float64Array.from([3, 3, 2, 2, 2, 2, 1, 1]);
    expect(qiniCoefficient(perfect, trial)).toBeCloseTo(1, 12);
    expect(qiniCoefficient(new Float64Array(8), trial)).toBe(0);
    expect(upliftAuc(new Float64Array(8), trial)).toBe(0);
    expect(upliftAuc(Float64Array.from([4, 4, 3, 3, 2, 2, 1, 1]), trial)).toBeCloseTo(1, 12);
    expect(
      qiniCoefficient(
        perfect.map((score) => -score),
        trial,
      ),
    ).toBeLessThan(0);
  });

  test('by hand: three treated, two controls, two scores equal', () => {
    // Points (1, 1), (3, 2 - 1·2/1), (5, 2 - 1·3/2): area 0.5 + 1 + 0.5; diagonal 5 · 0.5 / 2.
    // Perfect (2, 2), (4, 2), (5, 0.5): area 2 + 4 + 1.25.
    const small = { treated: Uint8Array.from([1, 1, 0, 1, 0]), outcomes: Uint8Array.from([1, 1, 1, 0, 0]) };
    expect(qiniCoefficient(Float64Array.from([9, 5, 5, 1, 1]), small)).toBeCloseTo(
      (0.5 + 1 + 0.5 - 1.25) / (2 + 4 + 1.25 - 1.25),
      12,
    );
  });

  test('does not hang on the order of the rows, nor on the scale of the scores', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.boolean(), fc.boolean()), { minLength: 5 }),
        (rows) => {
          const all = [...rows, [0, true, true], [1, false, false]] as [number, boolean, boolean][];
          const of = (sorted: typeof all, scale: (score: number) => number) =>
            qiniCoefficient(
              Float64Array.from(sorted, ([score]) => scale(score)),
              {
                treated: Uint8Array.from(sorted, ([, arm]) => Number(arm)),
                outcomes: Uint8Array.from(sorted, ([, , outcome]) => Number(outcome)),
              },
            );
          const qini = of(all, (score) => score);
          expect(of(all.toReversed(), (score) => 3 * score - 7)).toBeCloseTo(qini, 9);
        },
      ),
    );
  });

  test.each([
    [{ ...trial, treated: new Uint8Array(8) }, /^treated must hold a 1/],
    [{ ...trial, treated: new Uint8Array(8).fill(1) }, /no control/],
    [{ ...trial, outcomes: new Uint8Array(7) }, /^outcomes must have 8 elements/],
    [{ ...trial, outcomes: new Uint8Array(8).fill(2) }, /^outcomes\[0\] must be 0 or 1/],
  ])('refuses what is no trial', (wrong, message) => {
    expect(() => qiniCoefficient(new Float64Array(8), wrong)).toThrow(message);
  });

  test('refuses a score that is no number', () => {
    expect(() => qiniCoefficient(new Float64Array(8).fill(Number.NaN), trial)).toThrow(/^scores\[0\]/);
  });
});

describe('learning who responds because of the coupon', () => {
  test('finds the kind that does', async () => {
    const trial = makeTrial(6000, [0, 0.25], 1, [0.5, 0.2]);
    const learnt = await learnResponse(trial, quick, learning);
    if ('refusal' in learnt || !learnt.model) throw new Error(JSON.stringify(learnt));
    expect(learnt.verdict).toMatch(/^The uplift model is used/);
    const [none, some] = predictUplift(learnt.model, { columns: 2, values: Float64Array.from([0, 0.5, 1, 0.5]) });
    expect(Math.abs(none)).toBeLessThan(0.05);
    expect(Math.abs(some - 0.25)).toBeLessThan(0.05);

    const plain = JSON.parse(JSON.stringify(writeModel(learnt.model)));
    expect(readModel(plain)).toEqual(learnt.model);
    const [layer] = plain.control;
    expect(() => readModel({ ...plain, control: [{ ...layer, weights: [1] }] })).toThrow(/^control\[0\] is no layer/);
    expect(() => readModel({ ...plain, control: [{ ...layer, inputs: 1, weights: [1] }] })).toThrow(/same number/);
    expect(() => readModel({ ...plain, treated: [] })).toThrow(/^treated must end with one output/);
  });

  test('is not used where it ranks as the response model does', async () => {
    const learnt = await learnResponse(makeTrial(6000, [0, 0.25], 1), quick, learning);
    expect(learnt).toMatchObject({ model: null, verdict: expect.stringMatching(/less the response model's/) });
  });

  test('is not used where the coupon helps nobody, or all alike, in at most one of 20 campaigns', async () => {
    let used = 0;
    for (let seed = 1; seed <= 10; seed++) {
      for (const effect of [0, 0.1]) {
        const learnt = await learnResponse(
          makeTrial(1500, [effect, effect], seed),
          { ...quick, folds: 2, bootstrapSamples: 100 },
          learning,
        );
        used += Number('model' in learnt && learnt.model !== null);
      }
    }
    expect(used).toBeLessThanOrEqual(1);
  });

  test('says the same of the same seed', async () => {
    const trial = makeTrial(2000, [0, 0.2], 3);
    expect(await learnResponse(trial, quick, learning)).toEqual(await learnResponse(trial, quick, learning));
  });

  test.each([
    ['no control', { treated: new Uint8Array(2000).fill(1) }, /no control/],
    [
      'a small control',
      { treated: Uint8Array.from({ length: 2000 }, (_, row) => Number(row > 10)) },
      /1989 customers are treated and 11 control/,
    ],
    [
      'few outcomes',
      { outcomes: Uint8Array.from({ length: 2000 }, (_, row) => Number(row % 100 === 0)) },
      /responded; in each arm at least 50/,
    ],
    ['few without', { outcomes: new Uint8Array(2000).fill(1) }, /and as many not/],
  ])('refuses in words: %s', async (_, change, words) => {
    const refused = await learnResponse({ ...makeTrial(2000, [0, 0.1], 1), ...change }, quick, learning);
    expect(refused).toEqual({ refusal: expect.stringMatching(words) });
  });

  test('names the field that cannot be', async () => {
    const trial = makeTrial(2000, [0, 0.1], 1);
    const learn = (change: Partial<CampaignTrial>, changed = quick) =>
      learnResponse({ ...trial, ...change }, changed, learning);
    await expect(learn({ features: { values: new Float64Array(3), columns: 2 } })).rejects.toThrow(/^features\.values/);
    await expect(learn({ features: { values: new Float64Array(0), columns: 0 } })).rejects.toThrow(
      /^features\.columns/,
    );
    await expect(
      learn({ features: { values: trial.features.values.with(3, Number.NaN), columns: 2 } }),
    ).rejects.toThrow(/row 1, column 1/);
    await expect(learn({ outcomes: trial.outcomes.subarray(1) })).rejects.toThrow(/^outcomes must have 2000/);
    await expect(learn({}, { ...quick, folds: 1 })).rejects.toThrow(/^folds/);
  });
});

describe('the budget', () => {
  test('goes to the largest score first, never above it, past who does not fit', () => {
    const { chosen, spent } = allocateBudget(
      Float64Array.from([5, 9, 7, -1, 7]),
      Float64Array.from([30, 60, 50, 1, 40]),
      100,
    );
    expect([...chosen]).toEqual([1, 4]);
    expect(spent).toBe(100);
    expect([...allocateBudget(Float64Array.from([5, 9]), Float64Array.from([30, 60]), 59).chosen]).toEqual([0]);
  });

  test('is never exceeded and never given to whom a coupon earns nothing from', () => {
    const customers = fc.array(fc.tuple(fc.integer({ min: -5, max: 5 }), fc.integer({ min: 0, max: 50 })));
    fc.assert(
      fc.property(customers, fc.integer({ min: 0, max: 300 }), (rows, budget) => {
        const [scores, costs] = [0, 1].map((place) => Float64Array.from(rows, (row) => row[place]));
        const { chosen, spent } = allocateBudget(scores, costs, budget);
        expect(spent).toBeLessThanOrEqual(budget);
        expect(chosen.reduce((sum, row) => sum + costs[row], 0)).toBe(spent);
        expect(chosen.every((row) => scores[row] > 0)).toBe(true);
        const left = scores.findIndex(
          (score, row) => score > 0 && !chosen.includes(row) && costs[row] <= budget - spent,
        );
        expect(left).toBe(-1);
      }),
    );
  });

  test('a coupon for whoever would have bought anyway costs its discount', () => {
    const expected = expectIncrementalMargin(
      Float64Array.from([0.2, 0]),
      Float64Array.from([0.3, 0.9]),
      Float64Array.from([1000, 1000]),
      Float64Array.from([100, 100]),
    );
    expect([...expected]).toEqual([expect.closeTo(170), expect.closeTo(-90)]);
  });

  test.each([
    [[Number.NaN], [1], 1, /^scores\[0\]/],
    [[1], [-1], 1, /^costs\[0\]/],
    [[1], [1, 2], 1, /^costs must have 1/],
    [[1], [1], -1, /^budget/],
  ])('names what cannot be', (scores, costs, budget, message) => {
    expect(() => allocateBudget(Float64Array.from(scores), Float64Array.from(costs), budget)).toThrow(message);
  });
});
