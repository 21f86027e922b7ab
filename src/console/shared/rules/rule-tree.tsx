import './rules.css';
import type { ReactNode } from 'react';
import { ruleTexts } from '../../texts/rules.ts';
import { useTexts } from '../../texts/texts.ts';
import { isGroup, type Rule, type RuleGroup } from './rule.ts';
import { useConditionWords } from './rule-words.ts';

/** A rule in words, as it is nested. @param beside what stands at the end of a part: how many it finds */
export function RuleTree({ rule, beside }: { rule: RuleGroup; beside?: (id: number) => ReactNode }) {
  return (
    <div className="rule-tree">
      <Part rule={rule} beside={beside ?? (() => null)} />
    </div>
  );
}

function Part({ rule, beside }: { rule: Rule; beside: (id: number) => ReactNode }) {
  const t = useTexts(ruleTexts);
  const say = useConditionWords();
  if (!isGroup(rule)) {
    return (
      <p className="rule-line">
        <span>{say(rule.condition, rule.isNot)}</span>
        {beside(rule.id)}
      </p>
    );
  }
  return (
    <div className="rule-branch">
      <p className="rule-line">
        <strong>{t[rule.mode]}</strong>
        {beside(rule.id)}
      </p>
      <ul>
        {rule.parts.map((part) => (
          <li key={part.id}>
            <Part rule={part} beside={beside} />
          </li>
        ))}
      </ul>
    </div>
  );
}
