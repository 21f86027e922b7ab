import type { Queryable } from '../db/index.ts';
import { attributesAsked } from './defined/rules/attributes-asked.ts';
import {
  selectDefinitions,
  selectMembersBySegment,
  selectMembershipsOf,
  selectMembersOfDefined,
} from './defined/store.ts';
import { selectMembers } from './published/store.ts';
import { isDefined, parseSegmentId } from './segment-id.ts';

/**
 * In which of these rule segments and lists customers are, as of the last refresh, by customer key; whoever is in none is
 * absent. Whether they may be profiled is the caller's to ask.
 */
export async function readMemberships(
  db: Queryable,
  customerKeys: readonly number[],
  segmentIds: readonly string[],
): Promise<Map<number, string[]>> {
  const memberships = new Map<number, string[]>();
  for (const { customer_key: key, segment_id: id } of await selectMembershipsOf(db, customerKeys, segmentIds)) {
    const own = memberships.get(key);
    if (own) own.push(id);
    else memberships.set(key, [id]);
  }
  return memberships;
}

/**
 * Keys of the members of a segment, in their order, after one: of the last snapshot of one that a person defined, or as a version
 * found them. Of a segment that does not exist there are none.
 * @param version of the published segmentation
 */
export async function readMembersAfter(
  db: Queryable,
  segmentId: string,
  version: number | undefined,
  after: number,
  limit: number,
): Promise<number[]> {
  const segment = parseSegmentId(segmentId);
  if (!segment) return [];
  if (isDefined(segment)) return selectMembersOfDefined(db, segmentId, after, limit);
  if (version === undefined) return [];
  return (await selectMembers(db, version, segment, after, limit)).map(({ customerKey }) => customerKey);
}

/** Segments that a person defined and somebody is in, by id, with the keys of who is, by the last snapshot of each. */
export async function readDefinedMembers(db: Queryable): Promise<{ segment: string; customerKeys: number[] }[]> {
  const rows = await selectMembersBySegment(db);
  return rows.map(({ segment_id, customer_keys }) => ({ segment: segment_id, customerKeys: customer_keys }));
}

/**
 * The attributes of customers that these segments are found by, also those of segments that they name; of a list none. A
 * segment that is not known is absent.
 *
 * @param hold keeps the segments from being removed until the transaction ends
 */
export async function readSegmentAttributes(
  db: Queryable,
  segmentIds: readonly string[],
  hold = false,
): Promise<Map<string, ReadonlySet<string>>> {
  const rules = new Map<string, ReturnType<typeof attributesAsked>>();
  const wanted = new Set(segmentIds);
  for (let missing = [...wanted]; missing.length > 0; missing = [...wanted].filter((id) => !rules.has(id))) {
    const found = await selectDefinitions(db, missing, hold);
    for (const id of missing) {
      const known = found.get(id);
      if (known === undefined) wanted.delete(id);
      else rules.set(id, known === null ? { attributes: [], segmentIds: [] } : attributesAsked(known));
      for (const named of rules.get(id)?.segmentIds ?? []) wanted.add(named);
    }
  }
  const collect = (id: string, seen: Set<string>): string[] => {
    const rule = rules.get(id);
    if (!rule || seen.has(id)) return [];
    seen.add(id);
    return [...rule.attributes, ...rule.segmentIds.flatMap((named) => collect(named, seen))];
  };
  return new Map(segmentIds.filter((id) => rules.has(id)).map((id) => [id, new Set(collect(id, new Set()))]));
}
