import { quantile } from '../../statistics.ts';
import { requireRfm } from './rfm.ts';

/** In the order in which they are published, best first. */
export const klaviyoGroups = ['champions', 'loyal', 'recent', 'needs-attention', 'at-risk', 'inactive'] as const;
/** One of the six groups of Klaviyo's scheme. */
export type KlaviyoGroup = (typeof klaviyoGroups)[number];

/** The codes RFM, each digit 1 to 3, of every group: all 27. */
export const klaviyoCodes: Readonly<Record<KlaviyoGroup, readonly string[]>> = {
  champions: ['333', '332', '323'],
  loyal: ['321', '322', '331', '232', '233'],
  recent: ['312', '313', '311', '222', '223'],
  'needs-attention': ['213', '221', '123', '132', '133'],
  'at-risk': ['231', '212', '122', '131', '211'],
  inactive: ['111', '112', '113', '121'],
};

export interface KlaviyoRecipe {
  /** most days since the last order for R = 3 */
  readonly recentDays: number;
  /** most days since the last order for R = 2 */
  readonly lapsingDays: number;
  /** fewest orders for F = 2 */
  readonly someOrders: number;
  /** fewest orders for F = 3 */
  readonly manyOrders: number;
}

/** Where the scores of each dimension begin. */
export interface KlaviyoThresholds extends KlaviyoRecipe {
  /** the lower tercile of money: above it M = 2 */
  readonly someMoney: number;
  /** the upper tercile of money: above it M = 3 */
  readonly muchMoney: number;
}

/** Scores 1 to 3 of what a customer was given last night. */
export interface KlaviyoScores {
  readonly recency: Uint8Array;
  readonly frequency: Uint8Array;
  readonly monetary: Uint8Array;
}

/** Everybody's scores and group, and the thresholds that gave them. */
export interface KlaviyoGrouping extends KlaviyoScores {
  readonly groups: readonly KlaviyoGroup[];
  readonly thresholds: KlaviyoThresholds;
}

const groupByCode = new Map(
  klaviyoGroups.flatMap((group) => klaviyoCodes[group].map((code) => [code, group] as const)),
);

/**
 * The six groups of Klaviyo's published RFM scheme: scores 1 to 3 by fixed days and orders and by terciles of money
 * (linearly interpolated between values), and a group by the code of the three.
 *
 * @param values one for each customer: whole days since the last order, orders, money in any one unit
 * @param options.margin a score that a customer had last night stays until the value is past the threshold by this share
 *   of it; orders only rise, so they need none
 * @param options.previous the scores of last night, 0 where there was none
 * @throws RangeError when the lengths differ or a value is not finite
 */
export function groupByKlaviyo(
  values: { recencyDays: ArrayLike<number>; frequency: ArrayLike<number>; monetary: ArrayLike<number> },
  recipe: KlaviyoRecipe,
  options: { margin?: number; previous?: KlaviyoScores } = {},
): KlaviyoGrouping {
  requireRfm(values.recencyDays, values.frequency, values.monetary);
  const { margin = 0, previous } = options;
  const sorted = Float64Array.from(values.monetary).sort();
  const thresholds = { ...recipe, someMoney: quantile(sorted, 1 / 3), muchMoney: quantile(sorted, 2 / 3) };
  const { recentDays, lapsingDays, someOrders, manyOrders, someMoney, muchMoney } = thresholds;
  const keep = (score: (shift: number) => number, before: number | undefined) => settle(score, margin, before);
  const count = values.recencyDays.length;
  const scores = { recency: new Uint8Array(count), frequency: new Uint8Array(count), monetary: new Uint8Array(count) };
  for (let customer = 0; customer < count; customer++) {
    const [days, orders, money] = [values.recencyDays[customer], values.frequency[customer], values.monetary[customer]];
    const byDays = (shift: number) =>
      days <= recentDays * (1 + shift) ? 3 : days <= lapsingDays * (1 + shift) ? 2 : 1;
    const byMoney = (shift: number) =>
      money > muchMoney - shift * Math.abs(muchMoney) ? 3 : money > someMoney - shift * Math.abs(someMoney) ? 2 : 1;
    scores.recency[customer] = keep(byDays, previous?.recency[customer]);
    scores.frequency[customer] = orders >= manyOrders ? 3 : orders >= someOrders ? 2 : 1;
    scores.monetary[customer] = keep(byMoney, previous?.monetary[customer]);
  }
  const groups = Array.from(
    scores.recency,
    (recency, customer) => groupByCode.get(`${recency}${scores.frequency[customer]}${scores.monetary[customer]}`)!,
  );
  return { ...scores, groups, thresholds };
}

/** The score at the thresholds, or last night's while a shift of them by the margin, up or down, would give that. */
function settle(score: (shift: number) => number, margin: number, before: number | undefined): number {
  const tonight = score(0);
  if (!before || before === tonight) return tonight;
  return before >= score(-margin) && before <= score(margin) ? before : tonight;
}
