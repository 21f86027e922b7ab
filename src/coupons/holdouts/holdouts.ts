import type { Database, Queryable } from '../../db/index.ts';
import { invalidField } from '../../errors.ts';
import { type Holdout, insertHoldout, selectHoldouts } from '../decisions/store.ts';
import type { HoldoutElement } from '../requests.ts';

export type { Holdout };

export interface Holdouts {
  /** The share that is left alone now, and what it was before: newest first. */
  readHoldouts(): Promise<Holdout[]>;
  /**
   * Sets the share of customers who get no offers at all, 0 or 0.01 to 0.15, from now on; and which share of decisions
   * explores. A larger share keeps everybody it had.
   * @throws PannierError `invalid_request`
   */
  setHoldout(element: HoldoutElement): Promise<Holdout[]>;
}

const toldAtMost = 100;

export function createHoldouts({ db, clock }: { db: Database; clock: () => Date }): Holdouts {
  const readHoldouts = () => selectHoldouts(db, toldAtMost);
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
      const [now] = await selectHoldouts(db, 1);
      if (now!.share !== share || (exploration !== undefined && now!.explorationShare !== exploration)) {
        await insertHoldout(db, share, exploration ?? null, clock());
      }
      return readHoldouts();
    },
  };
}

/** A time in which the same share was held out, however much was explored. */
export interface HoldoutPeriod {
  holdoutIds: number[];
  share: number;
  since: Date;
  /** null: it still is */
  until: Date | null;
}

/** The last time that anybody was held out. undefined: nobody ever was */
export async function readLastHoldout(db: Queryable): Promise<HoldoutPeriod | undefined> {
  const holdouts = await selectHoldouts(db, null);
  const last = holdouts.findIndex(({ share }) => share > 0);
  if (last < 0) return undefined;
  const { share } = holdouts[last]!;
  const before = holdouts.findIndex((holdout, at) => at > last && holdout.share !== share);
  const same = holdouts.slice(last, before < 0 ? undefined : before);
  return {
    holdoutIds: same.map(({ holdoutId }) => holdoutId),
    share,
    since: same.at(-1)!.since,
    until: holdouts[last - 1]?.since ?? null,
  };
}
