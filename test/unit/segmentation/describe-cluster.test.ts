import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { seededRandom } from '../../../models/random.ts';
import {
  binColumns,
  borderRounding,
  clusterCustomers,
  describeMembers,
  distinguish,
  type FeatureName,
  type MemberRule,
  nameCluster,
  recipe,
  rfmFeatures,
  sayRule,
} from '../../../models/segmentation/index.ts';

type Columns = Partial<Record<FeatureName, number[]>>;

function describeBy(columns: Columns, isMember: (customer: number) => boolean): MemberRule & { words: string } {
  const binned = binColumns(
    Object.entries(columns).map(([name, values]) => {
      const feature = name as FeatureName;
      return { feature, values, round: borderRounding(feature) };
    }),
  );
  const count = Object.values(columns)[0].length;
  const rule = describeMembers(
    binned,
    Uint8Array.from({ length: count }, (_, customer) => +isMember(customer)),
    1,
  );
  return { ...rule, words: sayRule(rule) };
}

/** 240 customers, one last seen on each of 240 days, with 1 to 8 orders. */
const recency = Array.from({ length: 240 }, (_, customer) => customer);
const frequency = recency.map((customer) => 1 + ((customer * 5) % 8));

describe('the rule of a cluster', () => {
  test('is what was planted, in words', () => {
    const rule = describeBy({ recency, frequency }, (one) => recency[one] < 40 && frequency[one] >= 5);
    expect(rule).toEqual({
      alternatives: [
        expect.arrayContaining([
          { feature: 'recency', below: 40 },
          { feature: 'frequency', from: 5 },
        ]),
      ],
      precision: 1,
      recall: 1,
      words: 'last order at most 39 days ago and 5 orders or more',
    });
  });

  test('has both ends of a range, and an alternative where one range does not do', () => {
    const between = describeBy({ recency, frequency }, (one) => recency[one] >= 60 && recency[one] < 120);
    expect(between).toMatchObject({ words: 'last order 60 to 119 days ago', precision: 1, recall: 1 });
    const either = describeBy({ recency, frequency }, (one) => recency[one] < 40 || recency[one] >= 200);
    expect(either.words.split(', or ').sort()).toEqual([
      'last order 200 days ago or longer',
      'last order at most 39 days ago',
    ]);
    expect(either).toMatchObject({ precision: 1, recall: 1 });
  });

  test('leaves out what adds nothing', () => {
    const noise = Array.from({ length: 240 }, seededRandom(4));
    const rule = describeBy({ eveningShare: noise, frequency }, (one) => frequency[one] === 1);
    expect(rule).toMatchObject({ words: 'only 1 order', precision: 1, recall: 1 });
  });

  test('says so where there is none, and where everybody is a member', () => {
    expect(describeBy({ recency, frequency }, () => false).words).toBe('no rule of three questions finds them');
    expect(describeBy({ recency, frequency }, () => true)).toMatchObject({
      words: 'every customer',
      precision: 1,
      recall: 1,
    });
  });

  test('names values that are not known by no lower border', () => {
    const share = recency.map((customer) => (customer % 3 === 0 ? Number.NaN : (customer % 3) * 0.4));
    const rule = describeBy({ discountShare: share }, (one) => share[one] > 0.5);
    expect(rule).toMatchObject({ precision: 1, recall: 1 });
    expect(rule.words).toBe('80 % or more of the lines below list price');
  });

  test('is as precise and complete as it says, in at most three alternatives of three questions', () => {
    const drawn = fc.record({ seed: fc.integer(), share: fc.double({ min: 0.02, max: 0.98, noNaN: true }) });
    fc.assert(
      fc.property(drawn, ({ seed, share }) => {
        const random = seededRandom(seed);
        const draw = (of: () => number) => Array.from({ length: 300 }, of);
        const columns = {
          recency: draw(() => Math.floor(400 * random() ** 2)),
          frequency: draw(() => 1 + Math.floor(9 * random() ** 3)),
          monetary: draw(() => 500 * random() - 20),
        };
        const members = columns.recency.map((days, one) => columns.monetary[one] - days + 300 * random() < 800 * share);
        const { alternatives, precision, recall } = describeBy(columns, (one) => members[one]);
        const isNamed = (one: number) =>
          alternatives.some((ranges) =>
            ranges.every(({ feature, from = -Infinity, below = Infinity }) => {
              const value = columns[feature as keyof typeof columns][one];
              return value >= from && value < below;
            }),
          );
        const named = members.map((_, one) => isNamed(one));
        const hits = members.filter((is, one) => is && named[one]).length;
        expect(precision).toBeCloseTo(hits / Math.max(1, named.filter(Boolean).length), 12);
        expect(recall).toBeCloseTo(hits / Math.max(1, members.filter(Boolean).length), 12);
        expect(alternatives.length).toBeLessThanOrEqual(3);
        for (const ranges of alternatives) expect(ranges.length).toBeLessThanOrEqual(3);
      }),
      { numRuns: 30, seed: 1 },
    );
  });
});

describe('a cluster', () => {
  // Half buys often, lately and for much, the other half the contrary.
  const isGood = (customer: number) => customer % 2 === 0;
  const of = (good: number, bad: number) =>
    Array.from({ length: 60 }, (_, one) => (isGood(one) ? good : bad) + (one % 3));
  const features = [
    ...rfmFeatures({ recencyDays: of(5, 300), frequency: of(20, 1), monetary: of(900, 20) }),
    { name: 'basketSize' as const, values: of(4, 4) },
  ];
  const clustering = clusterCustomers({ features, recipe: { ...recipe, clusters: 2 }, seed: 1 });

  test('is told by what differs from all customers, the most first, in words', () => {
    const [good, bad] = [0, 1].map((id) => distinguish(clustering, id));
    expect(good.map(({ feature }) => feature).sort()).toEqual(['frequency', 'monetary', 'recency']);
    for (const [place, { deviations }] of good.slice(1).entries()) {
      expect(Math.abs(deviations)).toBeLessThanOrEqual(Math.abs(good[place].deviations));
    }
    const words = (of: typeof good, feature: string) => of.find((one) => one.feature === feature)!.words;
    expect(words(good, 'recency')).toMatch(/^bought more lately \(typically 6 days ago, all customers 4\d days ago\)$/);
    expect(words(bad, 'frequency')).toMatch(/^order less often \(typically 1\.9 orders, all customers 7 orders\)$/);
    expect(words(bad, 'monetary')).toMatch(/^spend less \(typically 21, all customers 140\)$/);
  });

  test('is named on its first night by where it lies', () => {
    expect(nameCluster(clustering, 0)).toBe('bought lately, often, spends much');
    expect(nameCluster(clustering, 1)).toBe('bought long ago, seldom, spends little');
  });
});
