import type { Queryable } from '../db/index.ts';

export interface Instance {
  instanceId: string;
  version: string;
  releaseId: number | null;
  startedAt: Date;
  lastSeenAt: Date;
}

/** Who has said nothing for so long is gone. */
const goneAfter = `interval '60 seconds'`;

/**
 * Notes that an instance is there, on the database's clock.
 * @param instance.startedAt absent: now
 * @returns since when it is there
 */
export async function upsertInstance(
  db: Queryable,
  instance: Pick<Instance, 'instanceId' | 'version' | 'releaseId'> & { startedAt: Date | undefined },
): Promise<Date> {
  const [row] = await db.query<{ started_at: Date }>(
    `insert into instances (instance_id, version, release_id, started_at, last_seen_at)
     values ($1, $2, $3, coalesce($4, clock_timestamp()), clock_timestamp())
     on conflict (instance_id) do update set release_id = excluded.release_id, last_seen_at = excluded.last_seen_at
     returning started_at`,
    [instance.instanceId, instance.version, instance.releaseId, instance.startedAt ?? null],
  );
  return row.started_at;
}

/** Those that are there, the oldest first; at most a thousand. */
export function selectInstances(db: Queryable): Promise<Instance[]> {
  return db.query<Instance>(
    `select instance_id as "instanceId", version, release_id as "releaseId", started_at as "startedAt",
       last_seen_at as "lastSeenAt"
     from instances where last_seen_at > clock_timestamp() - ${goneAfter} order by started_at, instance_id limit 1000`,
  );
}

export async function deleteInstance(db: Queryable, instanceId: string): Promise<void> {
  await db.query('delete from instances where instance_id = $1', [instanceId]);
}

/** @returns how many were gone */
export async function deleteGone(db: Queryable): Promise<number> {
  const rows = await db.query(
    `delete from instances where last_seen_at <= clock_timestamp() - ${goneAfter} returning instance_id`,
  );
  return rows.length;
}
