import type { Database } from '../db/index.ts';
import { findCustomers } from '../intake/index.ts';
import type { CustomerStanding } from '../segments/index.ts';
import { readPublishedRelease } from '../versions/index.ts';

const keptSegments = 100_000;

/** What decisions look at. */
export type Standing = Pick<CustomerStanding, 'customerKey' | 'profilingAllowed' | 'model' | 'segment'>;

/** What is known of customers now; whoever is not known is absent. */
export type ReadStandings = (customerIds: readonly string[]) => Promise<Map<string, Standing>>;

/**
 * Reads many customers at once. Whether they allow profiling, and which segmentation is published, is asked every time; the
 * segment of a customer in a version never changes, so it is read once and kept.
 */
export function createStandings(
  db: Database,
  readCustomerSegment: (customerId: string) => Promise<Standing | undefined>,
): ReadStandings {
  let version: number | undefined;
  let kept = new Map<number, Standing['segment']>();
  return async (customerIds) => {
    const standings = new Map<string, Standing>();
    if (customerIds.length === 0) return standings;
    const [customers, release] = await Promise.all([findCustomers(db, customerIds), readPublishedRelease(db)]);
    const model = release?.models.segmentation;
    if (model?.version !== version || kept.size > keptSegments) {
      version = model?.version;
      kept = new Map();
    }
    const segments = kept;
    await Promise.all(
      Array.from(customers, async ([customerId, customer]) => {
        let segment = customer.profilingAllowed && model ? segments.get(customer.customerKey) : null;
        if (segment === undefined) {
          const read = await readCustomerSegment(customerId);
          segment = read?.segment ?? null;
          if (read?.model?.version === model?.version && read?.profilingAllowed) {
            segments.set(customer.customerKey, segment);
          }
        }
        standings.set(customerId, { ...customer, model, segment });
      }),
    );
    return standings;
  };
}
