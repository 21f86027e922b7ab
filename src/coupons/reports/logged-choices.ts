import type { Database } from '../../db/index.ts';
import { type CampaignSet, createCampaignSets } from '../campaigns/sets/campaign-sets.ts';
import { draftFrom } from '../decisions/answer.ts';
import { segmentsOf } from '../decisions/build-inputs.ts';
import { type CompiledCampaigns, compileCampaigns } from '../decisions/choice/compiled-campaigns.ts';
import { readScore } from '../decisions/choice/expected-gain.ts';
import { isIsolated, withoutIsolated } from '../decisions/choice/isolation.ts';
import { putInTurn } from '../decisions/choice/obstacles.ts';
import { codeOf, unpackOutcomes } from '../decisions/choice/outcome-codes.ts';
import { rulesVersion } from '../decisions/choice/rules-version.ts';
import type { DecisionAnswer, LoggedInputs } from '../decisions/decision-inputs.ts';
import type { PolicyVersion } from '../policies/policy.ts';
import { covers, readsOf } from '../policies/policy-reads.ts';
import { type ChoiceRow, selectFirstChoices } from './store.ts';

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
  codeOf['control-of-another'],
]);

/** Each customer's first choice by chance in this time, in ascending customer key. */
export async function readChoices(db: Database, from: Date, until: Date): Promise<LoggedChoice[]> {
  const campaignSets = createCampaignSets(db);
  const choices: LoggedChoice[] = [];
  for (const row of await selectFirstChoices(db, from, until)) {
    const choice = toChoice(row, (await campaignSets.byId(row.answer.set))!);
    if (choice) choices.push(choice);
  }
  return choices;
}

/** A choice with what policies would have chosen by themselves: without control groups, holdout and exploration. */
export interface JudgedChoice extends LoggedChoice {
  /** a campaign for each policy; null: no coupon */
  wanted: readonly (string | null)[];
}

/**
 * The same with what each of these policies would have chosen, had it decided above all campaigns, by what was logged with the decision.
 * @returns also of how many more it was not logged what they ask for
 */
export async function readJudgedChoices(
  db: Database,
  policies: readonly PolicyVersion[],
  from: Date,
  until: Date,
): Promise<{ choices: JudgedChoice[]; notLogged: number }> {
  const campaignSets = createCampaignSets(db);
  const asked = policies.map(({ policy }) => readsOf([policy]));
  const choices: JudgedChoice[] = [];
  let notLogged = 0;
  const decidedBy = decidingSets(policies);
  for (const row of await selectFirstChoices(db, from, until, true)) {
    const set = (await campaignSets.byId(row.answer.set))!;
    const choice = toChoice(row, set);
    if (!choice) continue;
    const read = { ...set.compiled.reads, segments: segmentsOf(set) };
    if (asked.every((reads) => covers(read, reads))) {
      choices.push({ ...choice, wanted: decidedBy(set).map((other) => wantedIn(row.inputs!, other)) });
    } else notLogged++;
  }
  return { choices, notLogged };
}

/** Sets as they would be if one policy decided above all of their campaigns. */
function decidingSets(policies: readonly PolicyVersion[]): (set: CampaignSet) => CampaignSet[] {
  const known = new Map<string, CampaignSet[]>();
  return (set) => {
    let others = known.get(set.id);
    if (!others) {
      others = policies.map((version) => {
        const causes = version.policy.kind === 'by-cause' ? version : set.compiled.causes;
        const compiled = compileCampaigns(
          set.campaigns,
          set.campaigns.map(() => version),
          causes,
        );
        return { ...set, compiled };
      });
      known.set(set.id, others);
    }
    return others;
  };
}

function wantedIn(inputs: LoggedInputs, set: CampaignSet): string | null {
  const certain = {
    ...inputs,
    rules: rulesVersion,
    holdoutShare: 0,
    explorationShare: 0,
    drawn: { inHoldout: false, draw: 1, pick: 0 },
  };
  const { choice } = draftFrom(certain, set, () => false);
  return set.campaigns[choice.chosen]?.campaignId ?? null;
}

/** undefined: no campaign could have been given */
function toChoice(row: ChoiceRow, { compiled }: CampaignSet): LoggedChoice | undefined {
  const { customer_key: customerKey, decided_at: decidedAt, answer, explores, isolators } = row;
  const codes = unpackOutcomes(answer.outcomes);
  // A control group of before this decision stands against it whatever is drawn.
  for (const place of codes.keys())
    if (isolators && isIsolated(compiled, isolators, place)) codes[place] = codeOf['not-needed'];
  const places = explores
    ? placesOf(codes, (code) => stoodOpen.has(code) || code === codeOf['no-expected-gain'])
    : withoutExploration(compiled, codes, answer);
  const open = places.map((place) => compiled.campaignIds[place]);
  if (open.length === 0) return undefined;
  const { group, cause, probability, coupon } = answer;
  return { customerKey, decidedAt, group, cause, campaignId: coupon?.campaignId ?? null, probability, open };
}

/** Exploration draws among all; otherwise a campaign comes up only where the control group of each before it can take its turn. */
function withoutExploration(
  rules: CompiledCampaigns,
  codes: Uint8Array,
  { scores = [] }: Pick<DecisionAnswer, 'scores'>,
) {
  const gains = new Map(scores.map((score) => [score[0], readScore(score)]));
  let turn = placesOf(codes, (code) => stoodOpen.has(code));
  putInTurn(rules, gains, turn);
  turn = withoutIsolated(rules, turn);
  const last = turn.findIndex((place) => rules.controlShare[place] === 0);
  return last < 0 ? turn : turn.slice(0, last + 1);
}

function placesOf(codes: Uint8Array, fits: (code: number) => boolean): number[] {
  return Array.from(codes.keys()).filter((place) => fits(codes[place]));
}
