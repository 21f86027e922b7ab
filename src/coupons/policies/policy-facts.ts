import type { Queryable } from '../../db/index.ts';
import { attributesOf, readOrdered } from '../../intake/index.ts';
import { readCustomerTags, readCustomerValues } from '../../segments/index.ts';
import { barredAmong } from '../../shop/barred-attributes.ts';
import type { PublishedRelease } from '../../versions/index.ts';
import { nameOf, type PolicyFacts } from './policy.ts';
import type { PolicyReads } from './policy-reads.ts';

/** Whom a decision is about. */
export interface AskedCustomer {
  readonly customerKey: number;
  readonly profilingAllowed: boolean;
}

/** By customer key, what policies ask of them; of who may not be profiled, whether they have ordered alone. */
export type ReadPolicyFacts = (
  reads: PolicyReads,
  customers: readonly AskedCustomer[],
) => Promise<ReadonlyMap<number, PolicyFacts>>;

/** What is barred is not read. */
export function createPolicyFacts(
  db: Queryable,
  readRelease: () => Promise<PublishedRelease | undefined>,
  barred: readonly string[],
): ReadPolicyFacts {
  const bars = new Set(barred);
  const isFree = (name: string) => barredAmong([name], bars) === undefined;
  return async (reads, customers) => {
    const tags = reads.tags.filter((tag) => isFree(tag.replaceAll('-', '_')));
    const attributes = reads.attributes.filter(({ attribute }) => isFree(attribute));
    const asksValue = reads.value && isFree('value');
    const profiled = customers.filter(({ profilingAllowed }) => profilingAllowed).map(({ customerKey }) => customerKey);
    const models = tags.length > 0 || asksValue ? (await readRelease())?.models : undefined;
    const [ordered, tagged, valued, told] = await Promise.all([
      reads.ordered
        ? readOrdered(
            db,
            customers.map(({ customerKey }) => customerKey),
          )
        : undefined,
      tags.length > 0 ? readCustomerTags(db, models?.['customer-tags'], profiled) : undefined,
      asksValue ? readCustomerValues(db, models?.['customer-value'], profiled) : undefined,
      attributes.length > 0 ? attributesOf(db, profiled) : undefined,
    ]);
    const factsOf = ({ customerKey: key, profilingAllowed }: AskedCustomer): PolicyFacts => {
      const first = ordered && { ordered: ordered.has(key) };
      if (!profilingAllowed) return { ...first };
      const own = told?.get(key)?.attributes ?? {};
      const fits = (value: unknown, values: readonly unknown[]) =>
        Array.isArray(value) ? value.some((one) => values.includes(one)) : values.includes(value);
      return {
        ...first,
        ...(tagged && {
          tags: (tagged.get(key)?.tags ?? [])
            .filter(({ tag }) => tags.includes(tag))
            .map(({ tag, value }) => `${tag} ${value}`),
        }),
        ...(valued && { valueMinor: valued.get(key)?.value.revenueMinor ?? null }),
        ...(told && { attributes: attributes.filter((one) => fits(own[one.attribute], one.values)).map(nameOf) }),
      };
    };
    return new Map(customers.map((customer) => [customer.customerKey, factsOf(customer)]));
  };
}
