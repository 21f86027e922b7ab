import type { Database } from '../db/index.ts';
import { codeOf } from './eligibility.ts';
import { selectFirstChoices } from './outcomes-store.ts';
import { createRuleSets } from './rule-sets.ts';
import { unpackOutcomes } from './rules.ts';

/** A decision that chance had a part in. */
export interface LoggedChoice {
  customerKey: number;
  decidedAt: Date;
  group: string | null;
  cause: string;
  /** the campaign whose coupon was given; null: none */
  campaignId: string | null;
  /** with which this was chosen */
  probability: number;
  /** campaigns that had a chance: nothing stood against them, or only their score, which exploration does not look at */
  open: readonly string[];
}

const stoodOpen: ReadonlySet<number> = new Set([
  codeOf.granted,
  codeOf['lower-priority'],
  codeOf['control-group'],
  codeOf.holdout,
  codeOf['not-drawn'],
]);

/** Each customer's first choice by chance in this time, in ascending customer key. */
export async function readChoices(db: Database, from: Date, until: Date): Promise<LoggedChoice[]> {
  const ruleSets = createRuleSets(db);
  const choices: LoggedChoice[] = [];
  for (const row of await selectFirstChoices(db, from, until)) {
    const { customer_key: customerKey, decided_at: decidedAt, answer, explores } = row;
    const { campaignIds } = (await ruleSets.byId(answer.set))!.compiled;
    const codes = unpackOutcomes(answer.outcomes);
    const hadChance = (code: number) => stoodOpen.has(code) || (explores && code === codeOf['no-expected-gain']);
    const open = campaignIds.filter((_, place) => hadChance(codes[place]!));
    if (open.length === 0) continue;
    const { group, cause, probability, coupon } = answer;
    choices.push({ customerKey, decidedAt, group, cause, campaignId: coupon?.campaignId ?? null, probability, open });
  }
  return choices;
}
