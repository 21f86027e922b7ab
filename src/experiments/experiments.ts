import { type Database, type Notice, notify } from '../db/index.ts';
import { invalidField } from '../errors.ts';
import type { GlobalHoldout, Holdout } from './arms.ts';
import { readHoldout, readListHoldout } from './holdouts.ts';
import { insertHoldout, insertListHoldout, selectHoldouts } from './store.ts';

/** What the shop sends to set the holdout. */
export interface HoldoutElement {
  share: number;
  exploration_share?: number;
}

/** The door of experiments: the holdout of all, and who is in it. */
export interface Experiments {
  /** The share that is left alone now, and what it was before: newest first. */
  readHoldouts(): Promise<GlobalHoldout[]>;
  /**
   * Sets the share of customers who get no offers at all, 0 or 0.01 to 0.15, from now on; and which share of decisions
   * explores. A larger share keeps everybody it had.
   * @throws PannierError `invalid_request`
   */
  setHoldout(element: HoldoutElement): Promise<GlobalHoldout[]>;
  /** The share that gets popular lists instead of personal ones now, and what it was before: newest first. Empty: nobody ever did. */
  readListHoldouts(): Promise<Holdout[]>;
  /**
   * Sets the share of people who get popular lists instead of personal ones, 0 or 0.005 to 0.05, from the next list on. A
   * larger share keeps everybody it had.
   * @throws PannierError `invalid_request`
   */
  setListHoldout(share: number): Promise<Holdout[]>;
}

/** What experiments are made with. */
export interface ExperimentDependencies {
  db: Database;
  clock: () => Date;
  /** When it resolves the next list is drawn by what has changed. */
  onChange?: (notice: Notice) => void | Promise<void>;
}

const listedAtMost = 100;

/** @see Experiments */
export function createExperiments({ db, clock, onChange }: ExperimentDependencies): Experiments {
  const readHoldouts = () => selectHoldouts(db, 'coupons', listedAtMost);
  const readListHoldouts = () => selectHoldouts(db, 'lists', listedAtMost);
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
        const notice: Notice = { about: 'coupon-holdout' };
        await db.transaction(async (tx) => {
          await insertHoldout(tx, share, exploration ?? null, clock());
          await notify(tx, db.schema, notice);
        });
        await onChange?.(notice);
      }
      return readHoldouts();
    },
    readListHoldouts,
    async setListHoldout(share) {
      if (Number(share.toFixed(4)) !== share) throw invalidField('/share', 'has more than 4 decimals');
      if (share !== 0 && share < 0.005) throw invalidField('/share', 'must be 0 or from 0.005 to 0.05');
      const now = await readListHoldout(db);
      if ((now?.share ?? 0) !== share) {
        const notice: Notice = { about: 'list-holdout' };
        await db.transaction(async (tx) => {
          await insertListHoldout(tx, share, clock());
          await notify(tx, db.schema, notice);
        });
        await onChange?.(notice);
      }
      return readListHoldouts();
    },
  };
}
