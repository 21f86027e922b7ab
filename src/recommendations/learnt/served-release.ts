import { isDeepStrictEqual } from 'node:util';
import type { Database } from '../../db/index.ts';
import { type PublishedRelease, readPublishedRelease } from '../../versions/index.ts';
import type { NeighbourTable } from '../lists/fold-in.ts';
import type { Catalogue } from '../memory/catalogue.ts';
import { blockRules, buildRuleTable, overallContext, type RuleContext, type RuleTable } from '../rules/rule-table.ts';
import * as store from './store.ts';

interface Learnt {
  version: number;
  asOf: Date;
}

/** The rules learnt of all baskets or of some of them. */
export interface ServedRules {
  table: RuleTable;
  told: Pick<RuleContext, 'basket_count' | 'minimum_count' | 'tests'>;
}

/** The published release as it is served from memory; items are dense indices of the catalogue. Never changed, only replaced. */
export interface ServedRelease {
  releaseId: number | null;
  publishedAt: Date | null;
  /** `scores` as a share of the most popular item's */
  popularity: (Learnt & { items: Int32Array; scores: Float64Array }) | undefined;
  rules: (Learnt & { table: RuleTable; contexts: ReadonlyMap<string, ServedRules> }) | undefined;
  /** rules that a person does not want, whatever the version */
  ruleBlocks: readonly store.BlockRow[];
  collaborative: (Learnt & { neighbours: NeighbourTable; repurchase: 'allow' | 'exclude' }) | undefined;
}

export const nothingReleased: ServedRelease = {
  releaseId: null,
  publishedAt: null,
  popularity: undefined,
  rules: undefined,
  ruleBlocks: [],
  collaborative: undefined,
};

/**
 * Reads the published release whole. Gives `held` back when it is the published one already and no other rules are blocked.
 * @param learnItems brings items into the catalogue that it does not know yet
 */
export async function readRelease(
  db: Database,
  catalogue: Catalogue,
  learnItems: (itemKeys: number[]) => Promise<void>,
  held: ServedRelease,
): Promise<ServedRelease> {
  const published = await readPublishedRelease(db);
  if (!published) return nothingReleased;
  const ruleBlocks = await store.readRuleBlocks(db);
  if (published.releaseId === held.releaseId) return withBlocks(catalogue, held, ruleBlocks);
  const { popularity, 'association-rules': rules, 'collaborative-filtering': collaborative } = published.models;
  const read = await db.session(async (tx) => ({
    popularity: popularity && (await store.readPopularity(tx, popularity.version)),
    rules: rules && (await store.readRules(tx, rules.version)),
    neighbours: collaborative && (await store.readNeighbours(tx, collaborative.version)),
  }));
  await learnItems(unknownItems(catalogue, read));
  const release: ServedRelease = {
    releaseId: published.releaseId,
    publishedAt: published.createdAt,
    popularity: popularity && { ...learnt(popularity), ...popularityOf(catalogue, read.popularity!) },
    rules: rules && { ...learnt(rules), ...servedRulesOf(catalogue, rules, read.rules!) },
    ruleBlocks: [],
    collaborative: collaborative && {
      ...learnt(collaborative),
      neighbours: neighbourTableOf(catalogue, read.neighbours!),
      repurchase: collaborative.recipe['repurchase'] === 'exclude' ? 'exclude' : 'allow',
    },
  };
  return withBlocks(catalogue, release, ruleBlocks);
}

/** The release without these rules; itself when it is without them already. */
function withBlocks(catalogue: Catalogue, release: ServedRelease, ruleBlocks: store.BlockRow[]): ServedRelease {
  if (isDeepStrictEqual(release.ruleBlocks, ruleBlocks)) return release;
  if (!release.rules) return { ...release, ruleBlocks };
  const blocks = ruleBlocks.map(({ antecedent, consequent }) => ({
    antecedent: antecedent.map((key) => catalogue.indexOfKey(key) ?? -1),
    consequent: catalogue.indexOfKey(consequent) ?? -1,
  }));
  const contexts = new Map(
    Array.from(release.rules.contexts, ([context, { table, told }]) => [
      context,
      { table: blockRules(table, blocks), told },
    ]),
  );
  return { ...release, ruleBlocks, rules: { ...release.rules, contexts, table: contexts.get(overallContext)!.table } };
}

type Model = NonNullable<PublishedRelease['models']['popularity']>;

function learnt({ version, asOf }: Model): Learnt {
  return { version, asOf };
}

interface Read {
  popularity: { itemKeys: number[] } | undefined;
  rules: store.RuleRow[] | undefined;
  neighbours: store.NeighboursRow[] | undefined;
}

function unknownItems(catalogue: Catalogue, read: Read): number[] {
  const named = new Set<number>(read.popularity?.itemKeys);
  for (const { antecedent, consequent } of read.rules ?? []) {
    named.add(consequent);
    for (const item of antecedent) named.add(item);
  }
  for (const { itemKey } of read.neighbours ?? []) named.add(itemKey);
  return [...named].filter((key) => catalogue.indexOfKey(key) === undefined);
}

function popularityOf(catalogue: Catalogue, read: { itemKeys: number[]; scores: number[] }) {
  const known = read.itemKeys
    .map((_, rank) => rank)
    .filter((rank) => catalogue.indexOfKey(read.itemKeys[rank]) !== undefined);
  return {
    items: Int32Array.from(known, (rank) => catalogue.indexOfKey(read.itemKeys[rank])!),
    scores: Float64Array.from(known, (rank) => read.scores[rank] / read.scores[0]),
  };
}

/** A table for each context, the overall one first and whatever the version holds. */
function servedRulesOf(catalogue: Catalogue, model: Model, rows: store.RuleRow[]) {
  const rowsOf = new Map<string, store.RuleRow[]>([[overallContext, []]]);
  const told = new Map(toldContexts(model, rows).map((context) => [context.context, context]));
  for (const context of told.keys()) rowsOf.set(context, []);
  for (const row of rows) rowsOf.get(row.context)?.push(row);
  const contexts = new Map(
    Array.from(rowsOf, ([context, own]): [string, ServedRules] => [
      context,
      { table: ruleTableOf(catalogue, own), told: told.get(context)! },
    ]),
  );
  return { contexts, table: contexts.get(overallContext)!.table };
}

/** What the version tells of its contexts; an old one knows of one and of no tests. */
function toldContexts({ summary }: Model, rows: store.RuleRow[]): RuleContext[] {
  if (Array.isArray(summary['contexts'])) return summary['contexts'];
  const [first] = rows;
  return [
    {
      context: overallContext,
      basket_count: Number(summary['basket_count'] ?? (first ? Math.round(first.count / first.support) : 0)),
      minimum_count: Number(summary['minimum_count'] ?? 0),
      tests: 0,
      rules: rows.length,
      significant_rules: rows.length,
    },
  ];
}

function ruleTableOf(catalogue: Catalogue, rules: store.RuleRow[]): RuleTable {
  const known = rules.flatMap((rule) => {
    const antecedent = rule.antecedent.map((key) => catalogue.indexOfKey(key) ?? -1);
    const consequent = catalogue.indexOfKey(rule.consequent) ?? -1;
    return consequent < 0 || antecedent.includes(-1) ? [] : [{ ...rule, antecedent, consequent }];
  });
  return buildRuleTable(known);
}

function neighbourTableOf(catalogue: Catalogue, rows: store.NeighboursRow[]): NeighbourTable {
  const rowOf = new Map<number, store.NeighboursRow>();
  let entries = 0;
  for (const row of rows) {
    const item = catalogue.indexOfKey(row.itemKey);
    if (item === undefined) continue;
    rowOf.set(item, row);
    entries += row.neighbours.length;
  }
  const itemCount = catalogue.size;
  const offsets = new Uint32Array(itemCount + 1);
  const neighbours = new Int32Array(entries);
  const weights = new Float32Array(entries);
  let end = 0;
  for (let item = 0; item < itemCount; item++) {
    const row = rowOf.get(item);
    for (let rank = 0; row !== undefined && rank < row.neighbours.length; rank++) {
      const neighbour = catalogue.indexOfKey(row.neighbours[rank]);
      if (neighbour === undefined) continue;
      neighbours[end] = neighbour;
      weights[end++] = row.weights[rank];
    }
    offsets[item + 1] = end;
  }
  return { itemCount, offsets, neighbours, weights };
}
