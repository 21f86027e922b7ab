import type { PolicyEstimate, PolicyVersionValue } from './evaluate-policy.ts';

/** What a version of a policy is worth, as it is told. */
export function presentValue(value: PolicyVersionValue) {
  const { decisions, agreeing, notOpen, notLogged, logged, naive, ips, snips, doublyRobust, chosen, difference } =
    value;
  return {
    decisions,
    agreeing,
    not_open: notOpen,
    not_logged: notLogged,
    logged,
    naive,
    ips: estimateJson(ips),
    snips: estimateJson(snips),
    doubly_robust: estimateJson(doublyRobust),
    chosen: { estimator: chosen.estimator, estimate: estimateJson(chosen) },
    difference,
  };
}

/** An estimate as it is told. */
export function estimateJson({ value, low, high, standardError, effectiveDecisions, largestWeight }: PolicyEstimate) {
  return {
    value,
    low,
    high,
    standard_error: standardError,
    effective_decisions: effectiveDecisions,
    largest_weight: largestWeight,
  };
}
