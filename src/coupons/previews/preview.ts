import type { Group } from '../../segments/index.ts';
import type { PublishedRelease } from '../../versions/index.ts';
import { couponsLeft } from '../budgets/budget-left.ts';
import type { CampaignMemory, HeldCampaigns } from '../campaigns/campaign-memory.ts';
import { type CampaignCounters, type CampaignTerms, reservationOf } from '../campaigns/campaign-terms.ts';
import type { CampaignSet } from '../campaigns/sets/campaign-sets.ts';
import { draftFrom } from '../decisions/answer.ts';
import { type Outcome, outcomes } from '../decisions/choice/outcome-codes.ts';
import { type InputDependencies, readInputs } from '../decisions/read-inputs.ts';
import { sampleTarget, type TargetSample } from './store.ts';

/** Who would get a campaign's coupon, of customers whom it is for. */
export interface CampaignPreview {
  /** who may be profiled: in the shop, or in the segment that it is to be given to */
  customers: number;
  /** how many of them the campaign is for, all counted, and how many of those were decided about */
  target: number;
  sampled: number;
  groups: { group: Group | null; sampled: number; outcomes: Partial<Record<Outcome, number>> }[];
  outcomes: Partial<Record<Outcome, number>>;
  /** some of the customers of each outcome, the most frequent first */
  examples: { outcome: Outcome; customerIds: string[] }[];
  /** of all of the target, as those decided about tell, within the budget */
  coupons: number;
  /** null: what one coupon gives has no bound */
  mostCostMinor: number | null;
  /** when it is open first, which it is decided for; null: never before its end */
  opensAt: Date | null;
}

export interface PreviewDependencies extends InputDependencies {
  readRelease: () => Promise<PublishedRelease | undefined>;
}

/** A campaign as it would be at a moment. */
export interface PreviewedCampaign {
  set: CampaignSet;
  counters: CampaignCounters;
  /** of a group offer; absent: nobody has joined */
  joined?: number;
  openedAt?: Date | null;
  /** what else decisions of that moment look at */
  held: Pick<HeldCampaigns, 'isolating' | 'holdout' | 'scorers' | 'fullOf'>;
  at: Date;
  opensAt: Date | null;
  /** that its limits leave room for then, besides its budgets */
  unitsLeft: number;
}

/** So many are decided on without a word to other requests. */
const portion = 250;
const mostExamples = 5;

/** Decides for a sample of the target, as if each asked for this campaign alone at that moment. Writes nothing. */
export async function previewOf(
  deps: PreviewDependencies,
  campaign: PreviewedCampaign,
  within: string | null,
  sample: number,
): Promise<CampaignPreview> {
  const [terms] = campaign.set.campaigns;
  const target = { within, groups: terms.targetGroups, segments: terms.targetSegments };
  const release = await deps.readRelease();
  const drawn = await sampleTarget(deps.db, target, release?.models.segmentation?.version, sample);
  const preview = emptyPreview(drawn, campaign.opensAt);
  const { customerIds } = drawn;
  const asked = askedThen(deps, campaign);
  for (let from = 0; from < customerIds.length; from += portion) {
    await decideSome(asked, customerIds.slice(from, from + portion), preview);
    await new Promise(setImmediate);
  }
  preview.groups.sort((a, b) => b.sampled - a.sampled);
  preview.examples.sort((a, b) => preview.outcomes[b.outcome]! - preview.outcomes[a.outcome]!);
  return { ...preview, ...costOf(terms, campaign, preview) };
}

function emptyPreview({ customers, target, customerIds }: TargetSample, opensAt: Date | null): CampaignPreview {
  const counts = { groups: [], outcomes: {}, examples: [], coupons: 0, mostCostMinor: null };
  return { customers, target, sampled: customerIds.length, ...counts, opensAt };
}

/** Decisions that see this campaign, and no other, at its moment. */
function askedThen(
  deps: PreviewDependencies,
  { set, counters, joined = 0, openedAt = null, held, at }: PreviewedCampaign,
): InputDependencies {
  const [{ campaignKey, termsKey }] = set.campaigns;
  const state = { campaignKey, termsKey, policyKey: 0, paused: false, counters, joined, openedAt };
  const campaigns = { ...held, active: [state], causesKey: 0, named: async () => new Map<string, never>() };
  const campaignMemory: CampaignMemory = { read: async () => campaigns, took() {}, forget() {} };
  const campaignSets = { ofStates: async () => set, byId: async () => set };
  return { ...deps, clock: () => at, campaignMemory, campaignSets };
}

async function decideSome(
  deps: InputDependencies,
  customerIds: readonly string[],
  preview: CampaignPreview,
): Promise<void> {
  const { inputs: read } = await readInputs(
    deps,
    customerIds.map((customer_id) => ({ customer_id })),
  );
  for (const [place, one] of read.entries()) {
    if (one instanceof Error) throw one;
    // What explores draws by chance: on average it changes nothing where there is one campaign.
    const { judgement, choice } = draftFrom({ ...one.inputs, explorationShare: 0 }, one.set, one.isControl);
    count(preview, customerIds[place], judgement.group, outcomes[choice.outcomes[0]]);
  }
}

function count(preview: CampaignPreview, customerId: string, group: Group | null, outcome: Outcome): void {
  let own = preview.groups.find((one) => one.group === group);
  if (!own) preview.groups.push((own = { group, sampled: 0, outcomes: {} }));
  own.sampled++;
  own.outcomes[outcome] = (own.outcomes[outcome] ?? 0) + 1;
  preview.outcomes[outcome] = (preview.outcomes[outcome] ?? 0) + 1;
  let some = preview.examples.find((one) => one.outcome === outcome);
  if (!some) preview.examples.push((some = { outcome, customerIds: [] }));
  if (some.customerIds.length < mostExamples) some.customerIds.push(customerId);
}

/** Coupons of the whole target, within budgets and limits, and what they cost at most. */
function costOf(
  terms: CampaignTerms,
  { counters, unitsLeft }: PreviewedCampaign,
  { outcomes: { granted = 0 }, target, sampled }: CampaignPreview,
): Pick<CampaignPreview, 'coupons' | 'mostCostMinor'> {
  const expected = sampled === 0 ? 0 : Math.round((granted * target) / sampled);
  const coupons = Math.min(expected, couponsLeft({ ...terms, counters }), unitsLeft);
  const each = reservationOf(terms.discount);
  return { coupons, mostCostMinor: each > 0 ? coupons * each : null };
}
