import { plainDecimal } from '../../shop/money.ts';
import { canonicalJson } from '../quarantine/raw.ts';
import type { Attributes } from '../request-elements.ts';

/** The rules of an upsert: an absent field is kept, null clears, an older word is not heard. */

export function kept<Value>(told: Value | undefined, stored: Value): Value {
  return told === undefined ? stored : told;
}

export function keptTime(told: string | null | undefined, stored: number | null): number | null {
  if (told === undefined) return stored;
  return told === null ? null : Date.parse(told);
}

/** A price in the form that it is stored and compared in. */
export function keptPrice(told: string | null | undefined, stored: string | null): string | null {
  if (told === undefined) return stored;
  return told === null ? null : plainDecimal(told);
}

/** Attributes are told whole. */
export function keptAttributes(told: Attributes | null | undefined, stored: Attributes): Attributes {
  return told === undefined ? stored : (told ?? {});
}

/** The time of the newest word in epoch milliseconds; undefined: the stored word is newer. */
export function newestTime(stored: number | null, told: string | undefined): number | null | undefined {
  if (told === undefined) return stored;
  const time = Date.parse(told);
  return stored !== null && time < stored ? undefined : time;
}

export function isSame(stored: object, next: object): boolean {
  return canonicalJson(stored) === canonicalJson(next);
}

export function isoTime(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}
