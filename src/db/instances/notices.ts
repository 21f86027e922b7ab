import pg from 'pg';
import type { Queryable } from '../connections/database.ts';
import { type ConnectionOptions, connectionSettings } from '../connections/pool.ts';

/** What instances tell each other, on a channel of the shop's own. */
export type Notice =
  | { about: 'items'; keys: number[] }
  | { about: 'customers'; keys: number[] }
  | { about: 'release' }
  | { about: 'list-holdout' }
  | { about: 'coupon-holdout' }
  | { about: 'campaigns' }
  | { about: 'placements' }
  | { about: 'keys' }
  | { about: 'sessions' };

const keysPerNotice = 500;
const probeMs = 1_000;

function channelOf(schema: string): string {
  return `pannier.${schema}`;
}

/** Sends a notice; inside a transaction it leaves with the commit. NOTIFY carries at most 8,000 bytes, so keys go in parts. */
export async function notify(db: Queryable, schema: string, notice: Notice): Promise<void> {
  const parts: Notice[] =
    'keys' in notice
      ? Array.from({ length: Math.ceil(notice.keys.length / keysPerNotice) }, (_, part) => ({
          about: notice.about,
          keys: notice.keys.slice(part * keysPerNotice, (part + 1) * keysPerNotice),
        }))
      : [notice];
  for (const part of parts) await db.query('select pg_notify($1, $2)', [channelOf(schema), JSON.stringify(part)]);
}

/** A listening connection. */
export interface Listener {
  /** Is the listening connection up? */
  readonly connected: boolean;
  close(): Promise<void>;
}

/**
 * Listens for notices on a connection of its own, which is opened again for as long as it takes when it breaks.
 * `onConnect` is called after each connect: whatever was said in between went unheard, so everything is to be read anew.
 */
export function listen(
  options: ConnectionOptions,
  handlers: { onNotice: (notice: Notice) => void; onConnect: () => void; onError: (error: Error) => void },
): Listener {
  let client: pg.Client | undefined;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  const state = { connected: false };

  async function open(): Promise<void> {
    const opening = new pg.Client(connectionSettings(options));
    let lost = false;
    let probe: NodeJS.Timeout | undefined;
    const lose = (error: Error) => {
      if (lost) return;
      lost = true;
      state.connected = false;
      clearInterval(probe);
      opening.end().catch(() => {});
      if (closed) return;
      handlers.onError(error);
      timer = setTimeout(open, 500);
    };
    opening.on('error', lose);
    opening.on('end', () => lose(new Error('The listening connection ended.')));
    opening.on('notification', (message) => handlers.onNotice(JSON.parse(message.payload ?? '{}')));
    try {
      await opening.connect();
      await opening.query(`listen ${opening.escapeIdentifier(channelOf(options.schema))}`);
      if (closed) {
        await opening.end();
        return;
      }
      client = opening;
      state.connected = true;
      probe = setInterval(() => {
        // A connection that was cut silently would stay silent for hours.
        const late = setTimeout(() => lose(new Error('The listening connection does not answer.')), probeMs);
        opening.query('select 1').then(
          () => clearTimeout(late),
          () => clearTimeout(late),
        );
      }, probeMs);
      handlers.onConnect();
    } catch (error) {
      lose(error as Error);
    }
  }
  void open();

  return {
    get connected() {
      return state.connected;
    },
    async close() {
      closed = true;
      clearTimeout(timer);
      await client?.end().catch(() => {});
    },
  };
}
