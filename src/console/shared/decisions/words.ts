import { sentencesOf } from '../../api/index.ts';
import { useFormat } from '../../format/index.ts';
import { decisionTexts } from '../../texts/decisions.ts';
import { useTexts } from '../../texts/texts.ts';
import { usePolicyName } from '../campaigns/policy-names.ts';
import { useCampaignName } from '../campaigns/use-campaign-name.ts';
import { wordOf } from '../people/names.ts';
import { causeFor, type DecidingPolicy } from './cause-for.ts';
import { decidingOf, decidingWords } from './deciding.ts';

interface DecisionSaid {
  action: string;
  cause: string;
  policy: DecidingPolicy | null;
  reason: string;
  /** that were considered, where they are known */
  campaigns?: readonly { campaign_id: string; outcome: string }[] | undefined;
}

/** What decided, what was found and what was done, of a decision and of each campaign in it. */
export function useDecisionWords() {
  const t = useTexts(decisionTexts);
  const format = useFormat();
  const policyName = usePolicyName();
  const campaignName = useCampaignName();
  const policyWords = ({ policy_id, version }: DecidingPolicy) =>
    t.ofPolicy(policyName(policy_id), format.count(version));
  const decidingOfSaid = ({ action, reason, campaigns }: DecisionSaid) =>
    decidingOf(action, sentencesOf(reason) ?? [], t.withheld, campaigns);
  return {
    /** What kept a coupon back, where something did after the customer was judged. */
    deciding: decidingOfSaid,
    /** "Goods of a lower price were offered, and no coupon. Found: the customer watches prices (policy …, version 1)." */
    sentence(decision: DecisionSaid): string {
      const { action, cause, policy } = decision;
      const [done, found] = [wordOf(t.done, action), wordOf(t.found, cause)];
      const deciding = decidingOfSaid(decision);
      if (deciding) {
        const campaign = deciding.campaignId === undefined ? undefined : campaignName(deciding.campaignId);
        return t.withheldAfter(done, decidingWords(t, deciding, campaign), found, policy ? policyWords(policy) : '');
      }
      return policy ? t.decidedBy(done, found, policyWords(policy)) : t.decidedThen(done, found);
    },
    outcome(
      campaign: { outcome: string; policy?: DecidingPolicy | undefined },
      decision: { cause: string; policy: DecidingPolicy | null },
    ): string {
      const cause = causeFor(campaign, decision);
      const outcome =
        cause === undefined ? wordOf(t.outcomes, campaign.outcome) : t.noCouponFor(wordOf(t.found, cause));
      return campaign.policy ? `${outcome} · ${policyWords(campaign.policy)}` : outcome;
    },
  };
}
