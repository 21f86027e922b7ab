import { isDeepStrictEqual } from 'node:util';
import { type Database, notify } from '../../db/index.ts';
import { invalidField, notFound, PannierError } from '../../errors.ts';
import type { Method } from '../methods/method.ts';
import type { IsSegment } from '../segment-sales/require-segment.ts';
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
   * @throws PannierError `conflict` where somebody else has changed it since, or there are too many; `invalid_request` for a segment that is
   * none, or of a method that has none
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

/** @throws PannierError `invalid_request`: nothing but best sellers is of a segment */
export function checkMethodOf(segment: string | null, method: Method, field: string): void {
  if (segment !== null && method !== 'popular')
    throw invalidField(field, 'is for best sellers alone, the method popular');
}

const mostPlacements = 200;

export function createPlacements(db: Database, held: HeldPlacements, isSegment: IsSegment): Placements {
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
      const { segment: wanted } = settings;
      checkMethodOf(wanted, settings.method, '/segment');
      if (wanted !== null && !(await isSegment(wanted))) throw invalidField('/segment', 'is no segment');
      const saved = await db.transaction(async (tx) => {
        const before = await store.holdPlacement(tx, name);
        if (revision !== undefined && revision !== (before?.revision ?? 0)) {
          throw new PannierError('conflict', 'Somebody has changed the placement meanwhile.');
        }
        const { title, method, limit, filter, pinnedItemIds, segment } = before ?? {};
        const held = { title, method, limit, filter, pinnedItemIds, segment };
        if (before && isDeepStrictEqual(held, settings)) return before;
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
