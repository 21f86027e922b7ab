import { describe, expect, test } from '@jest/globals';
import {
  estimateExamination,
  examinationAt,
  leastClicks,
  type PlacedClicks,
  weightsOfPlaces,
} from '../../../models/examination/index.ts';
import { placesToSwap } from '../../../models/exposure/index.ts';
import { seededRandom } from '../../../models/random.ts';

const looked = [1, 0.8, 0.65, 0.55, 0.48, 0.42, 0.38, 0.34, 0.31, 0.29];
const length = looked.length;

/**
 * A log whose truth is planted: lists are put in the order of what each person likes, which is more or less than the items appeal to all,
 * so that what stands high is liked more as well as looked at more; in a share of them two places are drawn.
 */
function simulate(lists: number, share: number, examination: readonly number[], seed: number) {
  const random = seededRandom(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const appeals = Array.from({ length: 2 * length }, (_, item) => 0.02 + 0.004 * item);
  const cells = new Map<string, PlacedClicks>();
  const all = { shown: new Array<number>(length).fill(0), clicked: new Array<number>(length).fill(0) };
  for (let list = 0; list < lists; list++) {
    const liked = appeals.map((appeal) => Math.min(1, appeal * Math.exp(0.6 * normal())));
    const order = [...liked.keys()].sort((a, b) => liked[b] - liked[a]).slice(0, length);
    const drawn = placesToSwap(length, share, random);
    if (drawn && drawn[0] > drawn[1]) [order[drawn[0]], order[drawn[1]]] = [order[drawn[1]], order[drawn[0]]];
    order.forEach((item, at) => {
      const clicked = Number(random() < examination[at] * liked[item]);
      all.shown[at]++;
      all.clicked[at] += clicked;
      const role = drawn?.indexOf(at) ?? -1;
      if (role < 0) return;
      const unit = `${Math.min(...drawn!)} ${Math.max(...drawn!)} ${role}`;
      const cell = cells.get(`${unit} ${at}`) ?? { unit, place: at + 1, shown: 0, clicked: 0 };
      cells.set(`${unit} ${at}`, { ...cell, shown: cell.shown + 1, clicked: cell.clicked + clicked });
    });
  }
  return { rows: [...cells.values()], rates: all.clicked.map((clicks, at) => clicks / all.shown[at]) };
}

describe('a log with planted looks', () => {
  // Would see: places that seem worse than they are, because what people like less stands there.
  test('tells them within the stated errors, where the clicks of places alone do not', () => {
    const { curve, errors, refused } = estimateExamination(simulate(40_000, 1, looked, 3).rows);
    const { rates } = simulate(10_000, 0, looked, 4);
    expect(refused).toBeUndefined();
    const away = looked.slice(1).map((truth, at) => Math.log(curve![at + 1] / truth) / errors[at + 1]);
    expect(Math.max(...away.map(Math.abs))).toBeLessThan(3);
    expect(Math.max(...errors)).toBeLessThan(0.15);
    expect(away.reduce((sum, z) => sum + z * z, 0) / away.length).toBeLessThan(2);
    expect(rates[length - 1] / rates[0]).toBeLessThan(0.6 * looked[length - 1]);
    expect(curve![length - 1]).toBeGreaterThan(0.75 * looked[length - 1]);
  });

  // Would see: a correction that leaves in front what merely stood in front.
  test('puts items in the order of their appeal, which clicks by impression do not', () => {
    const { curve } = estimateExamination(simulate(20_000, 1, looked, 5).rows);
    const random = seededRandom(8);
    // The better an item, the lower it stands, give or take a place.
    const items = Array.from({ length }, (_, at) => ({ appeal: 0.05 + 0.008 * at, clicks: 0, shown: 0, looks: 0 }));
    for (let list = 0; list < 60_000; list++) {
      items.forEach((item, at) => {
        const place = Math.min(length - 1, Math.max(0, at + Math.floor(3 * random()) - 1));
        item.shown++;
        item.looks += examinationAt(curve!, place + 1);
        if (random() < item.appeal * looked[place]) item.clicks++;
      });
    }
    const agree = (score: (item: (typeof items)[number]) => number) => {
      const pairs = items.flatMap((one, at) => items.slice(at + 1).map((other) => score(other) > score(one)));
      return pairs.filter(Boolean).length / pairs.length;
    };
    expect(agree(({ clicks, shown }) => clicks / shown)).toBeLessThan(0.3);
    expect(agree(({ clicks, looks }) => clicks / looks)).toBeGreaterThan(0.9);
  });

  test('is not corrected where places are looked at alike, but for what chance makes', () => {
    const even = new Array<number>(length).fill(1);
    const found = Array.from({ length: 40 }, (_, seed) => estimateExamination(simulate(2_400, 1, even, seed).rows));
    const corrected = found.filter(({ curve }) => curve !== undefined);
    expect(corrected.length).toBeLessThanOrEqual(4);
    for (const { curve } of corrected) expect(Math.min(...curve!)).toBeGreaterThan(0.5);
    expect(found.filter(({ refused }) => refused === 'alike').length).toBe(40 - corrected.length);
  });

  test('is refused where too little is known', () => {
    expect(estimateExamination([])).toEqual({ curve: undefined, refused: 'none', clicks: 0, errors: [] });
    const { rows } = simulate(80, 1, looked, 1);
    const { refused, clicks } = estimateExamination(rows);
    expect([refused, clicks < leastClicks, clicks > 0]).toEqual(['few', true, true]);
  });
});

describe('what is counted', () => {
  test('of two places is the ratio of their clicks by impression, with the error of two Poisson counts', () => {
    const found = estimateExamination([
      { unit: 'a', place: 1, shown: 2_000, clicked: 300 },
      { unit: 'a', place: 2, shown: 1_000, clicked: 75 },
    ]);
    expect(found.curve![1]).toBeCloseTo(0.5, 6);
    expect(found.errors[1]).toBeCloseTo(Math.sqrt(1 / 300 + 1 / 75), 6);
  });

  // Would see: units added up, of which the better ones stood higher.
  test('is compared within units alone', () => {
    const found = estimateExamination([
      { unit: 'good', place: 1, shown: 9_000, clicked: 1_800 },
      { unit: 'good', place: 2, shown: 1_000, clicked: 100 },
      { unit: 'poor', place: 1, shown: 1_000, clicked: 40 },
      { unit: 'poor', place: 2, shown: 9_000, clicked: 180 },
      { unit: 'fixed', place: 3, shown: 9_000, clicked: 10 },
    ]);
    expect(found.curve).toHaveLength(2);
    expect(found.curve![1]).toBeCloseTo(0.5, 6);
  });

  test('above the places that were tried counts as the first that was, between them as the one above', () => {
    const { curve, errors } = estimateExamination([
      { unit: 'a', place: 4, shown: 1_000, clicked: 300 },
      { unit: 'a', place: 6, shown: 1_000, clicked: 150 },
      { unit: 'elsewhere', place: 1, shown: 1_000, clicked: 100 },
      { unit: 'elsewhere', place: 2, shown: 1_000, clicked: 100 },
    ]);
    expect(curve!.map((rate) => Number(rate.toFixed(6)))).toEqual([1, 1, 1, 1, 1, 0.5]);
    expect(errors.slice(0, 5)).toEqual([0, 0, 0, 0, 0]);
    expect(examinationAt(curve!, 2)).toBe(1);
    expect(examinationAt(curve!, 40)).toBeCloseTo(0.5, 6);
  });

  test('never counts a look as rarer than a tenth', () => {
    const { curve } = estimateExamination([
      { unit: 'a', place: 1, shown: 1_000, clicked: 400 },
      { unit: 'a', place: 2, shown: 1_000, clicked: 0 },
    ]);
    expect(curve).toEqual([1, 0.1]);
  });

  // An oracle that knows the likelihood and nothing of how it is climbed.
  test('has the greatest likelihood of all that fall', () => {
    const { rows } = simulate(10_000, 1, looked, 11);
    const { curve } = estimateExamination(rows);
    const units = new Map<string, PlacedClicks[]>();
    for (const row of rows) units.set(row.unit, [...(units.get(row.unit) ?? []), row]);
    const likelihood = (rates: readonly number[]) => {
      let total = 0;
      for (const cells of units.values()) {
        const looks = cells.reduce((sum, { shown, place }) => sum + shown * rates[place - 1], 0);
        for (const { clicked, shown, place } of cells) total += clicked * Math.log((shown * rates[place - 1]) / looks);
      }
      return total;
    };
    const best = likelihood(curve!);
    const random = seededRandom(2);
    for (let trial = 0; trial < 300; trial++) {
      const far = 10 ** -(1 + Math.floor(4 * random()));
      const other = curve!.map((rate) => rate * Math.exp(far * (random() - 0.5)));
      for (let at = 1; at < length; at++) other[at] = Math.min(other[at], other[at - 1]);
      expect(likelihood(other)).toBeLessThanOrEqual(best + 1e-6);
    }
    expect([...curve!].sort((a, b) => b - a)).toEqual(curve);
  });
});

test('clicks weigh the inverse of how often their place is looked at, and together what they did', () => {
  const clicks = [1_000, 50, 30, 12, 8];
  const weights = weightsOfPlaces([1, 0.5, 0.25], clicks);
  expect(weights[0]).toBe(1);
  expect(weights[2] / weights[1]).toBeCloseTo(2, 9);
  expect(weights[3] / weights[1]).toBeCloseTo(4, 9);
  const all = clicks.slice(1).reduce((sum, count, at) => sum + count * weights[Math.min(at + 1, 3)], 0);
  expect(all).toBeCloseTo(100, 9);
  expect(weightsOfPlaces([1, 0.5], [10, 0, 0])).toEqual([1, 1, 2]);
});
