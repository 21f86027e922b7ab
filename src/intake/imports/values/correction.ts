import type { CleaningRule } from '../../cleaning/rules.ts';
import { storableText } from '../../quarantine/raw.ts';
import { isPersonal } from './expectations.ts';

/** A cell that cleaning changed. */
export interface Correction {
  field: string;
  rule: CleaningRule;
  before: string | null;
  after: string | null;
}

/** Of fields that tell who somebody is it is kept that they were changed, and not what was in them. */
export function correction(field: string, rule: CleaningRule, before: string | null, after: string | null): Correction {
  const shown = (text: string | null) => (text === null || isPersonal(field) ? null : storableText(text));
  return { field: storableText(field), rule, before: shown(before), after: shown(after) };
}
