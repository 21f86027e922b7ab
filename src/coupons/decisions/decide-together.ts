import { findAnswers, type IdempotentRequest, inProgress } from '../../db/idempotency.ts';
import { PannierError } from '../../errors.ts';
import type { RecommendedItem } from '../../recommendations/index.ts';
import { barredAmong } from '../../shop/barred-attributes.ts';
import { createCode } from '../codes/code-text.ts';
import type { DecisionElement } from '../request-elements.ts';
import { draftFrom } from './answer.ts';
import type { ReadInputs } from './build-inputs.ts';
import { customerOf } from './choice/judge-need.ts';
import { type Decision, decisionOf, personOf, readLogged } from './decision.ts';
import { type InputDependencies, readInputs } from './read-inputs.ts';
import { selectDecisions } from './store.ts';
import { type DraftedDecision, NotTaken, type WriteDependencies, writeDecisions } from './write-decisions.ts';

export interface DecisionDependencies extends InputDependencies, WriteDependencies {
  /** Goods to the customer's taste below a price. */
  lowerPricedItems: (wanted: {
    customerId: string;
    comparedTo: string | null;
    limit: number;
  }) => Promise<readonly RecommendedItem[]>;
}

/** A request for a coupon. */
export interface Question {
  element: DecisionElement;
  request: IdempotentRequest;
}

const lowerPricedLimit = 10;

/** In one statement; where something could not be taken, anew in two halves. @returns in their order */
export async function decideTogether(
  deps: DecisionDependencies,
  questions: readonly Question[],
): Promise<(Decision | PannierError)[]> {
  const elements = questions.map(({ element }) => element);
  const { inputs, decisionIds, held } = await readInputs(deps, elements, questions.length);
  const drafted = await Promise.all(
    inputs.map((one, index) =>
      one instanceof PannierError ? one : draftDecision(deps, one, questions[index], decisionIds[index]),
    ),
  );
  const sound = drafted.filter((one): one is DraftedDecision => !(one instanceof PannierError));
  try {
    const written = await writeDecisions(deps, held, sound);
    const decided = drafted.map((one): Decision | PannierError | undefined => {
      if (one instanceof PannierError) return one;
      const answered = written.get(one);
      if (!answered) return undefined;
      const { decisionId, now: decidedAt, answer } = answered;
      return decisionOf({ decisionId, decidedAt, answer }, one, one.set);
    });
    return withEarlier(deps, questions, decided);
  } catch (error) {
    if (!(error instanceof NotTaken)) throw error;
    // Read anew, each half sees what others have taken; one decision by itself finds another outcome in the end.
    const half = Math.ceil(questions.length / 2);
    const first = await decideTogether(deps, questions.slice(0, half));
    return half === questions.length ? first : [...first, ...(await decideTogether(deps, questions.slice(half)))];
  }
}

/**
 * Questions whose request came before get its answer, or what is wrong with their key; also those that could not be asked
 * again. Without a stored answer another instance is about to have one.
 */
async function withEarlier(
  { db, campaignSets }: DecisionDependencies,
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
      const known = logged.get(one.answer.decision_id)!;
      const { customer_id: customerId } = question.element;
      const person = customerId === undefined ? await personOf(db, known) : { customerId, visitorId: null };
      earlier.set(question, await readLogged(campaignSets, known, person));
    }
  }
  return decided.map((one, index) => {
    return isDecided(one) ? one : (earlier.get(questions[index]) ?? one ?? inProgress());
  });
}

/** Finds what is to be given, and what of the answer comes from elsewhere. */
export async function draftDecision(
  { lowerPricedItems }: Pick<DecisionDependencies, 'lowerPricedItems'>,
  read: ReadInputs,
  { request }: Pick<DraftedDecision, 'request'>,
  decisionId: number,
): Promise<DraftedDecision> {
  const { inputs, set, isControl } = read;
  const draft = draftFrom(inputs, set, isControl);
  const { chosen, action } = draft.choice;
  const drafted = { ...read, decisionId, request, draft };
  if (chosen >= 0) return { ...drafted, parts: { goods: [], code: createCode() } };
  if (action !== 'lower-priced-goods') return { ...drafted, parts: { goods: [], code: null } };
  const customer = customerOf(inputs.customer);
  const isBarred = barredAmong(['average_unit_price'], new Set(inputs.barred)) !== undefined;
  const comparedTo = (isBarred ? inputs.shop.unitPrice?.toString() : customer?.segment?.averageUnitPrice) ?? null;
  const customerId = read.customerId!;
  const goods = await lowerPricedItems({ customerId, comparedTo, limit: lowerPricedLimit });
  return { ...drafted, parts: { goods, code: null } };
}

function isDecided(one: Decision | PannierError | undefined): one is Decision {
  return one !== undefined && !(one instanceof PannierError);
}
