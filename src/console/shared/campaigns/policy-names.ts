import { campaignTexts } from '../../texts/campaigns.ts';
import { useTexts } from '../../texts/texts.ts';

/** What a policy is called: one that is there from the first in people's words, another as the shop calls it. */
export function usePolicyName(): (policyId: string) => string {
  const t = useTexts(campaignTexts);
  return (policyId) => (Object.hasOwn(t.policy, policyId) ? t.policy[policyId as keyof typeof t.policy] : policyId);
}
