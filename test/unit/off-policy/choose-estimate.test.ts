import { expect, test } from '@jest/globals';
import {
  chooseEstimate,
  type DecisionLog,
  type Estimator,
  type ExpectedRewards,
  estimators,
  refuseThinLog,
} from '../../../models/off-policy/index.ts';
import { seededRandom } from '../../../models/random.ts';
import { arms, readHillstrom } from '../../support/data/hillstrom.ts';
import { describeWithSharedData, sharedLines } from '../../support/data/shared-data.ts';
import { thinLog } from '../../support/data/thinned-log.ts';
import { isThorough, thoroughly, usually } from '../../support/jest/thorough.ts';

interface Planted {
  readonly log: DecisionLog;
  readonly chances: Float64Array;
  readonly expected: ExpectedRewards;
}

const actions = 4;
/** What an action brings in a context: each has a part of the contexts where it is worth most. */
const worthOf = (x: number, action: number) => 1 + Math.cos(2 * Math.PI * (x - action / actions));

/**
 * A log of a shop that took one action nearly always, and the others with `rare` each; the policy takes the best of each context.
 * What it is worth is 1 + the mean cosine within an eighth of the circle, by integration. A model of the rewards is off by `off`.
 */
function plant(seed: number, { decisions, rare, off }: { decisions: number; rare: number; off: number }): Planted {
  const random = seededRandom(seed);
  const log = { propensities: new Float64Array(decisions), rewards: new Float64Array(decisions) };
  const chances = new Float64Array(decisions);
  const expected = { logged: new Float64Array(decisions), policy: new Float64Array(decisions) };
  const share = (x: number, action: number) => {
    // Usually the policy's action, and in a tenth of the contexts another.
    const usual = x % 0.1 < 0.01 ? 0 : Math.round(x * actions) % actions;
    return action === usual ? 1 - (actions - 1) * rare : rare;
  };
  for (let row = 0; row < decisions; row++) {
    const x = random();
    let [action, left] = [0, random() - share(x, 0)];
    while (left > 0 && action < actions - 1) left -= share(x, ++action);
    const best = Math.round(x * actions) % actions;
    const told = (of: number) => worthOf(x, of) * (1 + off * Math.cos(9 * x));
    log.propensities[row] = share(x, action);
    log.rewards[row] = worthOf(x, action) + 2 * (random() - 0.5);
    chances[row] = Number(action === best);
    expected.logged[row] = told(action);
    expected.policy[row] = told(best);
  }
  return { log, chances, expected };
}

const truth = 1 + Math.sin(Math.PI / actions) / (Math.PI / actions);
const logs = 100;

/** Root mean squared errors over logs: of every estimator, of a family at its least reckoned error, and of the chosen one. */
function measure(shop: Parameters<typeof plant>[1]) {
  const squares: Partial<Record<Estimator | 'chosen', number>> = {};
  for (let seed = 1; seed <= logs; seed++) {
    const { log, chances, expected } = plant(seed, shop);
    const estimate = chooseEstimate(log, chances, expected);
    if ('refusal' in estimate) throw new Error(estimate.refusal);
    const add = (name: Estimator | 'chosen', value: number) => {
      squares[name] = (squares[name] ?? 0) + (value - truth) ** 2 / logs;
    };
    for (const name of estimators) {
      const own = estimate.judged.filter(({ estimator }) => estimator === name);
      if (own.length > 0) add(name, own.reduce((least, one) => (one.error < least.error ? one : least)).value);
    }
    add('chosen', estimate.chosen.value);
  }
  return Object.fromEntries(Object.entries(squares).map(([name, square]) => [name, Math.sqrt(square)])) as Record<
    Estimator | 'chosen',
    number
  >;
}

thoroughly.describe('the estimate of least reckoned error, over 100 logs with a planted truth', () => {
  test.each([
    ['small weights, a good model', { decisions: 1_000, rare: 0.2, off: 0.1 }, 1.05],
    ['small weights, a wrong model', { decisions: 1_000, rare: 0.2, off: 1 }, 1.05],
    ['larger weights, a good model', { decisions: 1_000, rare: 0.03, off: 0.1 }, 0.9],
    ['larger weights, a wrong model', { decisions: 1_000, rare: 0.03, off: 1 }, 1.05],
    ['large weights, a good model', { decisions: 3_000, rare: 0.004, off: 0.1 }, 0.5],
    ['large weights, a wrong model', { decisions: 3_000, rare: 0.004, off: 1 }, 1.05],
  ])('%s: it errs no more than the best of those without bias, less where a change pays', (_, shop, share) => {
    const errors = measure(shop);
    const unbiased = Math.min(errors.ips, errors.snips, errors['doubly-robust']);
    expect(errors.chosen).toBeLessThan(share * unbiased);
  });

  test('a change of weights is reckoned with its bias: one that takes away nearly all is not chosen', () => {
    const { log, chances, expected } = plant(1, { decisions: 1_000, rare: 0.03, off: 1 });
    const estimate = chooseEstimate(log, chances, expected);
    if ('refusal' in estimate) throw new Error(estimate.refusal);
    for (const { bias, standardError, error, threshold } of estimate.judged) {
      expect(error).toBeCloseTo(Math.hypot(bias, standardError), 12);
      if (threshold === undefined) expect(bias).toBe(0);
    }
    const steadiest = estimate.judged.reduce((least, one) => (one.standardError < least.standardError ? one : least));
    expect(steadiest.bias).toBeGreaterThan(0);
    expect(estimate.chosen.estimator).not.toBe(steadiest.estimator);
  });
});

usually.describe('a log that says too little', () => {
  test('is refused, however many decisions it has', () => {
    const decisions = 10_000;
    const log = { propensities: new Float64Array(decisions).fill(0.9), rewards: new Float64Array(decisions).fill(1) };
    const chances = new Float64Array(decisions).fill(0);
    // Two decisions that count for thousands, and many for little: by Kish (2 × 5000 + 1000)² / (2 × 5000² + 1000).
    log.propensities.fill(1 / 5_000, 0, 2);
    log.propensities.fill(1, 2, 1_002);
    chances.fill(1, 0, 1_002);
    const effective = 11_000 ** 2 / (2 * 5_000 ** 2 + 1_000);
    const refusal = `10000 logged decisions say as much as ${effective.toFixed(1)} by the policy itself would, 50 are needed`;
    expect(refuseThinLog(log, chances)).toBe(refusal);
    const none = { logged: new Float64Array(decisions), policy: new Float64Array(decisions) };
    expect(chooseEstimate(log, chances, none)).toEqual({ refusal, effectiveDecisions: expect.closeTo(effective, 9) });
  });

  test('of what was never done nothing is said', () => {
    const log = { propensities: new Float64Array(100).fill(0.5), rewards: new Float64Array(100) };
    expect(refuseThinLog(log, new Float64Array(100))).toMatch(/^100 logged decisions say as much as 0.0 /);
    expect(refuseThinLog(log, new Float64Array(100).fill(0.5))).toBeUndefined();
  });
});

if (!isThorough)
  describeWithSharedData('Hillstrom, thinned to a shop that seldom did otherwise', ['hillstrom-even.csv.gz'], () => {
    test.each([
      [0.3, false],
      [0.005, true],
    ])('explored with a share of %d: what it seldom did is refused: %s', (share, isRefused) => {
      const data = readHillstrom(sharedLines('hillstrom-even.csv.gz').join('\n'));
      const { rows, propensities } = thinLog(data, 1, share);
      const log = { propensities, rewards: Float64Array.from(rows, (row) => data.visit[row]) };
      // Men's to whoever bought of women's lately, and a letter of women's to all others: hardly ever done.
      const opposite = (row: number) => (data.column.recency[row] >= 7 || data.column.mens[row] === 1 ? 2 : 1);
      const chances = Float64Array.from(rows, (row) => Number(data.arm[row] === opposite(row)));
      expect(arms).toHaveLength(3);
      expect(rows.length).toBeGreaterThan(10_000);
      expect(refuseThinLog(log, chances) !== undefined).toBe(isRefused);
    });
  });
