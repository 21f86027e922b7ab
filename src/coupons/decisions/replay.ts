import type { Database } from '../../db/index.ts';
import { createRuleSets, type RuleSet } from '../campaigns/sets/campaign-sets.ts';
import { answerFrom, type DecisionAnswer, type DecisionInputs, draftFrom } from './answer.ts';
import { replayableVersions } from './choice/choose-campaign.ts';
import { selectReplayable } from './store.ts';

export interface ReplayReport {
  replayed: number;
  equal: number;
  /** made by rules of another version, which this code does not have */
  otherRules: number;
  /** the first that came out otherwise */
  differing: number[];
}

const pageSize = 2_000;
const tellAtMost = 20;

/** The answer that logged inputs give by the rules of this code. */
export function replayOne(inputs: DecisionInputs, set: RuleSet): DecisionAnswer {
  return answerFrom(inputs, set, draftFrom(inputs, set));
}

/** Makes the last decisions again from their logged inputs and compares the answers as JSON. Nothing is written. */
export async function replayDecisions(db: Database, last: number): Promise<ReplayReport> {
  const ruleSets = createRuleSets(db);
  const report: ReplayReport = { replayed: 0, equal: 0, otherRules: 0, differing: [] };
  let before: number | null = null;
  for (let left = last; left > 0; ) {
    const page: Awaited<ReturnType<typeof selectReplayable>> = await selectReplayable(
      db,
      before,
      Math.min(left, pageSize),
    );
    if (page.length === 0) break;
    for (const { decisionId, inputs, answer } of page) {
      report.replayed++;
      if (!replayableVersions.has(inputs.rules)) report.otherRules++;
      else if (JSON.stringify(replayOne(inputs, (await ruleSets.byId(inputs.set))!)) === JSON.stringify(answer))
        report.equal++;
      else if (report.differing.length < tellAtMost) report.differing.push(decisionId);
    }
    left -= page.length;
    before = page.at(-1)!.decisionId;
  }
  return report;
}
