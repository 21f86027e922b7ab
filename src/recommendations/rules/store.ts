import type { Database, Queryable, Transaction } from '../../db/index.ts';
import { type LoadedTable, loadVersionTable } from '../../versions/index.ts';
import { copiedRows, mapRows, numbersOf } from '../copied-rows.ts';
import type { BlockRow, RuleComparison, RuleRow } from './learnt-rules.ts';
import type { RuleKeys } from './rule-id.ts';

/** Loads the rules of a version; those of a context are served and listed in the order given, most confident first. */
export function loadAssociationRules(db: Database, version: number, rules: Iterable<RuleRow>): Promise<LoadedTable> {
  return loadVersionTable(db, {
    table: 'association_rules',
    version,
    columns: [
      'rule_number',
      'antecedent',
      'consequent',
      'joint_count',
      'antecedent_count',
      'consequent_count',
      'support',
      'confidence',
      'lift',
      'leverage',
      'conviction',
      'p_value',
      'context',
      'q_value',
      'significant',
    ],
    key: 'rule_number',
    rows: mapRows(rules, (rule, number) => [
      number,
      rule.antecedent,
      rule.consequent,
      rule.count,
      rule.antecedentCount,
      rule.consequentCount,
      rule.support,
      rule.confidence,
      rule.lift,
      rule.leverage,
      rule.conviction,
      rule.pValue,
      rule.context,
      Number.isNaN(rule.qValue) ? null : rule.qValue,
      rule.significant,
    ]),
  });
}

export async function readRules(tx: Transaction, version: number): Promise<RuleRow[]> {
  const rules: RuleRow[] = [];
  const query = `select antecedent, consequent, joint_count, antecedent_count, consequent_count, support, confidence, lift, leverage,
    conviction, p_value, context, q_value, significant from association_rules where version = ${version} order by rule_number`;
  for await (const row of copiedRows(tx, query)) {
    const [antecedent, figures, [context, qValue, significant]] = [row[0], row.slice(1, 11), row.slice(11)];
    const [
      consequent,
      count,
      antecedentCount,
      consequentCount,
      support,
      confidence,
      lift,
      leverage,
      conviction,
      pValue,
    ] = figures.map(Number);
    rules.push({
      antecedent: numbersOf(antecedent),
      consequent,
      count,
      antecedentCount,
      consequentCount,
      support,
      confidence,
      lift,
      leverage,
      conviction,
      pValue,
      context,
      qValue: qValue === '\\N' ? Number.NaN : Number(qValue),
      significant: significant === 't',
    });
  }
  return rules;
}

/** How many rules two versions share, and how far their confidence differs. */
export async function compareRules(db: Queryable, first: number, second: number): Promise<RuleComparison> {
  const [row] = await db.query<RuleComparison>(
    `select count(*) filter (where a.confidence is not null and b.confidence is not null)::int as both,
            count(*) filter (where b.confidence is null)::int as only_first,
            count(*) filter (where a.confidence is null)::int as only_second,
            avg(abs(a.confidence - b.confidence)) as confidence_difference
     from (select * from association_rules where version = $1) as a
     full join (select * from association_rules where version = $2) as b using (context, antecedent, consequent)`,
    [first, second],
  );
  return row;
}

/** The rules that are blocked, in the order in which they were. */
export async function readRuleBlocks(db: Queryable): Promise<BlockRow[]> {
  const rows = await db.query<{ antecedent: number[]; consequent: number; blocked_at: Date }>(
    'select antecedent, consequent, blocked_at from rule_blocks order by blocked_at, antecedent, consequent',
  );
  return rows.map(({ antecedent, consequent, blocked_at }) => ({ antecedent, consequent, blockedAt: blocked_at }));
}

/** Blocks a rule; one that is blocked stays as it is. @returns since when */
export async function insertRuleBlock(db: Queryable, { antecedent, consequent }: RuleKeys): Promise<Date> {
  const [row] = await db.query<{ blocked_at: Date }>(
    `insert into rule_blocks (antecedent, consequent) values ($1, $2)
     on conflict (antecedent, consequent) do update set blocked_at = rule_blocks.blocked_at returning blocked_at`,
    [antecedent, consequent],
  );
  return row.blocked_at;
}

export async function deleteRuleBlock(db: Queryable, { antecedent, consequent }: RuleKeys): Promise<void> {
  await db.query('delete from rule_blocks where antecedent = $1 and consequent = $2', [antecedent, consequent]);
}
