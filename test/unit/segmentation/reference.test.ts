import { beforeAll, describe, expect, test } from '@jest/globals';
import { standardise } from '../../../models/segmentation/clusters/standardise.ts';
import { toScale } from '../../../models/segmentation/features.ts';
import {
  type Clustering,
  clusterCustomers,
  type Group,
  groupByKlaviyo,
  groupOf,
  groups,
  klaviyoGroups,
  rangesByScore,
  recipe,
  rfmFeatures,
  scoreRfm,
} from '../../../models/segmentation/index.ts';
import {
  type RfmValues,
  readCdnowRfm,
  readOnlineRetailRfm,
  readOnlineRetailRfmFixture,
} from '../../support/data/rfm-data.ts';
import { describeWithSharedData } from '../../support/data/shared-data.ts';

describeWithSharedData('RFM and clusters of the CDNOW sample', ['cdnow-sample.txt'], () => {
  let values: RfmValues;
  let scores: ReturnType<typeof score>;
  beforeAll(() => {
    values = readCdnowRfm();
    scores = score(values);
  });

  test('orders are customer-days, and half of the customers have one', () => {
    expect(values.frequency.length).toBe(2357);
    expect(values.frequency.reduce((sum, orders) => sum + orders)).toBe(6696);
    expect(values.frequency.filter((orders) => orders === 1).length).toBe(1218);
  });

  test('scores are safe against ties', () => {
    expect(countScores(scores.recency)).toEqual([482, 471, 463, 470, 471]);
    expect(countScores(scores.frequency)).toEqual([1218, 0, 403, 358, 378]);
    expect(countScores(scores.monetary)).toEqual([481, 462, 472, 471, 471]);
  });

  test('only 55.2 % of the codes agree with cutting the sorted list into fifths', () => {
    const cut = [Float64Array.from(values.recencyDays, (days) => -days), values.frequency, values.monetary].map(ntile);
    const agree = values.frequency.reduce(
      (count, _, customer) =>
        count +
        Number(
          cut[0][customer] === scores.recency[customer] &&
            cut[1][customer] === scores.frequency[customer] &&
            cut[2][customer] === scores.monetary[customer],
        ),
      0,
    );
    expect(agree / 2357).toBeCloseTo(0.552, 3);
  });

  test('the four groups', () => {
    expect(countGroups(values)).toEqual([545, 439, 293, 1080]);
  });

  test("Klaviyo's six groups and their cuts", () => {
    const { groups: given, thresholds } = groupByKlaviyo(values, recipe.klaviyo);
    expect(klaviyoGroups.map((group) => given.filter((other) => other === group).length)).toEqual([
      466, 240, 98, 169, 138, 1246,
    ]);
    expect(thresholds.someMoney).toBeCloseTo(26.75, 10);
    expect(thresholds.muchMoney.toFixed(4)).toBe('75.1033');
  });

  test.each([
    [2, 2880.8282, [1723, 634]],
    [3, 1985.3076, [1373, 677, 307]],
    [4, 1591.7324, [919, 730, 465, 243]],
    [5, 1304.7736, undefined],
    [6, 1101.0353, undefined],
    [8, 864.6013, undefined],
  ])('K-means with k = %i reaches inertia %d', (count, inertia, sizes) => {
    const clustering = cluster(values, count);
    expect(clustering.inertia).toBeGreaterThan(inertia * 0.999);
    expect(clustering.inertia).toBeLessThan(inertia * 1.001);
    if (sizes) expectSizes(clustering, sizes);
    expect(clustering.idsByValue).toEqual([...clustering.clusters.keys()]);
  });

  test('means and deviations of the logarithms', () => {
    const { means, deviations } = standardise(rfmFeatures(values).map(toScale), [1, 1, 1]);
    expect(means.map((mean) => mean.toFixed(6))).toEqual(['5.641124', '1.123962', '3.920005']);
    expect(deviations.map((deviation) => deviation.toFixed(6))).toEqual(['0.993505', '0.577271', '1.124549']);
  });

  test('the four clusters by value are the four groups almost by name', () => {
    const { clusters } = cluster(values, 4);
    const rows = clusters.map(({ customers, averages: [days, orders, money], revenueShare }) => [
      customers,
      Math.round(days),
      orders.toFixed(2),
      money.toFixed(2),
      (revenueShare * 100).toFixed(1),
    ]);
    expect(rows).toEqual([
      [243, 39, '10.07', '416.80', '41.5'],
      [465, 194, '4.48', '168.26', '32.1'],
      [730, 435, '1.68', '65.75', '19.7'],
      [919, 502, '1.02', '18.03', '6.8'],
    ]);
  });
});

describeWithSharedData("RFM out of Online Retail's plain sale lines", ['online-retail.csv.gz'], () => {
  test('is what the fixture holds', () => {
    expect(readOnlineRetailRfm()).toEqual(readOnlineRetailRfmFixture());
  });
});

describe("RFM and clusters of Online Retail's plain sale lines", () => {
  const values = readOnlineRetailRfmFixture();
  const scores = score(values);

  test('values', () => {
    expect(values.frequency.length).toBe(3317);
    expect(values.frequency.reduce((sum, orders) => sum + orders)).toBe(11_413);
    expect(values.monetary.reduce((sum, money) => sum + money)).toBeCloseTo(5_239_240.56, 2);
    expect(summary(values.recencyDays)).toEqual({ mean: '92.143', median: 72, maximum: 273 });
    expect(summary(values.frequency)).toEqual({ mean: '3.441', median: 2, maximum: 127 });
    expect(summary(values.monetary)).toEqual({ mean: '1579.512', median: 555.65, maximum: 176_355.94 });
  });

  test('scores', () => {
    expect(countScores(scores.recency)).toEqual([668, 677, 647, 693, 632]);
    expect(countScores(scores.frequency)).toEqual([1376, 0, 651, 642, 648]);
    expect(countScores(scores.monetary)).toEqual([664, 663, 664, 663, 663]);
  });

  test('thresholds state what each score means, without a gap or an overlap', () => {
    expect(rangesByScore(values.frequency, scores.frequency)).toEqual([
      { score: 1, customers: 1376, minimum: 1, maximum: 1 },
      { score: 3, customers: 651, minimum: 2, maximum: 2 },
      { score: 4, customers: 642, minimum: 3, maximum: 4 },
      { score: 5, customers: 648, minimum: 5, maximum: 127 },
    ]);
    const recency = rangesByScore(values.recencyDays, scores.recency);
    expect(recency.map(({ customers }) => customers)).toEqual([668, 677, 647, 693, 632]);
    expect(recency[0].maximum).toBe(273);
    for (const [index, { maximum }] of recency.slice(1).entries()) {
      expect(maximum).toBeLessThan(recency[index].minimum);
    }
  });

  test('the four groups', () => {
    expect(countGroups(values)).toEqual([715, 726, 726, 1150]);
  });

  test.each([
    [3, 3782.4958, [1507, 1261, 549]],
    [4, 3039.1803, [1387, 969, 495, 466]],
    [5, 2601.4903, [1179, 827, 624, 429, 258]],
  ])('K-means with k = %i reaches inertia %d', (count, inertia, sizes) => {
    const clustering = cluster(values, count);
    expect(clustering.inertia).toBeGreaterThan(inertia * 0.999);
    expect(clustering.inertia).toBeLessThan(inertia * 1.001);
    expectSizes(clustering, sizes);
  });

  test('other seeds reach the lowest inertia too', () => {
    for (let seed = 2; seed <= 3; seed++) {
      const { inertia } = clusterCustomers({ features: rfmFeatures(values), recipe: { ...recipe, clusters: 4 }, seed });
      expect(inertia).toBeLessThan(3039.1803 * 1.001);
    }
  });

  test('searching a sample ends as low as searching everybody', () => {
    const { inertia } = clusterCustomers({
      features: rfmFeatures(values),
      recipe: { ...recipe, clusters: 4, searchSample: 500 },
      seed: 1,
    });
    expect(inertia).toBeLessThan(3039.1803 * 1.001);
  });
});

function score({ recencyDays, frequency, monetary }: RfmValues) {
  return scoreRfm(recencyDays, frequency, monetary);
}

function cluster(values: RfmValues, count: number): Clustering {
  return clusterCustomers({ features: rfmFeatures(values), recipe: { ...recipe, clusters: count }, seed: 1 });
}

function countScores(scores: Uint8Array): number[] {
  return [1, 2, 3, 4, 5].map((score) => scores.filter((given) => given === score).length);
}

function countGroups(values: RfmValues): number[] {
  const { recency, frequency, monetary } = score(values);
  const given: Group[] = Array.from(recency, (r, customer) => groupOf(r, frequency[customer], monetary[customer]));
  return groups.map((group) => given.filter((other) => other === group).length);
}

/** Sizes are informative beside the inertia: equally good runs differ by some customers on a border. */
function expectSizes({ clusters }: Clustering, sizes: number[]): void {
  const found = clusters.map(({ customers }) => customers).sort((a, b) => b - a);
  for (const [index, size] of sizes.entries()) expect(Math.abs(found[index] - size)).toBeLessThanOrEqual(20);
}

/** SQL's NTILE(5) over the values ascending, equal ones in the order given. */
function ntile(values: Float64Array): Uint8Array {
  const order = [...values.keys()].sort((a, b) => values[a] - values[b] || a - b);
  const larger = values.length % 5;
  const size = Math.floor(values.length / 5);
  const scores = new Uint8Array(values.length);
  for (const [rank, customer] of order.entries()) {
    const inLarger = larger * (size + 1);
    scores[customer] =
      1 + (rank < inLarger ? Math.floor(rank / (size + 1)) : larger + Math.floor((rank - inLarger) / size));
  }
  return scores;
}

function summary(values: Float64Array): { mean: string; median: number; maximum: number } {
  const sorted = values.slice().sort();
  return {
    mean: (values.reduce((sum, value) => sum + value) / values.length).toFixed(3),
    median: sorted[(values.length - 1) / 2],
    maximum: sorted.at(-1)!,
  };
}
