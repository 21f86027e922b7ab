import type { z } from 'zod';
import { escapePointer, type FieldFault, invalidField, invalidFields } from '../../errors.ts';
import type { ModelKind } from '../../versions/index.ts';
import { isOfWholeRuns, learners, learnersOf, type Recipes } from './index.ts';
import { type LearnerKind, learnerKinds } from './learner.ts';

/** What a request puts in place of the recipe files' values; nested fields can be given one by one. */
export type RecipeChanges = Partial<Record<LearnerKind, Record<string, unknown>>>;

/** The recipe files: the hyper-parameters of the nightly run. */
export const nightlyRecipes = Object.fromEntries(
  learnerKinds.map((kind) => [kind, learners[kind].recipe]),
) as unknown as Recipes;

/**
 * The recipes of a run: those of the files with `changes` over them.
 * @throws PannierError `invalid_request` naming every faulty field as `/recipes/<kind>/<field>`
 */
export function chooseRecipes(models: readonly ModelKind[], changes: RecipeChanges = {}): Partial<Recipes> {
  const wanted = learnersOf(models).map(({ kind }) => kind);
  const faults: FieldFault[] = Object.keys(changes)
    .filter((kind) => !wanted.includes(kind as LearnerKind))
    .map((kind) => ({
      field: `/recipes/${kind}`,
      message: isOfWholeRuns(kind) ? 'is for a run of all models' : 'is not among the models of this run',
    }));
  const chosen: Partial<Record<LearnerKind, unknown>> = {};
  if (countValues(changes) > mostValues) throw invalidField('/recipes', `have more than ${mostValues} values`);
  for (const kind of wanted) {
    const parsed = learners[kind].schema.safeParse(overlay(nightlyRecipes[kind], changes[kind] ?? {}));
    if (parsed.success) chosen[kind] = parsed.data;
    else for (const issue of parsed.error.issues) faults.push(...toFaults(kind, issue));
  }
  if (faults.length > 0) throw invalidFields(faults);
  return chosen as Partial<Recipes>;
}

/**
 * The recipe of an earlier version as this code understands it: fields that came since are filled from the files.
 * undefined: it has fields or values that are no more.
 */
export function readRecipe<Kind extends ModelKind>(
  kind: Kind,
  stored: Record<string, unknown>,
): Recipes[Kind] | undefined {
  return learners[kind].schema.safeParse(overlay(nightlyRecipes[kind], stored)).data as Recipes[Kind] | undefined;
}

const mostValues = 10_000;

/** Of all levels; it gives up where there are too many. */
function countValues(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 1;
  let count = 0;
  for (const name in value) {
    count += countValues((value as Record<string, unknown>)[name]);
    if (count > mostValues) break;
  }
  return count;
}

function overlay(below: object, above: Record<string, unknown>): Record<string, unknown> {
  const entries = Object.entries(above).map(([name, value]) => {
    const beneath: unknown = Object.hasOwn(below, name) ? below[name as keyof typeof below] : undefined;
    return [name, isRecord(beneath) && isRecord(value) ? overlay(beneath, value) : value];
  });
  return { ...below, ...Object.fromEntries(entries) };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function toFaults(kind: LearnerKind, issue: z.core.$ZodIssue): FieldFault[] {
  const field = ['', 'recipes', kind, ...issue.path.map(String)].map(escapePointer).join('/');
  if (issue.code !== 'unrecognized_keys') return [{ field, message: `is not valid: ${issue.message}` }];
  return issue.keys.map((name) => ({
    field: `${field}/${escapePointer(name)}`,
    message: 'is not a field of this recipe',
  }));
}
