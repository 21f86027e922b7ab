import type { Queryable, Transaction } from '../../db/index.ts';
import type { Alarm, AlarmRule } from './alarm-rule.ts';

const ruleColumns = `alarm_id as "alarmId", indicator_id as "indicatorId", dimension as by, member, grain, condition, threshold,
  false_alarm_rate as "falseAlarmRate", next_period::text as "nextPeriod", changed_at as "changedAt"`;

const alarmColumns = `alarm_key as "alarmKey", alarm_id as "alarmId", indicator_id as "indicatorId", dimension as by, member, grain,
  condition, period::text as period, value, expected, chance, threshold, raised_at as "raisedAt"`;

/** A rule takes the place of the one with its id. */
export async function saveRule(db: Queryable, rule: Omit<AlarmRule, 'changedAt'>): Promise<AlarmRule> {
  const [saved] = await db.query<AlarmRule>(
    `insert into indicator_alarms
       (alarm_id, indicator_id, dimension, member, grain, condition, threshold, false_alarm_rate, next_period)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9)
     on conflict (alarm_id) do update set indicator_id = excluded.indicator_id, dimension = excluded.dimension,
       member = excluded.member, grain = excluded.grain, condition = excluded.condition, threshold = excluded.threshold,
       false_alarm_rate = excluded.false_alarm_rate, next_period = excluded.next_period, changed_at = excluded.changed_at
     returning ${ruleColumns}`,
    [
      ...[rule.alarmId, rule.indicatorId, rule.by, rule.member, rule.grain, rule.condition],
      ...[rule.threshold, rule.falseAlarmRate, rule.nextPeriod],
    ],
  );
  return saved;
}

export async function selectRules(db: Queryable): Promise<AlarmRule[]> {
  return db.query<AlarmRule>(`select ${ruleColumns} from indicator_alarms order by alarm_id`);
}

/** false: there is none */
export async function deleteRule(db: Queryable, alarmId: string): Promise<boolean> {
  const rows = await db.query('delete from indicator_alarms where alarm_id = $1 returning alarm_id', [alarmId]);
  return rows.length === 1;
}

/** Rules whose next period is over, with nobody else at them until the transaction ends. */
export async function holdDueRules(tx: Transaction, today: string): Promise<AlarmRule[]> {
  return tx.query<AlarmRule>(
    `select ${ruleColumns} from indicator_alarms
     where next_period + case grain when 'day' then interval '1 day' when 'week' then interval '7 days' else interval '1 month' end
       <= $1::date
     order by alarm_id for update skip locked`,
    [today],
  );
}

export async function moveOn(tx: Transaction, alarmId: string, nextPeriod: string): Promise<void> {
  await tx.query('update indicator_alarms set next_period = $2 where alarm_id = $1', [alarmId, nextPeriod]);
}

export async function insertAlarm(tx: Transaction, alarm: Omit<Alarm, 'alarmKey' | 'raisedAt'>): Promise<void> {
  await tx.query(
    `insert into alarms
       (alarm_id, indicator_id, dimension, member, grain, condition, period, value, expected, chance, threshold)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
    [
      ...[alarm.alarmId, alarm.indicatorId, alarm.by, alarm.member, alarm.grain, alarm.condition, alarm.period],
      ...[alarm.value, alarm.expected, alarm.chance, alarm.threshold],
    ],
  );
}

export async function selectAlarms(
  db: Queryable,
  { alarmId, before, limit }: { alarmId: string | undefined; before: number | undefined; limit: number },
): Promise<Alarm[]> {
  return db.query<Alarm>(
    `select ${alarmColumns} from alarms
     where ($1::text is null or alarm_id = $1) and ($2::bigint is null or alarm_key < $2) order by alarm_key desc limit $3`,
    [alarmId ?? null, before ?? null, limit],
  );
}
