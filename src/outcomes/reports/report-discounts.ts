import { type GroupDiscount, selectGroupDiscounts } from '../../coupons/index.ts';
import type { Database } from '../../db/index.ts';
import { invalidField } from '../../errors.ts';

export interface DiscountReport {
  from: Date;
  until: Date;
  groups: GroupDiscount[];
}

/** What each group was given, of decisions in this time. @throws PannierError `invalid_request` */
export async function reportDiscounts(db: Database, from: Date, until: Date): Promise<DiscountReport> {
  if (!(from < until)) throw invalidField('until', 'must be later than from');
  return { from, until, groups: await selectGroupDiscounts(db, from, until) };
}
