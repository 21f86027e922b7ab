import { type FieldFault, invalidField, invalidFields, PannierError } from '../../errors.ts';
import { readHoldout } from '../../experiments/index.ts';
import { findCustomers, sampleProfiled } from '../../intake/index.ts';
import { type Group, readSegmentAttributes } from '../../segments/index.ts';
import { barredAmong } from '../../shop/barred-attributes.ts';
import {
  contentHash,
  readTerms,
  reservationOf,
  type ShopOfTerms,
  type TermsVersion,
} from '../campaigns/campaign-terms.ts';
import { nextOpening } from '../campaigns/opening-hours.ts';
import type { CampaignSet } from '../campaigns/sets/campaign-sets.ts';
import { selectIsolating } from '../campaigns/store.ts';
import { draftFrom } from '../decisions/answer.ts';
import { buildInputs, type CampaignsNow, type SharedReads, segmentsOf } from '../decisions/build-inputs.ts';
import { compileCampaigns } from '../decisions/choice/compiled-campaigns.ts';
import { type Outcome, outcomes, packOutcomes } from '../decisions/choice/outcome-codes.ts';
import { factsFor, type InputDependencies, isolatorsOf, membershipsOf } from '../decisions/read-inputs.ts';
import { selectPublishedVersion } from '../policies/store.ts';
import type { CampaignElement } from '../request-elements.ts';

/** Who would get a campaign's coupon were it the only one, of a sample of customers. */
export interface CampaignPreview {
  /** who may be profiled, and how many of them were looked at */
  customers: number;
  sampled: number;
  groups: { group: Group | null; sampled: number; outcomes: Partial<Record<Outcome, number>> }[];
  outcomes: Partial<Record<Outcome, number>>;
  /** of all customers, as the sample tells, within the budget */
  coupons: number;
  /** null: what one coupon gives has no bound */
  mostCostMinor: number | null;
  /** when it is open first from now on, which it is decided for; null: never before its end */
  opensAt: Date | null;
}

/** So many are decided on without a word to other requests. */
const portion = 250;

/**
 * Decides for a sample of customers who may be profiled whether they would get the coupon of a campaign with these terms, by the
 * rules and the arms that would hold for it, as of now, or of when it opens next. Writes nothing.
 * @throws PannierError `invalid_request` naming the fields
 */
export async function previewCampaign(
  deps: InputDependencies,
  element: CampaignElement,
  shop: ShopOfTerms,
  sample: number,
): Promise<CampaignPreview> {
  const { db, digits } = deps;
  const terms = readTermsWithin(element, digits, shop);
  await requireSegments(deps, terms.targetSegments);
  const unnumbered = { campaignKey: 0, termsKey: 0, version: 1, experimentKey: 0 };
  const version: TermsVersion = { ...terms, ...unnumbered, since: terms.validFrom, contentHash: contentHash(terms) };
  const deciding = await selectPublishedVersion(db, terms.policy);
  if (!deciding) throw invalidField('/campaign/policy', 'is no published policy');
  const causes = (await selectPublishedVersion(db, 'by-cause'))!;
  const set = {
    id: 'preview',
    campaigns: [version],
    compiled: compileCampaigns([version], [deciding.policyId === causes.policyId ? causes : deciding], causes),
    bounds: [],
    categories: [],
  };
  const { customers, customerIds } = await sampleProfiled(db, sample);
  const preview: CampaignPreview = {
    customers,
    sampled: customerIds.length,
    groups: [],
    outcomes: {},
    coupons: 0,
    mostCostMinor: null,
    opensAt: nextOpening(version, laterOf(deps.clock(), terms.validFrom), terms.validUntil) ?? null,
  };
  for (let at = 0; at < customerIds.length; at += portion) {
    await decideSome(deps, set, customerIds.slice(at, at + portion), preview);
    await new Promise(setImmediate);
  }
  preview.groups.sort((a, b) => b.sampled - a.sampled);
  const granted = preview.outcomes.granted ?? 0;
  const expected = preview.sampled === 0 ? 0 : Math.round((granted * customers) / preview.sampled);
  preview.coupons = Math.min(expected, terms.couponBudget ?? expected);
  const each = reservationOf(terms.discount);
  if (each > 0)
    preview.mostCostMinor = Math.min(preview.coupons * each, terms.moneyBudgetMinor ?? Number.POSITIVE_INFINITY);
  return preview;
}

const laterOf = (one: Date, other: Date) => (one > other ? one : other);

/** What is wrong with the terms is told of where they stand in the body. */
function readTermsWithin(...asked: Parameters<typeof readTerms>): ReturnType<typeof readTerms> {
  try {
    return readTerms(...asked);
  } catch (error) {
    if (!(error instanceof PannierError)) throw error;
    throw invalidFields(error.faults.map(({ field, message }) => ({ field: `/campaign${field}`, message })));
  }
}

async function decideSome(
  deps: InputDependencies,
  set: CampaignSet,
  customerIds: readonly string[],
  preview: CampaignPreview,
): Promise<void> {
  const { db, digits, barred } = deps;
  const customers = await deps.addSegments(await findCustomers(db, customerIds));
  const keys = [...customers.values()].map(({ customerKey }) => customerKey);
  const [campaign] = set.campaigns;
  const shared: SharedReads = {
    now: preview.opensAt ?? laterOf(deps.clock(), campaign.validFrom),
    customers,
    holdout: await readHoldout(db),
    full: [],
    memberships: await membershipsOf(deps, [set], keys),
    facts: await factsFor(deps, [set], [...customers.values()]),
    isolators: await isolatorsOf(db, await selectIsolating(db, deps.clock()), [...customers.values()]),
    features: new Map(),
    scoreBar: undefined,
    digits,
    barred,
  };
  const alone: CampaignsNow = {
    set,
    states: [],
    closed: packOutcomes(Uint8Array.of(0)),
    aimedAt: new Set(segmentsOf(set)),
    scored: [],
    within: new Map(),
  };
  for (const customerId of customerIds) {
    const { inputs, isControl } = buildInputs({ customer_id: customerId }, shared, alone);
    // What explores draws by chance: on average it changes nothing where there is one campaign.
    const { judgement, choice } = draftFrom({ ...inputs, explorationShare: 0 }, set, isControl);
    count(preview, judgement.group, outcomes[choice.outcomes[0]]);
  }
}

function count(preview: CampaignPreview, group: Group | null, outcome: Outcome): void {
  let own = preview.groups.find((one) => one.group === group);
  if (!own) preview.groups.push((own = { group, sampled: 0, outcomes: {} }));
  own.sampled++;
  own.outcomes[outcome] = (own.outcomes[outcome] ?? 0) + 1;
  preview.outcomes[outcome] = (preview.outcomes[outcome] ?? 0) + 1;
}

/** As a campaign that is created is refused. */
async function requireSegments({ db, barred }: InputDependencies, segmentIds: readonly string[]): Promise<void> {
  if (segmentIds.length === 0) return;
  const known = await readSegmentAttributes(db, segmentIds);
  const faults = segmentIds.flatMap((id): FieldFault[] => {
    const attributes = known.get(id);
    if (!attributes)
      return [{ field: '/campaign/target_segments', message: `names ${id}, which is no rule segment or list` }];
    const bar = barredAmong(attributes, new Set(barred));
    return bar
      ? [
          {
            field: '/campaign/target_segments',
            message: `names ${id}, which is found by ${bar}, barred from decisions`,
          },
        ]
      : [];
  });
  if (faults.length > 0) throw invalidFields(faults);
}
