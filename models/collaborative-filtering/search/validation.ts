import { seededRandom, shuffle } from '../../random.ts';
import { mean } from '../../statistics.ts';
import { createMatrices, type Facts, hasTimes, type Matrices } from '../facts.ts';
import type { CollaborativeFilteringRecipe, HalfLives, MethodName } from '../recipe.ts';
import type { TaskRunner } from '../tasks.ts';
import type { TrainingInput } from '../train-member.ts';
import { type Fold, makeFolds } from './folds.ts';
import type { ListSums } from './judge-blend.ts';
import { countOwners, partOf, type Sheet, sheetOf } from './sheet.ts';

/** One candidate of the night's choice, judged on the validation part; or why it was not. */
export interface RecipeTrial {
  readonly method: MethodName | 'popularity' | 'blend' | 'ranking';
  readonly settings: Readonly<Record<string, unknown>>;
  readonly ndcg: number;
  readonly recall: number;
  readonly coverage: number;
  /** mean self-information of what is listed, in bits */
  readonly novelty: number;
  /** customers that the figures are of: fewer than there are where it fell behind early */
  readonly customers: number;
  /** seconds that it was reckoned to take, which the budget counts */
  readonly work: number;
  readonly seconds: number;
  readonly refused?: string;
}

/** What a method is trained and judged on in a fold, in plain data. */
export interface FoldInput {
  readonly training: TrainingInput;
  readonly sheet: Sheet;
  /** the first of the sheet's customers: those who choose settings */
  readonly searched: Sheet;
  readonly matrices: Matrices;
  /** by item: how many customers of the interactions have it */
  readonly owners: Uint32Array;
}

/** The part of the judged customers who choose settings; the others say what such a choice is worth. */
const searchedShare = 1 / 3;

/** The validation parts of one set of facts. */
export interface Validation {
  readonly folds: number;
  /** over all folds */
  readonly customers: number;
  /** of these, those who choose settings */
  readonly searchedCustomers: number;
  readonly isTimed: boolean;
  inputOf(fold: number, halfLives: HalfLives): FoldInput;
  /** The facts before a fold's window. */
  factsOf(fold: number): Facts;
  /** A fold's customers who chose no settings, and its spare ones. */
  judgesOf(fold: number): Sheet;
  /** Of figures by customer, fold after fold, those of customers who chose no settings. */
  heldBack(figures: Float64Array): Float64Array;
  report(
    trial: Pick<RecipeTrial, 'method' | 'settings' | 'work'>,
    started: number,
    judged: { ndcg: Float64Array; lists: readonly ListSums[] },
  ): RecipeTrial;
  now(): number;
}

/**
 * Cuts validation parts off the facts (see `makeFolds`) and keeps what is built of them, so that every trial is judged on the same.
 *
 * @param options.seed draws the customers who are judged, and in which order
 * @param options.now seconds of any clock, for the report alone
 */
export function createValidation(
  facts: Facts,
  { tuning, repurchase }: Pick<CollaborativeFilteringRecipe, 'tuning' | 'repurchase'>,
  options: { seed: number; now: () => number; runner: TaskRunner },
): Validation {
  const { seed, now, runner } = options;
  const random = seededRandom(seed);
  const made = makeFolds(facts, tuning, { repurchase, seed });
  const folds = made.map((fold) => {
    const purchases = runner.share(fold.facts.purchases);
    const known = { ...fold.facts, purchases };
    const matricesOf = createMatrices(known, runner.share);
    const [drawn, spare] = [fold.customers.length, fold.spare?.customers.length ?? 0];
    const order = shuffle(Uint32Array.from(fold.customers.keys()), random);
    const places = Uint32Array.from({ length: drawn + spare }, (_, place) => order[place] ?? place);
    const all = runner.share(sheetOf(withSpare(fold), repurchase, places));
    const sheet = partOf(all, 0, drawn);
    const searched = partOf(all, 0, Math.ceil(drawn * searchedShare));
    const judges = partOf(all, searched.customers.length, all.customers.length);
    return { sheet, searched, judges, facts: known, matricesOf };
  });
  const countIn = (part: 'sheet' | 'searched') => folds.reduce((sum, fold) => sum + fold[part].customers.length, 0);
  const owners = new Map<number, Uint32Array>();
  const sellable = countSellable(made);
  return {
    folds: folds.length,
    customers: countIn('sheet'),
    searchedCustomers: countIn('searched'),
    isTimed: hasTimes(facts),
    now,
    factsOf: (fold) => folds[fold].facts,
    judgesOf: (fold) => folds[fold].judges,
    inputOf(fold, halfLives) {
      const { sheet, searched, facts: known, matricesOf } = folds[fold];
      const matrices = matricesOf(halfLives);
      // Who has what does not hang on half-lives.
      if (!owners.has(fold)) owners.set(fold, runner.share(countOwners(matrices.interactions)));
      const training = { interactions: matrices.interactions, purchases: known.purchases, seed };
      return { training, sheet, searched, matrices, owners: owners.get(fold)! };
    },
    heldBack(figures) {
      const held = new Float64Array(countIn('sheet') - countIn('searched'));
      let [start, end] = [0, 0];
      for (const { sheet, searched } of folds) {
        const ofFold = figures.subarray(start + searched.customers.length, start + sheet.customers.length);
        held.set(ofFold, end);
        start += sheet.customers.length;
        end += ofFold.length;
      }
      return held;
    },
    report: (trial, started, { ndcg, lists }) => ({
      ...trial,
      ndcg: mean(ndcg),
      ...describeLists(lists, sellable),
      customers: ndcg.length,
      seconds: now() - started,
    }),
  };
}

/** A fold with its spare customers after its own. */
function withSpare(fold: Fold): Fold {
  const { spare } = fold;
  if (!spare) return fold;
  const customers = Uint32Array.from([...fold.customers, ...spare.customers]);
  return { ...fold, customers, relevant: [...fold.relevant, ...spare.relevant] };
}

/** What lists are like besides: means over the judged customers, coverage over the items ever listed. */
function describeLists(parts: readonly ListSums[], sellable: number) {
  const total = (of: (sums: ListSums) => number) => parts.reduce((sum, part) => sum + of(part), 0);
  const [customers, listed] = [total((part) => part.customers), total((part) => part.listed)];
  const shown = new Set(parts.flatMap((part) => [...part.shown]));
  return {
    recall: customers > 0 ? total((part) => part.recall) / customers : 0,
    coverage: sellable > 0 ? shown.size / sellable : 0,
    novelty: listed > 0 ? total((part) => part.information) / listed : 0,
  };
}

/** Items that were sold before a window began, and may be listed. */
function countSellable(folds: readonly { readonly facts: Facts }[]): number {
  const sellable = new Set<number>();
  for (const { facts } of folds) {
    for (const item of facts.sales.items) if (facts.eligible?.[item] !== 0) sellable.add(item);
  }
  return sellable.size;
}
