import type { Knowledge } from './features/knowledge.ts';

/** What a list may be ordered for: that much of it is bought, that much is paid for what is bought of it, or that much of that is left. */
export const objectives = ['purchase', 'revenue', 'margin'] as const;
/** The name of one. */
export type Objective = (typeof objectives)[number];

/** Of what was sold, prices or costs of so much must be known for lists to be ordered by them. */
export const leastKnown = 0.5;

/**
 * Why lists cannot be ordered for this, in words.
 *
 * @returns undefined where they can
 */
export function whyNotFor(objective: Objective, { known }: Pick<Knowledge, 'known'>): string | undefined {
  const asked = { purchase: [], revenue: ['prices'], margin: ['prices', 'costs'] } as const;
  const missing = asked[objective].find((name) => !(known[name] >= leastKnown));
  if (missing === undefined) return undefined;
  const percent = (share: number) => `${Math.round(100 * share)} %`;
  return `ranking.objective is ${objective}: ${missing} are known of ${percent(known[missing])} of what was sold, ${percent(leastKnown)} are needed`;
}

/**
 * What it is worth that a piece of an item is bought: 1, its price, or what its price leaves over its cost, never below 0. Without a
 * price it is worth the mean of the others; without a cost the same part of its price as the others together.
 */
export function worthOf(
  objective: Objective,
  { goods: { price }, unitCosts }: Pick<Knowledge, 'goods' | 'unitCosts'>,
): (item: number) => number {
  if (objective === 'purchase') return () => 1;
  const prices = Float64Array.from(price, Math.exp);
  const left = (item: number) => Math.max(0, prices[item] - unitCosts![item]);
  let [priced, all, costed, kept] = [0, 0, 0, 0];
  for (let item = 0; item < prices.length; item++) {
    if (Number.isNaN(prices[item])) continue;
    priced++;
    all += prices[item];
    if (objective === 'revenue' || !unitCosts || Number.isNaN(unitCosts[item])) continue;
    costed += prices[item];
    kept += left(item);
  }
  const share = objective === 'revenue' ? 1 : costed > 0 ? kept / costed : 0;
  const usual = priced > 0 ? (share * all) / priced : 1;
  return (item) => {
    if (Number.isNaN(prices[item])) return usual;
    return objective === 'margin' && unitCosts && !Number.isNaN(unitCosts[item]) ? left(item) : share * prices[item];
  };
}
