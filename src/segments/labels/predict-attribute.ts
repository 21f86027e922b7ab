import {
  type CustomerLabelsRecipe,
  explain,
  type LabelRefusal,
  type LearntLabels,
  learnLabels,
  predictLabels,
  type Reason,
  recipe as standard,
} from '../../../models/customer-labels/index.ts';
import type { Queryable } from '../../db/index.ts';
import { invalidField, PannierError } from '../../errors.ts';
import { selectKnownAttributes } from '../../intake/index.ts';
import type { PublishedRelease } from '../../versions/index.ts';
import { planFeatures, writeFeatures } from './label-features.ts';
import { type LabelRow, selectLabelRows } from './store.ts';

/** So many of those who have declared it are learnt from. */
const mostLearntFrom = 20_000;
const pageSize = 2_000;
const mostReasons = 3;

/** What is likely of a customer who has not declared it. Never a fact, and read by no decision. */
export interface PredictedLabel {
  customerKey: number;
  /** by label, in the order of the model; they add up to 1 */
  probabilities: number[];
  likeliest: string;
  /** what speaks most for or against the likeliest */
  reasons: Reason[];
}

export interface AttributePrediction {
  learnt: LearntLabels | LabelRefusal;
  /** of everybody who may be profiled, has orders and has not declared it; none where it was refused */
  predicted(): AsyncGenerator<PredictedLabel>;
}

/**
 * Learns a declared attribute from behaviour, and says what is likely of those who have not declared it. It is worked out when it is
 * asked for and kept nowhere.
 *
 * @throws PannierError `invalid_request` where no customer has the attribute; `conflict` where no night has found behaviour to learn from
 */
export async function predictAttribute(
  db: Queryable,
  {
    attribute,
    release,
    minorDigits,
    seed = 1,
    recipe = standard,
  }: {
    attribute: string;
    release: PublishedRelease | undefined;
    minorDigits: number;
    seed?: number;
    recipe?: CustomerLabelsRecipe;
  },
): Promise<AttributePrediction> {
  const versions = release?.versions ?? {};
  if (versions.segmentation === undefined) throw new PannierError('conflict', 'Nothing is published yet: train first.');
  if (!(await selectKnownAttributes(db, [attribute])).has(attribute))
    throw invalidField('attribute', 'is not a known attribute');
  const page = (after: number, onlyDeclared: boolean) =>
    selectLabelRows(db, attribute, versions, { after, limit: pageSize, onlyDeclared });

  const known: LabelRow[] = [];
  for (let after = 0; known.length < mostLearntFrom; ) {
    const rows = await page(after, true);
    known.push(...rows);
    if (rows.length < pageSize) break;
    after = rows.at(-1)!.customerKey;
  }
  const plan = planFeatures(known, minorDigits);
  const learnt = learnLabels(
    writeFeatures(plan, known),
    known.map(({ declared }) => declared ?? undefined),
    recipe,
    seed,
  );

  async function* predicted(): AsyncGenerator<PredictedLabel> {
    if ('refusal' in learnt) return;
    const { model } = learnt;
    for (let after = 0; ; ) {
      const rows = await page(after, false);
      const asked = rows.filter(({ declared }) => declared === null);
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
          reasons: explain(model, likeliest, row, mostReasons),
        };
      }
      if (rows.length < pageSize) return;
      after = rows.at(-1)!.customerKey;
    }
  }
  return { learnt, predicted };
}
