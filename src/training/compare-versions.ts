import type { Database } from '../db/index.ts';
import {
  compareCustomerLists,
  comparePopularity,
  compareRules,
  type ListComparison,
  type PopularityComparison,
  type RuleComparison,
} from '../recommendations/index.ts';
import { compareSegments, compareValues, type SegmentComparison, type ValueComparison } from '../segments/index.ts';
import { getVersion, type ModelKind, type ModelVersion } from '../versions/index.ts';

/** Two versions of a kind side by side: recipes, metrics, and how far what they say differs. */
export interface VersionComparison {
  kind: ModelKind;
  first: ModelVersion;
  second: ModelVersion;
  difference: ListComparison | RuleComparison | PopularityComparison | SegmentComparison | ValueComparison;
}

const listPlaces = 10;
const exampleCustomers = 5;
const popularPlaces = 100;

/** @throws PannierError `not_found` */
export async function compareVersions(
  db: Database,
  kind: ModelKind,
  versions: [first: number, second: number],
): Promise<VersionComparison> {
  const [first, second] = await Promise.all(versions.map((version) => getVersion(db, kind, version)));
  return { kind, first: first!, second: second!, difference: await differenceOf(db, kind, versions) };
}

function differenceOf(
  db: Database,
  kind: ModelKind,
  [first, second]: [number, number],
): Promise<VersionComparison['difference']> {
  switch (kind) {
    case 'collaborative-filtering':
      return compareCustomerLists(db, first, second, { places: listPlaces, examples: exampleCustomers });
    case 'association-rules':
      return compareRules(db, first, second);
    case 'popularity':
      return comparePopularity(db, first, second, popularPlaces);
    case 'segmentation':
      return compareSegments(db, first, second);
    case 'customer-value':
      return compareValues(db, first, second);
  }
}
