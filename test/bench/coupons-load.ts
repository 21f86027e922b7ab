import { createRequire } from 'node:module';

/** POSTs from a process of its own: every request with a key of its own, customers in turn. Answers with what it measured. */
export interface PostLoad {
  url: string;
  path: string;
  token: string;
  customers: number;
  cart: object[];
  connections: number;
  seconds: number;
}

export interface PostsMeasured {
  requestsPerSecond: number;
  p50Ms: number;
  p99Ms: number;
  errors: number;
}

process.once('message', async ({ url, path, token, customers, cart, connections, seconds }: PostLoad) => {
  const autocannon = createRequire(import.meta.url)('autocannon');
  const run = `${process.pid}-${Date.now()}`;
  let asked = 0;
  const setupRequest = (request: object) => {
    asked++;
    return {
      ...request,
      method: 'POST',
      path,
      headers: {
        Authorization: `Bearer ${token}`,
        'Content-Type': 'application/json',
        'Idempotency-Key': `${run}-${asked}`,
      },
      body: JSON.stringify({ customer_id: `C${(asked * 7) % customers}`, cart }),
    };
  };
  const result = await autocannon({ url, connections, duration: seconds, requests: [{ setupRequest }] });
  const measured: PostsMeasured = {
    requestsPerSecond: result.requests.average,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
    errors: result.errors + result.non2xx,
  };
  process.send!(measured, () => process.exit(0));
});
