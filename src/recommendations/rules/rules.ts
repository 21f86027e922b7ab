import type { Database } from '../../db/index.ts';
import type { ServingMemory } from '../memory/serving-memory.ts';
import { type ItemNamed, listRules, type RulePage, type RuleQuery } from './list-rules.ts';
import { type RuleDetails, readRule } from './one-rule.ts';
import { blockRule, listRuleBlocks, type RuleBlock, unblockRule } from './rule-blocks.ts';

/** The rules that are served, and those that nobody wants. */
export interface Rules {
  /** @throws PannierError `invalid_request` for a cursor that is not of these rules */
  listRules(query: RuleQuery): RulePage;
  /** One rule in every context that has it, also a blocked one. @throws PannierError `not_found` */
  readRule(ruleId: string): RuleDetails;
  /** No answer rests on a blocked rule, whatever the version. @throws PannierError `not_found` */
  blockRule(ruleId: string): Promise<RuleBlock>;
  /** @throws PannierError `not_found` */
  unblockRule(ruleId: string): Promise<RuleBlock>;
  listRuleBlocks(): Promise<{ blocks: RuleBlock[]; named_items: ItemNamed[] }>;
}

export function createRules(db: Database, memory: ServingMemory): Rules {
  const { catalogue } = memory;
  /** The next answer of this instance follows it. */
  async function followed(change: Promise<RuleBlock>): Promise<RuleBlock> {
    const block = await change;
    await memory.follow({ about: 'release' });
    return block;
  }
  return {
    listRules: (query) => listRules(catalogue, memory.release, query),
    readRule: (ruleId) => readRule(catalogue, memory.release, ruleId),
    blockRule: async (ruleId) => followed(blockRule(db, catalogue, ruleId)),
    unblockRule: async (ruleId) => followed(unblockRule(db, catalogue, ruleId)),
    listRuleBlocks: () => listRuleBlocks(db, catalogue),
  };
}
