import { z } from 'zod';
import { type AssociationRulesRecipe, recipe as associationRules } from '../../../models/association-rules/index.ts';
import {
  type CollaborativeFilteringRecipe,
  recipe as collaborativeFiltering,
} from '../../../models/collaborative-filtering/index.ts';
import { type CouponResponseRecipe, recipe as couponResponse } from '../../../models/coupon-response/index.ts';
import { type CustomerTagsRecipe, recipe as customerTags } from '../../../models/customer-tags/index.ts';
import { type CustomerValueRecipe, recipe as customerValue } from '../../../models/customer-value/index.ts';
import { type PopularityRecipe, recipe as popularity } from '../../../models/popularity/index.ts';
import {
  type FeatureName,
  featureNames,
  type SegmentationRecipe,
  recipe as segmentation,
} from '../../../models/segmentation/index.ts';
import { escapePointer, type FieldFault, invalidField, invalidFields } from '../../errors.ts';
import { kinds, type ModelKind } from '../../versions/index.ts';

export interface Recipes {
  popularity: PopularityRecipe;
  'association-rules': AssociationRulesRecipe;
  'collaborative-filtering': CollaborativeFilteringRecipe;
  segmentation: SegmentationRecipe;
  'customer-value': CustomerValueRecipe;
  'customer-tags': CustomerTagsRecipe;
  'coupon-response': CouponResponseRecipe;
}

/** What is learnt from campaigns has no versions: it is kept with them. */
export const recipeKinds = [...kinds, 'coupon-response'] as const;
export type RecipeKind = (typeof recipeKinds)[number];

/** What a request puts in place of the recipe files' values; nested fields can be given one by one. */
export type RecipeChanges = Partial<Record<RecipeKind, Record<string, unknown>>>;

const whole = (least: number, most: number) => z.int().min(least).max(most);
const within = (least: number, most: number) => z.number().min(least).max(most);
const halfLife = within(0.01, 100_000);
const weight = within(0, 1_000);
/** One value, or the list in which the night chooses. */
const choice = <Value>(value: z.ZodType<Value>) => z.union([value, z.array(value).min(1)]);

const schemas: { [Kind in RecipeKind]: z.ZodType<Recipes[Kind]> } = {
  popularity: z.strictObject({ halfLifeDays: halfLife }),
  'association-rules': z.strictObject({
    minimumSupport: within(0, 1),
    minimumCount: whole(1, 1_000_000_000),
    itemsetsPerItem: within(0, 1_000),
    maximumLength: whole(1, 32),
    minimumConfidence: within(0, 1),
    minimumLift: within(0, 1_000_000_000),
    minimumImprovement: within(0, 1),
    maximumPValue: within(0, 1),
    maximumFalseDiscoveryRate: within(0, 1),
    maximumRules: whole(0, 10_000_000),
    maximumItemsets: whole(1, 100_000_000),
    contexts: z.strictObject({
      season: z.enum(['none', 'quarter', 'month']),
      segment: z.enum(['none', 'group']),
      minimumBaskets: whole(1, 1_000_000_000),
    }),
  }),
  'collaborative-filtering': z.strictObject({
    behaviourWeights: z.strictObject({
      view: weight,
      click: weight,
      favourite: weight,
      cart_add: weight,
      purchase: weight,
    }),
    quantityEffect: z.enum(['log', 'linear', 'none']),
    refundedPurchases: z.enum(['keep', 'drop']),
    repurchase: z.enum(['allow', 'exclude']),
    halfLifeDays: choice(halfLife),
    repurchaseHalfLifeDays: choice(halfLife),
    popularityHalfLifeDays: choice(halfLife),
    methods: z.strictObject({
      rp3beta: z.strictObject({
        weight: within(0, 1),
        alpha: choice(within(0, 4)),
        beta: choice(within(0, 4)),
        shrinkage: choice(within(0, 1_000_000)),
        neighbours: choice(whole(1, 2_000)),
      }),
      'item-knn': z.strictObject({
        weight: within(0, 1),
        shrinkage: choice(within(0, 1_000_000)),
        neighbours: choice(whole(1, 2_000)),
      }),
      ials: z.strictObject({
        weight: within(0, 1),
        dimensions: choice(whole(1, 1_024)),
        epochs: choice(whole(1, 1_000)),
        unobservedWeight: choice(within(0, 1_000)),
        regularisation: choice(within(0.000_000_1, 1_000)),
        frequencyExponent: choice(within(0, 2)),
        initialDeviation: choice(within(0.000_001, 10)),
      }),
      ease: z.strictObject({
        weight: within(0, 1),
        lambda: choice(within(0.000_001, 1_000_000)),
        valuePower: choice(within(0, 4)),
        beta: choice(within(0, 4)),
        neighbours: choice(whole(1, 10_000)),
        minimumCustomers: choice(whole(0, 1_000_000)),
        maximumMegabytes: whole(1, 100_000),
        maximumSeconds: within(0, 100_000),
      }),
      'tifu-knn': z.strictObject({
        weight: within(0, 1),
        groups: choice(whole(1, 1_000)),
        withinDecay: choice(within(0.01, 1)),
        groupDecay: choice(within(0.01, 1)),
        neighbours: choice(whole(1, 100_000)),
        ownShare: choice(within(0, 1)),
        maximumCustomers: whole(1, 10_000_000),
      }),
    }),
    blend: z.strictObject({
      collaborative: choice(within(0, 1_000)),
      popularityPower: choice(within(-10, 10)),
      floor: choice(within(0.000_001, 1)),
    }),
    candidates: whole(1, 1_000),
    servedNeighbours: whole(1, 1_000),
    tuning: z.strictObject({
      trials: whole(0, 1_000),
      methods: z.array(z.enum(['rp3beta', 'item-knn', 'ials', 'ease', 'tifu-knn'])).min(1),
      windowDays: within(1, 1_000),
      windows: whole(1, 12),
      customers: whole(1, 1_000_000),
      workSeconds: within(0, 1_000_000),
    }),
  }),
  segmentation: z.strictObject({
    clusters: z.union(
      [
        whole(1, 16),
        z.strictObject({ least: whole(1, 16), most: whole(1, 16) }).refine(({ least, most }) => least <= most),
      ],
      { error: 'a whole number from 1 to 16, or { least, most } of such' },
    ),
    features: z.strictObject(
      Object.fromEntries(featureNames.map((name) => [name, within(0, 100)])) as Record<FeatureName, z.ZodNumber>,
    ),
    smallestShare: within(0, 1),
    leastStability: within(0, 1),
    restarts: whole(1, 1_000),
    searchSample: whole(1, 10_000_000),
    maximumIterations: whole(1, 100_000),
    klaviyo: z.strictObject({
      recentDays: whole(0, 36_500),
      lapsingDays: whole(0, 36_500),
      someOrders: whole(1, 1_000_000),
      manyOrders: whole(1, 1_000_000),
    }),
    margins: z.strictObject({ group: within(0, 0.5), klaviyo: within(0, 1), cluster: within(0, 10) }),
  }),
  'customer-value': z.strictObject({
    horizonDays: whole(1, 3_650),
    minimumRepeatCustomers: whole(2, 1_000_000_000),
    minimumHoldoutDays: whole(1, 3_650),
    minimumHoldoutCustomers: whole(2, 1_000_000_000),
    maximumSpendCorrelation: within(0, 1),
  }),
  'customer-tags': z.strictObject({
    preferences: z.strictObject({
      halfLifeDays: halfLife,
      most: whole(1, 10),
      minimumLines: whole(1, 1_000_000),
      minimumOwnLines: whole(1, 1_000_000),
      minimumShare: within(0, 1),
    }),
    priceBand: z.strictObject({
      minimumLines: whole(1, 1_000_000),
      minimumItems: whole(2, 1_000_000),
      low: within(0, 1),
      high: within(0, 1),
    }),
    priceSensitivity: z.strictObject({
      minimumLines: whole(1, 1_000_000),
      minimumOrders: whole(1, 1_000_000),
      minimumInterests: whole(1, 1_000_000),
      purchaseWithinDays: within(0.01, 3_650),
      priceKnownDays: within(0.01, 3_650),
      low: within(0, 1),
      high: within(0, 1),
    }),
    shoppingTimes: z.strictObject({ minimumHours: whole(1, 1_000_000), maximumChance: within(0, 1) }),
    channel: z.strictObject({ minimumEvents: whole(1, 1_000_000), minimumShare: within(0, 1) }),
    lifeCycle: z.strictObject({
      minimumCustomers: whole(1, 1_000_000_000),
      priorGaps: within(0.01, 1_000),
      atRiskGaps: within(0.01, 1_000),
      lapsedGaps: within(0.01, 1_000),
    }),
    nextOrder: z.strictObject({ minimumGaps: whole(1, 1_000_000) }),
  }),
  'coupon-response': z.strictObject({
    network: z.strictObject({
      hidden: z.array(whole(1, 1_024)).max(8),
      epochs: whole(1, 10_000),
      batch: whole(1, 1_000_000),
      learningRate: within(0.000_001, 10),
      ridge: within(0, 1_000),
    }),
    folds: whole(2, 100),
    bootstrapSamples: whole(10, 100_000),
    minimumArmCustomers: whole(2, 1_000_000_000),
    minimumArmOutcomes: whole(1, 1_000_000_000),
  }),
};

/** The recipe files: the hyper-parameters of the nightly run. */
export const nightlyRecipes: Recipes = {
  popularity,
  'association-rules': associationRules,
  'collaborative-filtering': collaborativeFiltering,
  segmentation,
  'customer-value': customerValue,
  'customer-tags': customerTags,
  'coupon-response': couponResponse,
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
