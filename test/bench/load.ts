import { createRequire } from 'node:module';

/** One round of load from a process of its own: paths in turn over equal connections. Answers with what it measured. */
export interface Load {
  url: string;
  paths: string[];
  headers: Record<string, string>;
  connections: number;
  seconds: number;
}

export interface Measured {
  requestsPerSecond: number;
  p50Ms: number;
  p99Ms: number;
  errors: number;
}

process.once('message', async ({ url, paths, headers, connections, seconds }: Load) => {
  const autocannon = createRequire(import.meta.url)('autocannon');
  // Each connection has paths of its own: all of them for each would keep the client busy for seconds before it begins.
  let connection = 0;
  const setupClient = (client: { setRequests(requests: object[]): void }) => {
    const own = paths.filter((_, index) => index % connections === connection);
    client.setRequests(own.map((path) => ({ method: 'GET', path, headers })));
    connection++;
  };
  const result = await autocannon({ url, connections, duration: seconds, setupClient });
  const measured: Measured = {
    requestsPerSecond: result.requests.average,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
    errors: result.errors + result.non2xx,
  };
  process.send!(measured, () => process.exit(0));
});
