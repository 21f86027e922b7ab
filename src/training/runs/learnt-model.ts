import type { AnyLearner, KeptLearner, Made, ServedLearner } from '../learners/learner.ts';

/** A learner with what it has learnt in this run. */
export interface LearntModel<Of extends AnyLearner = AnyLearner> extends Made {
  learner: Of;
}

/** What becomes versions, and what is kept elsewhere. */
export function partLearnt(learntModels: readonly LearntModel[]) {
  return {
    served: learntModels.filter((one): one is LearntModel<ServedLearner> => one.learner.served !== undefined),
    kept: learntModels.filter((one): one is LearntModel<KeptLearner> => one.learner.served === undefined),
  };
}
