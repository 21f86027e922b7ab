import { join } from 'node:path';
import type { Stations } from '../../../src/stations.ts';

/**
 * Files of the Complete Journey in the order in which they can be imported, with their rows, and those of them with an id such as
 * `9e+05`, which a program made of a number: it cannot be told which one, so they are quarantined.
 */
export const journeyFiles = [
  { kind: 'items', file: 'products', rows: 92_331, destroyed: 1 },
  { kind: 'customers', file: 'demographics', rows: 801, destroyed: 0 },
  { kind: 'orders', file: 'transactions_sample_100k', rows: 100_000, destroyed: 1 },
  { kind: 'campaigns', file: 'campaign_descriptions', rows: 27, destroyed: 0 },
  { kind: 'recipients', file: 'campaigns', rows: 6_589, destroyed: 0 },
  { kind: 'coupons', file: 'coupons', rows: 116_204, destroyed: 2 },
  { kind: 'redemptions', file: 'coupon_redemptions', rows: 2_102, destroyed: 0 },
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
      return outcomes.importPastCampaigns({ ...options, kind });
  }
}
