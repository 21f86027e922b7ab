import { randomInt } from 'node:crypto';
import { assign, controlSalt, type GlobalHoldout, holdoutSalt } from '../../experiments/index.ts';
import type { SegmentationSummary } from '../../segments/index.ts';
import { budgetObstacle } from '../budgets/budget-left.ts';
import { type Discount, hasFailed, missingOf } from '../campaigns/campaign-terms.ts';
import type { CampaignSet } from '../campaigns/sets/campaign-sets.ts';
import type { CampaignState } from '../campaigns/store.ts';
import type { ItemsForScope } from '../discounts/priced-lines.ts';
import type { GuestReads } from '../guests/guests.ts';
import { periodStarts } from '../limits/periods.ts';
import { type FullCounter, isFull } from '../limits/store.ts';
import { nameOf, type PolicyFacts } from '../policies/policy.ts';
import type { DecisionElement } from '../request-elements.ts';
import { policyAt } from './answer.ts';
import { isScored } from './choice/compiled-campaigns.ts';
import { logScore, type ResponseFeatures, type ResponseScorer } from './choice/expected-gain.ts';
import type { Isolator } from './choice/isolation.ts';
import { shopAveragesOf } from './choice/judge-need.ts';
import { codeOf, packOutcomes } from './choice/outcome-codes.ts';
import { rulesVersion } from './choice/rules-version.ts';
import type { Situation } from './choice/situation.ts';
import type { DecisionCustomer } from './decision-customers.ts';
import type { DecisionInputs } from './decision-inputs.ts';

export type Asked = Pick<DecisionElement, 'customer_id' | 'visitor_id' | 'cart' | 'campaign_ids' | 'reserve_seconds'>;

/** What many decisions made at the same instant share. */
export interface SharedReads {
  now: Date;
  /** by id */
  customers: ReadonlyMap<string, DecisionCustomer>;
  holdout: GlobalHoldout;
  full: readonly FullCounter[];
  /** by customer key, of the segments that campaigns aim at or policies ask for: those that the customer is in */
  memberships: ReadonlyMap<number, readonly string[]>;
  /** by customer key, what policies ask for */
  facts: ReadonlyMap<number, PolicyFacts>;
  /** by customer key, campaigns that keep their control from others' coupons and in whose it is */
  isolators: ReadonlyMap<number, readonly Isolator[]>;
  /** by customer key, what models of response are asked of */
  features: ReadonlyMap<number, ResponseFeatures>;
  guests: GuestReads;
  /** by customer key, keys of the group offers that they have joined */
  joined: ReadonlyMap<number, ReadonlySet<number>>;
  /** a barred attribute that scores are derived from */
  scoreBar: string | undefined;
  digits: number;
  barred: readonly string[];
}

/** Campaigns that a decision is made over, and what stands against each for everybody. */
export interface CampaignsNow {
  set: CampaignSet;
  states: readonly CampaignState[];
  closed: string;
  /** of group offers that are not open: how many are missing */
  missing: readonly (readonly [place: number, joiners: number])[];
  /** places of group offers that are open */
  groups: readonly number[];
  /** segments that its campaigns aim at, or its policies ask for */
  aimedAt: ReadonlySet<string>;
  /** its campaigns with a model of response */
  scored: readonly { place: number; discount: Discount; scorer: ResponseScorer }[];
  /** by item of any cart: those of the campaigns' categories that it lies in or below */
  within: ReadonlyMap<string, readonly string[]>;
}

/** What one decision is to be made from. */
export interface ReadInputs {
  now: Date;
  /** whom it is about; null: nobody by name */
  customerId: string | null;
  customerKey: number | null;
  /** of a visitor who is nobody by name */
  visitorId: string | null;
  visitorKey: number | null;
  inputs: DecisionInputs;
  set: CampaignSet;
  isControl: Situation['isControl'];
  /** whether the customer's arm in the campaign at a place is that of a visitor that they were */
  isAdopted(place: number): boolean;
  /** how the campaign at a place stood */
  stateAt(place: number): CampaignState;
}

export function campaignsNow(
  set: CampaignSet,
  states: readonly CampaignState[],
  shared: Pick<SharedReads, 'now' | 'full'>,
  { scorers, itemIds, itemsForScope }: CampaignReads,
): CampaignsNow {
  return {
    set,
    states,
    closed: closedOf(set, states, shared),
    ...groupsOf(set, states),
    aimedAt: new Set(segmentsOf(set)),
    scored: set.campaigns.flatMap(({ campaignKey, discount }, place) => {
      const { policy } = policyAt(set, place);
      const scorer = policy.kind === 'by-cause' || isScored(policy) ? scorers.get(campaignKey) : undefined;
      return scorer ? [{ place, discount, scorer }] : [];
    }),
    within: categoriesOf(itemIds, set, itemsForScope),
  };
}

/** Segments that the campaigns of a set aim at, or that its policies ask for. */
export function segmentsOf({ compiled }: Pick<CampaignSet, 'compiled'>): string[] {
  return [...compiled.aimed.flatMap(({ segmentIds }) => segmentIds), ...compiled.reads.segments];
}

function groupsOf(set: CampaignSet, states: readonly CampaignState[]): Pick<CampaignsNow, 'missing' | 'groups'> {
  const places = set.campaigns.flatMap(({ groupOffer }, place) => (groupOffer ? place : []));
  const missing = places.flatMap((place): [number, number][] => {
    const joiners = missingOf({ ...set.campaigns[place], ...states[place] });
    return joiners > 0 ? [[place, joiners]] : [];
  });
  return { missing, groups: places.filter((place) => states[place].openedAt) };
}

interface CampaignReads {
  scorers: ReadonlyMap<number, ResponseScorer>;
  /** of all carts */
  itemIds: readonly string[];
  itemsForScope: ItemsForScope;
}

function closedOf(
  set: CampaignSet,
  states: readonly CampaignState[],
  { now, full }: Pick<SharedReads, 'now' | 'full'>,
): string {
  const fullKeys = full.filter(({ per }) => per === 'campaign');
  return packOutcomes(
    Uint8Array.from(states, ({ paused, counters }, place) => {
      const campaign = set.campaigns[place];
      if (paused) return codeOf['not-active'];
      if (campaign.referral) return codeOf['by-referral-codes'];
      if (campaign.groupOffer && !states[place].openedAt)
        return codeOf[hasFailed({ ...campaign, openedAt: null }, now) ? 'not-active' : 'group-not-open'];
      const ours = fullKeys.filter((counter) => isFull(counter, campaign));
      if (ours.length > 0) {
        const starts = periodStarts(now, campaign);
        if (ours.some(({ period, starts: from }) => period !== 'total' && starts[period] === from)) {
          return codeOf['period-limit-reached'];
        }
      }
      const obstacle = budgetObstacle(campaign, counters);
      return obstacle ? codeOf[obstacle] : 0;
    }),
  );
}

/** Those of the campaigns' categories that items lie in or below, by the catalogue of now. */
function categoriesOf(
  itemIds: readonly string[],
  { categories }: CampaignSet,
  itemsForScope: ItemsForScope,
): Map<string, readonly string[]> {
  const within = new Map<string, string[]>(itemIds.map((id) => [id, []]));
  if (itemIds.length === 0) return within;
  for (const path of categories) {
    for (const id of itemsForScope(itemIds, { itemIds: [], categories: [path] })) within.get(id)!.push(path);
  }
  return within;
}

/** Frozen: whoever decides by them passes on what it adds. */
export function buildInputs(asked: Asked, shared: SharedReads, campaigns: CampaignsNow): ReadInputs {
  const { now, holdout, digits, barred, guests } = shared;
  const { set, closed, states, within } = campaigns;
  const customerId = asked.customer_id;
  const customer = customerId === undefined ? undefined : shared.customers.get(customerId);
  const customerKey = customer?.customerKey ?? null;
  const visitorKey = customerId === undefined ? (guests.visitors.get(asked.visitor_id ?? '') ?? null) : null;
  const visitorId = visitorKey === null ? undefined : asked.visitor_id!;
  /** Whose arms are drawn. */
  const subject = customerId ?? visitorId;
  const explores = holdout.explorationShare > 0;
  const inputs: DecisionInputs = Object.freeze({
    rules: rulesVersion,
    at: now.toISOString(),
    digits,
    barred,
    customer: visitorKey !== null ? 'visitor' : customerId === undefined ? 'guest' : judgedOf(customer),
    shop: shopAveragesOf(customer?.model?.summary as SegmentationSummary | undefined),
    cart: asked.cart?.length ? asked.cart.map((line) => ({ ...line, within: within.get(line.item_id)! })) : null,
    reserveSeconds: asked.reserve_seconds ?? null,
    set: set.id,
    ...aimOf(shared, campaigns, customer),
    ...factsOf(shared, set, customer, visitorKey),
    ...isolationOf(shared, customerKey, visitorKey),
    closed,
    ...(campaigns.missing.length > 0 && { missing: campaigns.missing }),
    blocked: [...blockedOf(set, customerKey, visitorKey, shared), ...notJoined(campaigns, customerKey, shared)],
    holdoutShare: holdout.share,
    explorationShare: holdout.explorationShare,
    drawn: {
      inHoldout: subject !== undefined && assign(holdoutSalt(holdout.salt), subject, holdout.share),
      draw: explores ? chance() : 1,
      pick: explores ? chance() : 0,
    },
  });
  const adopted = customerKey === null ? undefined : guests.arms.get(customerKey);
  const isControl = (place: number) => {
    const { campaignId, controlShare, experimentKey } = set.campaigns[place];
    const before = adopted?.get(experimentKey);
    return before ? before === 'control' : assign(controlSalt(holdout.salt, campaignId), subject!, controlShare);
  };
  return {
    ...{ now, customerId: customerId ?? null, customerKey, visitorId: visitorId ?? null, visitorKey },
    ...{ inputs, set, isControl },
    isAdopted: (place) => adopted?.has(set.campaigns[place].experimentKey) ?? false,
    stateAt: (place) => states[place],
  };
}

const chanceSteps = 2 ** 47;
const chance = () => randomInt(chanceSteps) / chanceSteps;

function blockedOf(
  set: CampaignSet,
  customerKey: number | null,
  visitorKey: number | null,
  { now, full, guests }: SharedReads,
): [number, number][] {
  if (customerKey === null && visitorKey === null) return [];
  const person = visitorKey === null ? 'customer' : 'visitor';
  const all = guests.full.length > 0 ? [...full, ...guests.full] : full;
  const blocked = all.flatMap((counter): [number, number][] => {
    const { campaignKey, per, holder, period, starts } = counter;
    const place = set.compiled.places.get(campaignKey);
    if (per !== person || holder !== (visitorKey ?? customerKey) || place === undefined) return [];
    if (!isFull(counter, set.campaigns[place])) return [];
    if (period === 'total') return [[place, codeOf['customer-limit-reached']]];
    const isNow = periodStarts(now, set.campaigns[place])[period] === starts;
    return isNow ? [[place, codeOf['period-limit-reached']]] : [];
  });
  return guests.full.length > 0 ? [...new Map(blocked.map((one) => [one.join(), one])).values()] : blocked;
}

/** Open group offers that are for others, who have joined them. */
function notJoined({ set, groups }: CampaignsNow, customerKey: number | null, { joined }: SharedReads) {
  if (customerKey === null || groups.length === 0) return [];
  const own = joined.get(customerKey);
  return groups.flatMap((place): [number, number][] =>
    own?.has(set.campaigns[place].campaignKey) ? [] : [[place, codeOf['not-joined']]],
  );
}

/** What depends on what nights have learnt of the customer, where campaigns of the set ask for it. */
function aimOf(
  { memberships, features, scoreBar }: SharedReads,
  { aimedAt, scored }: CampaignsNow,
  customer: DecisionCustomer | undefined,
): Pick<DecisionInputs, 'segments' | 'scores' | 'scoreBar'> {
  if (!customer?.profilingAllowed) return {};
  const segments = memberships.get(customer.customerKey)?.filter((id) => aimedAt.has(id)) ?? [];
  const aim = segments.length > 0 ? { segments } : {};
  if (scored.length === 0) return aim;
  if (scoreBar !== undefined) return { ...aim, scoreBar };
  const own = features.get(customer.customerKey);
  if (!own) return aim;
  return { ...aim, scores: scored.map(({ place, discount, scorer }) => logScore(place, scorer, own, discount)) };
}

/** What the policies of the set ask for; questions that are read together may be about other sets too. */
function factsOf(
  { facts, guests }: SharedReads,
  { compiled: { reads } }: CampaignSet,
  customer: DecisionCustomer | undefined,
  visitorKey: number | null,
): Pick<DecisionInputs, 'facts'> {
  if (visitorKey !== null) return reads.ordered ? { facts: { ordered: guests.ordered.has(visitorKey) } } : {};
  const read = customer && facts.get(customer.customerKey);
  if (!read) return {};
  const names = new Set(reads.attributes.map(nameOf));
  const tags = new Set<string>(reads.tags);
  const own: PolicyFacts = {
    ...(reads.ordered && read.ordered !== undefined && { ordered: read.ordered }),
    ...(read.tags && { tags: read.tags.filter((tag) => tags.has(tag.slice(0, tag.indexOf(' ')))) }),
    ...(reads.value && read.valueMinor !== undefined && { valueMinor: read.valueMinor }),
    ...(read.attributes && { attributes: read.attributes.filter((name) => names.has(name)) }),
  };
  return { facts: own };
}

function isolationOf(
  { isolators, guests }: SharedReads,
  customerKey: number | null,
  visitorKey: number | null,
): Pick<DecisionInputs, 'isolators'> {
  const own = visitorKey === null ? isolators.get(customerKey ?? 0) : guests.isolators.get(visitorKey);
  return own ? { isolators: own } : {};
}

/** The log of decisions has nobody's key outside the column that erasure clears. */
function judgedOf(customer: DecisionCustomer | undefined): DecisionInputs['customer'] {
  if (!customer) return null;
  const { profilingAllowed, model, segment } = customer;
  const { customerKey: _, ...figures } = segment ?? { customerKey: 0 };
  return { profilingAllowed, version: model?.version ?? null, segment: segment && (figures as typeof segment) };
}
