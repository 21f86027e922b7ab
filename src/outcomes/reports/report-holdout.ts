import { selectNetRedemptions } from '../../coupons/index.ts';
import { readLastHoldout, selectHoldoutArms } from '../../experiments/index.ts';
import { say } from '../../sentences/index.ts';
import { describeEffect } from '../effects/describe-effect.ts';
import { discountsByPerson, type Measured, measureTrial } from '../effects/measure-trial.ts';
import type { ReportDependencies } from './report-campaign.ts';

export interface HoldoutReport {
  asOf: Date;
  /** null: nobody is or was held out */
  share: number | null;
  since: Date | null;
  /** when another share, or none, took its place; null: it still holds */
  until: Date | null;
  measured: Measured | null;
  statement: string;
}

const noHoldout = say('effect.no-holdout', {});

/** All campaigns together, against the customers who are, or last were, held out of all of them. */
export async function reportHoldout({
  db,
  config,
  clock,
}: Pick<ReportDependencies, 'db' | 'config' | 'clock'>): Promise<HoldoutReport> {
  const asOf = clock();
  const holdout = await readLastHoldout(db, 'coupons');
  if (!holdout) return { asOf, share: null, since: null, until: null, measured: null, statement: noHoldout };
  const { share, since, until } = holdout;
  const end = until ?? asOf;
  const redemptions = await selectNetRedemptions(db, null);
  const trial = {
    arms: await selectHoldoutArms(db, holdout),
    isControl: ({ arm }: { arm: string }) => arm === 'holdout',
    controlShare: share,
    until: end,
    discounts: discountsByPerson(redemptions.filter(({ redeemedAt }) => redeemedAt >= since && redeemedAt < end)),
  };
  const measured = await measureTrial(db, trial, config.minorDigits);
  return { asOf, share, since, until, measured, statement: describeEffect(measured, config.currency) };
}
