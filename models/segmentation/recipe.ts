import { z } from 'zod';
import { whole, within } from '../recipe-schema.ts';
import { type FeatureName, featureNames } from './features.ts';
import type { KlaviyoRecipe } from './groups/klaviyo.ts';
import nightly from './recipe.json' with { type: 'json' };

/** Hyper-parameters of the nightly run, the shape of recipe.json. */
export interface SegmentationRecipe {
  /** clusters to find, or between how many the night chooses; 1 to 16 */
  readonly clusters: number | { readonly least: number; readonly most: number };
  /** weight of each feature's z-score; 0 leaves it out */
  readonly features: Readonly<Record<FeatureName, number>>;
  /** a number of clusters is not chosen when its smallest has a lesser share of the customers */
  readonly smallestShare: number;
  /** nor when clusterings of random parts of the customers agree less (adjusted Rand, 1 is the same) */
  readonly leastStability: number;
  /** kmeans++ starts, of which the one with the lowest inertia is kept */
  readonly restarts: number;
  /** customers among whom the starts compete; the best is then refined on everybody */
  readonly searchSample: number;
  /** Lloyd's steps at most, of a start and of the refinement */
  readonly maximumIterations: number;
  readonly klaviyo: KlaviyoRecipe;
  /** how far past a border a customer must be to change sides; 0: not at all */
  readonly margins: {
    /** share of the customers by which a rank passes a border between scores */
    readonly group: number;
    /** share of the threshold by which days or money pass it */
    readonly klaviyo: number;
    /** share by which another centroid is nearer */
    readonly cluster: number;
  };
}

const mostClusters = 16;

/** What the fields may hold. */
export const recipeSchema: z.ZodType<SegmentationRecipe> = z.strictObject({
  clusters: z.union(
    [
      whole(1, mostClusters),
      z
        .strictObject({ least: whole(1, mostClusters), most: whole(1, mostClusters) })
        .refine(({ least, most }) => least <= most),
    ],
    { error: `a whole number from 1 to ${mostClusters}, or { least, most } of such` },
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
});

/** The values of the nightly run. */
export const recipe: SegmentationRecipe = nightly;

/** Between how many clusters the night chooses; one number where it has no choice. */
export function rangeOf({ clusters }: Pick<SegmentationRecipe, 'clusters'>): { least: number; most: number } {
  return typeof clusters === 'number' ? { least: clusters, most: clusters } : clusters;
}

/** @throws RangeError naming the field that is out of range */
export function requireRecipe(recipe: SegmentationRecipe): void {
  const { least, most } = rangeOf(recipe);
  const named =
    typeof recipe.clusters === 'number' ? { clusters: least } : { 'clusters.least': least, 'clusters.most': most };
  const { restarts, searchSample, maximumIterations } = recipe;
  for (const [name, value] of Object.entries({ ...named, restarts, searchSample, maximumIterations })) {
    if (!Number.isInteger(value) || value < 1) {
      throw new RangeError(`recipe.${name} must be a whole number of at least 1, not ${value}`);
    }
  }
  for (const [name, value] of Object.entries(named)) {
    if (value > mostClusters) throw new RangeError(`recipe.${name} must be at most ${mostClusters}, not ${value}`);
  }
  if (least > most) throw new RangeError(`recipe.clusters.least must be at most clusters.most (${most}), not ${least}`);
  const { smallestShare, leastStability, margins } = recipe;
  const shares = { smallestShare, leastStability, 'margins.cluster': margins.cluster };
  const weights = featureNames.map((name) => [`features.${name}`, recipe.features[name]] as const);
  for (const [name, value] of [...Object.entries(shares), ...weights]) {
    if (!(Number.isFinite(value) && value >= 0)) {
      throw new RangeError(`recipe.${name} must be a number of at least 0, not ${value}`);
    }
  }
}
