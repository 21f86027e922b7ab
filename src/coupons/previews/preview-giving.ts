import { conflict, notFound } from '../../errors.ts';
import { readHoldout } from '../../experiments/index.ts';
import { nextOpening } from '../campaigns/opening-hours.ts';
import { selectCampaign, selectIsolating } from '../campaigns/store.ts';
import { compileCampaigns } from '../decisions/choice/compiled-campaigns.ts';
import { readWhom, requireGivable, type WhomElement } from '../givings/giving-element.ts';
import { boundsOf, selectFullCampaigns, selectUnitsLeft } from '../limits/store.ts';
import { selectPublishedKey, selectVersionsByKey } from '../policies/store.ts';
import { type CampaignPreview, type PreviewDependencies, previewOf } from './preview.ts';

export interface GivingPreviewDependencies extends PreviewDependencies {
  isSegment(segmentId: string): Promise<boolean>;
}

/**
 * Decides for those of a segment whom a campaign is for, or a sample of them, as a giving would that began then: by the terms and the
 * policy that hold, the customers' limits and what is left of the budgets now. Writes nothing.
 * @throws PannierError `not_found`, `invalid_request` naming the field, `conflict` where the campaign is over
 */
export async function previewGiving(
  deps: GivingPreviewDependencies,
  campaignId: string,
  element: WhomElement,
  sample: number,
): Promise<CampaignPreview> {
  const { db, responses } = deps;
  const campaign = await selectCampaign(db, campaignId);
  if (!campaign) throw notFound('campaign');
  if (campaign.referral) throw conflict('campaign_id', 'is one of referrals, which customers are given codes of');
  const now = deps.clock();
  const whom = readWhom(element, now);
  await requireGivable(campaign, whom, now, deps.isSegment);
  const causesKey = (await selectPublishedKey(db, 'by-cause'))!;
  const policies = await selectVersionsByKey(db, [...new Set([causesKey, campaign.policyKey])]);
  const bounds = boundsOf([campaign]);
  const set = {
    id: 'preview',
    campaigns: [campaign],
    compiled: compileCampaigns([campaign], [policies.get(campaign.policyKey)!], policies.get(causesKey)!),
    bounds,
    categories: campaign.categories,
  };
  const earliest = new Date(Math.max(now.getTime(), whom.startsAt.getTime(), campaign.validFrom.getTime()));
  const opensAt = nextOpening(campaign, earliest, campaign.validUntil) ?? null;
  const at = opensAt ?? earliest;
  const held = {
    isolating: await selectIsolating(db, at),
    holdout: await readHoldout(db),
    scorers: await responses.scorers(),
    fullOf: () => selectFullCampaigns(db, bounds, at),
  };
  const unitsLeft = await selectUnitsLeft(db, campaign, at);
  const { joined, openedAt } = campaign;
  return previewOf(
    deps,
    { set, joined, openedAt, counters: campaign.counters, held, at, opensAt, unitsLeft },
    whom.segmentId,
    sample,
  );
}
