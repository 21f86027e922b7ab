import { notFound } from '../../errors.ts';
import { figure } from '../../formats/figures.ts';
import { type Handlers, listOf, pageOf } from '../../http/index.ts';
import { trimPrice } from '../../shop/money.ts';
import { findDefinition } from '../definitions/definitions.ts';
import type { ValueDependencies } from '../values/values.ts';
import type { Alarm, AlarmRule } from './alarm-rule.ts';
import { saveAlarmRule } from './save-rule.ts';
import * as store from './store.ts';

/** Quotients of money are told to so many digits more than the currency has, as with values. */
const furtherDigits = 4;

/** Rules that raise alarms, and the alarms raised. */
export function alarmRoutes({
  db,
  config: { timeZone, minorDigits },
  clock,
}: ValueDependencies): Pick<
  Handlers,
  'setIndicatorAlarm' | 'listIndicatorAlarms' | 'deleteIndicatorAlarm' | 'listAlarms'
> {
  return {
    async setIndicatorAlarm({ parameters, body }) {
      const rule = await saveAlarmRule(
        { db, timeZone, clock },
        {
          alarmId: parameters.alarm_id,
          indicatorId: body.indicator_id,
          by: body.by ?? null,
          member: body.member ?? null,
          grain: body.grain ?? 'day',
          condition: body.condition,
          threshold: body.threshold ?? null,
          falseAlarmRate: body.false_alarm_rate ?? null,
        },
      );
      return { json: toRule(rule) };
    },
    listIndicatorAlarms: async () => ({ json: listOf((await store.selectRules(db)).map(toRule)) }),
    async deleteIndicatorAlarm({ parameters }) {
      const alarmId = parameters.alarm_id;
      if (!(await store.deleteRule(db, alarmId))) throw notFound('alarm of an indicator');
      return { json: { alarm_id: alarmId } };
    },
    async listAlarms({ parameters: { alarm_id: alarmId, ...page } }) {
      const read = (limit: number, before: number | undefined) => store.selectAlarms(db, { alarmId, before, limit });
      return {
        json: await pageOf(
          page,
          read,
          ({ alarmKey }) => alarmKey,
          (alarm) => toAlarm(alarm, minorDigits),
        ),
      };
    },
  };
}

function toRule(rule: AlarmRule) {
  return {
    alarm_id: rule.alarmId,
    indicator_id: rule.indicatorId,
    by: rule.by,
    member: rule.member,
    grain: rule.grain,
    condition: rule.condition,
    threshold: rule.threshold,
    false_alarm_rate: rule.falseAlarmRate,
    next_period: rule.nextPeriod,
    changed_at: rule.changedAt.toISOString(),
  };
}

function toAlarm(alarm: Alarm, minorDigits: number) {
  const unit = findDefinition(alarm.indicatorId)?.unit ?? 'ratio';
  const tell = (value: number) =>
    unit === 'money'
      ? trimPrice((value / 10 ** minorDigits).toFixed(minorDigits + furtherDigits), minorDigits)
      : figure(value);
  return {
    alarm_number: alarm.alarmKey,
    alarm_id: alarm.alarmId,
    indicator_id: alarm.indicatorId,
    by: alarm.by,
    member: alarm.member,
    grain: alarm.grain,
    condition: alarm.condition,
    period: alarm.period,
    unit,
    value: tell(alarm.value),
    expected: alarm.expected === null ? null : tell(alarm.expected),
    chance: alarm.chance,
    threshold: alarm.threshold,
    raised_at: alarm.raisedAt.toISOString(),
  };
}
