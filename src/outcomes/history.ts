import { findCampaigns } from '../coupons/index.ts';
import type { Transaction } from '../db/index.ts';
import {
  findCustomers,
  findErasures,
  insertMissingCustomers,
  type KeptVerdict,
  type PastCampaignKeeper,
  type PastCampaignKind,
  type PastCampaignRow,
} from '../intake/index.ts';
import { toMinor } from '../shop/money.ts';
import * as store from './store.ts';

/** Who keeps each kind of file about campaigns that were run elsewhere. */
export function createKeepers(minorDigits: number): Record<PastCampaignKind, PastCampaignKeeper> {
  return {
    campaigns: {
      rowKind: 'campaign',
      fields: { campaign_id: 'text', name: 'text', started_at: 'time', ended_at: 'time' },
      required: ['campaign_id', 'started_at', 'ended_at'],
      timeField: 'started_at',
      keep: keepCampaigns,
    },
    recipients: {
      rowKind: 'recipient',
      fields: { campaign_id: 'text', customer_id: 'text' },
      required: ['campaign_id', 'customer_id'],
      timeField: undefined,
      keep: (tx, rows, importId) =>
        keepKnown(tx, rows, true, async (known) => {
          const inserted = await store.insertRecipients(tx, known, importId);
          return known.map(({ campaignKey, customerKey }) => inserted.delete(`${campaignKey} ${customerKey}`));
        }),
    },
    coupons: {
      rowKind: 'coupon',
      fields: { campaign_id: 'text', code: 'text', item_id: 'text' },
      required: ['campaign_id', 'code'],
      timeField: undefined,
      keep: (tx, rows, importId) =>
        keepKnown(tx, rows, false, async (known) => {
          const coupons = known.map(({ campaignKey, row }) => {
            return { campaignKey, code: row['code']!, itemId: row['item_id'] ?? '' };
          });
          const inserted = await store.insertPastCoupons(tx, coupons, importId);
          return coupons.map(({ campaignKey, code, itemId }) =>
            inserted.delete(JSON.stringify([campaignKey, code, itemId])),
          );
        }),
    },
    redemptions: {
      rowKind: 'redemption',
      fields: {
        campaign_id: 'text',
        customer_id: 'text',
        code: 'text',
        redeemed_at: 'time',
        order_id: 'text',
        discount: 'decimal',
      },
      required: ['campaign_id', 'customer_id', 'code', 'redeemed_at'],
      timeField: 'redeemed_at',
      keep: (tx, rows, importId) =>
        keepKnown(tx, rows, true, async (known) => {
          const redemptions = known.map(({ campaignKey, customerKey, row }) => ({
            campaignKey,
            customerKey,
            code: row['code']!,
            redeemedAt: new Date(row['redeemed_at']!),
            orderId: row['order_id'] ?? '',
            discountMinor: row['discount'] === undefined ? null : toMinor(row['discount'], minorDigits),
          }));
          const inserted = await store.insertPastRedemptions(tx, redemptions, importId);
          return redemptions.map(({ campaignKey, customerKey, code, redeemedAt, orderId }) =>
            inserted.delete(JSON.stringify([campaignKey, customerKey, code, redeemedAt.getTime(), orderId])),
          );
        }),
    },
  };
}

async function keepCampaigns(
  tx: Transaction,
  rows: readonly PastCampaignRow[],
  importId: number,
): Promise<KeptVerdict[]> {
  const campaigns = rows.map((row) => ({
    campaignId: row['campaign_id']!,
    name: row['name'] ?? row['campaign_id']!,
    startedAt: new Date(row['started_at']!),
    endedAt: new Date(row['ended_at']!),
  }));
  const ids = campaigns.map(({ campaignId }) => campaignId);
  const own = new Set((await findCampaigns(tx, ids)).map(({ campaignId }) => campaignId));
  const fresh = new Map<string, (typeof campaigns)[number]>();
  for (const campaign of campaigns) {
    const isSound = campaign.startedAt <= campaign.endedAt && !own.has(campaign.campaignId);
    if (isSound && !fresh.has(campaign.campaignId)) fresh.set(campaign.campaignId, campaign);
  }
  const inserted = await store.insertPastCampaigns(tx, [...fresh.values()], importId);
  const known = await store.selectPastCampaigns(tx, ids);
  return campaigns.map((campaign): KeptVerdict => {
    if (campaign.startedAt > campaign.endedAt) return 'campaign_reversed';
    const there = known.get(campaign.campaignId);
    const isSame =
      there?.name === campaign.name &&
      there.startedAt.getTime() === campaign.startedAt.getTime() &&
      there.endedAt.getTime() === campaign.endedAt.getTime();
    if (!isSame) return 'campaign_conflict';
    return fresh.get(campaign.campaignId) === campaign && inserted.delete(campaign.campaignId) ? 'accepted' : 'merged';
  });
}

interface KnownRow {
  row: PastCampaignRow;
  campaignKey: number;
  /** 0: not asked for */
  customerKey: number;
}

/** Rows of known campaigns; a customer who is not known becomes so, as with orders. */
async function keepKnown(
  tx: Transaction,
  rows: readonly PastCampaignRow[],
  withCustomers: boolean,
  insert: (known: KnownRow[]) => Promise<boolean[]>,
): Promise<KeptVerdict[]> {
  const campaigns = await store.selectPastCampaigns(tx, [...new Set(rows.map((row) => row['campaign_id']!))]);
  const sound = rows.filter((row) => campaigns.has(row['campaign_id']!));
  const late = await findLateRows(tx, sound, campaigns);
  const told = sound.filter((row) => !late.has(row));
  const ids = withCustomers ? [...new Set(told.map((row) => row['customer_id']!))] : [];
  await insertMissingCustomers(tx, ids);
  const customers = await findCustomers(tx, ids);
  const isNew = await insert(
    told.map((row) => ({
      row,
      campaignKey: campaigns.get(row['campaign_id']!)!.campaignKey,
      customerKey: withCustomers ? customers.get(row['customer_id']!)!.customerKey : 0,
    })),
  );
  const verdicts = new Map(told.map((row, index) => [row, isNew[index] ? 'accepted' : 'merged'] as const));
  return rows.map((row) => (late.has(row) ? 'erased_person' : (verdicts.get(row) ?? 'unknown_campaign')));
}

/** Rows about people who were erased since: a redemption has its time, and a recipient that of the campaign's beginning. */
async function findLateRows(
  tx: Transaction,
  rows: readonly PastCampaignRow[],
  campaigns: ReadonlyMap<string, { startedAt: Date }>,
): Promise<Set<PastCampaignRow>> {
  const people = rows.map((row) => ({ customer_id: row['customer_id'] }));
  const erasures = await findErasures(tx, people);
  const timeOf = (row: PastCampaignRow) =>
    row['redeemed_at'] === undefined
      ? campaigns.get(row['campaign_id']!)!.startedAt.getTime()
      : Date.parse(row['redeemed_at']);
  return new Set(rows.filter((row, index) => erasures.isLate(people[index], timeOf(row))));
}
