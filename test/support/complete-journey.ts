import { join } from 'node:path';
import type { Stations } from '../../src/main.ts';

/** Files of the Complete Journey in the order in which they can be imported, with their rows. */
export const journeyFiles = [
  { kind: 'items', file: 'products', rows: 92_331 },
  { kind: 'customers', file: 'demographics', rows: 801 },
  { kind: 'orders', file: 'transactions_sample_100k', rows: 100_000 },
  { kind: 'campaigns', file: 'campaign_descriptions', rows: 27 },
  { kind: 'recipients', file: 'campaigns', rows: 6_589 },
  { kind: 'coupons', file: 'coupons', rows: 116_204 },
  { kind: 'redemptions', file: 'coupon_redemptions', rows: 2_102 },
] as const;

export type JourneyFile = (typeof journeyFiles)[number];

/** Imports one file of it out of its folder, as `pannier import` does. */
export function importJourney(
  { intake, outcomes }: Pick<Stations, 'intake' | 'outcomes'>,
  folder: string,
  { kind, file }: JourneyFile,
) {
  const options = { preset: 'complete-journey', file: join(folder, `${file}.csv.gz`) };
  switch (kind) {
    case 'items':
    case 'customers':
    case 'orders':
      return intake.importFile({ ...options, kind });
    default:
      return outcomes.importHistory({ ...options, kind });
  }
}
