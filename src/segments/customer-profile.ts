import type { Queryable } from '../db/index.ts';
import { findCustomers } from '../intake/index.ts';
import type { PublishedRelease } from '../versions/index.ts';
import { selectSegmentsOf } from './defined/store.ts';
import { type Prediction, readPredictions } from './labels/predictions.ts';
import type { SegmentedCustomer } from './published/customer-segment.ts';
import { readCustomerSegments } from './published/store.ts';
import type { ReportedTags } from './tags/customer-tagging.ts';
import { readCustomerTags } from './tags/read-tags.ts';
import type { ReportedValue } from './value/customer-value.ts';
import { readCustomerValues } from './value/read-value.ts';

/** What the published release says of a customer. */
export interface CustomerProfile extends SegmentedCustomer {
  value: ReportedValue | null;
  tags: ReportedTags | null;
  /** of attributes that the customer has not declared */
  predictions: Prediction[];
  /** ids of the segments that were defined by a person */
  definedSegments: string[];
}

/**
 * Profiles by customer id; whoever does not exist is absent.
 * @param predicted whether what is predicted of them is looked up, but for what is `barred`
 */
export async function readProfiles(
  db: Queryable,
  release: PublishedRelease | undefined,
  customerIds: readonly string[],
  predicted: { isWanted: boolean; barred: readonly string[] } = { isWanted: false, barred: [] },
): Promise<Map<string, CustomerProfile>> {
  const customers = await findCustomers(db, customerIds);
  const { segmentation: model, 'customer-value': valueModel, 'customer-tags': tagModel } = release?.models ?? {};
  const allowed = [...customers.values()].filter(({ profilingAllowed }) => profilingAllowed);
  const keys = allowed.map(({ customerKey }) => customerKey);
  const segments = model && keys.length > 0 ? await readCustomerSegments(db, model.version, keys) : undefined;
  const values = await readCustomerValues(db, valueModel, keys);
  const tags = await readCustomerTags(db, tagModel, keys);
  const predictions = predicted.isWanted ? await readPredictions(db, keys, predicted.barred) : undefined;
  const defined = keys.length > 0 ? await selectSegmentsOf(db, keys) : undefined;
  const profileOf = (customer: { customerKey: number; profilingAllowed: boolean }): CustomerProfile => {
    const { customerKey: key } = customer;
    return {
      ...{ ...customer, model, segment: segments?.get(key) ?? null },
      ...{ value: values.get(key) ?? null, tags: tags.get(key) ?? null, definedSegments: defined?.get(key) ?? [] },
      predictions: predictions?.get(key) ?? [],
    };
  };
  return new Map(Array.from(customers, ([id, customer]) => [id, profileOf(customer)]));
}
