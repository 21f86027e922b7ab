import { z } from 'zod';

export {
  type Examination,
  estimateExamination,
  examinationAt,
  leastClicks,
  type PlacedClicks,
  weightsOfPlaces,
} from './estimate-examination.ts';
export { monotoneRates } from './monotone-rates.ts';

/** A curve as versions keep it. */
export const curveSchema: z.ZodType<readonly number[]> = z.array(z.number().positive().max(1)).min(1).max(10_000);
