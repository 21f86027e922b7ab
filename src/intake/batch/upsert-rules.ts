import { plainDecimal } from '../../shop/money.ts';
import { canonicalJson } from '../quarantine/raw.ts';
import type { Changes } from '../request-elements.ts';

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

/** What is told part by part: an absent part is kept, null clears it; null for all of it clears all. */
export function keptParts<Parts extends object>(told: Changes<Parts> | null | undefined, stored: Parts): Parts {
  if (told === undefined) return stored;
  const kept = new Map(told === null ? [] : Object.entries(stored));
  for (const [name, value] of Object.entries(told ?? {})) {
    if (value === null) kept.delete(name);
    else if (value !== undefined) kept.set(name, value);
  }
  return Object.fromEntries(kept) as Parts;
}

/** The time of the newest word in epoch milliseconds; undefined: the stored word is newer. */
export function newestTime(stored: number | null, told: string | undefined): number | null | undefined {
  if (told === undefined) return stored;
  const time = Date.parse(told);
  return stored !== null && time < stored ? undefined : time;
}

/** Whether an element without a time of its own lay waiting while something else was told. @param receivedAt undefined: it is of now */
export function isOvertaken(
  { toldAt }: { toldAt: number | null },
  { updated_at }: { updated_at?: string | undefined },
  receivedAt: number | undefined,
): boolean {
  return updated_at === undefined && receivedAt !== undefined && toldAt !== null && receivedAt < toldAt;
}

/** Is all of what is stored as it was? Both have the same fields. */
export function isSame<Stored extends object>(stored: Stored, next: Stored): boolean {
  return (Object.keys(next) as (keyof Stored)[]).every(
    (field) => stored[field] === next[field] || canonicalJson(stored[field]) === canonicalJson(next[field]),
  );
}

export function isoTime(time: number | null): string | null {
  return time === null ? null : new Date(time).toISOString();
}
