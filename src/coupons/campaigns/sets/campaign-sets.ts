import { createHash } from 'node:crypto';
import type { Database } from '../../../db/index.ts';
import { type CompiledCampaigns, compileCampaigns } from '../../decisions/choice/compiled-campaigns.ts';
import type { Campaign } from '../campaign-terms.ts';
import { selectCampaignsByKey } from '../store.ts';
import { insertCampaignSet, selectCampaignSet } from './store.ts';

/** Campaigns as they are tried one after the other, made ready once. Of them only the terms are true: they never change. */
export interface CampaignSet {
  id: string;
  campaigns: readonly Campaign[];
  compiled: CompiledCampaigns;
  /** distinct categories of all scopes */
  categories: readonly string[];
}

const keptSets = 200;
const keptCampaigns = 20_000;

export interface CampaignSets {
  /** The set of these campaigns in this order; kept in the database, so that decisions over it can be made again. */
  ofCampaigns(campaignKeys: readonly number[]): Promise<CampaignSet>;
  /** undefined: no such set is kept */
  byId(setId: string): Promise<CampaignSet | undefined>;
}

export function createCampaignSets(db: Database): CampaignSets {
  const sets = new Map<string, CampaignSet>();
  const terms = new Map<number, Campaign>();

  async function make(id: string, campaignKeys: readonly number[]): Promise<CampaignSet> {
    if (terms.size > keptCampaigns) terms.clear();
    const missing = campaignKeys.filter((key) => !terms.has(key));
    if (missing.length > 0) {
      for (const [key, campaign] of await selectCampaignsByKey(db, missing)) terms.set(key, campaign);
    }
    const campaigns = campaignKeys.map((key) => terms.get(key)!);
    const categories = [...new Set(campaigns.flatMap((campaign) => campaign.categories))];
    const set = { id, campaigns, compiled: compileCampaigns(campaigns), categories };
    for (const oldest of sets.keys()) {
      if (sets.size < keptSets) break;
      sets.delete(oldest);
    }
    sets.set(id, set);
    return set;
  }

  return {
    async ofCampaigns(campaignKeys) {
      const id = createHash('sha256').update(campaignKeys.join()).digest('hex').slice(0, 32);
      const known = sets.get(id);
      if (known) return known;
      await insertCampaignSet(db, id, campaignKeys);
      return make(id, campaignKeys);
    },
    async byId(setId) {
      const known = sets.get(setId);
      if (known) return known;
      const keys = await selectCampaignSet(db, setId);
      return keys && make(setId, keys);
    },
  };
}
