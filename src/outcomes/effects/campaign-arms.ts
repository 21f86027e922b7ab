import type { Campaign } from '../../coupons/index.ts';
import type { Queryable } from '../../db/index.ts';
import { selectArms, selectGuestArms } from '../../experiments/index.ts';
import type { TrialArm } from './measure-trial.ts';

/** Everybody whom a campaign has considered, by name or as a visitor, with the arm of then. */
export async function readArms(
  db: Queryable,
  { experimentKey, guests }: Pick<Campaign, 'experimentKey' | 'guests'>,
): Promise<TrialArm[]> {
  const named = await selectArms(db, experimentKey);
  return guests ? [...named, ...(await selectGuestArms(db, experimentKey))] : named;
}
