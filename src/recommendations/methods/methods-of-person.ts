import { behaviours as meanings } from '../../intake/index.ts';
import { dayMs } from '../../shop/days.ts';
import type { ServedRelease } from '../learnt/served-release.ts';
import type { RankedItems } from '../lists/ranked-items.ts';
import type { Catalogue } from '../memory/catalogue/catalogue.ts';
import type { ItemBehaviour } from '../memory/packing.ts';

/** What somebody has looked at, the latest first, each item once. @param done newest first */
export function rankViewed(done: readonly ItemBehaviour[]): { items: number[]; scores: number[] } {
  const seen = new Set<number>();
  for (const { type, item } of done) if (type === 'view' || type === 'click') seen.add(item);
  const items = [...seen];
  return { items, scores: items.map((_, place) => 1 / (1 + place)) };
}

/** An item that somebody buys again and again, and when the next time is expected. */
export interface Rebuy {
  item: number;
  /** 1: it is due now; less before and after */
  score: number;
  /** epoch ms */
  expectedAt: number;
}

/**
 * What somebody may want to buy again: after their own usual interval where they have bought it three times, else after that
 * of the shop; what is not bought again is not there, nor what it is too early for. The most due first.
 * @param done newest first
 */
export function rankRebuys(done: readonly ItemBehaviour[], release: ServedRelease, now: number): Rebuy[] {
  const times = new Map<number, number[]>();
  for (const { type, item, at } of done) {
    if (type !== 'purchase') continue;
    const own = times.get(item);
    if (!own) times.set(item, [at]);
    else if (own.at(-1)! - at >= dayMs) own.push(at);
  }
  const rebuys: Rebuy[] = [];
  for (const [item, [last, ...before]] of times) {
    const usual = usualDays(release, item, [last, ...before]);
    if (!usual || now < last + usual.fromDays * dayMs) continue;
    const share = (now - last) / (usual.days * dayMs);
    rebuys.push({ item, score: share <= 1 ? share : 1 / share, expectedAt: last + usual.days * dayMs });
  }
  return rebuys.sort((a, b) => b.score - a.score || a.item - b.item);
}

function usualDays({ popularity }: ServedRelease, item: number, times: readonly number[]) {
  if (times.length < 3) return popularity?.rebuying.get(item);
  const intervals = times.slice(1).map((time, place) => (times[place] - time) / dayMs);
  intervals.sort((a, b) => a - b);
  return { fromDays: intervals[0], days: intervals[intervals.length >> 1] };
}

/** Categories or brands with how much somebody is drawn to each; the shares add up to 1. */
export type Affinities = ReadonlyMap<string, number>;

const halfLifeDays = 30;
/** What the night expects of somebody counts as much as so many looks. */
const nightWeight = 2;

/** What somebody is drawn to, by what they did and by what the night expects of them. */
export function affinitiesOf(
  catalogue: Catalogue,
  { behaviours: done, ranked }: { behaviours: readonly ItemBehaviour[]; ranked: RankedItems },
  namesOf: (item: number) => readonly string[],
  now: number,
): Affinities {
  const sums = new Map<string, number>();
  const add = (item: number, weight: number) => {
    if (!catalogue.record(item).isProduct) return;
    for (const name of namesOf(item)) sums.set(name, (sums.get(name) ?? 0) + weight);
  };
  for (const { type, item, at } of done) {
    const weight = meanings[type].weightNow;
    if (weight > 0) add(item, weight * 0.5 ** ((now - at) / dayMs / halfLifeDays));
  }
  const most = Math.min(50, ranked.items.length);
  let all = 0;
  for (let rank = 0; rank < most; rank++) all += Math.max(0, ranked.scores[rank]);
  for (let rank = 0; rank < most && all > 0; rank++) {
    add(ranked.items[rank], (nightWeight * Math.max(0, ranked.scores[rank])) / all);
  }
  return shares(sums);
}

/** The shop's own, by what is popular: for whoever nothing is known of. */
export function popularAffinities(
  { popularity }: ServedRelease,
  namesOf: (item: number) => readonly string[],
): Affinities {
  const sums = new Map<string, number>();
  for (const [rank, item] of popularity?.items.entries() ?? []) {
    for (const name of namesOf(item)) sums.set(name, (sums.get(name) ?? 0) + popularity!.scores[rank]);
  }
  return shares(sums);
}

function shares(sums: ReadonlyMap<string, number>): Affinities {
  const whole = [...sums.values()].reduce((sum, value) => sum + value, 0);
  return new Map([...sums].map(([name, sum]) => [name, whole > 0 ? sum / whole : 0]));
}
