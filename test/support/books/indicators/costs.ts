import type { Cost } from '../book-of-facts.ts';
import { cents, sum } from '../book-of-money.ts';
import { earnedByCampaigns, ordersByCampaigns } from './campaigns.ts';
import { firsts } from './customer-value.ts';
import { distinct, part, type Reading, type View, visitorOf, whole } from './view.ts';

/** Rows of the period and of the member, by the day each is told for. */
export function costsOf(view: View): Cost[] {
  return [...view.book.costs.values()].filter(({ day, channel, campaign }) => {
    if (!view.hasDay(day)) return false;
    if (view.by === 'channel') return (channel ?? '') === view.member;
    return view.by === 'campaign' ? (campaign ?? '') === view.member : view.by === null;
  });
}

const isTold = <Value>(value: Value | null | undefined): value is Value => value !== null && value !== undefined;
const amount = (costs: readonly Cost[]) => sum(costs.map((cost) => cents(cost.amount)));
const impressions = (costs: readonly Cost[]) => sum(costs.map((cost) => cost.impressions ?? 0));
const clicks = (costs: readonly Cost[]) => sum(costs.map((cost) => cost.clicks ?? 0));
const ofCampaigns = (view: View) => costsOf(view).filter(({ campaign }) => isTold(campaign));
const withClicks = (view: View) => costsOf(view).filter((cost) => isTold(cost.clicks));
const withBoth = (view: View) => withClicks(view).filter((cost) => isTold(cost.impressions));

export const costs: Record<string, (view: View) => Reading> = {
  'campaign-reach': (view) => whole(impressions(costsOf(view))),
  'campaign-clicks': (view) => whole(clicks(costsOf(view))),
  'campaign-click-rate': (view) => part(clicks(withBoth(view)), impressions(withBoth(view))),
  'cost-per-click': (view) => part(amount(withClicks(view)), clicks(withClicks(view))),
  'cost-per-visitor': (view) => part(amount(costsOf(view.ofAll)), distinct(view.ofAll.events().map(visitorOf))),
  'acquisition-cost': (view) => part(amount(costsOf(view.ofAll)), firsts(view.ofAll).length),
  'cost-per-campaign-order': (view) => part(amount(ofCampaigns(view)), ordersByCampaigns(view)),
  'campaign-roi-attributed': (view) => {
    const spent = amount(ofCampaigns(view));
    return part(earnedByCampaigns(view) - spent, spent);
  },
};

/** Facts that these need of each period by itself. */
export const costsNeeded: Record<string, (view: View) => boolean> = {
  costs: (view) => costsOf(view.ofAll).length > 0,
  campaign_costs: (view) => ofCampaigns(view).length > 0,
};
