import type { Queryable } from '../../db/index.ts';
import {
  identityLinksRelation,
  linkHoldsAt,
  microseconds,
  type TimelineEntry,
  type TimelineSelection,
} from '../../intake/index.ts';
import type { Outcome } from '../decisions/choice/outcome-codes.ts';

/** Whether a customer was to get a coupon, also as the visitor that they were. */
export interface DecisionEntry extends TimelineEntry {
  action: string;
  cause: string;
  reason: string;
  /** the set of campaigns that it looked at; null: from before there were any */
  setId: string | null;
  /** what became of the campaigns of the set, a letter each; null: from before there were sets */
  outcomes: string | null;
  /** the campaigns themselves, from before there were sets */
  campaignsThen: readonly { campaignId: string; outcome: Outcome }[] | null;
  campaignId: string | null;
  code: string | null;
}

/** A coupon that a customer used. */
export interface RedemptionEntry extends TimelineEntry {
  code: string;
  campaignId: string;
  orderId: string | null;
  discountMinor: number;
  reversedMinor: number;
}

const valuesOf = ({ customerKey, before, limit }: TimelineSelection) => [customerKey, before.at, before.key, limit];

export function selectDecisionEntries(db: Queryable, selection: TimelineSelection): Promise<DecisionEntry[]> {
  return db.query(
    `select ${microseconds('decided_at')} as at, decision_id::text as key, answer->>'action' as action, answer->>'cause' as cause,
            answer->>'reason' as reason, answer->>'set' as "setId",
            answer->>'outcomes' as outcomes, answer->'campaigns' as "campaignsThen",
            answer->'coupon'->>'campaignId' as "campaignId", answer->'coupon'->>'code' as code
     from ((select decided_at, decision_id, answer from coupon_decisions
            where customer_key = $1 and (decided_at, decision_id) < ($2::timestamptz, $3::bigint)
            order by decided_at desc, decision_id desc limit $4)
           union all
           (select seen.decided_at, seen.decision_id, seen.answer from ${identityLinksRelation} as link
              join coupon_decisions as seen on seen.visitor_key = link.visitor_key and ${linkHoldsAt('seen.decided_at')}
            where link.customer_key = $1 and (seen.decided_at, seen.decision_id) < ($2::timestamptz, $3::bigint)
            order by seen.decided_at desc, seen.decision_id desc limit $4)) as newest
     order by decided_at desc, decision_id desc limit $4`,
    valuesOf(selection),
    'timeline-decisions',
  );
}

export function selectRedemptionEntries(db: Queryable, selection: TimelineSelection): Promise<RedemptionEntry[]> {
  return db.query(
    `select ${microseconds('redeemed_at')} as at, use_id::text as key, coupon.code, campaign.campaign_id as "campaignId",
            used.order_id as "orderId", coalesce(discount_minor, 0)::bigint as "discountMinor", reversed_minor as "reversedMinor"
     from (select * from coupon_uses where customer_key = $1
           union all
           select own.* from ${identityLinksRelation} as link join coupon_uses as own on own.visitor_key = link.visitor_key
             and ${linkHoldsAt('own.taken_at')} where link.customer_key = $1 and own.customer_key is null) as used
       join coupons as coupon using (coupon_key) join campaigns as campaign on campaign.campaign_key = used.campaign_key
     where redeemed_at is not null and (redeemed_at, use_id) < ($2::timestamptz, $3::bigint)
     order by redeemed_at desc, use_id desc limit $4`,
    valuesOf(selection),
    'timeline-redemptions',
  );
}
