import { adjustByBefore } from './adjust.ts';
import { compareMeans, describeArms, type Estimate, type MeanDifference, scaleEstimate } from './compare-means.ts';
import type { CampaignEffectRecipe } from './recipe.ts';
import { checkSampleRatio, type SampleRatio } from './sample-ratio.ts';
import { winsorise } from './winsorise.ts';

/** What a campaign is measured by, in the time of the campaign; margin is that of the goods, before the discount. */
export const metrics = ['orders', 'revenue', 'margin'] as const;
/** A figure by customer that a campaign is measured by. */
export type Metric = (typeof metrics)[number];

/** Everybody who was assigned, whether or not they used the coupon, a value a customer. */
export interface CampaignOutcomes {
  /** 1: treated, 0: control */
  readonly treated: Uint8Array;
  readonly metrics: Readonly<Record<Metric, Float64Array>>;
  /** the same figures in a time before the campaign, where known */
  readonly before?: Readonly<Partial<Record<Metric, Float64Array>>>;
  /** what coupons took off, in the unit of the margin */
  readonly discounts: Float64Array;
  /** what the campaign cost besides, in the same unit */
  readonly fixedCost?: number;
  /** of the treated, as assigned */
  readonly expectedShare: number;
}

/** What a campaign changed of one metric, in the unit of the metric. */
export interface MetricEffect {
  readonly treatedMean: number;
  readonly controlMean: number;
  /** what the campaign added to each treated customer */
  readonly perCustomer: Estimate;
  /** and to all of them */
  readonly total: Estimate;
  /** in shares of the control's mean; null where that is not above 0 */
  readonly lift: Estimate | null;
  readonly pValue: number;
  /** beyond chance although several metrics were looked at (Holm 1979) */
  readonly isBeyondChance: boolean;
  /** variance saved by the time before; 0: not adjusted */
  readonly varianceSaved: number;
  /** the same with the highest values of customers brought down to `cap`, beside it; null: orders */
  readonly winsorised: { readonly cap: number; readonly perCustomer: Estimate; readonly total: Estimate } | null;
}

/** What a campaign added and cost; money in the unit of the outcomes. */
export interface CampaignEffect {
  readonly sampleRatio: SampleRatio;
  readonly effects: Readonly<Record<Metric, MetricEffect>>;
  /** discounts of the treated and what the campaign cost besides */
  readonly cost: number;
  /** incremental margin less cost */
  readonly profit: Estimate;
  /** profit over cost; null where there was no cost */
  readonly returnOnInvestment: Estimate | null;
  /** by the interval of the profit */
  readonly verdict: 'earns' | 'loses' | 'unclear';
}

/** Why no effect is stated. */
export interface EffectRefusal {
  readonly refusal: string;
  readonly sampleRatio: SampleRatio;
}

/**
 * What a campaign added, against its control: by intention to treat, so that who did not use the coupon counts too. Intervals
 * are of 95 % each.
 *
 * @throws RangeError naming the field that cannot be
 */
export function measureCampaign(
  outcomes: CampaignOutcomes,
  recipe: CampaignEffectRecipe,
): CampaignEffect | EffectRefusal {
  requireOutcomes(outcomes);
  const { treated, discounts, fixedCost = 0, expectedShare } = outcomes;
  const treatedCount = treated.reduce((sum, arm) => sum + arm, 0);
  const sampleRatio = checkSampleRatio(treatedCount, treated.length - treatedCount, expectedShare);
  const refusal = refuse(sampleRatio, recipe);
  if (refusal) return { refusal, sampleRatio };

  const measured = metrics.map((metric) => {
    const { values, varianceSaved } = prepare(outcomes, metric, recipe);
    const arms = describeArms(values, treated);
    return { arms, varianceSaved, ...compareMeans(arms) };
  });
  const alarms = raiseAlarms(measured, recipe.falseAlarmRate);
  const effects = Object.fromEntries(
    metrics.map((metric, place) => {
      const { arms, varianceSaved, difference, lift, pValue } = measured[place];
      const effect: MetricEffect = {
        treatedMean: arms.treated.mean,
        controlMean: arms.control.mean,
        perCustomer: difference,
        total: scaleEstimate(difference, treatedCount),
        lift,
        pValue,
        isBeyondChance: alarms[place],
        varianceSaved,
        winsorised: metric === 'orders' ? null : compareWinsorised(outcomes, metric, recipe, treatedCount),
      };
      return [metric, effect];
    }),
  ) as Record<Metric, MetricEffect>;

  const margin = prepare(outcomes, 'margin', recipe).values;
  const earned = compareMeans(
    describeArms(
      margin.map((value, customer) => value - discounts[customer]),
      treated,
    ),
  );
  const { value, low, high } = scaleEstimate(earned.difference, treatedCount);
  const profit = { value: value - fixedCost, low: low - fixedCost, high: high - fixedCost };
  const cost = discounts.reduce((sum, discount, customer) => sum + treated[customer] * discount, fixedCost);
  return {
    sampleRatio,
    effects,
    cost,
    profit,
    returnOnInvestment: cost > 0 ? scaleEstimate(profit, 1 / cost) : null,
    verdict: profit.low > 0 ? 'earns' : profit.high < 0 ? 'loses' : 'unclear',
  };
}

function refuse({ treated, control, expectedShare, pValue }: SampleRatio, recipe: CampaignEffectRecipe): string {
  if (control === 0) return 'there is no control, so nobody knows what would have happened without it';
  const { minimumArmCustomers: least, sampleRatioAlarm } = recipe;
  if (treated < least || control < least) {
    return `${treated} customers are treated and ${control} control; to measure, both must be at least ${least}`;
  }
  if (pValue >= sampleRatioAlarm) return '';
  const expected = ((treated + control) * expectedShare).toFixed(0);
  const sizes = `${treated} of ${treated + control} customers are treated where ${expected} were to be expected`;
  return `${sizes} (p = ${pValue.toPrecision(2)}): the arms are not as assigned, and their difference says nothing`;
}

function prepare({ treated, metrics: values, before }: CampaignOutcomes, metric: Metric, recipe: CampaignEffectRecipe) {
  return adjust(values[metric], before?.[metric], treated, recipe);
}

function adjust(
  values: Float64Array,
  before: Float64Array | undefined,
  treated: Uint8Array,
  recipe: CampaignEffectRecipe,
) {
  const asTheyAre = { values, varianceSaved: 0 };
  if (!before) return asTheyAre;
  const adjusted = adjustByBefore(values, before, treated);
  return adjusted.varianceSaved < recipe.minimumVarianceSaved ? asTheyAre : adjusted;
}

function compareWinsorised(
  { treated, metrics: values, before }: CampaignOutcomes,
  metric: Metric,
  recipe: CampaignEffectRecipe,
  treatedCount: number,
): MetricEffect['winsorised'] {
  const { values: cut, cap } = winsorise(values[metric], recipe.winsorisedShare);
  const known = before?.[metric] && winsorise(before[metric], recipe.winsorisedShare).values;
  const { difference } = compareMeans(describeArms(adjust(cut, known, treated, recipe).values, treated));
  return { cap, perCustomer: difference, total: scaleEstimate(difference, treatedCount) };
}

/** By Holm's rule: at most `rate` of all campaigns without an effect raise any alarm. */
function raiseAlarms(measured: readonly MeanDifference[], rate: number): boolean[] {
  const order = measured.map((_, place) => place).sort((a, b) => measured[a].pValue - measured[b].pValue);
  const first = order.findIndex((place, rank) => measured[place].pValue * (measured.length - rank) > rate);
  const beyond = new Set(first < 0 ? order : order.slice(0, first));
  return measured.map((_, place) => beyond.has(place));
}

function requireOutcomes({ treated, metrics: values, before, discounts, fixedCost = 0 }: CampaignOutcomes): void {
  const bad = treated.findIndex((arm) => arm > 1);
  if (bad >= 0) throw new RangeError(`treated[${bad}] must be 0 or 1, not ${treated[bad]}`);
  const columns: [string, Float64Array | undefined][] = [
    ...metrics.map((metric) => [`metrics.${metric}`, values[metric]] as [string, Float64Array]),
    ...metrics.map((metric) => [`before.${metric}`, before?.[metric]] as [string, Float64Array | undefined]),
    ['discounts', discounts],
  ];
  for (const [name, column] of columns) {
    if (!column) continue;
    if (column.length !== treated.length) {
      throw new RangeError(`${name} must have ${treated.length} elements, one a customer, not ${column.length}`);
    }
    // Of NaN and the infinities alone the difference is not 0.
    const wrong = column.findIndex((value) => value - value !== 0);
    if (wrong >= 0) throw new RangeError(`${name}[${wrong}] must be a finite number, not ${column[wrong]}`);
  }
  const negative = discounts.findIndex((discount) => discount < 0);
  if (negative >= 0) throw new RangeError(`discounts[${negative}] must not be below 0, as ${discounts[negative]} is`);
  if (!(fixedCost >= 0 && Number.isFinite(fixedCost))) {
    throw new RangeError(`fixedCost must be a number from 0 on, not ${fixedCost}`);
  }
}
