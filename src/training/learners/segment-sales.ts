import {
  type PopularityRecipe,
  rankBySegment,
  type SegmentOfCustomers,
  type SegmentSales,
} from '../../../models/popularity/index.ts';
import type { SegmentSalesRow } from '../../recommendations/index.ts';
import { type CustomerSegment, readDefinedMembers, segmentIdOf } from '../../segments/index.ts';
import { purchasesBefore } from '../snapshot/list-facts.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Surroundings } from './learner.ts';
import { popularity } from './popularity.ts';

/** What best sellers of segments are learnt from beside the snapshot. */
export interface BesideSales {
  /** segments that a person defined, with the keys of who is in them by their last snapshot */
  defined: { segment: string; customerKeys: readonly number[] }[];
  /** by which sales are weighed: the run's, else that of what is published */
  recipe: PopularityRecipe;
}

export async function gatherForSales({
  db,
  published,
  learntBy,
}: Pick<Surroundings, 'db' | 'published' | 'learntBy'>): Promise<BesideSales> {
  const before = popularity.schema.safeParse(published?.models.popularity?.recipe);
  const recipe = learntBy(popularity)?.recipe ?? before.data ?? popularity.recipe;
  return { defined: await readDefinedMembers(db), recipe };
}

/** Best sellers of every segment that the night finds, and of every one that a person defined. */
export function learnSegmentSales(
  snapshot: Snapshot,
  segments: readonly CustomerSegment[],
  { defined, recipe }: BesideSales,
): SegmentSales[] {
  const indexOf = new Map(Array.from(snapshot.customerKeys, (key, index) => [key, index]));
  const indicesOf = (keys: Iterable<number>) =>
    Array.from(keys, (key) => indexOf.get(key) ?? -1).filter((at) => at >= 0);
  const members = new Map<string, number[]>();
  for (const segment of segments) {
    for (const id of idsOf(segment)) {
      const known = members.get(id);
      if (known) known.push(segment.customerKey);
      else members.set(id, [segment.customerKey]);
    }
  }
  const all: SegmentOfCustomers[] = [
    ...Array.from(members, ([segment, keys]) => ({ segment, customers: indicesOf(keys) })),
    ...defined.map(({ segment, customerKeys }) => ({ segment, customers: indicesOf(customerKeys) })),
  ];
  return rankBySegment(purchasesBefore(snapshot, snapshot.asOf), all, recipe);
}

/** The segments of a customer that the night finds. */
function idsOf({
  group,
  klaviyoGroup,
  recencyScore,
  frequencyScore,
  monetaryScore,
  cluster,
}: CustomerSegment): string[] {
  return [
    segmentIdOf({ kind: 'group', group }),
    ...(klaviyoGroup ? [segmentIdOf({ kind: 'klaviyo', group: klaviyoGroup })] : []),
    segmentIdOf({ kind: 'cell', cell: `${recencyScore}${frequencyScore}${monetaryScore}` }),
    segmentIdOf({ kind: 'cluster', cluster }),
  ];
}

export function* salesRowsOf(sales: readonly SegmentSales[], { itemKeys }: Snapshot): Generator<SegmentSalesRow> {
  for (const { segment, items, scores } of sales) {
    yield { segmentId: segment, itemKeys: Array.from(items, (item) => itemKeys[item]), scores };
  }
}
