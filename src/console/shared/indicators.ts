import type { Answer } from '../api/index.ts';
import { addDays, type Grain } from '../format/index.ts';
import type { Better } from '../kit/index.ts';
import { numberOf } from './compare.ts';

export { changeOf, changeSince, numberOf } from './compare.ts';

export type Indicator = Answer<'/v1/indicators'>['items'][number];
export type IndicatorValues = Answer<'/v1/indicators/{indicator_id}/values'>;
export type IndicatorValue = IndicatorValues['items'][number];

/** Of which indicators less is better, and which are neither good nor bad. */
const less =
  /^(bounce-rate|cart-abandonment-rate|churn-rate|lost-customers|stock-out-rate|bad-review|complaints|refund|failed-codes|coupon-reversals|return-rate-of-goods|cost-|acquisition-cost|days-between|median-days|recency)/;
const neither =
  /^(skus-on-line|stock-units|stock-value|days-of-supply|share-of-new|share-of-exclusive|coupon-discount-cost|price-index|assortment)/;

export function betterOf(indicatorId: string): Better | undefined {
  if (neither.test(indicatorId)) return undefined;
  return less.test(indicatorId) ? 'less' : 'more';
}

/** Is the period over, so that its value stays? */
export function isOver(period: string, grain: Grain, today: string): boolean {
  const first = period.slice(0, 10);
  if (grain === 'month') return first.slice(0, 7) < today.slice(0, 7);
  return addDays(first, grain === 'week' ? 6 : 0) < today;
}

/** An indicator's values by period; of a part of a period only nothing is said. */
export function byDay(items: readonly IndicatorValue[], indicatorId: string): (day: string) => number | null {
  const values = new Map(
    items
      .filter((one) => one.indicator_id === indicatorId)
      .map((one) => [one.period, one.partial ? null : numberOf(one.value)]),
  );
  return (day) => values.get(day) ?? null;
}

/** A measure's terms as one writes a sum: `sales.placed − sales.refunded`. */
export function termsOf(terms: Indicator['numerator']): string {
  return terms
    .map(({ measure, sign }, place) => (sign < 0 ? `− ${measure}` : place > 0 ? `+ ${measure}` : measure))
    .join(' ');
}
