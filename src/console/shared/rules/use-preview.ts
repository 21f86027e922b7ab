import { useEffect, useState } from 'react';
import { type Answer, type Asked, post, useGet } from '../../api/index.ts';
import { isComplete } from './fields.ts';
import { onlyWhere, pointersOf, type RuleGroup, writeRule } from './rule.ts';

export type SegmentPreview = Answer<'/v1/segments/previews', 'post'>;

/** How many customers each part of a rule finds, asked anew once it has stood for a moment. */
export function usePreview(
  rule: RuleGroup,
  when = true,
): {
  asked: Asked<SegmentPreview>;
  /** of the rule as it was asked for last */
  pointers: ReadonlyMap<number, string>;
  isEmpty: boolean;
  isBehind: boolean;
} {
  const [settled, setSettled] = useState(rule);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(rule), 300);
    return () => clearTimeout(timer);
  }, [rule]);
  const whole = onlyWhere(settled, isComplete);
  const definition = writeRule(whole);
  // It writes nothing: it needs no key that lets it happen once.
  const { idempotencyKey: _, ...request } = post('/v1/segments/previews', { body: { definition: definition ?? {} } });
  const asked = useGet<SegmentPreview>(request, { when: when && definition !== undefined });
  return { asked, pointers: pointersOf(whole), isEmpty: definition === undefined, isBehind: settled !== rule };
}
