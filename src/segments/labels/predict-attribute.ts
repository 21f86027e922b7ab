import {
  type CustomerLabelsRecipe,
  type LabelRefusal,
  type LearntLabels,
  recipe as standard,
} from '../../../models/customer-labels/index.ts';
import type { Queryable } from '../../db/index.ts';
import { invalidField, PannierError } from '../../errors.ts';
import { selectKnownAttributes } from '../../intake/index.ts';
import type { PublishedRelease } from '../../versions/index.ts';
import { fitAttribute, mostLearntFrom, type PredictedLabel } from './fit-attribute.ts';
import { type LabelRow, selectLabelRows } from './store.ts';

const pageSize = 2_000;

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
  const { learnt, predict } = fitAttribute(known, { minorDigits, seed, recipe });

  async function* predicted(): AsyncGenerator<PredictedLabel> {
    if ('refusal' in learnt) return;
    for (let after = 0; ; ) {
      const rows = await page(after, false);
      yield* predict(rows);
      if (rows.length < pageSize) return;
      after = rows.at(-1)!.customerKey;
    }
  }
  return { learnt, predicted };
}
