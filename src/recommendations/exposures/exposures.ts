import type { Logger } from 'pino';
import { contentSettings } from '../../../models/content-neighbours/index.ts';
import type { Outcomes } from '../../../models/exposure/index.ts';
import type { Database } from '../../db/index.ts';
import { PannierError } from '../../errors.ts';
import { dayMs } from '../../shop/days.ts';
import type { ListedItems } from '../lists/fill-list.ts';
import type { ByChance } from '../lists/made-list.ts';
import type { ServingMemory } from '../memory/serving-memory.ts';
import { catalogueRankings } from '../methods/methods-of-catalogue.ts';
import { givePlaces } from './give-places.ts';
import { readOutcomes } from './store.ts';
import { swapPlaces } from './swap-places.ts';
import { type Counted, weighOutcomes } from './weigh-outcomes.ts';

/** Leaves places of one list to chance. @param allows what may be on it @returns undefined: none */
export type LeaveToChance = (list: ListedItems, allows: (item: number) => boolean, now: number) => ByChance | undefined;

/** Places of lists that go to items which have not shown yet what they are, what comes of them, and two that change now and then. */
export interface Exposures {
  /** undefined: lists of this placement leave nothing to chance */
  of(placement: string): LeaveToChance | undefined;
  /** These have been shown in places that were given to them. */
  note(exposed: ByChance['exposed'], at: number): void;
}

/** So long an item is new, and so far back outcomes are read when the process begins. */
const newDays = 60;
/** What was served and clicked since is read so often, by whoever asks next. */
const readEveryMs = 30_000;
/** Served lists come into the log with a delay. */
const delayMs = 5_000;

interface ExposureDependencies {
  db: Database;
  memory: ServingMemory;
  clock: () => Date;
  log: Logger;
  /** uniform in [0, 1) */
  random: () => number;
}

/** Outcomes are added up from the log of served lists and from events; what this process served since, it knows itself. */
export function createExposures({ db, memory, clock, log, random }: ExposureDependencies): Exposures {
  const { catalogue } = memory;
  /** by key */
  const counted = new Map<number, Counted>();
  let weighed = weighOutcomes(counted, undefined);
  let readUntil: number | undefined;
  let lastTry = Number.NEGATIVE_INFINITY;
  let since: { itemKey: number; place: number; at: number }[] = [];
  const shownSince = new Map<number, { shown: number; looks: number }>();

  async function read(now: number): Promise<void> {
    const from = readUntil ?? now - newDays * dayMs;
    const until = now - delayMs;
    if (until <= from) return;
    for (const { itemKey, place, shown, chosen } of await readOutcomes(db, new Date(from), new Date(until))) {
      const { shownAt, chosen: before } = counted.get(itemKey) ?? { shownAt: new Map<number, number>(), chosen: 0 };
      shownAt.set(place, (shownAt.get(place) ?? 0) + shown);
      counted.set(itemKey, { shownAt, chosen: before + chosen });
    }
    weighed = weighOutcomes(counted, memory.release.collaborative?.examination);
    readUntil = until;
    since = since.filter(({ at }) => at > until);
    shownSince.clear();
    for (const { itemKey, place } of since) addSince(itemKey, place);
  }

  function addSince(itemKey: number, place: number): void {
    const { shown, looks } = shownSince.get(itemKey) ?? { shown: 0, looks: 0 };
    shownSince.set(itemKey, { shown: shown + 1, looks: looks + weighed.looksAt(place) });
  }

  function keepUp(): void {
    const now = clock().getTime();
    if (now - lastTry < readEveryMs || memory.guard.away) return;
    lastTry = now;
    read(now).catch((error) => {
      if (!(error instanceof PannierError && error.code === 'unavailable'))
        log.error({ err: error }, 'exposures not read');
    });
  }

  function outcomesOf(item: number): Outcomes | undefined {
    const { itemKey } = catalogue.textsOf(item);
    const [known, lately] = [weighed.outcomes.get(itemKey), shownSince.get(itemKey)];
    if (!lately) return known;
    const { shown, chosen, looks } = known ?? { shown: 0, chosen: 0, looks: 0 };
    return { shown: lately.shown + shown, chosen, looks: lately.looks + looks };
  }

  return {
    of(placement) {
      const { collaborative, popularity } = memory.release;
      const settings = collaborative?.exposure;
      if (!settings?.placements.includes(placement)) return undefined;
      const { share, impressions: cap, swaps = 0 } = settings;
      if (share > 0) keepUp();
      const gives = share > 0 && readUntil !== undefined;
      if (swaps === 0 && !gives) return undefined;
      if (weighed.curve !== collaborative?.examination) weighed = weighOutcomes(counted, collaborative?.examination);
      const { all } = weighed;
      const isUnknown = (item: number) => (popularity?.purchases?.[item] ?? 0) < contentSettings.priorPurchases;
      return (list, allows, now) => {
        const places = swapPlaces(list, swaps, random);
        if (places) return { places, exposed: [] };
        if (!gives) return undefined;
        const exposed = givePlaces(list, {
          ...{ share, cap, outcomesOf, all, random },
          candidates: catalogueRankings(catalogue, now).arrivals.items,
          mayBe: (item) => isUnknown(item) && allows(item),
          familyOf: catalogue.familyOf,
        });
        return exposed.length > 0 ? { places: exposed.map(({ place }) => place), exposed } : undefined;
      };
    },
    note(exposed, at) {
      for (const { item, place } of exposed) {
        const { itemKey } = catalogue.textsOf(item);
        since.push({ itemKey, place, at });
        addSince(itemKey, place);
      }
    },
  };
}
