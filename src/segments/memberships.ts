import type { Queryable } from '../db/index.ts';
import { profiledCustomerIdsOf } from '../intake/index.ts';
import { readPublishedRelease } from '../versions/index.ts';
import { selectSegmentsOf } from './defined-store.ts';
import * as store from './store.ts';

/**
 * Every segment a customer is in now: group, Klaviyo's group, cluster and cell of the published release, rule segments and
 * lists as of their last refresh. Who may not be profiled is in none.
 */
export async function readSegmentsOf(db: Queryable, customerKey: number): Promise<string[]> {
  if (!(await profiledCustomerIdsOf(db, [customerKey])).has(customerKey)) return [];
  const version = (await readPublishedRelease(db))?.versions.segmentation;
  const segment = version === undefined ? undefined : await store.selectSegment(db, version, customerKey);
  const learnt = segment
    ? [
        `group-${segment.group}`,
        ...(segment.klaviyoGroup ? [`klaviyo-${segment.klaviyoGroup}`] : []),
        `cluster-${segment.cluster}`,
        `cell-${segment.recencyScore}${segment.frequencyScore}${segment.monetaryScore}`,
      ]
    : [];
  return [...learnt, ...(await selectSegmentsOf(db, customerKey))];
}

/** Is a customer in any of these segments? */
export async function isMember(db: Queryable, customerKey: number, segmentIds: readonly string[]): Promise<boolean> {
  if (segmentIds.length === 0) return false;
  const own = await readSegmentsOf(db, customerKey);
  return own.some((segmentId) => segmentIds.includes(segmentId));
}
