import type { components } from '../../http/contract.ts';
import { type Handlers, listOf, maySee } from '../../http/index.ts';
import type { Coupons } from '../coupons.ts';
import { type PolicyName, policyJson } from '../decisions/considered-campaigns.ts';
import type { KindedEntry, TimelinePage } from './timeline.ts';

/** As many as an entry tells of. */
const mostCampaigns = 10;

type Money = (minor: number) => string;
type Entry = components['schemas']['TimelineEntry'];

export function timelineRoutes(
  { timeline }: Pick<Coupons, 'timeline'>,
  money: Money,
): Pick<Handlers, 'getCustomerTimeline'> {
  return {
    async getCustomerTimeline({ parameters: { customer_id, kind, limit, cursor }, key }) {
      const told = await timeline({ customerId: customer_id, kinds: kind, limit, cursor });
      // What somebody types may be anything about them: it is for those who may see persons.
      const isTyped = maySee(key, 'customers');
      const items = told.page.map((entry) => toEntry(isTyped ? entry : withoutTyped(entry), told, money));
      return { json: { customer_id, profiling_allowed: told.profilingAllowed, ...listOf(items, told.next) } };
    },
  };
}

function policyOrNull(policy: PolicyName | undefined) {
  return policy ? policyJson(policy) : null;
}

function withoutTyped(entry: KindedEntry): KindedEntry {
  return 'query' in entry ? { ...entry, query: null } : entry;
}

function toEntry(entry: KindedEntry, { names, looked }: TimelinePage, money: Money): Entry {
  const { kind, at } = entry;
  switch (kind) {
    case 'order':
      return {
        kind,
        at,
        order_id: entry.orderId,
        channel: entry.channel,
        status: entry.status as 'placed' | null,
        total: money(entry.totalMinor),
        given_back: money(entry.givenBackMinor),
        lines: entry.lines,
        items: entry.titles,
      };
    case 'refund':
      return {
        kind,
        at,
        refund_id: entry.refundId,
        amount: money(entry.amountMinor),
        shipping: money(entry.shippingMinor),
        fees: money(entry.feesMinor),
        order_ids: entry.orderIds,
      };
    case 'coupon_redemption':
      return {
        kind,
        at,
        code: entry.code,
        campaign_id: entry.campaignId,
        order_id: entry.orderId,
        discount: money(entry.discountMinor),
        reversed: money(entry.reversedMinor),
      };
    case 'coupon_decision':
      return {
        kind,
        at,
        decision_id: entry.key,
        action: entry.action as 'none',
        cause: entry.cause as 'no-need',
        policy: policyOrNull(looked.get(entry.key)?.policy),
        reason: entry.reason,
        campaign_id: entry.campaignId,
        code: entry.code,
        campaigns: (looked.get(entry.key)?.campaigns ?? [])
          .slice(0, mostCampaigns)
          .map(({ campaignId, outcome }) => ({ campaign_id: campaignId, outcome })),
      };
    case 'segment_change':
      return { kind, at, segment_id: entry.segmentId, change: entry.change };
    case 'list':
      return {
        kind,
        at,
        list_id: entry.key,
        placement: entry.placement,
        release_id: entry.releaseId,
        arm: entry.arm as 'treatment' | null,
        items: entry.itemKeys.flatMap((itemKey) => {
          const name = names.get(itemKey);
          return name ? [{ item_id: name.itemId, title: name.title }] : [];
        }),
      };
    case 'event':
    case 'exposure':
      return {
        kind,
        at,
        event_id: entry.eventId,
        type: entry.type,
        item_id: entry.itemId,
        title: entry.title,
        list_id: entry.listId,
        query: entry.query,
        name: entry.name,
        path: entry.path,
        device: entry.device,
        rating: entry.rating,
        topic: entry.topic,
        order_id: entry.orderId,
      };
  }
}
