import { z } from 'zod';
import { whole, within } from '../recipe-schema.ts';

/** The budget that a shop gives to items which have not shown yet what they are. */
export interface ExposureSettings {
  /** of the places of a list, 0 to 0.1; 0: none */
  readonly share: number;
  /** an item is given so many places at most */
  readonly impressions: number;
  /** in lists of these placements alone */
  readonly placements: readonly string[];
  /** of lists, 0 to 0.1, in which two items change places by chance, so that it is known how often each is looked at; absent: none */
  readonly swaps?: number | undefined;
}

/** What the fields may hold. */
export const exposureSchema: z.ZodType<ExposureSettings> = z.strictObject({
  share: within(0, 0.1),
  impressions: whole(1, 100_000),
  placements: z.array(z.string()).max(100),
  swaps: within(0, 0.1).optional(),
});

/** No place is given to anything for its newness. */
export const noExposure: ExposureSettings = { share: 0, impressions: 1_000, placements: [] };
