import { z } from 'zod';
import { mostLeaves } from '../kernels/sets/trees.ts';
import { type Choice, choice, whole, within } from '../recipe-schema.ts';
import { type Objective, objectives } from './objectives.ts';

/** How the order of lists is learnt. */
export interface RankingSettings {
  /** whether it is: no, yes, or both for the search to choose */
  readonly use: Choice<'no' | 'yes'>;
  readonly objective: Objective;
  /** windows before the cut that are learnt from at most */
  readonly windows: number;
  /** customers learnt from at most, over all windows */
  readonly customers: number;
  /** so many of the blend's best compete for the list */
  readonly candidates: number;
  readonly trees: number;
  readonly leaves: number;
  readonly learningRate: number;
  readonly leastRows: number;
  readonly shrinkage: number;
  readonly bins: number;
  /** places of a list that count */
  readonly places: number;
  /** reckoned seconds of one learning at most; a night has up to four */
  readonly workSeconds: number;
}

/** What the fields may hold. */
export const rankingSchema: z.ZodType<RankingSettings> = z.strictObject({
  use: choice(z.enum(['no', 'yes'])),
  objective: z.enum(objectives),
  windows: whole(1, 12),
  customers: whole(1, 100_000),
  candidates: whole(20, 1_000),
  trees: whole(1, 1_000),
  leaves: whole(2, mostLeaves),
  learningRate: within(0.001, 1),
  leastRows: whole(1, 100_000),
  shrinkage: within(0, 1_000),
  bins: whole(2, 256),
  places: whole(1, 1_000),
  workSeconds: within(0, 100_000),
});
