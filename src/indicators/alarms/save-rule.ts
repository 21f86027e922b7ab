import type { Database } from '../../db/index.ts';
import { type FieldFault, invalidFields } from '../../errors.ts';
import { addDays } from '../../shop/days.ts';
import { createLocalDates } from '../../shop/time-zone.ts';
import { dimensionsOf, findDefinition, grainsOf, isInAll } from '../definitions/definitions.ts';
import { startOf } from '../values/periods.ts';
import type { AlarmRule } from './alarm-rule.ts';
import * as store from './store.ts';

/** A rule as it is asked for. */
export type AlarmRequest = Omit<AlarmRule, 'nextPeriod' | 'changedAt' | 'falseAlarmRate'> & {
  /** null: the usual one */
  falseAlarmRate: number | null;
};

const usualRate = 0.01;

/**
 * Keeps a rule in place of the one with its id. It looks first at the latest period that is over.
 * @throws PannierError `invalid_request` naming each field that asks for what there is not
 */
export async function saveAlarmRule(
  { db, timeZone, clock }: { db: Database; timeZone: string; clock: () => Date },
  request: AlarmRequest,
): Promise<AlarmRule> {
  const faults = faultsOf(request);
  if (faults.length > 0) throw invalidFields(faults);
  const today = createLocalDates(timeZone)(clock().getTime());
  const nextPeriod = startOf(request.grain, addDays(startOf(request.grain, today), -1));
  const falseAlarmRate = isOfThreshold(request) ? null : (request.falseAlarmRate ?? usualRate);
  return store.saveRule(db, { ...request, falseAlarmRate, nextPeriod });
}

const isOfThreshold = ({ condition }: AlarmRequest) => condition === 'above' || condition === 'below';

function faultsOf(request: AlarmRequest): FieldFault[] {
  const { indicatorId, by, member, grain, condition, threshold, falseAlarmRate } = request;
  const definition = findDefinition(indicatorId);
  if (!definition) return [{ field: '/indicator_id', message: 'is no indicator' }];
  const faults: FieldFault[] = [];
  const fault = (field: string, message: string) => void faults.push({ field, message });
  const dimensions = dimensionsOf(definition);
  if (by !== null && !dimensions.includes(by)) {
    fault('/by', `${indicatorId} is told by ${dimensions.length === 0 ? 'nothing' : dimensions.join(', ')}`);
  } else if (by === null && !isInAll(definition)) {
    fault('/by', `${indicatorId} is told by a dimension only`);
  } else if (!grainsOf(definition, by ?? undefined).includes(grain)) {
    fault('/grain', `${indicatorId} is told by ${grainsOf(definition, by ?? undefined).join(', ')}`);
  }
  if ((by === null) !== (member === null)) fault('/member', 'is needed with by, and only with it');
  if (isOfThreshold(request)) {
    if (threshold === null) fault('/threshold', `is needed where the condition is ${condition}`);
    if (falseAlarmRate !== null) fault('/false_alarm_rate', `is not of a condition that is ${condition}`);
  } else if (threshold !== null) fault('/threshold', `is not of a condition that is ${condition}`);
  return faults;
}
