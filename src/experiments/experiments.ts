import type { Database } from '../db/index.ts';
import { invalidField } from '../errors.ts';
import type { GlobalHoldout } from './arms.ts';
import { readHoldout } from './holdouts.ts';
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
