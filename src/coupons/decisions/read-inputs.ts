import type { Database } from '../../db/index.ts';
import { invalidField, PannierError } from '../../errors.ts';
import { readHoldout } from '../../experiments/index.ts';
import { readMemberships, readSegmentAttributes } from '../../segments/index.ts';
import type { CampaignSet, CampaignSets } from '../campaigns/sets/campaign-sets.ts';
import { type CampaignState, selectActiveStates, selectCampaignsById } from '../campaigns/store.ts';
import { type ItemsForScope, isBookable, priceLines } from '../discounts/priced-lines.ts';
import { selectFullCounters } from '../limits/store.ts';
import { type Asked, buildInputs, type CampaignsNow, campaignsNow, type ReadInputs } from './build-inputs.ts';
import type { ResponseFeatures, Responses } from './choice/expected-gain.ts';
import { barredAmong } from './choice/judge-need.ts';
import type { ReadDecisionCustomers } from './decision-customers.ts';

/** Without ids of campaigns, so many of the active ones are considered, the highest priority first. */
export const consideredCampaigns = 500;

export interface InputDependencies {
  db: Database;
  digits: number;
  barred: readonly string[];
  clock: () => Date;
  readDecisionCustomers: ReadDecisionCustomers;
  itemsForScope: ItemsForScope;
  campaignSets: CampaignSets;
  responses: Responses;
}

/** Reads for many questions at once, outside any transaction. @returns in their order; an error is that of one question */
export async function readInputs(
  deps: InputDependencies,
  asked: readonly Asked[],
): Promise<(ReadInputs | PannierError)[]> {
  const { db, digits, barred, responses, itemsForScope } = deps;
  const now = deps.clock();
  const distinct = (idsOf: (one: Asked) => readonly string[] | undefined) => [
    ...new Set(asked.flatMap((one) => idsOf(one) ?? [])),
  ];
  const named = distinct(({ campaign_ids: ids }) => ids);
  const [customers, active, byId, holdout, scorers] = await Promise.all([
    deps.readDecisionCustomers(distinct(({ customer_id: id }) => (id === undefined ? [] : [id]))),
    asked.some(({ campaign_ids: ids }) => !ids) ? selectActiveStates(db, now, consideredCampaigns) : [],
    named.length > 0 ? selectCampaignsById(db, named) : [],
    readHoldout(db),
    responses.scorers(),
  ]);
  const keys = [...new Set([...active, ...byId].map(({ campaignKey }) => campaignKey))];
  const known = [...customers.values()];
  const customerKeys = known.map(({ customerKey }) => customerKey);
  const profiled = known.filter(({ profilingAllowed }) => profilingAllowed).map(({ customerKey }) => customerKey);
  const scoreBar = barredAmong(responses.attributes, new Set(barred));
  const isScored = scoreBar === undefined && keys.some((key) => scorers.has(key));
  const campaigns = new Map(byId.map((campaign) => [campaign.campaignId, campaign]));
  const chosen = asked.map((one) => chooseStates(one, active, campaigns, digits));
  const sets = await readSets(deps, chosen);
  const bounds = [...new Set(sets.values())].flatMap((set) => set.bounds);
  const [full, features] = await Promise.all([
    keys.length > 0 ? selectFullCounters(db, bounds, customerKeys, now) : [],
    isScored ? responses.featuresOf(profiled) : new Map<number, ResponseFeatures>(),
  ]);
  const memberships = await membershipsOf(deps, [...sets.values()], profiled);
  const itemIds = distinct(({ cart }) => cart?.map((line) => line.item_id));
  const shared = { now, customers, holdout, full, memberships, features, scoreBar, digits, barred };
  const campaignReads = { scorers, itemIds, itemsForScope };
  const ofStates = new Map<readonly CampaignState[], CampaignsNow>();
  for (const [states, set] of sets) ofStates.set(states, campaignsNow(set, states, shared, campaignReads));
  return asked.map((one, index) => {
    const states = chosen[index];
    return states instanceof PannierError ? states : buildInputs(one, shared, ofStates.get(states)!);
  });
}

/** The campaigns that one question is about, in the order in which they are tried. */
function chooseStates(
  { campaign_ids: ids, cart }: Asked,
  active: readonly CampaignState[],
  byId: ReadonlyMap<string, CampaignState & { priority: number }>,
  digits: number,
): readonly CampaignState[] | PannierError {
  if (cart && !isBookable(priceLines(cart, digits))) {
    return invalidField('/cart', 'adds up to more than can be booked');
  }
  if (!ids) return active;
  const missing = ids.findIndex((id) => !byId.has(id));
  if (missing >= 0) return invalidField(`/campaign_ids/${missing}`, 'is no campaign');
  const named = [...new Set(ids)].map((id) => byId.get(id)!);
  return named.sort((a, b) => b.priority - a.priority || a.campaignKey - b.campaignKey);
}

/** By the very list of states: questions about all active campaigns share one. */
async function readSets(
  { campaignSets }: InputDependencies,
  chosen: readonly (readonly CampaignState[] | PannierError)[],
): Promise<Map<readonly CampaignState[], CampaignSet>> {
  const sets = new Map<readonly CampaignState[], CampaignSet>();
  await Promise.all(
    [...new Set(chosen)].map(async (states) => {
      if (states instanceof PannierError) return;
      sets.set(states, await campaignSets.ofTerms(states.map((state) => state.termsKey)));
    }),
  );
  return sets;
}

/** In one query for all; a segment that is found by what is barred has no members. */
export async function membershipsOf(
  { db, barred }: InputDependencies,
  sets: readonly CampaignSet[],
  customerKeys: readonly number[],
): Promise<ReadonlyMap<number, readonly string[]>> {
  let segmentIds = [...new Set(sets.flatMap(({ compiled }) => compiled.aimed.flatMap((aim) => aim.segmentIds)))];
  if (segmentIds.length > 0 && barred.length > 0) {
    const bars = new Set(barred);
    const attributes = await readSegmentAttributes(db, segmentIds);
    segmentIds = segmentIds.filter((id) => barredAmong(attributes.get(id) ?? [], bars) === undefined);
  }
  if (segmentIds.length === 0 || customerKeys.length === 0) return new Map();
  return readMemberships(db, customerKeys, segmentIds);
}
