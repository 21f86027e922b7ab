import { addDays, clockOf, momentOf, today } from '../../format/index.ts';
import type { CampaignHours, CouponLimit, Discount, Terms } from '../../shared/campaigns/types.ts';

/** Terms as they are being written: what fields hold. */
export interface Draft {
  name: string;
  type: Discount['type'];
  percent: string;
  amount: string;
  most: string;
  buy: string;
  get: string;
  from: string;
  until: string;
  validDays: string;
  coupons: string;
  money: string;
  perCustomer: string;
  minimum: string;
  groups: readonly Terms['target_groups'][number][];
  segments: readonly string[];
  /** one a line */
  categories: string;
  items: string;
  bundle: string;
  /** in percent */
  control: string;
  isolation: Terms['isolation'];
  guests: boolean;
  /** empty: none is named */
  channel: string;
  policy: Terms['policy'];
  priority: string;
  stacking: Terms['stacking'];
  stackingOrder: string;
  limits: readonly CouponLimit[];
  hours: readonly CampaignHours[];
  weekStart: Terms['week_start'];
  isReferral: boolean;
  /** whose coupon a referrer gets; empty: its own */
  reward: string;
  firstOrderOnly: boolean;
  usesPerCode: string;
  confirmDays: string;
  isGroup: boolean;
  joiners: string;
  joinUntil: string;
}

/** Where a new one begins: four weeks from tomorrow, a tenth left alone so that it can be said what it added. */
export function emptyDraft(timeZone: string): Draft {
  const tomorrow = addDays(today(timeZone), 1);
  return {
    name: '',
    type: 'percent',
    percent: '10',
    amount: '',
    most: '',
    buy: '2',
    get: '1',
    from: `${tomorrow}T00:00`,
    until: `${addDays(tomorrow, 28)}T00:00`,
    validDays: '14',
    coupons: '',
    money: '',
    perCustomer: '1',
    minimum: '',
    groups: [],
    segments: [],
    categories: '',
    items: '',
    bundle: '',
    control: '10',
    isolation: 'campaign',
    guests: false,
    channel: '',
    policy: null,
    priority: '0',
    stacking: 'exclusive',
    stackingOrder: '0',
    limits: [],
    hours: [],
    weekStart: 'monday',
    isReferral: false,
    reward: '',
    firstOrderOnly: true,
    usesPerCode: '10',
    confirmDays: '14',
    isGroup: false,
    joiners: '20',
    joinUntil: `${addDays(tomorrow, 14)}T00:00`,
  };
}

/** One for the members of a segment: one of the four groups, or of people's own. */
export function draftFor(segmentId: string, timeZone: string): Draft {
  const draft = emptyDraft(timeZone);
  const group = /^group-(.+)$/.exec(segmentId)?.[1];
  return group ? { ...draft, groups: [group as Draft['groups'][number]] } : { ...draft, segments: [segmentId] };
}

/** One for a bundle of goods. */
export function draftOfBundle(itemIds: readonly string[], timeZone: string): Draft {
  return { ...emptyDraft(timeZone), bundle: itemIds.join('\n') };
}

/** The ids of the bundle, as far as they are written. */
export const bundleOf = ({ bundle }: Draft): string[] => linesOf(bundle);

const textOf = (value: number | string | null | undefined): string =>
  value === null || value === undefined ? '' : String(value);

export function draftOf(terms: Terms, timeZone: string): Draft {
  const { discount, budget, applies_to: applies } = terms;
  return {
    name: terms.name,
    type: discount.type,
    percent: textOf(discount.percent),
    amount: textOf(discount.amount),
    most: textOf(discount.maximum_discount),
    buy: textOf(discount.buy),
    get: textOf(discount.get),
    from: clockOf(terms.valid_from, timeZone),
    until: clockOf(terms.valid_until, timeZone),
    validDays: String(terms.coupon_valid_days),
    coupons: textOf(budget.coupons),
    money: textOf(budget.money),
    perCustomer: String(terms.limit_per_customer),
    minimum: textOf(terms.minimum_spend),
    groups: terms.target_groups,
    segments: terms.target_segments,
    categories: applies.categories.join('\n'),
    items: applies.item_ids.join('\n'),
    bundle: applies.bundle.join('\n'),
    control: String(Number((terms.control_share * 100).toFixed(2))),
    isolation: terms.isolation,
    guests: terms.guests,
    channel: textOf(terms.channel),
    policy: terms.policy,
    priority: String(terms.priority),
    stacking: terms.stacking,
    stackingOrder: String(terms.stacking_order),
    limits: terms.limits,
    hours: terms.hours,
    weekStart: terms.week_start,
    ...referralDraftOf(terms.referral),
    isGroup: terms.group_offer !== null,
    joiners: terms.group_offer ? String(terms.group_offer.joiners) : '20',
    joinUntil: clockOf(terms.group_offer?.join_until ?? terms.valid_until, timeZone),
  };
}

function referralDraftOf(referral: Terms['referral']) {
  return {
    isReferral: referral !== null,
    reward: referral?.reward_campaign_id ?? '',
    firstOrderOnly: referral?.first_order_only ?? true,
    usesPerCode: referral ? textOf(referral.uses_per_code) : '10',
    confirmDays: String(referral?.confirm_days ?? 14),
  };
}

/** The terms that fields say, as the service takes them. */
export interface WrittenTerms extends Omit<Terms, 'budget' | 'minimum_spend' | 'time_zone'> {
  budget: { coupons?: number; money?: string };
  minimum_spend?: string;
}

/**
 * What is to be sent; an empty field is left out, and what is no number goes as it is, so that the service says what is
 * wrong with it.
 * @param before terms that hold: a time of theirs that is not changed stays to the second
 * @param id the campaign's own
 */
export function termsOfDraft(draft: Draft, timeZone: string, before?: Terms, id = ''): WrittenTerms {
  const { isReferral } = draft;
  const isGroup = draft.isGroup && !isReferral;
  const controlShare = isReferral || isGroup ? 0 : Math.round(numberOf(draft.control || '0') * 100) / 10_000;
  return {
    name: draft.name.trim(),
    discount: discountOf(draft),
    valid_from: momentIn(draft.from, timeZone, before?.valid_from),
    valid_until: momentIn(draft.until, timeZone, before?.valid_until),
    coupon_valid_days: numberOf(draft.validDays),
    budget: {
      ...(draft.coupons.trim() ? { coupons: numberOf(draft.coupons) } : {}),
      ...(draft.money.trim() ? { money: draft.money.trim() } : {}),
    },
    limit_per_customer: numberOf(draft.perCustomer),
    ...(draft.minimum.trim() ? { minimum_spend: draft.minimum.trim() } : {}),
    target_groups: isReferral ? [] : [...draft.groups],
    target_segments: isReferral ? [] : [...draft.segments],
    applies_to: {
      item_ids: linesOf(draft.items),
      categories: linesOf(draft.categories),
      bundle: linesOf(draft.bundle),
    },
    priority: numberOf(draft.priority),
    limits: [...draft.limits],
    hours: [...draft.hours],
    week_start: draft.weekStart,
    stacking: draft.stacking,
    stacking_order: numberOf(draft.stackingOrder),
    policy: draft.policy,
    control_share: controlShare,
    isolation: controlShare === 0 ? 'campaign' : draft.isolation,
    guests: !isReferral && !isGroup && draft.guests,
    channel: draft.channel.trim() || null,
    referral: isReferral
      ? {
          reward_campaign_id: draft.reward || id,
          first_order_only: draft.firstOrderOnly,
          uses_per_code: draft.usesPerCode.trim() ? numberOf(draft.usesPerCode) : null,
          confirm_days: numberOf(draft.confirmDays),
        }
      : null,
    group_offer: isGroup
      ? {
          joiners: numberOf(draft.joiners),
          join_until: momentIn(draft.joinUntil, timeZone, before?.group_offer?.join_until),
        }
      : null,
  };
}

function discountOf({ type, percent, amount, most, buy, get }: Draft): Discount {
  const maximum = most.trim() ? { maximum_discount: most.trim() } : {};
  if (type === 'amount') return { type, amount: amount.trim() };
  if (type === 'free-shipping') return { type };
  if (type === 'percent') return { type, percent: numberOf(percent), ...maximum };
  return { type, percent: numberOf(percent), buy: numberOf(buy), get: numberOf(get), ...maximum };
}

const momentIn = (clock: string, timeZone: string, before: string | undefined): string =>
  before && clockOf(before, timeZone) === clock ? before : (momentOf(clock, timeZone) ?? clock);

/** What is no number stays what it is: the service names the field. */
const numberOf = (text: string): number => {
  const value = Number(text.trim());
  return text.trim() === '' || Number.isNaN(value) ? (text as unknown as number) : value;
};

export const linesOf = (text: string): string[] => [
  ...new Set(
    text
      .split('\n')
      .map((line) => line.trim())
      .filter(Boolean),
  ),
];

/** Whether there is enough to ask what would become of it. */
export function isWhole(draft: Draft): boolean {
  const { type, percent, amount, buy, get } = draft;
  const isNumber = (text: string) => text.trim() !== '' && Number(text) > 0;
  const offers = {
    percent: isNumber(percent),
    amount: isNumber(amount),
    'free-shipping': true,
    'buy-x-get-y': isNumber(percent) && isNumber(buy) && isNumber(get),
  };
  return draft.name.trim() !== '' && draft.from !== '' && draft.until !== '' && offers[type];
}

/** From a name an id that programs can use. @param otherwise of a name without Latin letters or digits */
export function idOf(name: string, otherwise: string): string {
  const slug = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60);
  return slug || otherwise;
}

/** Of the minute: it stays while the form is open, for who is in which arm hangs on the id. */
export const idOfNow = (): string => `campaign-${new Date().toISOString().slice(0, 16).replace(/\D/g, '')}`;
