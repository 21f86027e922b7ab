import { useTexts } from '../../texts/texts.ts';
import { ruleTexts } from './rule-texts.ts';
import { texts } from './texts.ts';

/** What a rule of cleaning says, or what a kind of fact is called, in the page's language. */
export function useRuleName(): (rule: string) => string {
  const rules = useTexts(ruleTexts);
  const { facts } = useTexts(texts);
  return (rule) =>
    (rules as Record<string, string>)[rule] ?? (facts as Record<string, string>)[rule] ?? rule.replaceAll('_', ' ');
}
