import { PannierError } from '../../errors.ts';
import { draftFrom, judgePolicies, situationOf } from '../decisions/answer.ts';
import { customerOf, type NeedJudgement } from '../decisions/choice/judge-need.ts';
import { obstaclesTo } from '../decisions/choice/obstacles.ts';
import { type Obstacle, outcomes } from '../decisions/choice/outcome-codes.ts';
import { readInputs } from '../decisions/read-inputs.ts';
import { priceLines } from '../discounts/priced-lines.ts';
import { stack } from '../discounts/stacking.ts';
import { given, notNeeded, type Verdict } from '../policies/judge-policy.ts';
import type { QualificationElement } from '../request-elements.ts';
import { type QualificationDependencies, type QualifiedCodes, qualifyCodes } from './qualify-codes.ts';

export interface QualifiedCampaign {
  campaignId: string;
  /** no-profile: nobody who is known and allows to be */
  outcome: 'qualifies' | 'no-profile' | Obstacle;
  /** null: it does not qualify, or there is no cart to take it of */
  discountMinor: number | null;
}

export interface Qualification extends QualifiedCodes {
  /** what a decision would find for this customer; a holdout or control group does not matter here */
  judgement: NeedJudgement;
  campaigns: QualifiedCampaign[];
}

export interface Qualifications {
  /**
   * What applies to this customer and cart, with its discount or why not. Consumes nothing; a guest and a missing cart are
   * answered too.
   * @throws PannierError `invalid_request` naming a campaign that does not exist, `too_many_requests` after many unknown codes
   */
  qualify(element: QualificationElement, keyId: number): Promise<Qualification>;
}

/** What a code or campaign could give matters here, not whether it is needed. */
function whateverNeeded(...asked: Parameters<typeof judgePolicies>): Verdict[] {
  return judgePolicies(...asked).verdicts.map((verdict) => (verdict === notNeeded ? given : verdict));
}

export function createQualifications(deps: QualificationDependencies): Qualifications {
  const { digits, itemsForScope } = deps;
  return {
    async qualify(element, keyId) {
      const [read] = (await readInputs(deps, [element])).inputs;
      if (read instanceof PannierError) throw read;
      const { inputs, set, isControl } = read;
      const { judgement } = draftFrom(inputs, set, isControl);
      const lines = element.cart?.length ? priceLines(element.cart, digits) : null;
      const isGuest = inputs.customer === 'visitor';
      const obstacles =
        isGuest || customerOf(inputs.customer)?.profilingAllowed
          ? obstaclesTo(set.compiled, {
              ...situationOf(inputs, { action: 'coupon', group: judgement.group }, () => false),
              ...(!set.compiled.isByNeedAlone && { verdicts: whateverNeeded(inputs, set, judgement) }),
            })
          : undefined;
      const campaigns = set.campaigns.map((campaign, place): QualifiedCampaign => {
        const obstacle = obstacles?.[place];
        const { campaignId } = campaign;
        if (obstacle === undefined) return { campaignId, outcome: 'no-profile', discountMinor: null };
        if (obstacle !== 0) return { campaignId, outcome: outcomes[obstacle] as Obstacle, discountMinor: null };
        if (!lines) return { campaignId, outcome: 'qualifies', discountMinor: null };
        const { discountMinor } = stack([campaign], lines, itemsForScope).offers[0];
        return { campaignId, outcome: 'qualifies', discountMinor };
      });
      return { judgement, campaigns, ...(await qualifyCodes(deps, element, keyId, lines)) };
    },
  };
}
