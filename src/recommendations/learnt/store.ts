import { type Database, deleteInPortions, type Queryable, type Transaction } from '../../db/index.ts';
import { type LoadedTable, loadVersionTable } from '../../versions/index.ts';
import type { RuleKeys } from '../rules/rule-id.ts';

/** The tables of each kind's versions. */
export const recommendationTables = {
  popularity: ['popularity_scores'],
  'association-rules': ['association_rules'],
  'collaborative-filtering': ['item_neighbours', 'customer_lists'],
};

export interface PopularityRow {
  itemKey: number;
  /** time-decayed purchases */
  score: number;
  purchases: number;
}

export interface RuleRow {
  /** of what orders it was learnt */
  context: string;
  /** item keys, ascending */
  antecedent: readonly number[];
  consequent: number;
  count: number;
  antecedentCount: number;
  consequentCount: number;
  support: number;
  confidence: number;
  lift: number;
  leverage: number;
  /** Infinity: the rule never failed */
  conviction: number;
  pValue: number;
  /** NaN: of a version that was not corrected for how many rules were tested */
  qValue: number;
  significant: boolean;
}

/** A rule that a person does not want. */
export interface BlockRow extends RuleKeys {
  blockedAt: Date;
}

export interface NeighboursRow {
  itemKey: number;
  /** item keys, nearest first */
  neighbours: ArrayLike<number>;
  weights: ArrayLike<number>;
}

export interface CustomerListRow {
  customerKey: number;
  /** best first */
  itemKeys: ArrayLike<number>;
  scores: ArrayLike<number>;
  /** index into `listSources` */
  sources: ArrayLike<number>;
  /** item key, or 0 */
  because: ArrayLike<number>;
}

function* mapRows<Row>(rows: Iterable<Row>, values: (row: Row, number: number) => unknown[]): Generator<unknown[]> {
  let number = 0;
  for (const row of rows) yield values(row, ++number);
}

/** Loads a popularity version, in the order given. */
export function loadPopularityVersion(
  db: Database,
  version: number,
  rows: Iterable<PopularityRow>,
): Promise<LoadedTable> {
  return loadVersionTable(db, {
    table: 'popularity_scores',
    version,
    columns: ['item_key', 'score', 'purchases'],
    key: 'item_key',
    rows: mapRows(rows, (row) => [row.itemKey, row.score, row.purchases]),
  });
}

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

/** Loads the item neighbours of a version. */
export function loadItemNeighbours(db: Database, version: number, rows: Iterable<NeighboursRow>): Promise<LoadedTable> {
  return loadVersionTable(db, {
    table: 'item_neighbours',
    version,
    columns: ['item_key', 'neighbours', 'weights'],
    key: 'item_key',
    rows: mapRows(rows, (row) => [row.itemKey, Array.from(row.neighbours), Array.from(row.weights)]),
  });
}

/** Loads the customers' lists of a version. */
export function loadCustomerLists(
  db: Database,
  version: number,
  rows: Iterable<CustomerListRow>,
): Promise<LoadedTable> {
  return loadVersionTable(db, {
    table: 'customer_lists',
    version,
    columns: ['customer_key', 'item_keys', 'scores', 'sources', 'because'],
    key: 'customer_key',
    rows: mapRows(rows, (row) => [
      row.customerKey,
      Array.from(row.itemKeys),
      Array.from(row.scores),
      Array.from(row.sources),
      Array.from(row.because),
    ]),
  });
}

/** Rows of COPY's text format without escapes: numbers and arrays of numbers. */
async function* copiedRows(tx: Transaction, query: string): AsyncGenerator<string[]> {
  let rest = '';
  for await (const chunk of tx.copyOut(query)) {
    const lines = (rest + chunk.toString('latin1')).split('\n');
    rest = lines.pop()!;
    for (const line of lines) yield line.split('\t');
  }
}

function numbersOf(array: string): number[] {
  return array === '{}' ? [] : array.slice(1, -1).split(',').map(Number);
}

export async function readPopularity(
  tx: Transaction,
  version: number,
): Promise<{ itemKeys: number[]; scores: number[] }> {
  const itemKeys: number[] = [];
  const scores: number[] = [];
  const query = `select item_key, score from popularity_scores where version = ${version} order by score desc, item_key`;
  for await (const [itemKey, score] of copiedRows(tx, query)) {
    itemKeys.push(Number(itemKey));
    scores.push(Number(score));
  }
  return { itemKeys, scores };
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

export async function readNeighbours(tx: Transaction, version: number): Promise<NeighboursRow[]> {
  const rows: NeighboursRow[] = [];
  const query = `select item_key, neighbours, weights from item_neighbours where version = ${version} order by item_key`;
  for await (const [itemKey, neighbours, weights] of copiedRows(tx, query)) {
    const keys = Int32Array.from(numbersOf(neighbours));
    rows.push({ itemKey: Number(itemKey), neighbours: keys, weights: Float32Array.from(numbersOf(weights)) });
  }
  return rows;
}

/** The lists of these customers; who has none is left out. */
export async function readCustomerLists(
  db: Queryable,
  version: number,
  customerKeys: readonly number[],
): Promise<Map<number, CustomerListRow>> {
  // As text, because a list of plain numbers is split several times as fast as an array of anything is parsed.
  const rows = await db.query<{
    customer_key: number;
    item_keys: string;
    scores: string;
    sources: string;
    because: string;
  }>(
    `select customer_key, item_keys::text, scores::text, sources::text, because::text from customer_lists
     where version = $1 and customer_key = any($2)`,
    [version, customerKeys],
    'lists-of-customers',
  );
  return new Map(
    rows.map((row) => [
      row.customer_key,
      {
        customerKey: row.customer_key,
        itemKeys: numbersOf(row.item_keys),
        scores: numbersOf(row.scores),
        sources: numbersOf(row.sources),
        because: numbersOf(row.because),
      },
    ]),
  );
}

/**
 * @param lines in COPY's text format
 * @param isRepeated some of them may be there already
 */
export async function copyServedLists(tx: Transaction, lines: Iterable<string>, isRepeated: boolean): Promise<void> {
  const columns = 'list_id, customer_key, visitor_key, release_id, item_keys, served_at';
  if (!isRepeated) {
    await tx.copyInto(`served_lists (${columns})`, lines);
    return;
  }
  await tx.query('create temporary table repeated_lists (like served_lists) on commit drop');
  await tx.copyInto(`repeated_lists (${columns})`, lines);
  await tx.query(`insert into served_lists (${columns}) select ${columns} from repeated_lists on conflict do nothing`);
}

/** Forgets a person: their lists of every version, and the log of what they were shown. */
export async function deleteCustomer(
  tx: Queryable,
  customerKey: number,
  visitorKeys: readonly number[] = [],
): Promise<void> {
  await tx.query('delete from customer_lists where customer_key = $1', [customerKey]);
  await deleteServedListsOf(tx, customerKey);
  await tx.query('delete from served_lists where customer_key is null and visitor_key = any($1::bigint[])', [
    visitorKeys,
  ]);
}

export async function deleteServedListsOf(tx: Queryable, customerKey: number): Promise<void> {
  await tx.query('delete from served_lists where customer_key = $1', [customerKey]);
}

/** Removes the log of lists that were served before a moment. */
export function expireServedLists(db: Queryable, before: Date, leave?: AbortSignal): Promise<number> {
  return deleteInPortions(
    db,
    `with due as (select ctid from served_lists where served_at < $1 order by served_at limit $2),
          gone as (delete from served_lists where ctid = any(array(select ctid from due)) returning 1)
     select count(*)::int as count from gone`,
    [before],
    leave,
  );
}
