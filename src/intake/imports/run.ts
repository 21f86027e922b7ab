import type { CleaningReport } from './report/report.ts';

/** The five stages of cleaning. */
export type ImportStage = 'prepare' | 'detect' | 'assess' | 'correct' | 'output';

/** What became of a file inside its transaction. */
export interface TakenIn {
  /** `refused`: the data did not pass the gate and nothing was written. */
  status: 'finished' | 'refused';
  report: CleaningReport;
  /** Items and customers whose truth has changed. */
  itemKeys: number[];
  customerKeys: number[];
}
