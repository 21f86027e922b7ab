import type { AnyLearner, KeptLearner, Made, ServedLearner } from '../learners/learner.ts';

/** A learner with what it has learnt in this run. */
export interface Lesson<Of extends AnyLearner = AnyLearner> extends Made {
  learner: Of;
}

/** What becomes versions, and what is kept elsewhere. */
export function partLessons(lessons: readonly Lesson[]) {
  return {
    served: lessons.filter((lesson): lesson is Lesson<ServedLearner> => lesson.learner.served !== undefined),
    kept: lessons.filter((lesson): lesson is Lesson<KeptLearner> => lesson.learner.served === undefined),
  };
}
