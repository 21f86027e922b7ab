import type { Queryable, Transaction } from '../../db/index.ts';

export interface PastCampaign {
  campaignKey: number;
  campaignId: string;
  name: string;
  startedAt: Date;
  endedAt: Date;
}

interface CampaignRow {
  campaign_key: number;
  campaign_id: string;
  name: string;
  started_at: Date;
  ended_at: Date;
}

export async function selectPastCampaigns(
  db: Queryable,
  campaignIds: readonly string[],
): Promise<Map<string, PastCampaign>> {
  const rows = await db.query<CampaignRow>(
    `select campaign_key, campaign_id, name, started_at, ended_at from past_campaigns where campaign_id = any($1::text[])`,
    [campaignIds],
  );
  return new Map(
    rows.map((row) => [
      row.campaign_id,
      {
        campaignKey: row.campaign_key,
        campaignId: row.campaign_id,
        name: row.name,
        startedAt: row.started_at,
        endedAt: row.ended_at,
      },
    ]),
  );
}

/** @returns ids of those that were not there */
export async function insertPastCampaigns(
  tx: Transaction,
  campaigns: readonly Omit<PastCampaign, 'campaignKey'>[],
  importId: number,
): Promise<Set<string>> {
  const rows = await tx.query<{ campaign_id: string }>(
    `insert into past_campaigns (campaign_id, name, started_at, ended_at, import_id)
     select *, $5::bigint from unnest($1::text[], $2::text[], $3::timestamptz[], $4::timestamptz[])
     on conflict do nothing returning campaign_id`,
    [
      campaigns.map(({ campaignId }) => campaignId),
      campaigns.map(({ name }) => name),
      campaigns.map(({ startedAt }) => startedAt),
      campaigns.map(({ endedAt }) => endedAt),
      importId,
    ],
  );
  return new Set(rows.map((row) => row.campaign_id));
}

/** The three inserts give the places (from 1) of the rows that were not there; rows of one call are all different. */
export async function insertRecipients(
  tx: Transaction,
  rows: readonly { campaignKey: number; customerKey: number }[],
  importId: number,
): Promise<Set<string>> {
  const inserted = await tx.query<{ campaign_key: number; customer_key: number }>(
    `insert into past_recipients (campaign_key, customer_key, import_id)
     select *, $3::bigint from unnest($1::int[], $2::int[]) on conflict do nothing returning campaign_key, customer_key`,
    [rows.map(({ campaignKey }) => campaignKey), rows.map(({ customerKey }) => customerKey), importId],
  );
  return new Set(inserted.map((row) => `${row.campaign_key} ${row.customer_key}`));
}

export async function insertPastCoupons(
  tx: Transaction,
  rows: readonly { campaignKey: number; code: string; itemId: string }[],
  importId: number,
): Promise<Set<string>> {
  const inserted = await tx.query<{ campaign_key: number; code: string; item_id: string }>(
    `insert into past_coupons (campaign_key, code, item_id, import_id)
     select *, $4::bigint from unnest($1::int[], $2::text[], $3::text[]) on conflict do nothing
     returning campaign_key, code, item_id`,
    [
      rows.map(({ campaignKey }) => campaignKey),
      rows.map(({ code }) => code),
      rows.map(({ itemId }) => itemId),
      importId,
    ],
  );
  return new Set(inserted.map((row) => JSON.stringify([row.campaign_key, row.code, row.item_id])));
}

export interface PastRedemption {
  campaignKey: number;
  /** null: erased since */
  customerKey: number | null;
  code: string;
  redeemedAt: Date;
  orderId: string;
  discountMinor: number | null;
}

export async function insertPastRedemptions(
  tx: Transaction,
  rows: readonly PastRedemption[],
  importId: number,
): Promise<Set<string>> {
  const inserted = await tx.query<{
    campaign_key: number;
    customer_key: number;
    code: string;
    redeemed_at: Date;
    order_id: string;
  }>(
    `insert into past_redemptions (campaign_key, customer_key, code, redeemed_at, order_id, discount_minor, import_id)
     select *, $7::bigint from unnest($1::int[], $2::int[], $3::text[], $4::timestamptz[], $5::text[], $6::bigint[])
     on conflict do nothing returning campaign_key, customer_key, code, redeemed_at, order_id`,
    [
      rows.map(({ campaignKey }) => campaignKey),
      rows.map(({ customerKey }) => customerKey),
      rows.map(({ code }) => code),
      rows.map(({ redeemedAt }) => redeemedAt),
      rows.map(({ orderId }) => orderId),
      rows.map(({ discountMinor }) => discountMinor),
      importId,
    ],
  );
  return new Set(
    inserted.map((row) =>
      JSON.stringify([row.campaign_key, row.customer_key, row.code, row.redeemed_at.getTime(), row.order_id]),
    ),
  );
}

export async function countRecipients(db: Queryable, campaignKey: number): Promise<number> {
  const [row] = await db.query<{ recipients: number }>(
    'select count(*) as recipients from past_recipients where campaign_key = $1',
    [campaignKey],
  );
  return row.recipients;
}

export async function selectPastRedemptions(
  db: Queryable,
  campaignKey: number,
  timeZone: string,
): Promise<(PastRedemption & { dayFrom: Date; dayUntil: Date })[]> {
  const rows = await db.query<{
    customer_key: number | null;
    code: string;
    redeemed_at: Date;
    order_id: string;
    discount_minor: number | null;
    day_from: Date;
    day_until: Date;
  }>(
    `select customer_key, code, redeemed_at, order_id, discount_minor,
       date_trunc('day', redeemed_at at time zone $2) at time zone $2 as day_from,
       (date_trunc('day', redeemed_at at time zone $2) + interval '1 day') at time zone $2 as day_until
     from past_redemptions where campaign_key = $1 order by redeemed_at, code, customer_key`,
    [campaignKey, timeZone],
  );
  return rows.map((row) => ({
    campaignKey,
    customerKey: row.customer_key,
    code: row.code,
    redeemedAt: row.redeemed_at,
    orderId: row.order_id,
    discountMinor: row.discount_minor,
    dayFrom: row.day_from,
    dayUntil: row.day_until,
  }));
}

/** The items of each code of a campaign. */
export async function selectScopes(
  db: Queryable,
  campaignKey: number,
  codes: readonly string[],
): Promise<Map<string, string[]>> {
  const rows = await db.query<{ code: string; item_ids: string[] }>(
    `select code, array_agg(item_id order by item_id) as item_ids from past_coupons
     where campaign_key = $1 and code = any($2::text[]) group by code`,
    [campaignKey, codes],
  );
  return new Map(rows.map((row) => [row.code, row.item_ids]));
}

/** What was, stays; nobody knows whose it was. */
export async function clearCustomer(tx: Transaction, customerKey: number): Promise<void> {
  await tx.query('update past_recipients set customer_key = null where customer_key = $1', [customerKey]);
  await tx.query('update past_redemptions set customer_key = null where customer_key = $1', [customerKey]);
}
