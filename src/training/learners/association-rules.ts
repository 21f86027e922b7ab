import {
  type AssociationRules,
  type AssociationRulesRecipe,
  type BasketParts,
  type Complements,
  type ContextRules,
  learnAssociationRules,
  learnComplements,
  learnRelatedSearches,
  learnRulesWithin,
  type MinedItemsets,
  type RelatedSearches,
  recipe,
  recipeSchema,
  type Searches,
} from '../../../models/association-rules/index.ts';
import type { SparseMatrix } from '../../../models/sparse-matrix.ts';
import { streamSearches } from '../../intake/index.ts';
import {
  type CategoryComplementRow,
  type ComplementRow,
  type ContextSummary,
  compareRules,
  loadAssociationRules,
  loadCategoryComplements,
  loadItemComplements,
  loadSearchTerms,
  overallContext,
  recommendationTables,
} from '../../recommendations/index.ts';
import { segmentIdOf } from '../../segments/index.ts';
import { dayMs } from '../../shop/days.ts';
import { groupsOf, partOrders, seasonsOf, toBaskets } from '../snapshot/baskets.ts';
import { toSessions } from '../snapshot/sessions.ts';
import type { Snapshot } from '../snapshot/snapshot.ts';
import type { Made, ServedLearner, Surroundings } from './learner.ts';
import { readPublishedSegments } from './segmentation.ts';

export interface LearntRules extends AssociationRules {
  baskets: SparseMatrix;
  /** the rules of all baskets, then of each part that the recipe asks for */
  contexts: ContextRules[];
  /** what goes with items beyond their rules */
  complements: Complements;
}

/** What the learner learns: the rules, and what people search for. */
export interface LearntAssociations extends LearntRules {
  searches: RelatedSearches[];
}

/** What is read beside the snapshot. */
interface BesideRules {
  /** by customer index: the segment of the customer's group; absent: the recipe asks for none */
  groups: (string | undefined)[] | undefined;
  searches: Searches;
}

/** Searches of before say little of what people look for now. */
const daysOfSearches = 180;
/** Of the rules that one of two versions has alone, so many are named. */
const comparedExamples = 5;

type MadeRules = Pick<Made<AssociationRulesRecipe, LearntRules>, 'learnt' | 'snapshot'>;

/** What parts baskets beyond the snapshot. */
export interface BasketTraits {
  /** the shop's, which says when a season begins */
  timeZone: string;
  /** by customer index: the segment of the customer's group; absent where nothing is published */
  groupOf?: (customer: number) => string | undefined;
}

export const associationRules = {
  kind: 'association-rules',
  recipe,
  schema: recipeSchema,
  needs: [],
  gather: async (around) => ({
    groups: around.recipe.contexts.segment === 'group' ? await readGroups(around) : undefined,
    searches: await readSearches(around),
  }),
  learn({ snapshot, recipe, beside: { groups, searches }, settings, workedOut }) {
    const groupOf = groups && ((customer: number) => groups[customer]);
    return {
      ...learnRules(snapshot, recipe, { timeZone: settings.timeZone, groupOf }, workedOut?.mined),
      searches: learnRelatedSearches(searches),
    };
  },
  counts: ({ itemsets, rules }) => ({ itemsets: itemsets.size, rules: rules.length }),
  metrics: ({ itemsets }) => ({ itemsets_by_length: Array.from(itemsets.countsByLength) }),
  served: {
    tables: recommendationTables['association-rules'],
    faults: ({ baskets, contexts }, published) =>
      ruleFaults({
        baskets: baskets.rows,
        rules: contexts.reduce((sum, { rules }) => sum + rules.length, 0),
        publishedRules: published && countRules(published.summary, published.rowCount),
      }),
    load: async (db, version, made) => [
      await loadAssociationRules(db, version, ruleRowsOf(made)),
      await loadItemComplements(db, version, complementRowsOf(made)),
      await loadCategoryComplements(db, version, categoryRowsOf(made)),
      await loadSearchTerms(db, version, made.learnt.searches),
    ],
    metrics: ({ learnt: { contexts, itemsets } }) => ({
      ...rulesFound(summariseContexts(contexts)),
      itemsets_by_length: Array.from(itemsets.countsByLength),
    }),
    summary: ({ learnt }) => ({ contexts: summariseContexts(learnt.contexts) }),
    compare: (db, first, second) => compareRules(db, first, second, { examples: comparedExamples }),
  },
} satisfies ServedLearner<'association-rules', AssociationRulesRecipe, LearntAssociations, BesideRules>;

/** The group of each customer index in the published segmentation, as the name of its segment. */
async function readGroups({ db, published, snapshot }: Surroundings): Promise<(string | undefined)[]> {
  const previous = await readPublishedSegments(db, published, snapshot.asOf);
  return Array.from(snapshot.customerKeys, (key) => {
    const segment = previous?.segments.get(key);
    return segment && segmentIdOf({ kind: 'group', group: segment.group });
  });
}

async function readSearches({ db, snapshot: { asOf, watermark } }: Surroundings): Promise<Searches> {
  const people: number[] = [];
  const times: number[] = [];
  const queries: string[] = [];
  const results: number[] = [];
  await db.transaction(async (tx) => {
    const since = new Date(asOf - daysOfSearches * dayMs);
    for await (const search of streamSearches(tx, since, new Date(asOf), watermark)) {
      people.push(search.customerKey);
      times.push(search.occurredAt);
      queries.push(search.query);
      results.push(search.results);
    }
  });
  return { people, times, queries, results };
}

/**
 * Mines the distinct goods of every order; what was given back was not bought together with anything.
 * @param mined of all orders, where an engine has done it
 */
export function learnRules(
  snapshot: Snapshot,
  recipe: AssociationRulesRecipe,
  { timeZone, groupOf }: BasketTraits,
  mined?: MinedItemsets,
): LearntRules {
  const baskets = toBaskets(snapshot);
  const { itemsets, ...overall } = learnAssociationRules(baskets, recipe, mined);
  const contexts: ContextRules[] = [{ context: overallContext, ...overall }];
  const { season, segment, minimumBaskets } = recipe.contexts;
  const learnWithin = (partition: BasketParts) => {
    for (const learnt of learnRulesWithin(baskets, partition, minimumBaskets, recipe)) contexts.push(learnt);
  };
  if (season !== 'none') learnWithin(partOrders(snapshot, seasonsOf(snapshot, season, timeZone)));
  if (segment === 'group' && groupOf) learnWithin(partOrders(snapshot, groupsOf(snapshot, groupOf)));
  const complements = learnComplements(
    { baskets, sessions: toSessions(snapshot), categories: snapshot.categories },
    recipe,
  );
  return { baskets, itemsets, ...overall, contexts, complements };
}

/** What the version reports of its contexts. */
export function summariseContexts(contexts: readonly ContextRules[]): ContextSummary[] {
  return contexts.map(({ context, basketCount, minimumCount, tests, rules }) => ({
    context,
    basket_count: basketCount,
    minimum_count: minimumCount,
    tests,
    rules: rules.length,
    significant_rules: rules.filter((rule) => rule.significant).length,
  }));
}

/** How many rules a version has; one of before it had contexts has no other rows. */
function countRules(summary: Record<string, unknown>, rows: number): number {
  const { contexts } = summary as { contexts?: ContextSummary[] };
  return contexts ? contexts.reduce((sum, { rules }) => sum + rules, 0) : rows;
}

/** Of the rules of all baskets: how many there are, how many are no chance, and among how many they were looked for. */
function rulesFound([overall]: ContextSummary[]) {
  const { rules, significant_rules, tests } = overall;
  return { rules, significant_rules, tests };
}

export function* ruleRowsOf({ learnt: { contexts }, snapshot: { itemKeys } }: MadeRules) {
  for (const { context, rules } of contexts) {
    for (const rule of rules) {
      const antecedent = rule.antecedent.map((item) => itemKeys[item]);
      yield { ...rule, context, antecedent, consequent: itemKeys[rule.consequent] };
    }
  }
}

export function* complementRowsOf({
  learnt: { complements },
  snapshot: { itemKeys },
}: MadeRules): Generator<ComplementRow> {
  const { coOccurrences: together, substitutes } = complements;
  const keysOf = (items: Uint32Array) => Array.from(items, (item) => itemKeys[item]);
  for (const [item, itemKey] of itemKeys.entries()) {
    const [start, end] = [together.offsets[item], together.offsets[item + 1]];
    const standIns = substitutes.items.subarray(substitutes.offsets[item], substitutes.offsets[item + 1]);
    if (start === end && standIns.length === 0) continue;
    yield {
      itemKey,
      coBought: keysOf(together.items.subarray(start, end)),
      counts: together.counts.subarray(start, end),
      confidences: together.confidences.subarray(start, end),
      lifts: together.lifts.subarray(start, end),
      substitutes: keysOf(standIns),
    };
  }
}

export function categoryRowsOf({ learnt }: MadeRules): CategoryComplementRow[] {
  return learnt.complements.categories.map(({ category, complements, lifts }) => ({
    category,
    complements: complements.map((other, place) => ({ category: other, lift: lifts[place] })),
  }));
}

/** What cannot be right about mined rules. @param collapse rules of the published version, when there is one */
export function ruleFaults(mined: { baskets: number; rules: number; publishedRules: number | undefined }): string[] {
  const { baskets, rules, publishedRules } = mined;
  const faults: string[] = [];
  if (baskets === 0) faults.push('there is no order to mine');
  if (publishedRules !== undefined && publishedRules >= 100 && rules < publishedRules / 10) {
    faults.push(`only ${rules} rules are left of ${publishedRules}`);
  }
  return faults;
}
