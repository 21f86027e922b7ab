import type { CustomerLabelsRecipe, LabelRefusal, LearntLabels } from '../../../models/customer-labels/index.ts';
import type { Transaction } from '../../db/index.ts';
import { barredAmong } from '../../shop/barred-attributes.ts';
import { fitAttribute, mostLearntFrom, type PredictedLabel } from './fit-attribute.ts';
import { type LabelRow, type PredictedAttribute, predictionLine, replacePredictions } from './store.ts';

/** What a run has learnt of a declared attribute. */
export interface LearntAttribute {
  name: string;
  learnt: LearntLabels | LabelRefusal | { refusal: 'barred'; declared: number; judgement?: undefined };
  /** made anew at every walk */
  predicted(): Iterable<PredictedLabel>;
}

/**
 * Learns declared attributes from behaviour. What is barred is neither learnt nor learnt from.
 *
 * @param declared by attribute who has declared what, by customer key
 * @param rows of everybody, made anew at every walk; `declared` of them is not looked at
 */
export function learnAttributes(
  declared: ReadonlyMap<string, ReadonlyMap<number, string>>,
  rows: () => Iterable<LabelRow>,
  options: { minorDigits: number; seed: number; recipe: CustomerLabelsRecipe; barred: readonly string[] },
): LearntAttribute[] {
  const barred = new Set(options.barred);
  return Array.from(declared, ([name, values]): LearntAttribute => {
    if (barredAmong([name], barred) !== undefined)
      return { name, learnt: { refusal: 'barred', declared: 0 }, predicted: () => [] };
    const known: LabelRow[] = [];
    for (const row of rows()) {
      const own = values.get(row.customerKey);
      if (own !== undefined && known.length < mostLearntFrom) known.push({ ...row, declared: own });
    }
    const { learnt, predict } = fitAttribute(known, { ...options, barred });
    function* withDeclared() {
      for (const row of rows()) yield { ...row, declared: values.get(row.customerKey) ?? null };
    }
    return { name, learnt, predicted: () => predict(withDeclared()) };
  });
}

/** What is to be kept of it: the attributes, and a line of COPY for each customer. */
export interface PreparedAttributes {
  attributes: readonly LearntAttribute[];
  lines: readonly string[];
}

export function prepareAttributes(attributes: readonly LearntAttribute[]): PreparedAttributes {
  const lines: string[] = [];
  for (const { name, learnt, predicted } of attributes) {
    if ('refusal' in learnt) continue;
    const places = new Map(learnt.model.features.map((feature, place) => [feature, place + 1]));
    for (const { customerKey, probabilities, reasons } of predicted()) {
      const own = reasons.map(({ feature, weight }) => ({ feature: places.get(feature)!, weight }));
      lines.push(predictionLine({ customerKey, name, probabilities, reasons: own }));
    }
  }
  return { attributes, lines };
}

/** Keeps what a run has learnt, in the place of what was kept before. */
export async function keepAttributes(
  tx: Transaction,
  { trainingRunId, asOf }: { trainingRunId: number; asOf: Date },
  { attributes, lines }: PreparedAttributes,
): Promise<void> {
  const kept = attributes.map(({ name, learnt }) => ({ name, trainingRunId, asOf, ...describe(learnt) }));
  await replacePredictions(tx, kept, lines);
}

function describe(learnt: LearntAttribute['learnt']): Omit<PredictedAttribute, 'name' | 'trainingRunId' | 'asOf'> {
  const { judgement } = learnt;
  const judged = judgement && {
    held_out: judgement.heldOut,
    log_loss: judgement.logLoss,
    log_loss_of_shares: judgement.logLossOfShares,
    gain: { ...judgement.gain },
    hits: judgement.hits,
    commonest: judgement.commonest,
    expected_calibration_error: judgement.calibration.expectedError,
    calibration: [...judgement.calibration.curve],
  };
  if ('refusal' in learnt) {
    const { refusal, declared } = learnt;
    return { refusal, declared, labels: [], labelCustomers: [], features: [], judgement: judged ?? null };
  }
  return {
    refusal: null,
    declared: learnt.declared.reduce((sum, one) => sum + one, 0),
    labels: [...learnt.model.labels],
    labelCustomers: [...learnt.declared],
    features: [...learnt.model.features],
    judgement: judged ?? null,
  };
}
