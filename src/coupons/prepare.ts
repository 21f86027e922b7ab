import { randomInt } from 'node:crypto';
import type { Database } from '../db/index.ts';
import { invalidField, type PannierError } from '../errors.ts';
import type { SegmentationSummary } from '../segments/index.ts';
import { type DecisionInputs, type Draft, draftFrom } from './answers.ts';
import { controlSalt, holdoutSalt, pointOf } from './assignment.ts';
import { type CampaignState, selectActiveStates, selectCampaignsById } from './campaign-store.ts';
import type { ItemsForScope } from './cart.ts';
import { type FullCounter, selectFullCounters } from './counter-store.ts';
import { shopAveragesOf } from './decide.ts';
import { type Holdout, selectHoldouts } from './decision-store.ts';
import type { DecisionElement } from './elements.ts';
import { budgetObstacle, codeOf } from './eligibility.ts';
import { periodStarts } from './periods.ts';
import type { RuleSet, RuleSets } from './rule-sets.ts';
import { packOutcomes, rulesVersion } from './rules.ts';
import type { ReadStandings, Standing } from './standings.ts';

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
}

/** What many decisions made at the same moment share. */
interface Moment {
  now: Date;
  standings: Map<string, Standing>;
  holdout: Holdout;
  full: FullCounter[];
}

/** Campaigns that one decision is made over, and what stands against each for everybody. */
interface Ground {
  set: RuleSet;
  states: CampaignState[];
  closed: string;
  /** by item of any cart: those of the campaigns' categories that it lies in or below */
  within: ReadonlyMap<string, readonly string[]>;
}

/** Reads for many questions at once, outside any transaction. @returns in their order; an error is that of one question */
export async function prepareDecisions(
  deps: PreparationDependencies,
  asked: readonly Asked[],
): Promise<(Prepared | PannierError)[]> {
  const { db, clock, ruleSets } = deps;
  const now = clock();
  const customerIds = [...new Set(asked.flatMap(({ customer_id: id }) => id ?? []))];
  const named = [...new Set(asked.flatMap(({ campaign_ids: ids }) => ids ?? []))];
  const isOpen = asked.some(({ campaign_ids: ids }) => !ids);
  const [standings, active, byId, [holdout]] = await Promise.all([
    deps.readStandings(customerIds),
    isOpen ? selectActiveStates(db, now, consideredCampaigns) : [],
    named.length > 0 ? selectCampaignsById(db, named) : [],
    selectHoldouts(db, 1),
  ]);
  const keys = new Set([...active, ...byId].map(({ campaignKey }) => campaignKey));
  const customerKeys = Array.from(standings.values(), ({ customerKey }) => customerKey);
  const full = keys.size > 0 ? await selectFullCounters(db, [...keys], customerKeys) : [];
  const moment = { now, standings, holdout: holdout!, full };

  const itemIds = [...new Set(asked.flatMap(({ cart }) => cart?.map((line) => line.item_id) ?? []))];
  const groundOf = async (states: CampaignState[]): Promise<Ground> => {
    const set = await ruleSets.ofCampaigns(states.map(({ campaignKey }) => campaignKey));
    return {
      set,
      states,
      closed: closedOf(set, states, moment),
      within: categoriesOf(itemIds, set, deps.itemsForScope),
    };
  };
  const open = isOpen ? await groundOf(active) : undefined;
  const campaigns = new Map(byId.map((campaign) => [campaign.campaignId, campaign]));
  return Promise.all(
    asked.map(async (one) => {
      const missing = one.campaign_ids?.findIndex((id) => !campaigns.has(id)) ?? -1;
      if (missing >= 0) return invalidField(`/campaign_ids/${missing}`, 'is no campaign');
      const chosen = one.campaign_ids && [...new Set(one.campaign_ids)].map((id) => campaigns.get(id)!);
      const ordered = chosen?.sort((a, b) => b.priority - a.priority || a.campaignKey - b.campaignKey);
      return prepareOne(deps, one, moment, ordered ? await groundOf(ordered) : open!);
    }),
  );
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
    closed,
    blocked: customerKey === null ? [] : blockedOf(set, customerKey, moment),
    holdoutShare: holdout.share,
    explorationShare: holdout.explorationShare,
    points: {
      holdout: customerId === undefined ? 1 : pointOf(holdoutSalt(holdout.salt), customerId),
      control: [],
      draw: explores ? chance() : 1,
      pick: explores ? chance() : 0,
    },
    given: { goods: [], code: null, left: null },
  };
  const controlPoint = (place: number) => {
    const point = pointOf(controlSalt(holdout.salt, set.campaigns[place]!.campaignId), customerId!);
    inputs.points.control.push([place, point]);
    return point;
  };
  const draft = draftFrom(inputs, set, controlPoint);
  return { now, customerKey, inputs, set, draft, stateAt: (place) => states[place]! };
}

const chanceSteps = 2 ** 47;
const chance = () => randomInt(chanceSteps) / chanceSteps;

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
