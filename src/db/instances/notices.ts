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
const silent = 'The listening connection does not answer.';

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

/** Who hears the notices of one shop. */
export interface Listener {
  /** Is the listening connection up? */
  readonly connected: boolean;
  close(): Promise<void>;
}

interface Handlers {
  onNotice: (notice: Notice) => void;
  /** after each connect: whatever was said in between went unheard, so everything is to be read anew */
  onConnect: () => void;
  onError: (error: Error) => void;
}

/** A connection on which several shops of one server hear their notices. */
export interface Listening {
  listen(schema: string, handlers: Handlers): Listener;
}

interface Hearer {
  channel: string;
  handlers: Handlers;
  connected: boolean;
}

/** A connection that is up. */
interface Line {
  begin(hearer: Hearer): Promise<void>;
  leave(hearer: Hearer): Promise<void>;
  end(): Promise<void>;
}

const reopenMs = 500;

/** The connection is there as long as somebody listens, and is opened again for as long as it takes when it breaks. */
export function createListening(connectionString: string): Listening {
  const hearers = new Set<Hearer>();
  let line: Line | undefined;
  let opening: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  function lose(error: Error): void {
    line = undefined;
    if (hearers.size > 0) timer = setTimeout(begin, reopenMs);
    for (const hearer of hearers) {
      hearer.connected = false;
      hearer.handlers.onError(error);
    }
  }

  function begin(): void {
    timer = undefined;
    opening = openLine(connectionString, hearers, lose)
      .then(async (opened) => {
        if (hearers.size === 0) return opened.end();
        line = opened;
        for (const hearer of hearers) void opened.begin(hearer);
      }, lose)
      .finally(() => {
        opening = undefined;
        // Who came while it was ended for want of anybody.
        if (hearers.size > 0 && !line && !timer) begin();
      });
  }

  return {
    listen(schema, handlers) {
      const hearer: Hearer = { channel: channelOf(schema), handlers, connected: false };
      hearers.add(hearer);
      if (line) void line.begin(hearer);
      else if (!opening && !timer) begin();
      return {
        get connected() {
          return hearer.connected;
        },
        async close() {
          hearers.delete(hearer);
          hearer.connected = false;
          if (hearers.size > 0) return line?.leave(hearer);
          clearTimeout(timer);
          timer = undefined;
          const last = line;
          line = undefined;
          await last?.end();
        },
      };
    },
  };
}

/** Listens for the notices of one shop on a connection of its own. */
export function listen({ connectionString, schema }: ConnectionOptions, handlers: Handlers): Listener {
  return createListening(connectionString).listen(schema, handlers);
}

/** @param onLost is called once, however the connection breaks, and not where it is ended */
async function openLine(
  connectionString: string,
  hearers: ReadonlySet<Hearer>,
  onLost: (error: Error) => void,
): Promise<Line> {
  const client = new pg.Client(connectionSettings({ connectionString, schema: 'pg_catalog' }));
  let isOver = false;
  let isOpen = false;
  let probe: NodeJS.Timeout | undefined;
  let last: Promise<unknown> = Promise.resolve();
  const ask = (text: string) => {
    const asked = last.then(() => client.query(text));
    last = asked.catch(() => {});
    return asked;
  };
  const end = async () => {
    isOver = true;
    clearInterval(probe);
    await client.end().catch(() => {});
  };
  const lose = (error: Error) => {
    if (isOver) return;
    void end();
    if (isOpen) onLost(error);
  };
  client.on('error', lose);
  client.on('end', () => lose(new Error('The listening connection ended.')));
  client.on('notification', ({ channel, payload }) => {
    for (const { handlers } of [...hearers].filter((hearer) => hearer.channel === channel))
      handlers.onNotice(JSON.parse(payload ?? '{}'));
  });
  try {
    await client.connect();
  } catch (error) {
    lose(error as Error);
    throw error;
  }
  isOpen = true;
  probe = setInterval(() => {
    // A connection that was cut silently would stay silent for hours. What has come while this process was busy is read before.
    const late = setTimeout(() => setImmediate(() => isWaiting && lose(new Error(silent))), probeMs);
    let isWaiting = true;
    const answered = () => {
      isWaiting = false;
      clearTimeout(late);
    };
    ask('select 1').then(answered, answered);
  }, probeMs);
  return {
    async begin(hearer) {
      try {
        await ask(`listen ${client.escapeIdentifier(hearer.channel)}`);
        if (isOver || !hearers.has(hearer)) return;
        hearer.connected = true;
        hearer.handlers.onConnect();
      } catch (error) {
        lose(error as Error);
      }
    },
    leave: ({ channel }) =>
      ask(`unlisten ${client.escapeIdentifier(channel)}`).then(
        () => {},
        () => {},
      ),
    end,
  };
}
