import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { seededRandom } from '../../../models/random.ts';
import { matchClusters } from '../../../models/segmentation/clusters/match-clusters.ts';
import {
  type Clustering,
  clusterCustomers,
  type PreviousClusters,
  recipe,
  rfmFeatures,
} from '../../../models/segmentation/index.ts';

interface Customers {
  recencyDays: number[];
  frequency: number[];
  monetary: number[];
}

/** Three kinds of customers far apart: loyal, regular, lapsed. */
function threeKinds(seed: number, each = 40): Customers {
  const random = seededRandom(seed);
  const centres = [
    [5, 30, 3000],
    [60, 6, 300],
    [300, 1, 20],
  ] as const;
  const customers: Customers = { recencyDays: [], frequency: [], monetary: [] };
  for (let index = 0; index < 3 * each; index++) {
    const [days, orders, money] = centres[index % 3];
    customers.recencyDays.push(Math.round(days * (0.8 + 0.4 * random())));
    customers.frequency.push(Math.max(1, Math.round(orders * (0.8 + 0.4 * random()))));
    customers.monetary.push(Math.round(money * (0.8 + 0.4 * random()) * 100) / 100);
  }
  return customers;
}

function cluster(customers: Customers, count: number, previous?: PreviousClusters, seed = 1) {
  return clusterCustomers({ features: rfmFeatures(customers), recipe: { ...recipe, clusters: count }, seed, previous });
}

/** Last night with each id turned to another. */
function turned({ features, clusters }: Clustering, toId: (id: number) => number): PreviousClusters {
  return { features, clusters: clusters.map(({ id, centroid }) => ({ id: toId(id), centroid })) };
}

describe('clusters', () => {
  test('planted kinds are found, most valuable first', () => {
    const { assignment, clusters, idsByValue } = cluster(threeKinds(1), 3);
    expect([...assignment]).toEqual(Array.from(assignment, (_, index) => index % 3));
    expect(clusters.map(({ customers }) => customers)).toEqual([40, 40, 40]);
    expect(idsByValue).toEqual([0, 1, 2]);
    expect(clusters.reduce((sum, { revenueShare }) => sum + revenueShare, 0)).toBeCloseTo(1, 12);
  });

  test('a centroid is the mean of its members, in z-scores and in logarithms', () => {
    const customers = threeKinds(2);
    const { assignment, clusters, means, deviations, inertia } = cluster(customers, 3);
    const columns = [customers.recencyDays, customers.frequency, customers.monetary];
    let summed = 0;
    for (const [id, { centroid, standardised, averages }] of clusters.entries()) {
      for (const [axis, column] of columns.entries()) {
        const values = column.filter((_, index) => assignment[index] === id);
        const mean = (of: (value: number) => number) =>
          values.reduce((sum, value) => sum + of(value), 0) / values.length;
        expect(averages[axis]).toBeCloseTo(
          mean((value) => value),
          8,
        );
        expect(centroid[axis]).toBeCloseTo(mean(Math.log1p), 10);
        expect(standardised[axis]).toBeCloseTo((mean(Math.log1p) - means[axis]) / deviations[axis], 10);
        for (const value of values) summed += ((Math.log1p(value) - centroid[axis]) / deviations[axis]) ** 2;
      }
    }
    expect(inertia).toBeCloseTo(summed, 8);
  });

  test('the same seed gives the same bytes', () => {
    const customers = threeKinds(3);
    expect(cluster(customers, 5)).toEqual(cluster(customers, 5));
  });

  test('a customer goes to the same cluster whatever the order of the customers', () => {
    const customers = threeKinds(4);
    const order = customers.monetary.map((_, index) => (index * 47) % 120);
    const reordered = {
      recencyDays: order.map((index) => customers.recencyDays[index]),
      frequency: order.map((index) => customers.frequency[index]),
      monetary: order.map((index) => customers.monetary[index]),
    };
    const straight = cluster(customers, 5);
    const other = cluster(reordered, 5);
    expect([...other.assignment]).toEqual(order.map((index) => straight.assignment[index]));
    expect(other.clusters).toEqual(straight.clusters);
    expect(other.inertia).toBe(straight.inertia);
  });

  test('money below zero counts as zero', () => {
    const { assignment, clusters } = cluster(
      { recencyDays: [1, 1, 9, 9], frequency: [1, 1, 1, 1], monetary: [-7, 0, -3, 50] },
      3,
    );
    expect([...assignment]).toEqual([1, 1, 2, 0]);
    expect(clusters.map(({ revenueShare }) => revenueShare)).toEqual([1, 0, 0]);
    expect(clusters[1].averages).toEqual([1, 1, -3.5]);
  });

  test('nobody', () => {
    expect(cluster({ recencyDays: [], frequency: [], monetary: [] }, 4)).toEqual({
      assignment: new Uint8Array(),
      clusters: [],
      idsByValue: [],
      inertia: 0,
      means: [0, 0, 0],
      deviations: [0, 0, 0],
      features: ['recency', 'frequency', 'monetary'],
      tried: [],
      chosen: 0,
    });
  });

  test('all alike are one cluster with nothing between them', () => {
    const { assignment, clusters, inertia, means, deviations } = cluster(
      { recencyDays: Array(10).fill(3), frequency: Array(10).fill(1), monetary: Array(10).fill(0.1) },
      4,
    );
    expect([...assignment]).toEqual(Array(10).fill(0));
    expect(clusters).toHaveLength(1);
    expect(clusters[0]).toMatchObject({ customers: 10, standardised: [0, 0, 0], revenueShare: 1 });
    expect(inertia).toBe(0);
    expect(means).toEqual([Math.log1p(3), Math.log1p(1), Math.log1p(0.1)]);
    expect(deviations).toEqual([0, 0, 0]);
  });

  test('a dimension in which all are alike decides nothing', () => {
    const customers = { ...threeKinds(5), frequency: Array(120).fill(1) };
    const { deviations, clusters } = cluster(customers, 3);
    expect(deviations[1]).toBe(0);
    expect(clusters.map(({ standardised }) => standardised[1])).toEqual([0, 0, 0]);
  });

  test('fewer distinct customers than clusters: each is one', () => {
    const { assignment, clusters, inertia } = cluster(
      { recencyDays: [9, 1, 9], frequency: [1, 4, 1], monetary: [5, 80, 5] },
      4,
    );
    expect([...assignment]).toEqual([1, 0, 1]);
    expect(clusters).toHaveLength(2);
    expect(inertia).toBeCloseTo(0, 12);
  });

  test('one cluster holds everybody at the mean', () => {
    const { assignment, clusters, inertia } = cluster(threeKinds(6), 1);
    expect(new Set(assignment)).toEqual(new Set([0]));
    for (const score of clusters[0].standardised) expect(score).toBeCloseTo(0, 10);
    expect(inertia).toBeCloseTo(3 * 120, 8);
  });

  test('a few others among very many alike are found though the sample misses them', () => {
    const few: Customers = { recencyDays: [200, 10, 90], frequency: [1, 50, 9], monetary: [1, 9000, 700] };
    const customers = {
      recencyDays: [...few.recencyDays, ...Array(3000).fill(30)],
      frequency: [...few.frequency, ...Array(3000).fill(2)],
      monetary: [...few.monetary, ...Array(3000).fill(40)],
    };
    const { clusters } = clusterCustomers({
      features: rfmFeatures(customers),
      recipe: { ...recipe, clusters: 3, searchSample: 50 },
      seed: 1,
    });
    expect(clusters).toHaveLength(3);
    expect(Math.max(...clusters.map((one) => one.customers))).toBeGreaterThanOrEqual(3000);
  });

  test('every cluster has members, every customer a cluster, equal customers the same one', () => {
    const value = fc.integer({ min: -3, max: 8 });
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(5), fc.integer({ min: 1, max: 3 }), value), { maxLength: 30 }),
        fc.integer({ min: 1, max: 6 }),
        (rows, count) => {
          const { assignment, clusters, inertia } = cluster(
            {
              recencyDays: rows.map(([r]) => r),
              frequency: rows.map(([, f]) => f),
              monetary: rows.map(([, , m]) => m),
            },
            count,
          );
          const keys = rows.map(([r, f, m]) => `${r} ${f} ${Math.max(0, m)}`);
          expect(clusters.length).toBeLessThanOrEqual(Math.min(count, new Set(keys).size));
          expect(Number.isFinite(inertia)).toBe(true);
          expect(clusters.map(({ customers }) => customers)).toEqual(
            clusters.map((_, id) => assignment.filter((given) => given === id).length),
          );
          expect(Math.min(1, ...clusters.map(({ customers }) => customers))).toBe(1);
          expect(new Set(keys.map((key, index) => `${key} ${assignment[index]}`)).size).toBe(new Set(keys).size);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('faulty input is refused by name', () => {
    const customers = threeKinds(7);
    expect(() => cluster(customers, 0)).toThrow('recipe.clusters must be a whole number of at least 1, not 0');
    expect(() => cluster(customers, 17)).toThrow('recipe.clusters must be at most 16, not 17');
    expect(() => cluster({ ...customers, frequency: [1] }, 3)).toThrow('frequency must hold 120 values');
    expect(() => cluster(customers, 3, undefined, 0.5)).toThrow('seed must be a safe integer, not 0.5');
  });
});

describe('names from night to night', () => {
  test('stay with the customers even where value changes rank', () => {
    const before = cluster(threeKinds(1), 3);
    const customers = threeKinds(1);
    // Overnight the regular customers (every second of three) outspend the loyal ones, in money alone.
    for (let index = 1; index < 120; index += 3) customers.monetary[index] *= 20;
    const after = cluster(customers, 3, before);
    expect(after.assignment).toEqual(before.assignment);
    expect(after.idsByValue).toEqual([1, 0, 2]);
    expect(after.clusters[1].averages[2]).toBeGreaterThan(after.clusters[0].averages[2]);
  });

  test('are stable whatever the seed, and new customers do not shuffle them', () => {
    const before = cluster(threeKinds(1), 3);
    const previous = turned(before, (id) => 2 - id);
    for (let seed = 1; seed <= 5; seed++) {
      const after = cluster(threeKinds(seed, 60), 3, previous, seed);
      expect([...after.assignment.slice(0, 3)]).toEqual([2, 1, 0]);
    }
  });

  test('stay with those that go on where there are fewer or more clusters', () => {
    const before = cluster(threeKinds(1), 3);
    const previous = turned(before, (id) => [7, 4, 2][id]);
    const fewer = cluster({ recencyDays: [5, 300], frequency: [30, 1], monetary: [3000, 20] }, 2, previous);
    expect([...fewer.assignment]).toEqual([7, 2]);
    const more = cluster(threeKinds(1), 4, previous);
    const ids = more.clusters.map(({ id }) => id);
    expect(ids).toEqual([0, 2, 4, 7]);
    expect([...more.assignment.slice(0, 3)].filter((id) => [0, 2, 4, 7].includes(id))).toHaveLength(3);
  });

  test('stay where a feature came to be known or is known no more', () => {
    const customers = threeKinds(1);
    const breadth = customers.frequency.map((orders) => 1 + (orders % 4));
    const before = clusterCustomers({
      features: [...rfmFeatures(customers), { name: 'breadth', values: breadth }],
      recipe: { ...recipe, clusters: 3 },
      seed: 1,
    });
    expect(before.features).toEqual(['recency', 'frequency', 'monetary', 'breadth']);
    const after = cluster(
      threeKinds(2),
      3,
      turned(before, (id) => (id + 1) % 3),
    );
    expect([...after.assignment.slice(0, 3)]).toEqual([1, 2, 0]);
  });

  test('are matched at the least total distance: as good as trying every permutation', () => {
    const coordinate = fc.double({ min: -3, max: 3, noNaN: true });
    const points = (count: number) =>
      fc.array(fc.tuple(coordinate, coordinate, coordinate), { minLength: count, maxLength: count });
    fc.assert(
      fc.property(
        fc
          .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 5 }))
          .chain(([count, before]) => fc.tuple(points(count), points(before))),
        ([centroids, previous]) => {
          const places = matchClusters(centroids, previous);
          const total = (order: readonly number[]) =>
            order.reduce(
              (sum, place, index) =>
                place < 0 || place >= previous.length
                  ? sum
                  : sum + Math.hypot(...centroids[index].map((value, axis) => value - previous[place][axis])),
              0,
            );
          const most = Math.max(centroids.length, previous.length);
          const matched = places.filter((place) => place >= 0);
          expect(new Set(matched).size).toBe(Math.min(centroids.length, previous.length));
          expect(matched).toHaveLength(Math.min(centroids.length, previous.length));
          const orders = permutations([...Array(most).keys()]).map((order) => order.slice(0, centroids.length));
          expect(total(places)).toBeCloseTo(Math.min(...orders.map(total)), 9);
        },
      ),
    );
  });
});

function permutations(values: number[]): number[][] {
  if (values.length < 2) return [values];
  return values.flatMap((value, index) =>
    permutations(values.filter((_, other) => other !== index)).map((rest) => [value, ...rest]),
  );
}
