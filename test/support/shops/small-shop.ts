import type { Database } from '../../../src/db/index.ts';
import {
  type ContextSummary,
  loadAssociationRules,
  loadCustomerLists,
  loadItemNeighbours,
  loadPopularityVersion,
  overallContext,
} from '../../../src/recommendations/index.ts';
import { type LoadedTable, type ModelKind, publishRelease } from '../../../src/versions/index.ts';
import { addVersion } from './versions.ts';

export interface SmallRule {
  antecedent: string[];
  consequent: string;
  confidence: number;
  conviction?: number;
  /** default: 3 */
  lift?: number;
  /** default: all */
  context?: string;
  /** default: no */
  chance?: boolean;
}

/** What a release is to say, items and customers by their ids. */
export interface ReleaseContent {
  asOf: Date;
  repurchase?: 'allow' | 'exclude';
  /** of the recipe */
  exposure?: object;
  /** best first */
  popularity: string[];
  /** item -> how far it sells more than it did */
  trends?: Record<string, number>;
  /** item -> from when on and when it is bought again, in days */
  rebuying?: Record<string, [fromDays: number, days: number]>;
  /** item -> its neighbours, nearest first */
  neighbours: Record<string, string[]>;
  rules: SmallRule[];
  /** customer -> items, best first */
  lists: Record<string, { item: string; source: number; because?: string }[]>;
}

function toldContexts(rules: readonly SmallRule[]): ContextSummary[] {
  const contexts = new Set([overallContext, ...rules.map(({ context = overallContext }) => context)]);
  return Array.from(contexts, (context) => ({
    context,
    basket_count: 1_000,
    minimum_count: 5,
    tests: 42,
    rules: rules.filter((rule) => (rule.context ?? overallContext) === context).length,
    significant_rules: rules.filter((rule) => (rule.context ?? overallContext) === context && !rule.chance).length,
  }));
}

async function keysOf(db: Database, table: 'items' | 'customers'): Promise<Map<string, number>> {
  const [id, key] = table === 'items' ? ['item_id', 'item_key'] : ['customer_id', 'customer_key'];
  const rows = await db.query<{ id: string; key: number }>(`select ${id} as id, ${key} as key from ${table}`);
  return new Map(rows.map((row) => [row.id, row.key]));
}

/** Loads and publishes a release of the recommendation models. */
export async function publishContent(db: Database, content: ReleaseContent): Promise<void> {
  const items = await keysOf(db, 'items');
  const customers = await keysOf(db, 'customers');
  const keyOf = (id: string) => items.get(id)!;
  const falling = (length: number) => Array.from({ length }, (_, rank) => 1 / (1 + rank));

  const loads: [ModelKind, (version: number) => Promise<LoadedTable[]>][] = [
    [
      'popularity',
      async (version) => [
        await loadPopularityVersion(
          db,
          version,
          content.popularity.map((id, rank) => {
            const [rebuyFromDays = Number.NaN, rebuyDays = Number.NaN] = content.rebuying?.[id] ?? [];
            const trend = content.trends?.[id] ?? Number.NaN;
            return { itemKey: keyOf(id), score: 100 / (1 + rank), purchases: 10, trend, rebuyFromDays, rebuyDays };
          }),
        ),
      ],
    ],
    [
      'association-rules',
      async (version) => [
        await loadAssociationRules(
          db,
          version,
          content.rules.map(
            ({ antecedent, consequent, confidence, conviction = 2, lift = 3, context = 'all', chance = false }) => ({
              context,
              antecedent: antecedent.map(keyOf).sort((a, b) => a - b),
              consequent: keyOf(consequent),
              count: 20,
              antecedentCount: 40,
              consequentCount: 50,
              support: 0.02,
              confidence,
              lift,
              leverage: 0.01,
              conviction,
              pValue: 0.001,
              qValue: chance ? 0.5 : 0.01,
              significant: !chance,
            }),
          ),
        ),
      ],
    ],
    [
      'collaborative-filtering',
      async (version) => [
        await loadItemNeighbours(
          db,
          version,
          Object.entries(content.neighbours).map(([id, near]) => ({
            itemKey: keyOf(id),
            neighbours: near.map(keyOf),
            weights: falling(near.length),
          })),
        ),
        await loadCustomerLists(
          db,
          version,
          Object.entries(content.lists).map(([id, list]) => ({
            customerKey: customers.get(id)!,
            itemKeys: list.map(({ item }) => keyOf(item)),
            scores: falling(list.length),
            sources: list.map(({ source }) => source),
            because: list.map(({ because }) => (because === undefined ? 0 : keyOf(because))),
          })),
        ),
      ],
    ],
  ];
  const versions: Partial<Record<ModelKind, number>> = {};
  for (const [kind, load] of loads) {
    versions[kind] = await addVersion(db, kind, load, {
      asOf: content.asOf,
      recipe: { repurchase: content.repurchase ?? 'allow', ...(content.exposure && { exposure: content.exposure }) },
      summary: kind === 'association-rules' ? { contexts: toldContexts(content.rules) } : {},
    });
  }
  await db.transaction((tx) => publishRelease(tx, db.schema, { versions, reason: 'night', trainingRunId: null }));
}
