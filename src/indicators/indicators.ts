import type { Database } from '../db/index.ts';
import { type ListReport, type ListReportQuestion, reportLists } from './attribution/report/report-lists.ts';
import { createRollUps, type RollUps } from './roll-ups/roll-up.ts';
import { type IndicatorValues, readValues, type ValueQuestion } from './values/values.ts';

/** The shop's figures: counted from facts by day, and told by definitions. */
export interface Indicators extends RollUps {
  /** @throws PannierError `not_found` of a single indicator; `invalid_request` naming the field that asks for what there is not */
  values(question: ValueQuestion): Promise<IndicatorValues>;
  /** What lists earned, and what personal lists added. @throws PannierError `invalid_request` naming the field of a time that cannot be looked at */
  reportLists(question: ListReportQuestion): Promise<ListReport>;
}

export interface IndicatorsDependencies {
  /** for long work */
  database: Database;
  /** for questions */
  reports: Database;
  config: { timeZone: string; minorDigits: number; listRetentionDays: number };
  clock: () => Date;
}

export function createIndicators({ database, reports, config, clock }: IndicatorsDependencies): Indicators {
  return {
    ...createRollUps({ db: database, config, clock }),
    values: (question) => readValues({ db: reports, config, clock }, question),
    reportLists: (question) => reportLists({ db: reports, config, clock }, question),
  };
}
