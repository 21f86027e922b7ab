import { createHash } from 'node:crypto';
import type { Database } from '../../../db/index.ts';
import { type CompiledCampaigns, compileCampaigns } from '../../decisions/choice/compiled-campaigns.ts';
import { type Bound, boundsOf } from '../../limits/store.ts';
import type { PolicyVersion } from '../../policies/policy.ts';
import { selectVersionsByKey } from '../../policies/store.ts';
import type { TermsVersion } from '../campaign-terms.ts';
import { selectTerms } from '../terms/store.ts';
import { insertCampaignSet, type SetKeys, selectCampaignSet } from './store.ts';

/** Terms of campaigns, and what decides above them, as they are tried one after the other, made ready once: versions never change. */
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
  /**
   * The set of their terms and policies in this order; kept in the database, so that decisions over it can be made again. The same list is
   * the same set.
   * @param causesKey the version of by-cause that says what customers need
   */
  ofStates(
    states: readonly { readonly termsKey: number; readonly policyKey: number }[],
    causesKey: number,
  ): Promise<CampaignSet>;
  /** undefined: no such set is kept */
  byId(setId: string): Promise<CampaignSet | undefined>;
}

export function createCampaignSets(db: Database): CampaignSets {
  const sets = new Map<string, CampaignSet>();
  const terms = new Map<number, TermsVersion>();
  const policies = new Map<number, PolicyVersion>();

  async function readPolicies(keys: readonly number[]): Promise<PolicyVersion[]> {
    const missing = [...new Set(keys)].filter((key) => !policies.has(key));
    if (missing.length > 0) for (const [key, one] of await selectVersionsByKey(db, missing)) policies.set(key, one);
    return keys.map((key) => policies.get(key)!);
  }

  async function make(id: string, { termsKeys, policyKeys, causesKey }: SetKeys): Promise<CampaignSet> {
    if (terms.size > keptTerms) terms.clear();
    const missing = termsKeys.filter((key) => !terms.has(key));
    if (missing.length > 0) for (const [key, version] of await selectTerms(db, missing)) terms.set(key, version);
    const campaigns = termsKeys.map((key) => terms.get(key)!);
    const categories = [...new Set(campaigns.flatMap((campaign) => campaign.categories))];
    const [causes, ...deciding] = policyKeys === null ? [] : await readPolicies([causesKey!, ...policyKeys]);
    const compiled = causes ? compileCampaigns(campaigns, deciding, causes) : compileCampaigns(campaigns);
    const set = { id, campaigns, compiled, bounds: boundsOf(campaigns), categories };
    for (const oldest of sets.keys()) {
      if (sets.size < keptSets) break;
      sets.delete(oldest);
    }
    sets.set(id, set);
    return set;
  }

  const byStates = new WeakMap<readonly object[], Promise<CampaignSet>>();

  async function ofKeys(keys: SetKeys): Promise<CampaignSet> {
    const name = JSON.stringify([keys.termsKeys, keys.policyKeys, keys.causesKey]);
    const id = createHash('sha256').update(name).digest('hex').slice(0, 32);
    const known = sets.get(id);
    if (known) return known;
    await insertCampaignSet(db, id, keys);
    return make(id, keys);
  }

  return {
    ofStates(states, causesKey) {
      let set = byStates.get(states);
      if (!set) {
        set = ofKeys({
          termsKeys: states.map(({ termsKey }) => termsKey),
          policyKeys: states.map(({ policyKey }) => policyKey),
          causesKey,
        });
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
