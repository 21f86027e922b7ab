import type { CleaningRule } from '../cleaning.ts';

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
  return personal.has(field) ? { field, rule, before: null, after: null } : { field, rule, before, after };
}
