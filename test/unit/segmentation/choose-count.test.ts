import { beforeAll, describe, expect, test } from '@jest/globals';
import { seededRandom } from '../../../models/random.ts';
import { type Candidate, chooseCandidate, tryCounts } from '../../../models/segmentation/clusters/choose-count.ts';
import {
  adjustedRand,
  calinskiHarabasz,
  createUniformReference,
  measureSilhouettes,
} from '../../../models/segmentation/clusters/cluster-quality.ts';
import { searchCentroids } from '../../../models/segmentation/clusters/find-centroids.ts';
import { createKMeans, type Points } from '../../../models/segmentation/clusters/k-means.ts';
import { standardise } from '../../../models/segmentation/clusters/standardise.ts';
import { clusterCustomers, recipe, rfmFeatures } from '../../../models/segmentation/index.ts';
import { type RfmValues, readCdnowRfm } from '../../support/data/rfm-data.ts';
import { describeWithSharedData } from '../../support/data/shared-data.ts';
import { sized, usually } from '../../support/jest/thorough.ts';

const search = { restarts: 10, maximumIterations: 100, smallestShare: 0.03, leastStability: 0.6 };

function tryAll(points: Points, least: number, most: number, options = search, seed = 1): Candidate[] {
  const means = createKMeans(points, { mostClusters: most });
  try {
    return tryCounts(
      points,
      { least, most },
      options,
      (clusters) => searchCentroids(points, means, clusters, options, seededRandom(seed)),
      seed,
    );
  } finally {
    means.dispose();
  }
}

/** Clouds of `each` points around centres that lie apart. */
function planted(centres: number[][], each: number, seed: number): Points {
  const random = seededRandom(seed);
  const spread = () => 0.6 * (random() + random() + random() - 1.5);
  const rows = centres.flatMap((centre) =>
    Array.from({ length: each }, () => centre.map((coordinate) => coordinate + spread())),
  );
  return { values: Float64Array.from(rows.flat()), dimensions: centres[0].length };
}

usually.describe('figures of a clustering', () => {
  test('silhouette, by hand', () => {
    // 0 and 1 against 10: (10 - 1) / 10, (9 - 1) / 9, and 0 for the one that is alone.
    const points = { values: Float64Array.of(0, 1, 10), dimensions: 1 };
    const labellings = [Uint8Array.of(0, 0, 1), Uint8Array.of(1, 1, 0), Uint8Array.of(0, 0, 0)];
    const byHand = (0.9 + 8 / 9 + 0) / 3;
    const [once, renamed, all] = measureSilhouettes(points, labellings);
    expect(once).toBeCloseTo(byHand, 12);
    expect(renamed).toBe(once);
    expect(all).toBe(0);
  });

  test('Calinski-Harabasz, by hand', () => {
    // Points 0, 2, 10, 12 in two pairs: total 104, within 4.
    expect(calinskiHarabasz({ total: 104, inertia: 4, points: 4, clusters: 2 })).toBeCloseTo(100 / 1 / (4 / 2), 12);
  });

  test('adjusted Rand: one for the same parts under other names, the textbook value, nothing by chance', () => {
    expect(adjustedRand(Uint8Array.of(0, 0, 1, 1, 2), Uint8Array.of(2, 2, 0, 0, 1))).toBe(1);
    // scikit-learn's documentation: [0, 0, 1, 2] against [0, 0, 1, 1].
    expect(adjustedRand(Uint8Array.of(0, 0, 1, 2), Uint8Array.of(0, 0, 1, 1))).toBeCloseTo(0.571428, 5);
    const random = seededRandom(1);
    const draw = () => Uint8Array.from({ length: 5_000 }, () => Math.floor(random() * 4));
    expect(Math.abs(adjustedRand(draw(), draw()))).toBeLessThan(0.01);
  });

  test('the reference fills the box of the points along their axes', () => {
    // A thin line from (0, 0) to (10, 10): so is its reference, where a box along the axes would be a square.
    const values = Float64Array.from({ length: 200 }, (_, at) => Math.floor(at / 2) / 10);
    const drawn = createUniformReference({ values, dimensions: 2 })(seededRandom(1));
    expect(drawn.values).toHaveLength(200);
    for (let at = 0; at < 200; at += 2) {
      expect(drawn.values[at] + 0).toBeCloseTo(drawn.values[at + 1], 8);
      expect(Math.abs(drawn.values[at])).toBeLessThanOrEqual(10);
    }
  });
});

describe('the number of clusters', () => {
  const centres = [
    [0, 0, 0],
    [6, 0, 0],
    [0, 6, 0],
    [0, 0, 6],
    [6, 6, 0],
    [6, 0, 6],
  ];

  test.each([3, 4, 5, 6])('is the planted one: %i', (count) => {
    for (let seed = 1; seed <= sized(1, 2); seed++) {
      const tried = tryAll(planted(centres.slice(0, count), 40, seed), 2, 7, search, seed);
      expect(tried.map(({ clusters }) => clusters)).toEqual([2, 3, 4, 5, 6, 7]);
      expect(chooseCandidate(tried, undefined).clusters).toBe(count);
    }
  });

  usually.test('every number tried has its figures, and the refused ones a reason', () => {
    const points = planted(centres.slice(0, 3), 100, 1);
    const odd = { values: Float64Array.from([...points.values, 90, 90, 90]), dimensions: 3 };
    const tried = tryAll(odd, 2, 5);
    for (const one of tried) {
      expect(one.inertia).toBeGreaterThan(0);
      for (const figure of [one.silhouette, one.calinskiHarabasz, one.gap, one.gapError, one.stability]) {
        expect(Number.isFinite(figure)).toBe(true);
      }
      // The odd one out is alone in every one of them.
      expect(one.refusal).toBe('its smallest cluster has 0.3 % of the customers, less than 3.0 %');
      expect(one.place).toBeNull();
    }
    expect(chooseCandidate(tried, undefined).clusters).toBe(2);
  });

  usually.test('is not one that comes out otherwise on other customers', () => {
    const random = seededRandom(3);
    const shapeless = { values: Float64Array.from({ length: 1_200 }, random), dimensions: 3 };
    const tried = tryAll(shapeless, 2, 8, { ...search, leastStability: 0.95 });
    expect(tried.some(({ refusal }) => refusal?.startsWith('its clusters come out otherwise on other customers'))).toBe(
      true,
    );
  });

  usually.test("stays last night's while it is nearly as good, and not when it is refused or far behind", () => {
    const candidate = (clusters: number, place: number | null): Candidate => ({
      clusters,
      place,
      inertia: 1,
      silhouette: 0,
      calinskiHarabasz: 0,
      gap: 0,
      gapError: 0,
      stability: 1,
      smallestShare: 0.1,
      refusal: place === null ? 'refused' : null,
    });
    const tried = [candidate(3, 1.5), candidate(4, 2.5), candidate(5, 3), candidate(6, null)];
    expect(chooseCandidate(tried, undefined).clusters).toBe(3);
    expect(chooseCandidate(tried, 4).clusters).toBe(4);
    expect(chooseCandidate(tried, 5).clusters).toBe(3);
    expect(chooseCandidate(tried, 6).clusters).toBe(3);
    expect(chooseCandidate(tried, 9).clusters).toBe(3);
  });

  usually.test('is the same again with the same seed', () => {
    const points = planted(centres.slice(0, 4), 40, 2);
    expect(tryAll(points, 2, 5)).toEqual(tryAll(points, 2, 5));
  });

  usually.test('of few customers is no more than there are kinds of them', () => {
    const customers = { recencyDays: [1, 1, 50, 90, 200], frequency: [9, 9, 3, 2, 1], monetary: [90, 90, 30, 20, 10] };
    const { clusters, tried } = clusterCustomers({ features: rfmFeatures(customers), recipe, seed: 1 });
    expect(clusters).toHaveLength(3);
    expect(tried).toEqual([]);
  });
});

describeWithSharedData('the number of clusters of the CDNOW sample', ['cdnow-sample.txt'], () => {
  let values: RfmValues;
  beforeAll(() => {
    values = readCdnowRfm();
  });

  test('without the logarithm silhouette praises a cluster of one customer, and is not followed', () => {
    const columns = [values.recencyDays, values.frequency, values.monetary];
    const tried = tryAll(standardise(columns, [1, 1, 1]).points, 2, 8, search);
    const four = tried[2];
    expect(four.clusters).toBe(4);
    expect(four.smallestShare * 2357).toBeCloseTo(1, 8);
    expect(four.silhouette).toBe(Math.max(...tried.map((one) => one.silhouette)));
    expect(four.refusal).toContain('its smallest cluster has 0.0 % of the customers');
    const chosen = chooseCandidate(tried, undefined);
    expect(chosen.refusal).toBeNull();
    expect(chosen.smallestShare).toBeGreaterThanOrEqual(0.02);
  });

  test('is the same for other seeds', () => {
    const chosen = [1, 2].map((seed) => {
      const quick = { ...recipe, restarts: 10 };
      const { clusters, tried } = clusterCustomers({ features: rfmFeatures(values), recipe: quick, seed });
      expect(tried.map((one) => one.clusters)).toEqual([3, 4, 5, 6, 7, 8]);
      return clusters.length;
    });
    expect(chosen).toEqual([3, 3]);
  });
});
