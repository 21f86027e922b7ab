import type { Answer } from '../../api/index.ts';
import { useUrlState } from '../../kit/index.ts';

export type Rules = Answer<'/v1/association-rules'>;
export type Rule = Rules['items'][number];
export type RuleDetails = Answer<'/v1/association-rules/{rule_id}'>;

/** How many rules the graph shows: more are a ball of wool. */
export const mostDrawn = 300;

export const sorts = ['confidence', 'lift', 'support', 'leverage'] as const;
export type Sort = (typeof sorts)[number];

/** What of the rules is looked at, as the address says it. */
export function useRuleQuery() {
  const [context] = useUrlState('context', 'all');
  const [item] = useUrlState('item', '');
  const [category] = useUrlState('category', '');
  const [support] = useUrlState('support', '0');
  const [confidence] = useUrlState('confidence', '0');
  const [lift] = useUrlState('lift', '0');
  const [all] = useUrlState<'' | '1'>('all', '');
  const [sort] = useUrlState<string>('sort', '-confidence');
  const by = sorts.find((one) => `-${one}` === sort) ?? 'confidence';
  return {
    context: context as Rules['context'],
    sort: by,
    min_support: support,
    min_confidence: confidence,
    min_lift: lift,
    ...(all ? {} : { significant: true }),
    ...(item ? { item_id: item } : {}),
    ...(category ? { category } : {}),
  };
}

export type RuleQuery = ReturnType<typeof useRuleQuery>;
