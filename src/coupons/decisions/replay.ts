import type { Database } from '../../db/index.ts';
import { notFound } from '../../errors.ts';
import { type CampaignSet, type CampaignSets, createCampaignSets } from '../campaigns/sets/campaign-sets.ts';
import { answerFrom, draftFrom, loggedArms } from './answer.ts';
import { replayableVersions, rulesVersion } from './choice/rules-version.ts';
import type { DecisionAnswer, LoggedInputs } from './decision-inputs.ts';
import { selectReplayable, selectReplayableOne } from './store.ts';

/** Whether kept decisions come out the same again. */
export interface ReplayReport {
  replayed: number;
  equal: number;
  /** made by rules of another version, which this code does not have */
  otherRules: number;
  /** the first that came out otherwise */
  differing: number[];
}

const pageSize = 2_000;
const reportedAtMost = 20;

/** The answer that logged inputs give by the rules of this code. */
export function replayOne(inputs: LoggedInputs, set: CampaignSet): DecisionAnswer {
  return answerFrom(inputs, set, draftFrom(inputs, set, loggedArms(inputs)), inputs.given);
}

/** What became of one decision that was made again. */
export interface Replay {
  verdict: 'equal' | 'different' | 'other-rules' | 'not-logged';
  rulesVersion: string | null;
  rulesNow: string;
  /** what came out now; null: it was not made again */
  answer: DecisionAnswer | null;
}

/** Makes one decision again, as `replayDecisions` does. Nothing is written. @throws PannierError `not_found` */
export async function replayDecision(db: Database, campaignSets: CampaignSets, decisionId: string): Promise<Replay> {
  const logged = await selectReplayableOne(db, decisionId);
  if (!logged) throw notFound('decision');
  const { inputs, answer } = logged;
  const made = { rulesVersion: inputs?.rules ?? null, rulesNow: rulesVersion };
  if (!inputs?.rules) return { verdict: 'not-logged', ...made, answer: null };
  if (!replayableVersions.has(inputs.rules)) return { verdict: 'other-rules', ...made, answer: null };
  const again = replayOne(inputs, (await campaignSets.byId(inputs.set))!);
  const isEqual = JSON.stringify(again) === JSON.stringify(answer);
  return { verdict: isEqual ? 'equal' : 'different', ...made, answer: again };
}

/** Makes the last decisions again from their logged inputs and compares the answers as JSON. Nothing is written. */
export async function replayDecisions(db: Database, last: number): Promise<ReplayReport> {
  const campaignSets = createCampaignSets(db);
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
      else if (JSON.stringify(replayOne(inputs, (await campaignSets.byId(inputs.set))!)) === JSON.stringify(answer))
        report.equal++;
      else if (report.differing.length < reportedAtMost) report.differing.push(decisionId);
    }
    left -= page.length;
    before = page.at(-1)!.decisionId;
  }
  return report;
}
