import type { Queryable } from '../../db/index.ts';
import { notFound } from '../../errors.ts';
import { cutPageBy, type RowKeys, readRowCursor, writeRowCursor } from '../../formats/cursor.ts';
import {
  behaviours,
  type EventEntry,
  type EventType,
  findCustomers,
  type ItemName,
  itemNamesOf,
  type OrderEntry,
  type RefundEntry,
  selectEventEntries,
  selectOrderEntries,
  selectRefundEntries,
  type TimelineEntry,
  type TimelineSelection,
} from '../../intake/index.ts';
import { type ServedListEntry, selectListEntries } from '../../recommendations/index.ts';
import { type SegmentChangeEntry, selectChangeEntries } from '../../segments/index.ts';
import type { CampaignSets } from '../campaigns/sets/campaign-sets.ts';
import type { Outcome } from '../decisions/choice/outcome-codes.ts';
import { type ConsideredCampaign, consideredIn, type PolicyName } from '../decisions/considered-campaigns.ts';
import { policyOf } from '../decisions/decision.ts';
import { type DecisionEntry, type RedemptionEntry, selectDecisionEntries, selectRedemptionEntries } from './store.ts';

/** What a timeline tells, by kind. */
interface Entries {
  order: OrderEntry;
  refund: RefundEntry;
  coupon_redemption: RedemptionEntry;
  coupon_decision: DecisionEntry;
  segment_change: SegmentChangeEntry;
  list: ServedListEntry;
  event: EventEntry;
  exposure: EventEntry;
}

export type TimelineKind = keyof Entries;
export type KindedEntry = { [Kind in TimelineKind]: { kind: Kind } & Entries[Kind] }[TimelineKind];

interface Source<Kind extends TimelineKind> {
  read(db: Queryable, selection: TimelineSelection): Promise<Entries[Kind][]>;
  /** It is told of who objected to profiling too: what was agreed with the shop, and not what somebody is like. */
  isBusiness: boolean;
  keyForm: RegExp;
  /** no key of the kind comes before the first or after the last of these */
  ends: readonly [first: string, last: string];
}

const numbered = { keyForm: /^\d{1,18}$/, ends: ['0', String(2n ** 63n - 1n)] } as const;
const byUuid = {
  keyForm: /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
  ends: ['00000000-0000-0000-0000-000000000000', 'ffffffff-ffff-ffff-ffff-ffffffffffff'],
} as const;

const typesThat = (areMeant: boolean) =>
  Object.entries(behaviours)
    .filter(([, { source, deliberate }]) => source === 'event' && deliberate === areMeant)
    .map(([type]) => type as EventType);
const [deliberate, seen] = [typesThat(true), typesThat(false)];

/** In the order in which they follow each other where they are of the same microsecond. */
const sources: { [Kind in TimelineKind]: Source<Kind> } = {
  refund: { read: selectRefundEntries, isBusiness: true, ...numbered },
  coupon_redemption: { read: selectRedemptionEntries, isBusiness: true, ...numbered },
  order: { read: selectOrderEntries, isBusiness: true, ...numbered },
  coupon_decision: { read: selectDecisionEntries, isBusiness: true, ...numbered },
  segment_change: { read: selectChangeEntries, isBusiness: false, ...numbered },
  event: { read: (db, selection) => selectEventEntries(db, selection, deliberate), isBusiness: false, ...numbered },
  list: { read: selectListEntries, isBusiness: false, ...byUuid },
  exposure: { read: (db, selection) => selectEventEntries(db, selection, seen), isBusiness: false, ...numbered },
};
const kindsInOrder = Object.keys(sources) as TimelineKind[];

/** Which of a customer's timeline, as the API asks for it. */
export interface TimelineQuery {
  customerId: string;
  kinds: readonly TimelineKind[];
  limit: number;
  cursor?: string;
}

export interface TimelinePage {
  profilingAllowed: boolean;
  page: KindedEntry[];
  next: string | null;
  /** of the items of lists, by their keys */
  names: ReadonlyMap<number, ItemName>;
  /** what decisions looked at, by their keys */
  looked: ReadonlyMap<string, LookedAt>;
}

/** What a decision looked at. */
export interface LookedAt {
  /** that made it; absent: from before there were policies */
  policy?: PolicyName;
  /** that were for the customer, in the order in which they were tried */
  campaigns: readonly Pick<ConsideredCampaign, 'campaignId' | 'outcome'>[];
}

/**
 * What happened to a customer, the newest first, from all stations in one order: each gives a page of its own, which together
 * hold the page that is asked for.
 * @throws PannierError `not_found`; `invalid_request` for a cursor of another list
 */
export async function readTimeline(
  db: Queryable,
  campaignSets: Pick<CampaignSets, 'byId'>,
  query: TimelineQuery,
): Promise<TimelinePage> {
  const customer = (await findCustomers(db, [query.customerId])).get(query.customerId);
  if (!customer) throw notFound('customer');
  const { customerKey, profilingAllowed } = customer;
  const last = readRowCursor(query.cursor, isPlace);
  const entries: KindedEntry[] = [];
  for (const kind of kindsInOrder) {
    const { read, isBusiness } = sources[kind];
    if (!query.kinds.includes(kind) || !(isBusiness || profilingAllowed)) continue;
    const before = last ? placeWithin(kind, last) : { at: 'infinity', key: sources[kind].ends[1] };
    const own = await read(db, { customerKey, before, limit: query.limit + 1 });
    entries.push(...own.map((entry) => ({ kind, ...entry }) as KindedEntry));
  }
  // What is of one time stays in the order in which it was read: by kind, and by key within it.
  entries.sort((a, b) => (a.at === b.at ? 0 : a.at < b.at ? 1 : -1));
  const cut = cutPageBy(entries, query.limit, ({ at, kind, key }) => writeRowCursor([at, kind, key]));
  const itemKeys = cut.page.flatMap((entry) => (entry.kind === 'list' ? entry.itemKeys : []));
  const names = await itemNamesOf(db, [...new Set(itemKeys)]);
  return { profilingAllowed, ...cut, names, looked: await lookedAt(campaignSets, cut.page) };
}

/** What is said of a campaign that was not for the customer. */
const notForThem: ReadonlySet<Outcome> = new Set<Outcome>([
  'not-active',
  'group-not-targeted',
  'not-in-target-segment',
]);

async function lookedAt(
  campaignSets: Pick<CampaignSets, 'byId'>,
  page: readonly KindedEntry[],
): Promise<Map<string, LookedAt>> {
  const looked = new Map<string, LookedAt>();
  for (const entry of page) {
    if (entry.kind !== 'coupon_decision') continue;
    const { key, setId, outcomes, campaignId, campaignsThen } = entry;
    const set = setId === null ? undefined : await campaignSets.byId(setId);
    const all = set ? consideredIn(set, outcomes ?? '') : (campaignsThen ?? []);
    const campaigns = all.filter(({ outcome }) => !notForThem.has(outcome));
    looked.set(key, { campaigns, ...(set && { policy: policyOf(set, campaignId) }) });
  }
  return looked;
}

type Place = readonly [at: string, kind: TimelineKind, key: string];

function isPlace(keys: RowKeys): keys is Place {
  const [at, kind, key] = keys;
  return (
    keys.length === 3 &&
    typeof at === 'string' &&
    /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/.test(at) &&
    !Number.isNaN(Date.parse(at)) &&
    kindsInOrder.includes(kind as TimelineKind) &&
    typeof key === 'string' &&
    sources[kind as TimelineKind].keyForm.test(key)
  );
}

/** Where a kind goes on: all of the time are behind the last entry where the kind follows its kind, none where it does not. */
function placeWithin(kind: TimelineKind, [at, lastKind, key]: Place): TimelineEntry {
  if (kind === lastKind) return { at, key };
  const [first, last] = sources[kind].ends;
  return { at, key: kindsInOrder.indexOf(kind) > kindsInOrder.indexOf(lastKind) ? last : first };
}
