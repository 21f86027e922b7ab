import type { Database } from '../../db/index.ts';
import { invalidField, PannierError } from '../../errors.ts';
import { selectControlsAmong } from '../../experiments/index.ts';
import { readMemberships, readSegmentAttributes } from '../../segments/index.ts';
import { barredAmong } from '../../shop/barred-attributes.ts';
import type { CampaignMemory, HeldCampaigns } from '../campaigns/campaign-memory.ts';
import type { CampaignSet, CampaignSets } from '../campaigns/sets/campaign-sets.ts';
import type { CampaignState, IsolatingCampaign } from '../campaigns/store.ts';
import { type ItemsForScope, isBookable, priceLines } from '../discounts/priced-lines.ts';
import { selectJoined } from '../group-offers/store.ts';
import { type FoundVisitor, readGuests, visitorsAsking } from '../guests/guests.ts';
import type { PolicyFacts } from '../policies/policy.ts';
import type { AskedCustomer, ReadPolicyFacts } from '../policies/policy-facts.ts';
import { isAnyRead, readsOf } from '../policies/policy-reads.ts';
import {
  type Asked,
  buildInputs,
  type CampaignsNow,
  campaignsNow,
  type ReadInputs,
  segmentsOf,
} from './build-inputs.ts';
import type { ResponseFeatures, Responses } from './choice/expected-gain.ts';
import type { Isolator } from './choice/isolation.ts';
import type { AddSegments } from './decision-customers.ts';
import { selectAsked } from './store.ts';

export interface InputDependencies {
  db: Database;
  digits: number;
  barred: readonly string[];
  clock: () => Date;
  addSegments: AddSegments;
  itemsForScope: ItemsForScope;
  campaignSets: CampaignSets;
  campaignMemory: CampaignMemory;
  responses: Responses;
  readFacts: ReadPolicyFacts;
}

/** What questions are to be decided by. */
export interface ReadTogether {
  /** in their order; an error is that of one question */
  inputs: (ReadInputs | PannierError)[];
  /** of the decisions to come, where they were asked for */
  decisionIds: readonly number[];
  /** what of it is shared with other moments */
  held: HeldCampaigns;
}

/**
 * Reads for many questions at once, outside any transaction: what is held of campaigns, and one statement for those who ask.
 * @param decisions ids for so many
 */
export async function readInputs(deps: InputDependencies, all: readonly Asked[], decisions = 0): Promise<ReadTogether> {
  const { db, digits, barred, responses, itemsForScope, campaignMemory } = deps;
  const now = deps.clock();
  const asking = await visitorsAsking(db, all, now);
  // A visitor is the customer whom they turned out to be.
  const asked = asking.size === 0 ? all : all.map((one) => ({ ...one, customer_id: customerIdOf(one, asking) }));
  const distinct = (idsOf: (one: Asked) => readonly string[] | undefined) => [
    ...new Set(asked.flatMap((one) => idsOf(one) ?? [])),
  ];
  const held = await campaignMemory.read(now);
  const byId = await held.named(distinct(({ campaign_ids: ids }) => ids));
  const chosen = chooseStates(asked, held.active, byId, digits);
  const sets = await readSets(deps, chosen, held.causesKey);
  const ofSets = [...new Set(sets.values())];
  const customerIds = distinct(({ customer_id: id }) => (id === undefined ? [] : [id]));
  const bounds = ofSets.length === 1 ? ofSets[0].bounds : ofSets.flatMap((set) => set.bounds);
  const found = await selectAsked(db, customerIds, { decisions, bounds, now });
  const customers = await deps.addSegments(found.customers);
  const full = [...found.full, ...(await Promise.all(ofSets.map(held.fullOf))).flat()];
  const known = [...customers.values()];
  const profiled = known.filter(({ profilingAllowed }) => profilingAllowed).map(({ customerKey }) => customerKey);
  const scoreBar = barredAmong(responses.attributes, new Set(barred));
  const { holdout, scorers } = held;
  const isScored =
    scoreBar === undefined &&
    ofSets.some(({ compiled }) => [...scorers.keys()].some((key) => compiled.places.has(key)));
  const features = isScored ? await responses.featuresOf(profiled) : new Map<number, ResponseFeatures>();
  const memberships = await membershipsOf(deps, ofSets, profiled);
  const facts = await factsFor(deps, ofSets, known);
  const isolators = await isolatorsOf(db, held.isolating, known);
  const customerKeys = known.map(({ customerKey }) => customerKey);
  const guests = await readGuests(db, asking, ofSets, { customerKeys, isolating: held.isolating, now });
  const joined = await joinedOf(db, ofSets, customerKeys);
  const itemIds = distinct(({ cart }) => cart?.map((line) => line.item_id));
  const people = { customers, full, memberships, facts, isolators, features, guests, joined };
  const shared = { now, holdout, scoreBar, digits, barred, ...people };
  const campaignReads = { scorers, itemIds, itemsForScope };
  const ofStates = new Map<readonly CampaignState[], CampaignsNow>();
  for (const [states, set] of sets) ofStates.set(states, campaignsNow(set, states, shared, campaignReads));
  const inputs = asked.map((one, index) => {
    const states = chosen[index];
    return states instanceof PannierError ? states : buildInputs(one, shared, ofStates.get(states)!);
  });
  return { inputs, decisionIds: found.decisionIds, held };
}

function customerIdOf({ customer_id: named, visitor_id: visitorId }: Asked, asking: ReadonlyMap<string, FoundVisitor>) {
  return named ?? asking.get(visitorId ?? '')?.customerId ?? undefined;
}

/**
 * The campaigns that each question is about, in the order in which they are tried; questions that name the same ones share a list,
 * so that what is found of it is found once.
 */
function chooseStates(
  asked: readonly Asked[],
  active: readonly CampaignState[],
  byId: ReadonlyMap<string, CampaignState & { priority: number }>,
  digits: number,
): (readonly CampaignState[] | PannierError)[] {
  const named = new Map<string, readonly CampaignState[]>();
  return asked.map(({ campaign_ids: ids, cart }) => {
    if (cart && !isBookable(priceLines(cart, digits))) {
      return invalidField('/cart', 'adds up to more than can be booked');
    }
    if (!ids) return active;
    const missing = ids.findIndex((id) => !byId.has(id));
    if (missing >= 0) return invalidField(`/campaign_ids/${missing}`, 'is no campaign');
    const key = JSON.stringify(ids);
    const states = named.get(key) ?? inOrder([...new Set(ids)].map((id) => byId.get(id)!));
    named.set(key, states);
    return states;
  });
}

function inOrder(states: (CampaignState & { priority: number })[]): readonly CampaignState[] {
  return states.sort((a, b) => b.priority - a.priority || a.campaignKey - b.campaignKey);
}

/** By the very list of states: questions about all active campaigns share one. */
async function readSets(
  { campaignSets }: InputDependencies,
  chosen: readonly (readonly CampaignState[] | PannierError)[],
  causesKey: number,
): Promise<Map<readonly CampaignState[], CampaignSet>> {
  const sets = new Map<readonly CampaignState[], CampaignSet>();
  await Promise.all(
    [...new Set(chosen)].map(async (states) => {
      if (states instanceof PannierError) return;
      sets.set(states, await campaignSets.ofStates(states, causesKey));
    }),
  );
  return sets;
}

/** What the policies of sets ask for beside; mostly nothing. */
export async function factsFor(
  { readFacts }: Pick<InputDependencies, 'readFacts'>,
  sets: readonly Pick<CampaignSet, 'compiled'>[],
  customers: readonly AskedCustomer[],
): Promise<ReadonlyMap<number, PolicyFacts>> {
  const policies = sets.flatMap(({ compiled }) => (compiled.isByNeedAlone ? [] : compiled.policies));
  const reads = readsOf(policies.map(({ policy }) => policy));
  return policies.length > 0 && isAnyRead(reads) && customers.length > 0 ? readFacts(reads, customers) : new Map();
}

/** In whose control group customers are, of campaigns that keep it from others' coupons; mostly there are none. */
export async function isolatorsOf(
  db: Database,
  isolating: readonly IsolatingCampaign[],
  customers: readonly AskedCustomer[],
): Promise<ReadonlyMap<number, readonly Isolator[]>> {
  if (isolating.length === 0 || customers.length === 0) return new Map();
  const byKey = new Map(
    isolating.map(({ experimentKey, campaignId, channel }) => [experimentKey, [campaignId, channel] as const]),
  );
  const customerKeys = customers.map(({ customerKey }) => customerKey);
  const controls = await selectControlsAmong(db, customerKeys, [...byKey.keys()]);
  return new Map(Array.from(controls, ([customerKey, keys]) => [customerKey, keys.map((key) => byKey.get(key)!)]));
}

/** Which group offers of sets customers have joined; mostly there are none. */
async function joinedOf(
  db: Database,
  sets: readonly CampaignSet[],
  customerKeys: readonly number[],
): Promise<ReadonlyMap<number, ReadonlySet<number>>> {
  const offers = sets.flatMap(({ campaigns }) =>
    campaigns.flatMap(({ groupOffer, campaignKey }) => (groupOffer ? campaignKey : [])),
  );
  return offers.length === 0 || customerKeys.length === 0 ? new Map() : selectJoined(db, customerKeys, offers);
}

/** In one query for all; a segment that is found by what is barred has no members. */
export async function membershipsOf(
  { db, barred }: InputDependencies,
  sets: readonly CampaignSet[],
  customerKeys: readonly number[],
): Promise<ReadonlyMap<number, readonly string[]>> {
  let segmentIds = [...new Set(sets.flatMap(segmentsOf))];
  if (segmentIds.length > 0 && barred.length > 0) {
    const bars = new Set(barred);
    const attributes = await readSegmentAttributes(db, segmentIds);
    segmentIds = segmentIds.filter((id) => barredAmong(attributes.get(id) ?? [], bars) === undefined);
  }
  if (segmentIds.length === 0 || customerKeys.length === 0) return new Map();
  return readMemberships(db, customerKeys, segmentIds);
}
