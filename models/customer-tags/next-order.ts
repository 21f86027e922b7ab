import { dayMs } from './facts.ts';
import type { LifeCycle } from './life-cycle.ts';
import type { NextOrderRecipe } from './recipe.ts';

/** When an order is expected, and by what. */
export interface NextOrder {
  /** epoch milliseconds, not before as_of */
  at: number;
  source: 'customer-value' | 'own-gaps';
}

/**
 * When the next order is expected: as the model of customer value says, else a usual gap after the last order; an order that
 * is due already is expected now. null: the customer has too few gaps, or stays away longer than is usual for them.
 *
 * @param byValue what the model of customer value expects, epoch milliseconds; null: it says nothing
 */
export function expectNextOrder(
  { stage, daysSince, usualGap, gaps }: LifeCycle,
  asOf: number,
  byValue: number | null,
  recipe: NextOrderRecipe,
): NextOrder | null {
  if (byValue !== null) return { at: byValue, source: 'customer-value' };
  if (gaps < recipe.minimumGaps || stage === 'at-risk' || stage === 'lapsed') return null;
  return { at: Math.round(asOf + Math.max(0, usualGap - daysSince) * dayMs), source: 'own-gaps' };
}
