import type { Queryable, Transaction } from '../../db/index.ts';
import { decidingVersions, defaultVersion } from '../policies/store.ts';
import type { Campaign, CampaignCounters, CampaignTerms } from './campaign-terms.ts';
import type { BudgetRaise } from './raises/store.ts';
import { insertTerms, nextTermsKey, type TermsRow, termsColumns, toTerms } from './terms/store.ts';

interface CampaignRow extends TermsRow, CounterRow {
  created_at: Date;
  paused: boolean;
  archived_at: Date | null;
  policy_key: number;
  joined: number;
  opened_at: Date | null;
  raise_id: number | null;
  raised_coupons: number | null;
  raised_money_minor: number | null;
  raise_asked_by: number;
  raise_asked_by_name: string;
  raise_asked_at: Date;
  raise_expires_at: Date;
}

interface CounterRow {
  issued: number;
  redeemed: number;
  expired: number;
  released: number;
  reversed: number;
  money_reserved_minor: number;
  money_redeemed_minor: number;
  money_reversed_minor: number;
}

const counters = `issued, redeemed, expired, released, reversed, money_reserved_minor, money_redeemed_minor, money_reversed_minor`;
const withTerms = 'campaigns join campaign_terms as terms using (campaign_key, terms_key)';
const withPolicy = `${withTerms} left join ${decidingVersions} as deciding on deciding.policy_id = terms.policy`;
const policyKey = `coalesce(deciding.version_key, ${defaultVersion})`;
const withRaise = `${withPolicy} left join (
    select raised.campaign_key as raised_key, raised.raise_id, raised.coupon_budget as raised_coupons,
      raised.money_budget_minor as raised_money_minor, raised.asked_by as raise_asked_by, raised.asked_by_name as raise_asked_by_name,
      raised.asked_at as raise_asked_at, raised.expires_at as raise_expires_at
    from budget_raises as raised where raised.state = 'waiting') as waiting on waiting.raised_key = campaigns.campaign_key`;
const campaigns = `select ${termsColumns}, created_at, paused, archived_at, joined, opened_at, ${policyKey} as policy_key, waiting.*, ${counters}
  from ${withRaise}`;

function toCounters(row: CounterRow): CampaignCounters {
  return {
    issued: row.issued,
    redeemed: row.redeemed,
    expired: row.expired,
    released: row.released,
    reversed: row.reversed,
    moneyReservedMinor: row.money_reserved_minor,
    moneyRedeemedMinor: row.money_redeemed_minor,
    moneyReversedMinor: row.money_reversed_minor,
  };
}

function toCampaign(row: CampaignRow): Campaign {
  const { created_at: createdAt, paused, archived_at: archivedAt, policy_key: policyKey } = row;
  return {
    ...toTerms(row),
    createdAt,
    paused,
    archivedAt,
    policyKey,
    counters: toCounters(row),
    joined: row.joined,
    openedAt: row.opened_at,
    waitingRaise: toRaise(row),
  };
}

function toRaise(row: CampaignRow): BudgetRaise | null {
  if (row.raise_id === null) return null;
  return {
    raiseId: row.raise_id,
    couponBudget: row.raised_coupons,
    moneyBudgetMinor: row.raised_money_minor,
    state: 'waiting',
    askedBy: row.raise_asked_by,
    askedByName: row.raise_asked_by_name,
    askedAt: row.raise_asked_at,
    expiresAt: row.raise_expires_at,
    decidedByName: null,
    decidedAt: null,
  };
}

/** @returns false: the id is taken */
export async function insertCampaign(
  tx: Transaction,
  terms: CampaignTerms,
  { experimentKey, now }: { experimentKey: number; now: Date },
): Promise<boolean> {
  const termsKey = await nextTermsKey(tx);
  const [inserted] = await tx.query<{ campaign_key: number }>(
    `insert into campaigns (campaign_id, experiment_key, terms_key, coupon_budget, money_budget_minor, time_zone, week_start,
       control_share, created_at)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (campaign_id) do nothing returning campaign_key`,
    [
      terms.campaignId,
      experimentKey,
      termsKey,
      terms.couponBudget,
      terms.moneyBudgetMinor,
      terms.timeZone,
      terms.weekStart,
      terms.controlShare,
      now,
    ],
  );
  if (!inserted) return false;
  await insertTerms(tx, terms, { termsKey, campaignKey: inserted.campaign_key, version: 1, since: now });
  return true;
}

export async function selectCampaign(db: Queryable, campaignId: string): Promise<Campaign | undefined> {
  const [row] = await db.query<CampaignRow>(`${campaigns} where campaign_id = $1`, [campaignId]);
  return row && toCampaign(row);
}

/** Held until the transaction ends: nobody takes a unit of it or gives one back. */
export async function lockCampaign(tx: Transaction, campaignKey: number): Promise<Campaign> {
  await tx.query('select from campaigns where campaign_key = $1 for no key update', [campaignKey]);
  // Read by itself: what waited for somebody would join the terms of before.
  const [row] = await tx.query<CampaignRow>(`${campaigns} where campaigns.campaign_key = $1`, [campaignKey]);
  return toCampaign(row);
}

/** Newest first, below the key `before`. @param archived also those that are archived */
export async function selectCampaigns(
  db: Queryable,
  limit: number,
  before: number | undefined,
  archived: boolean,
): Promise<Campaign[]> {
  const rows = await db.query<CampaignRow>(
    `${campaigns} where ($1::bigint is null or campaign_key < $1) and ($3 or archived_at is null)
     order by campaign_key desc limit $2`,
    [before ?? null, limit, archived],
  );
  return rows.map(toCampaign);
}

/** How many there are, and how many of them leave a control alone. */
export async function countCampaigns(db: Queryable): Promise<{ campaigns: number; controlled: number }> {
  const [row] = await db.query<{ campaigns: number; controlled: number }>(
    `select count(*)::int as campaigns, count(*) filter (where control_share > 0)::int as controlled from campaigns`,
  );
  return row;
}

/** Ids of the campaigns that aim at a segment and are not over. */
export async function campaignsAimedAt(db: Queryable, segmentId: string, now: Date): Promise<string[]> {
  const rows = await db.query<Pick<CampaignRow, 'campaign_id'>>(
    `select campaign_id from ${withTerms} where $1 = any(target_segments) and valid_until > $2 order by campaign_key`,
    [segmentId, now],
  );
  return rows.map((row) => row.campaign_id);
}

export async function updatePaused(db: Queryable, campaignId: string, paused: boolean): Promise<void> {
  await db.query('update campaigns set paused = $2 where campaign_id = $1', [campaignId, paused]);
}

/** @param since null: it is listed again; archived before, it stays so since then */
export async function updateArchived(tx: Transaction, campaignKey: number, since: Date | null): Promise<void> {
  await tx.query(
    `update campaigns set archived_at = $2 where campaign_key = $1 and (archived_at is null) <> ($2::timestamptz is null)`,
    [campaignKey, since],
  );
}

/** By their keys. */
export async function selectCampaignsByKey(
  db: Queryable,
  campaignKeys: readonly number[],
): Promise<Map<number, Campaign>> {
  const rows = await db.query<CampaignRow>(`${campaigns} where campaign_key = any($1::int[])`, [campaignKeys]);
  return new Map(rows.map((row) => [row.campaign_key, toCampaign(row)]));
}

export async function selectCampaignsById(db: Queryable, campaignIds: readonly string[]): Promise<Campaign[]> {
  const rows = await db.query<CampaignRow>(
    `${campaigns} where campaign_id = any($1::text[])`,
    [campaignIds],
    'campaigns-by-id',
  );
  return rows.map(toCampaign);
}

/** When the next campaign begins or ends; undefined: none does. */
export async function selectNextChange(db: Queryable, now: Date): Promise<Date | undefined> {
  const [{ next }] = await db.query<{ next: Date | null }>(
    `select min(change.at) as next from ${withTerms}
     cross join lateral (values (terms.valid_from), (terms.valid_until)) as change (at) where change.at > $1`,
    [now],
    'next-change-of-campaigns',
  );
  return next ?? undefined;
}

/** A campaign whose control group is kept from coupons of others too. */
export interface IsolatingCampaign {
  campaignId: string;
  experimentKey: number;
  /** whose coupons it is kept from; null: all */
  channel: string | null;
}

/** Those that are not over, paused or not: their controls stay what they are. */
export async function selectIsolating(db: Queryable, now: Date): Promise<IsolatingCampaign[]> {
  const rows = await db.query<{ campaign_id: string; experiment_key: number; channel: string | null }>(
    `select campaign_id, experiment_key, case isolation when 'channel' then channel end as channel from ${withTerms}
     where isolation <> 'campaign' and valid_from <= $1 and valid_until > $1 order by campaign_key`,
    [now],
    'isolating-campaigns',
  );
  return rows.map((row) => ({ campaignId: row.campaign_id, experimentKey: row.experiment_key, channel: row.channel }));
}

/** How a campaign stands, under which terms and which version of its policy. */
export interface CampaignState {
  campaignKey: number;
  termsKey: number;
  policyKey: number;
  paused: boolean;
  counters: CampaignCounters;
  /** of a group offer: how many have joined, and since when they are enough */
  joined: number;
  openedAt: Date | null;
}

/** The campaigns that are active and give by decisions, the highest priority first, at most `limit`: without what their terms say. */
export async function selectActiveStates(db: Queryable, now: Date, limit: number): Promise<CampaignState[]> {
  type StateRow = CounterRow & Pick<CampaignRow, 'campaign_key' | 'terms_key' | 'policy_key' | 'joined' | 'opened_at'>;
  const rows = await db.query<StateRow>(
    `select campaign_key, terms_key, ${policyKey} as policy_key, joined, opened_at, ${counters} from ${withPolicy}
     where not paused and valid_from <= $1 and valid_until > $1 and referral is null order by priority desc, campaign_key limit $2`,
    [now, limit],
    'active-campaigns',
  );
  return rows.map((row) => ({
    campaignKey: row.campaign_key,
    termsKey: row.terms_key,
    policyKey: row.policy_key,
    paused: false,
    counters: toCounters(row),
    joined: row.joined,
    openedAt: row.opened_at,
  }));
}
