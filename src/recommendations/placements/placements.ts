import { isDeepStrictEqual } from 'node:util';
import { type Database, notify } from '../../db/index.ts';
import { notFound, PannierError } from '../../errors.ts';
import { type Placement, type PlacementSettings, readyMadePlacements } from './placement.ts';
import * as store from './store.ts';

/** What pages show, by name. */
export interface Placements {
  /** Those of the shop, and what came with the service under other names; by name. */
  listPlacements(): Placement[];
  /** @throws PannierError `not_found` */
  readPlacement(name: string): Placement;
  /**
   * Sets what a placement shows from the next answer on; the same again changes nothing.
   * @param given.revision the one that was changed; undefined: whatever there is
   * @throws PannierError `conflict` where somebody else has changed it since, or there are too many
   */
  setPlacement(name: string, settings: PlacementSettings, given: { revision?: number | undefined }): Promise<Placement>;
  /** What came with the service is back, where the name is one of its own. @throws PannierError `not_found` */
  removePlacement(name: string): Promise<void>;
}

/** Placements as they are held in memory, and how they are read anew. */
export interface HeldPlacements {
  readonly placements: ReadonlyMap<string, Placement>;
  follow(): Promise<void>;
}

const mostPlacements = 200;

export function createPlacements(db: Database, held: HeldPlacements): Placements {
  const ready = new Map(readyMadePlacements.map((placement) => [placement.name, placement]));
  const find = (name: string) => held.placements.get(name) ?? ready.get(name);
  return {
    listPlacements() {
      const all = new Map([...ready, ...held.placements]);
      return [...all.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
    },
    readPlacement(name) {
      const placement = find(name);
      if (!placement) throw notFound('placement');
      return placement;
    },
    async setPlacement(name, settings, { revision }) {
      const saved = await db.transaction(async (tx) => {
        const before = await store.holdPlacement(tx, name);
        if (revision !== undefined && revision !== (before?.revision ?? 0)) {
          throw new PannierError('conflict', 'Somebody has changed the placement meanwhile.');
        }
        const { title, method, limit, filter, pinnedItemIds } = before ?? {};
        if (before && isDeepStrictEqual({ title, method, limit, filter, pinnedItemIds }, settings)) return before;
        if (!before && (await store.countPlacements(tx)) >= mostPlacements) {
          throw new PannierError('conflict', 'There are too many placements: remove one first.');
        }
        const placement = await store.savePlacement(tx, name, settings);
        await notify(tx, db.schema, { about: 'placements' });
        return placement;
      });
      await held.follow();
      return saved;
    },
    async removePlacement(name) {
      const isGone = await db.transaction(async (tx) => {
        const deleted = await store.deletePlacement(tx, name);
        if (deleted) await notify(tx, db.schema, { about: 'placements' });
        return deleted;
      });
      await held.follow();
      if (!isGone) throw notFound('placement');
    },
  };
}
