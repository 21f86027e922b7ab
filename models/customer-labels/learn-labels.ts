import { seededRandom, shuffle } from '../random.ts';
import { type Calibration, calibrate } from './calibration.ts';
import { fitLabels, type LabelModel, predictLabels } from './label-model.ts';
import type { CustomerLabelsRecipe } from './recipe.ts';

/** What is known of how customers behave: a row each. */
export interface LabelFeatures {
  readonly names: readonly string[];
  /** rows as long as `names`, all finite */
  readonly values: Float64Array;
}

/** A model of labels with what the customers held out say of it. */
export interface LearntLabels {
  /** fitted to everybody who has declared a label */
  readonly model: LabelModel;
  readonly ridge: number;
  /** customers who have declared one of the labels, by label */
  readonly declared: readonly number[];
  readonly judgement: LabelJudgement;
}

/** How the probabilities of customers whom nothing was learnt from came true. */
export interface LabelJudgement {
  readonly heldOut: number;
  /** mean log loss, and that of the shares of the labels alone */
  readonly logLoss: number;
  readonly logLossOfShares: number;
  /** by how much it is less, with its 95 % interval */
  readonly gain: { readonly value: number; readonly low: number; readonly high: number };
  /** share of customers whose likeliest label is theirs, and of the commonest label */
  readonly hits: number;
  readonly commonest: number;
  readonly calibration: Calibration;
}

/** Why there are no labels; with the judgement where that was the reason. */
export interface LabelRefusal {
  readonly refusal: 'too-few-declared' | 'too-few-labels' | 'no-better-than-shares' | 'badly-calibrated';
  readonly declared: number;
  readonly judgement?: LabelJudgement;
}

const ninetyFivePercent = 1.959_963_984_540_054;

/**
 * Learns a declared attribute from behaviour: regularised logistic regressions, one label against all others, whose ridge folds
 * choose; judged by customers who are held out, and refused where too few have declared it, where it says no more than how common
 * each label is, or where its probabilities are not what they say.
 *
 * @param declared by row of the features the declared value; undefined: not declared
 * @throws RangeError where rows and values do not fit
 */
export function learnLabels(
  features: LabelFeatures,
  declared: readonly (string | undefined)[],
  recipe: CustomerLabelsRecipe,
  seed: number,
): LearntLabels | LabelRefusal {
  const columns = features.names.length;
  if (columns === 0 || features.values.length !== columns * declared.length)
    throw new RangeError(
      `values must hold ${declared.length} rows of ${columns}, not ${features.values.length} numbers`,
    );
  const labels = labelsOf(declared, recipe);
  const rows = [...declared.keys()].filter((row) => labels.includes(declared[row] ?? ''));
  if (rows.length < recipe.leastDeclared) return { refusal: 'too-few-declared', declared: rows.length };
  if (labels.length < 2) return { refusal: 'too-few-labels', declared: rows.length };

  const order = shuffle(Uint32Array.from(rows), seededRandom(seed));
  const cut = Math.round(order.length * recipe.heldOutShare);
  const [heldOut, learntFrom] = [order.slice(0, cut), order.slice(cut)];
  const of = (some: Uint32Array) => take(features, declared, labels, some);
  const fitTo = (some: Uint32Array, ridge: number) => {
    const { values, outcomes } = of(some);
    return fitLabels(labels, features.names, values, outcomes, ridge);
  };
  const ridge = chooseRidge(learntFrom, recipe, (known, asked, one) => {
    const { values, outcomes } = of(asked);
    return meanLoss(predictLabels(fitTo(known, one), values), outcomes, labels.length);
  });
  const known = of(learntFrom);
  const judgement = judge(fitTo(learntFrom, ridge), of(heldOut), sharesOf(known.outcomes, labels.length));
  const refuse = (refusal: LabelRefusal['refusal']) => ({ refusal, declared: rows.length, judgement });
  if (!(judgement.gain.low > 0)) return refuse('no-better-than-shares');
  if (judgement.calibration.expectedError > recipe.mostCalibrationError) return refuse('badly-calibrated');
  const counts = labels.map((label) => declared.filter((value) => value === label).length);
  return { model: fitTo(order, ridge), ridge, declared: counts, judgement };
}

/** Values that enough have declared, the most frequent first. */
function labelsOf(declared: readonly (string | undefined)[], recipe: CustomerLabelsRecipe): string[] {
  const counts = new Map<string, number>();
  for (const value of declared) if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts]
    .filter(([, count]) => count >= recipe.leastOfLabel)
    .sort(([one, count], [other, more]) => more - count || (one < other ? -1 : 1))
    .slice(0, recipe.mostLabels)
    .map(([value]) => value);
}

interface Rows {
  values: Float64Array;
  outcomes: Int32Array;
}

function take(
  { names, values }: LabelFeatures,
  declared: readonly (string | undefined)[],
  labels: readonly string[],
  rows: Uint32Array,
): Rows {
  const taken = new Float64Array(rows.length * names.length);
  for (const [place, row] of rows.entries())
    taken.set(values.subarray(row * names.length, (row + 1) * names.length), place * names.length);
  return { values: taken, outcomes: Int32Array.from(rows, (row) => labels.indexOf(declared[row]!)) };
}

/** The one by which what is left out of each fold is likeliest; the strongest of equal ones. */
function chooseRidge(
  rows: Uint32Array,
  { ridge, folds }: CustomerLabelsRecipe,
  lossOf: (known: Uint32Array, asked: Uint32Array, ridge: number) => number,
): number {
  const choices = typeof ridge === 'number' ? [ridge] : [...ridge].sort((one, other) => other - one);
  if (choices.length === 1) return choices[0];
  const losses = choices.map((one) => {
    let sum = 0;
    for (let fold = 0; fold < folds; fold++) {
      const known = rows.filter((_, place) => place % folds !== fold);
      const asked = rows.filter((_, place) => place % folds === fold);
      sum += asked.length * lossOf(known, asked, one);
    }
    return sum;
  });
  return choices[losses.indexOf(Math.min(...losses))];
}

function sharesOf(outcomes: Int32Array, labels: number): Float64Array {
  const shares = new Float64Array(labels);
  for (const outcome of outcomes) shares[outcome] += 1 / outcomes.length;
  return shares;
}

function judge(model: LabelModel, { values, outcomes }: Rows, shares: Float64Array): LabelJudgement {
  const labels = model.labels.length;
  const probabilities = predictLabels(model, values);
  const so = new Uint8Array(probabilities.length);
  const gains = new Float64Array(outcomes.length);
  let [loss, lossOfShares, hits, commonest] = [0, 0, 0, 0];
  const likeliestOf = (of: Float64Array) => of.indexOf(of.reduce((most, one) => Math.max(most, one), 0));
  for (const [row, outcome] of outcomes.entries()) {
    so[row * labels + outcome] = 1;
    const own = probabilities.subarray(row * labels, (row + 1) * labels);
    gains[row] = Math.log(own[outcome]) - Math.log(shares[outcome]);
    loss -= Math.log(own[outcome]);
    lossOfShares -= Math.log(shares[outcome]);
    if (likeliestOf(own) === outcome) hits++;
    if (likeliestOf(shares) === outcome) commonest++;
  }
  const count = outcomes.length;
  const value = (lossOfShares - loss) / count;
  const variance = gains.reduce((sum, gain) => sum + (gain - value) ** 2, 0) / (count - 1);
  const margin = ninetyFivePercent * Math.sqrt(variance / count);
  return {
    heldOut: count,
    logLoss: loss / count,
    logLossOfShares: lossOfShares / count,
    gain: { value, low: value - margin, high: value + margin },
    hits: hits / count,
    commonest: commonest / count,
    calibration: calibrate(probabilities, so),
  };
}

function meanLoss(probabilities: Float64Array, outcomes: Int32Array, labels: number): number {
  return (
    outcomes.reduce((sum, outcome, row) => sum - Math.log(probabilities[row * labels + outcome]), 0) / outcomes.length
  );
}
