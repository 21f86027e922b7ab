import { createRequire } from 'node:module';

export interface Measured {
  requestsPerSecond: number;
  p50Ms: number;
  p99Ms: number;
  errors: number;
}

/**
 * Makes this process a source of load: it runs the one that it is sent, answers with what it measured and ends.
 * @param requestsOf what autocannon is told beside url, connections and duration
 */
export function answerLoad<Load extends { url: string; connections: number; seconds: number }>(
  requestsOf: (load: Load) => object,
): void {
  process.once('message', async (load: Load) => {
    const autocannon = createRequire(import.meta.url)('autocannon');
    const { url, connections, seconds } = load;
    const result = await autocannon({ url, connections, duration: seconds, ...requestsOf(load) });
    const measured: Measured = {
      requestsPerSecond: result.requests.average,
      p50Ms: result.latency.p50,
      p99Ms: result.latency.p99,
      errors: result.errors + result.non2xx,
    };
    process.send!(measured, () => process.exit(0));
  });
}
