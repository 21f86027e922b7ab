import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { seededRandom } from '../../../models/random.ts';
import {
  clusterCustomers,
  type Group,
  groupByKlaviyo,
  groupCustomers,
  groups,
  type PreviousClusters,
  recipe,
  rfmFeatures,
} from '../../../models/segmentation/index.ts';
import { generateSampleShop } from '../../../src/sample-shop/index.ts';
import { nightlyRecipes } from '../../../src/training/learners/choose-recipes.ts';
import { learnSegments, type PreviousSegmentation } from '../../../src/training/learners/segmentation.ts';
import { snapshotOf } from '../../support/data/sample-snapshot.ts';

interface Customers {
  recencyDays: number[];
  frequency: number[];
  monetary: number[];
}

function draw(count: number, seed: number): Customers {
  const random = seededRandom(seed);
  const many = (of: () => number) => Array.from({ length: count }, of);
  return {
    recencyDays: many(() => Math.floor(300 * random())),
    frequency: many(() => 1 + Math.floor(20 * random() ** 3)),
    monetary: many(() => Math.round(1_000 * random())),
  };
}

const groupsOf = ({ recencyDays, frequency, monetary }: Customers, options = {}) =>
  groupCustomers(recencyDays, frequency, monetary, options).groups;

describe('at the border of a group', () => {
  // Alike in all but money: the customer of rank n of a hundred has a sum of R + F + M of 2 + floor(n / 20) + 1.
  const ranked = (place: number) => {
    const customers: Customers = { recencyDays: [], frequency: [], monetary: [] };
    for (let one = 0; one < 100; one++) {
      customers.recencyDays.push(10);
      customers.frequency.push(1);
      customers.monetary.push(one === 0 ? place : one);
    }
    return customers;
  };
  const before = (group: Group) => Array.from({ length: 100 }, (_, one) => (one === 0 ? group : undefined));

  test('a customer stays until past it by the margin, and not a step longer', () => {
    // Sum 7, ordinary, from rank 80 on.
    const stands = (place: number, margin: number, group: Group) =>
      groupsOf(ranked(place), { margin, previous: before(group) })[0];
    expect(groupsOf(ranked(79.5))[0]).toBe('low-contribution');
    expect(stands(79.5, 0, 'ordinary')).toBe('low-contribution');
    expect(stands(79.5, 0.02, 'ordinary')).toBe('ordinary');
    expect(stands(76.5, 0.02, 'ordinary')).toBe('low-contribution');
    expect(groupsOf(ranked(80.5))[0]).toBe('ordinary');
    expect(stands(80.5, 0.02, 'low-contribution')).toBe('low-contribution');
    expect(stands(83.5, 0.02, 'low-contribution')).toBe('ordinary');
  });

  test('who had none is where the definition says', () => {
    const customers = draw(200, 1);
    expect(groupsOf(customers, { margin: 0.1, previous: new Array(200).fill(undefined) })).toEqual(groupsOf(customers));
  });

  test('a group is never kept that the definition would not give within the margin', () => {
    fc.assert(
      fc.property(fc.integer(), fc.constantFrom(0.01, 0.05, 0.2), (seed, margin) => {
        const customers = draw(120, seed);
        const random = seededRandom(seed + 1);
        const previous = Array.from({ length: 120 }, () => groups[Math.floor(random() * groups.length)]);
        const { scores, groups: given } = groupCustomers(
          customers.recencyDays,
          customers.frequency,
          customers.monetary,
          { margin, previous },
        );
        const defined = groupsOf(customers);
        // A rank that is shifted by the margin passes at most so many borders, each of which changes the sum by one.
        const steps = 3 * Math.ceil(5 * margin);
        const borders = [13, 10, 7, 3];
        for (const [one, group] of given.entries()) {
          if (group === defined[one]) continue;
          expect(group).toBe(previous[one]);
          const sum = scores.recency[one] + scores.frequency[one] + scores.monetary[one];
          const place = groups.indexOf(group);
          const [least, most] = [borders[place], place === 0 ? 15 : borders[place - 1] - 1];
          expect(Math.max(least - sum, sum - most)).toBeLessThanOrEqual(steps);
        }
      }),
      { numRuns: 100, seed: 1 },
    );
  });
});

describe("at the border of Klaviyo's groups", () => {
  const score = (customers: Customers, options = {}) => groupByKlaviyo(customers, recipe.klaviyo, options);
  const single = (days: number, orders: number, money: number): Customers => ({
    recencyDays: [days, 10, 10, 10, 10],
    frequency: [orders, 1, 1, 1, 1],
    monetary: [money, 0, 30, 60, 90],
  });
  const codeOf = (customers: Customers, options = {}) => {
    const { recency, frequency, monetary } = score(customers, options);
    return `${recency[0]}${frequency[0]}${monetary[0]}`;
  };

  test('the thresholds are inclusive in days and orders, exclusive in money', () => {
    expect([180, 181, 365, 366].map((days) => codeOf(single(days, 1, 0))[0])).toEqual(['3', '2', '2', '1']);
    expect([1, 2, 3, 4].map((orders) => codeOf(single(10, orders, 0))[1])).toEqual(['1', '2', '3', '3']);
    const { thresholds } = score(single(10, 1, 40));
    expect(thresholds.someMoney).toBeCloseTo(30 + 10 / 3, 12);
    expect(thresholds.muchMoney).toBeCloseTo(60 - 20 / 3, 12);
    const flat = { recencyDays: [1, 1, 1], frequency: [1, 1, 1], monetary: [5, 5, 5] };
    expect([...score(flat).monetary]).toEqual([1, 1, 1]);
  });

  test('days and money stay within the margin, orders do not wait', () => {
    const previous = { recency: Uint8Array.of(3), frequency: Uint8Array.of(1), monetary: Uint8Array.of(3) };
    const options = { margin: 0.1, previous };
    expect(codeOf(single(190, 2, 52), options)).toBe('323');
    expect(codeOf(single(190, 2, 52))).toBe('222');
    expect(codeOf(single(199, 2, 20), options)).toBe('221');
    const risen = { recency: Uint8Array.of(2), frequency: Uint8Array.of(1), monetary: Uint8Array.of(1) };
    expect(codeOf(single(170, 1, 5), { margin: 0.1, previous: risen })[0]).toBe('2');
    expect(codeOf(single(160, 1, 5), { margin: 0.1, previous: risen })[0]).toBe('3');
  });

  test('who had no scores is where the thresholds say', () => {
    const none = { recency: new Uint8Array(5), frequency: new Uint8Array(5), monetary: new Uint8Array(5) };
    expect(score(single(190, 2, 45), { margin: 0.5, previous: none })).toEqual(score(single(190, 2, 45)));
  });
});

describe('at the border of a cluster', () => {
  const customers = draw(300, 3);
  const features = rfmFeatures(customers);
  const cluster = (margin: number, previous?: PreviousClusters) =>
    clusterCustomers({
      features,
      recipe: { ...recipe, clusters: 4, margins: { ...recipe.margins, cluster: margin } },
      seed: 1,
      previous,
    });
  const plain = cluster(0);

  test('a customer stays while the other centroid is not nearer by more than the margin', () => {
    const { assignment, clusters, deviations } = plain;
    const distance = (one: number, id: number) => {
      const values = [customers.recencyDays[one], customers.frequency[one], customers.monetary[one]];
      const { centroid } = clusters.find((other) => other.id === id)!;
      return Math.hypot(...values.map((value, axis) => (Math.log1p(value) - centroid[axis]) / deviations[axis]));
    };
    // Everybody was in the next cluster last night.
    const before = Int16Array.from(assignment, (id) => (id + 1) % 4);
    const after = cluster(0.3, { ...plain, assignment: before }).assignment;
    let stayed = 0;
    for (const [one, id] of after.entries()) {
      const isNear = distance(one, before[one]) <= 1.3 * distance(one, assignment[one]);
      expect(id).toBe(isNear ? before[one] : assignment[one]);
      if (isNear) stayed++;
    }
    expect(stayed).toBeGreaterThan(10);
    expect(cluster(0, { ...plain, assignment: before }).assignment).toEqual(assignment);
  });

  test('new customers are where they are nearest', () => {
    expect(cluster(0.5, { ...plain, assignment: new Int16Array(300).fill(-1) }).assignment).toEqual(plain.assignment);
  });
});

test('from night to night fewer customers change sides by a recipe with margins, in every scheme', () => {
  const end = Date.UTC(2026, 2, 1);
  const shop = generateSampleShop({ seed: 3, customers: 500, items: 60, days: 300, end: new Date(end) });
  const nights = [7, 0].map((days) => {
    const asOf = end - days * 86_400_000;
    const orders = () => [...shop.orders()].filter(({ occurred_at }) => Date.parse(occurred_at) < asOf);
    return snapshotOf({ ...shop, orders, refunds: () => [], events: () => [] }, asOf).snapshot;
  });
  const changes = (margins: typeof recipe.margins) => {
    const learn = (night: number, previous?: PreviousSegmentation) =>
      learnSegments(
        nights[night],
        { ...nightlyRecipes.segmentation, clusters: 4, margins },
        {
          seed: 1,
          minorDigits: 2,
          timeZone: 'UTC',
          previous,
        },
      );
    const { segments, summary } = learn(0);
    const before = new Map(segments.map((segment) => [segment.customerKey, segment]));
    const after = learn(1, { summary, segments: before }).segments.filter(({ customerKey }) => before.has(customerKey));
    return (['group', 'klaviyoGroup', 'cluster'] as const).map(
      (scheme) => after.filter((segment) => segment[scheme] !== before.get(segment.customerKey)![scheme]).length,
    );
  };
  const plain = changes({ group: 0, klaviyo: 0, cluster: 0 });
  const steady = changes({ group: 0.05, klaviyo: 0.1, cluster: 0.2 });
  for (const [scheme, count] of steady.entries()) expect(count).toBeLessThan(plain[scheme]);
});
