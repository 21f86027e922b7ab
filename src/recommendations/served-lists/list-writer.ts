import type { Audience } from '../lists/audience/audience.ts';
import type { ByChance, ListText, MadeList } from '../lists/made-list.ts';
import { listText } from '../lists/write-answer.ts';
import { createListIds } from './list-ids.ts';
import type { ServedListLog } from './served-list-log.ts';

/**
 * Gives a list its id, records it in the log as shown and writes it as a `RecommendationList`.
 * @param subject as `listText` has it
 * @param isShown false: somebody only looks at it, so that it is in no log
 */
export type WriteList = (
  made: MadeList,
  audience: Audience,
  subject: string,
  placement: string,
  now: number,
  isShown?: boolean,
) => ListText;

/** Placements that reports part: pages name theirs with a key that everybody reads, so that there is an end to new ones. */
const mostPlacements = 200;
const otherPlacement = 'other';

/** @param onExposed is told which items were shown in places that were given to them, where and when */
export function createListWriter(
  served: ServedListLog,
  onExposed: (exposed: ByChance['exposed'], at: number) => void = () => {},
): WriteList {
  const newListId = createListIds();
  const placements = new Set<string>();
  const bounded = (placement: string) => {
    if (placements.has(placement)) return placement;
    if (placements.size >= mostPlacements) return otherPlacement;
    placements.add(placement);
    return placement;
  };
  return (made, audience, subject, placement, now, isShown = true) => {
    const { customer, mayBePersonal, visitorKey, drawn } = audience;
    const listId = newListId(now);
    if (!isShown) return listText(made, audience, listId, subject, now);
    const list = {
      listId,
      customerKey: customer && mayBePersonal ? customer.customerKey : null,
      visitorKey,
      releaseId: made.release.releaseId,
      itemKeys: made.itemKeys,
      sources: made.sources,
      ruleIds: made.ruleIds,
      byChance: made.byChance?.places,
      placement: bounded(placement),
      arm: drawn?.arm ?? null,
      servedAt: now,
    };
    if (made.byChance && made.byChance.exposed.length > 0) onExposed(made.byChance.exposed, now);
    const isTaken = served.record(list, drawn && !drawn.isNoted ? drawn : undefined);
    if (drawn) drawn.isNoted ||= isTaken;
    return listText(made, audience, listId, subject, now);
  };
}
