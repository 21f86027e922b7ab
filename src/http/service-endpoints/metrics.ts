import { AggregatorRegistry, Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Where figures for Prometheus are counted. */
export interface Metrics {
  registry: Registry;
  /** Observes the requests of one operation. */
  requestObserver(operation: string): (status: number, seconds: number) => void;
  counter(name: string, help: string): Counter;
  gauge(name: string, help: string, collect: () => number): void;
}

/**
 * Prometheus metrics of one service; labels come from the contract, never from what a caller sends.
 * @param shop of several, by whose name all are told; those of the process are told by `gatherMetrics`
 */
export function createMetrics(shop?: string): Metrics {
  const registry = new Registry();
  if (shop === undefined) collectDefaultMetrics({ register: registry });
  else registry.setDefaultLabels({ shop });
  const requests = new Histogram({
    name: 'pannier_request_seconds',
    help: 'Time from the request to the end of its answer.',
    labelNames: ['operation', 'status'],
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10],
    registers: [registry],
  });
  return {
    registry,
    requestObserver(operation) {
      // Looking labels up costs more than counting.
      const byStatus = new Map<number, { observe(seconds: number): void }>();
      return (status, seconds) => {
        let child = byStatus.get(status);
        if (!child) {
          child = requests.labels(operation, String(status));
          byStatus.set(status, child);
        }
        child.observe(seconds);
      };
    },
    counter: (name, help) => new Counter({ name, help, registers: [registry] }),
    gauge(name, help, collect) {
      new Gauge({
        name,
        help,
        registers: [registry],
        collect() {
          this.set(collect());
        },
      });
    },
  };
}

/** Those of the process and of all its shops, as text. */
export function gatherMetrics(shops: () => readonly Metrics[]): () => Promise<string> {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  return async () => {
    const all = [registry, ...shops().map((metrics) => metrics.registry)];
    return AggregatorRegistry.aggregate(await Promise.all(all.map((one) => one.getMetricsAsJSON()))).metrics();
  };
}
