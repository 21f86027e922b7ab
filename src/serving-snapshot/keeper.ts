import { createHash } from 'node:crypto';
import { join } from 'node:path';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { ShopSettings } from '../db/index.ts';
import type { KeyRing } from '../keys/index.ts';
import type { Recommendations } from '../recommendations/index.ts';
import { readSnapshot, writeSnapshot } from './file.ts';

type Keys = ReturnType<KeyRing['held']>;

/** What a service serves from that starts while its database is away. */
export interface ServingSnapshot {
  shop: ShopSettings;
  keys: Keys;
  pieces: unknown[];
}

const mostBytes = 2 ** 29;
/** Writing may take one part in so many of the time: a large snapshot is written seldom. */
const leisure = 50;

/** A file for each database and schema, so that nobody serves another shop's goods. Passwords are no part of its name. */
export function snapshotPath({ dataFolder, databaseUrl, schema }: Config): string {
  const { host = '', pathname = '' } = databaseUrl ? new URL(databaseUrl) : {};
  const name = createHash('sha256').update(`${host}${pathname} ${schema}`).digest('hex').slice(0, 16);
  return join(dataFolder, `serving-${name}.snapshot`);
}

/** undefined: an earlier run has left none, or it is damaged. */
export async function readServingSnapshot(path: string): Promise<ServingSnapshot | undefined> {
  const [first, ...pieces] = (await readSnapshot(path)) ?? [];
  return first && pieces.length > 0 ? { ...(first as Pick<ServingSnapshot, 'shop' | 'keys'>), pieces } : undefined;
}

export interface SnapshotKeeper {
  start(): void;
  /** Something has changed that should be there soon. */
  touch(): void;
  stop(): Promise<void>;
}

/** Keeps the snapshot as true as it can be: what comes from a snapshot itself is never written. */
export function createSnapshotKeeper(deps: {
  path: string;
  shop: ShopSettings;
  keys: Pick<KeyRing, 'held'>;
  recommendations: Pick<Recommendations, 'pieces' | 'stateOfPieces'>;
  log: Logger;
  everyMs?: number;
}): SnapshotKeeper {
  const { path, keys, recommendations, log, everyMs = 2_000 } = deps;
  const { currency, minorDigits, timeZone } = deps.shop;
  let timer: NodeJS.Timeout | undefined;
  let soon: NodeJS.Timeout | undefined;
  let writing: Promise<void> | undefined;
  let written = '';
  let notBefore = 0;

  async function write(): Promise<void> {
    const pieces = recommendations.pieces();
    const held = keys.held();
    const state = JSON.stringify([recommendations.stateOfPieces(), held.map(({ keyId }) => keyId)]);
    if (!pieces || state === written) return;
    // A snapshot that cannot be written now is tried again when something has changed.
    written = state;
    const first = { shop: { currency, minorDigits, timeZone }, keys: held };
    const begun = performance.now();
    try {
      const bytes = await writeSnapshot(path, joined(first, pieces), mostBytes);
      log.debug({ bytes }, 'snapshot written');
    } catch (error) {
      log.warn({ err: error }, 'snapshot not written');
    }
    notBefore = performance.now() + (performance.now() - begun) * leisure;
  }

  function keep(): Promise<void> {
    writing ??= write().finally(() => {
      writing = undefined;
    });
    return writing;
  }

  return {
    start() {
      void keep();
      timer = setInterval(() => performance.now() < notBefore || void keep(), everyMs);
    },
    touch() {
      clearTimeout(soon);
      soon = setTimeout(() => void keep(), 200);
    },
    async stop() {
      clearInterval(timer);
      clearTimeout(soon);
      await writing;
      await keep();
    },
  };
}

function* joined(first: unknown, rest: Iterable<unknown>): Generator<unknown> {
  yield first;
  yield* rest;
}
