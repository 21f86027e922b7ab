import type { CleaningRule } from '../cleaning.ts';
import { storableText } from '../quarantine/index.ts';

/** A cell that cleaning changed. */
export interface Correction {
  field: string;
  rule: CleaningRule;
  before: string | null;
  after: string | null;
}

/** Fields that name a person: that they were changed is kept, what was in them is not. */
const personal = new Set(['customer_id', 'visitor_id']);

export function correction(field: string, rule: CleaningRule, before: string | null, after: string | null): Correction {
  const shown = (text: string | null) => (text === null || personal.has(field) ? null : storableText(text));
  return { field: storableText(field), rule, before: shown(before), after: shown(after) };
}
