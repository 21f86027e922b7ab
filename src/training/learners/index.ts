import type { Transaction } from '../../db/index.ts';
import { kinds, type ModelKind } from '../../versions/index.ts';
import { associationRules } from './association-rules.ts';
import { collaborativeFiltering } from './collaborative-filtering.ts';
import { couponResponse } from './coupon-response.ts';
import { customerLabels } from './customer-labels.ts';
import { customerTags } from './customer-tags.ts';
import { customerValue } from './customer-value.ts';
import { type AnyLearner, type KeptLearner, type LearnerKind, learnerKinds, type ServedLearner } from './learner.ts';
import { popularity } from './popularity.ts';
import { segmentation } from './segmentation.ts';

const rows = {
  popularity,
  'association-rules': associationRules,
  'collaborative-filtering': collaborativeFiltering,
  segmentation,
  'customer-value': customerValue,
  'customer-tags': customerTags,
  'customer-labels': customerLabels,
  'coupon-response': couponResponse,
};

type LearnerOfEachKind = { [Kind in ModelKind]: ServedLearner<Kind> } & {
  [Kind in Exclude<LearnerKind, ModelKind>]: KeptLearner<Kind>;
};

/** Every kind of model once: one that is forgotten among the rows does not compile. */
export const learners: LearnerOfEachKind = rows;

type Row<Kind> = (typeof rows)[Kind & keyof typeof rows];

/** The recipe of every learner, by kind. */
export type Recipes = { [Kind in LearnerKind]: Row<Kind>['recipe'] };

/** How far two versions differ, as the learner of their kind reports it. */
export type VersionDifference = Awaited<ReturnType<Row<ModelKind>['served']['compare']>>;

/** The served tables by the kind whose versions lie in them. */
export const servedTables = Object.fromEntries(
  kinds.map((kind) => [kind, learners[kind].served.tables]),
) as unknown as Record<ModelKind, readonly string[]>;

/** What a run of these models learns, in the order of learning. */
export function learnersOf(models: readonly ModelKind[]): AnyLearner[] {
  const isWhole = kinds.every((kind) => models.includes(kind));
  return learnerKinds
    .filter((kind) => (isOfWholeRuns(kind) ? isWhole : (models as readonly LearnerKind[]).includes(kind)))
    .map((kind) => learners[kind]);
}

/** Whether this names something that runs of all models learn and others do not. */
export function isOfWholeRuns(kind: string): boolean {
  const learner: AnyLearner | undefined = Object.values(learners).find((one) => one.kind === kind);
  return learner?.onlyInWholeRuns ?? false;
}

/** What follows from serving a version, in the transaction that publishes it. @param before the version served until now */
export async function followRelease(
  tx: Transaction,
  kind: ModelKind,
  before: number | undefined,
  version: number,
): Promise<void> {
  const learner: ServedLearner = learners[kind];
  await learner.served.onRelease?.(tx, before, version);
}
