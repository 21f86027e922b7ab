import { z } from 'zod';
import { type ExposureSettings, exposureSchema } from '../exposure/index.ts';
import { type RankingSettings, rankingSchema } from '../ranking/index.ts';
import { type Choice, choice, halfLife, whole, within } from '../recipe-schema.ts';
import { type EaseRecipe, easeFields } from './ease/settings.ts';
import {
  type GraphFilterRecipe,
  graphFilterFields,
  type ItemKnnRecipe,
  itemKnnFields,
  type NextBasketsRecipe,
  nextBasketsFields,
  type Rp3betaRecipe,
  rp3betaFields,
} from './graphs/settings.ts';
import { type IalsRecipe, ialsFields } from './ials/settings.ts';
import nightly from './recipe.json' with { type: 'json' };
import { type OrderDecay, type TifuKnnRecipe, tifuKnnFields } from './tifu-knn/settings.ts';

/** A group of settings, each of which may be left to the search. */
export type Searched<Settings> = {
  readonly [Name in keyof Settings]: Choice<Settings[Name]>;
};

/** Settings that every method of the family has; `weight` is its part in the blend, 0: not trained for it. */
export interface MethodSettings {
  readonly rp3beta: Rp3betaRecipe;
  readonly 'item-knn': ItemKnnRecipe;
  readonly ials: IalsRecipe;
  readonly ease: EaseRecipe;
  readonly 'tifu-knn': TifuKnnRecipe & OrderDecay;
  readonly 'gf-cf': GraphFilterRecipe;
  readonly 'next-baskets': NextBasketsRecipe;
}

/** A method of the family. */
export type MethodName = keyof MethodSettings;

/** The same for every method: what it learns from and how its lists are made. */
interface ListSettings {
  readonly behaviourWeights: BehaviourWeights;
  /** what more pieces in one line say: 1 + ln(quantity), the quantity itself, or nothing */
  readonly quantityEffect: 'log' | 'linear' | 'none';
  /** drop: what was wholly refunded by then did not happen; keep: it still shows taste and comes back as a repurchase */
  readonly refundedPurchases: 'keep' | 'drop';
  /** whether items the customer has bought may be in the list */
  readonly repurchase: 'allow' | 'exclude';
  /** wait, the usual: what was bought since the night is not offered again before its usual time; offer: at once */
  readonly justBought?: 'wait' | 'offer' | undefined;
  /** places of lists that go to new items; absent: none */
  readonly exposure?: ExposureSettings | undefined;
  /** how the order of lists is learnt; absent: it is the blend's */
  readonly ranking?: RankingSettings | undefined;
  /** length of a customer's list */
  readonly candidates: number;
  /** how many neighbours of an item are stored for related items and for folding fresh events in */
  readonly servedNeighbours: number;
}

/** Ages at which something counts half, in days. */
export interface HalfLives {
  /** of the behaviours that collaborative filtering learns from and scores by */
  readonly halfLifeDays: number;
  /** of a customer's own purchases */
  readonly repurchaseHalfLifeDays: number;
  /** of the item popularity that the blend is given */
  readonly popularityHalfLifeDays: number;
}

/** score = (own purchases + collaborative × relative score + floor) × (relative popularity + floor)^popularityPower */
export interface Blend {
  /** how many fresh purchases the customer's strongest collaborative score is worth */
  readonly collaborative: number;
  /** above 0 lifts what is selling now, below 0 what is not; 0: it does not matter */
  readonly popularityPower: number;
  /** what an item starts with, so that nothing is multiplied by 0; above 0 */
  readonly floor: number;
}

/** What one behaviour of each type counts, before it fades; 0 or more. */
export interface BehaviourWeights {
  readonly view: number;
  readonly click: number;
  readonly favourite: number;
  readonly cart_add: number;
  readonly purchase: number;
}

/** How the night searches. */
export interface Tuning {
  /** settings tried of each method; 0: nothing is searched, the first of every list counts */
  readonly trials: number;
  /** the methods that compete */
  readonly methods: readonly MethodName[];
  /** length of one validation window before the cut, where the data has times */
  readonly windowDays: number;
  /** customers judged: windows are added until there are so many, and drawn from where there are more */
  readonly customers: number;
  /** validation windows (or random parts) at most */
  readonly windows: number;
  /** reckoned seconds in all at most, for a large shop; what one method leaves over is the next ones' (see `estimateWork`) */
  readonly workSeconds: number;
}

/** What is fitted: every setting one value. Stored with the version; fitting it again needs no search. */
export interface ResolvedRecipe extends ListSettings, HalfLives {
  readonly methods: { readonly [Name in MethodName]: MethodSettings[Name] & { readonly weight: number } };
  readonly blend: Blend;
  readonly tuning: Tuning;
}

/** Hyper-parameters of the nightly run, the shape of recipe.json: a resolved recipe in which lists are searched. */
export interface CollaborativeFilteringRecipe extends ListSettings, Searched<HalfLives> {
  readonly methods: {
    readonly [Name in MethodName]: Searched<MethodSettings[Name]> & { readonly weight: number };
  };
  readonly blend: Searched<Blend>;
  readonly tuning: Tuning;
}

const weight = within(0, 1_000);

/** What the fields may hold. */
export const recipeSchema: z.ZodType<CollaborativeFilteringRecipe> = z.strictObject({
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
  justBought: z.enum(['wait', 'offer']).optional(),
  exposure: exposureSchema.optional(),
  ranking: rankingSchema.optional(),
  halfLifeDays: choice(halfLife),
  repurchaseHalfLifeDays: choice(halfLife),
  popularityHalfLifeDays: choice(halfLife),
  methods: z.strictObject({
    rp3beta: z.strictObject({ weight: within(0, 1), ...rp3betaFields }),
    'item-knn': z.strictObject({ weight: within(0, 1), ...itemKnnFields }),
    ials: z.strictObject({ weight: within(0, 1), ...ialsFields }),
    ease: z.strictObject({ weight: within(0, 1), ...easeFields }),
    'tifu-knn': z.strictObject({ weight: within(0, 1), ...tifuKnnFields }),
    'gf-cf': z.strictObject({ weight: within(0, 1), ...graphFilterFields }),
    'next-baskets': z.strictObject({ weight: within(0, 1), ...nextBasketsFields }),
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
    methods: z.array(z.enum(['rp3beta', 'item-knn', 'ials', 'ease', 'tifu-knn', 'gf-cf', 'next-baskets'])).min(1),
    windowDays: within(1, 1_000),
    windows: whole(1, 12),
    customers: whole(1, 1_000_000),
    workSeconds: within(0, 1_000_000),
  }),
});

/** The values of the nightly run, among them those in which it searches. */
export const recipe = nightly as unknown as CollaborativeFilteringRecipe;

/**
 * The recipe without its search: the first value of every list, and no trials.
 *
 * @param recipe that passes `recipeSchema`; it is not checked again
 */
export function resolveRecipe(recipe: CollaborativeFilteringRecipe): ResolvedRecipe {
  const { methods, blend, tuning, halfLifeDays, repurchaseHalfLifeDays, popularityHalfLifeDays, ...settings } = recipe;
  return {
    ...settings,
    ...firstOfEach({ halfLifeDays, repurchaseHalfLifeDays, popularityHalfLifeDays }),
    methods: Object.fromEntries(
      Object.entries(methods).map(([name, method]) => [name, firstOfEach<object>(method)]),
    ) as unknown as ResolvedRecipe['methods'],
    blend: firstOfEach(blend),
    ...(settings.ranking && { ranking: { ...settings.ranking, use: choicesOf(settings.ranking.use)[0] } }),
    tuning: { ...tuning, trials: 0 },
  };
}

/**
 * The values of a setting among which the search may choose, the starting one first.
 *
 * @returns the one value itself where nothing is left to the search
 */
export function choicesOf<Value>(choice: Choice<Value>): readonly Value[] {
  return Array.isArray(choice) ? choice : [choice as Value];
}

function firstOfEach<Settings extends object>(searched: Searched<Settings>): Settings {
  return Object.fromEntries(
    Object.entries(searched).map(([name, choice]) => [name, choicesOf(choice)[0]]),
  ) as unknown as Settings;
}
