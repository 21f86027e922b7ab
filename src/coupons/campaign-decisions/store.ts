import type { Queryable } from '../../db/index.ts';
import { type Bind, microseconds } from '../../intake/index.ts';

/** Where a decision stands among all: its time to the microsecond, and its id. */
export interface DecisionPlace {
  at: string;
  decisionId: string;
}

/** What a decision says of one campaign. */
export interface WalkedDecision extends DecisionPlace {
  /** null: nobody known, or erased since */
  customerKey: number | null;
  action: string;
  cause: string;
  reason: string;
  explored: boolean | null;
  /** of the terms that were decided by; null: the campaign was not considered, or versions were not kept then */
  version: number | null;
  /** the letter of what became of the campaign; null as `version` */
  letter: string | null;
  /** the same as a word, of decisions from before there were sets */
  wordThen: string | null;
}

/** Whose decisions are walked through, and which of them; absent: whatever they are about. */
export interface WalkedCampaign {
  campaignKey: number;
  campaignId: string;
  /** those that a giving made */
  givingKey?: number | undefined;
  customerKey?: number | undefined;
}

/** Decisions, newest first, before a place and at or after `from`. */
export function walkDecisions(
  db: Queryable,
  { campaignKey, campaignId, givingKey, customerKey }: WalkedCampaign,
  before: DecisionPlace,
  from: Date | undefined,
  limit: number,
): Promise<WalkedDecision[]> {
  const values: unknown[] = [campaignKey, campaignId, before.at, before.decisionId, from ?? null, limit];
  const bind: Bind = (value) => `$${values.push(value)}`;
  const ofCustomer = customerKey === undefined ? '' : `and customer_key = ${bind(customerKey)}`;
  const ofGiving =
    givingKey === undefined
      ? ''
      : `and exists (select from giving_customers as given where given.giving_key = ${bind(givingKey)}
           and given.customer_key = coupon_decisions.customer_key and given.decision_id = coupon_decisions.decision_id)`;
  return db.query(
    `with walked as materialized (
       select decision_id, customer_key, decided_at, told.* from (
           select * from coupon_decisions where (decided_at, decision_id) < ($3::timestamptz, $4::bigint)
             and decided_at >= coalesce($5::timestamptz, '-infinity') ${ofCustomer} ${ofGiving}
           order by decided_at desc, decision_id desc limit $6) as newest,
         json_to_record(answer) as told ("set" text, outcomes text, action text, cause text, reason text, explored boolean, campaigns json)),
     places as materialized (
       select set_id, place::int, version from campaign_sets, unnest(terms_keys) with ordinality as listed (terms_key, place)
         join campaign_terms using (terms_key)
       where campaign_key = $1 and set_id in (select "set" from walked))
     select ${microseconds('decided_at')} as at, decision_id::text as "decisionId", customer_key as "customerKey", action, cause, reason,
       explored, version, substr(outcomes, place, 1) as letter,
       (select one ->> 'outcome' from json_array_elements(campaigns) as one where one ->> 'campaignId' = $2 limit 1) as "wordThen"
     from walked left join places on set_id = "set" order by decided_at desc, decision_id desc`,
    values,
    `walk-decisions${ofCustomer && '-of-customer'}${ofGiving && '-of-giving'}`,
  );
}
