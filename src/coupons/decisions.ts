import type { Config } from '../config.ts';
import { answerOnce, findAnswer, type IdempotentRequest } from '../db/idempotency.ts';
import type { Database, Transaction } from '../db/index.ts';
import { invalidField, notFound } from '../errors.ts';
import { customerIdsOf } from '../intake/index.ts';
import type { CustomerSegment, CustomerStanding, SegmentationSummary } from '../segments/index.ts';
import { type Reserve, selectConsidered } from './campaign-store.ts';
import { type Campaign, couponValidUntil, reservationOf } from './campaign-terms.ts';
import { applicablePart, type ItemsForScope, priceLines } from './cart.ts';
import { createCode } from './codes.ts';
import { type Judgement, judgeNeed, shopAveragesOf, thresholds } from './decide.ts';
import { type GrantedCoupon, insertDecision, type LoggedDecision, selectDecision } from './decision-store.ts';
import type { DecisionElement, RecommendedItem } from './elements.ts';
import { type Candidate, type Outcome, obstacleTo } from './eligibility.ts';
import { reserveFor } from './issue.ts';
import { insertCoupon } from './ledger-store.ts';

export interface DecisionDependencies {
  db: Database;
  config: Pick<Config, 'minorDigits'>;
  clock: () => Date;
  readCustomerSegment: (customerId: string) => Promise<CustomerStanding | undefined>;
  /** Goods to the customer's taste below a price. */
  lowerPricedItems: (wanted: {
    customerId: string;
    comparedTo: string | null;
    limit: number;
  }) => Promise<readonly RecommendedItem[]>;
  itemsForScope: ItemsForScope;
  reserve: Reserve;
}

export interface Decision extends Omit<LoggedDecision, 'customerKey'> {
  customerId: string | null;
}

export interface Decisions {
  /**
   * Which coupon, or none, and why; issues the code it grants and logs the decision in one transaction.
   * @throws PannierError `invalid_request` naming a campaign that does not exist, `idempotency_mismatch`
   */
  decide(element: DecisionElement, request: IdempotentRequest): Promise<Decision>;
  /** @throws PannierError `not_found` */
  readDecision(decisionId: string): Promise<Decision>;
}

/** Without ids of campaigns, so many of the active ones are considered, the highest priority first. */
const consideredCampaigns = 100;
const lowerPricedLimit = 10;

export function createDecisions(deps: DecisionDependencies): Decisions {
  const { db, config, clock, reserve } = deps;

  async function findCandidates(element: DecisionElement, now: Date, customerKey: number | null): Promise<Candidate[]> {
    const { cart, campaign_ids: campaignIds } = element;
    const considered = await selectConsidered(db, { now, customerKey, campaignIds, limit: consideredCampaigns });
    const known = new Set(considered.map(({ campaign }) => campaign.campaignId));
    const missing = campaignIds?.findIndex((id) => !known.has(id)) ?? -1;
    if (missing >= 0) throw invalidField(`/campaign_ids/${missing}`, 'is no campaign');
    const lines = priceLines(cart ?? [], config.minorDigits);
    return considered.map(({ campaign, held }) => ({
      campaign,
      held,
      applicable: lines.length > 0 ? applicablePart(campaign, lines, deps.itemsForScope) : null,
    }));
  }

  /** Everything a decision is made from, read before its transaction: a transaction holds one connection and asks for no other. */
  async function prepare(element: DecisionElement) {
    const now = clock();
    const standing = await deps.readCustomerSegment(element.customer_id);
    const customer = standing && { ...standing, version: standing.model?.version ?? null };
    const shop = shopAveragesOf(standing?.model?.summary as SegmentationSummary | undefined);
    const judgement = judgeNeed(customer, shop, config.minorDigits);
    const customerKey = standing?.customerKey ?? null;
    const candidates = await findCandidates(element, now, customerKey);
    const comparedTo = customer?.segment?.averageUnitPrice ?? null;
    const goods =
      judgement.action === 'lower-priced-goods'
        ? await deps.lowerPricedItems({ customerId: element.customer_id, comparedTo, limit: lowerPricedLimit })
        : [];
    const inputs = {
      thresholds,
      customer: customer
        ? {
            version: customer.version,
            profilingAllowed: customer.profilingAllowed,
            segment: withoutKey(customer.segment),
          }
        : null,
      shop,
      cart: element.cart ?? null,
      campaign_ids: element.campaign_ids ?? null,
      candidates: candidates.map(({ campaign: { campaignId, paused, counters }, held, applicable }) => {
        return { campaignId, paused, counters, held, applicable };
      }),
    };
    return { now, customerKey, judgement, candidates, goods, inputs };
  }

  type Prepared = Awaited<ReturnType<typeof prepare>>;

  async function grant(tx: Transaction, prepared: Prepared) {
    const { now, customerKey, judgement, candidates } = prepared;
    const outcomes: { campaignId: string; outcome: Outcome }[] = [];
    let granted: Campaign | undefined;
    for (const candidate of candidates) {
      const { campaign } = candidate;
      let outcome: Outcome | undefined;
      if (judgement.action !== 'coupon' || customerKey === null) outcome = 'not-needed';
      else {
        outcome = obstacleTo(candidate, judgement.group, now);
        if (!outcome && granted) outcome = 'lower-priority';
        outcome ??= await reserveFor(tx, reserve, { campaign, customerKey, now });
        if (!outcome) granted = campaign;
      }
      outcomes.push({ campaignId: campaign.campaignId, outcome: outcome ?? 'granted' });
    }
    return { granted, outcomes };
  }

  async function decideIn(tx: Transaction, prepared: Prepared): Promise<number> {
    const { now, customerKey, goods, inputs } = prepared;
    const { granted, outcomes } = await grant(tx, prepared);
    const coupon: GrantedCoupon | null = granted
      ? {
          code: createCode(),
          campaignId: granted.campaignId,
          discount: granted.discount,
          minimumSpendMinor: granted.minimumSpendMinor,
          validUntil: couponValidUntil(granted, now),
        }
      : null;
    const judgement = withWhatCanBeDone(prepared.judgement, granted !== undefined, goods.length > 0);
    const answer = { ...judgement, campaigns: outcomes, coupon, lowerPricedItems: goods };
    const decisionId = await insertDecision(tx, { customerKey, decidedAt: now, inputs, answer });
    if (granted && coupon) {
      await insertCoupon(tx, {
        code: coupon.code,
        campaignKey: granted.campaignKey,
        customerKey: customerKey!,
        decisionId,
        reservedMinor: reservationOf(granted.discount),
        issuedAt: now,
        validUntil: coupon.validUntil,
      });
    }
    return decisionId;
  }

  return {
    async decide(element, request) {
      let answer = await findAnswer<{ decision_id: number }>(db, request);
      if (!answer) {
        const prepared = await prepare(element);
        answer = await db.transaction((tx) =>
          answerOnce(tx, request, async () => ({
            answer: { decision_id: await decideIn(tx, prepared) },
            customerKey: prepared.customerKey,
          })),
        );
      }
      const { customerKey: _, ...decision } = (await selectDecision(db, answer.decision_id))!;
      return { ...decision, customerId: element.customer_id };
    },

    async readDecision(decisionId) {
      const found = await selectDecision(db, decisionId);
      if (!found) throw notFound('decision');
      const { customerKey, ...decision } = found;
      const ids = customerKey === null ? undefined : await customerIdsOf(db, [customerKey]);
      return { ...decision, customerId: ids?.get(customerKey!) ?? null };
    },
  };
}

/** The log of decisions tells nobody's key outside the column that erasure clears. */
function withoutKey(segment: CustomerSegment | null): Omit<CustomerSegment, 'customerKey'> | null {
  if (!segment) return null;
  const { customerKey: _, ...rest } = segment;
  return rest;
}

/** The offer that fits may not be there to give: then the answer is none, for the cause that was found. */
function withWhatCanBeDone(judgement: Judgement, granted: boolean, hasGoods: boolean): Judgement {
  if (judgement.action === 'coupon' && !granted) {
    return { ...judgement, action: 'none', reason: `${judgement.reason} But no campaign can give one now.` };
  }
  if (judgement.action === 'lower-priced-goods' && !hasGoods) {
    return { ...judgement, action: 'none', reason: `${judgement.reason} But there are none for sale.` };
  }
  return judgement;
}
