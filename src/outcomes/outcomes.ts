import type { Transaction } from '../db/index.ts';
import type { ImportOptions, ImportProgress, ImportResult, Intake, PastCampaignKind } from '../intake/index.ts';
import { pastCampaignKeepers } from './past-campaigns/keepers.ts';
import { clearCustomer } from './past-campaigns/store.ts';
import {
  evaluatePolicy,
  type PolicyEvaluation,
  type PolicyQuestion,
  type PolicyVersionValue,
  type ValueQuestion,
  valuePolicy,
} from './policies/evaluate-policy.ts';
import type { CampaignReport } from './reports/campaign-report.ts';
import { type ReportDependencies, reportCampaign } from './reports/report-campaign.ts';
import { type DiscountReport, reportDiscounts } from './reports/report-discounts.ts';
import { type HoldoutReport, reportHoldout } from './reports/report-holdout.ts';
import { deleteFeatures } from './responses/store.ts';

export interface Outcomes {
  /**
   * Takes in a file about campaigns that were run elsewhere, for their reports; the rules of other imports hold: in as a whole
   * or not at all, twice is once, rows are conserved.
   * @throws PannierError `invalid_request` for options or a file that cannot be read
   */
  importPastCampaigns(
    options: ImportOptions<PastCampaignKind>,
    onProgress?: (progress: ImportProgress) => void,
  ): Promise<ImportResult>;
  /** Of a campaign of one's own, or an imported one. @throws PannierError `not_found` */
  reportCampaign(campaignId: string): Promise<CampaignReport>;
  /** All campaigns together, against the customers who are, or last were, held out of all of them. */
  reportHoldout(): Promise<HoldoutReport>;
  /** What each group was given, of decisions in this time. @throws PannierError `invalid_request` */
  reportDiscounts(from: Date, until: Date): Promise<DiscountReport>;
  /**
   * What decisions by a proposed rule would have been worth, out of the log of decisions with their probabilities.
   * @throws PannierError `invalid_request` for a rule that cannot be read, or a log with nothing to judge it by
   */
  evaluatePolicy(question: Pick<PolicyQuestion, 'policy' | 'reward' | 'days' | 'from'>): Promise<PolicyEvaluation>;
  /**
   * The same of a version of a policy, beside the version that is published.
   * @throws PannierError `not_found`, `invalid_request` for a log with nothing to judge it by
   */
  valuePolicy(
    question: Pick<ValueQuestion, 'reward' | 'days' | 'from'> & { policyId: string; version: number },
  ): Promise<PolicyVersionValue>;
}

export interface OutcomesDependencies extends ReportDependencies {
  intake: Pick<Intake, 'importPastCampaigns'>;
}

export function createOutcomes(deps: OutcomesDependencies): Outcomes {
  const { db, config, clock, intake } = deps;
  const { minorDigits } = config;
  const keepers = pastCampaignKeepers(minorDigits);
  return {
    importPastCampaigns: (options, onProgress) =>
      intake.importPastCampaigns(options, keepers[options.kind], onProgress),
    reportCampaign: (campaignId) => reportCampaign(deps, campaignId),
    reportHoldout: () => reportHoldout(deps),
    reportDiscounts: (from, until) => reportDiscounts(db, from, until),
    valuePolicy: (question) => valuePolicy(db, { ...question, now: clock(), minorDigits }),
    evaluatePolicy: (question) => evaluatePolicy(db, { ...question, now: clock(), minorDigits }),
  };
}

/** Erasure of a person: what was stays without them. */
export async function eraseFromOutcomes(tx: Transaction, customerKey: number): Promise<void> {
  await clearCustomer(tx, customerKey);
  await deleteFeatures(tx, customerKey);
}
