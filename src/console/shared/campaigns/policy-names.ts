import { campaignTexts } from '../../texts/campaigns.ts';
import { useTexts } from '../../texts/texts.ts';

export const policyPath = (policyId: string): string => `/policies/${encodeURIComponent(policyId)}`;

/** What a policy is called: one that is there from the first in people's words, another as the shop calls it. */
export function usePolicyName(): (policyId: string) => string {
  const t = useTexts(campaignTexts);
  return (policyId) => (Object.hasOwn(t.policy, policyId) ? t.policy[policyId as keyof typeof t.policy] : policyId);
}

/** The same where it stands by itself: it begins as a sentence does. */
export function usePolicyTitle(): (policyId: string) => string {
  const nameOf = usePolicyName();
  const t = useTexts(campaignTexts);
  return (policyId) => {
    const name = nameOf(policyId);
    return Object.hasOwn(t.policy, policyId) ? name.charAt(0).toUpperCase() + name.slice(1) : name;
  };
}
