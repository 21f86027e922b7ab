import type { PlainUpliftModel, ResponseReport } from '../../models/coupon-response/index.ts';
import { copyLine, type Queryable, type Transaction } from '../db/index.ts';
import { profiledCustomersQuery } from '../intake/index.ts';

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
  await tx.query('delete from response_features where customer_key = $1', [customerKey]);
}

/** What a night learnt of who responds because of a campaign's coupon. */
export interface CampaignResponse {
  asOf: Date;
  learntAt: Date;
  /** whether the model is used and why, a sentence */
  verdict: string;
  /** null: nothing could be learnt */
  report: ResponseReport | null;
  /** null: the simple policy stays */
  model: PlainUpliftModel | null;
  /** the least expected gain that still gets a coupon, in minor units; null: decisions do not use the model */
  leastScore: number | null;
}

export async function saveResponse(
  db: Queryable,
  campaignKey: number,
  learnt: Omit<CampaignResponse, 'learntAt'> & { trainingRunId: number },
): Promise<void> {
  await db.query(
    `insert into campaign_responses (campaign_key, training_run_id, as_of, verdict, report, model, least_score)
     values ($1, $2, $3, $4, $5, $6, $7)
     on conflict (campaign_key) do update set training_run_id = excluded.training_run_id, as_of = excluded.as_of,
       learnt_at = clock_timestamp(), verdict = excluded.verdict, report = excluded.report, model = excluded.model,
       least_score = excluded.least_score`,
    [
      campaignKey,
      learnt.trainingRunId,
      learnt.asOf,
      learnt.verdict,
      learnt.report && JSON.stringify(learnt.report),
      learnt.model && JSON.stringify(learnt.model),
      learnt.leastScore,
    ],
  );
}

/** undefined: no night has learnt from the campaign */
export async function selectResponse(db: Queryable, campaignKey: number): Promise<CampaignResponse | undefined> {
  const [row] = await db.query<{
    as_of: Date;
    learnt_at: Date;
    verdict: string;
    report: ResponseReport | null;
    model: PlainUpliftModel | null;
    least_score: number | null;
  }>(`select as_of, learnt_at, verdict, report, model, least_score from campaign_responses where campaign_key = $1`, [
    campaignKey,
  ]);
  return (
    row && {
      asOf: row.as_of,
      learntAt: row.learnt_at,
      verdict: row.verdict,
      report: row.report,
      model: row.model,
      leastScore: row.least_score,
    }
  );
}

/** Numbers of the runs that learnt what is known of campaigns' responses. */
export async function readRunsOfResponses(db: Queryable): Promise<number[]> {
  const rows = await db.query<{ training_run_id: number }>('select distinct training_run_id from campaign_responses');
  return rows.map((row) => row.training_run_id);
}

/** A model that decisions use. */
export interface DecidingModel {
  campaignKey: number;
  trainingRunId: number;
  learntAt: Date;
  leastScore: number;
}

interface DecidingRow {
  campaign_key: number;
  training_run_id: number;
  learnt_at: Date;
  least_score: number;
}

const decidingColumns = 'campaign_key, training_run_id, learnt_at, least_score';
const decides = 'model is not null and least_score is not null';

function toDeciding(row: DecidingRow): DecidingModel {
  return {
    campaignKey: row.campaign_key,
    trainingRunId: row.training_run_id,
    learntAt: row.learnt_at,
    leastScore: row.least_score,
  };
}

/** All of them, without the models themselves. */
export async function selectDeciding(db: Queryable): Promise<DecidingModel[]> {
  const rows = await db.query<DecidingRow>(
    `select ${decidingColumns} from campaign_responses where ${decides}`,
    [],
    'deciding-responses',
  );
  return rows.map(toDeciding);
}

/** Those of these campaigns with what belongs to each, which a night may have changed since they were listed. */
export async function selectModels(
  db: Queryable,
  campaignKeys: readonly number[],
): Promise<(DecidingModel & { model: PlainUpliftModel })[]> {
  const rows = await db.query<DecidingRow & { model: PlainUpliftModel }>(
    `select ${decidingColumns}, model from campaign_responses where ${decides} and campaign_key = any($1::int[])`,
    [campaignKeys],
  );
  return rows.map((row) => ({ ...toDeciding(row), model: row.model }));
}

export interface KnownResponse {
  customerKey: number;
  features: ArrayLike<number>;
  orderMinor: number;
  marginMinor: number;
}

export async function selectFeatures(db: Queryable, customerKeys: readonly number[]): Promise<KnownResponse[]> {
  const rows = await db.query<{
    customer_key: number;
    features: number[];
    order_minor: number;
    margin_minor: number;
  }>(
    `select customer_key, features, order_minor, margin_minor from response_features where customer_key = any($1::int[])`,
    [customerKeys],
    'response-features',
  );
  return rows.map((row) => ({
    customerKey: row.customer_key,
    features: row.features,
    orderMinor: row.order_minor,
    marginMinor: row.margin_minor,
  }));
}

/** What is known of customers becomes this; whoever may not be profiled any more, or is nobody any more, is not among them. */
export async function replaceFeatures(tx: Transaction, known: Iterable<KnownResponse>): Promise<void> {
  await tx.query('delete from response_features');
  const lines = function* () {
    for (const { customerKey, features, orderMinor, marginMinor } of known) {
      yield copyLine([customerKey, features, orderMinor, marginMinor]);
    }
  };
  await tx.copyInto('response_features (customer_key, features, order_minor, margin_minor)', lines());
  await tx.query(`delete from response_features where customer_key not in (${profiledCustomersQuery})`);
}

/** Keys of all customers who allow profiling, ascending. */
export async function selectProfiled(db: Queryable): Promise<number[]> {
  const rows = await db.query<{ customer_key: number }>(`${profiledCustomersQuery} order by customer_key`);
  return rows.map((row) => row.customer_key);
}
