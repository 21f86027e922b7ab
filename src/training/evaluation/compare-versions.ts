import { isDeepStrictEqual } from 'node:util';
import type { Database } from '../../db/index.ts';
import { itemsNamed } from '../../intake/index.ts';
import { getVersion, type ModelKind, type ModelVersion, readServedVersions } from '../../versions/index.ts';
import { learners, type VersionDifference } from '../learners/index.ts';
import { selectRun } from '../runs/store.ts';
import { type JudgedOn, judgedOn, type PairedFigure, pairedFigure } from './judged-on.ts';

/** Two versions of a kind side by side: recipes, metrics, and how far what they say differs. */
export interface VersionComparison {
  kind: ModelKind;
  first: ModelVersion;
  second: ModelVersion;
  /** the number that is served; undefined: none is */
  published: number | undefined;
  metrics: FigureBeside[];
  recipe_changes: RecipeChange[];
  /** on what the figures of each rest; null: it was not judged, or its run is forgotten */
  judged_on: { first: JudgedOn | null; second: JudgedOn | null };
  /** what the gate found of both on the same customers; null: it has not compared them */
  paired: PairedFigure | null;
  difference: VersionDifference;
  /** what items of the difference are called */
  named: Awaited<ReturnType<typeof itemsNamed>>;
}

/** One figure of both versions; null: that one has none. */
export interface FigureBeside {
  /** path in the metrics, such as `evaluation.ndcg_at_10` */
  name: string;
  first: number | null;
  second: number | null;
}

/** A field that the recipes do not agree in; null: that one has no such field. */
export interface RecipeChange {
  field: string;
  first: unknown;
  second: unknown;
}

/** @throws PannierError `not_found` */
export async function compareVersions(
  db: Database,
  kind: ModelKind,
  versions: [first: number, second: number],
): Promise<VersionComparison> {
  const [first, second] = (await Promise.all(versions.map((version) => getVersion(db, kind, version)))) as [
    ModelVersion,
    ModelVersion,
  ];
  const published = (await readServedVersions(db))[kind];
  const runOf = async ({ trainingRunId }: ModelVersion) =>
    trainingRunId === null ? undefined : selectRun(db, trainingRunId);
  const runs = { first: await runOf(first), second: await runOf(second) };
  const difference = (await learners[kind].served.compare(db, ...versions)) as VersionDifference;
  return {
    kind,
    first,
    second,
    published,
    metrics: figuresBeside(first.metrics, second.metrics),
    recipe_changes: recipeChanges(first.recipe, second.recipe),
    judged_on: { first: judgedOn(first, runs.first), second: judgedOn(second, runs.second) },
    paired: pairedFigure([first, runs.first], [second, runs.second]),
    difference,
    named: await itemsNamed(db, itemsIn(difference)),
  };
}

/** The items that a difference of lists or of popular items names. */
function itemsIn(difference: VersionDifference): string[] {
  if ('examples' in difference) return difference.examples.flatMap(({ first, second }) => [...first, ...second]);
  if ('first_examples' in difference) {
    return [...difference.first_examples, ...difference.second_examples].flatMap(({ antecedent, consequent }) => [
      ...antecedent,
      consequent,
    ]);
  }
  return 'entered' in difference ? [...difference.entered, ...difference.left] : [];
}

/** The numbers of two sets of metrics by their paths, in alphabetical order; lists are passed over, except for the two ends of an interval. */
export function figuresBeside(first: Record<string, unknown>, second: Record<string, unknown>): FigureBeside[] {
  return pairLeaves(first, second)
    .filter(({ one, other }) => typeof one === 'number' || typeof other === 'number')
    .map(({ path, one, other }) => ({ name: path, first: asNumber(one), second: asNumber(other) }));
}

/** The fields of two recipes that differ, in alphabetical order; a list of choices is one field. */
export function recipeChanges(first: Record<string, unknown>, second: Record<string, unknown>): RecipeChange[] {
  return pairLeaves(first, second)
    .filter(({ one, other }) => !isDeepStrictEqual(one, other))
    .map(({ path, one, other }) => ({ field: path, first: one ?? null, second: other ?? null }));
}

function pairLeaves(first: Record<string, unknown>, second: Record<string, unknown>) {
  const [ones, others] = [leavesOf(first), leavesOf(second)];
  const paths = new Set([...ones.keys(), ...others.keys()]);
  return [...paths].sort().map((path) => ({ path, one: ones.get(path), other: others.get(path) }));
}

function leavesOf(value: Record<string, unknown>, above = ''): Map<string, unknown> {
  const leaves = new Map<string, unknown>();
  for (const [name, below] of Object.entries(value)) {
    const path = above === '' ? name : `${above}.${name}`;
    const inner = name === 'interval' && Array.isArray(below) ? { low: below[0], high: below[1] } : below;
    if (typeof inner === 'object' && inner !== null && !Array.isArray(inner)) {
      for (const [leaf, held] of leavesOf(inner as Record<string, unknown>, path)) leaves.set(leaf, held);
    } else leaves.set(path, inner);
  }
  return leaves;
}

function asNumber(value: unknown): number | null {
  return typeof value === 'number' ? value : null;
}
