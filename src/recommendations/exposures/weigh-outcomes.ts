import { examinationAt } from '../../../models/examination/index.ts';
import type { Outcomes } from '../../../models/exposure/index.ts';

/** What is known of an item in places that were given to it. */
export interface Counted {
  /** impressions by place, from 1 */
  shownAt: Map<number, number>;
  /** clicked of them */
  chosen: number;
}

/**
 * Outcomes of which each impression counts as its place is looked at, and all together count as many as they are: of two items clicked
 * as often the one that stood where few look appeals more.
 * @param counted by item
 * @param curve how often each place is looked at; undefined: all alike
 */
export function weighOutcomes(counted: ReadonlyMap<number, Counted>, curve: readonly number[] | undefined) {
  const examined = (place: number) => (curve ? examinationAt(curve, place) : 1);
  const all = { shown: 0, chosen: 0 };
  let looks = 0;
  for (const { shownAt, chosen } of counted.values()) {
    all.chosen += chosen;
    for (const [place, shown] of shownAt) {
      all.shown += shown;
      looks += shown * examined(place);
    }
  }
  const scale = looks > 0 ? all.shown / looks : 1;
  const looksAt = (place: number) => scale * examined(place);
  const outcomes = new Map<number, Required<Outcomes>>();
  for (const [item, { shownAt, chosen }] of counted) {
    const outcome = { shown: 0, chosen, looks: 0 };
    for (const [place, shown] of shownAt) {
      outcome.shown += shown;
      outcome.looks += shown * looksAt(place);
    }
    outcomes.set(item, outcome);
  }
  return { curve, all, outcomes, looksAt };
}
