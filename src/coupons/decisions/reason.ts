import { say } from '../../sentences/index.ts';
import { fromMinor } from '../../shop/money.ts';
import type { Policy } from '../campaigns/campaign-terms.ts';
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
  /** of the campaign that gives a coupon */
  policy: Policy | undefined,
): string {
  const reason = explainChoice(inputs, judgement, action, choice, policy);
  if (inputs.scoreBar === undefined) return reason;
  return `${reason} ${say('decision.score-barred', { attribute: inputs.scoreBar })}`;
}

/** The offer that fits may not be there to give, and a score may give one that need does not ask for. */
function explainChoice(
  inputs: DecisionInputs,
  { reason, action: fitting }: NeedJudgement,
  action: NeedJudgement['action'],
  { holdout, reached, chosen, outcomes }: Choice,
  policy: Policy | undefined,
): string {
  if (action === 'coupon') {
    if (policy === 'everyone' && fitting !== 'coupon') return `${reason} ${say('decision.for-everyone', {})}`;
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
  if (outcomes.includes(codeOf['no-expected-gain'])) {
    return `${reason} ${say('decision.no-gain', {})}`;
  }
  return outcomes.includes(codeOf['gives-nothing'])
    ? `${reason} ${say('decision.gives-nothing', {})}`
    : `${reason} ${say('decision.no-campaign', {})}`;
}

function gainOf({ scores, digits }: DecisionInputs, chosen: number, how: 'and' | 'but'): string {
  const { expectedMinor, leastMinor } = readScore(scores!.find(([place]) => place === chosen)!);
  const money = fromMinor(Math.round(expectedMinor), digits);
  return expectedMinor > 0 && expectedMinor >= leastMinor
    ? say(`decision.${how}-gain`, { money })
    : say(`decision.${how}-explored`, { money });
}
