import type { Config } from '../../config.ts';
import { type claimRequests, findAnswers, type IdempotentRequest, inProgress } from '../../db/idempotency.ts';
import { answerTogether, type Database, type Transaction } from '../../db/index.ts';
import { notFound, PannierError } from '../../errors.ts';
import { type Assignment, insertAssignments } from '../../experiments/index.ts';
import { customerIdsOf, holdCustomers } from '../../intake/index.ts';
import { budgetLeft } from '../budgets/budget-left.ts';
import { type Campaign, reservationOf } from '../campaigns/campaign-terms.ts';
import type { RuleSet } from '../campaigns/sets/campaign-sets.ts';
import type { Reserve } from '../campaigns/store.ts';
import { createCode } from '../codes/code-text.ts';
import { insertIssued } from '../ledger/store.ts';
import { periodStarts } from '../limits/periods.ts';
import { countersOf, takeCounters } from '../limits/store.ts';
import type { DecisionElement, RecommendedItem } from '../requests.ts';
import { answerFrom, type BudgetLeft, type DecisionAnswer, validUntilOf } from './answer.ts';
import { barredAmong } from './choice/judge-need.ts';
import { type ConsideredCampaign, consideredIn } from './considered-campaigns.ts';
import { type PreparationDependencies, type Prepared, prepareDecisions } from './read-inputs.ts';
import * as store from './store.ts';

export interface DecisionDependencies extends PreparationDependencies {
  db: Database;
  config: Pick<Config, 'minorDigits'>;
  /** Goods to the customer's taste below a price. */
  lowerPricedItems: (wanted: {
    customerId: string;
    comparedTo: string | null;
    limit: number;
  }) => Promise<readonly RecommendedItem[]>;
  reserve: Reserve;
  claimRequests: typeof claimRequests;
}

export interface Decision extends Omit<DecisionAnswer, 'set' | 'outcomes'> {
  decisionId: number;
  customerId: string | null;
  decidedAt: Date;
  campaigns: readonly ConsideredCampaign[];
}

export interface Decisions {
  /**
   * Which coupon, or none, and why; issues or reserves what it grants and logs the decision in one transaction. Decisions
   * asked for in the same turn of the event loop share a transaction, and each is answered after its commit.
   * @throws PannierError `invalid_request` naming a campaign that does not exist, `idempotency_mismatch`,
   *   `request_in_progress` while the same request is at work
   */
  decide(element: DecisionElement, request: IdempotentRequest): Promise<Decision>;
  /** @throws PannierError `not_found` */
  readDecision(decisionId: string): Promise<Decision>;
}

const lowerPricedLimit = 10;
/** More than they can do in time is turned away. */
const together = { batchesAtOnce: 2, most: 128, longestWaitMs: 1_000 };

interface Question {
  element: DecisionElement;
  request: IdempotentRequest;
}

/** Something could not be taken, or a customer has gone: the transaction is undone, and its decisions are made anew in two halves. */
class NotTaken extends Error {}

interface Ready extends Prepared {
  question: Question;
  decisionId: number;
}

interface Answered extends Ready {
  answer: DecisionAnswer;
}

export function createDecisions(deps: DecisionDependencies): Decisions {
  const { db, reserve, ruleSets } = deps;
  const atWork = new Set<string>();
  const answerSoon = answerTogether<Question, Decision>(answerAll, together);

  async function answerAll(questions: readonly Question[]): Promise<(Decision | PannierError)[]> {
    const decided = await decideAll(questions);
    const open = questions.filter((_, index) => !isDecided(decided[index]!));
    if (open.length === 0) return decided as Decision[];
    const earlier = await answeredBefore(open);
    return decided.map((one, index) => {
      if (isDecided(one)) return one;
      // Without a stored answer another instance is about to have one.
      return earlier.get(questions[index]!) ?? one ?? inProgress();
    });
  }

  /** What requests were answered that came before, and those whose key came with another body. */
  async function answeredBefore(questions: readonly Question[]): Promise<Map<Question, Decision | PannierError>> {
    const requests = questions.map(({ request }) => request);
    const known = await findAnswers<{ decision_id: number }>(db, requests);
    const logged = await store.selectDecisions(
      db,
      known.flatMap((found) => found?.answer?.decision_id ?? []),
    );
    const answers = new Map<Question, Decision | PannierError>();
    for (const [index, found] of known.entries()) {
      const question = questions[index]!;
      if (found?.error) answers.set(question, found.error);
      else if (found) answers.set(question, await present(logged.get(found.answer.decision_id)!, question.element));
    }
    return answers;
  }

  /** @returns in their order; undefined: the request is somebody else's, now or before */
  async function decideAll(questions: readonly Question[]): Promise<(Decision | PannierError | undefined)[]> {
    const [prepared, ids] = await Promise.all([
      prepareDecisions(
        deps,
        questions.map(({ element }) => element),
      ),
      store.nextDecisionIds(db, questions.length),
    ]);
    const ready = await Promise.all(
      prepared.map((one, index) => (one instanceof PannierError ? one : complete(one, questions[index]!, ids[index]!))),
    );
    const sound = ready.filter((one): one is Ready => !(one instanceof PannierError));
    try {
      const written =
        sound.length > 0
          ? await db.transaction((tx) => write(tx, sound), { byKey: true, pipelined: true })
          : new Map<Ready, Answered>();
      return ready.map((one) => {
        if (one instanceof PannierError) return one;
        const answered = written.get(one);
        return answered && decisionOf(answered, one.question.element.customer_id ?? null, one.set);
      });
    } catch (error) {
      if (!(error instanceof NotTaken)) throw error;
      // Read anew, each half sees what others have taken; one decision by itself finds another outcome in the end.
      const half = Math.ceil(questions.length / 2);
      const first = await decideAll(questions.slice(0, half));
      return half === questions.length ? first : [...first, ...(await decideAll(questions.slice(half)))];
    }
  }

  /** Fills in what the answer repeats from elsewhere, but for what is left of budgets. */
  async function complete(prepared: Prepared, question: Question, decisionId: number): Promise<Ready> {
    const { inputs, draft } = prepared;
    const { chosen, action } = draft.choice;
    if (chosen >= 0) inputs.given.code = createCode();
    else if (action === 'lower-priced-goods') {
      const known = inputs.customer === 'guest' ? null : inputs.customer;
      const isBarred = barredAmong(['average_unit_price'], new Set(inputs.barred)) !== undefined;
      const comparedTo = (isBarred ? inputs.shop.unitPrice?.toString() : known?.segment?.averageUnitPrice) ?? null;
      const customerId = question.element.customer_id!;
      inputs.given.goods = await deps.lowerPricedItems({ customerId, comparedTo, limit: lowerPricedLimit });
    }
    return { ...prepared, question, decisionId };
  }

  /**
   * Locks in the order that `Coupons` states: what is new comes first and what others wait for last, so that they wait for
   * little more than the commit. Customers come before: nobody waits for them but an erasure, and it for nobody here. After the
   * claims all goes out together, in this order.
   */
  async function write(tx: Transaction, all: readonly Ready[]): Promise<Map<Ready, Answered>> {
    const named = new Set(all.flatMap(({ customerKey }) => customerKey ?? []));
    const claims = all.map(({ question: { request }, decisionId, customerKey }) => ({
      request,
      answer: { decision_id: decisionId },
      customerKey,
    }));
    const [held, claimed] = await Promise.all([holdCustomers(tx, [...named]), deps.claimRequests(tx, claims)]);
    if (held < named.size) throw new NotTaken();
    const ours = all.filter((_, index) => claimed[index]);
    const ready = answerInTurn(ours);
    const granted = ready.flatMap((one) => {
      const campaign = one.set.campaigns[one.draft.choice.chosen];
      return campaign && one.answer.coupon
        ? [{ ...one, campaign, coupon: one.answer.coupon, customerKey: one.customerKey! }]
        : [];
    });
    const coupons = granted.map(({ campaign, coupon, customerKey, now, decisionId, inputs }) => ({
      code: coupon.code,
      campaignKey: campaign.campaignKey,
      customerKey,
      decisionId,
      reservedMinor: reservationOf(campaign.discount),
      issuedAt: now,
      validUntil: validUntilOf(inputs, campaign),
      starts: periodStarts(now, campaign),
    }));
    const byCampaign = new Map<number, { campaign: Campaign; units: number; now: Date }>();
    for (const { campaign, now } of granted) {
      const units = (byCampaign.get(campaign.campaignKey)?.units ?? 0) + 1;
      byCampaign.set(campaign.campaignKey, { campaign, units, now });
    }
    const reservations = [...byCampaign]
      .sort(([a], [b]) => a - b)
      .map(([campaignKey, { campaign, units, now }]) => {
        return { campaignKey, units, amountMinor: units * reservationOf(campaign.discount), now };
      });
    const counters = granted.flatMap(({ campaign, customerKey }, index) =>
      countersOf(campaign, { customerKey, couponKey: null, starts: coupons[index]!.starts }),
    );
    const [, , areReserved, full] = await Promise.all([
      store.insertDecisions(
        tx,
        ready.map((one) => ({ ...one, decidedAt: one.now })),
      ),
      insertIssued(tx, coupons),
      Promise.all(reservations.map((reservation) => reserve(tx, reservation))),
      takeCounters(tx, counters),
      insertAssignments(tx, ready.flatMap(assignmentsOf)),
    ]);
    if (areReserved.includes(false) || full.length > 0) throw new NotTaken();
    return new Map(ours.map((one, index) => [one, ready[index]!]));
  }

  async function present(logged: store.LoggedDecision, element?: DecisionElement): Promise<Decision> {
    const customerId = element ? (element.customer_id ?? null) : await idOf(logged.customerKey);
    // Decisions from before there were sets have their campaigns in themselves.
    const { set } = logged.answer;
    return decisionOf({ ...logged, now: logged.decidedAt }, customerId, set ? await ruleSets.byId(set) : undefined);
  }

  async function idOf(customerKey: number | null): Promise<string | null> {
    if (customerKey === null) return null;
    return (await customerIdsOf(db, [customerKey])).get(customerKey) ?? null;
  }

  return {
    async decide(element, request) {
      const name = `${request.keyId} ${request.operation} ${request.idempotencyKey}`;
      if (atWork.has(name)) throw inProgress();
      atWork.add(name);
      try {
        return await answerSoon({ element, request });
      } finally {
        atWork.delete(name);
      }
    },

    async readDecision(decisionId) {
      const found = (await store.selectDecisions(db, [decisionId])).get(Number(decisionId));
      if (!found) throw notFound('decision');
      return present(found);
    },
  };
}

/** What is left of a budget after a coupon takes the coupons into account that are given with it. */
function answerInTurn(all: readonly Ready[]): Answered[] {
  const given = new Map<number, number>();
  return all.map((one) => {
    const { inputs, set, draft, stateAt } = one;
    const { chosen } = draft.choice;
    const campaign = set.campaigns[chosen];
    if (campaign) {
      const units = (given.get(campaign.campaignKey) ?? 0) + 1;
      given.set(campaign.campaignKey, units);
      inputs.given.left = leftAfter(units, { ...campaign, counters: stateAt(chosen).counters });
    }
    return { ...one, answer: answerFrom(inputs, set, draft) };
  });
}

function leftAfter(units: number, campaign: Campaign): BudgetLeft {
  const { coupons, moneyMinor } = budgetLeft(campaign);
  return {
    coupons: coupons === null ? null : coupons - units,
    moneyMinor: moneyMinor === null ? null : moneyMinor - units * reservationOf(campaign.discount),
  };
}

/** The arms of the campaigns that were to give the customer a coupon. */
function assignmentsOf({ customerKey, set, draft, inputs, decisionId, now }: Ready): Assignment[] {
  if (customerKey === null) return [];
  return draft.choice.reached.map(({ place, arm }) => ({
    experimentKey: set.campaigns[place]!.experimentKey,
    customerKey,
    arm,
    controlShare: set.compiled.controlShare[place]!,
    holdoutShare: inputs.holdoutShare,
    decisionId,
    assignedAt: now,
  }));
}

function decisionOf(
  { decisionId, now: decidedAt, answer }: Pick<Answered, 'decisionId' | 'now' | 'answer'>,
  customerId: string | null,
  ruleSet: RuleSet | undefined,
): Decision {
  const { set: _, outcomes, ...rest } = answer;
  const campaigns = ruleSet ? consideredIn(ruleSet, outcomes) : (answer as unknown as Decision).campaigns;
  return { ...rest, decisionId, customerId, decidedAt, campaigns };
}

function isDecided(one: Decision | PannierError | undefined): one is Decision {
  return one !== undefined && !(one instanceof PannierError);
}
