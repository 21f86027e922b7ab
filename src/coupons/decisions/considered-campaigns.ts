import type { CampaignSet } from '../campaigns/sets/campaign-sets.ts';
import { codeAt, type Outcome, outcomes } from './choice/outcome-codes.ts';

/** A campaign that a decision looked at, and what became of it. */
export interface ConsideredCampaign {
  readonly campaignId: string;
  /** of its terms */
  readonly version: number;
  readonly outcome: Outcome;
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
    ofPlace[code] ??= { campaignId, version, outcome: outcomes[code] };
    return ofPlace[code];
  });
}

/**
 * JSON with the campaigns, as the contract has them, between `before` and `after`.
 * @param scores what decided for the campaign at a place, where a score did
 */
export function consideredJson(
  before: string,
  campaigns: readonly ConsideredCampaign[],
  scores: ReadonlyMap<number, object> | undefined,
  after: string,
): string {
  const parts = campaigns.map((campaign, place) => {
    const text = textOf(campaign);
    const score = scores?.get(place);
    return score ? `${text.slice(0, -1)},"score":${JSON.stringify(score)}}` : text;
  });
  if (parts.length === 0) return `${before}[]${after}`;
  parts[0] = `${before}[${parts[0]}`;
  parts[parts.length - 1] += `]${after}`;
  return parts.join();
}

function textOf(campaign: ConsideredCampaign): string {
  const { campaignId: campaign_id, version, outcome } = campaign;
  let text = texts.get(campaign);
  if (text === undefined) {
    text = JSON.stringify({ campaign_id, version, outcome });
    texts.set(campaign, text);
  }
  return text;
}
