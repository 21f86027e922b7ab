import { beforeAll, expect, test } from '@jest/globals';
import { judgeLists, pairedBootstrap, personalFrequency, splitByTime } from '../../../models/evaluation/index.ts';
import { rankPopularity, recipe } from '../../../models/popularity/index.ts';
import { isProduct, readSaleLines } from '../../support/data/online-retail.ts';
import { describeWithSharedData } from '../../support/data/shared-data.ts';

const dayMs = 86_400_000;

interface Lines {
  customers: Uint32Array;
  items: Uint32Array;
  times: Float64Array;
}

/**
 * The reference figures name neither their input nor how ties fall. All three come out over goods (no postage and the
 * like) without exact duplicate rows, a purchase being a line, and a customer's ties left in the order first bought.
 */
describeWithSharedData('Online Retail judged by August 2011', ['online-retail.csv.gz'], () => {
  const window = { cut: Date.UTC(2011, 7, 1), end: Date.UTC(2011, 8, 1) };
  let lines: Lines;
  let itemCount: number;
  let split: ReturnType<typeof splitByTime>;
  let fit: Pick<Lines, 'customers' | 'items'> & { ageDays: Float64Array };
  let bought: ReturnType<typeof groupByCustomer>;
  let counted: Uint32Array;

  beforeAll(() => {
    const sold = readSaleLines();
    const kept = Uint32Array.from(sold.items.keys()).filter(
      (line) => isProduct(sold.itemIds[sold.items[line]]) && sold.duplicates[line] === 0,
    );
    itemCount = sold.itemIds.length;
    lines = {
      customers: kept.map((line) => sold.customers[line]),
      items: kept.map((line) => sold.items[line]),
      times: Float64Array.from(kept, (line) => sold.times[line]),
    };
    split = splitByTime(lines, { ...window, repurchase: 'allow' });
    fit = {
      customers: split.fitLines.map((line) => lines.customers[line]),
      items: split.fitLines.map((line) => lines.items[line]),
      ageDays: Float64Array.from(split.fitLines, (line) => (window.cut - lines.times[line]) / dayMs),
    };
    bought = groupByCustomer(fit);
    counted = popularity(Infinity);
  });

  function judge(listFor: (customer: number) => ArrayLike<number>) {
    return judgeLists(split, listFor, { k: 10, sellable: counted.length });
  }

  function popularity(halfLifeDays: number): Uint32Array {
    const behaviours = { ...fit, itemCount, weights: new Float32Array(fit.items.length).fill(1) };
    return rankPopularity(behaviours, { halfLifeDays }).ranking;
  }

  test('46 % of what is bought was bought before by the same customer', () => {
    const again = splitByTime(lines, { ...window, repurchase: 'exclude' });
    const count = (sets: readonly ReadonlySet<number>[]) => sets.reduce((sum, set) => sum + set.size, 0);
    expect(split.customers).toHaveLength(764);
    expect(count(split.relevant)).toBe(20_421);
    expect(1 - count(again.relevant) / count(split.relevant)).toBeCloseTo(0.464, 3);
  });

  test('popularity reaches NDCG@10 0.126', () => {
    const judged = judge(() => counted);
    expect(judged.ndcg).toBeCloseTo(0.126, 3);
    expect(judged.recall).toBeCloseTo(0.056, 3);
    expect(judged.hitRate).toBeCloseTo(0.581, 3);
  });

  test('and 0.042 where the list drops what the customer owns', () => {
    const judged = judge((customer) => {
      const owned = new Set(bought.get(customer)!.items);
      return counted.filter((item) => !owned.has(item));
    });
    expect(judged.ndcg).toBeCloseTo(0.042, 3);
  });

  test('personal purchase frequency reaches 0.334 with ties left as first bought', () => {
    const judged = judge((customer) => {
      const counts = new Map<number, number>();
      for (const item of bought.get(customer)!.items) counts.set(item, (counts.get(item) ?? 0) + 1);
      return [...counts].sort(([, a], [, b]) => b - a).map(([item]) => item);
    });
    expect(judged.ndcg).toBeCloseTo(0.334, 3);
    expect(judged.recall).toBeCloseTo(0.188, 3);
  });

  test('and 0.370 with ties by recency, then popularity: the baseline to beat', () => {
    const list = personalFrequency(counted, itemCount);
    const judged = judge((customer) => {
      const { items, ageDays } = bought.get(customer)!;
      return list(items, ageDays, 10);
    });
    expect(judged.ndcg).toBeCloseTo(0.37, 3);
    expect(judged.recall).toBeCloseTo(0.208, 3);
    expect(judged.coverage).toBeCloseTo(0.379, 3);
  });

  test("the recipe's half-life beats counting, beyond chance", () => {
    const recent = popularity(recipe.halfLifeDays);
    const decayed = judge(() => recent);
    const plain = judge(() => counted);
    const gain = decayed.ndcgByCustomer.map((value, index) => value - plain.ndcgByCustomer[index]);
    const { mean, low } = pairedBootstrap(gain, { seed: 1, samples: 1000 });
    expect(decayed.ndcg).toBeCloseTo(0.141, 3);
    expect(mean).toBeCloseTo(0.015, 3);
    expect(low).toBeGreaterThan(0);
  });
});

function groupByCustomer({
  customers,
  items,
  ageDays,
}: {
  customers: Uint32Array;
  items: Uint32Array;
  ageDays: Float64Array;
}) {
  const groups = new Map<number, { items: number[]; ageDays: number[] }>();
  for (const [line, customer] of customers.entries()) {
    const group = groups.get(customer) ?? { items: [], ageDays: [] };
    group.items.push(items[line]);
    group.ageDays.push(ageDays[line]);
    groups.set(customer, group);
  }
  return groups;
}
