import type { Database, Queryable } from '../db/index.ts';
import { invalidField } from '../errors.ts';
import type { GlobalHoldout, HoldoutPeriod } from './arms.ts';
import { insertHoldout, selectHoldouts } from './store.ts';

export interface HoldoutElement {
  share: number;
  exploration_share?: number;
}

export interface Experiments {
  /** The share that is left alone now, and what it was before: newest first. */
  readHoldouts(): Promise<GlobalHoldout[]>;
  /**
   * Sets the share of customers who get no offers at all, 0 or 0.01 to 0.15, from now on; and which share of decisions
   * explores. A larger share keeps everybody it had.
   * @throws PannierError `invalid_request`
   */
  setHoldout(element: HoldoutElement): Promise<GlobalHoldout[]>;
}

const listedAtMost = 100;

export function createExperiments({ db, clock }: { db: Database; clock: () => Date }): Experiments {
  const readHoldouts = () => selectHoldouts(db, listedAtMost);
  return {
    readHoldouts,
    async setHoldout({ share, exploration_share: exploration }) {
      for (const [field, value] of [
        ['/share', share],
        ['/exploration_share', exploration ?? 0],
      ] as const) {
        if (Number(value.toFixed(4)) !== value) throw invalidField(field, 'has more than 4 decimals');
      }
      if (share !== 0 && share < 0.01) throw invalidField('/share', 'must be 0 or from 0.01 to 0.15');
      const now = await readHoldout(db);
      if (now.share !== share || (exploration !== undefined && now.explorationShare !== exploration)) {
        await insertHoldout(db, share, exploration ?? null, clock());
      }
      return readHoldouts();
    },
  };
}

/** The one that holds now: there always is one, be its share 0. */
export async function readHoldout(db: Queryable): Promise<GlobalHoldout> {
  const [holdout] = await selectHoldouts(db, 1);
  return holdout;
}

/** The last time that anybody was held out. undefined: nobody ever was */
export async function readLastHoldout(db: Queryable): Promise<HoldoutPeriod | undefined> {
  const holdouts = await selectHoldouts(db, null);
  const last = holdouts.findIndex(({ share }) => share > 0);
  if (last < 0) return undefined;
  const { share } = holdouts[last];
  const before = holdouts.findIndex((holdout, at) => at > last && holdout.share !== share);
  const same = holdouts.slice(last, before < 0 ? undefined : before);
  return {
    holdoutIds: same.map(({ holdoutId }) => holdoutId),
    share,
    since: same.at(-1)!.since,
    until: holdouts[last - 1]?.since ?? null,
  };
}
