import type { Database } from '../../db/index.ts';
import { PannierError } from '../../errors.ts';
import { couponsLeft } from '../budgets/budget-left.ts';
import { codeAt, type Outcome, outcomes as outcomeNames } from '../decisions/choice/outcome-codes.ts';
import { type DecisionDependencies, draftDecision } from '../decisions/decide-together.ts';
import { readInputs } from '../decisions/read-inputs.ts';
import { type Batch, writeBatch } from '../decisions/store.ts';
import { type AnsweredDecision, type DraftedDecision, NotTaken, writeDecisions } from '../decisions/write-decisions.ts';
import { selectUnitsLeft } from '../limits/store.ts';
import { type GivenCustomer, type Giving, goOn, type OutcomeCounts } from './store.ts';

/** Somebody else works at it, or it was stopped. */
export class NotOurs extends Error {}

/** Its campaign gives nothing now: it is paused, over, not open at this hour, or waits for those who join. */
export class NotActive extends Error {}

const waitsFor: ReadonlySet<string> = new Set<Outcome>(['not-active', 'not-open-now', 'group-not-open']);

/** A customer that a campaign is to be given to. */
export interface Recipient {
  customerKey: number;
  customerId: string;
}

/**
 * Decides about customers, in the order of their keys, as if each asked for a decision about this campaign alone, and goes on behind
 * them: decisions, coupons, the table and the place are one transaction. Where something could not be taken, anew in two halves.
 * @param upTo the last key that was looked at; whoever of them is not in `page` is passed by
 * @returns the giving as it stands now
 * @throws NotOurs, NotActive
 */
export async function givePage(
  deps: DecisionDependencies & { db: Database },
  giving: Giving,
  holder: string,
  page: readonly Recipient[],
  upTo: number,
): Promise<Giving> {
  const elements = page.map(({ customerId }) => ({ customer_id: customerId, campaign_ids: [giving.campaignId] }));
  const { inputs, decisionIds, held } = await readInputs(deps, elements, page.length);
  const drafted = await Promise.all(
    inputs.flatMap((one, at) => {
      if (one instanceof PannierError) throw one;
      // Erased since the page was read: nobody is left to decide about.
      if (one.customerKey === null) return [];
      return draftDecision(deps, one, { request: null }, decisionIds[at]);
    }),
  );
  if (drafted.some(({ draft }) => waitsFor.has(outcomeNames[draft.choice.outcomes[0]]))) throw new NotActive();
  const inTwo = async (at: number) => {
    const first = await givePage(deps, giving, holder, page.slice(0, at), page[at - 1].customerKey);
    return givePage(deps, first, holder, page.slice(at), upTo);
  };
  const last = await findLast(deps.db, drafted);
  if (last !== undefined && last.customerKey !== page.at(-1)!.customerKey) {
    // Whoever comes behind the last coupon of a budget or a period is told so, as if they had asked after it, and is in no arm.
    return inTwo(page.findIndex(({ customerKey }) => customerKey === last.customerKey) + 1);
  }
  let outcomes = giving.outcomes;
  const writeWithPlace = (batch: Batch | undefined, given: readonly GivenCustomer[]) =>
    deps.db.transaction(async (tx) => {
      outcomes = addUp(giving.outcomes, given);
      if (!(await goOn(tx, giving, holder, { upTo, outcomes, given }))) throw new NotOurs();
      return batch ? writeBatch(tx, batch) : [];
    });
  try {
    if (drafted.length === 0) await writeWithPlace(undefined, []);
    await writeDecisions(deps, held, drafted, (batch, answered) => writeWithPlace(batch, answered.map(givenOf)));
    return { ...giving, afterKey: upTo, outcomes };
  } catch (error) {
    if (!(error instanceof NotTaken)) throw error;
    const half = Math.ceil(page.length / 2);
    return half === page.length ? givePage(deps, giving, holder, page, upTo) : inTwo(half);
  }
}

/** The one who gets the last coupon that the budgets and the limits of the campaign's periods have; undefined: they have more. */
async function findLast(db: Database, drafted: readonly DraftedDecision[]): Promise<DraftedDecision | undefined> {
  const given = drafted.filter(({ draft }) => draft.choice.chosen === 0);
  if (given.length === 0) return undefined;
  const { set, stateAt, now } = given[0];
  const ofBudgets = couponsLeft({ ...set.campaigns[0], counters: stateAt(0).counters });
  return given[Math.min(ofBudgets, await selectUnitsLeft(db, set.campaigns[0], now)) - 1];
}

function givenOf({ customerKey, decisionId, answer }: AnsweredDecision): GivenCustomer {
  const outcome = outcomeNames[codeAt(answer.outcomes, 0)];
  return { customerKey: customerKey!, decisionId, outcome, code: answer.coupon?.code ?? null };
}

/** With how many came to what. */
export function addUp(before: OutcomeCounts, given: readonly GivenCustomer[]): OutcomeCounts {
  const sum = { ...before };
  for (const { outcome } of given) sum[outcome] = (sum[outcome] ?? 0) + 1;
  return sum;
}
