import { type IdempotentRequest, inProgress } from '../../db/idempotency.ts';
import { answerTogether } from '../../db/index.ts';
import { notFound } from '../../errors.ts';
import type { DecisionElement } from '../request-elements.ts';
import { type DecisionDependencies, decideTogether, type Question } from './decide-together.ts';
import { type Decision, personOf, readLogged } from './decision.ts';
import { type Replay, replayDecision } from './replay.ts';
import { selectDecisions } from './store.ts';

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
  /** Makes it again from what was logged; nothing is written. @throws PannierError `not_found` */
  replay(decisionId: string): Promise<Replay>;
}

/** More than they can do in time is turned away. */
const together = { batchesAtOnce: 2, most: 128, longestWaitMs: 1_000 };

export function createDecisions(deps: DecisionDependencies): Decisions {
  const { db, campaignSets } = deps;
  const atWork = new Set<string>();
  const answerSoon = answerTogether<Question, Decision>((questions) => decideTogether(deps, questions), together);

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

    replay: (decisionId) => replayDecision(db, campaignSets, decisionId),

    async readDecision(decisionId) {
      const logged = (await selectDecisions(db, [decisionId])).get(Number(decisionId));
      if (!logged) throw notFound('decision');
      return readLogged(campaignSets, logged, await personOf(db, logged));
    },
  };
}
