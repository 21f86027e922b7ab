import type { Database } from '../../db/index.ts';
import { readCustomerSegments, type SegmentedCustomer } from '../../segments/index.ts';
import type { PublishedRelease } from '../../versions/index.ts';

const keptSegments = 100_000;

/** What decisions look at. */
export type DecisionCustomer = Pick<SegmentedCustomer, 'customerKey' | 'profilingAllowed' | 'model' | 'segment'>;

/** Customers by id as they are in the database. */
export type FoundCustomers = ReadonlyMap<string, Pick<DecisionCustomer, 'customerKey' | 'profilingAllowed'>>;
/** Adds what is published of them. */
export type AddSegments = (customers: FoundCustomers) => Promise<Map<string, DecisionCustomer>>;

/** Which segmentation is published is asked every time; the segment of a customer in a version never changes, so it is read once and kept. */
export function createSegmentReader(
  db: Database,
  readRelease: () => Promise<PublishedRelease | undefined>,
): AddSegments {
  let version: number | undefined;
  let kept = new Map<number, DecisionCustomer['segment']>();
  return async (customers) => {
    const customersById = new Map<string, DecisionCustomer>();
    if (customers.size === 0) return customersById;
    const release = await readRelease();
    const model = release?.models.segmentation;
    if (model?.version !== version || kept.size > keptSegments) {
      version = model?.version;
      kept = new Map();
    }
    const segments = kept;
    const profiled = model ? [...customers.values()].filter(({ profilingAllowed }) => profilingAllowed) : [];
    const missing = profiled.flatMap(({ customerKey }) => (segments.has(customerKey) ? [] : customerKey));
    if (missing.length > 0) {
      const read = await readCustomerSegments(db, model!.version, missing);
      for (const customerKey of missing) segments.set(customerKey, read.get(customerKey) ?? null);
    }
    for (const [customerId, customer] of customers) {
      const segment = customer.profilingAllowed && model ? segments.get(customer.customerKey)! : null;
      customersById.set(customerId, { ...customer, model, segment });
    }
    return customersById;
  };
}
