import type { Database } from '../../db/index.ts';
import { type GlobalHoldout, readHoldout } from '../../experiments/index.ts';
import type { ResponseScorer, Responses } from '../decisions/choice/expected-gain.ts';
import { type FullCounter, selectFullCampaigns } from '../limits/store.ts';
import { selectPublishedKey } from '../policies/store.ts';
import type { Campaign, CampaignCounters } from './campaign-terms.ts';
import type { CampaignSet } from './sets/campaign-sets.ts';
import {
  type CampaignState,
  type IsolatingCampaign,
  selectActiveStates,
  selectCampaignsById,
  selectIsolating,
  selectNextChange,
} from './store.ts';

/** What all decisions of a moment look at, whoever they are about. */
export interface HeldCampaigns {
  /** those that are active, in the order in which they are tried */
  readonly active: readonly CampaignState[];
  readonly isolating: readonly IsolatingCampaign[];
  /** the version of by-cause that says what customers need */
  readonly causesKey: number;
  readonly holdout: GlobalHoldout;
  readonly scorers: ReadonlyMap<number, ResponseScorer>;
  /** Whoever is not known is absent. */
  named(campaignIds: readonly string[]): Promise<ReadonlyMap<string, Campaign>>;
  /** Limits that the campaigns of a set have reached as a whole. */
  fullOf(set: CampaignSet): Promise<readonly FullCounter[]>;
}

/** How a campaign stands after something was taken of it. */
export interface Taken
  extends Pick<CampaignCounters, 'issued' | 'moneyReservedMinor' | 'moneyRedeemedMinor' | 'moneyReversedMinor'> {
  campaignKey: number;
}

/**
 * Campaigns as decisions look at them, read anew when they were read so long ago that another instance may have changed them. What
 * is given is taken by conditional updates, so that what is held here a moment too long is refused there and never given.
 */
export interface CampaignMemory {
  read(now: Date): Promise<HeldCampaigns>;
  /** Decisions that looked at it have taken something: those that come next see it. */
  took(held: HeldCampaigns, taken: readonly Taken[]): void;
  /** Something may be otherwise: who asks from now on is answered by what is read from now on. */
  forget(): void;
}

const heldMs = 250;
/** Days, weeks and months begin at quarters of an hour, wherever. */
const quarterMs = 900_000;
/** Without ids of campaigns, so many of the active ones are considered, the highest priority first. */
const consideredCampaigns = 500;

interface Held {
  campaigns: HeldCampaigns;
  /** by campaign key; one that is named is there twice */
  states: Map<number, CampaignState[]>;
  /** of the shop's clock */
  from: number;
  until: number;
}

interface Reading {
  begunAt: number;
  found: Promise<Held>;
}

export function createCampaignMemory(db: Database, responses: Responses): CampaignMemory {
  let last: Reading | undefined;
  let held: Held | undefined;

  async function readAnew(now: Date): Promise<Held> {
    const [active, isolating, next, causesKey, holdout, scorers] = await Promise.all([
      selectActiveStates(db, now, consideredCampaigns),
      selectIsolating(db, now),
      selectNextChange(db, now),
      selectPublishedKey(db, 'by-cause'),
      readHoldout(db),
      responses.scorers(),
    ]);
    const states = new Map(active.map((state) => [state.campaignKey, [state]]));
    const from = now.getTime();
    const until = Math.min(next?.getTime() ?? Number.POSITIVE_INFINITY, from - (from % quarterMs) + quarterMs);
    const campaigns = {
      active,
      isolating,
      causesKey: causesKey!,
      holdout,
      scorers,
      named: nameCampaigns(db, states),
      fullOf: findFull(db, now),
    };
    return { campaigns, states, from, until };
  }

  function begin(now: Date): Reading {
    const mine: Reading = { begunAt: performance.now(), found: readAnew(now) };
    last = mine;
    mine.found.then(
      (found) => {
        if (last === mine) held = found;
      },
      () => {
        if (last === mine) last = undefined;
      },
    );
    return mine;
  }

  return {
    async read(now) {
      const recent = last && performance.now() - last.begunAt < heldMs ? last : begin(now);
      const found = await recent.found;
      // A day may have begun since, or a campaign.
      if (found.from <= now.getTime() && now.getTime() < found.until) return found.campaigns;
      return (await begin(now).found).campaigns;
    },
    took(from, taken) {
      if (held?.campaigns !== from) return;
      for (const { campaignKey, ...counters } of taken) {
        for (const state of held.states.get(campaignKey) ?? []) state.counters = { ...state.counters, ...counters };
      }
    },
    forget() {
      held = undefined;
      last = undefined;
    },
  };
}

function nameCampaigns(db: Database, states: Map<number, CampaignState[]>): HeldCampaigns['named'] {
  const known = new Map<string, Campaign>();
  return async (ids) => {
    const missing = ids.filter((id) => !known.has(id));
    for (const campaign of missing.length > 0 ? await selectCampaignsById(db, missing) : []) {
      if (known.has(campaign.campaignId)) continue;
      known.set(campaign.campaignId, campaign);
      states.set(campaign.campaignKey, [...(states.get(campaign.campaignKey) ?? []), campaign]);
    }
    return known;
  };
}

function findFull(db: Database, now: Date): HeldCampaigns['fullOf'] {
  const found = new WeakMap<CampaignSet, Promise<readonly FullCounter[]>>();
  return (set) => {
    let full = found.get(set);
    if (!full) {
      full = selectFullCampaigns(db, set.bounds, now);
      found.set(set, full);
    }
    return full;
  };
}
