import { fromMinor } from '../../shop/money.ts';
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
): string {
  const reason = explainChoice(inputs, judgement, action, choice);
  if (inputs.scoreBar === undefined) return reason;
  return `${reason} What nights have learnt of who responds is not used: ${inputs.scoreBar} is barred from decisions.`;
}

/** The offer that fits may not be there to give, and a score may give one that need does not ask for. */
function explainChoice(
  inputs: DecisionInputs,
  { reason, action: fitting }: NeedJudgement,
  action: NeedJudgement['action'],
  { holdout, reached, chosen, outcomes }: Choice,
): string {
  if (action === 'coupon') {
    if (!inputs.scores?.some(([place]) => place === chosen)) return reason;
    return `${reason} ${fitting === 'coupon' ? 'And' : 'But'} ${gainOf(inputs, chosen)}`;
  }
  if (action === 'lower-priced-goods' || (action === fitting && reached.length === 0)) return reason;
  if (holdout === 'global') {
    return `${reason} But the customer is one of those who are left alone, so that the effect of offers can be measured.`;
  }
  if (holdout === 'control') {
    return `${reason} But the customer is in the control group, so that the campaign's effect can be measured.`;
  }
  if (fitting === 'lower-priced-goods') return `${reason} But there are none for sale.`;
  if (outcomes.includes(codeOf['no-expected-gain'])) {
    return `${reason} But no campaign that can give one now is expected to gain by it.`;
  }
  return outcomes.includes(codeOf['gives-nothing'])
    ? `${reason} But no campaign gives a discount on this cart.`
    : `${reason} But no campaign can give one now.`;
}

function gainOf({ scores, digits }: DecisionInputs, chosen: number): string {
  const { expectedMinor, leastMinor } = readScore(scores!.find(([place]) => place === chosen)!);
  const gain = fromMinor(Math.round(expectedMinor), digits);
  return expectedMinor > 0 && expectedMinor >= leastMinor
    ? `this customer is expected to bring ${gain} more because of the coupon, its discount taken off.`
    : `the coupon was given to keep learning: ${gain} is expected of it.`;
}
