import { groups } from '../../../../models/segmentation/index.ts';
import type { Campaign, Discount } from '../../campaigns/campaign-terms.ts';
import { isOpenAt, type Opening } from '../../campaigns/opening-hours.ts';
import type { Offer } from '../../discounts/stacking.ts';
import { given, notNeeded, type Verdict } from '../../policies/judge-policy.ts';
import { firstByCause, firstForEveryone, type Policy, type PolicyVersion } from '../../policies/policy.ts';
import { type PolicyReads, readsOf } from '../../policies/policy-reads.ts';
import type { Isolator } from './isolation.ts';
import { codeOf } from './outcome-codes.ts';

const noGroup = groups.length;

type Term =
  | keyof Offer
  | 'campaignKey'
  | 'validFrom'
  | 'validUntil'
  | 'targetGroups'
  | 'targetSegments'
  | 'controlShare'
  | 'isolation'
  | 'guests'
  | 'channel'
  | 'policy'
  | 'hours'
  | 'timeZone';

/** Campaigns made ready for many decisions: columns by place in the order in which they are tried. */
export interface CompiledCampaigns {
  readonly size: number;
  readonly campaignIds: readonly string[];
  readonly offers: readonly Offer[];
  readonly places: ReadonlyMap<number, number>;
  readonly from: Float64Array;
  readonly until: Float64Array;
  /** of those that are not open at any hour, by place */
  readonly openings: ReadonlyMap<number, Opening>;
  /** bit g: group g may have it; the last bit is that of customers without a group */
  readonly groupBits: Uint8Array;
  readonly priority: Int32Array;
  /** of the campaigns that aim at segments, and at which */
  readonly aimed: readonly { readonly place: number; readonly segmentIds: readonly string[] }[];
  /** −1: nothing to reach */
  readonly leastMinor: Float64Array;
  /** place of its scope; 0: the whole cart */
  readonly scope: Int32Array;
  readonly scopesByItem: ReadonlyMap<string, readonly number[]>;
  readonly scopesByCategory: ReadonlyMap<string, readonly number[]>;
  /** scopes that are whole sets of these items */
  readonly bundles: readonly { readonly scope: number; readonly itemIds: readonly string[] }[];
  /** 1: for visitors who are nobody by name too */
  readonly guests: Uint8Array;
  readonly controlShare: Float64Array;
  readonly channels: readonly (string | null)[];
  /** by place, of the campaigns whose control is kept from others' coupons */
  readonly isolators: readonly (Isolator | undefined)[];
  /** what decides above campaigns, each version once, and which of them above the campaign at a place */
  readonly policies: readonly PolicyVersion[];
  readonly policyOf: Uint16Array;
  /** what the policies say by their places where need and being known is all that they ask */
  readonly verdictsByNeed: VerdictsByNeed;
  /** by whose thresholds it is told what a customer needs */
  readonly causes: PolicyVersion;
  readonly reads: PolicyReads;
  /** whether need and being known is all that the policies ask beside the campaigns' models */
  readonly isByNeedAlone: boolean;
  /** whether one gives by the campaign's model alone */
  readonly isAnyScored: boolean;
  /** that a coupon can take off; Infinity: it has no bound */
  readonly mostMinor: Float64Array;
  /** of use while one choice is made */
  readonly scratch: Scratch;
  /** what holds for all moments between two at which a campaign begins or ends, or may open or close; made anew when time leaves it */
  window: Window | undefined;
}

/** Where a coupon is needed, and where it is not: of who is known and of others. */
interface VerdictsByNeed {
  readonly needed: readonly Verdict[];
  readonly known: readonly Verdict[];
  readonly unknown: readonly Verdict[];
}

interface Scratch {
  /** by scope: lines, what they add up to, whole pieces and the lowest price of one */
  lines: Int32Array;
  totals: Float64Array;
  pieces: Float64Array;
  cheapest: Float64Array;
  lastLine: Int32Array;
  /** places in turn: what nothing stands against, and what only its score does */
  open: Int32Array;
  refused: Int32Array;
}

interface Window {
  from: number;
  until: number;
  /** by group: outcomes before anything else is looked at, and the places that are left to look at */
  byGroup: { base: Uint8Array; listed: Int32Array }[];
}

/** Above campaigns of before policies had versions. */
function firstPolicies(campaigns: readonly Pick<Campaign, 'policy'>[]): PolicyVersion[] {
  return campaigns.map(({ policy }) => (policy === 'everyone' ? firstForEveryone : firstByCause));
}

/**
 * @param campaigns in the order in which they are to be tried
 * @param deciding the version of a policy that decides above each of them
 * @param causes that by whose thresholds it is told what a customer needs
 */
export function compileCampaigns(
  campaigns: readonly Pick<Campaign, Term>[],
  deciding: readonly PolicyVersion[] = firstPolicies(campaigns),
  causes: PolicyVersion = firstByCause,
): CompiledCampaigns {
  const size = campaigns.length;
  const policies = [...new Set(deciding)];
  const contents = policies.map(({ policy }) => policy);
  const scopeOf = new Map<string, number>();
  const scopesByItem = new Map<string, number[]>();
  const scopesByCategory = new Map<string, number[]>();
  const put = (into: Map<string, number[]>, key: string, scope: number) => {
    const scopes = into.get(key);
    if (scopes) scopes.push(scope);
    else into.set(key, [scope]);
  };
  const bundles: { scope: number; itemIds: readonly string[] }[] = [];
  const scope = Int32Array.from(campaigns, ({ itemIds, categories, bundle }) => {
    if (itemIds.length + categories.length + bundle.length === 0) return 0;
    const key = JSON.stringify([itemIds, categories, bundle]);
    const known = scopeOf.get(key);
    if (known !== undefined) return known;
    const place = 1 + scopeOf.size;
    scopeOf.set(key, place);
    for (const id of itemIds) put(scopesByItem, id, place);
    for (const path of categories) put(scopesByCategory, path, place);
    if (bundle.length > 0) bundles.push({ scope: place, itemIds: bundle });
    return place;
  });
  const scopes = 1 + scopeOf.size;
  return {
    size,
    campaignIds: campaigns.map(({ campaignId }) => campaignId),
    offers: campaigns,
    places: new Map(campaigns.map(({ campaignKey }, place) => [campaignKey, place])),
    from: Float64Array.from(campaigns, ({ validFrom }) => validFrom.getTime()),
    until: Float64Array.from(campaigns, ({ validUntil }) => validUntil.getTime()),
    openings: new Map(
      campaigns.flatMap(({ hours, timeZone }, place): [number, Opening][] =>
        hours.length > 0 ? [[place, { hours, timeZone }]] : [],
      ),
    ),
    groupBits: Uint8Array.from(campaigns, ({ targetGroups }) =>
      targetGroups.length === 0
        ? (1 << (noGroup + 1)) - 1
        : targetGroups.reduce((bits, group) => bits | (1 << groups.indexOf(group)), 0),
    ),
    priority: Int32Array.from(campaigns, ({ priority }) => priority),
    aimed: campaigns.flatMap(({ targetSegments: segmentIds }, place) =>
      segmentIds.length > 0 ? [{ place, segmentIds }] : [],
    ),
    leastMinor: Float64Array.from(campaigns, ({ minimumSpendMinor }) => minimumSpendMinor ?? -1),
    scope,
    scopesByItem,
    scopesByCategory,
    bundles,
    guests: Uint8Array.from(campaigns, ({ guests }) => Number(guests)),
    controlShare: Float64Array.from(campaigns, ({ controlShare }) => controlShare),
    channels: campaigns.map(({ channel }) => channel),
    isolators: campaigns.map(({ isolation, campaignId, channel }) =>
      isolation === 'campaign' ? undefined : [campaignId, isolation === 'channel' ? channel : null],
    ),
    policies,
    policyOf: Uint16Array.from(deciding, (version) => policies.indexOf(version)),
    verdictsByNeed: {
      needed: policies.map(() => given),
      known: contents.map(({ kind }) => (kind === 'by-cause' ? notNeeded : given)),
      unknown: policies.map(() => notNeeded),
    },
    causes,
    reads: readsOf(contents),
    isByNeedAlone: policies.every(({ policy: { kind } }, place) =>
      kind === 'by-cause' ? policies[place] === causes : kind !== 'first-order' && kind !== 'rules',
    ),
    isAnyScored: contents.some(isScored),
    mostMinor: Float64Array.from(campaigns, ({ discount }) => mostOf(discount)),
    scratch: {
      lines: new Int32Array(scopes),
      totals: new Float64Array(scopes),
      pieces: new Float64Array(scopes),
      cheapest: new Float64Array(scopes),
      lastLine: new Int32Array(scopes),
      open: new Int32Array(size),
      refused: new Int32Array(size),
    },
    window: undefined,
  };
}

/** Whether a policy gives by the campaign's model alone. */
export function isScored({ kind }: Policy): boolean {
  return kind === 'uplift' || kind === 'largest-incremental-margin';
}

function mostOf(discount: Discount): number {
  if (discount.type === 'amount') return discount.amountMinor;
  return 'maximumMinor' in discount ? (discount.maximumMinor ?? Number.POSITIVE_INFINITY) : 0;
}

const minuteMs = 60_000;

/** What holds at a moment for each group, kept until a campaign begins or ends, or a minute where one has hours. */
export function windowAt(campaigns: CompiledCampaigns, now: number): Window {
  if (campaigns.window && now >= campaigns.window.from && now < campaigns.window.until) return campaigns.window;
  const { size, from, until, groupBits, openings } = campaigns;
  const minute = now - (now % minuteMs);
  const edges = [...from, ...until, ...(openings.size > 0 ? [minute, minute + minuteMs] : [])];
  const closed = new Set([...openings].flatMap(([place, opening]) => (isOpenAt(opening, now) ? [] : [place])));
  const byGroup = [...groups, null].map((_, group) => {
    const base = new Uint8Array(size);
    const listed: number[] = [];
    for (let place = 0; place < size; place++) {
      if (now < from[place] || now >= until[place]) base[place] = codeOf['not-active'];
      else if ((groupBits[place] & (1 << group)) === 0) base[place] = codeOf['group-not-targeted'];
      else if (closed.has(place)) base[place] = codeOf['not-open-now'];
      else listed.push(place);
    }
    return { base, listed: Int32Array.from(listed) };
  });
  campaigns.window = {
    from: Math.max(...edges.filter((edge) => edge <= now), Number.NEGATIVE_INFINITY),
    until: Math.min(...edges.filter((edge) => edge > now), Number.POSITIVE_INFINITY),
    byGroup,
  };
  return campaigns.window;
}
