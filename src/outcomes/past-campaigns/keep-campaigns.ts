import { findCampaigns } from '../../coupons/index.ts';
import type { Transaction } from '../../db/index.ts';
import type { KeptVerdict, PastCampaignRow } from '../../intake/index.ts';
import * as store from './store.ts';

/** Keeps campaigns that are new, and neither end before they begin nor have the id of one of the shop's own. */
export async function keepCampaigns(
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
  const kept = await store.selectPastCampaigns(tx, ids);
  return campaigns.map((campaign): KeptVerdict => {
    if (campaign.startedAt > campaign.endedAt) return 'campaign_reversed';
    const there = kept.get(campaign.campaignId);
    const isSame =
      there?.name === campaign.name &&
      there.startedAt.getTime() === campaign.startedAt.getTime() &&
      there.endedAt.getTime() === campaign.endedAt.getTime();
    if (!isSame) return 'campaign_conflict';
    return fresh.get(campaign.campaignId) === campaign && inserted.delete(campaign.campaignId) ? 'accepted' : 'merged';
  });
}
