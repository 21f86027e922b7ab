import { seededRandom } from '../../../models/random.ts';
import type { World } from '../world.ts';
import { type Behaviour, browse } from './browsing.ts';
import { playDays, type Visit } from './visits.ts';

/** A visit with what was done in it; visits are numbered from 0 in the order of time. */
export interface BrowsedVisit {
  readonly number: number;
  readonly visit: Visit;
  /** in time order */
  readonly behaviours: readonly Behaviour[];
}

/** The visits of each day, in time order. */
export function* playBrowsedDays(world: World): Generator<BrowsedVisit[]> {
  const random = seededRandom(world.seeds.browsing);
  let [day, number] = [0, 0];
  for (const visits of playDays(world)) {
    yield visits.map((visit) => ({ number: number++, visit, behaviours: browse(world, visit, day, random) }));
    day++;
  }
}

/** When the page was opened on which a visit begins. */
export function beginningOf({ visit, behaviours }: BrowsedVisit): number {
  return Math.max(0, (behaviours[0]?.second ?? visit.second) - 8);
}
