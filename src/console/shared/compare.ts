import type { Amount } from '../format/format.ts';

/** A value of a period, as the contract has it: of which part of it alone anything is known, null of the whole. */
export interface PeriodValue {
  value: string | number | null;
  partial: 'begins' | 'runs' | null;
}

export const numberOf = (amount: Amount): number | null =>
  amount === null || amount === undefined ? null : Number(amount);

/** By what part a value has changed; null where either is unknown or there was nothing. */
export function changeOf(now: Amount, before: Amount): number | null {
  const [value, other] = [numberOf(now), numberOf(before)];
  return value === null || other === null || other === 0 ? null : (value - other) / Math.abs(other);
}

/** By what part a value has changed since the period before it, or another; null also where one of both is a part of a period only. */
export function changeSince(row: PeriodValue, beside: PeriodValue | null): number | null {
  return row.partial || beside?.partial ? null : changeOf(row.value, beside?.value);
}
