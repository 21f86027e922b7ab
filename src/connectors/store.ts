import { type Database, deleteInPortions, type Queryable } from '../db/index.ts';
import type { Connector, StoredDelivery } from './connector.ts';
import type { Facts, NumberedKind, PlatformName } from './platforms/platform.ts';

/** What deliveries of a platform are signed with; undefined: it may send none. */
export async function selectSecret(db: Queryable, platform: PlatformName): Promise<Buffer | undefined> {
  const [row] = await db.query<{ secret: Buffer }>('select secret from connectors where platform = $1', [platform]);
  return row?.secret;
}

/** @returns whether there was none before */
export async function saveConnector(db: Queryable, platform: PlatformName, secret: Buffer): Promise<boolean> {
  const [row] = await db.query<{ is_new: boolean }>(
    `insert into connectors (platform, secret) values ($1, $2)
     on conflict (platform) do update set secret = excluded.secret, secret_since = clock_timestamp()
     returning xmax = 0 as is_new`,
    [platform, secret],
  );
  return row.is_new;
}

export async function deleteConnector(db: Queryable, platform: PlatformName): Promise<boolean> {
  const rows = await db.query('delete from connectors where platform = $1 returning platform', [platform]);
  return rows.length > 0;
}

export async function selectConnectors(db: Queryable): Promise<Connector[]> {
  const rows = await db.query<{ platform: PlatformName; created_at: Date; secret_since: Date }>(
    'select platform, created_at, secret_since from connectors order by platform',
  );
  return Promise.all(
    rows.map(async ({ platform, created_at: createdAt, secret_since: secretSince }) => {
      const [lastDelivery = null] = await selectDeliveries(db, platform, 1);
      return { platform, createdAt, secretSince, lastDelivery };
    }),
  );
}

/** The latest first. */
export async function selectDeliveries(
  db: Queryable,
  platform: PlatformName,
  limit: number,
): Promise<StoredDelivery[]> {
  return db.query<StoredDelivery>(
    `select delivery_id as "deliveryId", topic, received_at as "receivedAt", outcome, facts, quarantined, merged
     from connector_deliveries where platform = $1 order by received_at desc, delivery_id limit $2`,
    [platform, limit],
  );
}

export async function isKnownDelivery(db: Queryable, platform: PlatformName, deliveryId: string): Promise<boolean> {
  const rows = await db.query('select from connector_deliveries where platform = $1 and delivery_id = $2', [
    platform,
    deliveryId,
  ]);
  return rows.length > 0;
}

export async function insertDelivery(
  db: Queryable,
  platform: PlatformName,
  delivery: Omit<StoredDelivery, 'receivedAt'>,
): Promise<void> {
  await db.query(
    `insert into connector_deliveries (platform, delivery_id, topic, outcome, facts, quarantined, merged)
     values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing`,
    [
      platform,
      delivery.deliveryId,
      delivery.topic,
      delivery.outcome,
      delivery.facts,
      delivery.quarantined,
      delivery.merged,
    ],
  );
}

/** Remembers what a platform's own numbers are here. */
export async function saveNumbers(
  db: Queryable,
  platform: PlatformName,
  numbers: NonNullable<Facts['numbers']>,
): Promise<void> {
  if (numbers.length === 0) return;
  await db.query(
    `insert into connector_numbers (platform, kind, number, id)
     select $1, * from unnest($2::text[], $3::text[], $4::text[]) on conflict do nothing`,
    [platform, numbers.map(({ kind }) => kind), numbers.map(({ number }) => number), numbers.map(({ id }) => id)],
  );
}

/** What of a platform's numbers are here. */
export async function selectIds(
  db: Queryable,
  platform: PlatformName,
  kind: NumberedKind,
  number: string,
): Promise<string[]> {
  const rows = await db.query<{ id: string }>(
    'select id from connector_numbers where platform = $1 and kind = $2 and number = $3 order by id',
    [platform, kind, number],
  );
  return rows.map(({ id }) => id);
}

/** @returns how many */
export function deleteDeliveriesBefore(db: Database, before: Date, leave?: AbortSignal): Promise<number> {
  return deleteInPortions(
    db,
    `with due as (select platform, delivery_id from connector_deliveries where received_at < $1 limit $2),
          gone as (delete from connector_deliveries as old using due
                   where old.platform = due.platform and old.delivery_id = due.delivery_id returning 1)
     select count(*)::int as count from gone`,
    [before],
    leave,
  );
}
