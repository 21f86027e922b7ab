import type { Database, Transaction } from '../db/index.ts';
import { byCommand, type Finding, finding } from '../finding.ts';
import type { Station } from '../station.ts';
import type { KeyRing } from './keys.ts';
import { keyRoutes } from './routes.ts';
import { type StoredKey, selectKeys } from './store.ts';

const reloadMs = 30_000;

/** A revoked key is refused within a second by notice, and within the timer's time whatever is unheard. */
export function keysStation(ring: KeyRing, db: Database, isGoverned: (tx: Transaction) => Promise<boolean>): Station {
  const { load, reload } = ring;
  return {
    routes: keyRoutes(db, ring, isGoverned),
    load,
    onNotice: (notice) => (notice.about === 'keys' ? reload() : undefined),
    onHearing: (arrives) => (arrives ? reload() : undefined),
    examine: async () => findMissingKeys(await selectKeys(db)),
    timers: [{ failure: 'keys not reloaded', everyMs: reloadMs, run: reload }],
  };
}

function findMissingKeys(keys: readonly StoredKey[]): Finding[] {
  const ofPages = keys.filter(({ isPublishable }) => isPublishable);
  if (ofPages.length === 0) {
    const remedy = byCommand(
      'npx pannier keys create pages --scope events lists --origin https://shop.example',
      'docs/storefront.md',
    );
    return [finding('finding.no-page-key', {}, { weakens: ['lists', 'reports'], remedy })];
  }
  return ofPages
    .filter(({ allowedOrigins }) => allowedOrigins.length === 0)
    .map(({ keyId, name }) => {
      const remedy = byCommand(`npx pannier keys origins ${keyId} https://shop.example`, 'docs/storefront.md');
      return finding('finding.key-without-origin', { name }, { weakens: ['lists', 'reports'], remedy });
    });
}
