import { createHash } from 'node:crypto';
import type { Database } from '../../../db/index.ts';
import { type CompiledCampaigns, compileCampaigns } from '../../decisions/choice/compiled-campaigns.ts';
import { type Bound, boundsOf } from '../../limits/store.ts';
import type { TermsVersion } from '../campaign-terms.ts';
import { selectTerms } from '../terms/store.ts';
import { insertCampaignSet, selectCampaignSet } from './store.ts';

/** Terms of campaigns as they are tried one after the other, made ready once: a version never changes. */
export interface CampaignSet {
  id: string;
  campaigns: readonly TermsVersion[];
  compiled: CompiledCampaigns;
  /** the limits that may be reached before a decision */
  bounds: readonly Bound[];
  /** distinct categories of all scopes */
  categories: readonly string[];
}

const keptSets = 200;
const keptTerms = 20_000;

export interface CampaignSets {
  /** The set of these terms in this order; kept in the database, so that decisions over it can be made again. */
  ofTerms(termsKeys: readonly number[]): Promise<CampaignSet>;
  /** The set of their terms; the same list is the same set. */
  ofStates(states: readonly { readonly termsKey: number }[]): Promise<CampaignSet>;
  /** undefined: no such set is kept */
  byId(setId: string): Promise<CampaignSet | undefined>;
}

export function createCampaignSets(db: Database): CampaignSets {
  const sets = new Map<string, CampaignSet>();
  const terms = new Map<number, TermsVersion>();

  async function make(id: string, termsKeys: readonly number[]): Promise<CampaignSet> {
    if (terms.size > keptTerms) terms.clear();
    const missing = termsKeys.filter((key) => !terms.has(key));
    if (missing.length > 0) for (const [key, version] of await selectTerms(db, missing)) terms.set(key, version);
    const campaigns = termsKeys.map((key) => terms.get(key)!);
    const categories = [...new Set(campaigns.flatMap((campaign) => campaign.categories))];
    const set = { id, campaigns, compiled: compileCampaigns(campaigns), bounds: boundsOf(campaigns), categories };
    for (const oldest of sets.keys()) {
      if (sets.size < keptSets) break;
      sets.delete(oldest);
    }
    sets.set(id, set);
    return set;
  }

  const byStates = new WeakMap<readonly object[], Promise<CampaignSet>>();

  async function ofTerms(termsKeys: readonly number[]): Promise<CampaignSet> {
    const id = createHash('sha256').update(termsKeys.join()).digest('hex').slice(0, 32);
    const known = sets.get(id);
    if (known) return known;
    await insertCampaignSet(db, id, termsKeys);
    return make(id, termsKeys);
  }

  return {
    ofTerms,
    ofStates(states) {
      let set = byStates.get(states);
      if (!set) {
        set = ofTerms(states.map(({ termsKey }) => termsKey));
        byStates.set(states, set);
        set.catch(() => byStates.delete(states));
      }
      return set;
    },
    async byId(setId) {
      const known = sets.get(setId);
      if (known) return known;
      const keys = await selectCampaignSet(db, setId);
      return keys && make(setId, keys);
    },
  };
}
