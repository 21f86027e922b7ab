import { describe, expect, test } from '@jest/globals';
import { estimateDoublyRobust, estimateIps, estimateSnips } from '../../../models/off-policy/index.ts';
import { seededRandom } from '../../../models/random.ts';
import { arms, readHillstrom } from '../../support/data/hillstrom.ts';
import { describeWithSharedData, sharedLines } from '../../support/data/shared-data.ts';
import { estimateArms } from '../../support/data/thinned-log.ts';

const log = { propensities: Float64Array.from([0.5, 0.25, 0.8, 0.5]), rewards: Float64Array.from([1, 2, 3, 4]) };
const chances = Float64Array.from([1, 0.5, 0, 0.5]);

describe('off-policy estimates', () => {
  test('by hand: weights 2, 2, 0, 1', () => {
    expect(estimateIps(log, chances)).toEqual({
      value: (2 * 1 + 2 * 2 + 1 * 4) / 4,
      standardError: Math.sqrt(((2 - 2.5) ** 2 + (4 - 2.5) ** 2 + 2.5 ** 2 + (4 - 2.5) ** 2) / 3 / 4),
      effectiveDecisions: 25 / 9,
      largestWeight: 2,
    });
    const snips = estimateSnips(log, chances);
    expect(snips.value).toBeCloseTo(2, 12);
    // Weighed distances from it: -2 · 1, 2 · 0, 0, 1 · 2; the sum of the weights is 5 of 4.
    expect(snips.standardError).toBeCloseTo((4 / 5) * Math.sqrt(8 / 3 / 4), 12);
    const expected = { logged: Float64Array.from([1, 1, 1, 1]), policy: Float64Array.from([2, 2, 2, 2]) };
    expect(estimateDoublyRobust(log, chances, expected).value).toBeCloseTo((2 + 4 + 2 + 5) / 4, 12);
  });

  test('of the policy that logged are the mean of the log', () => {
    const mean = { value: 2.5, effectiveDecisions: 4, largestWeight: 1 };
    expect(estimateIps(log, log.propensities)).toMatchObject(mean);
    expect(estimateSnips(log, log.propensities)).toMatchObject(mean);
    const noModel = { logged: new Float64Array(4), policy: new Float64Array(4) };
    expect(estimateDoublyRobust(log, log.propensities, noModel)).toMatchObject(mean);
  });

  test('self-normalised are moved by a constant as much as the rewards, plain ones by more or less', () => {
    const moved = { ...log, rewards: log.rewards.map((reward) => reward + 10) };
    expect(estimateSnips(moved, chances).value).toBeCloseTo(estimateSnips(log, chances).value + 10, 12);
    expect(estimateSnips(moved, chances).standardError).toBeCloseTo(estimateSnips(log, chances).standardError, 12);
    expect(estimateIps(moved, chances).value).toBeCloseTo(estimateIps(log, chances).value + 12.5, 12);
  });

  test('are right within two of their standard errors in about 95 % of logs; doubly robust with a wrong model too', () => {
    const simulations = 400;
    const hits = { ips: 0, snips: 0, 'doubly robust': 0, 'doubly robust, wrong model': 0 };
    for (let seed = 1; seed <= simulations; seed++) {
      // Context x; action 1 at 0.2 + 0.6 x; reward x + action × (1 - x) + noise. Always action 1: mean 1.
      const random = seededRandom(seed);
      const contexts = Float64Array.from({ length: 1000 }, random);
      const actions = Uint8Array.from(contexts, (x) => Number(random() < 0.2 + 0.6 * x));
      const simulated = {
        propensities: contexts.map((x, row) => (actions[row] === 1 ? 0.2 + 0.6 * x : 0.8 - 0.6 * x)),
        rewards: contexts.map((x, row) => x + actions[row] * (1 - x) + random() - 0.5),
      };
      const always = Float64Array.from(actions);
      const right = {
        logged: contexts.map((x, row) => x + actions[row] * (1 - x)),
        policy: new Float64Array(1000).fill(1),
      };
      const wrong = { logged: contexts.map((x) => 5 * x), policy: contexts.map((x) => 5 * x) };
      const count = (name: keyof typeof hits, { value, standardError }: { value: number; standardError: number }) => {
        hits[name] += Number(Math.abs(value - 1) <= 1.96 * standardError);
      };
      count('ips', estimateIps(simulated, always));
      count('snips', estimateSnips(simulated, always));
      count('doubly robust', estimateDoublyRobust(simulated, always, right));
      count('doubly robust, wrong model', estimateDoublyRobust(simulated, always, wrong));
    }
    // Three standard deviations of a binomial of 0.95.
    for (const count of Object.values(hits)) {
      expect(count / simulations).toBeGreaterThan(0.917);
      expect(count / simulations).toBeLessThan(0.983);
    }
  });

  test.each([
    [{ propensities: log.propensities.with(1, 0) }, chances, /^propensities\[1\] must be above 0/],
    [{ propensities: new Float64Array(3) }, chances, /^propensities must have 4/],
    [{ rewards: log.rewards.with(2, Number.NaN) }, chances, /^rewards\[2\]/],
    [{}, chances.with(0, 1.5), /^chances\[0\] must be from 0 to 1/],
    [{}, new Float64Array(4), /^chances are all 0/],
  ])('name the field that cannot be', (change, wrong, message) => {
    expect(() => estimateSnips({ ...log, ...change }, wrong)).toThrow(message);
  });
});

describeWithSharedData(
  'on the Hillstrom test thinned to a shop that chose by mens and recency',
  ['hillstrom-even.csv.gz'],
  () => {
    test('SNIPS and doubly robust find every arm within two standard errors, the naive mean none', async () => {
      const data = readHillstrom(sharedLines('hillstrom-even.csv.gz').join('\n'));
      const estimates = await estimateArms(data, 1);
      const away = estimates.map(({ truth, ...of }) => {
        const errors = ({ value, standardError }: { value: number; standardError: number }) =>
          Math.abs(value - truth) / standardError;
        return { naive: errors(of.naive), snips: errors(of.snips), doublyRobust: errors(of.doublyRobust) };
      });
      for (const arm of arms.keys()) {
        expect(away[arm].snips).toBeLessThan(2);
        expect(away[arm].doublyRobust).toBeLessThan(2);
        expect(away[arm].naive).toBeGreaterThan(2);
      }
    });
  },
);
