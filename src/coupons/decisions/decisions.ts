import { findAnswers, type IdempotentRequest, inProgress } from '../../db/idempotency.ts';
import { answerTogether } from '../../db/index.ts';
import { notFound, PannierError } from '../../errors.ts';
import { customerIdsOf } from '../../intake/index.ts';
import type { RecommendedItem } from '../../recommendations/index.ts';
import type { CampaignSet } from '../campaigns/sets/campaign-sets.ts';
import { createCode } from '../codes/code-text.ts';
import type { DecisionElement } from '../request-elements.ts';
import { draftFrom } from './answer.ts';
import type { ReadInputs } from './build-inputs.ts';
import { barredAmong } from './choice/judge-need.ts';
import { type ConsideredCampaign, consideredIn } from './considered-campaigns.ts';
import type { DecisionAnswer } from './decision-inputs.ts';
import { type InputDependencies, readInputs } from './read-inputs.ts';
import { type LoggedDecision, nextDecisionIds, selectDecisions } from './store.ts';
import { type DecisionGuards, type DraftedDecision, NotTaken, writeDecisions } from './write-decisions.ts';

export interface DecisionDependencies extends InputDependencies, DecisionGuards {
  /** Goods to the customer's taste below a price. */
  lowerPricedItems: (wanted: {
    customerId: string;
    comparedTo: string | null;
    limit: number;
  }) => Promise<readonly RecommendedItem[]>;
}

/** The answer to one request for a coupon, as it is kept. */
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

export function createDecisions(deps: DecisionDependencies): Decisions {
  const { db, campaignSets } = deps;
  const atWork = new Set<string>();
  const answerSoon = answerTogether<Question, Decision>(decideAll, together);

  /** In one transaction; where something could not be taken, anew in two halves. @returns in their order */
  async function decideAll(questions: readonly Question[]): Promise<(Decision | PannierError)[]> {
    const elements = questions.map(({ element }) => element);
    const [read, ids] = await Promise.all([readInputs(deps, elements), nextDecisionIds(db, questions.length)]);
    const drafted = await Promise.all(
      read.map((one, index) =>
        one instanceof PannierError ? one : draftDecision(deps, one, questions[index], ids[index]),
      ),
    );
    const sound = drafted.filter((one): one is DraftedDecision => !(one instanceof PannierError));
    try {
      const written =
        sound.length > 0
          ? await db.transaction((tx) => writeDecisions(tx, deps, sound), { byKey: true, pipelined: true })
          : new Map<DraftedDecision, never>();
      const decided = drafted.map((one, index): Decision | PannierError | undefined => {
        if (one instanceof PannierError) return one;
        const answered = written.get(one);
        if (!answered) return undefined;
        const { decisionId, now: decidedAt, answer } = answered;
        return decisionOf({ decisionId, decidedAt, answer }, elements[index].customer_id ?? null, one.set);
      });
      return withEarlier(questions, decided);
    } catch (error) {
      if (!(error instanceof NotTaken)) throw error;
      // Read anew, each half sees what others have taken; one decision by itself finds another outcome in the end.
      const half = Math.ceil(questions.length / 2);
      const first = await decideAll(questions.slice(0, half));
      return half === questions.length ? first : [...first, ...(await decideAll(questions.slice(half)))];
    }
  }

  /**
   * Questions whose request came before get its answer, or what is wrong with their key; also those that could not be asked
   * again. Without a stored answer another instance is about to have one.
   */
  async function withEarlier(
    questions: readonly Question[],
    decided: readonly (Decision | PannierError | undefined)[],
  ): Promise<(Decision | PannierError)[]> {
    const open = questions.filter((_, index) => !isDecided(decided[index]));
    if (open.length === 0) return decided as Decision[];
    const stored = await findAnswers<{ decision_id: number }>(
      db,
      open.map(({ request }) => request),
    );
    const ids = stored.flatMap((one) => one?.answer?.decision_id ?? []);
    const logged = await selectDecisions(db, ids);
    const earlier = new Map<Question, Decision | PannierError>();
    for (const [index, one] of stored.entries()) {
      const question = open[index];
      if (one?.error) earlier.set(question, one.error);
      else if (one) {
        const customerId = question.element.customer_id ?? null;
        earlier.set(question, await present(logged.get(one.answer.decision_id)!, customerId));
      }
    }
    return decided.map((one, index) => {
      return isDecided(one) ? one : (earlier.get(questions[index]) ?? one ?? inProgress());
    });
  }

  async function present(logged: LoggedDecision, customerId: string | null): Promise<Decision> {
    // Decisions from before there were sets, and versions, have their campaigns in themselves.
    const { set } = logged.answer;
    return decisionOf(logged, customerId, set ? await campaignSets.byId(set) : undefined);
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
      const logged = (await selectDecisions(db, [decisionId])).get(Number(decisionId));
      if (!logged) throw notFound('decision');
      const { customerKey } = logged;
      const ids = customerKey === null ? undefined : await customerIdsOf(db, [customerKey]);
      return present(logged, ids?.get(customerKey!) ?? null);
    },
  };
}

/** Finds what is to be given, and what of the answer comes from elsewhere. */
async function draftDecision(
  { lowerPricedItems }: Pick<DecisionDependencies, 'lowerPricedItems'>,
  read: ReadInputs,
  { element, request }: Question,
  decisionId: number,
): Promise<DraftedDecision> {
  const { inputs, set, isControl } = read;
  const draft = draftFrom(inputs, set, isControl);
  const { chosen, action } = draft.choice;
  const drafted = { ...read, decisionId, request, draft };
  if (chosen >= 0) return { ...drafted, parts: { goods: [], code: createCode() } };
  if (action !== 'lower-priced-goods') return { ...drafted, parts: { goods: [], code: null } };
  const customer = inputs.customer === 'guest' ? null : inputs.customer;
  const isBarred = barredAmong(['average_unit_price'], new Set(inputs.barred)) !== undefined;
  const comparedTo = (isBarred ? inputs.shop.unitPrice?.toString() : customer?.segment?.averageUnitPrice) ?? null;
  const customerId = element.customer_id!;
  const goods = await lowerPricedItems({ customerId, comparedTo, limit: lowerPricedLimit });
  return { ...drafted, parts: { goods, code: null } };
}

function decisionOf(
  { decisionId, decidedAt, answer }: Pick<LoggedDecision, 'decisionId' | 'decidedAt' | 'answer'>,
  customerId: string | null,
  campaignSet: CampaignSet | undefined,
): Decision {
  const { set: _, outcomes, ...rest } = answer;
  const campaigns = campaignSet
    ? consideredIn(campaignSet, outcomes)
    : (answer as unknown as Decision).campaigns.map((one) => ({ ...one, version: 1 }));
  return { ...rest, decisionId, customerId, decidedAt, campaigns };
}

function isDecided(one: Decision | PannierError | undefined): one is Decision {
  return one !== undefined && !(one instanceof PannierError);
}
