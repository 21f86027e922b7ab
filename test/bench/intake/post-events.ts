import { Agent, request } from 'node:http';
import { files } from './files.ts';
import { madeUpEvent } from './made-up-events.ts';

/** So many events, or other elements, in batches over equal connections, as fast as they are taken. */
export interface EventLoad {
  url: string;
  token: string;
  run: string;
  /** of elements */
  count: number;
  /** elements a request */
  size: number;
  since: number;
  connections: number;
  /** the elements of a made-up file instead, which has so many rows */
  file?: { name: string; rows: number };
}

export interface Posted {
  seconds: number;
  p50Ms: number;
  p99Ms: number;
  /** events that were not answered as taken */
  lost: number;
}

process.once('message', async ({ url, token, run, count, size, since, connections, file }: EventLoad) => {
  const { kind = 'events', sent } = files.find(({ name }) => name === file?.name) ?? {};
  const elementAt = (n: number) => (file ? sent!.at(n, file.rows) : madeUpEvent(run, n, since));
  const bodies: Buffer[] = [];
  for (let n = 0; n < count; n += size) {
    const elements = Array.from({ length: Math.min(size, count - n) }, (_, place) => elementAt(n + place));
    bodies.push(Buffer.from(JSON.stringify({ [kind]: elements })));
  }
  bodies.reverse();
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' };
  const post = (body: Buffer) =>
    new Promise<number>((resolve, reject) => {
      const asked = request(`${url}/v1/${kind}`, {
        agent,
        method: 'POST',
        headers: { ...headers, 'Content-Length': body.length },
      });
      asked.once('error', reject);
      asked.once('response', async (response) => {
        let text = '';
        for await (const chunk of response) text += chunk;
        resolve(response.statusCode === 200 ? text.split('"accepted"').length - 1 : 0);
      });
      asked.end(body);
    });
  const times: number[] = [];
  let taken = 0;
  const poster = async () => {
    for (let body = bodies.pop(); body; body = bodies.pop()) {
      const began = performance.now();
      const accepted = await post(body);
      taken += accepted;
      times.push(performance.now() - began);
    }
  };
  const started = performance.now();
  await Promise.all(Array.from({ length: connections }, poster));
  const seconds = (performance.now() - started) / 1_000;
  times.sort((one, other) => one - other);
  const at = (share: number) => Number(times[Math.floor(share * (times.length - 1))].toFixed(1));
  const posted: Posted = { seconds, p50Ms: at(0.5), p99Ms: at(0.99), lost: count - taken };
  process.send!(posted, () => process.exit(0));
});
