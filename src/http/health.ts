import { readDocument } from './document.ts';
import type { Metrics } from './metrics.ts';
import type { Handlers } from './operations.ts';

export interface HealthProbe {
  /** Does the database answer? */
  database(): Promise<boolean>;
  /** Are there lists to serve from? */
  release(): boolean;
  /** Are they those of an earlier run? */
  snapshot(): boolean;
}

/**
 * Health that tells the truth: ready while the database answers; degraded, yet ready, while it is away and lists are served
 * from memory; unavailable when neither is there.
 */
export function operationRoutes(
  metrics: Metrics,
  probe: HealthProbe,
): Pick<Handlers, 'getLiveness' | 'getReadiness' | 'getMetrics' | 'getOpenApi'> {
  return {
    getLiveness: () => ({ json: { status: 'ok', checks: {} } }),
    async getReadiness() {
      const database = await probe.database();
      const release = probe.release();
      const status = database ? 'ok' : release ? 'degraded' : 'unavailable';
      return {
        status: status === 'unavailable' ? 503 : 200,
        json: {
          status,
          checks: {
            database: database ? 'ok' : 'unavailable',
            release: release ? (probe.snapshot() ? 'snapshot' : 'ok') : 'none',
          },
        },
      };
    },
    getMetrics: async () => ({ text: await metrics.registry.metrics(), contentType: 'text/plain; charset=utf-8' }),
    getOpenApi: () => ({ json: readDocument().json }),
  };
}
