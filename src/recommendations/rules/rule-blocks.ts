import { type Database, notify } from '../../db/index.ts';
import { notFound } from '../../errors.ts';
import type { Catalogue } from '../memory/catalogue/catalogue.ts';
import { type ItemNamed, namesOf } from './list-rules.ts';
import { type RuleKeys, readRuleId, ruleIdOf } from './rule-id.ts';
import * as store from './store.ts';

/** A rule and since when nobody wants it, as the API reports it. */
export interface RuleBlock {
  rule_id: string;
  antecedent: string[];
  consequent: string;
  /** null: it is not blocked */
  blocked_at: string | null;
}

/**
 * Blocks a rule, whether or not one is published now: it may come with any night. One that is blocked stays as it is. Every
 * instance learns of it by the commit.
 * @throws PannierError `not_found`
 */
export function blockRule(db: Database, catalogue: Catalogue, ruleId: string): Promise<RuleBlock> {
  const keys = findRule(catalogue, ruleId);
  return db.transaction(async (tx) => {
    const blockedAt = await store.insertRuleBlock(tx, keys);
    await notify(tx, db.schema, { about: 'release' });
    return describe(catalogue, keys, blockedAt);
  });
}

/** Wants a rule again. @throws PannierError `not_found` */
export function unblockRule(db: Database, catalogue: Catalogue, ruleId: string): Promise<RuleBlock> {
  const keys = findRule(catalogue, ruleId);
  return db.transaction(async (tx) => {
    await store.deleteRuleBlock(tx, keys);
    await notify(tx, db.schema, { about: 'release' });
    return describe(catalogue, keys, null);
  });
}

/** The rules that are blocked, the first blocked first; those whose items the catalogue knows. And what their items are called. */
export async function listRuleBlocks(
  db: Database,
  catalogue: Catalogue,
): Promise<{ blocks: RuleBlock[]; named_items: ItemNamed[] }> {
  const blocks = (await store.readRuleBlocks(db)).filter((block) => isKnown(catalogue, block));
  const items = new Set(blocks.flatMap(({ antecedent, consequent }) => [...antecedent, consequent]));
  return {
    blocks: blocks.map((block) => describe(catalogue, block, block.blockedAt)),
    named_items: namesOf(
      catalogue,
      [...items].map((key) => catalogue.indexOfKey(key)!),
    ),
  };
}

function findRule(catalogue: Catalogue, ruleId: string): RuleKeys {
  const keys = readRuleId(ruleId);
  if (!keys || !isKnown(catalogue, keys)) throw notFound('rule');
  return keys;
}

function isKnown(catalogue: Catalogue, { antecedent, consequent }: RuleKeys): boolean {
  return [...antecedent, consequent].every((key) => catalogue.indexOfKey(key) !== undefined);
}

function describe(catalogue: Catalogue, keys: RuleKeys, blockedAt: Date | null): RuleBlock {
  const idOf = (key: number) => catalogue.record(catalogue.indexOfKey(key)!).itemId;
  return {
    rule_id: ruleIdOf(keys),
    antecedent: keys.antecedent.map(idOf),
    consequent: idOf(keys.consequent),
    blocked_at: blockedAt?.toISOString() ?? null,
  };
}
