import { createHash } from 'node:crypto';
import { type FieldFault, invalidFields } from '../../errors.ts';
import type { Group } from '../../segments/index.ts';
import { dayMs } from '../../shop/days.ts';
import { fromMinor, isWhole, toMinor } from '../../shop/money.ts';
import { isTimeZone } from '../../shop/time-zone.ts';
import type { WeekStart } from '../limits/periods.ts';
import type {
  CampaignElement,
  DiscountElement,
  HoursElement,
  LimitElement,
  ReferralElement,
} from '../request-elements.ts';
import { type OpeningHours, weekdays } from './opening-hours.ts';
import type { BudgetRaise } from './raises/store.ts';

export type Discount =
  | { type: 'percent'; percent: number /** null: no cap */; maximumMinor: number | null }
  | { type: 'amount'; amountMinor: number }
  /** a marker: the shop waives its shipping, which costs the campaign no money */
  | { type: 'free-shipping' }
  /** of each `buy` + `get` pieces the `get` cheapest at `percent` off */
  | { type: 'buy-x-get-y'; buy: number; get: number; percent: number; maximumMinor: number | null };

/** From no other campaign's coupons, from those of the same channel, or from all. */
export type Isolation = 'campaign' | 'channel' | 'all';

/** Of a campaign whose customers hand codes on to friends. */
export interface Referral {
  /** whose coupon the referrer gets for a friend's order */
  rewardCampaignId: string;
  /** whether a friend must not have ordered before */
  firstOrderOnly: boolean;
  /** null: no limit of the code's own */
  usesPerCode: number | null;
  /** so long an order must stand before the reward is given */
  confirmDays: number;
}

/** Of a campaign that opens once enough have joined it, and gives to those who have. */
export interface GroupOffer {
  /** so many must */
  joiners: number;
  joinUntil: Date;
}

/** What a campaign promises. A change makes another version of it; what was issued under this one keeps it. */
export interface CampaignTerms {
  campaignId: string;
  name: string;
  discount: Discount;
  validFrom: Date;
  validUntil: Date;
  couponValidDays: number;
  /** null: no limit */
  couponBudget: number | null;
  moneyBudgetMinor: number | null;
  limitPerCustomer: number;
  minimumSpendMinor: number | null;
  /** empty: every group */
  targetGroups: Group[];
  /** in one of which a customer must be as well; empty: everybody */
  targetSegments: string[];
  /** both empty: the whole cart */
  itemIds: string[];
  categories: string[];
  /** items that a cart must hold all of, and whose whole sets the discount is for, instead of the scope above; empty: none */
  bundle: string[];
  priority: number;
  limits: LimitElement[];
  timeZone: string;
  weekStart: WeekStart;
  stacking: 'exclusive' | 'stackable';
  stackingOrder: number;
  controlShare: number;
  /** from whose coupons its control group is kept, besides its own */
  isolation: Isolation;
  /** whether visitors who are nobody by name may have it */
  guests: boolean;
  /** by which its coupons reach customers, such as e-mail; null: none is named */
  channel: string | null;
  /** by its name; null: the default of the shop */
  policy: string | null;
  /** by the clocks of its zone; empty: at any hour */
  hours: OpeningHours[];
  /** null: nobody hands its codes on */
  referral: Referral | null;
  /** null: nobody has to join */
  groupOffer: GroupOffer | null;
}

/** A version of a campaign's terms: never changes, so it may be kept for as long as one likes. */
export interface TermsVersion extends CampaignTerms {
  campaignKey: number;
  termsKey: number;
  /** from 1 on */
  version: number;
  /** when it began to hold */
  since: Date;
  contentHash: Buffer;
  /** under which the campaign's arms are kept */
  experimentKey: number;
}

/** A campaign with the terms that hold now. */
export interface Campaign extends TermsVersion {
  paused: boolean;
  /** since when it is listed only where it is asked for; null: it is listed */
  archivedAt: Date | null;
  /** the version of its policy that decides now */
  policyKey: number;
  createdAt: Date;
  counters: CampaignCounters;
  /** of a group offer: how many have joined, and since when they are enough */
  joined: number;
  openedAt: Date | null;
  /** a raise of its budget that a second person has not decided about; null: none */
  waitingRaise: BudgetRaise | null;
}

export interface CampaignCounters {
  /** held: reserved, and redeemed without what was reversed */
  issued: number;
  /** ever, like the three below */
  redeemed: number;
  expired: number;
  released: number;
  /** redemptions reversed as a whole */
  reversed: number;
  moneyReservedMinor: number;
  /** ever, like reversed */
  moneyRedeemedMinor: number;
  moneyReversedMinor: number;
}

/** Of a campaign that has given nothing. */
export const noCounters: CampaignCounters = {
  issued: 0,
  redeemed: 0,
  expired: 0,
  released: 0,
  reversed: 0,
  moneyReservedMinor: 0,
  moneyRedeemedMinor: 0,
  moneyReversedMinor: 0,
};

/** Money that a campaign cannot give to somebody else. */
export function boundMoney(counters: CampaignCounters): number {
  return counters.moneyReservedMinor + counters.moneyRedeemedMinor - counters.moneyReversedMinor;
}

export type CampaignStatus = 'scheduled' | 'active' | 'paused' | 'ended';

/** What of the shop the terms of campaigns are read by. */
export interface ShopOfTerms {
  timeZone: string;
  barred: ReadonlySet<string>;
  /** undefined: no rule of items that are known has this id */
  itemsOfRule?: (ruleId: string) => readonly string[] | undefined;
}

const percentPlaces = 4;
const sharePlaces = 4;

/**
 * Reads a campaign as sent into its terms, lists without repetitions and in order.
 * @param digits digits after the point of the currency's minor unit
 * @param shop `timeZone` is that of a campaign that names none; what is `barred` may not be aimed by; `itemsOfRule` has the items that
 *   a rule's id names
 * @throws PannierError `invalid_request` naming every field that contradicts another or the currency
 */
export function readTerms(
  element: CampaignElement,
  digits: number,
  shop: ShopOfTerms = { timeZone: 'UTC', barred: new Set() },
): CampaignTerms {
  const faults: FieldFault[] = [];
  const fault = (field: string, message: string) => void faults.push({ field, message });
  const money = (value: string | undefined, field: string, least: number): number | null => {
    if (value === undefined) return null;
    const minor = toMinor(value, digits);
    if (!isWhole(value, digits)) fault(field, `has more than the ${digits} decimals of the currency`);
    else if (minor < least) fault(field, `must be at least ${fromMinor(least, digits)}`);
    return minor;
  };

  const discount = readDiscount(element.discount, money, fault);
  const validFrom = readTime(element.valid_from);
  const validUntil = readTime(element.valid_until);
  if (validUntil <= validFrom) fault('/valid_until', 'must be later than valid_from');
  const moneyBudgetMinor = money(element.budget?.money, '/budget/money', 1);
  if (moneyBudgetMinor !== null) {
    if ('maximumMinor' in discount && discount.maximumMinor === null) {
      fault('/discount/maximum_discount', `must be given for a ${discount.type} discount with a money budget`);
    } else if (reservationOf(discount) > moneyBudgetMinor) {
      fault('/budget/money', 'is less than the discount of one coupon');
    }
  }
  const limits = readLimits(element.limits ?? [], fault);
  const hours = readHours(element.hours ?? [], fault);
  const timeZone = element.time_zone ?? shop.timeZone;
  if (!isTimeZone(timeZone)) fault('/time_zone', 'is not an IANA time zone');
  const controlShare = element.control_share ?? 0;
  if (Number(controlShare.toFixed(sharePlaces)) !== controlShare) {
    fault('/control_share', `has more than ${sharePlaces} decimals`);
  }
  const { isolation = 'campaign', channel = null } = element;
  if (isolation !== 'campaign' && controlShare === 0)
    fault('/control_share', `must be more than 0 for isolation ${isolation}`);
  if (isolation === 'channel' && channel === null) fault('/channel', 'must be given for isolation channel');
  if (shop.barred.has('group') && (element.target_groups?.length ?? 0) > 0) {
    fault('/target_groups', 'aims by an attribute that is barred from decisions');
  }
  const referral = readReferral(element.referral ?? null);
  if (referral && controlShare > 0)
    fault('/control_share', 'must be 0 for a campaign of referrals, whose codes are handed on');
  const aims = (['target_groups', 'target_segments'] as const).filter((field) => element[field]?.length);
  if (element.guests && !referral) {
    for (const field of aims) fault(`/${field}`, 'cannot be asked beside guests, of whom no group or segment is known');
  }
  const groupOffer = readGroupOffer(element.group_offer ?? null, { validFrom, validUntil }, fault);
  if (groupOffer && controlShare > 0)
    fault('/control_share', 'must be 0 for a group offer, whose joiners are promised a coupon');
  if (groupOffer && element.guests) fault('/guests', 'is not for a group offer');
  if (groupOffer && referral) fault('/group_offer', 'is not for a campaign of referrals');
  if (referral) {
    const aimed = element.guests ? ['guests', ...aims] : aims;
    for (const field of aimed) fault(`/${field}`, 'is not for a campaign of referrals');
  }
  const bundle = readBundle(element.applies_to ?? {}, shop.itemsOfRule, fault);
  const terms: CampaignTerms = {
    campaignId: element.campaign_id,
    name: element.name,
    discount,
    validFrom,
    validUntil,
    couponValidDays: element.coupon_valid_days ?? 14,
    couponBudget: element.budget?.coupons ?? null,
    moneyBudgetMinor,
    limitPerCustomer: element.limit_per_customer ?? 1,
    minimumSpendMinor: money(element.minimum_spend, '/minimum_spend', 0),
    targetGroups: asSet(element.target_groups),
    targetSegments: asSet(element.target_segments),
    itemIds: asSet(element.applies_to?.item_ids),
    categories: asSet(element.applies_to?.categories),
    bundle,
    priority: element.priority ?? 0,
    limits,
    timeZone,
    weekStart: element.week_start ?? 'monday',
    stacking: element.stacking ?? 'exclusive',
    stackingOrder: element.stacking_order ?? 0,
    controlShare,
    isolation,
    guests: element.guests ?? false,
    channel,
    policy: element.policy ?? null,
    hours,
    referral,
    groupOffer,
  };
  if (faults.length > 0) throw invalidFields(faults);
  return terms;
}

type Fault = (field: string, message: string) => void;

/** Which fields a type of discount takes: needed, allowed. */
const discountFields: Record<DiscountElement['type'], { needed: string[]; allowed: string[] }> = {
  percent: { needed: ['percent'], allowed: ['maximum_discount'] },
  amount: { needed: ['amount'], allowed: [] },
  'free-shipping': { needed: [], allowed: [] },
  'buy-x-get-y': { needed: ['buy', 'get', 'percent'], allowed: ['maximum_discount'] },
};

function readDiscount(
  element: DiscountElement,
  money: (value: string | undefined, field: string, least: number) => number | null,
  fault: Fault,
): Discount {
  const { type, percent = 0, amount, maximum_discount: maximum } = element;
  const { needed, allowed } = discountFields[type];
  for (const name of ['percent', 'maximum_discount', 'amount', 'buy', 'get'] as const) {
    const isGiven = element[name] !== undefined;
    if (isGiven && !needed.includes(name) && !allowed.includes(name)) {
      fault(`/discount/${name}`, `is not for a discount of type ${type}`);
    } else if (!isGiven && needed.includes(name)) {
      fault(`/discount/${name}`, `must be given for a discount of type ${type}`);
    }
  }
  if (needed.includes('percent') && Number(percent.toFixed(percentPlaces)) !== percent) {
    fault('/discount/percent', `has more than ${percentPlaces} decimals`);
  }
  if (type === 'free-shipping') return { type };
  if (type === 'amount') return { type, amountMinor: money(amount, '/discount/amount', 1) ?? 0 };
  const maximumMinor = needed.includes('percent') ? money(maximum, '/discount/maximum_discount', 1) : null;
  if (type === 'percent') return { type, percent, maximumMinor };
  return { type, buy: element.buy ?? 0, get: element.get ?? 0, percent, maximumMinor };
}

/** A rule's id is another way to name its items. */
function readBundle(
  { item_ids: itemIds = [], categories = [], bundle = [], rule_id: ruleId }: NonNullable<CampaignElement['applies_to']>,
  itemsOfRule: ShopOfTerms['itemsOfRule'],
  fault: Fault,
): string[] {
  const field = `/applies_to/${ruleId === undefined ? 'bundle' : 'rule_id'}`;
  if (ruleId !== undefined && bundle.length > 0) fault('/applies_to/rule_id', 'is instead of bundle');
  const ofRule = ruleId === undefined ? undefined : itemsOfRule?.(ruleId);
  if (ruleId !== undefined && !ofRule) fault(field, 'is no rule of items that are known');
  const items = asSet(ofRule ?? bundle);
  if (items.length === 1) fault(field, 'names one item, and a bundle has two or more');
  if (items.length > 0 && itemIds.length + categories.length > 0) fault(field, 'is instead of item_ids and categories');
  return items;
}

function readReferral(element: ReferralElement | null): Referral | null {
  if (!element) return null;
  const { reward_campaign_id: rewardCampaignId, first_order_only: firstOrderOnly = true } = element;
  return {
    rewardCampaignId,
    firstOrderOnly,
    usesPerCode: element.uses_per_code ?? null,
    confirmDays: element.confirm_days ?? 0,
  };
}

function readGroupOffer(
  element: CampaignElement['group_offer'] | null,
  { validFrom, validUntil }: { validFrom: Date; validUntil: Date },
  fault: Fault,
): GroupOffer | null {
  if (!element) return null;
  const joinUntil = readTime(element.join_until);
  if (joinUntil <= validFrom || joinUntil > validUntil)
    fault('/group_offer/join_until', 'must be after valid_from and at the latest valid_until');
  return { joiners: element.joiners, joinUntil };
}

/** In one order, so that the same limits are the same terms. */
function readLimits(elements: readonly LimitElement[], fault: Fault): LimitElement[] {
  const keys = elements.map(({ per, period }) => `${per} ${period}`);
  keys.forEach((key, index) => {
    if (keys.indexOf(key) !== index) fault(`/limits/${index}`, 'limits the same as one before it');
    if (key === 'campaign total') fault(`/limits/${index}`, 'is what budget/coupons is for');
    if (key === 'customer total') fault(`/limits/${index}`, 'is what limit_per_customer is for');
  });
  return elements
    .map(({ per, period, units }) => ({ per, period, units }))
    .sort((a, b) => (`${a.per} ${a.period}` < `${b.per} ${b.period}` ? -1 : 1));
}

/** Days in the order of the week and all in one order, so that the same hours are the same terms. */
function readHours(elements: readonly HoursElement[], fault: Fault): OpeningHours[] {
  const read = elements.map(({ weekdays: named, from, until }) => {
    return { weekdays: weekdays.filter((day) => named?.includes(day) ?? true), from, until };
  });
  const keys = read.map((one) => JSON.stringify(one));
  read.forEach(({ from, until }, index) => {
    if (from === until) fault(`/hours/${index}/until`, 'must be other than from; a whole day is 00:00 to 24:00');
    else if (keys.indexOf(keys[index]) !== index) fault(`/hours/${index}`, 'names the same hours as one before it');
  });
  return read.sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

/** RFC 3339 lets T and Z be small; `Date` promises to read the large ones. */
function readTime(text: string): Date {
  return new Date(text.toUpperCase());
}

function asSet<Value extends string>(values: readonly Value[] = []): Value[] {
  return [...new Set(values)].sort();
}

/**
 * SHA-256 of the terms: the same campaign sent again has the same. Terms that came later count only where they say something,
 * so that a campaign from before them is still the same.
 */
export function contentHash(terms: CampaignTerms): Buffer {
  const { limits, timeZone, weekStart, stacking, stackingOrder, controlShare, isolation, channel, ...rest } = terms;
  const { targetSegments, policy, hours, bundle, guests, referral, groupOffer, ...first } = rest;
  const later = {
    ...(limits.length > 0 && { limits, timeZone, weekStart }),
    ...(stacking !== 'exclusive' && { stacking, stackingOrder }),
    ...(controlShare > 0 && { controlShare }),
    ...(targetSegments.length > 0 && { targetSegments }),
    ...(policy !== null && { policy }),
    ...(hours.length > 0 && { hours, timeZone }),
    ...(isolation !== 'campaign' && { isolation }),
    ...(channel !== null && { channel }),
    ...(bundle.length > 0 && { bundle }),
    ...(guests && { guests }),
    ...(referral && { referral }),
    ...(groupOffer && { groupOffer }),
  };
  return createHash('sha256')
    .update(JSON.stringify({ ...first, ...later }))
    .digest();
}

/** Dates decide before the pause: an ended campaign is ended, paused or not; so is a group offer that too few have joined in time. */
export function statusOf(
  campaign: Pick<Campaign, 'validFrom' | 'validUntil' | 'paused' | 'groupOffer' | 'openedAt'>,
  now: Date,
): CampaignStatus {
  if (now >= campaign.validUntil || hasFailed(campaign, now)) return 'ended';
  if (campaign.paused) return 'paused';
  return now < campaign.validFrom ? 'scheduled' : 'active';
}

/** Whether it is a group offer that too few have joined, whom nobody can join any more. */
export function hasFailed({ groupOffer, openedAt }: Pick<Campaign, 'groupOffer' | 'openedAt'>, now: Date): boolean {
  return groupOffer !== null && openedAt === null && now >= groupOffer.joinUntil;
}

/** How many more a group offer needs before it opens; 0: it is open, or none. */
export function missingOf({
  groupOffer,
  joined,
  openedAt,
}: Pick<Campaign, 'groupOffer' | 'joined' | 'openedAt'>): number {
  return groupOffer && !openedAt ? Math.max(0, groupOffer.joiners - joined) : 0;
}

/** How a group offer stands, as it is told; null: it is none. */
export function groupOf(campaign: Pick<Campaign, 'groupOffer' | 'joined' | 'openedAt'>) {
  if (!campaign.groupOffer) return null;
  const { joined, openedAt } = campaign;
  return { joined, missing: missingOf(campaign), opened_at: openedAt?.toISOString() ?? null };
}

/** What issuing one coupon sets aside, in minor units: the most it can cost; 0 where that has no bound. */
export function reservationOf(discount: Discount): number {
  if (discount.type === 'amount') return discount.amountMinor;
  return 'maximumMinor' in discount ? (discount.maximumMinor ?? 0) : 0;
}

/** The terms of a campaign that is over now; one that has not begun never does. */
export function endedTerms(terms: CampaignTerms, now: Date): CampaignTerms {
  const latestStart = new Date(now.getTime() - 1);
  return { ...terms, validFrom: terms.validFrom < now ? terms.validFrom : latestStart, validUntil: now };
}

/** When a coupon issued now expires: after the campaign's days, at the latest with the campaign. */
export function couponValidUntil(terms: Pick<CampaignTerms, 'validUntil' | 'couponValidDays'>, now: Date): Date {
  return new Date(Math.min(now.getTime() + terms.couponValidDays * dayMs, terms.validUntil.getTime()));
}
