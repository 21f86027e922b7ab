import type { Database } from '../db/index.ts';
import { notFound } from '../errors.ts';
import { findCustomers } from '../intake/index.ts';
import type { PublishedRelease } from '../versions/index.ts';
import { selectSegmentsOf } from './defined/store.ts';
import type { SegmentedCustomer } from './published/customer-segment.ts';
import { selectSegment } from './published/store.ts';
import type { ReportedTags } from './tags/customer-tagging.ts';
import { readCustomerTags } from './tags/read-tags.ts';
import type { ReportedValue } from './value/customer-value.ts';
import { readCustomerValue } from './value/read-value.ts';

/** What the published release says of a customer. */
export interface CustomerProfile extends SegmentedCustomer {
  value: ReportedValue | null;
  tags: ReportedTags | null;
  /** ids of the segments that were defined by a person */
  definedSegments: string[];
}

/** @throws PannierError `not_found` */
export async function readProfile(
  db: Database,
  release: PublishedRelease | undefined,
  customerId: string,
): Promise<CustomerProfile> {
  const customer = (await findCustomers(db, [customerId])).get(customerId);
  if (!customer) throw notFound('customer');
  const { segmentation: model, 'customer-value': valueModel, 'customer-tags': tagModel } = release?.models ?? {};
  if (!customer.profilingAllowed) {
    return { ...customer, model, segment: null, value: null, tags: null, definedSegments: [] };
  }
  const { customerKey } = customer;
  const segment = model && (await selectSegment(db, model.version, customerKey));
  const value = await readCustomerValue(db, valueModel, customerKey);
  const tags = await readCustomerTags(db, tagModel, customerKey);
  const definedSegments = await selectSegmentsOf(db, customerKey);
  return { ...customer, model, segment: segment ?? null, value, tags, definedSegments };
}
