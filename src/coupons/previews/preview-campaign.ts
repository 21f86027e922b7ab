import { type FieldFault, invalidField, invalidFields, PannierError } from '../../errors.ts';
import { readHoldout } from '../../experiments/index.ts';
import { readSegmentAttributes } from '../../segments/index.ts';
import { barredAmong } from '../../shop/barred-attributes.ts';
import {
  contentHash,
  noCounters,
  readTerms,
  type ShopOfTerms,
  type TermsVersion,
} from '../campaigns/campaign-terms.ts';
import { nextOpening } from '../campaigns/opening-hours.ts';
import { selectCampaign, selectIsolating } from '../campaigns/store.ts';
import { compileCampaigns } from '../decisions/choice/compiled-campaigns.ts';
import type { InputDependencies } from '../decisions/read-inputs.ts';
import { boundsOf } from '../limits/store.ts';
import { selectPublishedVersion } from '../policies/store.ts';
import type { CampaignElement } from '../request-elements.ts';
import { type CampaignPreview, type PreviewDependencies, previewOf } from './preview.ts';

/**
 * Decides for those whom a campaign with these terms would be for, or a sample of them, whether they would get its coupon, by the
 * rules and the arms that would hold for it, as of now, or of when it opens next. Of a campaign that there is, as a change of its
 * terms: what it has given counts. Writes nothing.
 * @throws PannierError `invalid_request` naming the fields
 */
export async function previewCampaign(
  deps: PreviewDependencies,
  element: CampaignElement,
  shop: ShopOfTerms,
  sample: number,
): Promise<CampaignPreview> {
  const { db, digits } = deps;
  const terms = readTermsWithin(element, digits, shop);
  await requireSegments(deps, terms.targetSegments);
  const current = await selectCampaign(db, terms.campaignId);
  const { campaignKey, termsKey, experimentKey, counters } = current ?? unnumbered;
  const version: TermsVersion = {
    ...terms,
    // Of a group offer as it is once they have joined it.
    groupOffer: null,
    ...{ campaignKey, termsKey, experimentKey, version: (current?.version ?? 0) + 1 },
    ...{ since: terms.validFrom, contentHash: contentHash(terms) },
  };
  const deciding = await selectPublishedVersion(db, terms.policy);
  if (!deciding) throw invalidField('/campaign/policy', 'is no published policy');
  const causes = (await selectPublishedVersion(db, 'by-cause'))!;
  const set = {
    id: 'preview',
    campaigns: [version],
    compiled: compileCampaigns([version], [deciding.policyId === causes.policyId ? causes : deciding], causes),
    bounds: boundsOf([version]),
    categories: [],
  };
  const now = deps.clock();
  const opensAt = nextOpening(version, laterOf(now, terms.validFrom), terms.validUntil) ?? null;
  const held = {
    isolating: await selectIsolating(db, now),
    holdout: await readHoldout(db),
    // Nothing was learnt yet of who responds to it.
    scorers: new Map<number, never>(),
    fullOf: async () => [],
  };
  const at = opensAt ?? laterOf(now, terms.validFrom);
  const campaign = { set, counters, held, at, opensAt, unitsLeft: Number.POSITIVE_INFINITY };
  return previewOf(deps, campaign, null, sample);
}

/** One that there is not yet. */
const unnumbered = { campaignKey: 0, termsKey: 0, experimentKey: 0, counters: noCounters };

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
