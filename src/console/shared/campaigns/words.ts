import { useFormat } from '../../format/index.ts';
import { campaignTexts } from '../../texts/campaigns.ts';
import { peopleTexts } from '../../texts/people.ts';
import { useLanguage, useTexts } from '../../texts/texts.ts';
import { wordOf } from '../people/names.ts';
import { usePolicyName } from './policy-names.ts';
import type { CampaignHours, CouponLimit, Discount, Terms } from './types.ts';
import { useCampaignName } from './use-campaign-name.ts';

/** Ids of the shop's own segments and what they are called. */
export type SegmentNames = ReadonlyMap<string, string>;

/** Names of several things as one says them. */
export function useList(): (names: readonly string[]) => string {
  const separator = useLanguage() === 'zh' ? '、' : ', ';
  return (names) => names.join(separator);
}

/** What a coupon takes off, in words. */
export function useDiscountWords(): (discount: Discount) => string {
  const t = useTexts(campaignTexts);
  const format = useFormat();
  return (discount) => {
    const most = discount.maximum_discount === undefined ? undefined : format.money(discount.maximum_discount);
    const percent = format.plainPercent((discount.percent ?? 0) / 100);
    if (discount.type === 'amount') return t.amount(format.money(discount.amount));
    if (discount.type === 'free-shipping') return t.freeShipping;
    if (discount.type === 'percent') return most ? t.percentAtMost(percent, most) : t.percent(percent);
    const [buy, get] = [format.count(discount.buy), format.count(discount.get)];
    const offer = discount.percent === 100 ? t.buyGetFree(buy, get) : t.buyGet(buy, get, percent);
    return most ? `${offer}, ${t.atMost(most)}` : offer;
  };
}

/** The same with what it is on, where that is a bundle. */
export function useOfferWords(): (terms: Pick<Terms, 'discount' | 'applies_to'>) => string {
  const t = useTexts(campaignTexts);
  const format = useFormat();
  const discountWords = useDiscountWords();
  return ({ discount, applies_to: { bundle } }) =>
    bundle.length > 0 ? t.onBundle(discountWords(discount), format.count(bundle.length)) : discountWords(discount);
}

/** Whom it is for, in words. */
export function useAudienceWords(): (
  terms: Pick<Terms, 'target_groups' | 'target_segments'>,
  names?: SegmentNames,
) => string {
  const t = useTexts(campaignTexts);
  const people = useTexts(peopleTexts);
  const list = useList();
  return ({ target_groups, target_segments }, names) => {
    const groups = list(target_groups.map((group) => wordOf(people.groups, group)));
    const segments = list(target_segments.map((id) => names?.get(id) ?? id));
    if (groups && segments) return t.andIn(groups, segments);
    return groups || segments || t.everybody;
  };
}

export function useLimitWords(): (limit: CouponLimit) => string {
  const t = useTexts(campaignTexts);
  const format = useFormat();
  return ({ per, period, units }) => t.limit(format.count(units), t.per[per], t.period[period]);
}

function useHoursWords(): (hours: CampaignHours) => string {
  const t = useTexts(campaignTexts);
  const list = useList();
  return ({ weekdays = [], from, until }) => {
    const days = weekdays.length % 7 === 0 ? t.everyDay : list(weekdays.map((day) => t.weekDays[day]));
    return t.hours(days, from, until);
  };
}

/** Several hours, each apart from the next as a whole. */
export function useOpeningWords(): (hours: readonly CampaignHours[]) => string {
  const separator = useLanguage() === 'zh' ? '；' : '; ';
  const words = useHoursWords();
  return (hours) => hours.map(words).join(separator);
}

/** All terms, one a row, in words: what one compares two versions by. */
export function useTermRows(): (terms: Terms, names?: SegmentNames) => [name: string, value: string][] {
  const t = useTexts(campaignTexts);
  const format = useFormat();
  const people = useTexts(peopleTexts);
  const discountWords = useDiscountWords();
  const limitWords = useLimitWords();
  const openingWords = useOpeningWords();
  const list = useList();
  const policyName = usePolicyName();
  const campaignName = useCampaignName();
  const referralWords = (referral: NonNullable<Terms['referral']>) =>
    t.referral(
      campaignName(referral.reward_campaign_id),
      t.days(format.count(referral.confirm_days)),
      referral.uses_per_code === null ? t.unlimited : format.count(referral.uses_per_code),
      referral.first_order_only,
    );
  return (terms, names) => {
    const { budget, applies_to: applies } = terms;
    const scope = [
      ...(applies.bundle.length > 0 ? [t.bundle(applies.bundle.join(' + '))] : []),
      ...applies.categories,
      ...(applies.item_ids.length > 3 ? [t.items(format.count(applies.item_ids.length))] : applies.item_ids),
    ];
    const order = terms.stacking === 'stackable' ? ` (${t.stackingOrder(format.count(terms.stacking_order))})` : '';
    return [
      [t.term.name, terms.name],
      [t.term.discount, discountWords(terms.discount)],
      [t.term.from, format.moment(terms.valid_from)],
      [t.term.until, format.moment(terms.valid_until)],
      [t.term.hours, openingWords(terms.hours) || t.always],
      [t.term.validDays, t.days(format.count(terms.coupon_valid_days))],
      [t.term.coupons, budget.coupons === null ? t.unlimited : format.count(budget.coupons)],
      [t.term.money, budget.money === null ? t.unlimited : format.money(budget.money)],
      [t.term.perCustomer, format.count(terms.limit_per_customer)],
      [t.term.minimum, terms.minimum_spend === null ? t.none : format.money(terms.minimum_spend)],
      [t.term.groups, list(terms.target_groups.map((one) => wordOf(people.groups, one))) || t.allGroups],
      [t.term.segments, list(terms.target_segments.map((id) => names?.get(id) ?? id)) || t.allSegments],
      [t.term.applies, list(scope) || t.wholeCart],
      [t.term.policy, terms.policy === null ? t.usualPolicy : policyName(terms.policy)],
      [t.term.control, format.plainPercent(terms.control_share)],
      [t.term.isolation, terms.control_share === 0 ? t.none : t.isolation[terms.isolation]],
      [t.term.guests, terms.guests ? t.yes : t.no],
      [t.term.channel, terms.channel ?? t.none],
      [
        t.term.groupOffer,
        terms.group_offer
          ? t.groupOffer(format.count(terms.group_offer.joiners), format.moment(terms.group_offer.join_until))
          : t.no,
      ],
      [t.term.referral, terms.referral ? referralWords(terms.referral) : t.no],
      [t.term.limits, list(terms.limits.map(limitWords)) || t.none],
      [t.term.stacking, `${t.stacking[terms.stacking]}${order}`],
      [t.term.priority, format.count(terms.priority)],
      [t.term.weekStart, t.weekDays[terms.week_start]],
    ];
  };
}
