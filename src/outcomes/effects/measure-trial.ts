import {
  type CampaignEffect,
  type EffectRefusal,
  measureCampaign,
  type metrics,
  recipe,
} from '../../../models/campaign-effect/index.ts';
import type { NetRedemption } from '../../coupons/index.ts';
import type { Queryable } from '../../db/index.ts';
import type { CustomerArm, GuestArm } from '../../experiments/index.ts';
import { type PurchaseSums, sumPurchases } from '../../intake/index.ts';
import { dayMs } from '../../shop/days.ts';

/** Before the first consideration: what customers bought then makes the comparison of the arms sharper. */
const daysBefore = 90;

/** What a trial of two arms showed, and for how much of it costs are known. */
export interface Measured {
  effect: CampaignEffect | EffectRefusal;
  /** of the revenue in the time of the trial, what is of items with a known cost; null: no revenue */
  costedShare: number | null;
}

/** Who is in a trial: a customer, or a visitor who is nobody by name. */
export type TrialArm = CustomerArm | GuestArm;

/** The arms of a trial and what was given to each person. */
export interface TrialData {
  arms: readonly TrialArm[];
  /** in neither arm's favour: who is a control of this trial */
  isControl: (arm: TrialArm) => boolean;
  /** of the control, as assigned */
  controlShare: number;
  /** no outcome before counts; absent: all from the first consideration on */
  since?: Date;
  /** no outcome from then on counts */
  until: Date;
  /** in minor units, by `personKey` */
  discounts: ReadonlyMap<number, number>;
  /** beside the discounts, in minor units; absent: nothing */
  otherCostsMinor?: number;
  /** an arm with fewer measures nothing; absent: as the recipe has it */
  fewestInArm?: number;
}

/**
 * What was added by intention to treat: every person from their first consideration on, with or without coupon, the arms as
 * they were assigned.
 */
export async function measureTrial(db: Queryable, trial: TrialData, minorDigits: number): Promise<Measured> {
  const arms = trial.arms.filter(({ assignedAt }) => assignedAt < trial.until);
  const scale = 10 ** minorDigits;
  const { since, until: end, fewestInArm = recipe.minimumArmCustomers, otherCostsMinor = 0 } = trial;
  const whoIs = (arm: TrialArm) => ({ customerKey: arm.customerKey, visitorKey: visitorOf(arm) });
  const windows = arms.map((arm) => {
    const { assignedAt } = arm;
    return { ...whoIs(arm), from: since && since > assignedAt ? since : assignedAt, until: end };
  });
  const earlier = arms.map((arm) => {
    const { assignedAt: until } = arm;
    return { ...whoIs(arm), from: new Date(until.getTime() - daysBefore * dayMs), until, knownAt: until };
  });
  const [during, before] = await Promise.all([
    sumPurchases(db, windows, minorDigits),
    sumPurchases(db, earlier, minorDigits),
  ]);
  const revenue = during.reduce((sum, { revenueMinor }) => sum + revenueMinor, 0);
  const costed = during.reduce((sum, { costedMinor }) => sum + costedMinor, 0);
  const discounts = Float64Array.from(arms, (arm) => (trial.discounts.get(personKey(whoIs(arm))) ?? 0) / scale);
  const effect = measureCampaign(
    {
      treated: Uint8Array.from(arms, (arm) => Number(!trial.isControl(arm))),
      metrics: beforeDiscounts(columnsOf(during, scale), discounts),
      before: columnsOf(before, scale),
      discounts,
      fixedCost: otherCostsMinor / scale,
      expectedShare: 1 - trial.controlShare,
    },
    { ...recipe, minimumArmCustomers: fewestInArm },
  );
  return { effect, costedShare: revenue > 0 ? costed / revenue : null };
}

/** In units of the currency. */
function columnsOf(purchases: readonly PurchaseSums[], scale: number): Record<(typeof metrics)[number], Float64Array> {
  return {
    orders: Float64Array.from(purchases, ({ orders }) => orders),
    revenue: Float64Array.from(purchases, ({ revenueMinor }) => revenueMinor / scale),
    margin: Float64Array.from(purchases, ({ marginMinor }) => marginMinor / scale),
  };
}

/**
 * Orders tell what was paid, so after the discounts: these are in the margin again, from which the cost is taken. Where no order was
 * told there is nothing that they were taken off.
 */
function beforeDiscounts(columns: ReturnType<typeof columnsOf>, discounts: Float64Array): typeof columns {
  const margin = columns.margin.map((value, place) => value + (columns.orders[place] > 0 ? discounts[place] : 0));
  return { ...columns, margin };
}

const visitorOf = (arm: TrialArm) => ('visitorKey' in arm ? arm.visitorKey : null);

/** One number for customers and visitors: these by less than 0. */
function personKey({ customerKey, visitorKey }: { customerKey: number | null; visitorKey: number | null }): number {
  return customerKey ?? -visitorKey!;
}

/** What each person was given, in minor units. */
export function discountsByPerson(uses: readonly NetRedemption[]): Map<number, number> {
  const discounts = new Map<number, number>();
  for (const use of uses) {
    if (use.customerKey === null && use.visitorKey === null) continue;
    const key = personKey(use);
    discounts.set(key, (discounts.get(key) ?? 0) + use.discountMinor);
  }
  return discounts;
}
