import { hashOf, type IdempotentRequest } from '../../db/idempotency.ts';
import type { Database } from '../../db/index.ts';
import type { Assignment } from '../../experiments/index.ts';
import { budgetLeft } from '../budgets/budget-left.ts';
import type { CampaignMemory, HeldCampaigns, Taken } from '../campaigns/campaign-memory.ts';
import { type Campaign, reservationOf, type TermsVersion } from '../campaigns/campaign-terms.ts';
import { periodStarts } from '../limits/periods.ts';
import { countersOf, inUnits } from '../limits/store.ts';
import type { NewCoupon } from '../reservations/store.ts';
import { answerFrom, logOf, validUntilOf } from './answer.ts';
import type { ReadInputs } from './build-inputs.ts';
import type { AnswerParts, BudgetLeft, DecisionAnswer, Draft } from './decision-inputs.ts';
import { type Batch, whyNotWritten, writeBatch } from './store.ts';

/** Something could not be taken, or a customer has gone: the transaction is to be undone, and its decisions are made anew. */
export class NotTaken extends Error {}

/** A decision before anything is taken. */
export interface DraftedDecision extends ReadInputs {
  decisionId: number;
  /** null: nobody asked for it by a request of its own */
  request: IdempotentRequest | null;
  draft: Draft;
  /** all but what is left of budgets, which depends on what is given with it */
  parts: Omit<AnswerParts, 'left'>;
}

export interface AnsweredDecision extends DraftedDecision {
  answer: DecisionAnswer;
  left: BudgetLeft | null;
}

export interface WriteDependencies {
  db: Database;
  campaignMemory: CampaignMemory;
  /** the shop's */
  timeZone: string;
}

/**
 * Writes decisions, in one statement. Those whose requests are somebody else's, now or before, are left out.
 * @param held what they were made by
 * @param write writes a batch, of these decisions, into the database
 * @throws NotTaken, and what `write` throws of its own
 */
export async function writeDecisions(
  { db, campaignMemory, timeZone }: WriteDependencies,
  held: HeldCampaigns,
  all: readonly DraftedDecision[],
  write: (batch: Batch, answered: readonly AnsweredDecision[]) => Promise<Taken[]> = (batch) => writeBatch(db, batch),
): Promise<Map<DraftedDecision, AnsweredDecision>> {
  for (let ours = all; ours.length > 0; ) {
    const answered = answerInTurn(ours);
    try {
      campaignMemory.took(held, await write(batchOf(answered, timeZone), answered));
      return new Map(ours.map((one, index) => [one, answered[index]]));
    } catch (error) {
      const why = whyNotWritten(error);
      if (why === undefined) throw error;
      if (why === 'not taken') {
        campaignMemory.forget();
        throw new NotTaken();
      }
      ours = ours.filter(({ decisionId }) => !why.claimed.has(decisionId));
    }
  }
  return new Map();
}

function batchOf(answered: readonly AnsweredDecision[], timeZone: string): Batch {
  const grants = answered.flatMap(grantOf);
  return {
    operation: answered[0].request?.operation ?? '',
    timeZone,
    decisions: answered.map(toRow),
    grants: grants.map(({ coupon }) => coupon),
    takings: takingsOf(grants),
    counters: inUnits(
      grants.flatMap(({ campaign, coupon: { customerKey, visitorKey, starts } }) =>
        countersOf(campaign, { customerKey, visitorKey, couponKey: null, starts }),
      ),
    ),
    assignments: answered.flatMap(assignmentsOf),
  };
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

function toRow({
  decisionId,
  customerKey,
  visitorKey,
  now,
  request,
  inputs,
  set,
  draft,
  parts,
  left,
  answer,
}: AnsweredDecision) {
  const { goods, code } = parts;
  return {
    ...{
      decisionId,
      customerKey,
      visitorKey,
      decidedAt: now,
      inputs: logOf(inputs, set, draft, { goods, code, left }),
      answer,
    },
    ...(request
      ? { keyId: request.keyId, idempotencyKey: request.idempotencyKey, bodyHash: hashOf(request.body).toString('hex') }
      : { keyId: null, idempotencyKey: null, bodyHash: null }),
  };
}

interface Grant {
  campaign: TermsVersion;
  coupon: NewCoupon;
}

function grantOf({ set, draft, answer, customerKey, visitorKey, now, decisionId, inputs }: AnsweredDecision): Grant[] {
  const campaign = set.campaigns[draft.choice.chosen];
  if (!campaign || !answer.coupon) return [];
  const coupon = {
    code: answer.coupon.code,
    campaignKey: campaign.campaignKey,
    termsKey: campaign.termsKey,
    customerKey,
    visitorKey,
    decisionId,
    reservedMinor: reservationOf(campaign.discount),
    issuedAt: now,
    validUntil: validUntilOf(inputs, campaign),
    starts: periodStarts(now, campaign),
  };
  return [{ campaign, coupon }];
}

/** One a campaign; one a version, where questions of before and after a change were asked together. */
function takingsOf(grants: readonly Grant[]): Batch['takings'] {
  const byTerms = new Map<number, { campaign: TermsVersion; units: number }>();
  for (const { campaign } of grants) {
    const units = (byTerms.get(campaign.termsKey)?.units ?? 0) + 1;
    byTerms.set(campaign.termsKey, { campaign, units });
  }
  return Array.from(byTerms.values(), ({ campaign: { campaignKey, termsKey, discount }, units }) => {
    return { campaignKey, termsKey, units, amountMinor: units * reservationOf(discount) };
  });
}

/** The arms of the campaigns that were to give them a coupon, but for those that a customer has from the visitor that they were. */
function assignmentsOf(answered: AnsweredDecision): Assignment[] {
  const { customerKey, visitorKey, set, draft, inputs, decisionId, now, isAdopted } = answered;
  if (customerKey === null && visitorKey === null) return [];
  const first = draft.choice.reached.filter(({ place }) => !isAdopted(place));
  return first.map(({ place, arm }) => ({
    experimentKey: set.campaigns[place].experimentKey,
    customerKey,
    visitorKey,
    arm,
    controlShare: set.compiled.controlShare[place],
    holdoutShare: inputs.holdoutShare,
    decisionId,
    assignedAt: now,
  }));
}
