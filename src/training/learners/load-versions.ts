import { type Trial, truncateNeighbours } from '../../../models/collaborative-filtering/index.ts';
import type { Database } from '../../db/index.ts';
import {
  loadAssociationRules,
  loadCustomerLists,
  loadItemNeighbours,
  loadPopularityVersion,
  type RuleContext,
} from '../../recommendations/index.ts';
import { loadCustomerSegments, loadCustomerTags, loadCustomerValues } from '../../segments/index.ts';
import {
  type LoadedTable,
  type ModelKind,
  type ModelVersion,
  type NewVersion,
  nextVersionNumber,
} from '../../versions/index.ts';
import type { Evaluation } from '../evaluation/evaluate-lists.ts';
import type { Job } from '../runs/run.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { FittedLists } from './learn-lists.ts';
import type { LearntResponses } from './learn-response.ts';
import { type LearntRules, summariseContexts } from './learn-rules.ts';
import type { LearntSegments } from './learn-segments.ts';
import type { LearntTags } from './learn-tags.ts';
import { type LearntValue, type RefusedValue, valueMetrics } from './learn-value.ts';
import type { Recipes } from './recipes.ts';

/** What a run has learnt; of models that it was not asked for nothing. */
export interface Learnt {
  rules?: LearntRules;
  /** what the search for the recipe tried, in this order */
  trials?: readonly Trial[];
  lists?: FittedLists;
  evaluation?: Evaluation;
  segments?: LearntSegments;
  value?: LearntValue | RefusedValue;
  tags?: LearntTags;
  responses?: LearntResponses;
}

/** Copies what was learnt into tables of new versions, which nobody reads before they are attached. */
export async function loadVersions(
  db: Database,
  job: Job,
  recipes: Recipes,
  snapshot: Snapshot,
  learnt: Learnt,
): Promise<NewVersion[]> {
  const { itemKeys } = snapshot;
  const versions: NewVersion[] = [];
  const add = async (
    kind: ModelKind,
    load: (version: number) => Promise<LoadedTable[]>,
    told: Pick<ModelVersion, 'metrics' | 'summary'>,
  ) => {
    const version = await nextVersionNumber(db);
    const tables = await load(version);
    const { trainingRunId, seed } = job;
    const asOf = new Date(job.asOf);
    versions.push({ kind, version, trainingRunId, asOf, seed, recipe: { ...recipes[kind] }, ...told, tables });
  };

  const { rules, trials, lists, segments, value, tags, evaluation } = learnt;
  if (rules) {
    const contexts = summariseContexts(rules.contexts);
    const rows = ruleRows(rules, itemKeys);
    await add('association-rules', async (version) => [await loadAssociationRules(db, version, rows)], {
      metrics: { ...rulesFound(contexts), itemsets_by_length: Array.from(rules.itemsets.countsByLength) },
      summary: { contexts },
    });
  }
  if (lists && job.models.includes('popularity')) {
    // Against the best seller: what sold long ago would otherwise be too small for the column, a float4.
    const best = lists.popularity.scores[lists.popularity.ranking[0]!]!;
    const rows = Array.from(lists.popularity.ranking, (item) => ({
      itemKey: itemKeys[item]!,
      score: Math.fround(lists.popularity.scores[item]! / best),
      purchases: lists.purchases[item]!,
    }));
    await add('popularity', async (version) => [await loadPopularityVersion(db, version, rows)], {
      metrics: { evaluation: rowOf(evaluation, 'popularity') },
      summary: {},
    });
  }
  if (lists && job.models.includes('collaborative-filtering')) {
    const load = async (version: number) => [
      await loadItemNeighbours(
        db,
        version,
        neighbourRows(lists, itemKeys, recipes['collaborative-filtering'].servedNeighbours),
      ),
      await loadCustomerLists(db, version, listRows(lists, snapshot)),
    ];
    await add('collaborative-filtering', load, {
      metrics: { evaluation: rowOf(evaluation, evaluation?.winner ?? 'served-list'), trials, refused: lists.refused },
      summary: { repurchase: recipes['collaborative-filtering'].repurchase },
    });
  }
  if (segments) {
    await add('segmentation', async (version) => [await loadCustomerSegments(db, version, segments.segments)], {
      metrics: { inertia: segments.clustering.inertia, customers: segments.segments.length },
      summary: { ...segments.summary },
    });
  }
  if (value && !('refusal' in value)) {
    await add('customer-value', async (version) => [await loadCustomerValues(db, version, value.values)], {
      metrics: valueMetrics(value),
      summary: { ...value.summary },
    });
  }
  if (tags) {
    await add('customer-tags', (version) => loadCustomerTags(db, version, tags.taggings, tags.names), {
      metrics: { customers_with: tags.support },
      summary: { ...tags.summary },
    });
  }
  return versions;
}

function rowOf(evaluation: Evaluation | undefined, name: string) {
  return evaluation?.rows.find((row) => row.name === name) ?? null;
}

function* ruleRows({ contexts }: LearntRules, itemKeys: Int32Array) {
  for (const { context, rules } of contexts) {
    for (const rule of rules) {
      const antecedent = rule.antecedent.map((item) => itemKeys[item]!);
      yield { ...rule, context, antecedent, consequent: itemKeys[rule.consequent]! };
    }
  }
}

/** Of the rules of all baskets: how many there are, how many are no chance, and among how many they were looked for. */
function rulesFound([overall]: RuleContext[]) {
  const { rules, significant_rules, tests } = overall!;
  return { rules, significant_rules, tests };
}

function* neighbourRows(lists: FittedLists, itemKeys: Int32Array, count: number) {
  const { offsets, neighbours, weights, itemCount } = truncateNeighbours(lists.neighbours, count);
  for (let item = 0; item < itemCount; item++) {
    const [start, end] = [offsets[item]!, offsets[item + 1]!];
    if (start === end) continue;
    yield {
      itemKey: itemKeys[item]!,
      neighbours: Array.from(neighbours.subarray(start, end), (neighbour) => itemKeys[neighbour]!),
      weights: weights.subarray(start, end),
    };
  }
}

function* listRows(lists: FittedLists, { customerKeys, itemKeys }: Snapshot) {
  for (let customer = 0; customer < customerKeys.length; customer++) {
    const { items, scores, sources, because } = lists.candidatesOf(customer);
    yield {
      customerKey: customerKeys[customer]!,
      itemKeys: items.map((item) => itemKeys[item]!),
      scores,
      sources,
      // Beyond the last item stands for "no item".
      because: because.map((item) => (item < itemKeys.length ? itemKeys[item]! : 0)),
    };
  }
}
