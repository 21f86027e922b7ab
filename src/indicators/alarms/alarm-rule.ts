import type { Grain } from '../definitions/definition.ts';
import type { Dimension } from '../roll-ups/family.ts';

export const alarmConditions = ['above', 'below', 'rises', 'falls'] as const;
export type AlarmCondition = (typeof alarmConditions)[number];

/** When an indicator raises an alarm. */
export interface AlarmRule {
  alarmId: string;
  indicatorId: string;
  /** null: of the whole shop */
  by: Dimension | null;
  /** of the dimension; null: of the whole shop */
  member: string | null;
  grain: Exclude<Grain, 'hour'>;
  condition: AlarmCondition;
  /** of above and below: in the indicator's unit, money in whole units of the currency; null: of the others */
  threshold: number | null;
  /** of rises and falls: the share of periods in which chance alone raises one; null: of the others */
  falseAlarmRate: number | null;
  /** the first day of the period that is looked at next */
  nextPeriod: string;
  changedAt: Date;
}

/** That a period's value was beyond what its rule bears. */
export interface Alarm {
  alarmKey: number;
  alarmId: string;
  indicatorId: string;
  by: Dimension | null;
  member: string | null;
  grain: AlarmRule['grain'];
  condition: AlarmCondition;
  /** the period's first day */
  period: string;
  /** as when it was raised; money in minor units */
  value: number;
  /** of rises and falls: what the periods before let expect */
  expected: number | null;
  /** of rises and falls: how often chance alone goes as far */
  chance: number | null;
  threshold: number | null;
  raisedAt: Date;
}
