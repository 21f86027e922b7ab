import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { seededRandom } from '../../../models/random.ts';
import { adjustForFamily, compareRanks, compareShares } from '../../../models/segment-portraits/index.ts';
import { compareSides, describeFlows, familyLevel } from '../../../src/segments/portraits/portrait.ts';

const stratum = (members: number, ofMembers: number, others: number, ofOthers: number) => ({
  members,
  ofMembers,
  others,
  ofOthers,
});

// SciPy 1.17: stats.hypergeom for the tails, stats.contingency.relative_risk for ratio and interval.
test.each([
  [stratum(56, 70, 48, 80), 0.012649422259796742, 1.3333333333333335, 1.076626422763193, 1.651248511266387],
  [stratum(3, 50, 17, 5000), 0.0018497411223767017, 17.647058823529413, 5.339975559753288, 58.31837274092227],
  [stratum(120, 400, 900, 4000), 0.0011631820667165756, 1.3333333333333333, 1.1357788569402834, 1.5652499312823966],
  [stratum(9, 30, 1, 2000), 1.7886024282525126e-16, 600, 78.46431823765055, 4588.072745494864],
])('a share of one stratum is compared as Fisher and Katz do: %j', (one, pValue, ratio, low, high) => {
  const found = compareShares([one]);
  expect(found.pValue / pValue).toBeCloseTo(1, 9);
  expect(found.ratio).toBeCloseTo(ratio, 10);
  expect(found.low / low).toBeCloseTo(1, 10);
  expect(found.high / high).toBeCloseTo(1, 10);
  expect(found.expected).toBeCloseTo((one.ofMembers * one.others) / one.ofOthers, 10);
});

test('of large counts the normal distribution is as good as the exact one', () => {
  const found = compareShares([stratum(10_650, 36_000, 57_000, 200_000)]);
  expect(found.pValue / 3.071778425006896e-5).toBeCloseTo(1, 1);
  expect([found.low, found.high].map((bound) => bound.toFixed(9))).toEqual(['1.020123532', '1.056213533']);
});

// Admissions to Berkeley's six largest departments, 1973: men admitted and applied, women the same (Bickel et al. 1975). The exact
// test by convolution of SciPy's hypergeometric masses, ratio and interval after Greenland and Robins in NumPy.
test('strata are compared each by itself: what differs between departments is no difference of the sexes', () => {
  const departments = [
    [512, 825, 89, 108],
    [353, 560, 17, 25],
    [120, 325, 202, 593],
    [138, 417, 131, 375],
    [53, 191, 94, 393],
    [22, 373, 24, 341],
  ].map(([men, ofMen, women, ofWomen]) => stratum(men, ofMen, women, ofWomen));
  const found = compareShares(departments);
  expect(found.pValue).toBeCloseTo(0.23198733792, 9);
  expect(found.ratio).toBeCloseTo(0.944905022595929, 12);
  expect(found.low).toBeCloseTo(0.8664522326830039, 12);
  expect(found.high).toBeCloseTo(1.0304613088274714, 12);
  const together = departments.reduce((sum, one) => ({
    members: sum.members + one.members,
    ofMembers: sum.ofMembers + one.ofMembers,
    others: sum.others + one.others,
    ofOthers: sum.ofOthers + one.ofOthers,
  }));
  expect(compareShares([together]).pValue).toBeLessThan(1e-15);
});

test('what nobody, everybody or one side alone has', () => {
  expect(compareShares([stratum(0, 30, 0, 50)])).toMatchObject({ pValue: 1, ratio: Number.NaN });
  expect(compareShares([stratum(30, 30, 50, 50)])).toMatchObject({ pValue: 1, ratio: 1 });
  expect(compareShares([stratum(8, 30, 0, 50)])).toMatchObject({ ratio: Infinity });
  expect(compareShares([stratum(0, 30, 20, 50)])).toMatchObject({ ratio: 0, expected: 12 });
  expect(() => compareShares([stratum(31, 30, 0, 50)])).toThrow('no 31 of 30');
});

// SciPy's stats.mannwhitneyu(x, y, method='asymptotic', use_continuity=True) and stats.rankdata.
test('figures are compared by their ranks, with ties', () => {
  const found = compareRanks({ members: 10, others: 12, sum: 152, squares: 877.5 });
  expect(found.above).toBeCloseTo(0.8083333333333333, 12);
  expect(found.pValue).toBeCloseTo(0.015619603611789669, 12);
  expect(compareRanks({ members: 5, others: 5, sum: 27.5, squares: 0 })).toEqual({ above: 0.5, pValue: 1 });
});

test("Holm's adjustment, by hand", () => {
  const adjusted = adjustForFamily([0.01, 0.04, 0.03, 0.005]);
  expect(adjusted.map((value) => value.toFixed(4))).toEqual(['0.0300', '0.0600', '0.0600', '0.0200']);
  expect(adjustForFamily([])).toEqual([]);
});

test('an adjusted p-value is never below its own, and keeps their order', () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 30 }), (pValues) => {
      const adjusted = adjustForFamily(pValues);
      for (const [place, value] of adjusted.entries()) {
        expect(value).toBeGreaterThanOrEqual(pValues[place]);
        expect(value).toBeLessThanOrEqual(1);
        for (const [other, own] of pValues.entries())
          if (own < pValues[place]) expect(adjusted[other]).toBeLessThanOrEqual(value);
      }
    }),
    { seed: 1 },
  );
});

describe('a portrait', () => {
  const row = (value: string, members: number, others: number, ofMembers = 200, ofOthers = 800) => ({
    ...{ topic: 'attribute' as const, attribute: 'city', value, members, others, ofMembers, ofOthers },
  });

  test('tells no count of fewer than five, nor what could be worked out from it', () => {
    const { traits } = compareSides(
      [row('rare here', 4, 200), row('rare there', 80, 4), row('as ever', 50, 200)],
      [],
      [],
    );
    expect(
      traits.map(({ value, members, share, others, otherShare, expected, ratio, differs }) => ({
        ...{ value, members, share, others, otherShare, expected, hasRatio: ratio !== null, differs },
      })),
    ).toEqual([
      {
        value: 'rare there',
        members: 80,
        share: 0.4,
        others: null,
        otherShare: null,
        expected: null,
        hasRatio: false,
        differs: 'more',
      },
      {
        value: 'rare here',
        members: null,
        share: null,
        others: 200,
        otherShare: 0.25,
        expected: null,
        hasRatio: false,
        differs: 'less',
      },
      {
        value: 'as ever',
        members: 50,
        share: 0.25,
        others: 200,
        otherShare: 0.25,
        expected: 50,
        hasRatio: true,
        differs: null,
      },
    ]);
  });

  test('judges every comparison beside all others', () => {
    // By itself 0.011.
    const alone = compareSides([row('a', 66, 192)], [], []);
    expect(alone.traits[0]).toMatchObject({ differs: 'more' });
    const beside = compareSides(
      [row('a', 66, 192), ...Array.from({ length: 9 }, (_, n) => row(`b${n}`, 50, 200))],
      [],
      [],
    );
    expect(beside.comparisons).toBe(10);
    expect(beside.traits.map(({ differs }) => differs)).toEqual(new Array(10).fill(null));
  });

  // Would see: tests that are chosen by their outcome, a level a comparison instead of a portrait.
  test('of halves drawn at random one in twenty says anything at most', () => {
    const random = seededRandom(5);
    const customers = Array.from({ length: 400 }, () =>
      Array.from({ length: 60 }, (_, item) => random() < 0.3 / (1 + item / 6)),
    );
    const portraits = 300;
    let found = 0;
    for (let draw = 0; draw < portraits; draw++) {
      const isMember = customers.map(() => random() < 0.5);
      const count = (side: boolean, item?: number) =>
        customers.filter((has, one) => isMember[one] === side && (item === undefined || has[item])).length;
      const [ofMembers, ofOthers] = [count(true), count(false)];
      const rows = Array.from({ length: 60 }, (_, item) =>
        row(`${item}`, count(true, item), count(false, item), ofMembers, ofOthers),
      );
      const { traits } = compareSides(rows, [], []);
      if (traits.some(({ differs }) => differs !== null)) found++;
    }
    // Three deviations above one in twenty.
    expect(found / portraits).toBeLessThan(familyLevel + 3 * Math.sqrt((familyLevel * (1 - familyLevel)) / portraits));
  });

  test('tells who came and went, and of which segments where enough did', () => {
    const moves = [
      { change: 'entered', segmentId: 'group-ordinary', customers: 9 },
      { change: 'entered', segmentId: null, customers: 3 },
      { change: 'left', segmentId: 'group-high-value', customers: 4 },
    ] as const;
    const told = { entered: 12, left: 4, from: [{ segmentId: 'group-ordinary', customers: 9 }], to: [] };
    expect(describeFlows(moves, 'group-high-quality')).toEqual({ ...told, newcomers: 3, gone: 0 });
    // Who comes into a segment of one's own comes from none: it is in no scheme.
    expect(describeFlows(moves, 'rule-weekenders')).toEqual({ ...told, newcomers: null, gone: null });
  });
});
