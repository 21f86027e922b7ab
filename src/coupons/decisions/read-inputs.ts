import { randomInt } from 'node:crypto';
import type { Database } from '../../db/index.ts';
import { invalidField, type PannierError } from '../../errors.ts';
import { assign, controlSalt, type GlobalHoldout, holdoutSalt, readHoldout } from '../../experiments/index.ts';
import { readMemberships, readSegmentAttributes, type SegmentationSummary } from '../../segments/index.ts';
import { budgetObstacle, codeOf } from '../budgets/budget-left.ts';
import type { Discount } from '../campaigns/campaign-terms.ts';
import type { RuleSet, RuleSets } from '../campaigns/sets/campaign-sets.ts';
import { type CampaignState, selectActiveStates, selectCampaignsById } from '../campaigns/store.ts';
import { type ItemsForScope, isBookable, priceLines } from '../discounts/priced-lines.ts';
import { periodStarts } from '../limits/periods.ts';
import { type FullCounter, selectFullCounters } from '../limits/store.ts';
import type { DecisionElement } from '../requests.ts';
import { type DecisionInputs, type Draft, draftFrom } from './answer.ts';
import { packOutcomes, rulesVersion } from './choice/choose-campaign.ts';
import { logScore, type ResponseFeatures, type ResponseScorer, type Responses } from './choice/expected-gain.ts';
import { barredAmong, shopAveragesOf } from './choice/judge-need.ts';
import type { ReadStandings, Standing } from './known-customers.ts';

/** Without ids of campaigns, so many of the active ones are considered, the highest priority first. */
export const consideredCampaigns = 500;

export type Asked = Pick<DecisionElement, 'customer_id' | 'cart' | 'campaign_ids' | 'reserve_seconds'>;

/** What a decision is to be made from, and what comes of it before anything is taken. */
export interface Prepared {
  now: Date;
  customerKey: number | null;
  inputs: DecisionInputs;
  set: RuleSet;
  draft: Draft;
  /** how the campaign at a place stood */
  stateAt(place: number): CampaignState;
}

export interface PreparationDependencies {
  db: Database;
  digits: number;
  barred: readonly string[];
  clock: () => Date;
  readStandings: ReadStandings;
  itemsForScope: ItemsForScope;
  ruleSets: RuleSets;
  responses: Responses;
}

/** What many decisions made at the same moment share. */
interface Moment {
  now: Date;
  standings: Map<string, Standing>;
  holdout: GlobalHoldout;
  full: FullCounter[];
  /** by customer key, of the segments that campaigns aim at: those that the customer is in */
  memberships: ReadonlyMap<number, readonly string[]>;
  /** by customer key, what models of response are asked of */
  features: ReadonlyMap<number, ResponseFeatures>;
  /** a barred attribute that scores are derived from */
  scoreBar: string | undefined;
}

/** Campaigns that one decision is made over, and what stands against each for everybody. */
interface Ground {
  set: RuleSet;
  states: CampaignState[];
  closed: string;
  /** segments that its campaigns aim at */
  aimedAt: ReadonlySet<string>;
  /** its campaigns with a model of response */
  scored: { place: number; discount: Discount; scorer: ResponseScorer }[];
  /** by item of any cart: those of the campaigns' categories that it lies in or below */
  within: ReadonlyMap<string, readonly string[]>;
}

/** Reads for many questions at once, outside any transaction. @returns in their order; an error is that of one question */
export async function prepareDecisions(
  deps: PreparationDependencies,
  asked: readonly Asked[],
): Promise<(Prepared | PannierError)[]> {
  const { db, clock, ruleSets, responses } = deps;
  const now = clock();
  const customerIds = [...new Set(asked.flatMap(({ customer_id: id }) => id ?? []))];
  const named = [...new Set(asked.flatMap(({ campaign_ids: ids }) => ids ?? []))];
  const isOpen = asked.some(({ campaign_ids: ids }) => !ids);
  const [standings, active, byId, holdout, scorers] = await Promise.all([
    deps.readStandings(customerIds),
    isOpen ? selectActiveStates(db, now, consideredCampaigns) : [],
    named.length > 0 ? selectCampaignsById(db, named) : [],
    readHoldout(db),
    responses.scorers(),
  ]);
  const keys = new Set([...active, ...byId].map(({ campaignKey }) => campaignKey));
  const known = [...standings.values()];
  const profiled = known.filter(({ profilingAllowed }) => profilingAllowed).map(({ customerKey }) => customerKey);
  const scoreBar = barredAmong(responses.attributes, new Set(deps.barred));
  const isScored = scoreBar === undefined && [...keys].some((key) => scorers.has(key));
  const [full, features] = await Promise.all([
    keys.size > 0
      ? selectFullCounters(
          db,
          [...keys],
          known.map(({ customerKey }) => customerKey),
        )
      : [],
    isScored ? responses.featuresOf(profiled) : new Map<number, ResponseFeatures>(),
  ]);

  const campaigns = new Map(byId.map((campaign) => [campaign.campaignId, campaign]));
  const chosen = asked.map(({ campaign_ids: ids, cart }): CampaignState[] | PannierError => {
    if (cart && !isBookable(priceLines(cart, deps.digits))) {
      return invalidField('/cart', 'adds up to more than can be booked');
    }
    const missing = ids?.findIndex((id) => !campaigns.has(id)) ?? -1;
    if (missing >= 0) return invalidField(`/campaign_ids/${missing}`, 'is no campaign');
    if (!ids) return active;
    const named = [...new Set(ids)].map((id) => campaigns.get(id)!);
    return named.sort((a, b) => b.priority - a.priority || a.campaignKey - b.campaignKey);
  });
  const sets = new Map<CampaignState[], RuleSet>();
  await Promise.all(
    [...new Set(chosen)].map(async (states) => {
      if (Array.isArray(states)) sets.set(states, await ruleSets.ofCampaigns(states.map((state) => state.campaignKey)));
    }),
  );
  const memberships = await membershipsOf(deps, [...sets.values()], profiled);
  const moment: Moment = { now, standings, holdout, full, memberships, features, scoreBar };

  const itemIds = [...new Set(asked.flatMap(({ cart }) => cart?.map((line) => line.item_id) ?? []))];
  const grounds = new Map(
    Array.from(sets, ([states, set]): [CampaignState[], Ground] => [
      states,
      {
        set,
        states,
        closed: closedOf(set, states, moment),
        aimedAt: new Set(set.compiled.aimed.flatMap(({ segmentIds }) => segmentIds)),
        scored: set.campaigns.flatMap(({ campaignKey, discount }, place) => {
          const scorer = scorers.get(campaignKey);
          return scorer ? [{ place, discount, scorer }] : [];
        }),
        within: categoriesOf(itemIds, set, deps.itemsForScope),
      },
    ]),
  );
  return asked.map((one, index) => {
    const states = chosen[index]!;
    return Array.isArray(states) ? prepareOne(deps, one, moment, grounds.get(states)!) : states;
  });
}

/** In one query for all; a segment that is found by what is barred has no members. */
async function membershipsOf(
  { db, barred }: PreparationDependencies,
  sets: readonly RuleSet[],
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

function closedOf(set: RuleSet, states: readonly CampaignState[], { now, full }: Moment): string {
  const fullKeys = full.filter(({ per }) => per === 'campaign');
  return packOutcomes(
    Uint8Array.from(states, ({ campaignKey, paused, counters }, place) => {
      const campaign = set.campaigns[place]!;
      if (paused) return codeOf['not-active'];
      const ours = fullKeys.filter((counter) => counter.campaignKey === campaignKey);
      if (ours.length > 0) {
        const starts = periodStarts(now, campaign);
        if (ours.some(({ period, starts: from }) => period !== 'total' && starts[period] === from)) {
          return codeOf['period-limit-reached'];
        }
      }
      const obstacle = budgetObstacle({ ...campaign, counters });
      return obstacle ? codeOf[obstacle] : 0;
    }),
  );
}

function blockedOf(set: RuleSet, customerKey: number, { now, full }: Moment): [number, number][] {
  return full.flatMap(({ campaignKey, per, holder, period, starts }): [number, number][] => {
    const place = set.compiled.places.get(campaignKey);
    if (per !== 'customer' || holder !== customerKey || place === undefined) return [];
    if (period === 'total') return [[place, codeOf['customer-limit-reached']]];
    const isNow = periodStarts(now, set.campaigns[place]!)[period] === starts;
    return isNow ? [[place, codeOf['period-limit-reached']]] : [];
  });
}

function prepareOne(deps: PreparationDependencies, asked: Asked, moment: Moment, ground: Ground): Prepared {
  const { now, holdout } = moment;
  const { set, closed, states, within } = ground;
  const customerId = asked.customer_id;
  const standing = customerId === undefined ? undefined : moment.standings.get(customerId);
  const customerKey = standing?.customerKey ?? null;
  const explores = holdout.explorationShare > 0;
  const inputs: DecisionInputs = {
    rules: rulesVersion,
    at: now.toISOString(),
    digits: deps.digits,
    barred: deps.barred,
    customer: customerId === undefined ? 'guest' : knownOf(standing),
    shop: shopAveragesOf(standing?.model?.summary as SegmentationSummary | undefined),
    cart: asked.cart?.length ? asked.cart.map((line) => ({ ...line, within: within.get(line.item_id)! })) : null,
    reserveSeconds: asked.reserve_seconds ?? null,
    set: set.id,
    ...aimOf(moment, ground, standing),
    closed,
    blocked: customerKey === null ? [] : blockedOf(set, customerKey, moment),
    holdoutShare: holdout.share,
    explorationShare: holdout.explorationShare,
    drawn: {
      inHoldout: customerId !== undefined && assign(holdoutSalt(holdout.salt), customerId, holdout.share),
      control: [],
      draw: explores ? chance() : 1,
      pick: explores ? chance() : 0,
    },
    given: { goods: [], code: null, left: null },
  };
  const isControl = (place: number) => {
    const { campaignId, controlShare } = set.campaigns[place]!;
    const isIn = assign(controlSalt(holdout.salt, campaignId), customerId!, controlShare);
    inputs.drawn.control.push([place, isIn]);
    return isIn;
  };
  const draft = draftFrom(inputs, set, isControl);
  return { now, customerKey, inputs, set, draft, stateAt: (place) => states[place]! };
}

const chanceSteps = 2 ** 47;
const chance = () => randomInt(chanceSteps) / chanceSteps;

/** What depends on what nights have learnt and found of the customer, where campaigns of the set ask for it. */
function aimOf(
  { memberships, features, scoreBar }: Moment,
  { aimedAt, scored }: Ground,
  standing: Standing | undefined,
): Pick<DecisionInputs, 'segments' | 'scores' | 'scoreBar'> {
  if (!standing?.profilingAllowed) return {};
  const segments = memberships.get(standing.customerKey)?.filter((id) => aimedAt.has(id)) ?? [];
  const aim = segments.length > 0 ? { segments } : {};
  if (scored.length === 0) return aim;
  if (scoreBar !== undefined) return { ...aim, scoreBar };
  const known = features.get(standing.customerKey);
  if (!known) return aim;
  return { ...aim, scores: scored.map(({ place, discount, scorer }) => logScore(place, scorer, known, discount)) };
}

/** The log of decisions tells nobody's key outside the column that erasure clears. */
function knownOf(standing: Standing | undefined): DecisionInputs['customer'] {
  if (!standing) return null;
  const { profilingAllowed, model, segment } = standing;
  const { customerKey: _, ...known } = segment ?? { customerKey: 0 };
  return { profilingAllowed, version: model?.version ?? null, segment: segment && (known as typeof segment) };
}

/** Those of the campaigns' categories that items lie in or below, by the catalogue of now. */
function categoriesOf(
  itemIds: readonly string[],
  { categories }: RuleSet,
  itemsForScope: ItemsForScope,
): Map<string, readonly string[]> {
  const within = new Map<string, string[]>(itemIds.map((id) => [id, []]));
  if (itemIds.length === 0) return within;
  for (const path of categories) {
    for (const id of itemsForScope(itemIds, { itemIds: [], categories: [path] })) within.get(id)!.push(path);
  }
  return within;
}
