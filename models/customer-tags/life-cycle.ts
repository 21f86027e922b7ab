import { sum } from '../statistics.ts';
import { dayMs, type TagFacts } from './facts.ts';
import type { LifeCycleRecipe } from './recipe.ts';

/** Where customers stand in their life with the shop, in the order in which they may come to it. */
export const stages = ['new', 'active', 'at-risk', 'lapsed', 'won-back'] as const;
/** A stage in a customer's life with the shop. */
export type Stage = (typeof stages)[number];

/** Days between a customer's days with an order, oldest first. */
export interface Rhythm {
  /** whole days of 24 hours from the last day with an order to as_of */
  daysSince: number;
  gaps: number[];
}

/** A customer's stage, with its evidence; days. */
export interface LifeCycle {
  stage: Stage;
  daysSince: number;
  /** days between two orders that are usual for the customer, drawn towards the shop's */
  usualGap: number;
  gaps: number;
}

/**
 * The days between a customer's orders; several orders of one day are one. null: no order.
 *
 * @param own places of the customer's lines, in order of time
 */
export function findRhythm({ lines, asOf }: TagFacts, own: Uint32Array): Rhythm | null {
  const gaps: number[] = [];
  let last: number | undefined;
  for (const line of own) {
    const day = Math.floor((asOf - lines.times[line]) / dayMs);
    if (last !== undefined && day !== last) gaps.push(last - day);
    last = day;
  }
  return last === undefined ? null : { daysSince: last, gaps };
}

/**
 * The shop's own rhythm: the median over customers with a gap of their mean gap.
 *
 * @param rhythms by customer; null: no order
 * @returns days; null where fewer than `minimumCustomers` have a gap
 */
export function findShopGap(rhythms: Iterable<Rhythm | null>, recipe: LifeCycleRecipe): number | null {
  const means: number[] = [];
  for (const rhythm of rhythms) {
    if (rhythm !== null && rhythm.gaps.length > 0) means.push(sum(rhythm.gaps) / rhythm.gaps.length);
  }
  means.sort((a, b) => a - b);
  if (means.length < Math.max(1, recipe.minimumCustomers)) return null;
  const middle = means.length >>> 1;
  return means.length % 2 === 1 ? means[middle] : (means[middle - 1] + means[middle]) / 2;
}

/**
 * Where a customer stands, by how long they have been away measured in their own usual gap:
 *
 * | stage | |
 * |---|---|
 * | new | one day with an order, less than `atRiskGaps` ago |
 * | active | more than one, the last less than `atRiskGaps` ago |
 * | won-back | active, and the last gap was one of a lapsed customer |
 * | at-risk | from `atRiskGaps` on |
 * | lapsed | from `lapsedGaps` on |
 *
 * @param shopGap of `findShopGap`, days; the usual gap is drawn towards it as by `priorGaps` gaps
 */
export function findLifeCycle({ daysSince, gaps }: Rhythm, shopGap: number, recipe: LifeCycleRecipe): LifeCycle {
  const usual = (own: readonly number[]) => (sum(own) + recipe.priorGaps * shopGap) / (own.length + recipe.priorGaps);
  const before = gaps.slice(0, -1);
  const cameBack = gaps.length > 0 && gaps.at(-1)! >= recipe.lapsedGaps * usual(before);
  // The time away is no rhythm.
  const usualGap = usual(cameBack ? before : gaps);
  const away = daysSince / usualGap;
  const stage =
    away >= recipe.lapsedGaps
      ? 'lapsed'
      : away >= recipe.atRiskGaps
        ? 'at-risk'
        : gaps.length === 0
          ? 'new'
          : cameBack
            ? 'won-back'
            : 'active';
  return { stage, daysSince, usualGap, gaps: gaps.length };
}
