import type { z } from 'zod';
import * as associationRules from '../../../models/association-rules/recipe.ts';
import * as collaborativeFiltering from '../../../models/collaborative-filtering/recipe.ts';
import * as couponResponse from '../../../models/coupon-response/recipe.ts';
import * as customerTags from '../../../models/customer-tags/recipe.ts';
import * as customerValue from '../../../models/customer-value/recipe.ts';
import * as popularity from '../../../models/popularity/recipe.ts';
import * as segmentation from '../../../models/segmentation/recipe.ts';
import { escapePointer, type FieldFault, invalidField, invalidFields } from '../../errors.ts';
import { kinds, type ModelKind } from '../../versions/index.ts';

export interface Recipes {
  popularity: popularity.PopularityRecipe;
  'association-rules': associationRules.AssociationRulesRecipe;
  'collaborative-filtering': collaborativeFiltering.CollaborativeFilteringRecipe;
  segmentation: segmentation.SegmentationRecipe;
  'customer-value': customerValue.CustomerValueRecipe;
  'customer-tags': customerTags.CustomerTagsRecipe;
  'coupon-response': couponResponse.CouponResponseRecipe;
}

/** What is learnt from campaigns has no versions: it is kept with them. */
export const recipeKinds = [...kinds, 'coupon-response'] as const;
export type RecipeKind = (typeof recipeKinds)[number];

/** What a request puts in place of the recipe files' values; nested fields can be given one by one. */
export type RecipeChanges = Partial<Record<RecipeKind, Record<string, unknown>>>;

const schemas: { [Kind in RecipeKind]: z.ZodType<Recipes[Kind]> } = {
  popularity: popularity.recipeSchema,
  'association-rules': associationRules.recipeSchema,
  'collaborative-filtering': collaborativeFiltering.recipeSchema,
  segmentation: segmentation.recipeSchema,
  'customer-value': customerValue.recipeSchema,
  'customer-tags': customerTags.recipeSchema,
  'coupon-response': couponResponse.recipeSchema,
};

/** The recipe files: the hyper-parameters of the nightly run. */
export const nightlyRecipes: Recipes = {
  'association-rules': associationRules.recipe,
  'collaborative-filtering': collaborativeFiltering.recipe,
  'coupon-response': couponResponse.recipe,
  'customer-tags': customerTags.recipe,
  'customer-value': customerValue.recipe,
  popularity: popularity.recipe,
  segmentation: segmentation.recipe,
};

/**
 * The recipes of a run: those of the files with `changes` over them.
 * @throws PannierError `invalid_request` naming every faulty field as `/recipes/<kind>/<field>`
 */
export function chooseRecipes(models: readonly ModelKind[], changes: RecipeChanges = {}): Partial<Recipes> {
  const isWhole = kinds.every((kind) => models.includes(kind));
  const wanted = recipeKinds.filter((kind) => (kind === 'coupon-response' ? isWhole : models.includes(kind)));
  const faults: FieldFault[] = Object.keys(changes)
    .filter((kind) => !wanted.includes(kind as RecipeKind))
    .map((kind) => ({
      field: `/recipes/${kind}`,
      message: kind === 'coupon-response' ? 'is for a run of all models' : 'is not among the models of this run',
    }));
  const chosen: Partial<Record<RecipeKind, unknown>> = {};
  if (countValues(changes) > mostValues) throw invalidField('/recipes', `have more than ${mostValues} values`);
  for (const kind of wanted) {
    const parsed = schemas[kind].safeParse(overlay(nightlyRecipes[kind], changes[kind] ?? {}));
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
  return schemas[kind].safeParse(overlay(nightlyRecipes[kind], stored)).data;
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

function toFaults(kind: RecipeKind, issue: z.core.$ZodIssue): FieldFault[] {
  const field = ['', 'recipes', kind, ...issue.path.map(String)].map(escapePointer).join('/');
  if (issue.code !== 'unrecognized_keys') return [{ field, message: `is not valid: ${issue.message}` }];
  return issue.keys.map((name) => ({
    field: `${field}/${escapePointer(name)}`,
    message: 'is not a field of this recipe',
  }));
}
