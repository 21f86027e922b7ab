import { readDocument } from './document.ts';
import type { Metrics } from './metrics.ts';
import type { Handlers, Reply } from './operations.ts';

export interface HealthProbe {
  /** What stands against the database's doing its work; undefined: nothing. */
  database(): Promise<string | undefined>;
  /** Is the service being stopped? */
  stopping(): boolean;
  /** Are there lists to serve from? */
  release(): boolean;
  /** Are they those of an earlier run? */
  snapshot(): boolean;
}

/**
 * Health that tells the truth: ready while the database does its work; degraded, yet ready, while it does not and lists are
 * served from memory; unavailable when neither is there, and from the moment that the service is told to stop.
 */
export function operationRoutes(
  metrics: Metrics,
  probe: HealthProbe,
): Pick<Handlers, 'getLiveness' | 'getReadiness' | 'getMetrics' | 'getOpenApi'> {
  return {
    getLiveness: () => ({ json: { status: 'ok', checks: {} } }),
    async getReadiness() {
      const release = probe.release() ? (probe.snapshot() ? 'snapshot' : 'ok') : 'none';
      if (probe.stopping()) return notReady({ service: 'stopping', release });
      const trouble = await probe.database();
      if (trouble && release === 'none') return notReady({ database: trouble, release });
      return { json: { status: trouble ? 'degraded' : 'ok', checks: { database: trouble ?? 'ok', release } } };
    },
    getMetrics: async () => ({ text: await metrics.registry.metrics(), contentType: 'text/plain; charset=utf-8' }),
    getOpenApi: () => ({ text: JSON.stringify(readDocument().json), contentType: 'application/json; charset=utf-8' }),
  };
}

function notReady(checks: Record<string, string>): Reply<'getReadiness'> {
  return { status: 503, headers: { 'Retry-After': '1' }, json: { status: 'unavailable', checks } };
}
