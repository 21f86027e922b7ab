import type { TaskRunner } from '../../../models/collaborative-filtering/index.ts';
import type { Learner, LearnerKind, Task } from '../learners/learner.ts';

/**
 * Where learning is done. A run asks its engine for what each learner learns; in which process or on which machines `learn` runs,
 * and how the task comes there, is the engine's affair alone.
 */
export interface Engine {
  /** Works on what a run's process can part: trials, lists. */
  readonly runner: TaskRunner;
  learn<Recipe, Learnt, Beside>(
    learner: Learner<LearnerKind, Recipe, Learnt, Beside>,
    task: Task<Recipe, Beside>,
  ): Promise<Learnt>;
}
