import type { Database } from '../../db/index.ts';
import { type AdoptedArm, selectAdoptedArms, selectControlsOfVisitors } from '../../experiments/index.ts';
import { findVisitors, readVisitorsOrdered } from '../../intake/index.ts';
import type { CampaignSet } from '../campaigns/sets/campaign-sets.ts';
import type { IsolatingCampaign } from '../campaigns/store.ts';
import type { Isolator } from '../decisions/choice/isolation.ts';
import type { FullCounter } from '../limits/store.ts';
import { selectAdoptedUnits, selectFullOfVisitors } from './store.ts';

/** Whom a request names. */
interface Asked {
  readonly customer_id?: string;
  readonly visitor_id?: string;
}

/** A visitor whom a request names without a customer. */
export interface FoundVisitor {
  readonly visitorKey: number;
  /** whom the visitor turned out to be; null: nobody by name */
  readonly customerId: string | null;
}

/** By id, the visitors whom requests name without a customer; whoever nothing is known of is absent. */
export async function visitorsAsking(
  db: Database,
  asked: readonly Asked[],
  now: Date,
): Promise<ReadonlyMap<string, FoundVisitor>> {
  const ids = asked.flatMap(({ customer_id, visitor_id }) => (customer_id === undefined ? (visitor_id ?? []) : []));
  return ids.length === 0 ? new Map() : findVisitors(db, [...new Set(ids)], now);
}

/** What decisions look at of visitors who are nobody by name, and of what customers were given as such. */
export interface GuestReads {
  /** keys of those who ask, by id */
  readonly visitors: ReadonlyMap<string, number>;
  /** those who have an order */
  readonly ordered: ReadonlySet<number>;
  /** by visitor key, as of customers */
  readonly isolators: ReadonlyMap<number, readonly Isolator[]>;
  /** limits that visitors have reached; what customers hold with what they were given as visitors */
  readonly full: readonly FullCounter[];
  /** by customer key and that of the experiment: arms that customers have from visitors that they were */
  readonly arms: ReadonlyMap<number, ReadonlyMap<number, AdoptedArm['arm']>>;
}

export const noGuests: GuestReads = {
  visitors: new Map(),
  ordered: new Set(),
  isolators: new Map(),
  full: [],
  arms: new Map(),
};

/** Nothing is read where no visitor asks and no campaign is for guests. */
export async function readGuests(
  db: Database,
  asking: ReadonlyMap<string, FoundVisitor>,
  sets: readonly CampaignSet[],
  {
    customerKeys,
    isolating,
    now,
  }: { customerKeys: readonly number[]; isolating: readonly IsolatingCampaign[]; now: Date },
): Promise<GuestReads> {
  const open = sets.flatMap(({ campaigns }) => campaigns.filter(({ guests }) => guests));
  const visitors = new Map(
    [...asking].flatMap(([id, { visitorKey, customerId }]) => (customerId === null ? [[id, visitorKey] as const] : [])),
  );
  if (visitors.size === 0 && open.length === 0) return noGuests;
  const visitorKeys = [...new Set(visitors.values())];
  const campaignKeys = [...new Set(open.map(({ campaignKey }) => campaignKey))];
  const drawn = [
    ...new Set(open.flatMap(({ experimentKey, controlShare }) => (controlShare > 0 ? experimentKey : []))),
  ];
  const asksOrders = sets.some(({ compiled }) => compiled.reads.ordered);
  const isAny = visitorKeys.length > 0;
  const isAdopting = customerKeys.length > 0 && campaignKeys.length > 0;
  const [ordered, controls, reached, adopted, arms] = await Promise.all([
    isAny && asksOrders ? readVisitorsOrdered(db, visitorKeys) : new Set<number>(),
    isAny && isolating.length > 0
      ? selectControlsOfVisitors(
          db,
          visitorKeys,
          isolating.map(({ experimentKey }) => experimentKey),
        )
      : new Map<number, number[]>(),
    isAny
      ? selectFullOfVisitors(
          db,
          visitorKeys,
          sets.flatMap(({ bounds }) => bounds),
          now,
        )
      : [],
    isAdopting ? selectAdoptedUnits(db, customerKeys, campaignKeys) : [],
    isAdopting && drawn.length > 0 ? selectAdoptedArms(db, customerKeys, drawn) : [],
  ]);
  const isolatorOf = new Map(
    isolating.map(({ experimentKey, campaignId, channel }) => [experimentKey, [campaignId, channel] as const]),
  );
  return {
    visitors,
    ordered,
    isolators: new Map(Array.from(controls, ([key, of]) => [key, of.map((one) => isolatorOf.get(one)!)])),
    full: [...reached, ...adopted],
    arms: byCustomer(arms),
  };
}

/** Who was held out of all as a visitor was in no arm of a campaign. */
function byCustomer(arms: readonly AdoptedArm[]): GuestReads['arms'] {
  const found = new Map<number, Map<number, AdoptedArm['arm']>>();
  for (const { customerKey, experimentKey, arm } of arms) {
    if (arm === 'holdout') continue;
    const own = found.get(customerKey);
    if (own) own.set(experimentKey, arm);
    else found.set(customerKey, new Map([[experimentKey, arm]]));
  }
  return found;
}
