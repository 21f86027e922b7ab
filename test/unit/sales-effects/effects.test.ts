import { describe, expect, test } from '@jest/globals';
import { seededRandom } from '../../../models/random.ts';
import {
  type CategorySales,
  fitCounts,
  measureEffects,
  recipe,
  type SalesEffects,
} from '../../../models/sales-effects/index.ts';
import { sized, usually } from '../../support/jest/thorough.ts';
import { drawCategory, plantedEffects } from '../../support/simulated/simulated-category.ts';

usually.describe('the regression is that of statsmodels and scipy', () => {
  const sales = Float64Array.of(3, 0, 7, 12, 5, 1, 22, 9, 4, 0, 15, 6, 8, 2, 30, 11, 5, 3, 9, 1, 14, 7, 2, 18);
  const exposure = [10, 5, 20, 25, 12, 8, 40, 20, 10, 6, 30, 14, 18, 9, 50, 22, 16, 7, 20, 5, 28, 12, 8, 35];
  const one = [0, 0, 1, 1, 0, 1, 1, 0, 0, 0, 1, 0, 0, 1, 1, 0, 1, 0, 1, 0, 1, 0, 0, 1];
  const other = [0, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 1, 0, 1, 0, 0, 1, 0];
  const design = Float64Array.from(
    one.flatMap((value, item) => [1, value, other[item], Math.round(500 * Math.sin(item)) / 1e3]),
  );
  const data = { design, columns: 4, sales, offsets: Float64Array.from(exposure, Math.log) };
  const none = 1e6;

  test.each<[string, { priorDeviation: number; dispersion: number }, number[], number[]]>([
    [
      'Poisson',
      { priorDeviation: none, dispersion: 0 },
      [-0.87148896, 0.13534224, -0.16002472, 0.08870898],
      [0.16371047, 0.1841614, 0.27298624, 0.2021683],
    ],
    [
      'negative binomial of dispersion 0.3',
      { priorDeviation: none, dispersion: 0.3 },
      [-0.91730109, 0.09456697, -0.20205471, 0.00335723],
      [0.27400213, 0.33513287, 0.43130896, 0.4088017],
    ],
    [
      'Poisson with a ridge of 1 / 0.5²',
      { priorDeviation: 0.5, dispersion: 0 },
      [-0.8707058, 0.1311202, -0.1354653, 0.0772626],
      [0.1496886, 0.1678198, 0.2348423, 0.1872241],
    ],
  ])('%s', (_, settings, coefficients, errors) => {
    const fit = fitCounts(data, settings)!;
    for (const [column, golden] of coefficients.entries()) {
      expect(fit.coefficients[column]).toBeCloseTo(golden, 6);
      expect(Math.sqrt(fit.covariance[5 * column])).toBeCloseTo(errors[column], 6);
    }
  });

  test('the dispersion is where Pearson’s statistic is its degrees of freedom', () => {
    // Without any dispersion the statistic is 13.9, below 20 degrees of freedom: there is none.
    expect(fitCounts(data, { priorDeviation: none })!.dispersion).toBe(0);
    const varied = sales.slice();
    [varied[6], varied[2], varied[10]] = [60, 25, 2];
    const fit = fitCounts({ ...data, sales: varied }, { priorDeviation: none })!;
    expect(fit.dispersion).toBeCloseTo(0.3060644732, 4);
    for (const [column, golden] of [-0.947531, 0.376595, -0.155866, 0.267807].entries()) {
      expect(fit.coefficients[column]).toBeCloseTo(golden, 4);
    }
  });
});

function measure(category: CategorySales, permutations: number): SalesEffects {
  const found = measureEffects(category, { ...recipe, permutations }, 1);
  if ('refusal' in found) throw new Error(found.refusal);
  return found;
}

/** The true effect of a level beside its reference, or of a price 10 % higher, in percent. */
function truthOf(attribute: 'colour' | 'material' | 'shape', level: string, reference: string): number {
  const effects: Record<string, number> = attribute === 'shape' ? {} : plantedEffects[attribute];
  return 100 * Math.expm1((effects[level] ?? 0) - (effects[reference] ?? 0));
}

describe('a category with planted effects', () => {
  usually.test('they are found in percent, the clearest first, and what does nothing is not', () => {
    const { effects, price, left, items } = measure(drawCategory(seededRandom(1), { items: 800 }), 39);
    expect(items).toBe(800);
    expect(left).toEqual([]);
    const of = (name: string) => effects.find(({ level }) => level === name)!;
    // Red and cotton are the commonest.
    for (const [level, attribute, reference] of [
      ['blue', 'colour', 'red'],
      ['green', 'colour', 'red'],
      ['wool', 'material', 'cotton'],
    ] as const) {
      const { percent, isBeyondChance, ...found } = of(level);
      const truth = truthOf(attribute, level, reference);
      expect(found).toMatchObject({ attribute, reference });
      expect(isBeyondChance).toBe(true);
      expect(percent.low).toBeLessThan(truth);
      expect(percent.high).toBeGreaterThan(truth);
      expect(Math.sign(percent.value)).toBe(Math.sign(truth));
    }
    expect(
      effects
        .slice(0, 3)
        .map(({ level }) => level)
        .sort(),
    ).toEqual(['blue', 'green', 'wool']);
    expect(effects.filter(({ attribute, isBeyondChance }) => attribute === 'shape' && isBeyondChance)).toEqual([]);
    expect(of('grey').isBeyondChance).toBe(false);
    expect(price!.isBeyondChance).toBe(true);
    expect(Math.abs(price!.elasticity.value - plantedEffects.elasticity)).toBeLessThan(0.25);
    // 1.1^-1.2 = 0.892: a tenth dearer sells 10.8 % less.
    expect(Math.abs(price!.percent.value + 10.8)).toBeLessThan(2.5);
  });

  test('the 95 % intervals hold the planted effects in 95 of 100 of simulated categories', () => {
    const random = seededRandom(2);
    const shops = sized(40, 150);
    const tally = { held: 0, judged: 0, priceHeld: 0 };
    for (let shop = 0; shop < shops; shop++) {
      const { effects, price } = measure(drawCategory(random, { items: 100 }), 1);
      for (const { attribute, level, reference, percent } of effects) {
        const truth = truthOf(attribute as 'colour', level, reference);
        tally.judged++;
        tally.held += Number(percent.low <= truth && truth <= percent.high);
      }
      const { low, high } = price!.elasticity;
      tally.priceHeld += Number(low <= plantedEffects.elasticity && plantedEffects.elasticity <= high);
    }
    // Three standard errors; six effects a category, correlated, are as good as two and two thirds.
    const threeErrors = (count: number) => 3 * Math.sqrt((0.95 * 0.05) / count);
    expect(Math.abs(tally.held / tally.judged - 0.95)).toBeLessThan(threeErrors((8 / 3) * shops));
    expect(Math.abs(tally.priceHeld / shops - 0.95)).toBeLessThan(threeErrors(shops));
  });

  test('where nothing decides, at most one category in twenty has an effect beyond chance', () => {
    const random = seededRandom(3);
    const shops = sized(20, 60);
    let alarms = 0;
    for (let shop = 0; shop < shops; shop++) {
      const { effects, price } = measure(drawCategory(random, { items: 60, variance: 1, isIdle: true }), 19);
      alarms += Number(price!.isBeyondChance || effects.some(({ isBeyondChance }) => isBeyondChance));
    }
    // The stated rate and three standard errors.
    const rate = recipe.falseAlarmRate;
    expect(alarms / shops).toBeLessThan(rate + 3 * Math.sqrt((rate * (1 - rate)) / shops));
  });
});

usually.describe('what is left out', () => {
  const category = drawCategory(seededRandom(4), { items: 100 });
  const withAttributes = (...attributes: CategorySales['attributes'][number][]) => ({ ...category, attributes });
  const [colour, material] = category.attributes;
  const named = (name: string, levels: number, of: (item: number) => number) => ({
    name,
    levels: Array.from({ length: levels }, (_, level) => `${name}-${level}`),
    codes: Int32Array.from({ length: 100 }, (_, item) => of(item)),
  });

  test('rare levels are taken together, and unknown ones with them; nothing is told of them', () => {
    // Three items of level 2, two of level 3, two unknown: 47 of level 0 and 46 of level 1.
    const rare = named('cut', 4, (item) => (item < 3 ? 2 : item < 5 ? 3 : item < 7 ? -1 : Number(item % 2 === 0)));
    const { effects } = measure(withAttributes(rare), 19);
    expect(effects.map(({ level, reference, items }) => [level, reference, items])).toEqual([['cut-1', 'cut-0', 46]]);
  });

  test('an attribute of one level, one that another tells, and the least telling where there are too many', () => {
    const single = named('maker', 2, (item) => Number(item < 3));
    const twin = { ...colour, name: 'hue' };
    const { left, effects } = measure(withAttributes(colour, material, single, twin), 19);
    expect(left).toContainEqual({ attribute: 'maker', why: 'one-level' });
    expect(left).toContainEqual({ attribute: 'hue', why: 'told-by-others' });
    expect(effects.some(({ attribute }) => attribute === 'hue' || attribute === 'maker')).toBe(false);
    // 100 items / 8: twelve coefficients, of which two are the mean and the price; twelve levels are eleven more.
    const many = named('series', 12, (item) => item % 12);
    const crowded = measure(withAttributes(colour, material, many), 19);
    expect(crowded.left).toEqual([{ attribute: 'series', why: 'too-many-levels' }]);
  });

  test('thin data are refused with the reason', () => {
    const refused = (changed: Partial<CategorySales>) => measureEffects({ ...category, ...changed }, recipe, 1);
    const some = (share: number) => category.exposure.map((days, item) => (item < 100 * share ? days : 0));
    expect(refused({ exposure: some(0.39) })).toEqual({ refusal: 'too-few-items' });
    expect(refused({ prices: category.prices!.map((price, item) => (item < 39 ? price : Number.NaN)) })).toEqual({
      refusal: 'too-few-items',
    });
    expect(refused({ sales: category.sales.map((_, item) => Number(item < 19) * 100) })).toEqual({
      refusal: 'too-few-sales',
    });
    expect(refused({ sales: category.sales.map((_, item) => Number(item < 99)) })).toEqual({
      refusal: 'too-few-sales',
    });
    expect(refused({ attributes: [] })).toEqual({ refusal: 'no-attributes' });
    expect(refused({ attributes: [named('maker', 2, () => 0)] })).toEqual({ refusal: 'no-attributes' });
  });

  test('prices that are all the same, or none, are no matter', () => {
    expect(measure({ ...category, prices: new Float64Array(100).fill(5) }, 19).price).toBeNull();
    expect(measure({ ...category, prices: undefined }, 19).price).toBeNull();
  });

  test('figures that contradict each other are faults by name', () => {
    const faulty = (changed: Partial<CategorySales>) => () => measureEffects({ ...category, ...changed }, recipe, 1);
    expect(faulty({ sales: category.sales.map(() => -1) })).toThrow(/sales\[0\]/);
    expect(faulty({ exposure: new Float64Array(3) })).toThrow(/exposure must hold 100/);
    expect(faulty({ prices: new Float64Array(3) })).toThrow(/prices must hold 100/);
    expect(faulty({ attributes: [named('cut', 2, () => 2)] })).toThrow(/cut: code 2/);
  });

  test('the same category and seed give the same', () => {
    expect(measure(category, 19)).toEqual(measure(category, 19));
  });
});
