import { useFormat } from '../../format/index.ts';
import { decisionTexts } from '../../texts/decisions.ts';
import { useTexts } from '../../texts/texts.ts';
import { usePolicyName } from '../campaigns/policy-names.ts';
import { wordOf } from '../people/names.ts';
import { causeFor, type DecidingPolicy } from './cause-for.ts';

/** What decided, what was found and what was done, of a decision and of each campaign in it. */
export function useDecisionWords() {
  const t = useTexts(decisionTexts);
  const format = useFormat();
  const policyName = usePolicyName();
  const policyWords = ({ policy_id, version }: DecidingPolicy) =>
    t.ofPolicy(policyName(policy_id), format.count(version));
  return {
    /** "Goods of a lower price were offered, and no coupon. Found: the customer watches prices (policy …, version 1)." */
    sentence({ action, cause, policy }: { action: string; cause: string; policy: DecidingPolicy | null }): string {
      const [done, found] = [wordOf(t.done, action), wordOf(t.found, cause)];
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
