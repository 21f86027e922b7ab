import {
  type CustomerLabelsRecipe,
  explain,
  type LabelRefusal,
  type LearntLabels,
  learnLabels,
  predictLabels,
  type Reason,
} from '../../../models/customer-labels/index.ts';
import { planFeatures, writeFeatures } from './label-features.ts';
import type { LabelRow } from './store.ts';

/** So many of those who have declared it are learnt from. */
export const mostLearntFrom = 20_000;
const mostReasons = 3;
const together = 2_000;

/** What is likely of a customer who has not declared it. Never a fact. */
export interface PredictedLabel {
  customerKey: number;
  /** by label, in the order of the model; they add up to 1 */
  probabilities: number[];
  likeliest: string;
  /** what speaks most for or against the likeliest */
  reasons: Reason[];
}

export interface FittedAttribute {
  learnt: LearntLabels | LabelRefusal;
  /** of those among the rows who have not declared it; of nobody where it was refused */
  predict(rows: Iterable<LabelRow>): Generator<PredictedLabel>;
}

/** Learns a declared attribute from the rows of those who have declared it. @param barred nothing is learnt from these attributes */
export function fitAttribute(
  known: readonly LabelRow[],
  {
    minorDigits,
    seed,
    recipe,
    barred,
  }: { minorDigits: number; seed: number; recipe: CustomerLabelsRecipe; barred?: ReadonlySet<string> },
): FittedAttribute {
  const plan = planFeatures(known, minorDigits, barred);
  const learnt = learnLabels(
    writeFeatures(plan, known),
    known.map(({ declared }) => declared ?? undefined),
    recipe,
    seed,
  );

  function* predictSome(asked: readonly LabelRow[]): Generator<PredictedLabel> {
    if ('refusal' in learnt) return;
    const { model } = learnt;
    const { values } = writeFeatures(plan, asked);
    const probabilities = predictLabels(model, values);
    for (const [place, { customerKey }] of asked.entries()) {
      const own = Array.from(probabilities.subarray(place * model.labels.length, (place + 1) * model.labels.length));
      const likeliest = own.indexOf(Math.max(...own));
      const row = values.subarray(place * plan.names.length, (place + 1) * plan.names.length);
      yield {
        customerKey,
        probabilities: own,
        likeliest: model.labels[likeliest],
        // What is the same of everybody speaks for nothing.
        reasons: explain(model, likeliest, row, mostReasons).filter(({ weight }) => weight !== 0),
      };
    }
  }

  return {
    learnt,
    *predict(rows) {
      if ('refusal' in learnt) return;
      let asked: LabelRow[] = [];
      for (const row of rows) {
        if (row.declared === null) asked.push(row);
        if (asked.length < together) continue;
        yield* predictSome(asked);
        asked = [];
      }
      yield* predictSome(asked);
    },
  };
}
