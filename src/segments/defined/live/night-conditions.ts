import type { FieldFault } from '../../../errors.ts';
import { type AskedWindow, type Condition, conditionsOf, type SegmentRule } from '../rules/segment-rule.ts';

const ofTheNight: readonly string[] = ['tag', 'rfm', 'value', 'prediction', 'segment', 'coupons'];

/**
 * What of a rule no fact that comes in tells: what a night finds, who is in other segments, and days of the year. A rule
 * without them can be live.
 */
export function nightConditions(rule: SegmentRule): FieldFault[] {
  return conditionsOf(rule).flatMap(({ at, condition }) => {
    const yearly = condition.kind === 'attribute' ? yearlyName(condition) : undefined;
    const name = yearly ?? condition.kind;
    return yearly || ofTheNight.includes(condition.kind)
      ? [{ field: `${at}/${name}`, message: 'cannot be asked by a live segment' }]
      : [];
  });
}

function yearlyName({ anniversaryWithinDays, anniversaryPastDays }: Extract<Condition, { kind: 'attribute' }>) {
  if (anniversaryWithinDays !== undefined) return 'anniversary_within_days';
  return anniversaryPastDays === undefined ? undefined : 'anniversary_past_days';
}

/** The windows of a rule. */
export function windowsOf(rule: SegmentRule): AskedWindow[] {
  return conditionsOf(rule).flatMap(({ condition }): AskedWindow[] => {
    if (condition.kind === 'last') {
      const days = [condition.withinDays, condition.notWithinDays].filter((one) => one !== undefined);
      return days.map((withinDays) => ({ withinDays }));
    }
    return 'window' in condition ? [condition.window] : [];
  });
}
