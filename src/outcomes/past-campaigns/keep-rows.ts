import type { Transaction } from '../../db/index.ts';
import {
  findCustomers,
  findErasures,
  insertMissingCustomers,
  type KeptVerdict,
  type PastCampaignRow,
} from '../../intake/index.ts';
import * as store from './store.ts';

/** A row whose campaign is kept. */
interface SoundRow {
  row: PastCampaignRow;
  campaignKey: number;
  /** 0: the rows name no customers */
  customerKey: number;
}

/**
 * Keeps rows about campaigns that are kept; whoever they name and is no customer becomes one, as with orders.
 * @param insert gives of each row whether it was not there yet
 */
export async function keepRows(
  tx: Transaction,
  rows: readonly PastCampaignRow[],
  withCustomers: boolean,
  insert: (sound: SoundRow[]) => Promise<boolean[]>,
): Promise<KeptVerdict[]> {
  const campaigns = await store.selectPastCampaigns(tx, [...new Set(rows.map((row) => row['campaign_id']!))]);
  const ofCampaigns = rows.filter((row) => campaigns.has(row['campaign_id']!));
  const late = await findLateRows(tx, ofCampaigns, campaigns);
  const sound = ofCampaigns.filter((row) => !late.has(row));
  const ids = withCustomers ? [...new Set(sound.map((row) => row['customer_id']!))] : [];
  await insertMissingCustomers(tx, ids);
  const customers = await findCustomers(tx, ids);
  const isNew = await insert(
    sound.map((row) => ({
      row,
      campaignKey: campaigns.get(row['campaign_id']!)!.campaignKey,
      customerKey: withCustomers ? customers.get(row['customer_id']!)!.customerKey : 0,
    })),
  );
  const verdicts = new Map(sound.map((row, index) => [row, isNew[index] ? 'accepted' : 'merged'] as const));
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
