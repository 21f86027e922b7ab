import type { Queryable } from '../../db/index.ts';
import { customerIdsOf, visitorIdsOf } from '../../intake/index.ts';
import type { CampaignSet, CampaignSets } from '../campaigns/sets/campaign-sets.ts';
import { policyAt } from './answer.ts';
import { type ConsideredCampaign, consideredIn, type PolicyName } from './considered-campaigns.ts';
import type { DecisionAnswer } from './decision-inputs.ts';
import type { LoggedDecision } from './store.ts';

/** The answer to one request for a coupon, as it is kept. */
export interface Decision extends Omit<DecisionAnswer, 'set' | 'outcomes'> {
  decisionId: number;
  customerId: string | null;
  /** of a visitor who was nobody by name */
  visitorId: string | null;
  decidedAt: Date;
  /** of the campaign of the coupon; without one, of what the customer needs. null: made before there were policies */
  readonly policy: PolicyName | null;
  /** made when they are asked for */
  readonly campaigns: readonly ConsideredCampaign[];
}

export function decisionOf(
  { decisionId, decidedAt, answer }: Pick<LoggedDecision, 'decisionId' | 'decidedAt' | 'answer'>,
  { customerId, visitorId }: DecisionPerson,
  campaignSet: CampaignSet | undefined,
): Decision {
  const { set: _, outcomes, ...rest } = answer;
  return {
    ...rest,
    decisionId,
    customerId,
    visitorId,
    decidedAt,
    policy: campaignSet ? policyOf(campaignSet, answer.coupon?.campaignId ?? null) : null,
    get campaigns() {
      if (campaignSet) return consideredIn(campaignSet, outcomes);
      return (answer as unknown as Decision).campaigns.map((one) => ({ ...one, version: 1 }));
    },
  };
}

/** That decided above the campaign of a coupon; null: without one, that which says what the customer needs. */
export function policyOf(set: CampaignSet, campaignId: string | null): PolicyName {
  return policyAt(set, campaignId === null ? -1 : set.compiled.campaignIds.indexOf(campaignId));
}

/** Whom a decision is about. null: nobody, or erased since */
export type DecisionPerson = Pick<Decision, 'customerId' | 'visitorId'>;

export async function personOf(
  db: Queryable,
  { customerKey, visitorKey }: Pick<LoggedDecision, 'customerKey' | 'visitorKey'>,
): Promise<DecisionPerson> {
  if (customerKey !== null) {
    return { customerId: (await customerIdsOf(db, [customerKey])).get(customerKey) ?? null, visitorId: null };
  }
  if (visitorKey === null) return { customerId: null, visitorId: null };
  return { customerId: null, visitorId: (await visitorIdsOf(db, [visitorKey])).get(visitorKey) ?? null };
}

/** A logged decision with its campaigns. */
export async function readLogged(
  campaignSets: CampaignSets,
  logged: LoggedDecision,
  person: DecisionPerson,
): Promise<Decision> {
  // Decisions from before there were sets, and versions, have their campaigns in themselves.
  const { set } = logged.answer;
  return decisionOf(logged, person, set ? await campaignSets.byId(set) : undefined);
}
