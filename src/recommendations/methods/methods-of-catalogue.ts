import { dayMs } from '../../shop/days.ts';
import type { Catalogue } from '../memory/catalogue/catalogue.ts';

/** What is new and what has become cheaper, the first first; kept until the catalogue or the day is another. */
export interface CatalogueRankings {
  /** items that came in the last `newDays` days, the newest first, with how new each is, 0 to 1 */
  arrivals: Ranking;
  /** items that cost less than their list price, or than before their price last fell, by how much of it is off, 0 to 1 */
  reductions: Ranking;
}

export interface Ranking {
  items: Int32Array;
  scores: Float64Array;
}

/** So long something is new. */
const newDays = 60;
/** So long a price that fell is a lower one. */
const reducedDays = 30;

const kept = new WeakMap<Catalogue, { state: number; day: number; rankings: CatalogueRankings }>();

export function catalogueRankings(catalogue: Catalogue, now: number): CatalogueRankings {
  const [state, day] = [catalogue.stateAt(now), Math.floor(now / 3_600_000)];
  let held = kept.get(catalogue);
  if (held?.state !== state || held.day !== day) {
    held = { state, day, rankings: rank(catalogue, now) };
    kept.set(catalogue, held);
  }
  return held.rankings;
}

function rank(catalogue: Catalogue, now: number): CatalogueRankings {
  const arrivals: [number, number][] = [];
  const reductions: [number, number][] = [];
  for (let item = 0; item < catalogue.size; item++) {
    if (!catalogue.isSellable(item, now)) continue;
    const age = (now - catalogue.record(item).arrivedAt.getTime()) / dayMs;
    if (age <= newDays) arrivals.push([item, 1 - Math.max(0, age) / newDays]);
    const share = reductionOf(catalogue, item, now);
    if (share > 0) reductions.push([item, share]);
  }
  return { arrivals: sorted(arrivals), reductions: sorted(reductions) };
}

/** What is off the price, as a share of what it was or should be; 0: nothing. */
export function reductionOf(catalogue: Catalogue, item: number, now: number): number {
  const { price, listPrice, earlierPrice } = catalogue.record(item);
  if (price === null) return 0;
  const isRecent = earlierPrice !== null && now - earlierPrice.until.getTime() <= reducedDays * dayMs;
  const full = Math.max(Number(listPrice ?? 0), isRecent ? Number(earlierPrice.price) : 0);
  return full > 0 ? Math.max(0, 1 - Number(price) / full) : 0;
}

function sorted(pairs: [item: number, score: number][]): Ranking {
  pairs.sort((a, b) => b[1] - a[1] || a[0] - b[0]);
  return { items: Int32Array.from(pairs, ([item]) => item), scores: Float64Array.from(pairs, ([, score]) => score) };
}
