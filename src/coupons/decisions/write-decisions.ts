import type { claimRequests, IdempotentRequest } from '../../db/idempotency.ts';
import type { Transaction } from '../../db/index.ts';
import { type Assignment, insertAssignments } from '../../experiments/index.ts';
import { holdCustomers } from '../../intake/index.ts';
import { budgetLeft } from '../budgets/budget-left.ts';
import type { Reserve } from '../budgets/store.ts';
import { type Campaign, reservationOf, type TermsVersion } from '../campaigns/campaign-terms.ts';
import type { CouponTouches } from '../ledger/touch-days.ts';
import { periodStarts } from '../limits/periods.ts';
import { countersOf, takeCounters } from '../limits/store.ts';
import { insertIssued, type NewCoupon } from '../reservations/store.ts';
import { answerFrom, logOf, validUntilOf } from './answer.ts';
import type { ReadInputs } from './build-inputs.ts';
import type { AnswerParts, BudgetLeft, DecisionAnswer, Draft } from './decision-inputs.ts';
import { insertDecisions } from './store.ts';

/** Something could not be taken, or a customer has gone: the transaction is to be undone, and its decisions are made anew. */
export class NotTaken extends Error {}

/** A decision before anything is taken. */
export interface DraftedDecision extends ReadInputs {
  decisionId: number;
  request: IdempotentRequest;
  draft: Draft;
  /** all but what is left of budgets, which depends on what is given with it */
  parts: Omit<AnswerParts, 'left'>;
}

export interface AnsweredDecision extends DraftedDecision {
  answer: DecisionAnswer;
  left: BudgetLeft | null;
}

/** What makes a decision happen once and within its budget. */
export interface DecisionGuards {
  reserve: Reserve;
  claimRequests: typeof claimRequests;
  touches: CouponTouches;
}

/**
 * Locks in the order that `Coupons` states: what is new comes first and what others wait for last, so that they wait for
 * little more than the commit. Customers come before: nobody waits for them but an erasure, and it for nobody here. After the
 * claims all goes out together, in this order.
 * @returns those whose requests are not somebody else's, now or before
 * @throws NotTaken
 */
export async function writeDecisions(
  tx: Transaction,
  guards: DecisionGuards,
  all: readonly DraftedDecision[],
): Promise<Map<DraftedDecision, AnsweredDecision>> {
  const named = new Set(all.flatMap(({ customerKey }) => customerKey ?? []));
  const claims = all.map(({ request, decisionId, customerKey }) => ({
    request,
    answer: { decision_id: decisionId },
    customerKey,
  }));
  const [held, claimed] = await Promise.all([holdCustomers(tx, [...named]), guards.claimRequests(tx, claims)]);
  if (held < named.size) throw new NotTaken();
  const ours = all.filter((_, index) => claimed[index]);
  const answered = answerInTurn(ours);
  const grants = answered.flatMap(grantOf);
  const [, , areReserved, full] = await Promise.all([
    insertDecisions(tx, answered.map(toRow)),
    insertIssued(
      tx,
      grants.map(({ coupon }) => coupon),
    ),
    Promise.all(reservationsOf(grants).map((reservation) => guards.reserve(tx, reservation))),
    takeCounters(
      tx,
      grants.flatMap(({ campaign, coupon: { customerKey, starts } }) =>
        countersOf(campaign, { customerKey, couponKey: null, starts }),
      ),
    ),
    insertAssignments(tx, answered.flatMap(assignmentsOf)),
    guards.touches.touchIssued(
      tx,
      grants.map(({ coupon }) => coupon.issuedAt),
    ),
  ]);
  if (areReserved.includes(false) || full.length > 0) throw new NotTaken();
  return new Map(ours.map((one, index) => [one, answered[index]]));
}

/** What is left of a budget after a coupon takes the coupons into account that are given with it. */
function answerInTurn(all: readonly DraftedDecision[]): AnsweredDecision[] {
  const given = new Map<number, number>();
  return all.map((one) => {
    const { inputs, set, draft, stateAt, parts } = one;
    const { chosen } = draft.choice;
    const campaign = set.campaigns[chosen];
    let left: BudgetLeft | null = null;
    if (campaign) {
      const units = (given.get(campaign.campaignKey) ?? 0) + 1;
      given.set(campaign.campaignKey, units);
      left = leftAfter(units, { ...campaign, counters: stateAt(chosen).counters });
    }
    return { ...one, left, answer: answerFrom(inputs, set, draft, { ...parts, left }) };
  });
}

function leftAfter(units: number, campaign: TermsVersion & Pick<Campaign, 'counters'>): BudgetLeft {
  const { coupons, moneyMinor } = budgetLeft(campaign);
  return {
    coupons: coupons === null ? null : coupons - units,
    moneyMinor: moneyMinor === null ? null : moneyMinor - units * reservationOf(campaign.discount),
  };
}

function toRow({ decisionId, customerKey, now, inputs, set, draft, parts, left, answer }: AnsweredDecision) {
  const { goods, code } = parts;
  return { decisionId, customerKey, decidedAt: now, inputs: logOf(inputs, set, draft, { goods, code, left }), answer };
}

interface Grant {
  campaign: TermsVersion;
  coupon: NewCoupon;
}

function grantOf({ set, draft, answer, customerKey, now, decisionId, inputs }: AnsweredDecision): Grant[] {
  const campaign = set.campaigns[draft.choice.chosen];
  if (!campaign || !answer.coupon) return [];
  const coupon = {
    code: answer.coupon.code,
    campaignKey: campaign.campaignKey,
    termsKey: campaign.termsKey,
    customerKey: customerKey!,
    decisionId,
    reservedMinor: reservationOf(campaign.discount),
    issuedAt: now,
    validUntil: validUntilOf(inputs, campaign),
    starts: periodStarts(now, campaign),
  };
  return [{ campaign, coupon }];
}

/** One a campaign, in ascending key; one a version, where questions of before and after a change were asked together. */
function reservationsOf(grants: readonly Grant[]): Parameters<Reserve>[1][] {
  const byTerms = new Map<number, { campaign: TermsVersion; units: number }>();
  for (const { campaign } of grants) {
    const units = (byTerms.get(campaign.termsKey)?.units ?? 0) + 1;
    byTerms.set(campaign.termsKey, { campaign, units });
  }
  return [...byTerms.values()]
    .sort((a, b) => a.campaign.campaignKey - b.campaign.campaignKey)
    .map(({ campaign: { campaignKey, termsKey, discount }, units }) => {
      return { campaignKey, termsKey, units, amountMinor: units * reservationOf(discount) };
    });
}

/** The arms of the campaigns that were to give the customer a coupon. */
function assignmentsOf({ customerKey, set, draft, inputs, decisionId, now }: AnsweredDecision): Assignment[] {
  if (customerKey === null) return [];
  return draft.choice.reached.map(({ place, arm }) => ({
    experimentKey: set.campaigns[place].experimentKey,
    customerKey,
    arm,
    controlShare: set.compiled.controlShare[place],
    holdoutShare: inputs.holdoutShare,
    decisionId,
    assignedAt: now,
  }));
}
