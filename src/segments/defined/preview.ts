import type { Database } from '../../db/index.ts';
import { customerIdsOf } from '../../intake/index.ts';
import type { Preview } from './defined-segment.ts';
import { compileRule, type RuleBasis } from './rule-query/store.ts';
import type { SegmentRule } from './rules/segment-rule.ts';
import { countRule } from './store.ts';

const examples = 5;

/** How many customers a rule and each of its parts would have. Nothing is stored. */
export async function previewRule(db: Database, rule: SegmentRule, basis: RuleBasis): Promise<Preview> {
  const compiled = compileRule(rule, basis);
  const { everybody, counts, examples: keys } = await countRule(db, compiled, examples);
  const ids = await customerIdsOf(db, keys);
  return {
    asOf: basis.asOf,
    versions: basis.versions,
    everybody,
    customers: counts[0],
    parts: compiled.parts.map(({ at }, index) => ({ at, customers: counts[index] })),
    examples: keys.flatMap((key) => ids.get(key) ?? []),
  };
}
