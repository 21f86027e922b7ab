import type { components } from '../contract.ts';
import { readDocument } from '../document/document.ts';
import type { Handlers } from '../document/operations.ts';
import type { Metrics } from './metrics.ts';
import { problemRoutes } from './problem-pages.ts';

export type Health = components['schemas']['Health'];

/** What readiness asks of the service. */
export interface HealthProbe {
  /** What stands against the database's doing its work; undefined: nothing. */
  database(): Promise<string | undefined>;
  /** How the replica does that is read from; undefined: there is none. */
  replica(): string | undefined;
  /** Is the service being stopped? */
  stopping(): boolean;
  /** Are there lists to serve from? */
  release(): boolean;
  /** Are they those of an earlier run? */
  snapshot(): boolean;
  /** Do they know what the database knows? Not while it is away, nor after it came back until they are read anew. */
  fresh(): boolean;
}

/**
 * Health that tells the truth: ready while the database does its work; degraded, yet ready, while it does not or lists
 * are still those of memory; unavailable when neither is there, and from the moment that the service is told to stop.
 */
export function serviceRoutes(
  metrics: Metrics,
  probe: HealthProbe,
): Pick<Handlers, 'getLiveness' | 'getReadiness' | 'getMetrics' | 'getOpenApi' | 'getProblemType'> {
  return {
    ...problemRoutes,
    getLiveness: () => ({ json: { status: 'ok', checks: {} } }),
    async getReadiness() {
      const json = await readHealth(probe);
      return json.status === 'unavailable' ? { status: 503, headers: { 'Retry-After': '1' }, json } : { json };
    },
    getMetrics: async () => ({ text: await metrics.registry.metrics(), contentType: 'text/plain; charset=utf-8' }),
    getOpenApi: () => ({ text: JSON.stringify(readDocument().json), contentType: 'application/json; charset=utf-8' }),
  };
}

/** How the service does: each part is named. */
export async function readHealth(probe: HealthProbe): Promise<Health> {
  if (probe.stopping()) {
    return { status: 'unavailable', checks: { service: 'stopping', release: stateOfLists(probe) } };
  }
  const trouble = await probe.database();
  const release = stateOfLists(probe);
  if (trouble && release === 'none') return { status: 'unavailable', checks: { database: trouble, release } };
  const isLess = trouble || release === 'snapshot' || release === 'behind';
  // Whatever the replica does not, the database does: nothing is less for it.
  const replica = probe.replica();
  const checks = { database: trouble ?? 'ok', release, ...(replica !== undefined && { replica }) };
  return { status: isLess ? 'degraded' : 'ok', checks };
}

function stateOfLists(probe: HealthProbe): 'none' | 'snapshot' | 'behind' | 'ok' {
  if (!probe.release()) return 'none';
  if (probe.snapshot()) return 'snapshot';
  return probe.fresh() ? 'ok' : 'behind';
}
