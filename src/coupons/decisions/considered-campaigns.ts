import type { CampaignSet } from '../campaigns/sets/campaign-sets.ts';
import { policyAt } from './answer.ts';
import { codeAt, type Outcome, outcomes } from './choice/outcome-codes.ts';

/** A campaign that a decision looked at, and what became of it. */
export interface ConsideredCampaign {
  readonly campaignId: string;
  /** of its terms */
  readonly version: number;
  /** that decided above it; absent: from before there were policies */
  readonly policy?: PolicyName;
  readonly outcome: Outcome;
}

/** A version of a policy. */
export interface PolicyName {
  readonly policyId: string;
  readonly version: number;
}

/** By place and code: every decision over a set says the same few things of its campaigns, so they are said once. */
const known = new WeakMap<CampaignSet, ConsideredCampaign[][]>();
const texts = new WeakMap<ConsideredCampaign, string>();

/** The campaigns of a set with their outcomes, in turn. @param packed as `packOutcomes` gives it */
export function consideredIn(set: CampaignSet, packed: string): ConsideredCampaign[] {
  const { campaigns } = set;
  let ofSet = known.get(set);
  if (!ofSet) {
    ofSet = campaigns.map(() => []);
    known.set(set, ofSet);
  }
  const ofPlaces = ofSet;
  return campaigns.map(({ campaignId, version }, place) => {
    const code = codeAt(packed, place);
    const ofPlace = ofPlaces[place];
    ofPlace[code] ??= { campaignId, version, policy: nameOf(policyAt(set, place)), outcome: outcomes[code] };
    return ofPlace[code];
  });
}

/**
 * JSON with the campaigns, as the contract has them, between `before` and `after`.
 * @param scores what decided for the campaign at a place, where a score did
 * @param missing how many the group offer at a place waits for
 */
export function consideredJson(
  before: string,
  campaigns: readonly ConsideredCampaign[],
  scores: ReadonlyMap<number, object> | undefined,
  after: string,
  missing?: ReadonlyMap<number, number>,
): string {
  const parts = campaigns.map((campaign, place) => {
    const known = textOf(campaign);
    const joiners = missing?.get(place);
    const text = joiners === undefined ? known : `${known.slice(0, -1)},"missing":${joiners}}`;
    const score = scores?.get(place);
    return score ? `${text.slice(0, -1)},"score":${JSON.stringify(score)}}` : text;
  });
  if (parts.length === 0) return `${before}[]${after}`;
  parts[0] = `${before}[${parts[0]}`;
  parts[parts.length - 1] += `]${after}`;
  return parts.join();
}

function nameOf({ policyId, version }: PolicyName): PolicyName {
  return { policyId, version };
}

export function policyJson({ policyId, version }: PolicyName) {
  return { policy_id: policyId, version };
}

function textOf(campaign: ConsideredCampaign): string {
  const { campaignId: campaign_id, version, policy, outcome } = campaign;
  let text = texts.get(campaign);
  if (text === undefined) {
    text = JSON.stringify({ campaign_id, version, policy: policy && policyJson(policy), outcome });
    texts.set(campaign, text);
  }
  return text;
}
