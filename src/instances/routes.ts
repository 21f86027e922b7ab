import { type Handlers, listOf } from '../http/index.ts';
import type { Instances } from './instances.ts';

export function instanceRoutes(instances: Instances): Pick<Handlers, 'listInstances'> {
  return {
    async listInstances() {
      const found = await instances.list();
      return {
        json: listOf(
          found.map(({ instanceId, version, releaseId, startedAt, lastSeenAt }) => ({
            instance_id: instanceId,
            version,
            release_id: releaseId,
            started_at: startedAt.toISOString(),
            last_seen_at: lastSeenAt.toISOString(),
            is_answering: instanceId === instances.instanceId,
          })),
        ),
      };
    },
  };
}
