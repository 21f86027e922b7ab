import type { ServedRelease } from '../learnt/served-release.ts';
import type { Catalogue } from '../memory/catalogue/catalogue.ts';
import { denseRule, type RuleKeys } from '../rules/rule-id.ts';
import { findRule } from '../rules/rule-table.ts';

/** The release as lists would be made of it were the rule blocked; the same where it has no such rule. */
export function withoutRule(catalogue: Catalogue, release: ServedRelease, keys: RuleKeys): ServedRelease {
  const { rules } = release;
  const rule = rules && findRule(rules.table, denseRule(catalogue, keys));
  if (!rules || rule === undefined) return release;
  const table = { ...rules.table, blocked: new Set([...rules.table.blocked, rule]) };
  return { ...release, rules: { ...rules, table } };
}
