import type { CandidateInput, Candidates, WeightedMethod } from './blend/candidates.ts';
import { type CandidateRanker, createCandidateRanker } from './blend/rank-candidates.ts';
import { createMatrices, type Facts, type Matrices } from './facts.ts';
import type { ItemNeighbours } from './graphs/item-neighbours.ts';
import type { IalsRecipe } from './ials/settings.ts';
import { orderOf, type TaughtLesson } from './learnt-order/learn-order.ts';
import type { MethodName, ResolvedRecipe } from './recipe.ts';
import { type MethodRefusal, type TrainingInput, trainMember } from './train-member.ts';
import type { TrainedModel } from './trained-model.ts';

/** How a recipe is fitted. */
export interface FitOptions {
  /** of what draws by chance: the same facts, recipe and seed give the same lists */
  readonly seed: number;
  /** that share the work, 1 if absent; the lists do not depend on it */
  readonly threads?: number;
  /** factors of the items, where they were learnt elsewhere by these settings and at this half-life */
  readonly itemFactors?: ((halfLifeDays: number, settings: IalsRecipe) => Float32Array | undefined) | undefined;
  /** models that were trained on the same facts, by these settings and at this half-life */
  readonly known?: FindModel | undefined;
  /** the matrices of the same facts; else they are made here */
  readonly matricesOf?: ReturnType<typeof createMatrices> | undefined;
  /** what windows before the end of the facts have taught of the order, by this recipe; else they are fitted for it */
  readonly taught?: readonly TaughtLesson[] | undefined;
}

/** Models of the same facts are the same where these are; what a method weighs in the blend is no part of it. */
export function modelKey(name: MethodName, halfLifeDays: number, settings: object): string {
  const { weight: _, ...own } = settings as { weight?: number };
  return JSON.stringify([name, halfLifeDays, Object.entries(own).sort()]);
}

/** Finds a model that was trained before. */
export type FindModel = (
  name: MethodName,
  halfLifeDays: number,
  settings: Readonly<Record<string, unknown>>,
) => TrainedModel | undefined;

/** A resolved recipe fitted on facts. */
export interface FittedFamily extends Matrices {
  /** what is served beside the lists: related items, and folding fresh events in */
  readonly neighbours: ItemNeighbours;
  /** methods of the blend that could not be trained on these facts, and why */
  readonly refused: Readonly<Partial<Record<MethodName, string>>>;
  /** by feature of the learnt order, what it was worth; absent where the order is the blend's */
  readonly worth?: Readonly<Record<string, number>>;
  /** what the order was learnt from; absent where the order is the blend's */
  readonly taught?: readonly TaughtLesson[];
  /** why the order is the blend's, though the recipe has it learnt */
  readonly orderRefused?: string;
  /** what lists are made of (see `makeLists`) */
  readonly candidates: CandidateInput;
  /** the list of a customer, a row of the matrices */
  readonly candidatesOf: (customer: number) => Candidates;
}

/**
 * Trains the methods of the recipe's blend and makes lists of them. The graph that is served is that of rp3beta or
 * item-knn, whichever weighs more (rp3beta among equals), and is trained even at weight 0.
 *
 * @throws RangeError naming the recipe's field or the column of the facts that is out of range
 */
export function fitFamily(facts: Facts, recipe: ResolvedRecipe, options: FitOptions): FittedFamily {
  return createFamilyFitter(facts, options)(recipe, options.taught);
}

/** Fits several recipes on the same facts (see `fitFamily`); what they have in common is trained once. */
export function createFamilyFitter(
  facts: Facts,
  { seed, threads, itemFactors, known, matricesOf = createMatrices(facts) }: Omit<FitOptions, 'taught'>,
): (recipe: ResolvedRecipe, taught?: FitOptions['taught']) => FittedFamily {
  const trained = new Map<string, TrainedModel | MethodRefusal>();

  const blend = (recipe: ResolvedRecipe): FittedFamily => {
    const matrices = matricesOf(recipe);
    const input: TrainingInput = {
      interactions: matrices.interactions,
      purchases: facts.purchases,
      seed,
      ...(threads !== undefined && { threads }),
      itemFactors: itemFactors && ((settings) => itemFactors(recipe.halfLifeDays, settings)),
    };
    const train = (name: MethodName, settings: Record<string, unknown>) => {
      const key = modelKey(name, recipe.halfLifeDays, settings);
      if (!trained.has(key)) {
        const model = known?.(name, recipe.halfLifeDays, settings) ?? trainMember(name, input, settings as never);
        trained.set(key, model);
      }
      return trained.get(key)!;
    };
    const served = recipe.methods['item-knn'].weight > recipe.methods.rp3beta.weight ? 'item-knn' : 'rp3beta';
    const refused: Partial<Record<MethodName, string>> = {};
    const others: WeightedMethod[] = [];
    let neighbours: ItemNeighbours | undefined;
    for (const name of Object.keys(recipe.methods) as MethodName[]) {
      const { weight, ...settings } = recipe.methods[name];
      if (weight === 0 && name !== served) continue;
      const member = train(name, settings);
      if ('refused' in member) refused[name] = member.refused;
      else if (name === served && 'graph' in member) neighbours = member.graph;
      else others.push({ weight, model: member });
    }
    return finish({ facts, recipe, matrices, neighbours: neighbours!, served, others, refused });
  };
  return (recipe, taught) => {
    const fitted = blend(recipe);
    // Factors learnt elsewhere know what came after the windows that the order is learnt from.
    const fitBefore = (before: Facts, plain: ResolvedRecipe) =>
      fitFamily(before, plain, { seed, ...(threads && { threads }) });
    const order =
      recipe.ranking?.use === 'yes' ? orderOf(facts, recipe, fitted, { seed, threads, fitBefore, taught }) : undefined;
    if (!order) return fitted;
    if ('refused' in order) return { ...fitted, orderRefused: order.refused };
    const { ranking, ...learnt } = order;
    return { ...fitted, ...learnt, ...listedBy({ ...fitted.candidates, ranking }) };
  };
}

function finish(fit: {
  facts: Facts;
  recipe: ResolvedRecipe;
  matrices: Matrices;
  neighbours: ItemNeighbours;
  served: 'item-knn' | 'rp3beta';
  others: WeightedMethod[];
  refused: FittedFamily['refused'];
}): FittedFamily {
  const { facts, recipe, matrices, neighbours, served, others, refused } = fit;
  const weight = recipe.methods[served].weight;
  const candidates: CandidateInput = { ...matrices, neighbours, weight, others, eligible: facts.eligible, recipe };
  return { ...matrices, neighbours, refused, ...listedBy(candidates) };
}

function listedBy(candidates: CandidateInput): Pick<FittedFamily, 'candidates' | 'candidatesOf'> {
  let ranker: CandidateRanker | undefined;
  const candidatesOf = (customer: number) => {
    ranker ??= createCandidateRanker(candidates);
    ranker.expect(Uint32Array.of(customer));
    return ranker.rank(customer);
  };
  return { candidates, candidatesOf };
}
