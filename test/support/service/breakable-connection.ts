import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';

/** A TCP relay before a server, whose port stays the same while the server goes and comes, or says nothing any more. */
export interface BreakableConnection {
  port: number;
  /** Refuses and ends connections, as when the server is gone. */
  cut(): void;
  /** Takes connections and bytes and gives none, as when the server hangs. */
  hang(): void;
  /** Relays again over the connections that were left, as when a network comes back; what came meanwhile is lost. */
  resume(): void;
  /** Relays to the server, from now on at this port. */
  mend(port: number): void;
  close(): Promise<void>;
}

export async function createBreakableConnection(port: number): Promise<BreakableConnection> {
  let target = port;
  let state: 'whole' | 'cut' | 'hanging' = 'whole';
  const sockets = new Set<Socket>();
  const track = (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  };
  const endAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  const server = createServer((client) => {
    track(client);
    if (state === 'cut') client.destroy();
    if (state !== 'whole') return;
    const upstream = connect(target, '127.0.0.1');
    track(upstream);
    client.on('data', (bytes) => {
      if (state === 'whole') upstream.write(bytes);
    });
    upstream.on('data', (bytes) => {
      if (state === 'whole') client.write(bytes);
    });
    client.on('close', () => upstream.destroy());
    upstream.on('close', () => client.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    cut() {
      state = 'cut';
      endAll();
    },
    hang() {
      state = 'hanging';
    },
    resume() {
      state = 'whole';
    },
    mend(port) {
      target = port;
      endAll();
      state = 'whole';
    },
    async close() {
      endAll();
      server.close();
      await once(server, 'close');
    },
  };
}
