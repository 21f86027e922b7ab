import { type Estimate, type MetricEffect, metrics, recipe } from '../../../models/campaign-effect/index.ts';
import { fromMinor } from '../../shop/money.ts';
import type { Measured } from '../effects/measure-trial.ts';
import type { CampaignReport } from './campaign-report.ts';
import type { DiscountReport } from './report-discounts.ts';
import type { HoldoutReport } from './report-holdout.ts';

/** Reports in the contract's form: sums as decimal strings, estimates as numbers in units of the currency. */
export function presenter(minorDigits: number) {
  const money = (minor: number) => fromMinor(minor, minorDigits);
  return {
    campaign: (report: CampaignReport) => ({
      campaign_id: report.campaignId,
      name: report.name,
      as_of: report.asOf.toISOString(),
      issued: report.issued,
      redeemed: report.redeemed,
      reversed: report.reversed,
      cost: report.costMinor === null ? null : money(report.costMinor),
      other_costs: money(report.otherCostsMinor),
      attributed: {
        orders: report.attributed.orders,
        redemptions_without_order: report.attributed.withoutOrder,
        revenue: money(report.attributed.revenueMinor),
        margin: report.attributed.marginMinor === null ? null : money(report.attributed.marginMinor),
      },
      ...toMeasured(report.measured),
      comparison: report.comparison,
      response: report.response && toResponse(report.response, minorDigits),
      statement: report.statement,
    }),
    holdout: (report: HoldoutReport) => ({
      as_of: report.asOf.toISOString(),
      share: report.share,
      since: report.since?.toISOString() ?? null,
      until: report.until?.toISOString() ?? null,
      ...toMeasured(report.measured),
      statement: report.statement,
    }),
    discounts: ({ from, until, groups }: DiscountReport) => ({
      from: from.toISOString(),
      until: until.toISOString(),
      groups: groups.map(({ group, customers, decisions, coupons, redemptions, discountMinor }) => ({
        group,
        customers,
        decisions,
        coupons,
        redemptions,
        discount: money(discountMinor),
        mean_discount_of_customer: customers > 0 ? round(discountMinor / customers / 10 ** minorDigits) : null,
        mean_discount_of_redemption: redemptions > 0 ? round(discountMinor / redemptions / 10 ** minorDigits) : null,
      })),
    }),
  };
}

/** Whether the arms are as assigned, and what was added: null where it cannot be said. */
export function toAdded({ effect, costedShare }: Measured) {
  const { treated, control, expectedShare, pValue } = effect.sampleRatio;
  const sample_ratio = {
    treated,
    control,
    expected_control_share: round(1 - expectedShare),
    p_value: pValue,
    alarm: pValue < recipe.sampleRatioAlarm,
  };
  if ('refusal' in effect) return { sample_ratio, added: null };
  const { orders, revenue, margin } = Object.fromEntries(
    metrics.map((metric) => [metric, toEffect(effect.effects[metric])]),
  ) as Record<(typeof metrics)[number], ReturnType<typeof toEffect>>;
  const hasMargin = costedShare !== null && costedShare > 0;
  const cost_known_share = costedShare === null ? null : round(costedShare);
  return { sample_ratio, added: { orders, revenue, margin: hasMargin ? margin : null, cost_known_share } };
}

function toMeasured(measured: Measured | null) {
  if (!measured) return { sample_ratio: null, incremental: null };
  const { effect } = measured;
  const { sample_ratio, added } = toAdded(measured);
  if ('refusal' in effect || !added) return { sample_ratio, incremental: null };
  const hasMargin = added.margin !== null;
  return {
    sample_ratio,
    incremental: {
      ...added,
      cost: round(effect.cost),
      profit: hasMargin ? toEstimate(effect.profit) : null,
      return_on_investment:
        hasMargin && effect.returnOnInvestment !== null ? toEstimate(effect.returnOnInvestment) : null,
      verdict: hasMargin ? effect.verdict : null,
    },
  };
}

function toResponse(response: NonNullable<CampaignReport['response']>, minorDigits: number) {
  const { asOf, learntAt, verdict, report, model, leastScore, decides, use } = response;
  return {
    as_of: asOf.toISOString(),
    learnt_at: learntAt.toISOString(),
    is_used: model !== null,
    verdict,
    decides,
    least_score: decides && leastScore !== null ? round(leastScore / 10 ** minorDigits) : null,
    use,
    advantage: report && toEstimate(report.judgement.advantage),
    policies:
      report?.judgement.policies.map(({ policy, qini, treatedShare, addedPerThousand }) => ({
        policy,
        qini: toEstimate(qini),
        treated_share: treatedShare,
        added_per_thousand: round(addedPerThousand),
      })) ?? [],
  };
}

function toEffect(effect: MetricEffect) {
  return {
    treated_mean: round(effect.treatedMean),
    control_mean: round(effect.controlMean),
    per_customer: toEstimate(effect.perCustomer),
    total: toEstimate(effect.total),
    lift: effect.lift && toEstimate(effect.lift),
    p_value: effect.pValue,
    is_beyond_chance: effect.isBeyondChance,
    variance_saved: round(effect.varianceSaved),
    winsorised: effect.winsorised && {
      cap: effect.winsorised.cap === Number.POSITIVE_INFINITY ? null : round(effect.winsorised.cap),
      per_customer: toEstimate(effect.winsorised.perCustomer),
      total: toEstimate(effect.winsorised.total),
    },
  };
}

function toEstimate({ value, low, high }: Estimate) {
  return { value: round(value), low: round(low), high: round(high) };
}

function round(value: number): number {
  return Number(value.toFixed(6));
}
