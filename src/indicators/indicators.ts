import type { Logger } from 'pino';
import type { Database } from '../db/index.ts';
import type { Turns } from '../shops/turns.ts';
import type { AlarmRule } from './alarms/alarm-rule.ts';
import { raiseAlarms } from './alarms/raise-alarms.ts';
import { type AlarmRequest, saveAlarmRule } from './alarms/save-rule.ts';
import { type ListReport, type ListReportQuestion, reportLists } from './attribution/report/report-lists.ts';
import { createNights, type Nights, type NightsDependencies } from './nights/nights.ts';
import { createRollUps, type RollUps } from './roll-ups/roll-up.ts';
import { type IndicatorValues, readValues, type ValueQuestion } from './values/values.ts';

/** The shop's figures: counted from facts by day, and told by definitions. */
export interface Indicators extends RollUps {
  /** @throws PannierError `not_found` of a single indicator; `invalid_request` naming the field that asks for what there is not */
  values(question: ValueQuestion): Promise<IndicatorValues>;
  /** What lists earned, and what personal lists added. @throws PannierError `invalid_request` naming the field of a time that cannot be looked at */
  reportLists(question: ListReportQuestion): Promise<ListReport>;
  /** Keeps a rule that raises alarms. @throws PannierError `invalid_request` naming each field that asks for what there is not */
  setAlarm(request: AlarmRequest): Promise<AlarmRule>;
  /** Looks at periods that are over and counted. @returns how many alarms were raised */
  raiseAlarms(): Promise<number>;
  nights: Nights;
}

export interface IndicatorsDependencies {
  /** for long work */
  database: Database;
  /** for questions */
  reports: Database;
  config: NightsDependencies['config'] & { minorDigits: number; listRetentionDays: number };
  clock: () => Date;
  log: Logger;
  connectionString: string;
  /** the compiled night-worker.js */
  nightEntry: URL;
  nightTurns: Turns;
  workTurns: Turns;
}

export function createIndicators(deps: IndicatorsDependencies): Indicators {
  const { database, reports, config, clock, log, connectionString, nightEntry, nightTurns: turns } = deps;
  const rollUps = createRollUps({ db: database, config, clock, turns: deps.workTurns });
  const nights = createNights({ db: database, connectionString, entry: nightEntry, config, turns, clock, log });
  const values = (question: ValueQuestion) => readValues({ db: reports, config, clock }, question);
  return {
    ...rollUps,
    values,
    setAlarm: (request) => saveAlarmRule({ db: reports, timeZone: config.timeZone, clock }, request),
    raiseAlarms: () => raiseAlarms({ db: database, values, config, clock, log }),
    reportLists: (question) => reportLists({ db: reports, config, clock }, question),
    nights,
    async stop() {
      await Promise.all([rollUps.stop(), nights.stop()]);
    },
  };
}
