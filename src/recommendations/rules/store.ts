import type { Database, Queryable, Transaction } from '../../db/index.ts';
import { itemIdsOf } from '../../intake/index.ts';
import { type LoadedTable, loadVersionTable } from '../../versions/index.ts';
import { copiedRows, mapRows, numbersOf } from '../copied-rows.ts';
import type { BlockRow, ComparedRule, RuleComparison, RuleRow } from './learnt-rules.ts';
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

/** How many rules two versions share, how far their confidence differs, and so many of those that only one of them has. */
export async function compareRules(
  db: Queryable,
  first: number,
  second: number,
  { examples }: { examples: number },
): Promise<RuleComparison> {
  type Counted = Pick<RuleComparison, 'both' | 'only_first' | 'only_second' | 'confidence_difference'>;
  const [row] = await db.query<Counted>(
    `select count(*) filter (where a.confidence is not null and b.confidence is not null)::int as both,
            count(*) filter (where b.confidence is null)::int as only_first,
            count(*) filter (where a.confidence is null)::int as only_second,
            avg(abs(a.confidence - b.confidence)) as confidence_difference
     from (select * from association_rules where version = $1) as a
     full join (select * from association_rules where version = $2) as b using (context, antecedent, consequent)`,
    [first, second],
  );
  const alone = [await selectAlone(db, first, second, examples), await selectAlone(db, second, first, examples)];
  const ids = await itemIdsOf(
    db,
    alone.flat().flatMap(({ antecedent, consequent }) => [...antecedent, consequent]),
  );
  const [first_examples, second_examples] = alone.map((rules) =>
    rules.map(
      ({ antecedent, consequent, ...rule }): ComparedRule => ({
        ...rule,
        antecedent: antecedent.map((key) => ids.get(key)!),
        consequent: ids.get(consequent)!,
      }),
    ),
  );
  return { ...row, first_examples, second_examples };
}

type AloneRow = Omit<ComparedRule, 'antecedent' | 'consequent'> & Pick<RuleRow, 'antecedent' | 'consequent'>;

/** Rules of a version that another has not, the strongest by leverage. */
function selectAlone(db: Queryable, version: number, other: number, limit: number): Promise<AloneRow[]> {
  return db.query<AloneRow>(
    `select rule.context, rule.antecedent, rule.consequent, rule.joint_count as orders, rule.confidence, rule.lift
     from association_rules as rule
     where rule.version = $1 and not exists (
       select from association_rules as same where same.version = $2 and same.context = rule.context
         and same.antecedent = rule.antecedent and same.consequent = rule.consequent)
     order by rule.leverage desc, rule.rule_number limit $3`,
    [version, other, limit],
  );
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
