import type { Database } from '../../db/index.ts';
import { createCampaignSets } from '../campaigns/sets/campaign-sets.ts';
import type { CompiledCampaigns } from '../decisions/choice/compiled-campaigns.ts';
import { readScore } from '../decisions/choice/expected-gain.ts';
import { inTurn } from '../decisions/choice/obstacles.ts';
import { codeOf, unpackOutcomes } from '../decisions/choice/outcome-codes.ts';
import type { DecisionAnswer } from '../decisions/decision-inputs.ts';
import { selectFirstChoices } from './store.ts';

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
  /** campaigns that chance could have given: their coupon had a probability above 0 */
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
  const campaignSets = createCampaignSets(db);
  const choices: LoggedChoice[] = [];
  for (const row of await selectFirstChoices(db, from, until)) {
    const { customer_key: customerKey, decided_at: decidedAt, answer, explores } = row;
    const { compiled } = (await campaignSets.byId(answer.set))!;
    const codes = unpackOutcomes(answer.outcomes);
    const places = explores
      ? placesOf(codes, (code) => stoodOpen.has(code) || code === codeOf['no-expected-gain'])
      : withoutExploration(compiled, codes, answer);
    const open = places.map((place) => compiled.campaignIds[place]);
    if (open.length === 0) continue;
    const { group, cause, probability, coupon } = answer;
    choices.push({ customerKey, decidedAt, group, cause, campaignId: coupon?.campaignId ?? null, probability, open });
  }
  return choices;
}

/** Exploration draws among all; otherwise a campaign comes up only where the control group of each before it can take its turn. */
function withoutExploration(
  rules: CompiledCampaigns,
  codes: Uint8Array,
  { scores = [] }: Pick<DecisionAnswer, 'scores'>,
) {
  const gains = new Map(scores.map((score) => [score[0], readScore(score)]));
  const turn = placesOf(codes, (code) => stoodOpen.has(code)).sort(inTurn(rules, gains));
  const last = turn.findIndex((place) => rules.controlShare[place] === 0);
  return last < 0 ? turn : turn.slice(0, last + 1);
}

function placesOf(codes: Uint8Array, fits: (code: number) => boolean): number[] {
  return Array.from(codes.keys()).filter((place) => fits(codes[place]));
}
