import { drawBeta } from './draw-beta.ts';

/** What came of the places that items were given. */
export interface Outcomes {
  /** impressions */
  shown: number;
  /** of those how many were clicked */
  chosen: number;
  /** the impressions, each as much as its place is looked at; absent: all places alike */
  looks?: number;
}

/** What all items have in common weighs as much as so many impressions of an item's own. */
const priorImpressions = 50;
/** Before anything is known, one in so many impressions is thought to be clicked. */
const usualImpressions = 50;
/** So many draws at most: of more candidates some are looked at, drawn by chance. */
const mostDrawn = 100;

/**
 * How many places of a list are given away: share × length in the mean, what is over of it by chance.
 * @param random uniform in [0, 1)
 */
export function placesToGive(length: number, share: number, random: () => number): number {
  const wanted = length * share;
  const whole = Math.floor(wanted);
  return whole + (random() < wanted - whole ? 1 : 0);
}

/**
 * The items that are given places, by Thompson sampling: each candidate's click rate is drawn from its posterior, and the highest
 * are chosen. The prior is Beta with the mean of all outcomes together and the weight of 50 impressions, so that an item that was
 * never shown is tried as if it were like the others, and one that nobody clicks is left as evidence grows. An impression where few
 * look is less evidence than one where many do.
 *
 * @param count at most so many
 * @param candidates each once
 * @param mayBe others are passed over
 * @param outcomesOf of an item; undefined: it was never shown
 * @param all outcomes of all items together
 * @param cap of impressions: who has had so many is chosen no more
 * @param random uniform in [0, 1)
 */
export function chooseExposed(
  count: number,
  candidates: ArrayLike<number>,
  mayBe: (item: number) => boolean,
  outcomesOf: (item: number) => Outcomes | undefined,
  all: Outcomes,
  cap: number,
  random: () => number,
): number[] {
  const mean = (all.chosen + 1) / (all.shown + usualImpressions);
  const drawn: { item: number; rate: number }[] = [];
  // From a place by chance on, in turn: not always the same few are looked at.
  const start = Math.floor(random() * candidates.length);
  for (let step = 0; step < candidates.length && drawn.length < mostDrawn; step++) {
    const item = candidates[(start + step) % candidates.length];
    const { shown, chosen, looks = shown } = outcomesOf(item) ?? { shown: 0, chosen: 0 };
    if (shown >= cap || !mayBe(item)) continue;
    const clicked = priorImpressions * mean + Math.min(chosen, shown);
    const left = priorImpressions * (1 - mean) + Math.max(0, looks - Math.min(chosen, shown));
    drawn.push({ item, rate: drawBeta(clicked, left, random) });
  }
  drawn.sort((a, b) => b.rate - a.rate);
  return drawn.slice(0, count).map(({ item }) => item);
}
