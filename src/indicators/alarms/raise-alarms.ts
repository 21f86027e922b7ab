import type { Logger } from 'pino';
import type { Database, Transaction } from '../../db/index.ts';
import { addDays } from '../../shop/days.ts';
import { createLocalDates } from '../../shop/time-zone.ts';
import { findDefinition } from '../definitions/definitions.ts';
import { addMonths, nextOf } from '../values/periods.ts';
import type { IndicatorValue, IndicatorValues, ValueQuestion } from '../values/values.ts';
import type { AlarmRule } from './alarm-rule.ts';
import { judgeNoise } from './judge-noise.ts';
import * as store from './store.ts';

export interface AlarmDependencies {
  db: Database;
  values: (question: ValueQuestion) => Promise<IndicatorValues>;
  config: { timeZone: string; minorDigits: number };
  clock: () => Date;
  log: Logger;
}

/** So many like periods before are compared with: of a day the same weekday. */
const comparedPeriods = 12;
/** Of a rule that was not looked at for long only the latest periods are. */
const mostPeriods = 31;

/**
 * Looks at the periods that are over and counted, each once a rule, and raises what its rule does not bear.
 * @returns how many alarms
 */
export async function raiseAlarms(deps: AlarmDependencies): Promise<number> {
  const { db, clock, config } = deps;
  const today = createLocalDates(config.timeZone)(clock().getTime());
  return db.transaction(async (tx) => {
    let raised = 0;
    for (const rule of await store.holdDueRules(tx, today)) raised += await lookAt(tx, rule, today, deps);
    return raised;
  });
}

async function lookAt(tx: Transaction, rule: AlarmRule, today: string, deps: AlarmDependencies): Promise<number> {
  const periods = closedPeriods(rule, today).slice(-mostPeriods);
  const { values, pendingDays, asOf } = await deps.values({
    indicatorIds: [rule.indicatorId],
    from: firstCompared(rule, periods[0]),
    to: addDays(nextOf(rule.grain, periods.at(-1)!), -1),
    grain: rule.grain,
    by: rule.by ?? undefined,
    member: rule.member ?? undefined,
    limit: 1,
  });
  // Facts of the last minutes may not have been seen yet, and others wait to be counted.
  const seenUntil = asOf && createLocalDates(deps.config.timeZone)(asOf.getTime());
  if (pendingDays > 0 || seenUntil === null || seenUntil < nextOf(rule.grain, periods.at(-1)!)) return 0;
  let raised = 0;
  for (const period of periods) raised += Number(await judge(tx, rule, period, values, deps));
  await store.moveOn(tx, rule.alarmId, nextOf(rule.grain, periods.at(-1)!));
  return raised;
}

function closedPeriods({ nextPeriod, grain }: AlarmRule, today: string): string[] {
  const periods: string[] = [];
  for (let day = nextPeriod; nextOf(grain, day) <= today; day = nextOf(grain, day)) periods.push(day);
  return periods;
}

async function judge(
  tx: Transaction,
  rule: AlarmRule,
  period: string,
  values: readonly IndicatorValue[],
  { config, log }: AlarmDependencies,
): Promise<boolean> {
  // A period within which the facts began is no like one, and says nothing of itself.
  const known = new Map(values.map((value) => [value.period, value.partial ? null : (value.figures?.value ?? null)]));
  const value = known.get(period) ?? null;
  if (value === null) return false;
  const found = beyond(
    rule,
    value,
    likePeriods(rule, period).map((like) => known.get(like) ?? null),
    config.minorDigits,
  );
  if (!found) return false;
  const { alarmId, indicatorId, by, member, grain, condition, threshold } = rule;
  await store.insertAlarm(tx, {
    ...{ alarmId, indicatorId, by, member, grain, condition, threshold, period, value },
    ...found,
  });
  log.warn({ alarm_id: alarmId, indicator_id: indicatorId, member, period, value, condition }, 'alarm');
  return true;
}

/** What an alarm tells beside the value; undefined: there is none. */
function beyond(
  { indicatorId, condition, threshold, falseAlarmRate }: AlarmRule,
  value: number,
  before: readonly (number | null)[],
  minorDigits: number,
): { expected: number | null; chance: number | null } | undefined {
  const unit = findDefinition(indicatorId)?.unit;
  if (threshold !== null) {
    const bound = unit === 'money' ? threshold * 10 ** minorDigits : threshold;
    const isBeyond = condition === 'above' ? value > bound : value < bound;
    return isBeyond ? { expected: null, chance: null } : undefined;
  }
  const others = before.filter((one) => one !== null);
  const noise = judgeNoise(others, value, { isCount: unit === 'count', rises: condition === 'rises' });
  return noise && noise.chance <= falseAlarmRate! ? noise : undefined;
}

/** The periods that one is compared with: of a day the same weekday of the weeks before. */
function likePeriods({ grain }: AlarmRule, period: string): string[] {
  return Array.from({ length: comparedPeriods }, (_, place) =>
    grain === 'month' ? addMonths(period, -1 - place) : addDays(period, -7 * (place + 1)),
  );
}

function firstCompared(rule: AlarmRule, period: string): string {
  return rule.threshold === null ? likePeriods(rule, period).at(-1)! : period;
}
