import { isOvertaken, isSame, kept, keptParts, keptTime, newestTime } from '../batch/upsert-rules.ts';
import type { Attributes, CustomerElement } from '../request-elements.ts';

/** A customer as stored; times in epoch milliseconds. */
export interface StoredCustomer {
  customerKey: number;
  customerId: string;
  attributes: Attributes;
  profilingAllowed: boolean;
  registeredAt: number | null;
  updatedAt: number | null;
  /** when it came in, by the database's clock; null: unknown, or now */
  toldAt: number | null;
}

/**
 * What a customer becomes by an element: absent fields are kept, null clears.
 * @param receivedAt epoch milliseconds; undefined: now
 * @returns undefined: the element is older than what is stored, or tells nothing new.
 */
export function applyCustomer(
  stored: StoredCustomer,
  element: CustomerElement,
  receivedAt?: number,
): StoredCustomer | undefined {
  if (isOvertaken(stored, element, receivedAt)) return undefined;
  const updatedAt = newestTime(stored.updatedAt, element.updated_at);
  if (updatedAt === undefined) return undefined;
  const next: StoredCustomer = {
    ...stored,
    attributes: keptParts(element.attributes, stored.attributes),
    profilingAllowed: kept(element.profiling_allowed, stored.profilingAllowed),
    registeredAt: keptTime(element.registered_at, stored.registeredAt),
    updatedAt,
  };
  return isSame(stored, next) ? undefined : { ...next, toldAt: receivedAt ?? null };
}
