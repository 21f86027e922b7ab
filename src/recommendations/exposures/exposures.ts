import type { Logger } from 'pino';
import { contentSettings } from '../../../models/content-neighbours/index.ts';
import type { Outcomes } from '../../../models/exposure/index.ts';
import type { Database } from '../../db/index.ts';
import { PannierError } from '../../errors.ts';
import { dayMs } from '../../shop/days.ts';
import type { ListedItems } from '../lists/fill-list.ts';
import type { ServingMemory } from '../memory/serving-memory.ts';
import { catalogueRankings } from '../methods/methods-of-catalogue.ts';
import { givePlaces } from './give-places.ts';
import { readOutcomes } from './store.ts';

/** Gives places of one list away. @param allows what may be on it @returns the items that were given one */
export type GivePlaces = (list: ListedItems, allows: (item: number) => boolean, now: number) => readonly number[];

/** Places of lists that go to items which have not shown yet what they are, and what comes of them. */
export interface Exposures {
  /** undefined: lists of this placement give none, or it is not known yet how often each item has had one */
  of(placement: string): GivePlaces | undefined;
  /** These have been shown in places that were given to them. */
  note(items: readonly number[], at: number): void;
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
  let outcomes = new Map<number, Outcomes>();
  let all: Outcomes = { shown: 0, chosen: 0 };
  let readUntil: number | undefined;
  let lastTry = Number.NEGATIVE_INFINITY;
  let since: { itemKey: number; at: number }[] = [];
  const shownSince = new Map<number, number>();

  async function read(now: number): Promise<void> {
    const from = readUntil ?? now - newDays * dayMs;
    const until = now - delayMs;
    if (until <= from) return;
    const news = await readOutcomes(db, new Date(from), new Date(until));
    const added = new Map(outcomes);
    for (const { itemKey, shown, chosen } of news) {
      const before = added.get(itemKey) ?? { shown: 0, chosen: 0 };
      added.set(itemKey, { shown: before.shown + shown, chosen: before.chosen + chosen });
    }
    outcomes = added;
    all = { shown: 0, chosen: 0 };
    for (const { shown, chosen } of outcomes.values()) all = { shown: all.shown + shown, chosen: all.chosen + chosen };
    readUntil = until;
    since = since.filter(({ at }) => at > until);
    shownSince.clear();
    for (const { itemKey } of since) shownSince.set(itemKey, (shownSince.get(itemKey) ?? 0) + 1);
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
    const [known, lately] = [outcomes.get(itemKey), shownSince.get(itemKey) ?? 0];
    if (lately === 0) return known;
    return { shown: lately + (known?.shown ?? 0), chosen: known?.chosen ?? 0 };
  }

  return {
    of(placement) {
      const { collaborative, popularity } = memory.release;
      const settings = collaborative?.exposure;
      if (!settings || settings.share === 0 || !settings.placements.includes(placement)) return undefined;
      keepUp();
      if (readUntil === undefined) return undefined;
      const { share, impressions: cap } = settings;
      const isUnknown = (item: number) => (popularity?.purchases?.[item] ?? 0) < contentSettings.priorPurchases;
      return (list, allows, now) =>
        givePlaces(list, {
          ...{ share, cap, outcomesOf, all, random },
          candidates: catalogueRankings(catalogue, now).arrivals.items,
          mayBe: (item) => isUnknown(item) && allows(item),
          familyOf: catalogue.familyOf,
        });
    },
    note(items, at) {
      for (const item of items) {
        const { itemKey } = catalogue.textsOf(item);
        since.push({ itemKey, at });
        shownSince.set(itemKey, (shownSince.get(itemKey) ?? 0) + 1);
      }
    },
  };
}
