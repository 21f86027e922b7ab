import { say } from '../../sentences/index.ts';
import { fromMinor } from '../../shop/money.ts';
import type { PolicyVersion } from '../policies/policy.ts';
import { readScore } from './choice/expected-gain.ts';
import type { NeedJudgement } from './choice/judge-need.ts';
import { codeOf } from './choice/outcome-codes.ts';
import type { Choice } from './choice/situation.ts';
import type { DecisionInputs } from './decision-inputs.ts';

/** A sentence or two: what the customer needs, and what came of it. */
export function reasonOf(
  inputs: DecisionInputs,
  judgement: NeedJudgement,
  action: NeedJudgement['action'],
  choice: Choice,
  /** that decides above the campaign that gives a coupon */
  deciding: PolicyVersion,
): string {
  const reason = `${explainChoice(inputs, judgement, action, choice, deciding)}${missingTold(inputs, choice)}`;
  if (inputs.scoreBar === undefined) return reason;
  return `${reason} ${say('decision.score-barred', { attribute: inputs.scoreBar })}`;
}

/** Of the first group offer that is not open yet: how many it waits for. */
function missingTold({ missing = [] }: DecisionInputs, { chosen, outcomes }: Choice): string {
  const waiting = missing.find(([place]) => outcomes[place] === codeOf['group-not-open']);
  if (chosen >= 0 || !waiting) return '';
  return ` ${say('decision.group-not-open', { missing: waiting[1] })}`;
}

/** The offer that fits may not be there to give, and a score may give one that need does not ask for. */
function explainChoice(
  inputs: DecisionInputs,
  { reason, action: fitting }: NeedJudgement,
  action: NeedJudgement['action'],
  { holdout, reached, chosen, outcomes }: Choice,
  { policy, policyId }: PolicyVersion,
): string {
  if (action === 'coupon') {
    if (policy.kind === 'everyone')
      return fitting === 'coupon' ? reason : `${reason} ${say('decision.for-everyone', {})}`;
    if (policy.kind === 'first-order' || policy.kind === 'rules') {
      return `${reason} ${say('decision.by-policy', { policy: policyId })}`;
    }
    if (policy.kind === 'uplift') {
      const { uplift, expectedMinor } = scoreOf(inputs, chosen);
      const money = fromMinor(Math.round(expectedMinor), inputs.digits);
      return uplift > 0 && uplift >= policy.leastUplift
        ? `${reason} ${say('decision.by-uplift', { policy: policyId, added: (100 * uplift).toFixed(1) })}`
        : `${reason} ${say(`decision.${fitting === 'coupon' ? 'and' : 'but'}-explored`, { money })}`;
    }
    if (!inputs.scores?.some(([place]) => place === chosen)) return reason;
    return `${reason} ${gainOf(inputs, chosen, fitting === 'coupon' ? 'and' : 'but')}`;
  }
  if (action === 'lower-priced-goods' || (action === fitting && reached.length === 0)) return reason;
  if (holdout === 'global') {
    return `${reason} ${say('decision.held-out', {})}`;
  }
  if (holdout === 'control') {
    return `${reason} ${say('decision.control', {})}`;
  }
  if (fitting === 'lower-priced-goods') return `${reason} ${say('decision.no-goods', {})}`;
  if (outcomes.includes(codeOf['control-of-another'])) return `${reason} ${say('decision.control-of-another', {})}`;
  if (outcomes.includes(codeOf['no-expected-gain'])) {
    return `${reason} ${say('decision.no-gain', {})}`;
  }
  if (outcomes.includes(codeOf['not-scored'])) return `${reason} ${say('decision.not-scored', {})}`;
  if (outcomes.includes(codeOf['refused-by-policy'])) return `${reason} ${say('decision.policy-refuses', {})}`;
  if (outcomes.includes(codeOf['gives-nothing'])) return `${reason} ${say('decision.gives-nothing', {})}`;
  if (outcomes.includes(codeOf['bundle-incomplete'])) return `${reason} ${say('decision.bundle-incomplete', {})}`;
  return outcomes.includes(codeOf['not-open-now'])
    ? `${reason} ${say('decision.not-open-now', {})}`
    : `${reason} ${say('decision.no-campaign', {})}`;
}

function scoreOf({ scores }: DecisionInputs, chosen: number) {
  return readScore(scores!.find(([place]) => place === chosen)!);
}

function gainOf(inputs: DecisionInputs, chosen: number, how: 'and' | 'but'): string {
  const { expectedMinor, leastMinor } = scoreOf(inputs, chosen);
  const money = fromMinor(Math.round(expectedMinor), inputs.digits);
  return expectedMinor > 0 && expectedMinor >= leastMinor
    ? say(`decision.${how}-gain`, { money })
    : say(`decision.${how}-explored`, { money });
}
