export interface DecidingPolicy {
  policy_id: string;
  version: number;
}

/** The cause for which a campaign's coupon was not needed; undefined: something else stood against it, or another policy judged. */
export function causeFor(
  { outcome, policy }: { outcome: string; policy?: DecidingPolicy | undefined },
  decision: { cause: string; policy: DecidingPolicy | null },
): string | undefined {
  const isSame = policy?.policy_id === decision.policy?.policy_id && policy?.version === decision.policy?.version;
  return outcome === 'not-needed' && isSame ? decision.cause : undefined;
}
