import { createHash } from 'node:crypto';
import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  type AssociationRule,
  type AssociationRules,
  deriveRules,
  type Itemsets,
  learnAssociationRules,
  mineItemsets,
  recipe,
} from '../../../models/association-rules/index.ts';
import { countForSupport } from '../../../models/association-rules/itemsets/minimum-count.ts';
import {
  type Baskets,
  readGroceries,
  readOnlineRetail,
  readOnlineRetailFixture,
  readRetail,
  readT10I4D100K,
} from '../../support/data/baskets.ts';
import { describeWithSharedData } from '../../support/data/shared-data.ts';

type ItemsetCase = [support: number, size: number, byLength?: number[]];
type RuleCase = [support: number, confidence: number, rules: number];

function mine({ matrix }: Baskets, support: number): Itemsets {
  const minimumCount = countForSupport(support, matrix.rows);
  return mineItemsets(matrix, { minimumCount, maximumLength: Number.MAX_SAFE_INTEGER });
}

interface Reference {
  /** of the data beside the project; none: a fixture of ours */
  file?: string;
  read: () => Baskets;
  /** baskets, items, items in all baskets */
  shape: [number, number, number];
  itemsets: ItemsetCase[];
  rules: RuleCase[];
}

function describeReference(name: string, { file, read, shape, itemsets, rules }: Reference): void {
  const suite = () => {
    let baskets: Baskets;
    beforeAll(() => {
      baskets = read();
    });

    test('the baskets are those of the reference', () => {
      const { rows, columns, indices } = baskets.matrix;
      expect([rows, columns, indices.length]).toEqual(shape);
    });

    for (const [support, size, byLength] of itemsets) {
      test(`support ${support}: ${size} itemsets`, () => {
        const found = mine(baskets, support);
        expect(found.size).toBe(size);
        if (byLength) expect([...found.countsByLength]).toEqual(byLength);
      });
    }

    for (const [support, minimumConfidence, count] of rules) {
      test(`support ${support}, confidence ${minimumConfidence}: ${count} rules`, () => {
        const options = { minimumConfidence, minimumLift: 0 };
        expect(deriveRules(mine(baskets, support), baskets.matrix.rows, options)).toHaveLength(count);
      });
    }
  };
  if (file) describeWithSharedData(name, [file], suite);
  else describe(name, suite);
}

describeReference('Groceries', {
  file: 'groceries-baskets.csv.gz',
  read: readGroceries,
  shape: [9835, 169, 43_367],
  itemsets: [
    [0.001, 13_492, [157, 2981, 6831, 3137, 376, 10]],
    [0.002, 4223],
    [0.005, 1001],
    [0.01, 333, [88, 213, 32]],
    [0.05, 31],
    [0.1, 8],
  ],
  rules: [
    [0.001, 0.5, 5668],
    [0.001, 0.6, 2918],
    [0.001, 0.8, 410],
    [0.001, 0.9, 129],
    [0.002, 0.5, 1098],
    [0.005, 0.5, 120],
    [0.006, 0.25, 463],
    [0.01, 0.5, 15],
  ],
});

describeReference('retail.dat', {
  file: 'retail.dat.gz',
  read: readRetail,
  shape: [88_162, 16_470, 908_576],
  itemsets: [
    [0.1, 9],
    [0.05, 16],
    [0.02, 55],
    [0.01, 159, [70, 58, 25, 6]],
    [0.005, 580],
    [0.002, 2691],
    [0.001, 7589, [2117, 3260, 1794, 382, 36]],
    [0.0005, 19_242],
  ],
  rules: [
    [0.01, 0.5, 110],
    [0.005, 0.5, 402],
    [0.001, 0.5, 5731],
  ],
});

describeReference('T10I4D100K', {
  file: 't10i4d100k.dat.gz',
  read: readT10I4D100K,
  shape: [100_000, 870, 1_010_228],
  itemsets: [
    [0.02, 155],
    [0.01, 385, [375, 9, 1]],
    [0.005, 1073],
    [0.002, 13_255],
    [0.001, 27_532],
  ],
  rules: [],
});

describeReference('Online Retail, plain sale lines', {
  file: 'online-retail.csv.gz',
  read: readOnlineRetail,
  shape: [12_495, 3628, 308_278],
  itemsets: [[0.01, 2193, [754, 1031, 317, 82, 8, 1]]],
  rules: [
    [0.01, 0.5, 1304],
    [0.01, 0.8, 267],
  ],
});

describeReference('Online Retail, plain sale lines, items in 2 % of the orders', {
  read: readOnlineRetailFixture,
  shape: [12_495, 284, 122_002],
  itemsets: [
    [0.05, 36, [36]],
    [0.03, 151, [131, 20]],
    [0.02, 397, [284, 107, 6]],
  ],
  rules: [
    [0.05, 0.5, 0],
    [0.05, 0.8, 0],
    [0.03, 0.5, 17],
    [0.03, 0.8, 1],
    [0.02, 0.5, 77],
    [0.02, 0.8, 4],
  ],
});

describeWithSharedData('Groceries, more', ['groceries-baskets.csv.gz'], () => {
  test('whole milk is in 2,513 baskets', () => {
    const { matrix, items } = readGroceries();
    const milk = items.indexOf('whole milk');
    expect(matrix.indices.filter((item) => item === milk)).toHaveLength(2513);
  });

  test('learning twice gives the same bytes', () => {
    const { matrix } = readGroceries();
    const learned = learnAssociationRules(matrix, { ...recipe, maximumRules: 1000 });
    expect(learned.rules).toHaveLength(1000);
    expect(hash(learnAssociationRules(matrix, { ...recipe, maximumRules: 1000 }))).toBe(hash(learned));
  });
});

describe('Online Retail, published rules', () => {
  const baskets = readOnlineRetailFixture();

  // The reference rounds the last lift to 16.0193; 358 × 12,495 / (390 × 716) is 16.01923.
  test.each([
    { antecedent: ['21086'], consequent: '21094', figures: ['0.824405', '0.022169', '25.3718'], count: 277 },
    { antecedent: ['22698'], consequent: '22697', figures: ['0.825301', '0.032893', '14.4024'], count: 411 },
    { antecedent: ['22698', '22699'], consequent: '22697', figures: ['0.917949', '0.028651', '16.0192'], count: 358 },
  ])('$antecedent → $consequent', ({ antecedent, consequent, figures, count }) => {
    const rules = deriveRules(mine(baskets, 0.02), baskets.matrix.rows, { minimumConfidence: 0.8, minimumLift: 0 });
    const names = (rule: AssociationRule) => rule.antecedent.map((item) => baskets.items[item]).sort();
    const rule = rules.find(
      (r) => baskets.items[r.consequent] === consequent && names(r).join() === antecedent.join(),
    )!;
    expect([rule.confidence.toFixed(6), rule.support.toFixed(6), rule.lift.toFixed(4)]).toEqual(figures);
    expect(rule.count).toBe(count);
  });
});

describeWithSharedData('Online Retail, rules', ['online-retail.csv.gz'], () => {
  let baskets: Baskets;
  beforeAll(() => {
    baskets = readOnlineRetail();
  });

  test('the fixture holds the baskets of the file, without the items that are in less than 2 % of them', () => {
    const namesOf = ({ matrix, items }: Baskets, keep: (item: number) => boolean) =>
      Array.from({ length: matrix.rows }, (_, row) => {
        const basket = matrix.indices.slice(matrix.offsets[row], matrix.offsets[row + 1]);
        return Array.from(basket.filter(keep), (item) => items[item]).sort();
      });
    const counts = new Uint32Array(baskets.matrix.columns);
    for (const item of baskets.matrix.indices) counts[item]++;
    const fixture = namesOf(readOnlineRetailFixture(), () => true);
    expect(fixture).toEqual(namesOf(baskets, (item) => counts[item] >= countForSupport(0.02, baskets.matrix.rows)));
  });

  test('the nightly recipe finds its itemsets', () => {
    const { maximumLength, minimumSupport } = recipe;
    const minimumCount = countForSupport(minimumSupport, baskets.matrix.rows);
    expect(minimumCount).toBe(25);
    const { countsByLength } = mineItemsets(baskets.matrix, { minimumCount, maximumLength });
    expect([...countsByLength]).toEqual([2186, 74_922, 310_583]);
  });

  test('its rules stay within its bounds, also where there are more than it keeps', () => {
    const bounded = { ...recipe, minimumSupport: 0.004, maximumRules: 20_000 };
    const { rules, minimumCount } = learnAssociationRules(baskets.matrix, bounded);
    expect(minimumCount).toBe(50);
    expect(rules).toHaveLength(20_000);
    const least = (figure: (rule: AssociationRule) => number) =>
      rules.reduce((m, rule) => Math.min(m, figure(rule)), Infinity);
    expect(least((rule) => rule.count)).toBe(50);
    expect(least((rule) => rule.confidence)).toBeGreaterThanOrEqual(recipe.minimumConfidence);
    expect(least((rule) => rule.lift)).toBeGreaterThanOrEqual(recipe.minimumLift);
    expect(least((rule) => -rule.pValue)).toBeGreaterThanOrEqual(-recipe.maximumPValue);
    expect(least((rule) => Number(rule.significant))).toBe(1);
    expect(least((rule) => -rule.antecedent.length)).toBe(-2);
  });
});

function hash({ itemsets, rules }: AssociationRules): string {
  const { offsets, items, counts } = itemsets;
  const digest = createHash('sha256').update(offsets).update(items).update(counts);
  return digest.update(JSON.stringify(rules)).digest('hex');
}
